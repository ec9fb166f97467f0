"""Columns: many rows whose inputs and outputs have an array each come to the bits of the same rows one by one."""

from array import array
from math import nan

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from micrograd_nn.programs.compiling import backend_for
from micrograd_nn.programs.listing import LESS, Guard, Listing
from micrograd_nn.programs.native import why_not
from tests.program_strategies import listings

BACKENDS = [pytest.param("C", marks=pytest.mark.skipif(bool(why_not()), reason=why_not())), "Python"]
both = pytest.mark.parametrize("backend", BACKENDS)
numbers = st.floats(-3, 3)


def room(n, number=nan):
    return array("d", [number] * n)


@both
@given(listing=listings(own=()), n_rows=st.sampled_from([1, 7, 8, 9, 131, 300]), data=st.data())
def test_columns_come_to_the_bits_of_rows(backend, listing, n_rows, data):
    assume(listing.n_inputs and listing.outputs)
    few = [[data.draw(numbers) for _ in range(listing.n_inputs)] for _ in range(3)]
    rows = [few[i * i % 3] for i in range(n_rows)]
    parameters = array("d", [data.draw(numbers) for _ in range(listing.n_parameters)])
    runner, n = backend_for(listing, backend)[0], len(listing.outputs)
    by_rows, slopes = room(n * n_rows), room(len(listing.gradients))
    failed = runner.lanes(parameters, array("d", [x for row in rows for x in row]), n_rows, by_rows, slopes)
    columns, outputs = [array("d", column) for column in zip(*rows)], [room(n_rows) for _ in range(n)]
    found = room(len(listing.gradients))
    assert runner.columns(parameters, columns, n_rows, outputs, found) == failed
    if not failed:
        assert [column.tobytes() for column in outputs] == [by_rows[k::n].tobytes() for k in range(n)]
        assert found.tobytes() == slopes.tobytes()


def root_below_one():
    """√x, as it was recorded for an x below 1."""
    listing = Listing(0, 1, constants=[0.0, 1.0])
    listing.outputs = [listing.add("sqrt", (0,))]
    listing.guards = [Guard(LESS, 0, 2, True, "here")]
    return listing


@both
def test_what_stands_behind_the_rows_stays(backend):
    # √¼ and √0
    output, runner = room(4, 7.0), backend_for(root_below_one(), backend)[0]
    assert not runner.columns(room(0), [array("d", [0.25, 0.0, -1.0])], 2, [output], room(0))
    assert output.tolist() == [0.5, 0.0, 7.0, 7.0]


@both
@pytest.mark.parametrize("bad", [-1.0, nan, 4.0])
def test_a_row_that_fails_is_told_and_no_array_changes_its_length(backend, bad):
    output, runner = room(3, 7.0), backend_for(root_below_one(), backend)[0]
    assert runner.columns(room(0), [array("d", [0.25, bad])], 2, [output], room(0))
    assert len(output) == 3 and output[2] == 7.0


@pytest.mark.skipif(bool(why_not()), reason=why_not())
@pytest.mark.parametrize(
    ("n_rows", "inputs", "outputs"), [(2, [1], [2]), (2, [2], [1]), (0, [2], [2]), (1, [1, 1], [1]), (1, [1], [])]
)
def test_columns_of_another_number_or_length_are_refused(n_rows, inputs, outputs):
    runner = backend_for(root_below_one(), "C")[0]
    with pytest.raises(ValueError, match=r"rows? of 1 inputs and 1 outputs|at least one row"):
        runner.columns(room(0), list(map(room, inputs)), n_rows, list(map(room, outputs)), room(0))
