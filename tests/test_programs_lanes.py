"""Code in lanes: every example's outputs to the bit, the mean of the gradients, and what is computed only once."""

from math import fsum
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn.programs.evaluate import evaluate
from micrograd_nn.programs.lanes import lanes_code
from micrograd_nn.programs.listing import LESS, SUM, Listing
from micrograd_nn.programs.runs import LANES, TOTAL, TOTALS
from tests.execute import execute
from tests.program_strategies import listings, neuron

numbers = st.floats(-3, 3)


def bits(xs):
    return [pack("d", x) if x == x else "nan" for x in xs]


def size(listing, place, values):
    """How large the numbers are that a place is the sum of: any order of adding is right within that times ε."""
    i = place - listing.first_instruction
    if i < 0 or listing.operations[i] != SUM:
        return abs(values[place])
    factors = listing.operands[i]
    return fsum(abs(values[x] * values[y]) for x, y in zip(factors[::2], factors[1::2]))


def mean_and_bound(listing, place, values):
    """The mean of a place over all rows; 100 rows of 4 products are added, so 400 ε < 1e-13."""
    n = len(values)
    mean, sizes = fsum(row[place] / n for row in values), fsum(size(listing, place, row) / n for row in values)
    return mean, 1e-13 * sizes + 1e-300


@given(listings(own=()), st.sampled_from([1, 7, 8, 9, 100]), st.sampled_from([8, 64]), st.data())
def test_lanes_give_every_rows_bits_and_the_mean_of_the_gradients(listing, n_rows, lanes, data):
    parameters = [data.draw(numbers) for _ in range(listing.n_parameters)]
    few = [[data.draw(numbers) for _ in range(listing.n_inputs)] for _ in range(3)]
    rows = [few[i % 3] for i in range(n_rows)]
    code = lanes_code(listing, lanes)
    try:
        values = [evaluate(listing, parameters, row) for row in rows]
    except (ArithmeticError, ValueError):
        with pytest.raises((ArithmeticError, ValueError)):
            execute(code, parameters, rows)
        return
    outputs, gradients = execute(code, parameters, rows)
    assert [bits(row) for row in outputs] == [bits([row[i] for i in listing.outputs]) for row in values]
    if all(abs(x) < 1e100 for row in values for x in row):
        for place, gradient in zip(listing.gradients, gradients):
            mean, bound = mean_and_bound(listing, place, values)
            assert abs(gradient - mean) <= bound


def test_a_thousand_rows_in_blocks_have_the_mean_of_all():
    rows = [[float(i), 1.0] for i in range(1000)]
    outputs, gradients = execute(lanes_code(neuron(), 64), [1.0, 0.0, -499.0], rows)
    assert [row[0] for row in outputs] == [max(i - 499.0, 0.0) for i in range(1000)]
    # above zero for i = 500 … 999: their sum is 500 · (500 + 999) / 2 = 374,750
    assert gradients == [374.75, 0.5, 0.5]


def test_what_no_input_changes_is_computed_once():
    listing = Listing(1, 1)
    squared = listing.add(SUM, (0, 0))
    listing.outputs = [squared, listing.add(SUM, (squared, 1))]
    code = lanes_code(listing, 8)
    assert [(run.operation, run.n) for run in code.before] == [(SUM, 1)]
    assert [(run.operation, run.n) for run in code.block] == [(SUM, LANES)]
    assert execute(code, [3.0], [[1.0], [2.0]])[0] == [[9.0, 9.0], [9.0, 18.0]]


def test_a_sum_that_is_only_a_gradient_is_added_up_without_being_stored():
    listing = Listing(1, 1, constants=[10.0])
    listing.gradients = [listing.add(SUM, (1, 1, 0, 2))]  # x·x + 10·w
    code = lanes_code(listing, 8)
    assert [(run.operation, len(run.operands)) for run in code.block] == [(TOTAL, 2)]
    assert [(run.operation, run.n, len(run.operands)) for run in code.after] == [(SUM, 1, 4)]
    assert execute(code, [2.0], [[1.0], [2.0], [4.0]])[1] == [27.0]  # (1 + 4 + 16) / 3 + 20


def test_a_sum_that_is_read_elsewhere_too_is_stored():
    listing = Listing(0, 1)
    listing.gradients = [listing.add(SUM, (0, 0))]
    listing.outputs = [listing.add("sqrt", (1,))]
    code = lanes_code(listing, 8)
    assert [run.operation for run in code.block] == [SUM, TOTAL, "sqrt"]
    assert execute(code, [], [[3.0], [4.0]]) == ([[3.0], [4.0]], [12.5])


def test_gradients_that_are_leaves_are_read_where_they_stand():
    listing = Listing(1, 1, constants=[0.5])
    listing.gradients = [0, 1, 2]
    code = lanes_code(listing, 8)
    assert execute(code, [7.0], [[1.0], [2.0]]) == ([[], []], [7.0, 1.5, 0.5])
    assert [run.operation for run in code.block] == [TOTAL]


def test_one_gradient_of_two_parameters_is_added_up_once():
    listing = Listing(2, 1)
    listing.gradients = [2, 2]
    code = lanes_code(listing, 8)
    assert len(code.block) == 1
    assert execute(code, [0.0, 0.0], [[1.0], [2.0]])[1] == [1.5, 1.5]


def test_totals_that_share_a_factor_and_stand_in_a_row_are_one_run():
    listing = Listing(0, 3)
    listing.gradients = [listing.add(SUM, (0, 1)), listing.add(SUM, (0, 2)), listing.add(SUM, (1, 2))]
    code = lanes_code(listing, 8)
    assert [(run.operation, len(run.operands)) for run in code.block] == [(TOTALS, 3), (TOTAL, 2)]
    assert execute(code, [], [[2.0, 3.0, 5.0], [4.0, 1.0, 0.0]])[1] == [5.0, 5.0, 7.5]


def test_what_means_lack_is_added_side_by_side():
    listing = Listing(3, 1, constants=[10.0])
    listing.gradients = [listing.add(SUM, (3, 3, w, 4)) for w in range(3)]  # x·x + 10·w
    code = lanes_code(listing, 8)
    assert [(run.operation, run.n) for run in code.after] == [(SUM, 3)]
    assert execute(code, [1.0, 2.0, 3.0], [[1.0], [3.0]])[1] == [15.0, 25.0, 35.0]


def test_only_what_varies_has_quick_functions():
    listing = Listing(1, 1)
    listing.outputs = [listing.add("tanh", (0,)), listing.add("tanh", (1,)), listing.add("exp", (1,))]
    code = lanes_code(listing, 8)
    assert [run.operation for run in code.before] == ["tanh"]
    assert [run.operation for run in code.block] == ["quick tanh", "quick exp"]


def test_memory_is_used_again_after_its_last_reader():
    listing = Listing(0, 1)
    for place in range(50):
        listing.add("tanh", (place,))
    listing.outputs = [50]
    # the number 1 and seven to fill its line; then what is read, and what is written
    assert lanes_code(listing, 16).n_memory == 8 + 2 * 16


def test_outputs_outlive_their_last_reader():
    listing = Listing(0, 1)
    for place in range(5):
        listing.add("tanh", (place,))
    listing.outputs = [1, 5]
    values = evaluate(listing, [], [0.5])
    assert execute(lanes_code(listing, 8), [], [[0.5]])[0] == [[values[1], values[5]]]


def test_only_lines_that_a_choice_may_need_are_quiet():
    listing = Listing(0, 1, constants=[0.0])
    root = listing.add("sqrt", (0,))
    listing.outputs = [listing.add(LESS, (1, 0, root, 1))]  # √x if 0 < x else 0
    listing.maybe = {root}
    code = lanes_code(listing, 8)
    assert [run.quiet for run in code.block] == [True, False]
    assert execute(code, [], [[4.0], [-1.0]])[0] == [[2.0], [0.0]]


@pytest.mark.parametrize("lanes", [0, -8, 4, 12])
def test_lanes_come_in_eights(lanes):
    with pytest.raises(ValueError, match=f"lanes must be a multiple of 8, not {lanes}"):
        lanes_code(neuron(), lanes)
