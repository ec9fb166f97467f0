"""Checkpoints: a run that was saved and goes on, whatever was asked of it, gives the bits of one that never stopped."""

import itertools
import json
import math
import os
import random
import signal
import sys
import time
from fractions import Fraction
from functools import partial

import pytest

from micrograd_nn import (
    MLP,
    Dropout,
    Layer,
    ModelFileError,
    Module,
    data,
    layers,
    load,
    parameter,
    read_metadata,
    resume,
    save,
    total,
    train,
)
from micrograd_nn.losses import huber
from micrograd_nn.optim import OPTIMIZERS, Cosine, LinearDecay, StepDecay, WarmUp

from .test_saving import change, in_a_child, mutated, mutations, nested, remove, unix, written

MOONS = data.moons(12, seed=3)
HELD_OUT = data.moons(6, seed=4)


def moons_run(optimizer="adam", epochs=6, dropout=0.0, rate=None, seed=5, **keywords):
    """A run on twelve points, made anew from nothing but its arguments."""
    model = MLP(2, [3, 1], dropout=dropout, seed=1)
    rule = OPTIMIZERS[optimizer](model.parameters(), **({} if rate is None else {"learning_rate": rate}))
    return train(model, MOONS, optimizer=rule, epochs=epochs, seed=seed, **keywords)


def whole_state(run):
    """All that a run is, but for the seconds that it took: what two runs have to share to be the same."""
    measures = [tuple(getattr(epoch, name) for name in epoch.__slots__ if name != "seconds") for epoch in run.history]
    data = [p.data for p in run.model.parameters()]
    return repr((measures, data, run.state(), run.over, run.model.training))


def trained(run, n_epochs):
    for _ in itertools.islice(run, n_epochs):
        pass
    return run


# Going on


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [None, 5])
@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize(
    "more",
    [{}, {"validation": HELD_OUT}, {"validation": 0.25, "patience": 2}, {"l1": 1e-3, "l2": 1e-2, "clip_norm": 0.5}],
)
def test_a_resumed_run_gives_the_bits_of_one_that_never_stopped(tmp_path, optimizer, batch_size, dropout, more):
    def new():
        return moons_run(optimizer, dropout=dropout, batch_size=batch_size, **more)

    path = save(trained(new(), 2), tmp_path / "run.json")
    again = resume(new(), path)
    assert whole_state(again) == whole_state(trained(new(), 2))
    assert whole_state(again.finish()) == whole_state(new().finish())


@pytest.mark.parametrize("done", range(7))
def test_a_run_may_be_resumed_after_any_epoch(tmp_path, done):
    path = save(trained(moons_run(dropout=0.3, batch_size=4), done), tmp_path / "run.json")
    again = resume(moons_run(dropout=0.3, batch_size=4), path)
    assert len(again.history) == done + 1
    assert whole_state(again.finish()) == whole_state(moons_run(dropout=0.3, batch_size=4).finish())


def test_a_run_may_be_resumed_again_and_again(tmp_path):
    path = save(moons_run("momentum", batch_size=5, dropout=0.3), tmp_path / "run.json")
    for _ in range(6):
        save(trained(resume(moons_run("momentum", batch_size=5, dropout=0.3), path), 1), path)
    again = resume(moons_run("momentum", batch_size=5, dropout=0.3), path)
    assert again.over
    assert whole_state(again) == whole_state(moons_run("momentum", batch_size=5, dropout=0.3).finish())


RATES = [Cosine(0.3, steps=15), LinearDecay(0.3, steps=15), WarmUp(Cosine(0.3, steps=15), steps=5), StepDecay(0.3, 4)]


@pytest.mark.parametrize("rate", RATES)
def test_a_schedule_goes_on_where_it_was(tmp_path, rate):
    path = save(trained(moons_run("sgd", rate=rate, batch_size=5), 3), tmp_path / "run.json")
    whole = moons_run("sgd", rate=rate, batch_size=5).finish()
    assert whole_state(resume(moons_run("sgd", rate=rate, batch_size=5), path).finish()) == whole_state(whole)
    assert len({epoch.learning_rate for epoch in whole.history}) > 2


def test_a_finished_run_is_finished_when_it_is_resumed(tmp_path):
    path = save(moons_run().finish(), tmp_path / "run.json")
    again = resume(moons_run(), path)
    assert again.over and list(again) == []
    assert whole_state(again) == whole_state(moons_run().finish())


def test_a_finished_run_goes_on_when_more_epochs_are_asked_for(tmp_path):
    path = save(moons_run(epochs=4, patience=3).finish(), tmp_path / "run.json")
    again = resume(moons_run(epochs=9, patience=3), path)
    assert not again.over
    assert whole_state(again.finish()) == whole_state(moons_run(epochs=9, patience=3).finish())


def impatient():
    """A run whose steps are so long that it soon has enough."""
    return moons_run("sgd", epochs=50, rate=1.9, validation=HELD_OUT, patience=3)


def test_a_run_that_lost_patience_has_its_best_parameters_when_it_is_resumed(tmp_path):
    run = impatient().finish()
    assert len(run.history) < 50 and run.best_parameters != run.parameters
    again = resume(impatient(), save(run, tmp_path / "run.json"))
    assert again.over and [p.data for p in again.model.parameters()] == run.best_parameters
    assert whole_state(again) == whole_state(run)


def test_where_the_new_run_stands_does_not_matter(tmp_path):
    path = save(trained(moons_run(batch_size=5, dropout=0.3), 2), tmp_path / "run.json")
    other = trained(moons_run(batch_size=5, dropout=0.3, seed=99), 4)
    assert whole_state(resume(other, path).finish()) == whole_state(moons_run(batch_size=5, dropout=0.3).finish())


class Own(Module):
    """A model of one's own, with a generator of its own."""

    def __init__(self):
        self.layer, self.noise = Layer(2, 1, seed=1), parameter(0.1)
        self.rng = random.Random(2)

    def __call__(self, x):
        return self.layer(x) + (self.noise * self.rng.gauss(0, 1) if self.training else 0.0)


def test_generators_in_a_model_of_ones_own_go_on_even_between_two_normal_numbers(tmp_path):
    def new():
        return train(Own(), MOONS[:3], epochs=5, seed=1)

    run = trained(new(), 3)  # nine numbers drawn: the tenth waits as the other one of its pair
    assert run.model.rng.getstate()[2] is not None
    assert whole_state(resume(new(), save(run, tmp_path / "run.json")).finish()) == whole_state(new().finish())


class Letters(Module):
    """A model whose inputs are texts."""

    def __init__(self):
        self.weights = {letter: parameter(0.1) for letter in "abc"}

    def __call__(self, x):
        return total([self.weights[letter] for letter in x])


def test_examples_may_be_texts(tmp_path):
    def new(text):
        return train(Letters(), [(text, 1), ("c", 0)], epochs=4)

    path = save(trained(new("ab"), 2), tmp_path / "run.json")
    assert whole_state(resume(new("ab"), path).finish()) == whole_state(new("ab").finish())
    with pytest.raises(ModelFileError, match="the run that was saved had other examples"):
        resume(new("ba"), path)


class Normed(Module):
    """A model whose buffers follow its inputs, and matter."""

    buffer_names = ("mean",)

    def __init__(self):
        self.layer, self.mean = Layer(2, 1, seed=1), [0.0, 0.0]

    def __call__(self, x):
        if self.training:
            self.mean = [0.9 * m + 0.1 * xi for m, xi in zip(self.mean, x)]
        return self.layer([xi - m for m, xi in zip(self.mean, x)])


@pytest.mark.parametrize("more", [{}, {"validation": HELD_OUT, "patience": 2}])
def test_buffers_go_on_where_they_were(tmp_path, more):
    def new():
        return train(Normed(), MOONS, epochs=8, batch_size=5, seed=1, **more)

    path = save(trained(new(), 3), tmp_path / "run.json")
    again = resume(new(), path)
    assert again.model.mean == trained(new(), 3).model.mean != [0.0, 0.0]
    assert whole_state(again.finish()) == whole_state(new().finish())
    assert again.model.mean == new().finish().model.mean


def test_sequences_and_nested_modules_go_on_with_the_same_bits(tmp_path):
    def new(last=2):
        layer = layers.TimeDistributed(Layer(3, 3, "linear", seed=2))
        model = layers.Sequential(layers.Embedding(3, 2, seed=1), layers.LSTM(2, 3, seed=1), layer)
        examples = [([0, 1, 2], [1, 2, 0]), ([0, 2], [2, last]), ([0], [1])]
        return train(model, examples, "cross_entropy", epochs=4, batch_size=1, seed=1)

    path = save(trained(new(), 2), tmp_path / "run.json")
    assert whole_state(resume(new(), path).finish()) == whole_state(new().finish())
    with pytest.raises(ModelFileError, match="the run that was saved had other examples"):
        resume(new(last=1), path)


def normed():
    """A network that norms the vectors of a sequence, and keeps how they are spread."""
    first, last = (layers.TimeDistributed(Layer(2, 2, act, seed=1)) for act in ("tanh", "linear"))
    return layers.Sequential(first, layers.BatchNorm(2), Dropout(0.3, seed=2), last)


SEQUENCES = [([0, 1, 1], [1, 1, 0]), ([1, 0], [0, 0]), ([0, 0, 1, 1], [0, 1, 1, 0]), ([1, 1], [1, 0])]
VECTORS = [([[float(t), 1.0 - t] for t in tokens], targets) for tokens, targets in SEQUENCES]
NETWORKS = {
    "BatchNorm": (normed, VECTORS, "cross_entropy"),
    "GPT": (lambda: layers.GPT(2, width=2, n_heads=1, n_positions=4, seed=1), SEQUENCES, "cross_entropy"),
    "LSTM": (lambda: layers.LSTM(2, 1, seed=1), VECTORS, lambda hs, target: (hs[-1][0] - target[-1]) ** 2),
}


def network_run(name, **more):
    make, examples, loss = NETWORKS[name]
    asked = {"epochs": 6, "batch_size": 2, "validation": examples[:1], "clip_norm": 1.0, "seed": 1}
    return train(make(), examples, loss, **asked, **more)


@pytest.mark.parametrize("more", [{}, {"patience": 1}], ids=["to the end", "until it is no better"])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_kind_of_network_goes_on_with_the_same_bits(tmp_path, name, more):
    whole = network_run(name, **more).finish()
    for done in range(len(whole.history)):
        path = save(trained(network_run(name, **more), done), tmp_path / "run.json")
        assert whole_state(resume(network_run(name, **more), path).finish()) == whole_state(whole)
    assert load(path).learned() == whole.model.learned()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Python 3.13 frees nodes by __del__
@pytest.mark.parametrize("name", NETWORKS)
def test_ctrl_c_leaves_every_kind_of_network_as_a_whole_epoch_left_it(name):
    left, rng = [whole_state(trained(network_run(name), n)) for n in (1, 2)], random.Random(9)
    n = lines_of(partial(next, trained(network_run(name), 1)))
    for _ in range(10):
        run, stop = trained(network_run(name), 1), rng.randrange(n)
        assert lines_of(partial(next, run), stop) == stop
        assert whole_state(run) in left


class Keyed(Module):
    """A model of one's own that reads its inputs from a dictionary."""

    def __init__(self):
        self.w = parameter(1.0)

    def __call__(self, x):
        return self.w * x["age"]


def test_examples_of_other_things_than_numbers_and_texts_cannot_be_saved(tmp_path):
    run = train(Keyed(), [({"age": 1.0}, 2.0)])
    with pytest.raises(TypeError, match="examples are made of numbers, texts and lists of them, not of dict"):
        save(run, tmp_path / "run.json")
    assert os.listdir(tmp_path) == []


def test_arrays_may_be_trained_on_and_saved(tmp_path):
    np = pytest.importorskip("numpy")
    inputs, targets = np.array([x for x, _ in MOONS]), np.array([target for _, target in MOONS])

    def new(examples):
        return train(MLP(2, [3, 1], seed=1), examples, epochs=4, seed=1)

    path = save(trained(new(list(zip(inputs, targets))), 2), tmp_path / "run.json")
    assert whole_state(resume(new(MOONS), path).finish()) == whole_state(new(MOONS).finish())


def test_settings_may_be_fractions(tmp_path):
    path = save(moons_run(l1=Fraction(1, 8), clip_norm=Fraction(1, 2)), tmp_path / "run.json")
    assert len(resume(moons_run(l1=0.125, clip_norm=0.5), path).history) == 1


# The file of a run is that of a model


def test_the_file_of_a_run_is_that_of_its_model_too(tmp_path):
    run = trained(moons_run(dropout=0.3), 3)
    path = save(run, tmp_path / "run.json", {"unit": "mm"})
    assert [p.data for p in load(path).parameters()] == run.parameters
    assert read_metadata(path) == {"unit": "mm"}


def test_a_run_that_lost_patience_is_saved_with_its_best_model(tmp_path):
    run = impatient().finish()
    path = save(run, tmp_path / "run.json")
    assert [p.data for p in load(path).parameters()] == run.best_parameters


def test_saving_changes_nothing_in_the_run(tmp_path):
    run = trained(moons_run(batch_size=5, dropout=0.3), 2)
    before = whole_state(run)
    save(run, tmp_path / "run.json")
    assert whole_state(run) == before
    assert whole_state(run.finish()) == whole_state(moons_run(batch_size=5, dropout=0.3).finish())


def test_a_schedule_of_ones_own_cannot_be_saved(tmp_path):
    with pytest.raises(TypeError, match=r"a schedule of one's own has no settings to write"):
        save(moons_run("sgd", rate=lambda step: 0.1), tmp_path / "run.json")
    assert os.listdir(tmp_path) == []


# What resume refuses


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"optimizer": "sgd"}, "the run that was saved had optimizer 'Adam', and this one has 'SGD'"),
        ({"rate": 0.1}, "the run that was saved had learning_rate 0.05, and this one has 0.1"),
        ({"rate": WarmUp(Cosine(0.1, 9), 3)}, "had learning_rate 0.05, and this one has {'kind': 'WarmUp', .*'Cosine'"),
        ({"batch_size": 4}, "had batch_size None, and this one has 4"),
        ({"l1": 0.1}, "had l1 0.0, and this one has 0.1"),
        ({"l2": 0.1}, "had l2 0.0, and this one has 0.1"),
        ({"clip_norm": 1}, "had clip_norm None, and this one has 1.0"),
        ({"patience": 3}, "had patience None, and this one has 3"),
        ({"loss": huber}, "had loss 'mean_squared_error', and this one has 'huber'"),
        ({"loss": lambda output, target: output * output}, "had loss 'mean_.*', and this one has '<lambda>'"),
        ({"validation": HELD_OUT}, "had other validation examples"),
        ({"validation": 0.25}, "had other examples"),
        ({"dropout": 0.5}, "model: dropout is 0.0, and of the model 0.5"),
    ],
)  # fmt: skip
def test_a_run_that_was_asked_for_something_else_is_refused(tmp_path, asked, message):
    path = save(trained(moons_run(), 2), tmp_path / "run.json")
    run = trained(moons_run(**asked), 1)
    before = whole_state(run)
    with pytest.raises(ModelFileError, match=message):
        resume(run, path)
    assert whole_state(run) == before


@pytest.mark.parametrize(
    "model",
    [
        lambda: MLP(2, [3, 1], "relu", seed=1),
        lambda: MLP(2, [3, 1], output_activation="tanh", seed=1),
        lambda: MLP(2, [3, 1], expand=True, seed=1),
        lambda: MLP(2, [4, 1], seed=1),
        lambda: Layer(2, 1, seed=1),
        lambda: Own(),
    ],
)
def test_a_run_of_another_model_is_refused(tmp_path, model):
    path = save(moons_run(), tmp_path / "run.json")
    run = train(model(), MOONS, epochs=6, seed=5)
    before = whole_state(run)
    with pytest.raises(ModelFileError, match=r"run.json: (model|parameters): "):
        resume(run, path)
    assert whole_state(run) == before


def test_one_number_among_the_examples_makes_them_others(tmp_path):
    (x, target), *rest = MOONS
    others = [([x[0], math.nextafter(x[1], 9.0)], target), *rest]
    path = save(moons_run(), tmp_path / "run.json")
    with pytest.raises(ModelFileError, match=r"had other examples"):
        resume(train(MLP(2, [3, 1], seed=1), others, epochs=6), path)


def test_a_model_without_a_run_cannot_be_resumed(tmp_path):
    path = save(MLP(2, [3, 1], seed=1), tmp_path / "model.json")
    with pytest.raises(ModelFileError, match=r"there is a model in it, but no training run to go on with"):
        resume(moons_run(), path)


def run_document(path):
    run = trained(moons_run(batch_size=5, dropout=0.3, validation=HELD_OUT), 2)
    return json.loads(save(run, path).read_text(encoding="utf-8"))


def fresh():
    return trained(moons_run(batch_size=5, dropout=0.3, validation=HELD_OUT), 1)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (["training"], None, "'training' must be an object, not null"),
        (["training", "more"], 1, "training: 'more' does not belong here"),
        (["training", "settings", "more"], 1, "training: settings: 'more' does not belong here"),
        (["training", "settings", "l1"], False, "training: settings: the run that was saved had l1 False, and this"),
        (["training", "parameters"], [0.0], "training: 'parameters' must have 13 numbers, not 1"),
        (["training", "parameters", 3], True, "training: 'parameters' must be a list of numbers, but item 4 is true"),
        (["training", "best_parameters", 0], None, "'best_parameters' must be a list of numbers, but item 1 is null"),
        (["training", "optimizer", "steps"], 1.5, "training: optimizer: 'steps' must be a whole number, not 1.5"),
        (["training", "optimizer", "steps"], 2**53 + 1, "training: optimizer: steps must be a whole number from 0 to"),
        (["training", "optimizer", "mean"], [1.0], "training: optimizer: 'mean' must have 13 numbers, not 1"),
        (["training", "optimizer", "mean", 0], nested(9), "'mean' must be a list of numbers, but item 1 is a list"),
        (["training", "optimizer", "mean_square", 1], -1.0, r"optimizer: mean_square\[1\] must be 0 or above"),
        (["training", "optimizer", "velocity"], [], "training: optimizer: 'velocity' does not belong here"),
        (["training", "generators"], [], "training: 'generators' must have 2 objects, not 0"),
        (["training", "generators", 0, "words", 5], 2**32, "generators 1: 'words' must be 624 numbers below 2"),
        (["training", "generators", 1, "words", 5], 10**20 - 1, "generators 2: 'words' must be 624 numbers below 2"),
        (["training", "generators", 1, "words", 624], 625, "generators 2: 'words' must be 624 numbers below 2"),
        (["training", "generators", 1, "words", 0], -1, "generators 2: 'words' must be of at least 0 each"),
        (["training", "generators", 1, "words"], [1], "generators 2: 'words' must have 625 whole numbers, not 1"),
        (["training", "generators", 0, "gauss"], 1, "generators 1: 'gauss' must be a number or null, not 1"),
        (["training", "history", "loss"], [], "training: history: there is no epoch"),
        (["training", "history", "loss", 1], None, "history: 'loss' must be a list of numbers, but item 2 is null"),
        (["training", "history", "accuracy"], [1.0], "history: 'accuracy' must have 3 numbers, not 1"),
        (["training", "history", "validation_loss", 0], None, "'validation_loss' must be a list of numbers, but"),
        (["training", "history", "time"], [], "training: history: 'time' does not belong here"),
        (["parameters", "layer1.neuron1.w1"], "0", "parameters: 'layer1.neuron1.w1' must be a number, not a text"),
    ],
)  # fmt: skip
def test_resume_refuses_what_is_wrong_and_says_where(tmp_path, place, value, message):
    path = tmp_path / "run.json"
    document = mutated(run_document(path), change(place, value))
    run = fresh()
    before = whole_state(run)
    with pytest.raises(ModelFileError, match=message):
        resume(run, written(path, document))
    assert whole_state(run) == before


def test_measures_that_a_run_lacks_must_be_null(tmp_path):
    path = save(moons_run(), tmp_path / "run.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    document["training"]["history"]["validation_loss"] = [0.5]
    with pytest.raises(ModelFileError, match=r"history: 'validation_loss' must be a list of nulls, but item 1 is 0.5"):
        resume(moons_run(), written(path, document))


def check_mutations(path, documents):
    """Resume from each: it works and the file says the same afterwards, or nothing has changed."""
    run, refused = fresh(), 0
    start, before = run.state(), whole_state(run)
    history = run.history
    for document in documents:
        try:
            resume(run, written(path, document))
        except ModelFileError:
            refused += 1
            assert whole_state(run) == before
        else:
            again = json.loads(save(run, path).read_text(encoding="utf-8"))
            assert again["training"] == document["training"]
            run.history = history
            run.load_state(start)
    return refused


def test_every_mutation_of_the_training_is_resumed_as_it_says_or_refused(tmp_path):
    document = run_document(tmp_path / "run.json")
    in_training = [
        {**document, "training": training}
        for training in random.Random(1).sample(list(mutations(document["training"])), 150)
    ]
    assert check_mutations(tmp_path / "new.json", in_training) > 100


@pytest.mark.search
def test_every_mutation_at_all_is_resumed_as_it_says_or_refused(tmp_path):
    documents = list(mutations(run_document(tmp_path / "run.json")))
    assert check_mutations(tmp_path / "new.json", documents) > 0.7 * len(documents)


@pytest.mark.parametrize("part", ["settings", "optimizer", "generators", "history", "parameters", "best_parameters"])
@pytest.mark.parametrize("value", [None, nested(40)])
def test_a_part_that_is_missing_or_null_or_deep_changes_nothing(tmp_path, part, value):
    document = run_document(tmp_path / "run.json")
    edits = [change(["training", part], value), remove("training", part)]
    assert check_mutations(tmp_path / "new.json", [mutated(document, edit) for edit in edits]) == 2


# Ctrl-C


ONE_CALL = ("contexts.py", "collector.py")  # what they do is one call into C: signals cannot come between its lines


def lines_of(action, stop=None):
    """How many lines of the package something takes; with `stop`, Ctrl-C comes at that line, counted from 0."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        if "micrograd_nn" not in frame.f_code.co_filename or frame.f_code.co_filename.endswith(ONE_CALL):
            return None
        if event in ("line", "return"):
            if count == stop:
                raise KeyboardInterrupt
            count += 1
        return trace

    tracer = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    except KeyboardInterrupt:
        assert count == stop
    finally:
        sys.settrace(tracer)
    return count


def small():
    return train(
        MLP(2, [2, 1], dropout=0.3, seed=1), MOONS[:4], batch_size=2, epochs=5, validation=HELD_OUT[:2], seed=1
    )


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Python 3.13 frees nodes by __del__
@pytest.mark.parametrize("n_times", [60, pytest.param(2000, marks=pytest.mark.search)])
def test_ctrl_c_within_an_epoch_leaves_the_run_where_the_last_whole_one_left_it(n_times):
    whole, rng = whole_state(small().finish()), random.Random(7)
    left = [whole_state(trained(small(), 2)), whole_state(trained(small(), 3))]
    n = lines_of(partial(next, trained(small(), 2)))
    for k in range(n_times):
        run = trained(small(), 2)
        stop = n - 1 - k if k < n_times // 3 else rng.randrange(n)
        assert lines_of(partial(next, run), stop) == stop
        assert whole_state(run) in left
    assert whole_state(run.finish()) == whole


@pytest.mark.parametrize("n_times", [60, pytest.param(1000, marks=pytest.mark.search)])
def test_ctrl_c_while_resuming_leaves_all_or_nothing(tmp_path, n_times):
    path, rng = save(trained(small(), 3), tmp_path / "run.json"), random.Random(8)
    left = [whole_state(trained(small(), 1)), whole_state(trained(small(), 3))]
    n = lines_of(partial(resume, trained(small(), 1), path))
    for k in range(n_times):
        run = trained(small(), 1)
        stop = n - 1 - k if k < n_times // 2 else rng.randrange(n)
        assert lines_of(partial(resume, run, path), stop) == stop
        assert whole_state(run) in left


# Kills


def long_run():
    return moons_run(epochs=60, batch_size=5, dropout=0.3, validation=HELD_OUT)


def train_and_save(path):
    """Go on with the run in the file, saving after every epoch, to the end."""
    run = resume(long_run(), path) if path.exists() else long_run()
    for _ in run:
        save(run, path)
    return True


def stamp(path):
    return path.stat().st_mtime_ns if path.exists() else None


def killed_under_way(path, rng):
    """Whether a process that goes on with the run was killed, soon after it had saved an epoch, before it was done."""
    before, child = stamp(path), in_a_child(partial(train_and_save, path))
    while stamp(path) == before:
        time.sleep(0.0005)
    time.sleep(rng.uniform(0.0, 0.006))
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@unix
@pytest.mark.parametrize("n_kills", [20, pytest.param(200, marks=pytest.mark.search)])
def test_a_run_that_is_killed_and_resumed_ends_as_one_that_was_not(tmp_path, n_kills):
    path, rng = tmp_path / "run.json", random.Random(9)
    undisturbed, kills = whole_state(long_run().finish()), 0
    while kills < n_kills:
        kills += killed_under_way(path, rng)
        run = resume(long_run(), path)  # always loadable
        if run.over:
            assert whole_state(run) == undisturbed
            path.unlink()
    child = in_a_child(partial(train_and_save, path))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert whole_state(resume(long_run(), path)) == undisturbed
