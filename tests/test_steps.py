"""Steps: one for each edge, by the engine's own chain rule; given up on the way they leave no trace."""

import gc
import re
import threading
from math import fsum, isclose, isnan

import pytest
from hypothesis import given

from micrograd_nn import MLP, Value, backward_steps, dot, forward_steps, parameter
from micrograd_nn.graph import NOT_COMPUTED, topological_order
from micrograd_nn.tour import lecture_expression
from tests.strategies import Program, programs


def labelled(output: Value) -> dict[str, Value]:
    return {node.label: node for node in topological_order(output) if node.label}


def test_the_steps_of_the_lecture_s_graph_are_those_of_the_lecture():
    assert list(map(str, backward_steps(lecture_expression()))) == [
        "∂L/∂d += ∂L/∂L · ∂L/∂d = 1 × -2 = -2",
        "∂L/∂f += ∂L/∂L · ∂L/∂f = 1 × 4 = 4",
        "∂L/∂e += ∂L/∂d · ∂d/∂e = -2 × 1 = -2",
        "∂L/∂c += ∂L/∂d · ∂d/∂c = -2 × 1 = -2",
        "∂L/∂a += ∂L/∂e · ∂e/∂a = -2 × -3 = 6",
        "∂L/∂b += ∂L/∂e · ∂e/∂b = -2 × 2 = -4",
    ]


def test_a_step_knows_who_hands_what_to_whom():
    output = lecture_expression()
    nodes = labelled(output)
    step = list(backward_steps(output))[4]
    assert (step.node, step.input, step.position) == (nodes["e"], nodes["a"], 0)
    assert (step.upstream, step.local, step.contribution, step.before, step.after) == (-2.0, -3.0, 6.0, 0.0, 6.0)
    assert step.before is NOT_COMPUTED
    assert (step.arrived, step.expected) == (1, 1)


def test_contributions_to_a_node_used_twice_are_counted():
    a = Value(3.0, label="a")
    output = a * a
    output.label = "y"
    assert list(map(str, backward_steps(output))) == [
        "∂y/∂a += ∂y/∂y · ∂y/∂a = 1 × 3 = 3   (1 of 2)",
        "∂y/∂a += ∂y/∂y · ∂y/∂a = 1 × 3 = 3   (2 of 2)",
    ]
    assert [(step.position, step.before, step.after) for step in backward_steps(output)] == [(0, 0, 3), (1, 3, 6)]


def test_gradients_grow_in_the_graph_as_steps_are_taken():
    output = lecture_expression()
    nodes = labelled(output)
    steps = backward_steps(output)
    next(steps)
    assert (nodes["d"].grad, nodes["f"].grad) == (-2.0, 0.0)
    assert nodes["f"].grad is NOT_COMPUTED
    next(steps)
    assert nodes["f"].grad == 4.0


@given(programs())
def test_all_steps_taken_leave_what_backward_leaves(program: Program):
    for earlier in (0, 1):  # a second backward adds to leaves only
        twins = []
        for walked in (False, True):
            inputs = [Value(x) for x in program.points]
            output = program(*inputs)
            for _ in range(earlier):
                output.backward()
            n_steps = len(list(backward_steps(output))) if walked else output.backward()
            twins.append([node.grad for node in topological_order(output)])
        assert twins[0] == twins[1]
        assert n_steps == sum(len(node.inputs) for node in topological_order(output))


@given(programs())
def test_contributions_add_up_to_the_gradient(program: Program):
    output = program(*[Value(x) for x in program.points])
    received: dict[Value, list[float]] = {}
    for step in backward_steps(output):
        received.setdefault(step.input, []).append(step.contribution)
        assert step.after == step.before + step.contribution
        assert step.arrived == len(received[step.input])
    for node, contributions in received.items():
        assert isclose(node.grad, fsum(contributions), rel_tol=1e-12, abs_tol=1e-12 * fsum(map(abs, contributions)))


@given(programs())
def test_the_text_of_a_step_parses_back_to_the_same_numbers(program: Program):
    output = program(*[Value(x) for x in program.points])
    for step in backward_steps(output):
        numbers = re.fullmatch(r"∂.* = (\S+) × (\S+) = (\S+)(?:   \((\d+) of (\d+)\))?", f"{step:.17g}").groups()
        assert tuple(map(float, numbers[:3])) == (step.upstream, step.local, step.contribution)
        assert tuple(int(n or 1) for n in numbers[3:]) == (step.arrived, step.expected)


@pytest.mark.parametrize("how", ["close", "forget", "raise"])
def test_steps_given_up_on_the_way_leave_every_gradient_as_it_was(how):
    output = lecture_expression()
    output.backward()
    nodes = topological_order(output)
    before = [node.grad for node in nodes]
    steps = backward_steps(output)
    for _ in range(3):
        next(steps)
    assert [node.grad for node in nodes] != before
    if how == "close":
        steps.close()
    elif how == "raise":
        with pytest.raises(KeyboardInterrupt):
            steps.throw(KeyboardInterrupt)
    else:
        del steps
        gc.collect()
    assert [node.grad for node in nodes] == before


def test_steps_that_end_in_an_infinite_gradient_raise_what_backward_raises():
    x = Value(0.0, label="x")
    x.grad = 7.0
    steps = backward_steps(x.sqrt())
    assert isnan(next(steps).contribution)
    with pytest.raises(ValueError, match=r"sqrt has no finite derivative in x .node 'x'. at x = 0.0"):
        next(steps)
    assert x.grad == 7.0


def test_a_leaf_alone_has_no_steps_but_gets_its_gradient():
    x = Value(3.0)
    assert list(backward_steps(x)) == []
    assert x.grad == 1.0


def test_only_a_value_has_steps():
    with pytest.raises(TypeError, match="steps start from a Value, not float"):
        backward_steps(3.0)
    with pytest.raises(TypeError, match="steps lead to a Value, not str"):
        forward_steps("a")


def test_a_deep_chain_is_stepped_in_a_thread_with_a_small_stack():
    done = []

    def work() -> None:
        x = node = Value(1.0)
        for _ in range(100_000):
            node = node + x
        done.append(sum(1 for _ in backward_steps(node)))

    threading.stack_size(256 * 1024)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    threading.stack_size(0)
    assert done == [200_000]


def test_unlabelled_nodes_go_by_generated_names_and_a_label_shows_as_typed():
    assert str(next(backward_steps(Value(1.0) + Value(2.0, label="a\nb")))).startswith("∂v2/∂v1 += ")
    assert "∂y/∂(a\\nb)" in str(list(backward_steps(named(Value(1.0) + Value(2.0, label="a\nb"), "y")))[1])


def named(node: Value, label: str) -> Value:
    node.label = label
    return node


def test_the_forward_pass_goes_layer_by_layer():
    steps = list(forward_steps(MLP(2, [2, 1], seed=1)([1.0, 2.0])))
    assert [step.node.label for step in steps] == [
        "layer1.neuron1.z", "layer1.neuron1.a", "layer1.neuron2.z", "layer1.neuron2.a", "layer2.neuron1.z"
    ]  # fmt: skip


def test_a_forward_step_shows_the_operation_in_names_and_in_numbers():
    w, x, b = parameter(-3.0, "w"), Value(2.0, "x"), parameter(6.5, "b")
    z = named(dot([w], [x], b), "z")
    assert list(map(str, forward_steps(z))) == ["z = w·x + b = -3·2 + 6.5 = 0.5"]
    assert list(map(str, forward_steps(named(w**2, "y")))) == ["y = w ** 2 = (-3) ** 2 = 9"]
    step = next(forward_steps(z))
    assert (step.data, step.inputs) == (0.5, (w, x, b))
