"""diagnose: each thing that can be wrong with gradients is found, and blamed on the operation that made it so."""

import time
from math import inf, isfinite, nan

import pytest
from hypothesis import given

from micrograd_nn import MLP, Value, diagnose, dot, explain, ops, total
from micrograd_nn.graph import NOT_COMPUTED, topological_order, varying
from micrograd_nn.symptoms import EXPLODED, SATURATED
from micrograd_nn.tour import lecture_expression
from micrograd_nn.value import constant, parameter
from tests.strategies import programs


def named(label: str, x: float) -> Value:
    return Value(x, label=label)


def labelled(node: Value, label: str) -> Value:
    node.label = label
    return node


def chain(op, z: float, label: str) -> tuple[Value, Value]:
    """A node `label` = op(z), and an L that passes its gradient on as it is."""
    a = labelled(op(named("z", z)), label)
    return a, labelled(a + 0, "L")


def loss(model: MLP, examples: int) -> Value:
    """The mean squared error of a model on points of the square, all to be 1."""
    points = [(((7 * i) % 11) / 5.5 - 1, ((5 * i) % 13) / 6.5 - 1) for i in range(examples)]
    return labelled(total([(model(list(point)) - 1.0) ** 2 for point in points]) / examples, "L")


# A healthy graph


def test_a_healthy_graph_has_nothing_suspicious():
    found = diagnose(lecture_expression())
    assert not found and list(found) == []
    assert str(found) == "nothing suspicious: |grad| from 2 to 6 over 4 leaves"


def test_a_small_tanh_network_is_healthy():
    assert not diagnose(loss(MLP(2, [8, 8, 1], seed=1), 30))


def test_an_output_that_cannot_change_is_no_finding():
    assert str(diagnose(constant(3.0) * 2)) == (
        "nothing suspicious: v1 was computed from numbers alone: there are no steps back from it"
    )


@given(programs())
def test_a_diagnosis_never_fails_and_changes_no_gradient(program):
    output = program(*[Value(x) for x in program.points])
    found = diagnose(output)
    assert str(found)
    assert all("\n" not in finding.message and finding.nodes for finding in found)
    assert all(node.grad is NOT_COMPUTED for node in topological_order(output))


def test_only_a_value_has_a_diagnosis():
    with pytest.raises(TypeError, match="a diagnosis is of a Value, not list"):
        diagnose([Value(1.0)])


# Saturated


def test_a_saturated_tanh_says_what_is_lost_and_why():
    a, output = chain(ops.tanh, 2.5, "a")
    (finding,) = diagnose(output)
    assert (finding.kind, finding.nodes) == ("saturated", (a,))
    assert finding.message == "saturated: 97.3 % lost at a = tanh(z): 1 - a² = 0.02659"  # 1 / cosh² 2.5 = 0.026592


@pytest.mark.parametrize(("op", "inside", "beyond"), [(ops.tanh, 2.17, 2.19), (ops.sigmoid, 2.88, 2.89)])
def test_saturation_begins_where_the_slope_is_below_the_threshold(op, inside, beyond):
    assert SATURATED == 0.05  # tanh' z = 0.05 at z = artanh √0.95 = 2.178, sigmoid' z at log(18.944) = 2.887
    for sign in (1, -1):
        assert not diagnose(chain(op, sign * inside, "a")[1])
        assert [finding.kind for finding in diagnose(chain(op, sign * beyond, "a")[1])] == ["saturated"]


def test_a_unit_is_saturated_if_it_is_flat_in_half_of_its_uses():
    def output(*points: float) -> Value:
        return total([labelled((named("z", x)).tanh(), "unit") for x in points])

    (finding,) = diagnose(output(0.0, 3.0, 3.5, 0.5))
    assert finding.message.startswith(
        "saturated: 99.6 % lost at unit#3 = tanh(z#3): 1 - unit#3² = 0.00364"
    )  # 1 / cosh² 3.5
    assert finding.message.endswith(", flat in 2 of 4 examples")
    assert not diagnose(output(0.0, 0.1, 3.0))


def test_saturated_units_are_counted_by_layer():
    model = MLP(2, [3, 2, 1], seed=1)
    for neuron in model.layers[0].neurons[:2]:
        neuron.b.data = 20.0
    (finding,) = [finding for finding in diagnose(loss(model, 10)) if finding.kind == "saturated"]
    assert finding.message.endswith("flat in 10 of 10 examples; 2 of 3 units in layer 1")
    assert sorted(node.label for node in finding.nodes) == ["layer1.neuron1.a", "layer1.neuron2.a"]


# Dead


def test_a_relu_that_passes_nothing_on_any_example_is_dead():
    model = MLP(2, [4, 1], activation="relu", seed=1)
    model.layers[0].neurons[2].b.data = -50.0
    found = diagnose(loss(model, 100))
    (finding,) = [finding for finding in found if finding.kind == "dead"]
    assert finding.message == (
        "dead: layer1.neuron3.a = relu(z) passes no gradient in 100 of 100 examples; 1 of 4 relus in layer 1"
    )
    assert finding.nodes[0].label == "layer1.neuron3.a"


def test_a_relu_that_passes_something_once_is_not_dead():
    nodes = [labelled(named("z", x).relu(), "unit") for x in (-1.0, -2.0, 3.0)]
    assert "dead" not in [finding.kind for finding in diagnose(total(nodes))]
    (finding,) = [finding for finding in diagnose(total(nodes[:2])) if finding.kind == "dead"]
    assert finding.message == "dead: unit = relu(z) passes no gradient in 2 of 2 examples"


def test_a_leaky_relu_is_never_dead_nor_is_a_relu_of_nan():
    x = named("x", -1.0)
    assert not diagnose(x.leaky_relu() + x)
    assert {finding.kind for finding in diagnose(named("x", nan).relu())} == {"not finite"}


# Vanishing


def test_a_vanishing_gradient_is_blamed_on_the_smallest_slopes_of_its_strongest_path():
    w, v = named("w", 1.0), named("v", 1.0)
    h = labelled(w * 1e-5, "h")
    output = labelled(0.5 * (h * 0.001 + v), "L")  # dL/dw = 0.5e-8, dL/dv = 0.5; both lose half at the end
    (finding,) = diagnose(output)
    assert (finding.kind, finding.nodes) == ("vanishing", (w,))
    assert finding.message == "vanishing: ∂L/∂w = 5e-09, the largest is ∂L/∂v = 0.5; 1 of 2 leaves"
    assert finding.causes == ("over 99.9 % lost at h = w * 1e-05: 1e-05", "99.9 % lost at v1 = h * 0.001: 0.001")


def test_a_gradient_of_zero_is_blamed_on_the_slope_that_is_zero():
    a, b = named("a", 3.0), named("b", 0.0)
    z = labelled(a * b, "z")
    (finding,) = diagnose(labelled(z * 0.5, "L"))
    assert finding.nodes == (a,)
    assert finding.causes == ("100 % lost at z = a * b: b = 0",)  # the half is lost on b's way too


def test_a_path_with_fewer_blocked_places_is_blamed_first():
    a = named("a", -1.0)
    twice = labelled(a.relu(), "twice")
    output = labelled(labelled(twice * 1 - 5, "u").relu() + labelled(a.relu(), "once") + named("c", 1.0), "L")
    (finding,) = [finding for finding in diagnose(output) if finding.kind == "vanishing"]
    assert finding.causes == ("100 % lost at once = relu(a): 0",)


def test_a_gradient_that_cancels_is_not_blamed_on_a_slope():
    a, b = named("a", 2.0), named("b", 3.0)
    (finding,) = diagnose(labelled(a * b - a * b + b, "L"))
    assert finding.message == "vanishing: ∂L/∂a = 0, the largest is ∂L/∂b = 1; 1 of 2 leaves"
    assert finding.causes == ("its paths cancel: the strongest alone adds 3",)


def test_vanishing_weights_of_a_deep_sigmoid_network_are_reported_by_layer():
    found = diagnose(loss(MLP(2, [8] * 12 + [1], activation="sigmoid", seed=1), 5))
    vanished = [finding for finding in found if finding.kind == "vanishing"]
    assert 2 <= len(vanished) <= 6 and len(str(found).splitlines()) <= 25
    assert any("; 72 of 72 leaves in layer 2" in finding.message for finding in vanished)
    assert any("sigmoid(" in cause for finding in vanished for cause in finding.causes)
    assert str(vanished[-1]).startswith("vanishing: ") and " more in " in vanished[-1].message


# Exploding


def test_an_exploding_gradient_is_blamed_on_the_largest_slopes():
    x, w = named("x", 1.0), named("w", 50.0)
    y = labelled(x * w, "y")
    found = diagnose(labelled(y * 40 * 0.75, "L"))  # dL/dx = 50 · 40 · 0.75 = 1500
    (finding,) = found
    assert (finding.kind, finding.nodes) == ("exploding", (x,))
    assert finding.message == "exploding: ∂L/∂x = 1500; 1 of 5 nodes"
    assert finding.causes == ("× 50 at y = x * w: w = 50", "× 40 at v1 = y * 40: 40")


def test_of_several_exploding_gradients_the_largest_is_named():
    x, y = named("x", 1.0), named("y", 1.0)
    (finding,) = diagnose(labelled(x * 2000 + y * 5000 + 0, "L"))
    assert finding.nodes == (y, x)
    assert finding.message.startswith("exploding: ∂L/∂y = 5000; 2 of ")


def test_gradients_explode_beyond_the_threshold():
    x = named("x", 1.0)
    assert not diagnose(x * EXPLODED)
    assert diagnose(x * (EXPLODED * 1.001))


# Through time


def unrolled(factor: float, steps: int) -> Value:
    """h_t = factor · h_{t-1} + x_t + b: every step back multiplies the gradient by the factor."""
    w, b = parameter(factor, "cell.w"), parameter(0.0, "cell.b")
    h = named("start", 1.0)
    for t in range(1, steps + 1):
        h = labelled(dot([w], [h], named(f"t{t}.x1", 1.0)) + b, f"t{t}.cell.h1")
    return h


def test_a_gradient_that_vanishes_through_time_is_one_finding_that_names_the_time_steps():
    found = [finding for finding in diagnose(unrolled(0.0005, 5)) if finding.kind == "vanishing"]
    finding = found[0]
    # back from 5: 1, 5e-4, 2.5e-7, 1.25e-10, 6.25e-14, of which the last three are below a millionth
    assert finding.message == (
        "vanishing: the gradient vanishes from time step 5 to time step 1: "
        "∂t5.cell.h1/∂t5.x1 = 1, ∂t5.cell.h1/∂t1.x1 = 6.25e-14; 3 of 5 time steps"
    )
    assert finding.causes[0] == "× 0.0005 a time step, on average"
    assert finding.causes[1].startswith("over 99.9 % lost at ") and finding.causes[1].endswith("cell.w = 0.0005")
    assert [node.label for node in finding.nodes] == ["t1.x1", "t2.x1", "t3.x1"]
    assert not [other for other in found[1:] if "time step" in other.message or ".x1" in other.message]


def test_a_gradient_that_explodes_through_time_is_one_finding_that_names_the_time_steps():
    finding = next(iter(diagnose(unrolled(20.0, 5))))
    assert finding.message == (  # back from 5: 1, 20, 400, 8000, 160000
        "exploding: the gradient explodes from time step 5 to time step 1: "
        "∂t5.cell.h1/∂t5.x1 = 1, ∂t5.cell.h1/∂t1.x1 = 1.6e+05; 2 of 5 time steps"
    )
    assert finding.causes[:2] == (
        "× 20 a time step, on average",
        "× 20 at v2 = cell.w·t1.cell.h1 + t2.x1: cell.w = 20",
    )


def test_a_gradient_that_stops_on_its_way_through_time_has_no_factor():
    (finding,) = [finding for finding in diagnose(unrolled(0.0, 3)) if "time step" in finding.message]
    assert finding.message.endswith("∂t3.cell.h1/∂t1.x1 = 0; 2 of 3 time steps")
    assert finding.causes[0].startswith("100 % lost at ")


def test_a_gradient_that_keeps_its_size_through_time_is_no_finding():
    assert not diagnose(unrolled(1.0, 30))


def test_uses_of_a_unit_at_several_time_steps_are_counted_together():
    points = (0.0, 3.0, 3.5)
    output = total(
        [labelled(named(f"t{t}.x", x).tanh(), f"t{t}.cell.input_gate.neuron1.a") for t, x in enumerate(points, 1)]
    )
    (finding,) = diagnose(output)
    assert finding.message == (
        "saturated: 99.6 % lost at t3.cell.input_gate.neuron1.a = tanh(t3.x): 1 - a² = 0.003641, flat in 2 of 3 uses"
    )  # 1 / cosh² 3.5


def test_layers_are_named_in_words():
    units = [labelled(named("x", -1.0).relu(), f"t1.cell.input_gate.neuron{k}.a") for k in (1, 2)]
    (finding,) = [finding for finding in diagnose(total(units)) if finding.kind == "dead"]
    assert finding.message.endswith("; 2 of 2 relus in cell · input gate")


# Not finite


def test_the_first_number_that_is_not_finite_is_found_with_the_way_it_spreads():
    x = named("x", nan)
    y = labelled(x * 2, "y")
    finding = next(iter(diagnose(labelled(y + 1, "L"))))
    assert (finding.kind, finding.nodes) == ("not finite", (x,))
    assert str(finding).splitlines() == ["not finite: x = nan", "    it spreads along x → y → L"]
    finding = next(iter(diagnose(labelled(named("a", 1.0) * constant(inf), "L"))))
    assert finding.message == "not finite: inf = inf"


def test_an_infinite_slope_is_found_where_backward_first_meets_it():
    x = named("x", 0.0)
    (finding,) = diagnose(labelled(x.sqrt() * 3, "L"))
    assert finding.nodes[0] is x
    assert str(finding).splitlines() == [
        "not finite: ∂L/∂x += ∂L/∂v1 · ∂v1/∂x = 3 × nan = nan",
        "    v1 = sqrt(x), so ∂v1/∂x = 0.5 / v1 = nan",
        "    backward() raises: sqrt has no finite derivative in x (node 'x') at x = 0.0 (node 'x')",
    ]


def test_a_gradient_that_overflows_is_found_and_exploding():
    found = diagnose(labelled(named("x", 1e-300) * 1e200 * 1e200, "L"))
    assert [finding.kind for finding in found] == ["not finite", "exploding"]
    assert "backward() raises: the gradient of node 'x' overflows" in str(found)


# Labels and size


def test_hostile_labels_stay_in_their_line():
    _, output = chain(ops.tanh, 9.0, "two\nlines\x1b[31m")
    assert len(str(diagnose(output)).splitlines()) == 1
    assert "\x1b" not in str(diagnose(output))


@pytest.mark.parametrize("label", ["t*.x", "t.x", "t0.x", "t" + "9" * 5000 + ".x", "t1", "t1..x", "."])
def test_labels_that_only_look_like_time_steps_are_labels(label):
    a = named(label, 1e-9)
    output = labelled(a * a + named("b", 1.0), label)
    assert diagnose(output) and explain(a, of=output).gradient == 2e-9


def test_findings_beyond_the_first_few_layers_are_one_line():
    outputs = [labelled(parameter(9.0, f"layer{i}.w").tanh(), f"layer{i}.neuron1.a") for i in range(1, 9)]
    found = diagnose(total(outputs))
    assert [finding.kind for finding in found] == ["saturated"] * 6
    assert found.findings[-1].message == "saturated: 3 more in 3 other places"
    assert len(found.findings[-1].nodes) == 3


def test_a_graph_of_65000_nodes_is_diagnosed_in_a_moment():
    model = MLP(2, [16, 16, 1], seed=1, expand=True)
    for p in model.parameters():
        p.data *= 8
    output = loss(model, 105)
    order = topological_order(output)
    assert len(order) > 65_000 and all(isfinite(node.data) for node in varying(order))
    start = time.perf_counter()
    assert diagnose(output)
    assert time.perf_counter() - start < 3.0


def test_equal_inputs_of_a_max_lose_nothing():
    x = Value(-3.0, label="x")
    largest = ops.maximum(*[x.relu() for _ in range(4)])
    found = str(diagnose(largest + Value(1.0, label="b")))
    assert "max" not in found.partition("dead")[0] and "dead" in found
    assert "75 %" not in found  # each of the four has a quarter of the slope


def test_where_no_gradient_is_left_none_is_called_the_largest():
    w, x = parameter(-1.0, "w"), Value(2.0, label="x")
    found = str(diagnose((w * x).relu()))
    assert "the largest is" not in found
    assert "100 % lost at" in found
