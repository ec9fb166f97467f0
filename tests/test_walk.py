"""Walk and breakpoints: forwards, back, and where to stop; the graph itself stays as it is."""

import threading
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import MLP, Value, Walk, backward_steps
from micrograd_nn.graph import NOT_COMPUTED, topological_order, varying
from micrograd_nn.tour import lecture_expression
from micrograd_nn.value import constant
from tests.strategies import Program, programs


@pytest.fixture
def walk() -> Walk:
    return Walk(lecture_expression())


def node(walk: Walk, name: str) -> Value:
    return walk.names.find(name)


def state(walk: Walk) -> list[tuple[float, int, str]]:
    return [(walk.grad(x), walk.arrived(x), walk.gradient(x)) for x in walk.names]


def recorded(program: Program) -> Value:
    return program(*[Value(x) for x in program.points])


def test_a_walk_changes_no_gradient_in_the_graph():
    output = lecture_expression()
    output.backward()
    before = [x.grad for x in topological_order(output)]
    Walk(output).end()
    assert [x.grad for x in topological_order(output)] == before


def test_at_the_start_only_the_output_has_a_gradient(walk):
    assert (walk.position, walk.step) == (0, None)
    assert {name: walk.gradient(x) for name, x in walk.names.by_name.items()} == {
        "a": "·", "b": "·", "e": "·", "c": "·", "d": "·", "f": "·", "L": "1"
    }  # fmt: skip


def test_at_the_end_the_gradients_are_those_of_backward(walk):
    walk.end()
    assert [walk.grad(node(walk, x)) for x in "abcdef"] == [6.0, -4.0, -2.0, -2.0, -2.0, 4.0]


@given(programs(), st.data())
def test_back_then_next_is_identity(program, data):
    output = recorded(program)
    walk = Walk(output) if varying(topological_order(output))[1:] else None
    if walk is None:
        return
    walk.go(data.draw(st.integers(1, len(walk))))
    here, step = state(walk), walk.step
    assert walk.back() is step
    assert walk.next() is step
    assert state(walk) == here


@given(programs())
def test_walking_to_the_end_and_back_is_identity(program):
    output = recorded(program)
    if not varying(topological_order(output))[1:]:
        return
    walk = Walk(output)
    start = state(walk)
    walk.end()
    output.backward()
    assert all(walk.grad(x) == x.grad for x in varying(topological_order(output)))
    while walk.position:
        walk.back()
    assert state(walk) == start
    assert all(walk.grad(x) is NOT_COMPUTED for x in walk.names if x is not output)


def test_a_gradient_has_three_states():
    a = Value(3.0, label="a")
    walk = Walk(a * a)
    assert (walk.state(a), walk.gradient(a)) == ("not reached", "·")
    walk.next()
    assert (walk.state(a), walk.gradient(a)) == ("partial", "3 (1 of 2)")
    walk.next()
    assert (walk.state(a), walk.gradient(a)) == ("final", "6")


def test_edges_into_constants_are_left_out():
    x = Value(3.0, label="x")
    assert len(Walk(x**2)) == 1
    assert len(list(backward_steps(x**2))) == 1
    assert [step.input.label for step in backward_steps(2 * x + 1)] == ["", "x"]


def test_to_goes_to_the_step_that_completes_a_gradient(walk):
    assert str(walk.to("a")).startswith("∂L/∂a")
    assert walk.to(node(walk, "d")) is walk[0]
    assert (walk.to("L"), walk.position) == (None, 0)
    with pytest.raises(ValueError, match="no node is called aa: did you mean a"):
        walk.to("aa")
    for move in (walk.to, walk.until, walk.grad, walk.arrived, walk.state, walk.gradient):
        with pytest.raises(ValueError, match=r"Value\(data=3.0\) is not in the graph of L"):
            move(Value(3.0))
    assert walk.position == 0
    output = Value(2.0, label="x") * 1
    with pytest.raises(ValueError, match="no step reaches 1"):
        Walk(output).to(output.inputs[1])


def test_stepping_past_an_end_says_so_and_stays(walk):
    with pytest.raises(IndexError, match="this is the start: there is no step to take back"):
        walk.back()
    walk.end()
    with pytest.raises(IndexError, match="this is the end: all 6 steps are taken"):
        walk.next()
    with pytest.raises(IndexError, match="there is no step 7: the walk has steps 0 to 6"):
        walk.go(7)
    assert walk.position == 6


@pytest.mark.parametrize("output", [Value(3.0), constant(2.0) * constant(3.0)], ids=["leaf", "constants"])
def test_an_output_computed_from_nothing_that_changes_has_no_walk(output):
    with pytest.raises(
        ValueError, match=r"v1 was (not computed from anything|computed from numbers alone): there are no"
    ):
        Walk(output)


def test_a_walk_is_a_sequence_of_its_steps(walk):
    assert len(walk) == 6 and list(walk) == walk.steps and walk[-1] is walk.steps[5]
    assert repr(walk) == "<Walk back from L: 0 of 6 steps taken>"


def test_a_walk_shows_where_a_gradient_overflows():
    x = Value(1e-300, label="x")
    walk = Walk(x * 1e200 * 1e200)
    assert isinstance(walk.problem, OverflowError)
    assert walk.until("not finite").after == inf
    walk = Walk(Value(0.0, label="y").sqrt())
    assert "sqrt has no finite derivative" in str(walk.problem)
    assert walk.until("not finite").input.label == "y"
    assert Walk(lecture_expression()).problem is None


# Where to stop


def test_until_a_name_stops_whenever_a_contribution_arrives():
    a = Value(3.0, label="a")
    walk = Walk(a * a)
    assert [walk.until("a").arrived, walk.until("a").arrived, walk.until("a")] == [1, 2, None]
    assert walk.position == 2


def test_until_a_label_that_several_nodes_have_stops_at_each():
    model = MLP(1, [1], seed=1)
    walk = Walk(model([1.0]) + model([2.0]))
    stops = [walk.until("layer1.neuron1.z"), walk.until("layer1.neuron1.z")]
    assert stops[0].input is not stops[1].input


def test_until_an_operation_by_name_or_symbol(walk):
    assert str(walk.until("*")).startswith("∂L/∂d")
    assert str(walk.until("+")).startswith("∂L/∂e")
    assert str(Walk(Value(1.0, label="x").tanh()).until("tanh")).startswith("∂v1/∂x")


def test_until_a_gradient_is_large_or_a_complete_one_small(walk):
    assert walk.until("|grad| > 3").after == 4.0
    assert walk.until(" |grad|>5 ").after == 6.0
    assert walk.until("|grad| > 5") is None
    walk.start()
    assert walk.until("grad >= 2").after == -2.0  # its size counts, not its sign
    walk.start()
    assert walk.until("|grad| > 2").after == 4.0
    a = Value(0.1, label="a")
    walk = Walk(a * 3 + a * a)
    assert walk.until("|grad| < 3.1").input is not a  # the sums, 1; a has 3 of 3.2 on its way
    assert walk.until("|grad| < 3.1", lambda step: step.input is a).arrived == 1
    assert walk.until("|grad| < 3.1") is None


def test_until_a_function_or_a_node_or_any_of_several(walk):
    assert walk.until(lambda step: step.local == 2.0).input.label == "b"
    walk.start()
    assert walk.until(node(walk, "c"), "f").input.label == "f"
    assert walk.until(node(walk, "c"), "f").input.label == "c"


def test_until_goes_backwards_too(walk):
    walk.end()
    assert walk.until("d", backwards=True) is walk[0]
    assert walk.until("a", backwards=True) is None
    assert walk.position == 0


def test_until_finds_the_first_number_that_is_not_finite():
    x = Value(nan, label="x")
    assert Walk((x * 2) * 3).until("not finite") is None  # products by 2 and 3 have finite slopes
    assert Walk(x * x + 1).until("not finite").input is x


def test_a_word_that_means_nothing_is_an_error_with_the_nearest(walk):
    for text, message in {
        "tahn": "no node or operation is called tahn: there are a, b, e, c, d, f, L, ",
        "LL": "did you mean L?",
        "|grad| > many": "many is no size: write |grad| > 0.001",
        "|grad| > -1": "-1 is no size: write |grad| > 0.001",
        "|grad| < nan": "nan is no size",
        "|grad| > 1_0": "1_0 is no size",
        "|grad| > \u0661": "is no size",
        "|grad|>": "nothing is no size",
        "not finit": "did you mean not finite",
        "": "stop where? at a name, an operation, |grad| > 100, |grad| < 1e-6, or not finite",
    }.items():
        with pytest.raises(ValueError) as caught:
            walk.until(text)
        assert message in str(caught.value)
    with pytest.raises(TypeError, match="a condition is a Value, text or a function of a step, not int"):
        walk.until(3)
    assert walk.position == 0


def test_a_condition_that_raises_says_where_and_nothing_is_lost(walk):
    walk.next()

    def careless(step):
        return 1 / (step.local - 2.0) > 100

    with pytest.raises(ValueError, match=r"the condition careless raised ZeroDivisionError: .* at ∂L/∂b \+= "):
        walk.until(careless)
    assert walk.position == 1
    assert str(walk.next()).startswith("∂L/∂f")


def test_a_label_with_spaces_is_found_as_it_is_typed():
    x = Value(3.0, label="  two  spaces ")
    assert Walk(x * 2).until("  two  spaces ").input is x


def test_nodes_with_one_label_have_numbers_and_the_label_means_all_of_them():
    first, second = Value(1.0, label="x"), Value(2.0, label="x")
    walk = Walk(first * second)
    assert [walk.names[first], walk.names[second]] == ["x#1", "x#2"]
    assert walk.until("x#2").input is second
    with pytest.raises(ValueError, match="2 nodes are called x: x#1, x#2"):
        walk.to("x")


def test_an_interrupted_walk_leaves_every_gradient_as_it_was(monkeypatch):
    output = lecture_expression()
    output.backward()
    before = [x.grad for x in topological_order(output)]

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("micrograd_nn.walk.check_only", interrupted)
    with pytest.raises(KeyboardInterrupt) as held:
        Walk(output)
    assert held.traceback  # as a prompt holds it
    assert [x.grad for x in topological_order(output)] == before


def test_threads_that_share_parameters_walk_and_go_back_in_turns():
    w = Value(2.0, label="w")
    losses = [w * 3.0, (w * w).tanh() * w]
    wrong, stop = [], threading.Event()

    def walk() -> None:
        while not stop.is_set():
            Walk(losses[1])

    other = threading.Thread(target=walk)
    other.start()
    for _ in range(300):
        w.grad = 0.0
        losses[0].backward()
        if w.grad != 3.0:
            wrong.append(w.grad)
    stop.set()
    other.join()
    assert wrong == []
