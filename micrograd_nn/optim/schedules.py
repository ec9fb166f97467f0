"""Learning-rate schedules: what the learning rate is at each step.

A schedule is called with the number of steps taken so far: 0 asks for the rate of the first step. A step is one update,
so an epoch in ten batches has ten of them. In the formulas t is that number and η the schedule's `learning_rate`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi
from typing import Any

from .schedule import Schedule


@dataclass(frozen=True)
class Constant(Schedule):
    """The same rate at every step: η.

    >>> Constant(0.1)(1000)
    0.1
    """

    learning_rate: float

    def __call__(self, step: int) -> float:
        return self.learning_rate


@dataclass(frozen=True)
class StepDecay(Schedule):
    """A rate that falls by a factor every so many steps: η · factor^⌊t / every⌋.

    >>> [StepDecay(0.8, every=2)(step) for step in range(5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """

    learning_rate: float
    every: int
    factor: float = 0.5

    def __call__(self, step: int) -> float:
        return self.learning_rate * self.factor ** (step // self.every)


@dataclass(frozen=True)
class ExponentialDecay(Schedule):
    """A rate that falls by a factor at every step: η · factorᵗ.

    >>> [ExponentialDecay(0.8, factor=0.5)(step) for step in range(3)]
    [0.8, 0.4, 0.2]
    """

    learning_rate: float
    factor: float

    def __call__(self, step: int) -> float:
        return self.learning_rate * self.factor**step


@dataclass(frozen=True)
class LinearDecay(Schedule):
    """A rate that falls along a line to 0 and then stays: η · (1 − t / steps).

    >>> [LinearDecay(1.0, steps=4)(step) for step in range(6)]
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """

    learning_rate: float
    steps: int

    def __call__(self, step: int) -> float:
        return self.learning_rate * max(1 - step / self.steps, 0.0)


@dataclass(frozen=True)
class Cosine(Schedule):
    """A rate that falls along half a cosine and then stays: lowest + ½ (η − lowest) (1 + cos(π t / steps)).

    Without its restarts, this is the schedule of Loshchilov and Hutter 2017 (arXiv:1608.03983, eq. 5).

    >>> [round(Cosine(0.8, steps=4)(step), 6) for step in range(6)]
    [0.8, 0.682843, 0.4, 0.117157, 0.0, 0.0]

    Raises: ValueError when `lowest` is above the learning rate it should fall from.
    """

    learning_rate: float
    steps: int
    lowest: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lowest > self.learning_rate:
            raise ValueError(f"lowest must be at most the learning rate {self.learning_rate}, not {self.lowest}")

    def __call__(self, step: int) -> float:
        share = min(step / self.steps, 1.0)
        return self.lowest + 0.5 * (self.learning_rate - self.lowest) * (1 + cos(pi * share))


@dataclass(frozen=True)
class WarmUp(Schedule):
    """Another schedule, whose first steps rise to it along a line: (t + 1) / steps of its rate.

    So the first step has 1 / steps of the rate, and the last of the warm-up all of it (Goyal et al. 2017,
    arXiv:1706.02677, section 2.2).

    >>> [WarmUp(Constant(0.8), steps=4)(step) for step in range(5)]
    [0.2, 0.4, 0.6000000000000001, 0.8, 0.8]
    """

    schedule: Schedule
    steps: int

    def __call__(self, step: int) -> float:
        rate = self.schedule(step)
        return rate * (step + 1) / self.steps if step < self.steps else rate


def as_schedule(learning_rate: Any) -> Callable[[int], float]:
    """The schedule that a learning rate stands for: a number, a schedule, or any function of the step.

    >>> as_schedule(0.1)
    Constant(learning_rate=0.1)
    """
    return learning_rate if callable(learning_rate) else Constant(learning_rate)
