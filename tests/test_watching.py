"""watching: comparisons, and data that is read while a graph is recorded, are seen with the line that asked."""

import asyncio
import operator
import sys
import threading
from math import nan
from pathlib import Path

import pytest

from micrograd_nn import MLP, Op, Value, grad, layers, losses, no_grad, parameter, trace_sources
from micrograd_nn.contexts import in_use
from micrograd_nn.watching import watching

HERE = Path(__file__).name


def line_above() -> str:
    return f"{HERE}:{sys._getframe(1).f_lineno - 1}"


def read(value: Value) -> float:
    return value.data


def relations(notes):
    return [(note.relation, note.x, note.y, note.outcome) for note in notes]


def test_comparisons_are_noted_in_their_order_with_what_came_out():
    x, y = Value(1.0), Value(2.0)
    with watching() as notes:
        found = [x < y, x <= 1, x > y, x >= y, operator.lt(3, x)]
    assert found == [True, True, False, False, False]
    assert relations(notes) == [
        ("<", x, y, True),
        ("<=", x, 1, True),
        (">", x, y, False),
        (">=", x, y, False),
        (">", x, 3, False),
    ]


def test_a_note_knows_the_line_that_asked():
    x = Value(1.0)
    with watching([x]) as notes:
        assert x > 0
        lines = [line_above()]
        assert x.data
        lines.append(line_above())
    assert [note.where for note in notes] == lines


def test_what_sorts_and_chooses_is_seen():
    x, y = Value(1.0), Value(2.0)
    with watching() as notes:
        assert max(x, y) is y
    assert relations(notes) == [(">", y, x, True)]


@pytest.mark.parametrize(
    ("data", "truth", "outcomes"),
    [(2.0, True, [False, True]), (-2.0, True, [True, False]), (0.0, False, [True, True]), (nan, True, [False, False])],
)
def test_truth_is_two_comparisons_with_zero(data, truth, outcomes):
    x = Value(data)
    with watching() as notes:
        assert bool(x) is truth
    assert relations(notes) == [("<=", x, 0.0, outcomes[0]), (">=", x, 0.0, outcomes[1])]


def test_what_cannot_be_compared_is_no_comparison():
    with watching() as notes, pytest.raises(TypeError, match="'<' not supported"):
        operator.lt(Value(1.0), "2")
    assert notes == []


def test_data_read_of_computed_nodes_and_of_the_leaves_is_noted():
    x, w = Value(1.0), parameter(2.0)
    with watching([x]) as notes:
        y = x * w
        assert [read(y), read(x), read(w)] == [2.0, 1.0, 2.0]
    assert [(note.relation, note.x, note.y, note.outcome) for note in notes] == [
        ("data", y, None, None),
        ("data", x, None, None),
    ]


def test_data_that_the_package_reads_is_not_noted():
    logits = [Value(0.0), Value(1.0)]
    with watching(logits) as notes:
        losses.cross_entropy(logits, 1)
        layers.GPT(5, seed=1)([0, 1])
    assert notes == []


def test_results_that_no_grad_does_not_record_are_data_that_was_read():
    x, w = Value(1.0), parameter(2.0)
    with watching([x]) as notes, no_grad():
        y = x * w
        y.tanh()  # of a leaf that is made of x: x has been noted
    assert relations(notes) == [("data", x, None, None)]


def test_gradients_that_are_numbers_are_data_that_was_read():
    x = Value(3.0)
    y = x * x
    with watching() as notes:
        grad(y, x)
        lines = [line_above()]
        y.backward()
        lines.append(line_above())
        assert grad(y, x, create_graph=True).inputs
    assert [note.where for note in notes] == lines
    assert relations(notes) == [("data", y, None, None)] * 2


def test_rules_that_compare_while_they_make_a_graph_are_seen():
    x = Value(3.0)
    y = x.relu()
    with watching() as notes:
        grad(y, x, create_graph=True)
    assert relations(notes) == [(">", x, 0, True)]


def test_an_operation_of_one_s_own_computes_on_numbers_unseen():
    double = Op("double", lambda x: 2 * max(x, 0.0), lambda out, x: (2.0,))
    with watching() as notes:
        assert double(Value(1.0)).inputs
    assert notes == []


def test_watching_changes_nothing_that_is_recorded():
    x = Value(2.0)
    with watching([x]):
        y = (x * 3 + 1).tanh()
    z = (x * 3 + 1).tanh()
    assert (y.data, y.local_derivatives, grad(y, x)) == (z.data, z.local_derivatives, grad(z, x))


def test_contexts_nest_and_each_sees_all_that_is_inside_it():
    x = Value(1.0)
    with watching() as outer, trace_sources():
        assert x > 0
        with watching([x]) as inner:
            assert not x < 0
            read(x)
    assert [note.relation for note in outer] == [">", "<"]
    assert [note.relation for note in inner] == ["<", "data"]


def test_contexts_may_end_in_any_order():
    x = Value(1.0)
    first, second = watching(), watching()
    notes = first.__enter__(), second.__enter__()
    first.__exit__(None, None, None)
    assert x > 0
    second.__exit__(None, None, None)
    assert not x > 1
    assert [len(found) for found in notes] == [0, 1]


def test_after_the_context_nothing_is_noted_and_nothing_in_use():
    x = Value(1.0)
    with pytest.raises(KeyError), watching([x]) as notes:
        raise KeyError
    assert x >= read(x)
    assert notes == [] and in_use == []


def test_the_context_is_of_one_thread_and_one_task():
    x = Value(1.0)
    found = []

    async def other() -> None:
        assert not x > 1

    async def watched() -> None:
        with watching() as notes:
            await asyncio.sleep(0)
            assert not x > 2
        found.extend(notes)

    async def both() -> None:
        await asyncio.gather(watched(), other())

    asyncio.run(both())
    with watching() as notes:
        thread = threading.Thread(target=lambda: x > 3)
        thread.start()
        thread.join()
    assert [note.y for note in found] == [2] and notes == []


def test_a_network_and_its_losses_leave_the_graph_nowhere():
    model, x = MLP(2, [3, 1], activation="relu", seed=1), [Value(1.0), Value(2.0)]
    with watching(x) as notes:
        losses.mean_squared_error([model(x)], [1.0])
    assert notes == []
