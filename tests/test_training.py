"""Training: runs against loops written by hand, what is measured, stopping and going on, and what is refused."""

import copy
import math
import os
import random
import re
import subprocess
import sys
from contextlib import suppress
from math import fsum, nan, sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import (
    MLP,
    DivergenceError,
    Dropout,
    Epoch,
    Layer,
    Module,
    Value,
    data,
    layers,
    losses,
    parameter,
    total,
    train,
)
from micrograd_nn.graph import NOT_COMPUTED
from micrograd_nn.optim import OPTIMIZERS, SGD, Adam, ExponentialDecay, Momentum
from micrograd_nn.training import run as run_module
from micrograd_nn.training.epochs import percent
from micrograd_nn.training.snapshots import Snapshots

XOR = data.xor()
SIGNED = [(x, 2 * y - 1) for x, y in XOR]
LOSSES = [  # of each loss its examples, and the arguments of a network for it
    (losses.mean_squared_error, XOR, {"sizes": [3, 1]}),
    (losses.mean_absolute_error, XOR, {"sizes": [3, 1]}),
    (losses.huber, XOR, {"sizes": [3, 1]}),
    (losses.hinge, SIGNED, {"sizes": [3, 1]}),
    (losses.binary_cross_entropy, XOR, {"sizes": [3, 1], "output_activation": "sigmoid"}),
    (losses.binary_cross_entropy_with_logits, XOR, {"sizes": [3, 1]}),
    (losses.cross_entropy, XOR, {"sizes": [3, 2]}),
]


class Scale(Module):
    """The smallest model: w · x. It notes the inputs that it sees in the mode for training."""

    def __init__(self, w):
        self.w = parameter(w, "w")
        self.seen = []

    def __call__(self, x):
        if self.training:
            self.seen.append(x[0])
        return self.w * x[0]


class Interrupted:
    """The mean squared error, with Ctrl-C at one call: once `left` is set, after so many more."""

    def __init__(self):
        self.left = None

    def __call__(self, output, target):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise KeyboardInterrupt
        return losses.mean_squared_error(output, target)


def small(seed=1, **keywords):
    return MLP(2, **{"sizes": [3, 1], "seed": seed, **keywords})


def numbers(model):
    return [p.data for p in model.parameters()]


def scale_run(w, examples=(([1.0], 0.0),), rate=0.25, **keywords):
    """A run of gradient descent for w; for the one example that is the default, it halves w: w − ¼ · 2w."""
    model = Scale(w)
    return train(model, examples, optimizer=SGD([model.w], rate), **keywords)


def descend(model, batch, loss, rate):
    """One step of gradient descent as a lecture writes it; the norm of the gradient comes back."""
    model.zero_grad()
    (total([loss(model(x), target) for x, target in batch]) / len(batch)).backward()
    for p in model.parameters():
        p.data -= rate * p.grad
    return sqrt(fsum([p.grad**2 for p in model.parameters()]))


# A run is a loop that one could write


@pytest.mark.parametrize("batch_size", [None, 4, 3, 2, 1])
@pytest.mark.parametrize(("loss", "examples", "network"), LOSSES, ids=[loss.__name__ for loss, _, _ in LOSSES])
def test_a_run_has_the_bits_of_a_loop_written_by_hand(loss, examples, network, batch_size):
    model, twin = small(**network), small(**network)
    for _ in train(model, examples, loss, SGD(model.parameters(), 0.1), 3, batch_size, seed=5):
        pass
    rng = random.Random(5)
    for _ in range(3):
        order = list(examples)
        if batch_size in (3, 2, 1):
            rng.shuffle(order)
        for start in range(0, 4, batch_size or 4):
            descend(twin, order[start : start + (batch_size or 4)], loss, 0.1)
    assert numbers(model) == numbers(twin)


def test_the_optimizer_is_adam_unless_another_is_passed():
    model, twin = small(), small()
    train(model, XOR, epochs=3).finish()
    adam = Adam(twin.parameters())
    for _ in range(3):
        adam.zero_grad()
        (total([losses.mean_squared_error(twin(x), y) for x, y in XOR]) / 4).backward()
        adam.step()
    assert numbers(model) == numbers(twin)


def test_a_run_with_dropout_has_the_bits_of_a_loop_written_by_hand():
    model, twin = small(dropout=0.5), small(dropout=0.5)
    train(model, XOR, optimizer=SGD(model.parameters(), 0.1), epochs=3).finish()
    for _ in range(3):
        descend(twin, XOR, losses.mean_squared_error, 0.1)
    assert numbers(model) == numbers(twin)


def test_a_loss_goes_by_its_name_or_is_a_function_of_ones_own():
    def own(output, target):
        return (output - target) ** 2

    found = []
    for loss in ("mean_squared_error", losses.mean_squared_error, own):
        model = small()
        run = train(model, XOR, loss, epochs=2).finish()
        found.append(numbers(model))
    assert found[0] == found[1] == found[2]
    assert run.decision is None and run.history[-1].accuracy is None


PROGRAM = """
from micrograd_nn import MLP, data, train
model = MLP(2, [3, 1], dropout=0.2, seed=1)
run = train(model, data.xor(), epochs=5, batch_size=3, validation=0.25, seed=2).finish()
print([p.data.hex() for p in model.parameters()], [epoch.loss.hex() for epoch in run.history])
"""


def test_the_same_seed_gives_the_same_bits_in_every_process():
    printed = set()
    for hash_seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-c", PROGRAM]
        root = Path(__file__).parent.parent
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root, env=environment)
        printed.add(done.stdout)
    model = small(dropout=0.2)
    run = train(model, XOR, epochs=5, batch_size=3, validation=0.25, seed=2).finish()
    here = [p.data.hex() for p in model.parameters()], [epoch.loss.hex() for epoch in run.history]
    assert printed == {f"{here[0]} {here[1]}\n"}


def test_another_seed_shuffles_otherwise():
    found = []
    for seed in (1, 2):
        model = small()
        train(model, XOR, batch_size=1, epochs=2, seed=seed).finish()
        found.append(numbers(model))
    assert found[0] != found[1]


# Batches


@given(st.integers(1, 12), st.data())
def test_every_example_is_trained_on_once_an_epoch(n, drawn):
    batch_size = drawn.draw(st.none() | st.integers(1, n))
    run = scale_run(0.5, [([float(i)], 0.0) for i in range(n)], 1e-6, batch_size=batch_size, seed=1)
    for _ in range(2):
        run.model.seen = []
        next(run)
        assert sorted(run.model.seen) == list(range(n))
    steps = 1 if batch_size is None else -(-n // batch_size)  # the last batch may be shorter
    assert run.optimizer.steps == 2 * steps


def test_batches_are_shuffled_in_every_epoch():
    run = scale_run(0.5, [([float(i)], 0.0) for i in range(20)], 1e-6, batch_size=7, seed=1)
    orders = []
    for _ in range(3):
        run.model.seen = []
        next(run)
        orders.append(run.model.seen)
    assert orders[0] != list(range(20)) and len(set(map(tuple, orders))) == 3


def test_a_shorter_last_batch_has_a_mean_of_its_own():
    # targets 0, w = 4, halved by each step on x = 1 whatever the size of the batch: 2 + 1 examples are two steps
    run = scale_run(4.0, [([1.0], 0.0)] * 3, batch_size=2, seed=1)
    next(run)
    assert run.model.w.data == 1.0


# What is measured


def test_the_first_entry_of_the_history_is_the_untrained_model():
    model = small()
    run = train(model, XOR)
    assert numbers(model) == numbers(small())
    (first,) = run.history
    by_hand = fsum([(model(x).data - y) ** 2 for x, y in XOR]) / 4
    assert (first.number, first.loss, first.learning_rate, first.gradient_norm) == (0, by_hand, 0.0, 0.0)


def test_epochs_are_numbered_from_one_and_noted():
    run = train(small(), XOR, epochs=3)
    epochs = list(run)
    assert [epoch.number for epoch in epochs] == [1, 2, 3]
    assert all(isinstance(epoch, Epoch) and epoch.seconds > 0 for epoch in epochs)
    assert run.history[1:] == epochs


@pytest.mark.parametrize("batch_size", [None, 3])
def test_losses_and_accuracies_are_those_of_the_model_after_the_epoch(batch_size):
    model, held_out = small(dropout=0.3), [([0.5, 0.9], 1.0), ([0.1, 0.2], 0.0), ([0.6, 0.1], 0.0)]
    for epoch in train(model, XOR, epochs=4, batch_size=batch_size, validation=held_out, l2=0.1, seed=1):
        for examples, loss, accuracy in (
            (XOR, epoch.loss, epoch.accuracy),
            (held_out, epoch.validation_loss, epoch.validation_accuracy),
        ):
            outputs = [model(x).data for x, _ in examples]
            assert loss == fsum([(z - y) ** 2 for z, (_, y) in zip(outputs, examples)]) / len(examples)
            assert accuracy == sum((z > 0.5) == (y > 0.5) for z, (_, y) in zip(outputs, examples)) / len(examples)


@pytest.mark.parametrize("batch_size", [4, 3, 1])
def test_the_gradient_norm_is_the_mean_over_the_steps(batch_size):
    model, twin = small(), small()
    run = train(model, XOR, optimizer=SGD(model.parameters(), 0.1), batch_size=batch_size, seed=5)
    order = list(XOR)
    if batch_size < 4:
        random.Random(5).shuffle(order)
    starts = range(0, 4, batch_size)
    norms = [descend(twin, order[i : i + batch_size], losses.mean_squared_error, 0.1) for i in starts]
    assert next(run).gradient_norm == pytest.approx(sum(norms) / len(norms), rel=1e-12)


def test_the_learning_rate_is_that_of_the_first_step():
    # halved at each of two steps an epoch, 0.8 0.4 | 0.2 0.1 | 0.05 0.025
    model = small()
    run = train(model, XOR, optimizer=SGD(model.parameters(), ExponentialDecay(0.8, 0.5)), epochs=3, batch_size=2)
    assert [epoch.learning_rate for epoch in run] == pytest.approx([0.8, 0.2, 0.05], rel=1e-15)


def test_an_epoch_says_what_it_came_to():
    assert (
        str(Epoch(3, 0.25, 0.5, 1.5, 0.75)) == "epoch 3  loss 0.25  accuracy 50 %  validation loss 1.5  accuracy 75 %"
    )
    assert str(Epoch(3, 0.25, None, 1.5)) == "epoch 3  loss 0.25  validation loss 1.5"


@given(st.integers(2, 10**6))
def test_only_all_examples_are_100_percent(n):
    assert percent((n - 1) / n) != percent(n / n) == "100 %"


# Penalties and clipping


@pytest.mark.parametrize(
    ("keywords", "w"),
    [
        ({}, 1.6),  # 2 − 0.1 · 2w
        ({"l2": 0.5}, 1.4),  # 2 − 0.1 (2w + 0.5 · 2w)
        ({"l1": 0.5}, 1.55),  # 2 − 0.1 (2w + 0.5)
        ({"l1": 0.5, "l2": 0.5}, 1.35),
        ({"clip_norm": 1.0}, 1.9),  # 2 − 0.1 · 1
        ({"clip_norm": 5.0}, 1.6),
        ({"l2": 0.5, "clip_norm": 1.0}, 1.9),
    ],
)
def test_penalties_and_clipping_change_the_step_as_worked_out_by_hand(keywords, w):
    run = scale_run(2.0, rate=0.1, **keywords)
    epoch = next(run)
    assert run.model.w.data == pytest.approx(w, rel=1e-14)
    assert epoch.loss == run.model.w.data**2


def test_the_gradient_norm_is_that_before_clipping():
    assert next(scale_run(2.0, clip_norm=1.0)).gradient_norm == 4.0


# Validation and patience


@pytest.mark.parametrize("validation", [0.5, [([10.0], 1.0), ([11.0], 1.0)]])
def test_validation_examples_are_never_trained_on(validation):
    examples = [([float(i)], float(i % 3)) for i in range(8)]
    run = scale_run(0.5, examples, 1e-6, validation=validation, batch_size=3, epochs=3, seed=1).finish()
    held_out = {x[0] for x, _ in run.validation}
    assert held_out and not held_out & set(run.model.seen)


def test_a_share_of_the_examples_is_set_aside():
    examples = [([float(i)], float(i % 3)) for i in range(10)]
    run = train(Scale(0.0), examples, validation=0.3, seed=1)
    assert (len(run.examples), len(run.validation)) == (7, 3)
    assert sorted([*run.examples, *run.validation]) == examples
    assert run.validation != train(Scale(0.0), examples, validation=0.3, seed=2).validation


def test_validation_changes_nothing_of_what_is_learned():
    model, twin = small(), small()
    train(model, XOR, epochs=5, batch_size=2, seed=1, validation=[([0.5, 0.5], 1.0), ([0.1, 0.1], 0.0)]).finish()
    train(twin, XOR, epochs=5, batch_size=2, seed=1).finish()
    assert numbers(model) == numbers(twin)


def test_patience_ends_a_run_and_leaves_the_best_parameters():
    # w = 4, 2, 1, ½, ¼; validation losses (w − 1)² = 9, 1, 0, ¼, 9/16: two in a row are no better than the second
    run = scale_run(4.0, validation=[([1.0], 1.0)], patience=2)
    assert [epoch.validation_loss for epoch in run] == [1.0, 0.0, 0.25, 0.5625]
    assert (run.over, run.best, run.model.w.data) == (True, 2, 1.0)


def test_patience_counts_an_epoch_that_is_as_good_as_the_best_as_no_better():
    # w = 4, 2 and validation losses (w − 3)² = 1, 1
    run = scale_run(4.0, validation=[([1.0], 3.0)], patience=1).finish()
    assert (len(run.history), run.best, run.model.w.data) == (2, 0, 4.0)


def test_patience_without_validation_goes_by_the_loss():
    # a rate of 1 turns w into w − 2w = −w, whose loss is the same
    run = scale_run(3.0, rate=1.0, patience=4).finish()
    assert (len(run.history), run.best) == (5, 0)


def test_the_best_parameters_are_left_when_the_epochs_end_before_patience_does():
    run = scale_run(4.0, validation=[([1.0], 1.0)], patience=5, epochs=4).finish()
    assert (run.best, run.model.w.data) == (2, 1.0)


def test_without_patience_the_last_parameters_stay_and_the_best_are_known():
    run = scale_run(4.0, validation=[([1.0], 1.0)], epochs=4).finish()
    assert (run.best, run.best_parameters, run.parameters, run.model.w.data) == (2, [1.0], [0.25], 0.25)


def test_a_run_that_patience_ended_keeps_the_best_parameters_when_it_goes_back_to_its_own_state():
    run = scale_run(4.0, validation=[([1.0], 1.0)], patience=2).finish()
    run.load_state(run.state())
    assert (run.over, run.parameters, run.model.w.data) == (True, [0.25], 1.0)


# Stopping and going on


def test_a_run_is_its_own_iterator_and_ends():
    run = train(small(), XOR, epochs=2)
    assert iter(run) is run and not run.over
    assert run.finish() is run and run.over
    with pytest.raises(StopIteration):
        next(run)
    assert len(run.history) == 3


@pytest.mark.parametrize("at", range(1, 6))
def test_a_loop_that_breaks_can_go_on(at):
    model, twin = small(dropout=0.2), small(dropout=0.2)
    run = train(model, XOR, epochs=5, batch_size=3, seed=1)
    for epoch in run:
        if epoch.number == at:
            break
    assert [epoch.number for epoch in run] == list(range(at + 1, 6))
    train(twin, XOR, epochs=5, batch_size=3, seed=1).finish()
    assert numbers(model) == numbers(twin)


def test_a_run_goes_on_for_more_epochs():
    run, longer = scale_run(4.0, epochs=2).finish(), scale_run(4.0, epochs=3).finish()
    run.epochs = 3
    assert len(run.finish().history) == 4 and run.model.w.data == longer.model.w.data


def test_a_run_says_how_far_it_is():
    run = train(small(), XOR, epochs=3)
    next(run)
    assert repr(run) == f"<Run: MLP(2 -> 3 tanh -> 1 linear, 13 parameters), {run.history[1]}, of 3>"


def test_snapshots_hold_the_parameters_after_their_epochs():
    # w = 2⁻ⁿ after n epochs, of which every fourth is kept in the end: 201 are too many twice
    run = scale_run(1.0, epochs=401).finish()
    assert list(run.snapshots) == list(range(0, 401, 4))
    assert all(list(kept) == [0.5**n] for n, kept in run.snapshots.items())


@given(st.integers(1, 20), st.integers(0, 300))
def test_snapshots_are_never_too_many_and_evenly_spaced(most, epochs):
    snapshots = Snapshots(most)
    for epoch in range(epochs + 1):
        snapshots.take(epoch, [float(epoch)])
    assert 0 in snapshots and len(snapshots) <= most
    assert list(snapshots) == list(range(0, epochs + 1, snapshots.every))


def test_the_model_is_in_the_mode_for_training_only_within_an_epoch():
    model, modes = small(dropout=0.5), []

    def loss(output, target):
        modes.append(model.training)
        return losses.mean_squared_error(output, target)

    run = train(model, XOR, loss)
    assert not any(modes) and not model.training
    modes.clear()
    next(run)
    assert modes == [True] * 4 + [False] * 4 and not model.dropout.training


def test_making_a_run_draws_nothing_from_dropout():
    model = small(dropout=0.5)
    before = model.dropout.rng.getstate()
    train(model, XOR)
    assert model.dropout.rng.getstate() == before


# Models, optimizers and examples of all kinds


def test_an_optimizer_of_some_parameters_leaves_the_others_as_they_are():
    model = small()
    frozen, before = model.layers[0].parameters(), numbers(model)
    train(model, XOR, optimizer=Momentum(model.layers[1].parameters()), epochs=3, l1=0.01, clip_norm=1.0).finish()
    assert [p.data for p in frozen] == before[: len(frozen)]
    assert all(now != then for now, then in zip(numbers(model)[len(frozen) :], before[len(frozen) :]))


def test_several_numbers_are_learned_at_once():
    # the line is exact: x ↦ (2x, 1 − x)
    examples = [([x / 4], [x / 2, 1 - x / 4]) for x in range(-4, 5)]
    run = train(MLP(1, [2], seed=1), examples).finish()
    assert run.history[-1].loss < 1e-3 and run.history[-1].accuracy is None


def test_a_one_among_zeros_is_a_class():
    run = train(MLP(2, [8, 2], seed=1), [(x, [1 - y, y]) for x, y in XOR]).finish()
    assert run.history[-1].accuracy == 1.0


@pytest.mark.parametrize(("loss", "n_outputs", "soft"), [
    ("binary_cross_entropy_with_logits", 1, [0.1, 0.2, 0.3]),
    ("cross_entropy", 2, [[0.9, 0.1], [0.8, 0.2], [0.7, 0.3]]),
])  # fmt: skip
def test_probabilities_may_be_targets_even_if_all_lean_to_one_class(loss, n_outputs, soft):
    examples = [([x], target) for x, target in zip([-1.0, 0.0, 1.0], soft)]
    model = MLP(1, [4, n_outputs], seed=1)
    run = train(model, examples, loss).finish()
    shares = [target[1] if n_outputs == 2 else target for target in soft]
    for (x, _), share in zip(examples, shares):
        output = model(x)
        p = losses.softmax(output)[1].data if n_outputs == 2 else output.sigmoid().data
        assert p == pytest.approx(share, abs=0.03)
    assert run.history[-1].accuracy == 1.0


def test_values_and_numbers_of_numpy_may_be_examples():
    np = pytest.importorskip("numpy")
    as_values = [([Value(x) for x in inputs], Value(y)) for inputs, y in XOR]
    as_arrays = list(zip(np.array([x for x, _ in XOR]), np.array([y for _, y in XOR])))
    found = []
    for examples in (XOR, as_values, as_arrays):
        model = small()
        last = train(model, examples, epochs=2).finish().history[-1]
        found.append((numbers(model), last.loss, last.accuracy))
    assert found[0] == found[1] == found[2]
    assert type(last.loss) is type(last.accuracy) is float


def test_rows_of_numpy_may_be_targets():
    np = pytest.importorskip("numpy")
    run = train(MLP(2, [3, 2], seed=1), [(np.array(x), np.array([1 - y, y])) for x, y in XOR], epochs=1).finish()
    assert run.decision is not None


def test_examples_may_come_from_a_generator():
    assert len(train(small(), ((x, y) for x, y in XOR)).examples) == 4


# Sequences and images


class Echo(Module):
    """A model that says at every position that the token comes again: logits of 3 w for it, 0 for the two others."""

    def __init__(self):
        self.w = parameter(1.0)

    def __call__(self, tokens):
        return [[3.0 * self.w if token == i else Value(0.0) for i in range(3)] for token in tokens]


ECHOES = [([0, 1, 2, 1], [0, 1, 1, 2]), ([2], [2]), ([1, 0, 0], [2, 0, 0])]


def test_the_accuracy_of_sequences_is_the_share_of_positions_that_are_right():
    # 2 of 4, 1 of 1 and 2 of 3
    assert train(Echo(), ECHOES, "cross_entropy").history[0].accuracy == 5 / 8


def test_the_loss_of_sequences_is_the_mean_over_examples_of_the_mean_over_positions():
    # log(e³ + 2) - 3 where the token does come again, 3 more where it does not: in 2 of 4, 0 of 1 and 1 of 3 positions
    expected = math.log(math.exp(3) + 2) - 3 + (3 * 2 / 4 + 0 + 3 * 1 / 3) / 3
    assert train(Echo(), ECHOES, "cross_entropy").history[0].loss == pytest.approx(expected, rel=1e-12)


def test_a_step_says_what_it_came_to():
    run, steps = train(Echo(), ECHOES, "cross_entropy", batch_size=2, epochs=2, seed=1), []
    run.on_step = steps.append
    run.finish()
    assert run.steps_per_epoch == 2
    assert [(step.number, step.n_examples) for step in steps] == [(1, 2), (2, 1)] * 2
    assert [first.n_targets + second.n_targets for first, second in (steps[:2], steps[2:])] == [8, 8]
    assert (steps[0].gradient_norm + steps[1].gradient_norm) / 2 == run.history[1].gradient_norm


def test_a_step_of_all_examples_has_the_loss_that_was_measured_before_it():
    run, steps = train(Echo(), ECHOES, "cross_entropy", epochs=3), []
    run.on_step = steps.append
    run.finish()
    assert [step.loss for step in steps] == [epoch.loss for epoch in run.history[:-1]]


def one_answer():
    """A recurrent network that answers at the end."""
    return layers.Sequential(layers.RNN(1, 3, seed=1), layers.Last(), Layer(3, 1, "linear", seed=2))


def test_sequences_of_different_lengths_are_learned():
    # whether the first number is 1
    examples = [([1.0], 1), ([0.0], 0), ([1.0, 0.0], 1), ([0.0, 1.0, 0.0], 0), ([0.0, 1.0], 0), ([1.0, 1.0, 1.0], 1)]
    run = train(one_answer(), examples, "binary_cross_entropy_with_logits", seed=1).finish()
    assert run.history[-1].accuracy == 1.0


def test_images_are_learned():
    bars = [([[[0.0, 1.0, 0.0]] * 3], 0), ([[[0.0] * 3, [1.0] * 3, [0.0] * 3]], 1)]  # one upright, one lying
    kernels, output = layers.Conv2d(1, 2, 2, activation="tanh", seed=1), Layer(8, 1, "linear", seed=2)
    run = train(layers.Sequential(kernels, layers.Flatten(), output), bars).finish()
    assert run.history[-1].accuracy == 1.0


def test_what_is_wrong_with_a_sequence_names_example_and_time_step():
    with pytest.raises(ValueError, match=r"^example 2: layer 1, RNN: time step 3: expected 1 inputs, got 2$"):
        train(one_answer(), [([1.0], 1), ([0.0, 1.0, [1.0, 2.0]], 0)])
    with pytest.raises(ValueError, match=r"^example 2: target 3 of 3: a target class must be a whole number"):
        train(Echo(), [([0], [0]), ([0, 1, 2], [1, 2, 3])], "cross_entropy")
    with pytest.raises(ValueError, match=r"^validation example 1: layer 1, RNN: a sequence needs at least 1 time step"):
        train(one_answer(), [([1.0], 1), ([0.0], 0)], validation=[([], 1)])


def test_a_target_is_missing_where_there_are_more_positions():
    with pytest.raises(ValueError, match=r"^example 2: there must be a target for each .*: got 2 lists of logits, 1 t"):
        train(Echo(), [([0], [0]), ([0, 1], [1])], "cross_entropy")


def each_answer(n_outputs=1):
    """A recurrent network that answers at every time step."""
    return layers.Sequential(layers.RNN(1, 2, seed=1), layers.TimeDistributed(Layer(2, n_outputs, "linear", seed=2)))


def test_a_one_among_zeros_at_every_time_step_is_a_class():
    run = train(each_answer(2), [([0.5], [[0, 1]]), ([0.5, 1.0], [[1, 0], [0, 1]])], epochs=1)
    assert run.decision.labels == (0.0, 1.0)
    assert run.history[0].accuracy in (0.0, 1 / 3, 2 / 3, 1.0)


@pytest.mark.parametrize("loss", ["binary_cross_entropy_with_logits", "mean_squared_error"])
def test_one_number_at_every_time_step_is_no_class_even_if_the_first_sequence_is_short(loss):
    run = train(each_answer(), [([0.5], [1]), ([0.5, 1.0], [1, 0]), ([0.5, 1.0, 1.0], [0, 0, 1])], loss, epochs=1)
    assert run.decision is None and run.finish().history[-1].accuracy is None


def test_a_loss_of_ones_own_may_read_a_sequence_as_it_likes():
    def of_the_last(outputs, target):
        return losses.cross_entropy(outputs[-1], target)

    run = train(Echo(), [([0, 1], 1), ([2], 0)], of_the_last, epochs=1).finish()
    assert run.history[-1].accuracy is None


def test_sequences_of_one_class_have_nothing_to_be_told_apart():
    with pytest.raises(ValueError, match="all 5 targets are of one class, 1: nothing is to be told apart"):
        train(Echo(), [([0, 1, 2], [1, 1, 1]), ([2, 1], [1, 1])], "cross_entropy")


# Buffers


class Counting(Module):
    """A model that counts how often it was asked while training."""

    buffer_names = ("count",)

    def __init__(self):
        self.w, self.count = parameter(1.0), [0.0]

    def __call__(self, x):
        self.count[0] += self.training
        return self.w * x[0]


def test_buffers_go_back_with_an_epoch_that_was_interrupted():
    calls = iter(range(100))

    def loss(output, target):
        if next(calls) == 2 + 2 * 4 + 1:  # tried; trained and measured in two epochs; then the second of the next
            raise KeyboardInterrupt
        return (output - target) ** 2

    run = train(Counting(), [([1.0], 2.0), ([2.0], 1.0)], loss)
    next(run)
    with suppress(KeyboardInterrupt):
        run.finish()
    assert len(run.history) > 1 and run.model.count == [2.0 * run.history[-1].number]


def test_before_the_first_epoch_every_example_is_tried_once():
    seen = []

    def loss(output, target):
        seen.append(target)
        return (output - target) ** 2

    run = train(Counting(), [([1.0], 2.0), ([2.0], 1.0)], loss, validation=[([1.0], 3.0)])
    assert seen == [2.0, 1.0, 3.0]
    assert (run.history[0].loss, run.history[0].validation_loss) == (1.0, 4.0)  # (1 - 2)² and (2 - 1)²; (1 - 3)²


def test_the_best_epoch_comes_back_with_its_buffers():
    model = Counting()
    rule = SGD([model.w], 1e-300)  # which changes nothing: no epoch is better than the untrained model
    run = train(model, [([1.0], 2.0)], optimizer=rule, patience=3).finish()
    assert len(run.history) == 4 and run.best == 0 and model.count == [0.0]


# All or nothing


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_divergence_names_epoch_example_and_remedy_and_leaves_all_as_it_was(name):
    model = small()
    run = train(model, XOR, optimizer=OPTIMIZERS[name](model.parameters(), 1e300))
    before = copy.deepcopy(run.state())
    with pytest.raises(DivergenceError, match=r"in epoch 1: example \d: .*learning rate below 1e\+300, clip_norm=1"):
        next(run)
    assert run.state() == before and numbers(model) == before["parameters"]
    assert len(run.history) == 1 and not run.over and not model.training


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_divergence_in_a_later_step_goes_back_to_the_last_whole_epoch(name):
    def schedule(step):
        return 0.01 if step < 5 else 1e300  # with two steps an epoch, the second step of the third

    model = small()
    run = train(model, XOR, optimizer=OPTIMIZERS[name](model.parameters(), schedule), batch_size=2, seed=1)
    next(run), next(run)
    before = copy.deepcopy(run.state())
    with pytest.raises(DivergenceError, match="in epoch 3"):
        next(run)
    assert run.state() == before and numbers(model) == before["parameters"]
    assert run.optimizer.steps == 4 and list(run.snapshots) == [0, 1, 2]


def huge_slope(output, target):
    return 1e200 * (1e200 * (output - target))


def steep(output, target):
    return 1e10 * (output - target)


def root(output, target):
    return (output - target).sqrt()


def cliff(output, target):
    return -output if output.data <= 1.0 else output * 1e308  # down to a rise that overflows


@pytest.mark.parametrize(
    ("loss", "w", "rate", "message"),
    [
        (cliff, 1.0, 1.0, r"example 1: \* overflows at x = 2\.0, y = 1e\+308"),
        (huge_slope, 0.0, 0.1, r"the gradient of .* overflows.* \(example 2 has the largest loss, 0\)"),
        (root, 0.0, 0.1, r"sqrt has no finite derivative .* \(example 2 has the largest loss, 0\)"),
        (steep, 0.0, 1e300, r"the update is not finite .* \(example 2 has the largest loss, 0\)"),
    ],
    ids=["forward", "backward", "derivative", "step"],
)
def test_divergence_is_named_wherever_it_comes(loss, w, rate, message):
    run = scale_run(w, [([1.0], 0.0)] * 2, rate, loss=loss)
    remedy = re.escape(f"; try a learning rate below {rate:g}, ")
    with pytest.raises(DivergenceError, match=f"^training diverged in epoch 1: {message}{remedy}"):
        next(run)
    assert run.model.w.data == w and run.optimizer.steps == 0


def test_divergence_in_validation_names_the_validation_example():
    # w = 0 − 1 · 2 (0 − 1) = 2, and (2 · 1e160)² overflows
    run = scale_run(0.0, [([1.0], 1.0)], 1.0, validation=[([0.0], 0.0), ([1e160], 0.0)])
    with pytest.raises(DivergenceError, match=r"in epoch 1: validation example 2: \*\* overflows at x = 2e\+160"):
        next(run)
    assert run.model.w.data == 0.0


def test_losses_that_are_too_large_to_be_summed_are_divergence():
    # w = 0 − 5e153 · 2 (0 − 1) = 1e154, of loss 1e308; two of them are too many
    run = scale_run(0.0, [([1.0], 1.0)] * 2, 5e153)
    with pytest.raises(DivergenceError, match=r"in epoch 1: total overflows at x = 1e\+308, y = 1e\+308;"):
        next(run)


def test_a_run_that_diverged_goes_on_with_another_optimizer():
    model = small()
    run = train(model, XOR, optimizer=SGD(model.parameters(), 1e300), epochs=3)
    with pytest.raises(DivergenceError):
        run.finish()
    run.optimizer = SGD(model.parameters(), 0.1)
    assert run.finish().history[-1].loss < run.history[0].loss


def interrupted_run(loss):
    model = small(dropout=0.5)
    return train(model, XOR, loss, Adam(model.parameters()), epochs=3, batch_size=3, patience=3, seed=1)


@pytest.mark.parametrize("call", range(8))  # four in steps, four in measuring
def test_an_epoch_that_ctrl_c_cuts_short_leaves_all_as_it_was(call):
    loss = Interrupted()
    run = interrupted_run(loss)
    next(run)
    before, loss.left = copy.deepcopy(run.state()), call
    with pytest.raises(KeyboardInterrupt):
        run.finish()
    assert run.state() == before and numbers(run.model) == before["parameters"]
    assert [epoch.number for epoch in run.history] == [0, 1] and not run.model.training
    undisturbed = interrupted_run(Interrupted()).finish()
    assert numbers(run.finish().model) == numbers(undisturbed.model)
    assert run.snapshots == undisturbed.snapshots


def test_ctrl_c_at_any_line_of_a_run_leaves_a_whole_number_of_epochs():
    undisturbed = interrupted_run(Interrupted())
    states = [copy.deepcopy(undisturbed.state()), *[copy.deepcopy(undisturbed.state()) for _ in undisturbed]]
    at, over = 0, False
    while not over:
        run = interrupted_run(Interrupted())
        over = not interrupted_at_line(at, run)
        assert run.state() == states[len(run.history) - 1]
        assert numbers(run.finish().model) == numbers(undisturbed.model)
        at += 1
    assert at > 50


def interrupted_at_line(at, run):
    """Train for an epoch, with Ctrl-C at line number `at` of all that run.py goes through; whether it came."""
    lines = iter(range(at + 1))

    def trace(frame, event, _):
        if frame.f_code.co_filename != run_module.__file__:
            return None
        if event == "line" and next(lines, None) == at:
            raise KeyboardInterrupt
        return trace

    was = sys.gettrace()
    sys.settrace(trace)
    try:
        next(run)
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(was)
    return False


@pytest.mark.search
@given(
    st.integers(1, 4), st.sampled_from(sorted(OPTIMIZERS)), st.floats(0.0, 0.9), st.integers(0, 60), st.integers(0, 99)
)
def test_ctrl_c_changes_nothing_of_what_is_learned_whatever_the_settings(batch_size, name, dropout, call, seed):
    found = []
    for left in (None, call):
        loss, model = Interrupted(), small(dropout=dropout)
        optimizer = OPTIMIZERS[name](model.parameters())
        run = train(model, XOR, loss, optimizer, 6, batch_size, patience=4, l2=0.01, clip_norm=1.0, seed=seed)
        loss.left = left
        with suppress(KeyboardInterrupt):
            run.finish()
        found.append((numbers(run.finish().model), run.best, len(run.history), run.snapshots))
    assert found[0] == found[1]


# What cannot be trained


class Bare(Module):
    """A module with a parameter, but no answer."""

    def __init__(self):
        self.w = parameter(1.0)


def with_second(example):
    return [XOR[0], example, *XOR[2:]]


def without_gradient(output, target):
    return 0.25


@pytest.mark.parametrize(
    ("keywords", "kind", "message"),
    [
        ({"model": XOR}, TypeError, r"model must be a Module, such as MLP\(2, \[8, 1\]\), not list"),
        ({"model": max}, TypeError, "model must be a Module, .* not builtin_function_or_method"),
        ({"model": Bare()}, TypeError, "example 1: 'Bare' object is not callable"),
        ({"model": Dropout(0.5)}, ValueError, "an optimizer needs at least one parameter, got none"),
        ({"examples": []}, ValueError, "training needs examples: there are none"),
        ({"examples": None}, TypeError, "training needs a list of examples, not None"),
        ({"loss": "hinge"}, ValueError, "example 1: a target of hinge must be -1 or 1, not 0"),
        ({"loss": "cross_entropy"}, ValueError, "example 1: cross_entropy needs a list of logits"),
        ({"loss": "binary_cross_entropy_with_logits", "examples": SIGNED}, ValueError, "example 1: a target of .* -1"),
        ({"loss": "cross_entropi"}, ValueError, "unknown loss 'cross_entropi': .* did you mean 'cross_entropy'"),
        ({"loss": 3}, TypeError, "loss must be a name or a function, not 3"),
        ({"loss": without_gradient}, TypeError, "example 1: its loss must be a Value, not float"),
        ({"loss": "hinge", "examples": [([0.0, 1.0], 1)] * 2}, ValueError, "all 2 targets are of one class, 1: no"),
        ({"optimizer": "adam"}, TypeError, r"optimizer must be an Optimizer, such as SGD\(.*, not 'adam'"),
        ({"optimizer": Adam}, TypeError, "optimizer must be an Optimizer, such as .*, not <class .*Adam'>"),
        ({"optimizer": SGD(small().parameters())}, ValueError, "of the model's parameters: .* 'layer1.neuron1.w1'"),
        ({"optimizer": SGD([parameter(1.0)])}, ValueError, "of the model's parameters: it has another$"),
        ({"epochs": 0}, ValueError, "epochs must be at least 1, not 0"),
        ({"epochs": 1.5}, TypeError, "epochs must be a whole number, not 1.5"),
        ({"batch_size": 5}, ValueError, "batch_size 5 is larger than the number of examples, 4"),
        ({"batch_size": 4, "validation": 0.25}, ValueError, "batch_size 4 is larger than the number of examples, 3"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1, not 0"),
        ({"batch_size": -1}, ValueError, "batch_size must be at least 1, not -1"),
        ({"batch_size": 2.5}, TypeError, "batch_size must be a whole number, not 2.5"),
        ({"batch_size": True}, TypeError, "batch_size must be a whole number, not True"),
        ({"validation": []}, ValueError, "training needs validation examples: there are none"),
        ({"validation": [([0.0], 1)]}, ValueError, "validation example 1: expected 2 inputs, got 1"),
        ({"validation": [XOR[0], 3]}, TypeError, r"validation example 2 must be \(inputs, target\), not 3"),
        ({"validation": "0.2"}, TypeError, r"validation example 1 must be \(inputs, target\), not '0'"),
        ({"validation": 0}, ValueError, "0 of 4 examples holds out 0; at least one must be held out"),
        ({"validation": 1}, ValueError, "1 of 4 examples holds out 4; .* one left for training"),
        ({"validation": 1.5}, ValueError, "1.5 of 4 examples holds out 6"),
        ({"l1": -0.1}, ValueError, "l1 must be 0 or above and finite, not -0.1"),
        ({"l2": nan}, ValueError, "l2 must be 0 or above and finite, not nan"),
        ({"clip_norm": 0}, ValueError, "clip_norm must be above 0 and finite, not 0"),
        ({"patience": 0}, ValueError, "patience must be at least 1, not 0"),
        ({"patience": 2.0}, TypeError, "patience must be a whole number, not 2.0"),
        ({"rng": random.Random(1), "seed": 1}, ValueError, "pass rng or seed, not both"),
        ({"rng": 1}, TypeError, r"rng must be a random\.Random, not int"),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_refused_at_the_call(keywords, kind, message):
    with pytest.raises(kind, match=message):
        train(**{"model": small(), "examples": XOR, **keywords})


@pytest.mark.parametrize(
    ("example", "kind", "message"),
    [
        (3, TypeError, r"must be \(inputs, target\), not 3"),
        ("ab", TypeError, r"must be \(inputs, target\), not 'ab'"),
        (([0.0, 1.0],), TypeError, r"must be \(inputs, target\), not \(\[0\.0, 1\.0\],\)"),
        (([0.0], 1), ValueError, "expected 2 inputs, got 1"),
        ((None, 1), TypeError, "expected a list of 2 inputs, not NoneType"),
        (([0.0, None], 1), TypeError, "data must be a real number, not NoneType"),
        ((["a", 0.0], 1), TypeError, "data must be a real number, not str"),
        (([nan, 0.0], 1), ArithmeticError, "its loss is nan: is something not finite in it"),
        (([0.0, 0.0], nan), ValueError, "a target must be finite, not nan"),
        (([0.0, 0.0], None), TypeError, "data must be a real number, not NoneType"),
        (([0.0, 0.0], "1"), TypeError, "data must be a real number, not str"),
        (([0.0, 0.0], [1]), ValueError, "outputs and targets must have the same shape: got a number and a list of 1"),
    ],
)
def test_an_example_that_cannot_be_trained_on_is_named(example, kind, message):
    with pytest.raises(kind, match=f"^example 2:? {message}"):
        train(small(), with_second(example))
    with pytest.raises(kind, match=f"^validation example 2:? {message}"):
        train(small(), XOR, validation=with_second(example))


@pytest.mark.parametrize("target", [2, -1, 0.5, [0.5, 0.6], [1, 0, 0]])
def test_a_class_that_does_not_exist_is_named_by_its_example(target):
    with pytest.raises(ValueError, match="example 2: "):
        train(MLP(2, [3, 2]), with_second(([0.0, 1.0], target)), "cross_entropy")


def test_a_wrong_example_goes_by_its_place_in_the_list_even_if_some_are_set_aside():
    examples = [([0.1 * i, 0.5], i % 2) for i in range(20)]
    examples[12] = ([0.1], 1)
    for seed in range(5):
        with pytest.raises(ValueError, match=r"^example 13: expected 2 inputs, got 1"):
            train(small(), examples, validation=0.3, seed=seed)


def test_one_example_alone_may_be_trained_on():
    assert train(small(), XOR[1:2], "binary_cross_entropy_with_logits", epochs=1).finish().over


# Learning for real


@pytest.mark.parametrize("seed", range(10))
def test_a_network_learns_xor_with_the_settings_of_the_house(seed):
    assert train(MLP(2, [8, 1], seed=seed), XOR).finish().history[-1].accuracy == 1.0


def test_a_network_learns_the_moons():
    rng = random.Random(0)
    examples, model = data.moons(rng=rng), MLP(2, [8, 8, 1], rng=rng)
    assert train(model, examples, "binary_cross_entropy_with_logits").finish().history[-1].accuracy == 1.0


def test_a_neuron_alone_does_no_better_on_xor_than_to_answer_one_half():
    # of all functions w₁x₁ + w₂x₂ + b, the constant ½ comes nearest to xor, and its mean squared error is ¼
    last = train(MLP(2, [1], seed=1), XOR, epochs=300).finish().history[-1]
    assert last.loss == pytest.approx(0.25, abs=1e-4) and last.loss >= 0.25


def test_a_large_network_learns_pure_noise_by_heart_and_patience_stops_it():
    # targets have nothing to do with the inputs, so whatever is learned of them is wrong for others
    rng = random.Random(1)
    examples = [([rng.gauss(0, 1) for _ in range(10)], rng.gauss(0, 1)) for _ in range(20)]
    by_heart, early = (
        train(MLP(10, [8, 1], seed=1), examples[:10], validation=examples[10:], epochs=200, patience=patience).finish()
        for patience in (None, 10)
    )
    assert by_heart.history[-1].loss < 0.01
    assert by_heart.history[-1].validation_loss > by_heart.history[by_heart.best].validation_loss
    assert len(early.history) < len(by_heart.history)


def test_targets_are_numbers_where_that_is_said():
    run = train(MLP(2, [4, 1], seed=1), XOR, epochs=1, classes=False).finish()
    assert run.decision is None and [epoch.accuracy for epoch in run.history] == [None, None]


def test_one_probability_for_all_examples_can_be_learned():
    model = MLP(2, [1], seed=1)
    run = train(model, [(x, 0.3) for x, _ in XOR], "binary_cross_entropy_with_logits", epochs=200).finish()
    assert 1 / (1 + math.exp(-model([0.5, 0.5]).data)) == pytest.approx(0.3, abs=0.01)
    assert run.history[-1].accuracy == 1.0


def test_a_run_leaves_no_gradients_behind():
    model = MLP(2, [2, 1], seed=1)
    next(train(model, data.xor()))
    assert all(p.grad is NOT_COMPUTED for p in model.parameters())
