"""Dropout: what is dropped, what is kept, and the two modes of modules."""

import copy
import pickle
import random
from math import inf, nan, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import MLP, Dropout, Module, Neuron, Value, draw, layers, parameter, total
from micrograd_nn.graph import topological_order

rates = st.floats(0.0, 0.95)


def data_of(values):
    return [v.data for v in values]


# What is dropped


@pytest.mark.parametrize("rate", [-0.1, 1, 1.0, 1.5, inf, nan])
@pytest.mark.parametrize("make", [Dropout, lambda rate: MLP(2, [3, 1], dropout=rate)], ids=["alone", "in a network"])
def test_a_rate_is_from_zero_to_below_one(make, rate):
    with pytest.raises(ValueError, match="the rate of dropout must be at least 0 and below 1, not"):
        make(rate)


@pytest.mark.parametrize("rate", [True, "0.5", None])
def test_a_rate_is_a_number(rate):
    with pytest.raises(TypeError, match="the rate of dropout must be a number, not"):
        Dropout(rate)


def test_rng_and_seed_together_are_refused():
    with pytest.raises(ValueError, match="not both"):
        Dropout(0.5, rng=random.Random(1), seed=1)


@given(rates, st.integers(0, 10**6), st.lists(st.floats(-100, 100), max_size=20))
def test_an_input_is_dropped_or_scaled(rate, seed, x):
    outputs = data_of(Dropout(rate, seed=seed)(x))
    kept = 1 / (1 - rate)
    assert len(outputs) == len(x)
    assert all(out in (0.0, kept * v) for out, v in zip(outputs, x))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_the_share_that_is_dropped_is_the_rate(rate):
    # binomial: six standard deviations √(n · rate · (1 − rate)) are left once in 500 million seeds
    n = 10_000
    dropped = data_of(Dropout(rate, seed=1)([1.0] * n)).count(0.0)
    assert abs(dropped - n * rate) < 6 * sqrt(n * rate * (1 - rate))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_the_expected_output_is_the_input(rate):
    # an output of 1 is 0 or 1 / (1 − rate), whose variance is rate / (1 − rate)
    n = 10_000
    mean = total(Dropout(rate, seed=2)([1.0] * n)).data / n
    assert abs(mean - 1.0) < 6 * sqrt(rate / (1 - rate) / n)


def test_the_gradient_of_what_is_dropped_is_zero_and_of_what_is_kept_its_scale():
    x = [Value(1.0) for _ in range(50)]
    outputs = Dropout(0.75, seed=1)(x)
    total(outputs).backward()
    assert {(out.data, v.grad) for out, v in zip(outputs, x)} == {(0.0, 0.0), (4.0, 4.0)}


@given(rates, st.integers(0, 10**6))
def test_the_same_seed_drops_the_same_and_every_call_anew(rate, seed):
    one, other, passed = Dropout(rate, seed=seed), Dropout(rate, seed=seed), Dropout(rate, rng=random.Random(seed))
    for _ in range(3):
        assert data_of(one([1.0] * 5)) == data_of(other([1.0] * 5)) == data_of(passed([1.0] * 5))


def test_two_calls_differ():
    dropout = Dropout(0.5, seed=1)
    assert data_of(dropout([1.0] * 50)) != data_of(dropout([1.0] * 50))


def test_in_use_every_value_goes_through_as_it_is_and_nothing_is_drawn():
    dropout, x = Dropout(0.5, seed=1).eval(), [Value(1.0), Value(2.0)]
    before = dropout.rng.getstate()
    assert all(out is v for out, v in zip(dropout(x), x))
    assert dropout.rng.getstate() == before


def test_a_rate_of_zero_lets_every_value_through_while_training_too():
    x = [Value(1.0), Value(2.0)]
    assert all(out is v for out, v in zip(Dropout(0.0)(x), x))


def test_numbers_become_values():
    assert all(isinstance(out, Value) for out in Dropout(0.5, seed=1).eval()([1.0, 2]))


def test_a_repr_shows_the_rate():
    assert repr(Dropout(0.25)) == "Dropout(0.25)"
    assert repr(MLP(2, [3, 1], dropout=0.25)) == "MLP(2 -> 3 tanh -> 1 linear, dropout 0.25, 13 parameters)"


def test_numbers_of_nested_lists_are_dropped_one_by_one():
    flat = data_of(Dropout(0.5, seed=1)([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))
    (a, b), (c, d), (e, f) = Dropout(0.5, seed=1)([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert data_of([a, b, c, d, e, f]) == flat and 0.0 in flat


def test_dropout_stands_on_sequences_and_images():
    sequences = layers.Sequential(layers.RNN(1, 2, seed=1), Dropout(0.5, seed=1), layers.LSTM(2, 1, seed=2))
    images = layers.Sequential(layers.Conv2d(1, 2, 1, seed=1), Dropout(0.5, seed=1), layers.Flatten())
    assert len(sequences([1.0, 2.0, 3.0])) == 3 and len(images([[[1.0, 2.0]]])) == 4
    assert {a.data for a in Dropout(0.5)([])} == set()


@pytest.mark.parametrize("x", [3.0, None, "ab", {1: 2}, Value(1.0), [[1.0], 2.0], [[1.0], "a"]])
def test_what_is_no_list_cannot_be_dropped_from(x):
    with pytest.raises(TypeError, match="expected a list of numbers, or of lists, not"):
        Dropout(0.5)(x)


# In a network


def dropped_labels(output):
    return sorted(node.label for node in topological_order(output) if node.label.endswith("dropout"))


def test_in_a_network_only_hidden_neurons_are_dropped():
    model = MLP(2, [3, 2, 2], dropout=0.5, seed=1)
    hidden = [f"layer{layer}.neuron{i}.dropout" for layer, size in ((1, 3), (2, 2)) for i in range(1, size + 1)]
    outputs = model([1.0, 2.0])
    assert dropped_labels(total(outputs)) == hidden
    assert [out.label for out in outputs] == ["layer3.neuron1.z", "layer3.neuron2.z"]
    assert dropped_labels(total(model.eval()([1.0, 2.0]))) == []


def test_a_network_without_hidden_layers_has_nothing_to_drop():
    with pytest.raises(ValueError, match=r"dropout 0.9 needs a hidden layer .* \[1\]"):
        MLP(2, [1], dropout=0.9)


def test_a_network_in_use_is_the_one_without_dropout():
    model, plain = MLP(2, [4, 1], dropout=0.5, seed=1).eval(), MLP(2, [4, 1], seed=1)
    assert model([0.3, -0.7]).data == plain([0.3, -0.7]).data


def test_networks_of_one_seed_drop_the_same_neurons():
    one, other = MLP(2, [8, 1], dropout=0.5, seed=3), MLP(2, [8, 1], dropout=0.5, seed=3)
    found = [[model([1.0, 2.0]).data for _ in range(5)] for model in (one, other)]
    assert found[0] == found[1] and len(set(found[0])) > 1


def test_a_network_without_dropout_draws_its_weights_and_no_more():
    rng, other = random.Random(1), random.Random(1)
    MLP(2, [3, 1], rng=rng)
    for _ in range(2 * 3 + 3 * 1):
        other.uniform(-1, 1)
    assert rng.random() == other.random()


def test_outputs_are_told_apart_by_the_place_of_their_input():
    x = [Value(1.0, label=label) for label in ("t2.cell.h12", "kernel1.a2_1", "h")]
    assert [out.label for out in Dropout(0.5)(x)] == ["t2.cell.dropout12", "kernel1.dropout2_1", "dropout"]


def test_inputs_without_a_label_make_outputs_that_are_called_dropout():
    assert [out.label for out in Dropout(0.5, seed=1)([Value(1.0), Value(2.0, label="h.a")])] == [
        "dropout",
        "h.dropout",
    ]


def test_a_picture_shows_what_was_dropped_in_the_box_of_its_neuron():
    source = draw(MLP(1, [2, 1], dropout=0.5, seed=1)([1.0])).source
    for i in (1, 2):
        cluster = source.partition(f"label=<layer 1 · neuron {i}>")[2].partition("}")[0]
        assert "<B>a = tanh(z)</B>" in cluster and "<B>dropout = a * " in cluster


def test_a_copy_of_a_network_drops_what_the_network_drops():
    model = MLP(2, [8, 1], dropout=0.5, seed=1)
    model([1.0, 2.0])
    twins = copy.deepcopy(model), pickle.loads(pickle.dumps(model))
    expected = [model([1.0, 2.0]).data for _ in range(5)]
    assert all([twin([1.0, 2.0]).data for _ in range(5)] == expected for twin in twins)


@pytest.mark.parametrize("training", [True, False])
def test_a_copy_of_a_network_is_in_the_same_mode(training):
    model = MLP(2, [3, 1], dropout=0.5).set_mode(training)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert [part.training for part in twin.modules()] == [training] * len(list(model.modules()))


# Modules and their modes


def test_the_modules_of_a_network_are_itself_its_layers_neurons_and_dropout():
    model = MLP(2, [2, 1], seed=1)
    first, last = model.layers
    assert list(model.modules()) == [model, first, *first.neurons, last, *last.neurons, model.dropout]


def test_a_mode_reaches_every_module_and_comes_back_as_the_model():
    model = Module()
    model.inner, model.others = MLP(2, [3, 1], dropout=0.5), (Dropout(0.1), [Dropout(0.2)], "text")
    assert model.eval() is model
    assert not any(part.training for part in model.modules())
    assert model.train() is model
    assert all(part.training for part in model.modules())


def test_a_new_module_is_in_the_mode_for_training():
    assert Module().training and MLP(2, [1]).training and Dropout(0.5).training


def test_a_module_that_is_held_twice_comes_once():
    model = Module()
    model.first = model.second = Neuron(1)
    model.all = [model.first, model.second]
    assert list(model.modules()) == [model, model.first]


class Child(Module):
    """A module that knows the one that holds it."""

    def __init__(self, parent):
        self.w, self.parent = parameter(1.0), parent


def family():
    model = Module()
    model.children, model.b = [Child(model), Child(model)], parameter(0.0)
    model.me = model
    return model


def test_modules_that_hold_each_other_come_once_and_share_a_mode():
    model = family()
    assert list(model.modules()) == [model, *model.children]
    assert not any(part.training for part in model.eval().modules())


def test_modules_that_hold_each_other_have_their_parameters_once():
    model = family()
    assert model.parameters() == [p for _, p in model.named_parameters()]
    assert set(model.parameters()) == {model.children[0].w, model.children[1].w, model.b}


def test_a_chain_of_modules_of_any_depth_has_parameters_and_modes():
    model = innermost = Child(None)
    for _ in range(5000):
        model = Child(model)
    assert len(model.parameters()) == len(list(model.named_parameters())) == 5001
    assert not model.eval().training and not innermost.training
