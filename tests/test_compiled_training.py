"""Compiled training: the same run as on Values, what cannot be compiled and why, and optimizers' rules as programs."""

import json
import math
import random
import re
import sys
import warnings
from array import array
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import (
    MLP,
    DivergenceError,
    Layer,
    Module,
    Value,
    data,
    layers,
    losses,
    ops,
    optim,
    parameter,
    resume,
    save,
    train,
)
from micrograd_nn.graph import NOT_COMPUTED
from micrograd_nn.optim import OPTIMIZERS, SGD, Adam, AdamW, Cosine, Momentum, Optimizer, RMSProp, WarmUp
from micrograd_nn.optim.clipping import gradient_norm
from micrograd_nn.programs.evaluate import evaluate
from micrograd_nn.programs.updates import shared_attributes, traced_update
from micrograd_nn.training.array_norm import Norm
from micrograd_nn.training.array_rules import LoopRule, ProgramRule
from micrograd_nn.training.array_steps import CHANGED
from micrograd_nn.training.example_rows import rows_of

XOR = data.xor()
SIGNED = [(x, 2 * y - 1) for x, y in XOR]
HELD_OUT = [([0.5, 0.9], 1), ([0.1, 0.2], 0), ([0.6, 0.1], 0)]


def small(seed=1, **keywords):
    return MLP(2, **{"sizes": [3, 1], "seed": seed, **keywords})


def both(make, examples, loss="mean_squared_error", rule=Adam, **keywords):
    """The same run on Values and compiled, finished; no warning may come."""
    runs = []
    for compiled in (False, True):
        model = make()
        optimizer = rule(model.parameters())
        runs.append(train(model, examples, loss, optimizer, compiled=compiled, **{"epochs": 100, **keywords}))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            runs[-1].finish()
    return runs


def check_same(by_hand, compiled):
    """That two runs came to the same, but for rounding."""
    assert compiled.compiled in ("C", "Python")
    assert len(by_hand.history) == len(compiled.history) and by_hand.best == compiled.best
    for one, other in zip(by_hand.history, compiled.history):
        for name in ("loss", "validation_loss", "gradient_norm"):
            expected = getattr(one, name)
            assert getattr(other, name) == (expected and pytest.approx(expected, rel=1e-9, abs=1e-12))
        for name in ("number", "accuracy", "validation_accuracy", "learning_rate"):
            assert getattr(other, name) == getattr(one, name)
    assert compiled.parameters == pytest.approx(by_hand.parameters, rel=1e-9, abs=1e-9)
    assert [p.data for p in compiled.model.parameters()] == pytest.approx(
        [p.data for p in by_hand.model.parameters()], rel=1e-9, abs=1e-9
    )


# The same curve as on Values


def sequences(n, length, target):
    rng = random.Random(1)
    return [([[rng.gauss(0, 1)] for _ in range(length)], target(i)) for i in range(n)]


def images(n):
    rng = random.Random(1)
    return [([[[rng.random() for _ in range(4)] for _ in range(4)]], i % 3) for i in range(n)]


def convolutional():
    kernels = layers.Conv2d(1, 2, 2, activation="tanh", seed=1)
    return layers.Sequential(kernels, layers.MaxPool2d(2, stride=1), layers.Flatten(), Layer(8, 3, "linear", seed=2))


def recurrent():
    return layers.Sequential(layers.LSTM(1, 2, seed=1), layers.Last(), Layer(2, 1, "linear", seed=2))


def at_every_time_step():
    outputs = layers.TimeDistributed(Layer(2, 3, "linear", seed=2))
    return layers.Sequential(layers.RNN(1, 2, seed=1), outputs)


THREE = [([x / 4, y / 4], (x + y) % 3) for x in range(4) for y in range(4)]
RUNS = {
    "xor": (small, XOR, "mean_squared_error"),
    "moons": (lambda: small(activation="relu"), data.moons(20, seed=1), "binary_cross_entropy_with_logits"),
    "circles": (small, data.circles(20, seed=1), "binary_cross_entropy_with_logits"),
    "three classes": (lambda: small(sizes=[4, 3]), THREE, "cross_entropy"),
    "images": (convolutional, images(4), "cross_entropy"),
    "sequences": (recurrent, sequences(4, 4, lambda i: i % 2), "binary_cross_entropy_with_logits"),
    "positions": (at_every_time_step, sequences(3, 3, lambda i: [i, 0, 1]), "cross_entropy"),
    "one among zeros": (lambda: small(sizes=[3, 2]), [(x, [1 - y, y]) for x, y in XOR], "mean_squared_error"),
    "several numbers": (lambda: MLP(1, [2], seed=1), [([x / 4], [x / 2, 1 - x]) for x in range(4)], "huber"),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_compiled_run_has_the_curve_of_one_on_values(name):
    make, examples, loss = RUNS[name]
    check_same(*both(make, examples, loss))


@pytest.mark.parametrize(("loss", "examples", "network"), [
    ("mean_absolute_error", XOR, {}),
    ("huber", [(x, 3 * y) for x, y in XOR], {}),
    ("hinge", SIGNED, {}),
    ("binary_cross_entropy", XOR, {"output_activation": "sigmoid"}),
    ("binary_cross_entropy_with_logits", [(x, 0.2 + 0.5 * y) for x, y in XOR], {}),
    ("cross_entropy", [(x, [0.3, 0.7] if y else [0.9, 0.1]) for x, y in XOR], {"sizes": [3, 2]}),
])  # fmt: skip
def test_every_loss_can_be_compiled(loss, examples, network):
    check_same(*both(lambda: small(**network), examples, loss))


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [None, 3, 1])
def test_every_optimizer_can_be_compiled(name, batch_size):
    # a small rate, for at a larger one RMSProp makes 1e-2 of a difference of 2e-16 in a weight, on Values too
    runs = both(small, XOR, rule=lambda ps: OPTIMIZERS[name](ps, 0.003), batch_size=batch_size, seed=3)
    check_same(*runs)
    assert isinstance(runs[1].arrays.rule, ProgramRule)


@pytest.mark.parametrize(("rule", "keywords"), [
    (Adam, {"l1": 0.01}),
    (Adam, {"l2": 0.01}),
    (Adam, {"clip_norm": 0.1}),
    (lambda ps: Momentum(ps, weight_decay=0.1), {"l1": 0.01, "l2": 0.01, "clip_norm": 0.2, "batch_size": 3}),
    (lambda ps: AdamW(ps, WarmUp(Cosine(0.05, 80), 10), weight_decay=0.1), {"batch_size": 2}),
    (Adam, {"validation": HELD_OUT, "patience": 5, "batch_size": 2}),
    (Adam, {"validation": 0.25, "classes": False}),
])  # fmt: skip
def test_settings_mean_the_same_when_compiled(rule, keywords):
    check_same(*both(small, XOR, rule=rule, seed=5, **keywords))


def test_generated_python_does_where_there_is_no_compiler(monkeypatch):
    monkeypatch.setenv("MICROGRAD_NN_BACKEND", "python")
    by_hand, compiled = both(small, XOR, batch_size=3, clip_norm=0.5, seed=1)
    check_same(by_hand, compiled)
    assert compiled.compiled == "Python"


def test_parameters_that_the_optimizer_does_not_have_stay_as_they_are():
    def last_layer(parameters):
        return Momentum(parameters[9:])

    by_hand, compiled = both(small, XOR, rule=last_layer, l2=0.1)
    check_same(by_hand, compiled)
    assert compiled.parameters[:9] == train(small(), XOR).parameters[:9]


def test_the_order_of_the_optimizer_is_its_own():
    check_same(*both(small, XOR, rule=lambda ps: Adam(reversed(ps))))


def test_values_may_be_examples():
    as_values = [([Value(x) for x in inputs], Value(y)) for inputs, y in XOR]
    assert train(small(), as_values, compiled=True).finish().parameters == both(small, XOR)[1].parameters


def test_a_run_that_is_not_compiled_says_so():
    assert train(small(), XOR).compiled == "no"


# Optimizers' rules


class SignDescent(Optimizer):
    """w ← w − η sign(g), with comparisons that count."""

    def update(self, eta, w, g):
        return (w - eta * (g > 0) + eta * (g < 0),)


class Careful(Optimizer):
    """A rule with a branch and a function."""

    memory_names = ("last",)

    def update(self, eta, w, g, last):
        if g * last < 0:
            return w - 0.1 * eta * ops.tanh(g), g
        return w - eta * ops.tanh(g), g


class Fading(Optimizer):
    """A rule that depends on the number of steps."""

    def update(self, eta, w, g):
        return (w - eta / (1 + self.steps) * g,)


RULES = [lambda ps: SignDescent(ps, 0.01), lambda ps: Careful(ps, 0.1), lambda ps: Fading(ps, 0.5)]


@pytest.mark.parametrize("rule", RULES, ids=["sign", "careful", "fading"])
def test_a_rule_of_ones_own_becomes_a_program(rule):
    by_hand, compiled = both(small, XOR, rule=rule, epochs=30)
    check_same(by_hand, compiled)
    assert isinstance(compiled.arrays.rule, ProgramRule)


class Plain(Optimizer):
    """A rule that computes with floats only."""

    def update(self, eta, w, g):
        return (w - eta * math.tanh(g),)


class OwnStep(SGD):
    """A rule that is not one for each parameter by itself."""

    def step(self):
        largest = max(abs(p.grad) for p in self.parameters)
        for p in self.parameters:
            p.grad /= largest
        super().step()


class Counting(SGD):
    """A rule that notes how often it was asked."""

    asked = 0

    def update(self, eta, w, g):
        self.asked += 1
        return super().update(eta, w, g)


class Wavering(SGD):
    """A rule whose factor is no number that it keeps: it would stay as it was when the rule was recorded."""

    def update(self, eta, w, g):
        return super().update(eta * (1.0 if isinstance(w, float) else 2.0), w, g)


class Normalized(SGD):
    """A rule that looks at the gradients of all parameters before each step."""

    def prepare(self):
        self.norm = gradient_norm(self.parameters)

    def update(self, eta, w, g):
        return (w - eta * g / self.norm,)


class Shrinking(SGD):
    """A rule that looks at the parameters themselves."""

    def prepare(self):
        self.largest = max(abs(p.data) for p in self.parameters)

    def update(self, eta, w, g):
        return (w - eta * g * self.largest,)


class Braked(Momentum):
    """A rule that looks at what is remembered of all parameters."""

    def update(self, eta, w, g, v):
        v = self.momentum * v + g
        return w - eta * v / (1 + abs(sum(self.memory[0]))), v


@pytest.mark.parametrize("rule", [Plain, OwnStep, Counting, Wavering, Normalized, Shrinking, Braked])
def test_a_rule_that_is_no_formula_is_followed_in_a_loop(rule):
    by_hand, compiled = both(small, XOR, rule=lambda ps: rule(ps, 0.1), clip_norm=0.5, epochs=30, batch_size=2, seed=1)
    check_same(by_hand, compiled)
    assert isinstance(compiled.arrays.rule, LoopRule)
    assert all(p.grad is NOT_COMPUTED for p in compiled.model.parameters())


class Slowing(SGD):
    """A rule that counts its steps by itself."""

    count = 0

    def prepare(self):
        self.count += 1

    def update(self, eta, w, g):
        return (w - eta / self.count * g,)


def test_a_rule_is_prepared_once_for_every_step():
    by_hand, compiled = both(small, XOR, rule=lambda ps: Slowing(ps, 0.5), epochs=30)
    check_same(by_hand, compiled)
    assert isinstance(compiled.arrays.rule, ProgramRule) and compiled.optimizer.count == 30


class Choosing(Optimizer):
    """Momentum whose factor is an attribute of the class, of the velocity or of its sign."""

    memory_names, momentum, share, signed = ("velocity",), 0.9, Fraction(1, 2), False

    def __init__(self, parameters):
        super().__init__(parameters, 0.01)
        self.share, self.signed = Fraction(1, 2), False

    def update(self, eta, w, g, v):
        v = self.momentum * v + self.share * g
        return w - eta * ((v > 0) - (v < 0) if self.signed else v), v


@pytest.mark.parametrize(("name", "setting"), [
    ("momentum", 0.3), ("share", Fraction(1, 10)), ("signed", True), ("weight_decay", 0.5),
    ("memory", [[0.0] * 13]), ("parameters", None),
])  # fmt: skip
def test_an_optimizer_that_someone_changes_is_followed(name, setting):
    found = []
    for compiled in (False, True):
        model = small()
        run = train(model, XOR, optimizer=Choosing(model.parameters()), epochs=20, compiled=compiled)
        for epoch in run:
            if epoch.number == 10:
                setattr(run.optimizer, name, setting or list(reversed(model.parameters())))
        found.append(run)
    check_same(*found)


def test_what_is_remembered_of_one_kind_can_be_set():
    found = []
    for compiled in (False, True):
        model = small()
        run = train(model, XOR, optimizer=Momentum(model.parameters()), epochs=20, compiled=compiled)
        for epoch in run:
            if epoch.number == 10:
                run.optimizer.memory[0] = [0.0] * 13
        found.append(run)
    check_same(*found)


moderate = st.floats(-100, 100)


@given(st.sampled_from(sorted(OPTIMIZERS)), moderate, moderate, st.floats(0, 2), st.data())
def test_a_rule_that_was_traced_gives_what_it_gives_on_numbers(name, w, g, weight_decay, drawn):
    optimizer = OPTIMIZERS[name]([Value(w)], 0.1, weight_decay=weight_decay)
    memory = [drawn.draw(st.floats(0, 100)) for _ in optimizer.memory_names]
    optimizer.steps = drawn.draw(st.integers(0, 1000))
    optimizer.prepare()
    listing = traced_update(optimizer)
    numbers = evaluate(listing, [0.1, *shared_attributes(optimizer)(optimizer)], [w, g, *memory])
    expected = optimizer.update(0.1, *optimizer.decay(0.1, w, g), *memory)
    assert [numbers[i] for i in listing.outputs] == pytest.approx(list(expected), rel=1e-14, abs=1e-14)


def test_a_rule_with_a_step_of_its_own_is_not_traced():
    with pytest.raises(TypeError, match="a step that is the optimizer's own, and no rule for one parameter"):
        traced_update(OwnStep([Value(1.0)]))


def test_a_rule_that_changes_the_optimizer_is_not_traced():
    with pytest.raises(TypeError, match="a rule gives the new w and memory, and changes nothing else"):
        traced_update(Counting([Value(1.0)]))


def test_a_setting_that_changes_on_the_way_is_followed():
    found = []
    for compiled in (False, True):
        model = small()
        run = train(model, XOR, optimizer=Momentum(model.parameters()), epochs=20, compiled=compiled)
        for epoch in run:
            if epoch.number == 10:
                run.optimizer.momentum, run.optimizer.learning_rate, run.l2 = 0.5, 0.01, 0.1
        found.append(run)
    check_same(*found)


@pytest.mark.parametrize("backend", ["", "python"])
def test_a_rule_cut_short_at_any_line_is_before_or_after_its_step(monkeypatch, backend):
    monkeypatch.setenv("MICROGRAD_NN_BACKEND", backend)
    gradients, n_lines = array("d", [0.5, -1.0]), 0

    def fresh():
        rule = ProgramRule(Adam([Value(1.0), Value(2.0)]), None)
        rule.load(array("d", [1.0, 2.0, 3.0]))  # the third is not the optimizer's
        rule.apply(gradients, 1.0)
        return rule

    def seen(rule):
        return [rule.optimizer.steps, *map(list, rule.now)]

    rule = fresh()
    before = seen(rule)
    rule.apply(gradients, 1.0)
    after, cut = seen(rule), True
    while cut:
        n_lines += 1
        rule = fresh()
        cut = interrupted(n_lines, rule.apply, gradients, 1.0)
        assert seen(rule) in (before, after)
    assert n_lines > 10 and seen(rule) == after


def interrupted(at_line, work, *arguments):
    """Whether Ctrl-C came, at this line of the work, before its end."""
    lines = iter(range(1, at_line))

    def trace(frame, event, argument):
        if event == "line" and next(lines, None) is None:
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work(*arguments)
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def test_a_rule_whose_update_is_not_finite_stays_before_its_step():
    rule = ProgramRule(Momentum([Value(1.0), Value(2.0)], 1e300), None)
    rule.load(array("d", [1.0, 2.0]))
    with pytest.raises(ArithmeticError, match="the update is not finite"):
        rule.apply(array("d", [1.0, 1e200]), 1.0)
    assert [list(column) for column in rule.now] == [[1.0, 2.0], [0.0, 0.0]] and rule.optimizer.steps == 0


@pytest.mark.parametrize(("gradients", "norm"), [
    ([3.0, -4.0], 5.0), ([0.0] * 3, 0.0), ([3e-200, 4e-200], 5e-200), ([3e-146, 0.0], 3e-146), ([3e200, 4e200], 5e200),
    ([1e308, 1e308, 1e308], 1.7320508075688772e308), ([1.5e308] * 2, math.inf), ([2.0] * 10_000, 200.0),
])  # fmt: skip
def test_the_norm_of_a_gradient_has_no_range_of_its_own(gradients, norm):
    assert Norm(len(gradients))(array("d", [*gradients, 7.0])) == pytest.approx(norm, rel=1e-14)


# Whoever looks at the Values sees what they are


def watched(compiled, **keywords):
    """What a run shows after every step, and at the end."""
    model, seen = small(), []
    run = train(model, XOR, epochs=5, batch_size=3, seed=1, compiled=compiled, **keywords)

    def look(step):
        seen.append([step.number, step.loss, step.n_targets, step.n_examples, *[p.data for p in model.parameters()]])

    run.on_step = look
    run.finish()
    return seen, run


def test_values_follow_every_step_that_someone_is_told_of():
    (by_hand, _), (compiled, run) = watched(compiled=False), watched(compiled=True)
    assert run.compiled != "no" and len(compiled) == 10
    for one, other in zip(by_hand, compiled):
        assert other == pytest.approx(one, rel=1e-12, abs=1e-12)


def test_values_follow_every_epoch_and_have_no_gradients():
    run = train(small(), XOR, compiled=True)
    for _ in range(3):
        before = run.parameters
        next(run)
        assert run.parameters == [p.data for p in run.model.parameters()] != before
        assert all(p.grad is NOT_COMPUTED for p in run.model.parameters()) and not run.model.training


def test_parameters_that_someone_changes_are_trained_on():
    found = []
    for compiled in (False, True):
        run = train(small(), XOR, epochs=10, compiled=compiled)
        for epoch in run:
            if epoch.number == 5:
                run.model.parameters()[0].data = 0.25
        found.append(run)
    check_same(*found)


def test_another_optimizer_on_the_way_is_followed():
    found = []
    for compiled in (False, True):
        run = train(small(), XOR, epochs=10, compiled=compiled)
        next(run)
        run.optimizer = SGD(run.model.parameters(), 0.05)
        found.append(run.finish())
    check_same(*found)


@pytest.mark.parametrize("change", [
    lambda run: run.examples.pop(),
    lambda run: run.examples.append(([0.5, 0.5], 1)),
    lambda run: setattr(run, "examples", SIGNED),
    lambda run: setattr(run, "validation", HELD_OUT[1:]),
    lambda run: setattr(run, "loss", losses.huber),
])  # fmt: skip
@pytest.mark.parametrize("batch_size", [None, 2])
def test_a_run_that_someone_changes_is_followed(change, batch_size):
    found = []
    for compiled in (False, True):
        run = train(small(), XOR, epochs=10, batch_size=batch_size, seed=1, validation=HELD_OUT, compiled=compiled)
        for epoch in run:
            if epoch.number == 5:
                change(run)
        found.append(run)
    check_same(*found)


def test_a_change_after_a_step_holds_for_the_next():
    found = []
    for compiled in (False, True):
        run = train(small(), XOR, epochs=5, batch_size=2, seed=1, compiled=compiled)

        def change(step, run=run):
            if len(run.history) == 3 and step.number == 1:
                run.optimizer, run.l2 = SGD(run.model.parameters(), 0.05), 0.1

        run.on_step = change
        found.append(run.finish())
    check_same(*found)


@pytest.mark.parametrize("clip_norm", [None, 0.01])
def test_gradients_follow_every_step_that_someone_is_told_of(clip_norm):
    found = []
    for compiled in (False, True):
        run, seen = train(small(), XOR, epochs=3, clip_norm=clip_norm, compiled=compiled), []
        run.on_step = lambda step, run=run, seen=seen: seen.append([p.grad for p in run.model.parameters()])
        run.finish()
        found.append(seen)
    for one, other in zip(*found):
        assert other == pytest.approx(one, rel=1e-9, abs=1e-12)
    assert any(found[1][0])


def test_a_model_is_in_the_mode_for_use_after_every_epoch():
    run = train(small(), XOR, compiled=True)
    next(run), run.model.train(), next(run)
    assert not run.model.training


# Stopping, going on, and files


def test_a_run_that_ctrl_c_cuts_short_goes_back_to_the_last_whole_epoch():
    model = small()
    run = train(model, XOR, epochs=5, batch_size=2, seed=1, compiled=True)
    next(run)
    before = json.dumps(run.state())

    def interrupt(step):
        raise KeyboardInterrupt

    run.on_step, told = interrupt, run.on_step
    with pytest.raises(KeyboardInterrupt):
        next(run)
    assert json.dumps(run.state()) == before and len(run.history) == 2
    run.on_step = told
    undisturbed = train(small(), XOR, epochs=5, batch_size=2, seed=1, compiled=True).finish()
    assert run.finish().parameters == undisturbed.parameters


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (True, True)])
def test_a_run_that_was_saved_goes_on_compiled_or_not(tmp_path, first, second):
    path = tmp_path / "run.json"
    run = train(small(), XOR, epochs=3, batch_size=3, seed=1, validation=HELD_OUT, compiled=first).finish()
    save(run, path)
    other = train(small(2), XOR, epochs=6, batch_size=3, seed=1, validation=HELD_OUT, compiled=second)
    resume(other, path)
    whole = train(small(), XOR, epochs=6, batch_size=3, seed=1, validation=HELD_OUT).finish()
    assert [epoch.loss for epoch in other.finish().history] == pytest.approx(
        [epoch.loss for epoch in whole.history], rel=1e-9
    )


def keys(document):
    """The form of a document: keys, and what kind of thing is at each; lists by their first."""
    if isinstance(document, dict):
        return {key: keys(part) for key, part in document.items()}
    return [len(document), keys(document[0])] if isinstance(document, list) and document else type(document)


def test_a_file_of_a_compiled_run_has_the_same_form(tmp_path):
    forms = []
    for compiled in (False, True):
        run = train(small(), XOR, epochs=2, seed=1, compiled=compiled).finish()
        forms.append(keys(json.loads((save(run, tmp_path / "run.json")).read_text(encoding="utf-8"))))
    assert forms[0] == forms[1]


# What is wrong is said as on Values


def words_and_numbers(message):
    """What is said, without its numbers, and these: a tanh in lanes differs from Python's in its last place."""
    number = r"-?\d+\.?\d*(?:e[+-]?\d+)?"
    return re.sub(number, "#", message), [float(found) for found in re.findall(number, message)]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_divergence_is_told_in_the_same_words(name):
    messages = []
    for compiled in (False, True):
        model = small()
        optimizer = OPTIMIZERS[name](model.parameters(), lambda step: 0.01 if step < 5 else 1e300)
        run = train(model, XOR, optimizer=optimizer, batch_size=2, seed=1, compiled=compiled)
        next(run), next(run)
        before = json.dumps(run.state())
        with pytest.raises(DivergenceError) as caught:
            next(run)
        messages.append(str(caught.value))
        assert json.dumps(run.state()) == before and run.optimizer.steps == 4 and not model.training
    words, numbers = zip(*map(words_and_numbers, messages))
    assert words[0] == words[1] and "in epoch 3: example" in messages[0]
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-9)


def test_divergence_in_validation_names_the_validation_example():
    # w = 0 − 1 · 2 (0 − 1) = 2, and (2 · 1e160)² overflows
    model = layers.Sequential(Layer(1, 1, "linear", seed=1, bias=False))
    model.parameters()[0].data = 0.0
    rule = SGD(model.parameters(), 1.0)
    run = train(model, [([1.0], 1.0)], optimizer=rule, validation=[([0.0], 0.0), ([1e160], 0.0)], compiled=True)
    with pytest.raises(DivergenceError, match=r"in epoch 1: validation example 2: \*\* overflows at x = 2e\+160"):
        next(run)
    assert model.parameters()[0].data == 0.0


class Scale(Module):
    """The smallest model: w · x, from w = 0."""

    def __init__(self):
        self.w = parameter(0.0, "w")

    def __call__(self, x):
        return self.w * x[0]


@pytest.mark.parametrize(("loss", "rate"), [
    (lambda output, target: 1e200 * (1e200 * (output - target)), 0.1),  # the product of slopes overflows
    (lambda output, target: (output - target).sqrt(), 0.1),  # its slope at 0 is infinite
    (lambda output, target: 1e10 * (output - target), 1e300),  # the update overflows
    (lambda output, target: (output - target - 1) ** 2, 5e153),  # w = 1e154, and two losses of 1e308 are too many
])  # fmt: skip
def test_a_first_epoch_that_fails_says_the_same(loss, rate):
    messages = []
    for compiled in (False, True):
        model = Scale()
        run = train(model, [([1.0], 0.0)] * 2, loss, SGD([model.w], rate), compiled=compiled)
        with pytest.raises(DivergenceError) as caught:
            next(run)
        messages.append(str(caught.value))
        assert model.w.data == 0.0 and run.optimizer.steps == 0
    assert messages[0] == messages[1] and run.compiled != "no"


class Bent(Module):
    """A model whose code takes another branch when its weight is small."""

    def __init__(self):
        self.w = parameter(1.0, "w")

    def __call__(self, x):
        return self.w * x[0] if self.w > 0.5 else 2 * self.w * x[0]


def test_a_step_on_another_branch_is_taken_on_values():
    runs = []
    for compiled in (False, True):
        model = Bent()
        rule = SGD(model.parameters(), 0.05)
        runs.append(train(model, [([1.0], 0.0)], optimizer=rule, epochs=20, compiled=compiled).finish())
    check_same(*runs)
    assert runs[1].history[0].loss == 1.0 and runs[1].model.w.data < 0.5


# What cannot be compiled


class Echo(Module):
    """A model of tokens, for each of which it has a node of its own."""

    def __init__(self):
        self.w = parameter(1.0)

    def __call__(self, tokens):
        return [[3.0 * self.w if token == i else Value(0.0) for i in range(3)] for token in tokens]


class Model(Module):
    """w · x₁, times what a function makes of w and x."""

    def __init__(self, factor):
        self.w, self.factor = parameter(1.0), factor

    def __call__(self, x):
        return self.w * x[0] * self.factor(self.w, x)


class Buffered(Module):
    """A model that counts."""

    buffer_names = ("count",)

    def __init__(self):
        self.w, self.count = parameter(1.0), [0.0]

    def __call__(self, x):
        self.count[0] += self.training
        return self.w * x[0]


drawn = random.Random(1)
tokens = layers.Sequential(layers.Embedding(3, 2, seed=1), layers.RNN(2, 2, seed=1), layers.Last(), Layer(2, 1, seed=2))
NOT_COMPILED = {
    "dropout": (lambda: small(dropout=0.5), XOR, "random numbers are drawn anew for every example, as dropout"),
    "own draws": (lambda: Model(lambda w, x: drawn.random()), XOR, "what is computed differs from example to example"),
    "lengths": (recurrent, [([[1.0]], 1), ([[1.0], [0.0]], 0)], "examples are of different shapes"),
    "tokens": (lambda: tokens, [([0, 1], 1), ([1, 2], 0)], "themselves, as for tokens: .*a token must be"),
    "texts": (Echo, [(["a", "b"], [0, 1]), (["c", "d"], [1, 0])], "made of more than numbers: .* not str"),
    "data": (lambda: Model(lambda w, x: 1 + w.data), XOR, r"data was read at test_compiled_training\.py:\d+"),
    "floats": (lambda: Model(lambda w, x: float(x[1])), XOR, "a Value does not turn into a float by itself"),
    "branches": (lambda: Model(lambda w, x: 1 if x[1] > 0.5 else 2), XOR, "what is computed differs from example to"),
    "hidden branches": (lambda: Model(lambda w, x: 1 if x[0] == x[1] else 2), XOR, "data was read at"),
    "some branches": (lambda: Model(lambda w, x: max(x)), XOR, "an example takes another branch than the one that was"),
    "buffers": (Buffered, XOR, "the model has buffers, which its steps change"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_COMPILED)
def test_a_run_that_cannot_be_compiled_says_why_once_and_goes_on(name):
    make, examples, reason = NOT_COMPILED[name]
    loss = "cross_entropy" if name == "texts" else "mean_squared_error"
    with pytest.warns(UserWarning, match=f"^training is not compiled: .*{reason}") as caught:
        run = train(make(), examples, loss, epochs=3, seed=1, compiled=True).finish()
    assert run.compiled == "no: " + str(caught[0].message).removeprefix("training is not compiled: ")
    assert len(caught) == 1 and len(run.history) == 4 and not run.model.training


def test_a_run_that_cannot_be_compiled_has_the_bits_of_one_that_was_not_asked():
    found = []
    for compiled in (False, True):
        with suppress(UserWarning), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found.append(train(small(dropout=0.5), XOR, batch_size=3, epochs=5, seed=1, compiled=compiled).finish())
    assert found[0].parameters == found[1].parameters and found[0].snapshots == found[1].snapshots


@pytest.mark.parametrize("watched", [False, True])
def test_a_number_that_changes_around_the_graph_is_seen_before_the_second_epoch(watched):
    """As where a penalty grows, or a temperature falls."""
    found = []
    for compiled in (False, True):
        scale = [1.0]
        run = train(small(), XOR, lambda p, y, scale=scale: (p * scale[0] - y) ** 2, epochs=25, compiled=compiled)
        run.on_step = (lambda step: None) if watched else run.on_step
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for epoch in run:
                scale[0] = 1.0 + epoch.number / 10
        found.append(run)
    assert [str(x.message) for x in caught] == [f"training is not compiled: {CHANGED}"] and found[1].compiled != "C"
    plain, compiled = ([epoch.loss for epoch in run.history] for run in found)
    assert compiled == pytest.approx(plain, rel=1e-9) and not found[1].model.training


class Steep(Module):
    """Two weights whose slopes are finite, and as a vector too long for a number."""

    def __init__(self):
        self.w = [parameter(0.0), parameter(0.0)]

    def __call__(self, x):
        return (self.w[0] + self.w[1]) * (1.5e308 * x[0])


def test_a_gradient_that_is_too_long_is_called_that():
    run = train(Steep(), [([1.0], 0.0)], lambda output, _: output, compiled=True)
    with pytest.warns(UserWarning, match="not compiled: the gradient is too long"), pytest.raises(DivergenceError):
        run.finish()


def choosing(p, target):
    """A loss as one writes it oneself: the target chooses a formula."""
    return -p.log() if target == 1 else -((1 - p).log())


@pytest.mark.parametrize("batch_size", [None, 1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_a_choice_that_only_some_batches_show_is_seen_before_the_first_step(batch_size, seed):
    found = []
    for compiled in (False, True):
        model = small(output_activation="sigmoid")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            run = train(model, XOR, choosing, batch_size=batch_size, seed=seed, epochs=5, compiled=compiled)
        found.append(run.finish())
    assert len(caught) == 1 and run.compiled.startswith("no: data was read at")
    assert found[0].parameters == found[1].parameters


def test_a_loss_that_is_set_on_the_way_is_held_against_values_too():
    run = train(small(output_activation="sigmoid"), XOR, batch_size=1, epochs=3, seed=1, compiled=True)
    next(run)
    run.loss = choosing
    with pytest.warns(UserWarning, match="data was read at"):
        run.finish()


@pytest.mark.parametrize("factor", [
    lambda w, x: 2 if x[0] in (0.0,) and x[1] != 1 else 1,
    lambda w, x: {2.0: 2}.get(x[0], 1),
])  # fmt: skip
def test_a_choice_by_equality_is_seen_where_the_first_step_does_not_show_it(factor):
    with pytest.warns(UserWarning, match="data was read at|the losses differ"):
        run = train(Model(factor), [([1.0, 1.0], 3.0), ([2.0, 1.0], 2.0), ([0.0, 0.0], 1.0)], compiled=True)
    assert run.compiled.startswith("no: ")


class Skipping(Module):
    """A model with layers that are left out at random, as Python's own generator says."""

    def __init__(self):
        self.inner = small()

    def __call__(self, x):
        return self.inner(x) * (2 if self.training and random.random() < 0.1 else 1)


def test_a_model_that_draws_from_pythons_generator_has_the_bits_of_a_run_that_was_not_compiled():
    found = []
    for compiled in (False, True):
        random.seed(1)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found.append(train(Skipping(), XOR, batch_size=1, epochs=5, seed=1, compiled=compiled).finish())
    assert "random numbers are drawn" in str(caught[0].message) and len(caught) == 1
    assert found[0].parameters == found[1].parameters


def test_a_number_of_the_model_that_is_found_out_only_at_the_first_step_is_in_time():
    # one example, so there is none to compare it with: the factor, an int, is no part of the graph
    factors = iter([1, 1, 1, 1, *[2] * 100])
    run = train(Model(lambda w, x: next(factors)), [([1.0], 3.0)], epochs=2, compiled=True)
    with pytest.warns(UserWarning, match="its first step differs: something is computed outside of the graph"):
        run.finish()
    assert run.compiled.startswith("no: its first step differs")


def test_rows_are_made_of_numbers_in_the_order_of_the_example():
    assert [list(row) for row in rows_of([([[1, 2.0], [Value(3.0)]], True)])] == [[1.0, 2.0, 3.0, 1.0]]


# Parts that had to become formulas


def test_huber_has_one_graph_for_small_and_large_errors():
    operations = []
    for output in (0.5, 5.0):
        node, found = losses.huber(Value(output), 0.0), []
        while node.inputs:
            found.append(node.op.name)
            node = node.inputs[0]
        operations.append(found)
    assert operations[0] == operations[1]


def test_what_adam_computes_once_a_step_is_set_before_it():
    # 1 − 0.9¹ and 1 − 0.999¹
    adam = Adam([Value(1.0)])
    adam.prepare()
    assert (adam.of_mean, adam.of_square) == (1 - 0.9, 1 - 0.999)
    assert not vars(RMSProp([Value(1.0)])).keys() & {"of_mean", "of_square"}


def test_an_optimizer_remembers_a_column_of_numbers_for_each_memory():
    # the velocities are the gradients 2w at first
    a, b = Value(1.0), Value(3.0)
    rule = optim.Momentum([a, b])
    (a * a + b * b).backward()
    rule.step()
    assert [list(column) for column in rule.memory] == [[2.0, 6.0]]
