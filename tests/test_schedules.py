"""Schedules: worked by hand, against PyTorch's, their way to JSON and back, and what they refuse."""

import json
import math
from dataclasses import FrozenInstanceError, dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn.optim.schedule import Schedule
from micrograd_nn.optim.schedules import (
    Constant,
    Cosine,
    ExponentialDecay,
    LinearDecay,
    StepDecay,
    WarmUp,
    as_schedule,
)

rates, counts, factors = st.floats(1e-6, 10), st.integers(1, 40), st.floats(0.1, 1)
plain = st.one_of(
    st.builds(Constant, rates),
    st.builds(StepDecay, rates, counts, factors),
    st.builds(ExponentialDecay, rates, factors),
    st.builds(LinearDecay, rates, counts),
    st.builds(Cosine, rates, counts),
    st.builds(Cosine, st.floats(1, 2), counts, st.floats(0, 1)),
)
schedules = plain | st.builds(WarmUp, plain, counts)


def test_a_constant_rate_stays():
    assert [Constant(0.1)(step) for step in (0, 1, 10**9)] == [0.1, 0.1, 0.1]


def test_step_decay_multiplies_every_so_many_steps():
    # 8, 8, then a quarter of it twice, then a quarter of that
    assert [StepDecay(8, every=2, factor=0.25)(step) for step in range(5)] == [8.0, 8.0, 2.0, 2.0, 0.5]


def test_exponential_decay_multiplies_at_every_step():
    assert [ExponentialDecay(8, factor=0.25)(step) for step in range(3)] == [8.0, 2.0, 0.5]


def test_cosine_falls_slowly_then_fast_then_slowly_and_stays():
    # 1 + ½ · 2 · (1 + cos) with cosines 1, ½√2, 0, −½√2, −1
    rates = [Cosine(3.0, steps=4, lowest=1.0)(step) for step in range(7)]
    half_root = math.sqrt(2) / 2
    assert rates == pytest.approx([3.0, 2.0 + half_root, 2.0, 2.0 - half_root, 1.0, 1.0, 1.0], rel=1e-15)


def test_a_linear_rate_falls_by_the_same_at_every_step_to_0_and_stays():
    # 8 · 4/4, 3/4, 2/4, 1/4, 0
    assert [LinearDecay(8.0, steps=4)(step) for step in range(7)] == [8.0, 6.0, 4.0, 2.0, 0.0, 0.0, 0.0]


def test_a_warm_up_rises_along_a_line_to_the_other_schedule():
    # 1/4, 2/4, 3/4 and 4/4 of 8, 8, 4, 4, and then the schedule's own 2
    schedule = WarmUp(StepDecay(8.0, every=2), steps=4)
    assert [schedule(step) for step in range(5)] == [2.0, 4.0, 3.0, 4.0, 2.0]


@pytest.mark.parametrize(
    ("schedule", "name", "settings"),
    [
        (StepDecay(0.1, every=7, factor=0.3), "StepLR", {"step_size": 7, "gamma": 0.3}),
        (ExponentialDecay(0.1, factor=0.9), "ExponentialLR", {"gamma": 0.9}),
        (Cosine(0.1, steps=25, lowest=0.01), "CosineAnnealingLR", {"T_max": 25, "eta_min": 0.01}),
        (LinearDecay(0.1, steps=25), "LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 25}),
        (WarmUp(Constant(0.1), steps=10), "LinearLR", {"start_factor": 0.1, "total_iters": 9}),
    ],
)
def test_rates_are_pytorchs(schedule, name, settings):
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    theirs = getattr(torch.optim.lr_scheduler, name)(optimizer, **settings)
    for step in range(26):
        assert schedule(step) == pytest.approx(theirs.get_last_lr()[0], rel=1e-12)
        optimizer.step()
        theirs.step()


@given(schedules, st.integers(0, 10**6))
def test_no_rate_is_negative_or_above_the_first(schedule, step):
    highest = schedule.schedule.learning_rate if isinstance(schedule, WarmUp) else schedule.learning_rate
    assert 0 <= schedule(step) <= highest * (1 + 1e-15)


@given(schedules)
def test_the_settings_of_a_schedule_can_be_written_as_json(schedule):
    assert json.loads(json.dumps(schedule.settings())) == schedule.settings()


def test_the_settings_of_a_schedule_are_its_kind_and_its_fields():
    inner = {"kind": "Cosine", "learning_rate": 0.1, "steps": 100, "lowest": 0.0}
    assert WarmUp(Cosine(0.1, steps=100), steps=5).settings() == {"kind": "WarmUp", "schedule": inner, "steps": 5}


def test_whole_numbers_become_floats():
    assert repr(Constant(1)) == "Constant(learning_rate=1.0)"


def test_a_learning_rate_is_a_number_a_schedule_or_a_function():
    assert as_schedule(0.1) == as_schedule(Constant(0.1)) == Constant(0.1)
    assert as_schedule(math.sqrt) is math.sqrt


def test_a_schedule_does_not_change():
    with pytest.raises(FrozenInstanceError):
        Constant(0.1).learning_rate = 0.2


def test_a_schedule_of_ones_own_may_have_fields_of_its_own():
    @dataclass(frozen=True)
    class Saw(Schedule):
        learning_rate: float
        period: int

        def __call__(self, step):
            return self.learning_rate / (1 + step % self.period)

    assert [Saw(1, period=2)(step) for step in range(3)] == [1.0, 0.5, 1.0]
    assert Saw(1, period=2).settings() == {"kind": "Saw", "learning_rate": 1.0, "period": 2}
    with pytest.raises(ValueError, match="learning_rate must be above 0"):
        Saw(0, period=2)


def test_a_schedule_must_say_its_rate():
    with pytest.raises(NotImplementedError, match="Schedule must say what the learning rate is at a step"):
        Schedule()(0)


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: Constant(0.0), ValueError, "learning_rate must be above 0 and finite, not 0.0"),
        (lambda: Constant(math.inf), ValueError, "learning_rate must be above 0 and finite, not inf"),
        (lambda: Constant(math.nan), ValueError, "learning_rate must be above 0 and finite, not nan"),
        (lambda: Constant("0.1"), TypeError, "learning_rate must be a number, not '0.1'"),
        (lambda: Constant(True), TypeError, "learning_rate must be a number, not True"),
        (lambda: StepDecay(0.1, every=0), ValueError, "every must be at least 1, not 0"),
        (lambda: StepDecay(0.1, every=1.5), TypeError, "every must be a whole number, not 1.5"),
        (lambda: StepDecay(0.1, 1, factor=0.0), ValueError, "factor must be above 0 and at most 1, not 0.0"),
        (lambda: ExponentialDecay(0.1, factor=1.5), ValueError, "factor must be above 0 and at most 1, not 1.5"),
        (lambda: Cosine(0.1, steps=-1), ValueError, "steps must be at least 1, not -1"),
        (lambda: Cosine(0.1, steps=9, lowest=-0.1), ValueError, "lowest must be 0 or above and finite, not -0.1"),
        (lambda: Cosine(0.1, steps=9, lowest=0.2), ValueError, "lowest must be at most the learning rate 0.1, not 0.2"),
        (lambda: WarmUp(0.1, steps=9), TypeError, r"schedule must be a schedule, such as Constant\(0.1\), not 0.1"),
    ],
)
def test_impossible_schedules_are_refused(make, kind, message):
    with pytest.raises(kind, match=message):
        make()
