"""Saving: models come back bit for bit, files that are not what they should be are refused, and no file is lost."""

import copy
import json
import math
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from micrograd_nn import (
    MLP,
    Layer,
    ModelFileError,
    Module,
    Neuron,
    data,
    layers,
    load,
    ops,
    parameter,
    read_metadata,
    save,
    train,
)
from micrograd_nn.data import preparation_from
from micrograd_nn.dropout import Dropout
from micrograd_nn.initial import ACTIVATIONS
from micrograd_nn.optim import SGD
from micrograd_nn.saving.kinds import KINDS as KNOWN
from micrograd_nn.saving.kinds import fields_of, may_be_left_out
from micrograd_nn.saving.model_file import FORMAT, VERSION

from .strategies import finite

ROOT = Path(__file__).parent.parent
KINDS = {
    "Neuron": lambda **keywords: Neuron(2, seed=1, **keywords),
    "Layer": lambda **keywords: Layer(2, 3, seed=1, **keywords),
    "MLP": lambda **keywords: MLP(2, [3, 1], seed=1, **keywords),
}
every_kind = pytest.mark.parametrize("kind", KINDS)
unix = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")


class Own(Module):
    """A model of one's own: two layers that share a bias, and a parameter in front."""

    def __init__(self, seed=None):
        self.scale = parameter(1.0)
        self.layers = [Layer(2, 2, seed=seed), Layer(2, 1, seed=seed)]
        self.layers[1].neurons[0].b = self.layers[0].neurons[0].b

    def __call__(self, x):
        return self.scale * self.layers[1](self.layers[0](x))


class Wrapped(MLP):
    """A network whose class is one's own."""


def bits(model):
    """Every parameter by its path, exactly: -0.0 is not 0.0 here."""
    return {path: p.data.hex() for path, p in model.named_parameters()}


def set_all(model, numbers):
    for p, number in zip(model.parameters(), numbers):
        p.data = number


def outputs(model):
    found = model([0.5, -1.5])
    return [y.data.hex() for y in (found if isinstance(found, list) else [found])]


def saved(model, path, **metadata):
    """The document that `save` writes, as a dict."""
    return json.loads(save(model, path, metadata).read_text(encoding="utf-8"))


def written(path, document):
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def change(path, value):
    """What sets a part of a document."""

    def apply(document):
        *outer, last = path
        for name in outer:
            document = document[name]
        document[last] = value

    return apply


def remove(*path):
    """What takes a part out of a document."""

    def apply(document):
        *outer, last = path
        for name in outer:
            document = document[name]
        del document[last]

    return apply


def defaults(architecture):
    """What the constructor has for those arguments that may be left out."""
    fields = fields_of(architecture["kind"])
    return {name: fields[name].default for name in architecture if name != "kind" and may_be_left_out(fields[name])}


# Round trips


@every_kind
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("expand", [False, True])
def test_a_model_comes_back_as_it_was(tmp_path, kind, activation, expand):
    model = KINDS[kind](activation=activation, expand=expand)
    again = load(save(model, tmp_path / "model.json"))
    assert type(again) is type(model) and repr(again) == repr(model)
    assert again.architecture() == model.architecture()
    assert bits(again) == bits(model) and outputs(again) == outputs(model)
    assert [p.label for p in again.parameters()] == [p.label for p in model.parameters()]


@pytest.mark.parametrize("output_activation", ACTIVATIONS)
def test_the_last_activation_and_the_rate_of_dropout_come_back(tmp_path, output_activation):
    model = MLP(2, [3, 2, 2], "relu", dropout=0.25, output_activation=output_activation, seed=1)
    again = load(save(model, tmp_path / "model.json"))
    assert again.architecture() == model.architecture()
    assert outputs(again) == outputs(model.eval())


def test_a_loaded_model_is_in_the_mode_for_use_wherever_it_was_saved(tmp_path):
    model = MLP(2, [8, 1], dropout=0.5, seed=1).train()
    path = save(model, tmp_path / "model.json")
    assert model.training
    assert not any(module.training for module in load(path).modules())
    assert not any(module.training for module in load(path, into=model).modules())


@given(
    n_inputs=st.integers(1, 4),
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    data=st.data(),
)
def test_any_finite_weights_come_back_bit_for_bit(tmp_path_factory, n_inputs, sizes, data):
    model = MLP(n_inputs, sizes, seed=1)
    n = len(model.parameters())
    set_all(model, data.draw(st.lists(finite, min_size=n, max_size=n)))
    path = tmp_path_factory.getbasetemp() / "any.json"
    assert bits(load(save(model, path))) == bits(model)


def test_the_ends_of_the_range_come_back_bit_for_bit(tmp_path):
    model = Layer(2, 3)
    ends = [0.0, -0.0, 5e-324, -5e-324, sys.float_info.min, 1e308, -sys.float_info.max, 0.1, 1 / 3]
    set_all(model, ends)
    assert list(bits(load(save(model, tmp_path / "model.json"))).values()) == [x.hex() for x in ends]


def test_a_model_of_ones_own_comes_back_into_another(tmp_path):
    model, other = Own(seed=1), Own(seed=2)
    path = save(model, tmp_path / "own.json")
    assert bits(other) != bits(model)
    assert load(path, into=other) is other
    assert bits(other) == bits(model) and outputs(other) == outputs(model)


def test_a_shared_parameter_is_saved_once_and_stays_shared(tmp_path):
    model, other = Own(seed=1), Own(seed=2)
    model.layers[1].neurons[0].b.data = 7.0
    document = saved(model, tmp_path / "own.json")
    assert [path for path in document["parameters"] if path.endswith(".b")] == [
        "layer1.neuron1.b",
        "layer1.neuron2.b",
    ]
    load(tmp_path / "own.json", into=other)
    assert other.layers[1].neurons[0].b is other.layers[0].neurons[0].b
    assert other.layers[1].neurons[0].b.data == 7.0


def test_a_network_with_tied_parameters_needs_one_like_it_to_be_loaded_into(tmp_path):
    def tied(seed):
        model = MLP(2, [2, 2, 1], seed=seed)
        model.layers[1].neurons[0].w = model.layers[0].neurons[0].w
        return model

    path = save(tied(1), tmp_path / "tied.json")
    with pytest.raises(ModelFileError, match=r"this architecture has 15 parameters, but the file 13"):
        load(path)
    assert bits(load(path, into=tied(2))) == bits(tied(1))


def test_two_parameters_of_one_name_are_refused(tmp_path):
    model = Module()
    model.w, model.w1 = [parameter(1.0)], parameter(2.0)
    with pytest.raises(ValueError, match=r"two parameters are called w1: in a model file each needs a name of its own"):
        save(model, tmp_path / "model.json")
    assert not (tmp_path / "model.json").exists()


def test_a_class_of_ones_own_may_be_called_as_one_of_ours(tmp_path):
    own = type("MLP", (Own,), {})
    path = save(own(seed=1), tmp_path / "own.json")
    with pytest.raises(ModelFileError, match=r"kind 'MLP' cannot be made from a file; make one and pass it: load\("):
        load(path)
    assert bits(load(path, into=own(seed=2))) == bits(own(seed=1))


def test_saving_changes_nothing_and_draws_nothing(tmp_path):
    model = MLP(2, [3, 1], dropout=0.5, seed=1)
    before, state = copy.deepcopy(vars(model)), model.dropout.rng.getstate()
    save(model, tmp_path / "model.json")
    assert repr(vars(model)).split(" at ")[0] == repr(before).split(" at ")[0]
    assert model.training and model.dropout.rng.getstate() == state


def test_the_same_model_makes_the_same_file(tmp_path):
    model = MLP(2, [3, 1], seed=1)
    assert save(model, tmp_path / "a").read_bytes() == save(load(tmp_path / "a"), tmp_path / "b").read_bytes()


def test_the_file_says_what_it_is(tmp_path):
    document = saved(Neuron(1, "relu", seed=1), tmp_path / "model.json", unit="mm")
    assert (document["format"], document["version"]) == (FORMAT, VERSION)
    assert document["model"] == {"kind": "Neuron", "n_inputs": 1, "activation": "relu", "expand": False, "bias": True}
    assert list(document["parameters"]) == ["w1", "b"]
    assert document["metadata"] == {"unit": "mm"}


def test_numbers_may_be_written_as_people_write_them(tmp_path):
    document = saved(Neuron(1, seed=1), tmp_path / "model.json")
    document["parameters"] = {"b": 2, "w1": -1e-1}
    assert bits(load(written(tmp_path / "model.json", document))) == {"w1": (-0.1).hex(), "b": (2.0).hex()}


# Every kind of layer

EXAMPLES = {
    "Neuron": lambda: Neuron(2, "relu", bias=False, seed=1),
    "Layer": lambda: Layer(2, 3, bias=False, seed=1),
    "MLP": lambda: MLP(2, [3, 1], dropout=0.5, bias=False, seed=1),
    "Dropout": lambda: Dropout(0.25, seed=1),
    "Sequential": lambda: layers.Sequential(Layer(2, 3, seed=1), Dropout(0.5), Layer(3, 1, seed=2)),
    "TimeDistributed": lambda: layers.TimeDistributed(layers.LayerNorm(3)),
    "Last": layers.Last,
    "Flatten": layers.Flatten,
    "Conv1d": lambda: layers.Conv1d(1, 2, 3, stride=2, padding=1, activation="elu", seed=1),
    "Conv2d": lambda: layers.Conv2d(2, 1, 2, seed=1),
    "MaxPool1d": lambda: layers.MaxPool1d(2),
    "MaxPool2d": lambda: layers.MaxPool2d(3, stride=1),
    "AveragePool1d": lambda: layers.AveragePool1d(2),
    "AveragePool2d": lambda: layers.AveragePool2d(2),
    "RNN": lambda: layers.RNN(1, 2, "relu", seed=1),
    "GRU": lambda: layers.GRU(1, 2, expand=True, seed=1),
    "LSTM": lambda: layers.LSTM(1, 2, seed=1),
    "RNNCell": lambda: layers.RNNCell(2, 2, seed=1),
    "GRUCell": lambda: layers.GRUCell(2, 1, seed=1),
    "LSTMCell": lambda: layers.LSTMCell(2, 1, seed=1),
    "Embedding": lambda: layers.Embedding(5, 3, std=0.5, seed=1),
    "PositionalEmbedding": lambda: layers.PositionalEmbedding(4, 3, seed=1),
    "LayerNorm": lambda: layers.LayerNorm(3, epsilon=1e-3),
    "RMSNorm": lambda: layers.RMSNorm(3, gain=False),
    "BatchNorm": lambda: layers.BatchNorm(3, momentum=0.2),
    "MultiHeadAttention": lambda: layers.MultiHeadAttention(4, 2, causal=False, bias=True, seed=1),
    "TransformerBlock": lambda: layers.TransformerBlock(4, 2, hidden_size=3, norm="layer", seed=1),
    "GPT": lambda: layers.GPT(5, width=4, n_heads=2, n_blocks=2, n_positions=3, seed=1),
}


def test_there_is_an_example_of_every_kind_here():
    assert set(EXAMPLES) == set(KNOWN)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_comes_back_as_it_was(tmp_path, kind):
    model = EXAMPLES[kind]()
    rng = random.Random(7)
    model.set_learned([rng.uniform(-1, 1) for _ in model.learned()])
    again = load(save(model, tmp_path / "model.json"))
    assert type(again) is type(model) and repr(again) == repr(model)
    assert again.learned() == model.learned() and bits(again) == bits(model)
    assert [p.label for p in again.parameters()] == [p.label for p in model.parameters()]
    assert [part.path for part in again.modules()] == [part.path for part in model.modules()]
    assert load(tmp_path / "model.json", into=EXAMPLES[kind]()).learned() == model.learned()


@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_may_be_left_out_of_a_file_is_as_the_constructor_has_it(tmp_path, kind):
    model = EXAMPLES[kind]()
    document = saved(model, tmp_path / "model.json")
    for name, default in defaults(document["model"]).items():
        if document["model"][name] == default:
            del document["model"][name]
    assert repr(load(written(tmp_path / "model.json", document))) == repr(model)


def recurrent(n=2, tail="linear", rate=0.5):
    """A model of nested modules."""
    each = layers.TimeDistributed(Layer(n, 1, tail, seed=2))
    return layers.Sequential(layers.Sequential(layers.LSTM(1, n, seed=1), each), Dropout(rate, seed=3))


def test_nested_modules_come_back_and_answer_the_same(tmp_path):
    model = recurrent().eval()
    again = load(save(model, tmp_path / "model.json"))
    assert repr(again) == repr(model)
    assert [y.data for y in again([1.0, 2.0])] == [y.data for y in model([1.0, 2.0])]


@pytest.mark.parametrize(
    ("into", "message"),
    [
        (lambda: recurrent(3), "model: layers 1: layers 1: n_outputs is 2, and of the model 3"),
        (lambda: recurrent(tail="relu"), "layers 1: layers 2: layer: activation is 'linear', and of the model 'relu'"),
        (lambda: layers.Sequential(recurrent()), "model: layers are 2, and of the model 1"),
        (lambda: layers.Sequential(Layer(1, 1), Dropout(0.5)), "layers 1: kind is 'Sequential', and of the model 'La"),
    ],
)
def test_nested_modules_of_another_architecture_are_not_loaded_into(tmp_path, into, message):
    path = save(recurrent(), tmp_path / "model.json")
    with pytest.raises(ModelFileError, match=message):
        load(path, into=into())


def test_the_rate_of_a_nested_dropout_may_differ_in_a_model_that_is_loaded_into(tmp_path):
    path = save(recurrent(), tmp_path / "model.json")
    assert bits(load(path, into=recurrent(rate=0.25))) == bits(recurrent())


def test_a_class_of_ones_own_among_layers_needs_a_model_to_be_loaded_into(tmp_path):
    model = layers.Sequential(Own(seed=1), Dropout(0.5))
    path = save(model, tmp_path / "model.json")
    with pytest.raises(ModelFileError, match=r"model: layers 1: kind 'Own' cannot be made from a file; make"):
        load(path)
    other = layers.Sequential(Own(seed=2), Dropout(0.5))
    assert bits(load(path, into=other)) == bits(model)


def test_what_a_loaded_dropout_drops_is_drawn_from_a_generator_without_end(tmp_path):
    dropout = load(save(layers.Sequential(Dropout(0.5)), tmp_path / "model.json")).train()
    assert len(dropout([1.0] * 10_000)) == 10_000


def test_a_layer_that_was_rebuilt_by_hand_is_refused_where_it_is(tmp_path):
    model = layers.Sequential(layers.Conv1d(1, 2, 3, seed=1), layers.Flatten())
    model.layers[0].kernels[1] = Neuron(3, "relu", seed=1)
    with pytest.raises(ValueError, match=r"^parts of Conv1d\(.* were replaced by others, which no Conv1d is made of$"):
        save(model, tmp_path / "model.json")


def test_modules_that_were_exchanged_in_a_sequence_are_saved_as_they_are(tmp_path):
    model = layers.Sequential(Layer(2, 3, seed=1), Layer(3, 1, seed=2))
    model.layers[1] = Layer(3, 2, "relu", seed=3)
    model.label_parameters()
    assert bits(load(save(model, tmp_path / "model.json"))) == bits(model)


def test_modules_nested_too_deeply_are_refused(tmp_path):
    model = layers.Last()
    for _ in range(60):
        model = layers.Sequential(model)
    with pytest.raises(ValueError, match="modules are nested more than 50 deep"):
        save(model, tmp_path / "model.json")


def test_an_older_file_is_loaded(tmp_path):
    # as version 1 was written before there were neurons without a bias
    model = {"kind": "Layer", "n_inputs": 1, "activation": "relu", "expand": False, "n_outputs": 1}
    parameters = {"neuron1.w1": 2.0, "neuron1.b": -1.0}
    document = {"format": FORMAT, "version": 1, "model": model, "parameters": parameters, "metadata": {}}
    layer = load(written(tmp_path / "old.json", document))
    assert layer([3.0]).data == 5.0


# Buffers


class Counting(Module):
    """A model of one's own that counts how often it was asked while training, and remembers the last inputs."""

    buffer_names = ("counts", "last")

    def __init__(self):
        self.layer = Layer(2, 1, seed=1)
        self.counts, self.last = [0.0], [0.0, 0.0]

    def __call__(self, x):
        if self.training:
            self.counts[0] += 1.0
            self.last = [float(number) for number in x]
        return self.layer(x)


def test_buffers_come_back(tmp_path):
    norm = layers.BatchNorm(1)
    norm([[1.0], [3.0]])  # mean 2, variance 2 of n - 1: a tenth of the way from 0 and 1
    document = saved(norm, tmp_path / "norm.json")
    assert document["buffers"] == {"running_mean": [0.2], "running_variance": [1.1]}
    assert load(tmp_path / "norm.json").running_mean == [0.2]


def test_a_model_without_buffers_has_no_place_for_them_in_its_file(tmp_path):
    assert "buffers" not in saved(Neuron(1), tmp_path / "model.json")


def test_buffers_of_a_model_of_ones_own_come_back_under_their_paths(tmp_path):
    model, other = layers.Sequential(Counting()), layers.Sequential(Counting())
    model([0.5, 2.0])
    path = save(model, tmp_path / "model.json")
    assert json.loads(path.read_text())["buffers"] == {"layer1.counts": [1.0], "layer1.last": [0.5, 2.0]}
    load(path, into=other)
    assert (other.layers[0].counts, other.layers[0].last) == ([1.0], [0.5, 2.0])


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (remove("buffers"), "model.json: buffers: 'running_mean' is missing"),
        (change(["buffers"], []), "model.json: 'buffers' must be an object, not a list"),
        (change(["buffers", "more"], [1.0]), "model.json: buffers: 'more' does not belong here"),
        (change(["buffers", "running_mean"], [1.0]), "buffers: 'running_mean' must have 2 numbers, not 1"),
        (change(["buffers", "running_mean", 1], "0"), "'running_mean' must be a list of numbers, but item 2 is a text"),
        (remove("buffers", "running_variance"), "buffers: 'running_variance' is missing"),
    ],
)
def test_buffers_that_are_wrong_are_refused_and_nothing_changes(tmp_path, edit, message):
    path = tmp_path / "model.json"
    document = saved(layers.BatchNorm(2), path)
    edit(document)
    model = layers.BatchNorm(2)
    model.set_learned([float(i) for i in range(8)])
    for into in (None, model):
        with pytest.raises(ModelFileError, match=message):
            load(written(path, document), into=into)
    assert model.learned() == [float(i) for i in range(8)]


def test_buffers_do_not_belong_to_a_model_that_has_none(tmp_path):
    document = {**saved(Neuron(1, seed=1), tmp_path / "model.json"), "buffers": {"mean": [1.0]}}
    with pytest.raises(ModelFileError, match="buffers: 'mean' does not belong here"):
        load(written(tmp_path / "model.json", document))


def test_a_buffer_that_is_not_finite_is_refused_by_name(tmp_path):
    norm = layers.BatchNorm(2)
    norm.running_mean[1] = math.inf
    with pytest.raises(ValueError, match=r"^running_mean is inf: a model file holds finite numbers$"):
        save(norm, tmp_path / "model.json")


# Metadata


@pytest.mark.parametrize(
    "metadata", [None, {}, {"classes": ["é", "日本", "\n\"'\\"], "scale": [0.1, -0.0, None, True]}]
)
def test_metadata_travel_with_the_model(tmp_path, metadata):
    path = save(Neuron(1), tmp_path / "model.json", metadata)
    assert repr(read_metadata(path)) == repr(metadata or {})


def nested(depth):
    """A number in a list in a list …"""
    found = 1
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"x": {1, 2}}, "metadata must be what JSON can hold: Object of type set"),
        ({"x": math.nan}, "metadata must be what JSON can hold: Out of range float values"),
        ({("a", "b"): 1}, "metadata must be what JSON can hold: keys must be str"),
        ({"x": "\ud800"}, "metadata must be what JSON can hold: 'utf-8' codec can't encode"),
        ([1, 2], "metadata must be what JSON can hold"),
        ({"x": nested(1000)}, "metadata must be what JSON can hold: maximum recursion|nested"),
        ({"x": nested(60)}, "model.json: metadata: x.*: nested more than 50 deep"),
        ({"x": [[]] * 10_000}, "model.json: more than 10,000 brackets"),
        ({"x": "[" * 10_001}, "model.json: more than 10,000 brackets"),
        ({"id": 10**20}, "model.json: metadata: id: a whole number of 21 digits"),
        ({1: "a", "1": "b"}, "model.json: metadata: '1' stands 2 times in one object"),
    ],
)
def test_metadata_that_could_not_be_read_again_are_refused_and_the_old_file_stays(tmp_path, metadata, message):
    path = save(Neuron(1, seed=1), tmp_path / "model.json")
    before = path.read_bytes()
    with pytest.raises(ValueError, match=message):
        save(Neuron(1, seed=2), path, metadata)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.json"]


# What save refuses


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_parameter_that_is_not_finite_is_refused_by_name(tmp_path, bad):
    model = MLP(1, [2, 1], seed=1)
    model.layers[0].neurons[1].b.data = bad
    with pytest.raises(ValueError, match=f"^layer1.neuron2.b is {bad}: a model file holds finite numbers$"):
        save(model, tmp_path / "model.json")
    assert os.listdir(tmp_path) == []


def test_an_activation_of_ones_own_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"sin is an activation of one's own, where a name is needed: linear, tanh"):
        save(Neuron(1, ops.sin), tmp_path / "model.json")


def test_a_network_that_was_rebuilt_by_hand_is_refused(tmp_path):
    model = MLP(2, [3, 3, 1], seed=1)
    model.layers[1] = Layer(3, 3, "relu", seed=1)
    with pytest.raises(ValueError, match=r"parts of MLP.* were replaced by others, which no MLP is made of"):
        save(model, tmp_path / "model.json")


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(TypeError, match=r"^a model is a Module, such as an MLP, not str$"):
        save("model.json", MLP(1, [1]))


# What load refuses


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (change(["format"], "micrograd model"), "this is no micrograd_nn model"),
        (change(["format"], None), "'format' must be a text, not null"),
        (remove("format"), "this is no micrograd_nn model"),
        (change(["version"], 2), "version 2 is not known here: version 1 is; a newer micrograd_nn may read it"),
        (change(["version"], 0), "version 0 is not known here"),
        (change(["version"], True), "'version' must be a whole number, not true"),
        (change(["version"], "1"), "'version' must be a whole number, not a text"),
        (remove("version"), "'version' is missing"),
        (change(["code"], "import os"), "'code' does not belong here"),
        (remove("model"), "'model' is missing"),
        (change(["model"], "MLP"), "'model' must be an object, not a text"),
        (remove("parameters"), "'parameters' is missing"),
        (change(["parameters"], []), "'parameters' must be an object, not a list"),
        (remove("metadata"), "'metadata' is missing"),
        (change(["metadata"], [1]), "'metadata' must be an object, not a list"),
        (remove("model", "kind"), "model: 'kind' is missing"),
        (change(["model", "kind"], "Layers"), r"model: kind 'Layers' cannot be made .*; did you mean Layer\?"),
        (change(["model", "kind"], "Net"), r"model: kind 'Net' .*; make one and pass it: load\(path, into=model\)"),
        (change(["model", "kind"], "x" * 10**6), "model: 'kind' is a text of 1,000,000 letters"),
        (change(["model", "extra"], 1), "model: 'extra' does not belong here"),
        (change(["model", "n_outputs"], 1), "model: 'n_outputs' does not belong here"),
        (remove("model", "n_inputs"), "model: 'n_inputs' is missing"),
        (change(["model", "n_inputs"], 0), "model: n_inputs must be at least 1, not 0"),
        (change(["model", "n_inputs"], 2.0), "model: 'n_inputs' must be a whole number, not 2.0"),
        (change(["model", "n_inputs"], True), "model: 'n_inputs' must be a whole number, not true"),
        (change(["model", "n_inputs"], 3), "model: this architecture has 16 parameters, but the file 13"),
        (change(["model", "sizes"], []), "model: sizes must be a list with the size of each layer"),
        (change(["model", "sizes"], [3, 0]), "model: n_outputs must be at least 1, not 0"),
        (change(["model", "sizes"], [3, True]), "model: 'sizes' must be a list of whole numbers, but item 2 is true"),
        (change(["model", "sizes"], 3), "model: 'sizes' must be a list of whole numbers, not 3"),
        (change(["model", "sizes"], [10**9, 10**9]), "model: sizes of 2,000,000,002 in all do not belong to "),
        (change(["model", "sizes"], [1] * 10**5), "model: sizes of 100,002 in all do not belong to a file of 13 "),
        (change(["model", "sizes"], [100, 100]), "model: this architecture has more parameters than the file, 13"),
        (change(["model", "activation"], "tan"), "model: unknown activation 'tan': .*; did you mean 'tanh'"),
        (change(["model", "activation"], "__import__"), "model: unknown activation '__import__'"),
        (change(["model", "activation"], "x" * 10**6), "model: 'activation' is a text of 1,000,000 letters"),
        (change(["model", "activation"], None), "model: 'activation' must be a text, not null"),
        (change(["model", "output_activation"], 1), "model: 'output_activation' must be a text, not 1"),
        (change(["model", "expand"], 0), "model: 'expand' must be true or false, not 0"),
        (change(["model", "dropout"], 1.0), "model: the rate of dropout must be at least 0 and below 1, not 1.0"),
        (change(["model", "dropout"], False), "model: 'dropout' must be a number, not false"),
        (change(["parameters", "layer1.neuron1.w1"], None), "parameters: 'layer1.neuron1.w1' must be a number, not nu"),
        (change(["parameters", "layer1.neuron1.w1"], True), "parameters: 'layer1.neuron1.w1' must be a number, not tr"),
        (change(["parameters", "layer1.neuron1.w1"], "1"), "parameters: 'layer1.neuron1.w1' must be a number, not a "),
        (change(["parameters", "layer1.neuron1.w1"], math.nan), "parameters: layer1.neuron1.w1: NaN is not a number"),
        (change(["parameters", "layer1.neuron1.w1"], -math.inf), "parameters: layer1.neuron1.w1: -Infinity is not a n"),
        (change(["parameters", "layer1.neuron1.w1"], 10**4000), "layer1.neuron1.w1: a whole number of 4,001 digits"),
        (change(["parameters", "layer9.neuron1.w1"], 0.0), "this architecture has 13 parameters, but the file 14"),
        (remove("parameters", "layer2.neuron1.b"), "this architecture has 13 parameters, but the file 12"),
    ],
)  # fmt: skip
def test_load_refuses_what_is_wrong_and_says_where(tmp_path, edit, message):
    path = tmp_path / "model.json"
    document = saved(MLP(2, [3, 1], seed=1), path)
    edit(document)
    with pytest.raises(ModelFileError, match=message) as caught:
        load(written(path, document))
    assert str(caught.value).startswith(f"{path}: ") and len(str(caught.value)) < 400


def test_a_parameter_under_another_name_is_refused(tmp_path):
    document = saved(Neuron(1, seed=1), tmp_path / "model.json")
    document["parameters"] = {"w1": 1.0, "bias": 1.0}
    with pytest.raises(ModelFileError, match=r"parameters: 'b' is missing"):
        load(written(tmp_path / "model.json", document))


@pytest.mark.parametrize("level", ["", "model", "parameters", "metadata"])
def test_a_key_that_stands_twice_is_refused_at_every_level(tmp_path, level):
    path = tmp_path / "model.json"
    document = saved(Neuron(1, seed=1), path, unit="mm")
    inner = document[level] if level else document
    name = next(iter(inner))
    text = json.dumps(inner)
    twice = json.dumps(document).replace(text, f"{text[:-1]}, {json.dumps(name)}: {json.dumps(inner[name])}}}")
    path.write_text(twice, encoding="utf-8")
    place = f"{level}: " if level else ""
    with pytest.raises(ModelFileError, match=f"model.json: {place}'{name}' stands 2 times in one object$"):
        load(path)


@pytest.mark.parametrize(
    "edit",
    [
        change(["parameters", "scale"], None),
        change(["parameters", "layer2.neuron1.w2"], "0"),
        change(["parameters", "more"], 1.0),
        remove("parameters", "layer1.neuron2.b"),
        change(["version"], 7),
        change(["model"], {}),
        change(["model", "sizes"], [2, 1]),
    ],
)
def test_a_refused_file_changes_nothing_in_the_model(tmp_path, edit):
    path = tmp_path / "own.json"
    document = saved(Own(seed=1), path)
    edit(document)
    model = Own(seed=2).train()
    before = bits(model)
    with pytest.raises(ModelFileError):
        load(written(path, document), into=model)
    assert bits(model) == before and all(module.training for module in model.modules())


def test_a_model_that_is_loaded_into_may_be_expanded_and_may_drop_out(tmp_path):
    model, other = MLP(2, [3, 1], seed=1), MLP(2, [3, 1], expand=True, dropout=0.5, seed=2)
    load(save(model, tmp_path / "model.json"), into=other)
    assert bits(other) == bits(model)
    assert other.architecture() == model.architecture() | {"expand": True, "dropout": 0.5}


def test_a_class_may_be_renamed_and_may_bear_a_known_name(tmp_path):
    document = saved(Own(seed=1), tmp_path / "own.json")
    document["model"]["kind"] = "MLP"
    assert bits(load(written(tmp_path / "own.json", document), into=Own(seed=2))) == bits(Own(seed=1))
    network = save(MLP(2, [3, 1], seed=1), tmp_path / "network.json")
    assert bits(load(network, into=Wrapped(2, [3, 1], seed=2))) == bits(MLP(2, [3, 1], seed=1))


@pytest.mark.parametrize(
    ("into", "message"),
    [
        (lambda: MLP(2, [3, 1], "relu"), "model: activation is 'tanh', and of the model 'relu'"),
        (lambda: MLP(2, [3, 1], output_activation="relu"), "output_activation is 'linear', and of the model 'relu'"),
        (lambda: MLP(2, [4, 1]), r"model: sizes is \[3, 1\], and of the model \[4, 1\]"),
        (lambda: Layer(2, 3), "model: kind is 'MLP', and of the model 'Layer'"),
        (lambda: Own(), "parameters: 'scale' is missing"),
    ],
)
def test_a_model_of_another_architecture_is_not_loaded_into(tmp_path, into, message):
    path = save(MLP(2, [3, 1], seed=1), tmp_path / "model.json")
    with pytest.raises(ModelFileError, match=message):
        load(path, into=into())


def test_read_metadata_refuses_what_load_refuses(tmp_path):
    path = tmp_path / "model.json"
    with pytest.raises(ModelFileError, match=r"this is no micrograd_nn model"):
        read_metadata(written(path, {"metadata": {}}))
    with pytest.raises(FileNotFoundError):
        read_metadata(tmp_path / "missing")


@pytest.mark.parametrize("layer", [layers.MaxPool1d(20_000), layers.Conv1d(1, 1, 1, stride=20_000, seed=1)])
def test_sizes_that_make_no_parameters_may_be_large(tmp_path, layer):
    assert repr(load(save(layer, tmp_path / "model.json"))) == repr(layer)


def test_a_module_that_stands_twice_is_loaded_into_one_like_it(tmp_path):
    def twice(seed):
        return layers.Sequential(*[Layer(2, 2, seed=seed)] * 2)

    path = save(twice(1), tmp_path / "model.json")
    assert bits(load(path, into=twice(2))) == bits(twice(1))
    with pytest.raises(ModelFileError, match=r"if modules of the model share some, .*: load\(path, into=model\)$"):
        load(path)


HUGE = {
    "sizes": {"kind": "MLP", "n_inputs": 1, "sizes": [10**9, 10**9]},
    "a norm, whose numbers are not drawn": {"kind": "LayerNorm", "width": 10**9},
    "many norms": {"kind": "Sequential", "layers": [{"kind": "BatchNorm", "width": 9000}] * 400},
    "many blocks": {"kind": "GPT", "n_tokens": 2, "width": 2, "n_heads": 1, "n_blocks": 9000},
    "a square": {"kind": "LSTM", "n_inputs": 4000, "n_outputs": 4000},
    "a cube": {"kind": "Conv2d", "n_inputs": 1, "n_outputs": 1, "kernel_size": 9000},
    "many layers": {"kind": "MLP", "n_inputs": 1, "sizes": [1] * 9000},
}


@pytest.mark.parametrize("model", HUGE.values(), ids=HUGE)
def test_huge_sizes_allocate_next_to_nothing(tmp_path, model):
    pytest.importorskip("resource")
    document = {**saved(MLP(2, [3, 1], seed=1), tmp_path / "model.json"), "model": model}
    program = """
import resource, sys, tracemalloc
from micrograd_nn import load, ModelFileError
resource.setrlimit(resource.RLIMIT_AS, (600_000_000, 600_000_000))
tracemalloc.start()
try:
    load(sys.argv[1])
except ModelFileError:
    print(tracemalloc.get_traced_memory()[1] < 1_000_000)
"""
    path = written(tmp_path / "model.json", document)
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")


# Mutations

NASTY = [None, True, False, 0, -1, 1, 2**63, 10**30, 1.5, 1e308, math.nan, math.inf, "", "x", "MLP", "tanh", "\ud800",
         [], [[]], {}, {"a": {}}, [10**9, 10**9], [None], [1] * 100, nested(40), nested(60)]  # fmt: skip


def places(part, path=()):
    """The path to every part of a document; of a long list only the first and last items."""
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, inner in list(items):
        if isinstance(part, dict) or name in (0, len(part) - 1):
            yield (*path, name)
            yield from places(inner, (*path, name))


def mutations(document):
    """Documents that each differ from this one in one place."""
    for path in places(document):
        for value in NASTY:
            yield mutated(document, change(path, value))
        yield mutated(document, remove(*path))
        yield mutated(document, change([*path[:-1], "added"], 1.0) if isinstance(path[-1], str) else doubled(path))


def doubled(path):
    """What puts an item of a list there twice."""

    def apply(document):
        *outer, last = path
        for name in outer:
            document = document[name]
        document.insert(last, document[last])

    return apply


def mutated(document, edit):
    new = json.loads(json.dumps(document))
    edit(new)
    return new


@pytest.mark.parametrize(
    "kind", ["MLP", "Own", *[pytest.param(k, marks=pytest.mark.search) for k in ("Neuron", "Layer")]]
)
def test_every_mutation_of_a_file_is_loaded_as_it_says_or_refused(tmp_path, kind):
    model = Own(seed=1) if kind == "Own" else KINDS[kind]()
    document = saved(model, tmp_path / "model.json", unit={"names": ["a", None]})
    refused = 0
    for new in mutations(document):
        into = Own(seed=2) if kind == "Own" else None
        before = into and bits(into)
        path = written(tmp_path / "new.json", new)
        try:
            again = load(path, into)
        except ModelFileError:
            refused += 1
            assert before == (into and bits(into))
        else:
            meant = saved(again, tmp_path / "again.json")
            assert kind == "Own" or meant["model"] == defaults(meant["model"]) | new["model"]
            assert {name: float(x) for name, x in new["parameters"].items()} == meant["parameters"]
    assert refused > 300


@settings(max_examples=100)
@given(st.data())
def test_damaged_bytes_are_loaded_as_they_say_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    content = bytearray(save(MLP(1, [2, 1], seed=1), path).read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(start + 20, len(content))))
        content[start:end] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b'"', b"{", b"]", b"1e9", b"NaN", b"-"])
        )
    path.write_bytes(content)
    try:
        model = load(path)
    except ModelFileError as error:
        model = str(error)
    assert isinstance(model, Module) or model.startswith(str(path))


# Preparations


@pytest.mark.parametrize("categories", [[], ["red", "green", "red"]])
def test_categories_are_at_least_one_and_each_once(categories):
    column = {"name": "colour", "categories": categories}
    target = {"name": "price", "categories": None, "shifts": [0.0], "scales": [1.0]}
    document = {"columns": [column], "shifts": [], "scales": [], "target": target}
    with pytest.raises(ModelFileError, match=r"^file: columns 1: 'categories' must be at least one, and each once$"):
        preparation_from(document, "file")


# Files


@pytest.mark.parametrize("place", ["missing/model.json", "file/model.json", "folder", "x" * 300])
def test_a_path_that_cannot_be_written_is_an_os_error_that_names_it(tmp_path, place):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError) as caught:
        save(Neuron(1), tmp_path / place)
    assert caught.value.filename == str(tmp_path / place)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"] and os.listdir(tmp_path / "folder") == []


@unix
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path):
    resource = pytest.importorskip("resource")
    path = save(Neuron(1, seed=1), tmp_path / "model.json")
    before = path.read_bytes()

    def fill():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            save(MLP(2, [50, 1], seed=1), path)
        except OSError as error:
            return error.filename == str(path)
        return False

    assert os.waitstatus_to_exitcode(os.waitpid(in_a_child(fill), 0)[1]) == 0
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.json"]


def in_a_child(function):
    """The process that calls a function, and exits with 0 if the answer is True."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if function() is True else 2
        finally:
            os._exit(code)
    return child


def models_in_turn(path, models):
    """Save one model after the other, without end."""
    while True:
        for model in models:
            save(model, path)


@unix
@pytest.mark.parametrize("n_kills", [20, pytest.param(200, marks=pytest.mark.search)])
def test_a_kill_while_saving_leaves_the_old_file_or_the_new_one(tmp_path, n_kills):
    path, rng = tmp_path / "model.json", random.Random(4)
    models = [MLP(2, [8, 8, 1], seed=1), MLP(2, [12, 1], seed=2)]
    start = time.perf_counter()
    save(models[0], path)
    longest = 6 * (time.perf_counter() - start)  # so that some are killed while they save, and some afterwards
    left = set()
    for i in range(10 * n_kills):  # a busy machine may need more of them before either has been left
        if i >= n_kills and len(left) == 2:
            break
        child = in_a_child(lambda: models_in_turn(path, models))
        time.sleep(rng.uniform(0.0, max(0.01, longest)))
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        again = load(path)
        assert [bits(again) == bits(model) for model in models].count(True) == 1
        left.add(repr(again))
    assert len(left) == 2


class Boosted(SGD):
    """An optimizer of one's own with a setting that JSON cannot hold."""

    def __init__(self, parameters, learning_rate=0.1, boost=frozenset([1])):
        super().__init__(parameters, learning_rate)
        self.boost = boost


def test_a_setting_that_json_cannot_hold_is_not_taken_for_metadata(tmp_path):
    model = MLP(2, [2, 1], seed=1)
    run = train(model, data.xor(), optimizer=Boosted(model.parameters()))
    with pytest.raises(ValueError, match="the settings of a run must be what JSON can hold: Object of type frozenset"):
        save(run, tmp_path / "run.json")
    assert not list(tmp_path.iterdir())
