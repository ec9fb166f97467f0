"""Neurons, layers and networks: sizes, names, initialisation, and that both kinds of neuron agree."""

import copy
import gc
import pickle
import random
from dataclasses import dataclass
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import MLP, Layer, Module, Neuron, Value, check_gradients, ops, parameter
from micrograd_nn.graph import NOT_COMPUTED, topological_order
from micrograd_nn.initial import ACTIVATIONS

sizes = st.lists(st.integers(1, 4), min_size=1, max_size=3)


def test_parameters_have_paths_which_are_their_labels():
    model = MLP(2, [3, 1], seed=0)
    named = dict(model.named_parameters())
    assert list(named)[:4] == ["layer1.neuron1.w1", "layer1.neuron1.w2", "layer1.neuron1.b", "layer1.neuron2.w1"]
    assert list(named)[-1] == "layer2.neuron1.b"
    assert all(p.label == path for path, p in named.items())
    assert model.parameters() == list(named.values())


@given(st.integers(1, 4), sizes)
def test_the_number_of_parameters_is_that_of_weights_and_biases(n_inputs, sizes):
    model = MLP(n_inputs, sizes, seed=1)
    expected = sum((n + 1) * m for n, m in zip([n_inputs, *sizes], sizes))
    assert len(model.parameters()) == expected
    assert f"{expected} parameters" in repr(model)


def test_a_repr_shows_the_architecture():
    assert repr(MLP(2, [16, 1], activation="relu")) == "MLP(2 -> 16 relu -> 1 linear, 65 parameters)"
    assert repr(Layer(2, 3)) == "Layer(2 -> 3 tanh, 9 parameters)"
    assert repr(Neuron(4, activation=ops.sin)) == "Neuron(4 -> 1 sin, 5 parameters)"


def test_one_output_is_a_value_and_several_are_a_list():
    assert isinstance(MLP(2, [3, 1])([1.0, 2.0]), Value)
    assert [type(y) for y in MLP(2, [3, 2])([1.0, 2.0])] == [Value, Value]
    assert isinstance(MLP(2, [1, 1])([1.0, 2.0]), Value)


def test_the_last_layer_is_linear_unless_asked_otherwise():
    assert MLP(2, [3, 1])([1.0, 2.0]).op is ops.dot
    assert MLP(2, [3, 1], output_activation="sigmoid")([1.0, 2.0]).op is ops.sigmoid


def test_a_neuron_is_two_nodes_and_expanded_every_product_and_sum():
    x = [Value(1.0), Value(2.0)]
    a = Neuron(2, seed=1)(x)
    assert (a.op, a.inputs[0].op, a.label, a.inputs[0].label) == (ops.tanh, ops.dot, "a", "z")
    expanded = Neuron(2, seed=1, expand=True)(x)
    assert [node.op.name for node in topological_order(expanded) if node.inputs] == ["tanh", "+", "+", "*", "*"]


@given(st.integers(0, 1000), st.sampled_from(list(ACTIVATIONS)), sizes)
def test_both_kinds_of_neuron_give_the_same_gradients(seed, activation, sizes):
    results = []
    for expand in (False, True):
        model = MLP(2, [*sizes, 1], activation=activation, expand=expand, seed=seed)
        output = model([0.5, -1.5])
        output.backward()
        results.append([output.data, *[p.grad for p in model.parameters()]])
    assert results[0] == pytest.approx(results[1], rel=1e-12, abs=1e-12)


def test_a_networks_gradients_agree_with_finite_differences():
    model = MLP(2, [3, 2, 1], seed=4)
    start = [p.data for p in model.parameters()]

    def output(*weights):
        for neuron in [n for layer in model.layers for n in layer.neurons]:
            neuron.w, weights = list(weights[: len(neuron.w)]), weights[len(neuron.w) :]
            neuron.b, weights = weights[0], weights[1:]
        return model([0.3, -0.8])

    assert {check.verdict for check in check_gradients(output, *start)} == {"agrees"}


def test_the_same_seed_gives_the_same_bits():
    data = [[p.data for p in MLP(2, [4, 1], seed=3).parameters()] for _ in range(2)]
    assert data[0] == data[1] != [p.data for p in MLP(2, [4, 1], seed=4).parameters()]
    passed = MLP(2, [4, 1], rng=random.Random(3))
    assert [p.data for p in passed.parameters()] == data[0]


def test_neurons_made_one_after_another_differ_without_a_seed():
    assert Neuron(2).w[0].data != Neuron(2).w[0].data


def test_rng_and_seed_together_are_refused():
    with pytest.raises(ValueError, match="not both"):
        MLP(2, [1], rng=random.Random(1), seed=1)


@pytest.mark.parametrize(("activation", "limit"), [("relu", sqrt(6 / 8)), ("tanh", sqrt(6 / (8 + 50)))])
def test_initial_weights_suit_the_activation(activation, limit):
    layer = Layer(8, 50, activation=activation, seed=1)
    weights = [w.data for neuron in layer.neurons for w in neuron.w]
    assert max(map(abs, weights)) <= limit
    assert max(map(abs, weights)) > 0.95 * limit
    assert abs(sum(weights)) / len(weights) < 0.1 * limit
    assert all(neuron.b.data == 0.0 for neuron in layer.neurons)


def test_signals_neither_fade_nor_grow_through_ten_layers():
    model = MLP(64, [64] * 10, activation="relu", output_activation="relu", seed=1)
    rng = random.Random(2)
    size = sum(y.data**2 for y in model([rng.gauss(0, 1) for _ in range(64)])) / 64
    assert 0.1 < size < 10


def test_zero_grad_forgets_every_gradient():
    model = MLP(2, [3, 1], seed=1)
    model([1.0, 2.0]).backward()
    model.zero_grad()
    assert all(p.grad is NOT_COMPUTED for p in model.parameters())


@pytest.mark.parametrize("model", [Neuron(3), Layer(3, 2), MLP(3, [2, 1])], ids=lambda m: type(m).__name__)
def test_inputs_of_another_width_are_refused_with_both_widths(model):
    with pytest.raises(ValueError, match="expected 3 inputs, got 2"):
        model([1.0, 2.0])
    with pytest.raises(TypeError, match="str"):
        model(["a", 1.0, 2.0])
    with pytest.raises(TypeError, match="expected a list of 3 inputs, not float"):
        model(1.0)


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: MLP(0, [1]), ValueError, "n_inputs must be at least 1, not 0"),
        (lambda: MLP(2, [3, -1]), ValueError, "n_outputs must be at least 1, not -1"),
        (lambda: MLP(2, []), ValueError, "sizes must be a list"),
        (lambda: MLP(2, 3), ValueError, "sizes must be a list .* not 3"),
        (lambda: MLP(2, [1.5]), TypeError, "n_outputs must be a whole number, not 1.5"),
        (lambda: Layer(True, 1), TypeError, "n_inputs must be a whole number, not True"),
        (lambda: Neuron(2, activation="rleu"), ValueError, "unknown activation 'rleu': .* did you mean 'relu'"),
        (lambda: Neuron(2, activation=3), TypeError, "activation must be a name or a function, not 3"),
    ],
)
def test_impossible_networks_are_refused(make, kind, message):
    with pytest.raises(kind, match=message):
        make()


def test_an_activation_may_be_a_function():
    neuron = Neuron(1, activation=lambda z: z * z, seed=1)
    assert neuron([3.0]).data == pytest.approx((neuron.w[0].data * 3.0) ** 2)


def test_modules_of_ones_own_find_their_parameters():
    class Line(Module):
        def __init__(self):
            self.slope, self.offset = parameter(2.0), parameter(1.0)
            self.parts_of_it = [Neuron(1, seed=1)]
            self.name = "line"
            self.scale = Value(3.0)

    line = Line()
    line.label_parameters()
    paths = ["slope", "offset", "parts_of_it1.w1", "parts_of_it1.b"]
    assert [path for path, _ in line.named_parameters()] == paths
    assert [p.label for p in line.parameters()] == paths


class Nested(Module):
    """Parameters in a dictionary, in a list of lists, and in a tuple of a module."""

    def __init__(self):
        self.gates = {"open": parameter(1.0), "shut": [parameter(2.0)]}
        self.rows = [[parameter(3.0), parameter(4.0)], [parameter(5.0)]]
        self.parts_of = (Neuron(1, seed=1), "text", 7)


def test_parameters_in_dictionaries_and_nested_lists_are_found():
    model = Nested()
    names = ["gates.open", "gates.shut1", "row1.1", "row1.2", "row2.1", "parts_of1.w1", "parts_of1.b"]
    assert [name for name, _ in model.named_parameters()] == names
    assert model.parameters() == [p for _, p in model.named_parameters()]
    assert repr(model) == "Nested(7 parameters)"


def test_a_shared_parameter_is_one_parameter():
    model = Module()
    model.first = model.second = Neuron(1, seed=1)
    assert [path for path, _ in model.named_parameters()] == ["first.w1", "first.b"]


@dataclass
class Equal(Module):
    """A dataclass: equal to another one with the same parameters, and without a hash."""

    w: Value
    inner: Module | None = None

    def __eq__(self, other):
        return isinstance(other, Equal)


def test_modules_are_told_apart_even_where_they_are_equal_and_have_no_hash():
    model = Equal(parameter(1.0), Equal(parameter(2.0)))
    assert [path for path, _ in model.named_parameters()] == ["w", "inner.w"]
    assert [p.data for p in model.parameters()] == [1.0, 2.0]
    assert not model.eval().inner.training


def test_a_generator_must_be_one():
    with pytest.raises(TypeError, match=r"rng must be a random\.Random, not int; a number is a seed"):
        Neuron(2, rng=5)


def test_a_network_is_copied_and_pickled_with_its_parameters():
    model = MLP(2, [3, 1], activation="leaky_relu", seed=1)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert twin([1.0, 2.0]).data == model([1.0, 2.0]).data
        twin.parameters()[0].data += 1.0
        assert twin.parameters()[0].data != model.parameters()[0].data


@pytest.mark.parametrize("running", [True, False])
def test_the_collector_is_as_it_was_after_a_forward_pass(running):
    was = gc.isenabled()
    (gc.enable if running else gc.disable)()
    try:
        MLP(2, [3, 1])([1.0, 2.0])
        assert gc.isenabled() == running
        with pytest.raises(ValueError, match="expected 2 inputs"):
            MLP(2, [3, 1])([1.0])
        assert gc.isenabled() == running
    finally:
        (gc.enable if was else gc.disable)()


def test_code_from_the_lecture_runs():
    n = MLP(3, [4, 4, 1], seed=1)
    xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    ys = [1.0, -1.0, -1.0, 1.0]
    losses = []
    for _ in range(20):
        ypred = [n(x) for x in xs]
        loss = sum((yout - ygt) ** 2 for ygt, yout in zip(ys, ypred))
        for p in n.parameters():
            p.grad = 0.0
        loss.backward()
        for p in n.parameters():
            p.data += -0.05 * p.grad
        losses.append(loss.data)
    assert losses[-1] < 0.1 * losses[0]


def test_a_network_learns_xor_from_many_seeds():
    examples = [([0.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0)]
    for seed in range(5):
        model = MLP(2, [8, 1], seed=seed)
        for _ in range(500):
            loss = sum((model(x) - y) ** 2 for x, y in examples)
            model.zero_grad()
            loss.backward()
            for p in model.parameters():
                p.data -= 0.05 * p.grad
        assert all((model(x) > 0.5) == (y > 0.5) for x, y in examples)


def test_a_neuron_without_bias_learns_its_weights_alone():
    neuron = Neuron(2, "linear", bias=False, seed=1)
    assert [name for name, _ in neuron.named_parameters()] == ["w1", "w2"]
    assert neuron([0.0, 0.0]).data == 0.0
    assert repr(MLP(2, [3, 1], bias=False)) == "MLP(2 -> 3 tanh -> 1 linear, 9 parameters)"


def test_an_expanded_neuron_without_bias_adds_no_zero():
    z = Neuron(2, "linear", expand=True, bias=False, seed=1)([3.0, 4.0])
    assert [x.op.name for x in z.inputs] == ["*", "*"]


def test_a_neuron_labels_its_nodes_with_the_time_and_the_place_of_their_use():
    layer = Layer(1, 1, "tanh", seed=1)
    a = layer.neurons[0].respond([Value(1.0)], when="t3.", where="2_1")
    assert (a.label, a.inputs[0].label) == ("t3.neuron1.a2_1", "t3.neuron1.z2_1")


def test_a_module_in_a_module_labels_its_nodes_with_the_path_it_has_there():
    class Pair(Module):
        def __init__(self):
            self.left, self.right = Layer(1, 1, seed=1), Layer(1, 1, seed=2)
            self.label_parameters("pair.")

    pair = Pair()
    assert pair.right([1.0]).label == "pair.right.neuron1.a"
    assert pair.right.neurons[0].w[0].label == "pair.right.neuron1.w1"
