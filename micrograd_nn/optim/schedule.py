"""Schedule: what the learning-rate schedules have in common, checked fields and a form for JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from ..settings import at_most_one, check_sizes, not_negative, positive


class Schedule:
    """Whatever gives a learning rate for each step from fields that are checked; its kinds stand in schedules.py.

    One's own is a frozen dataclass; of its fields, those that schedules here have too are checked.
    """

    def __call__(self, step: int) -> float:
        raise NotImplementedError(f"{type(self).__name__} must say what the learning rate is at a step")

    def __post_init__(self) -> None:
        for name in filter(CHECKS.__contains__, field_names(type(self))):
            number = CHECKS[name](name, getattr(self, name))
            object.__setattr__(self, name, number)  # the way into a frozen dataclass

    def settings(self) -> dict[str, Any]:
        """The schedule as JSON can hold it: its kind and its fields.

        >>> from micrograd_nn.optim import StepDecay
        >>> StepDecay(0.1, every=10).settings()
        {'kind': 'StepDecay', 'learning_rate': 0.1, 'every': 10, 'factor': 0.5}
        """
        values = {name: getattr(self, name) for name in field_names(type(self))}
        inner = {name: value.settings() for name, value in values.items() if isinstance(value, Schedule)}
        return {"kind": type(self).__name__, **values, **inner}


def field_names(kind: Any) -> list[str]:
    """The names of a schedule's fields, in order."""
    return [field.name for field in fields(kind)]


def count(name: str, number: Any) -> int:
    """A whole number of at least 1."""
    check_sizes(**{name: number})
    return int(number)


def inner_schedule(name: str, schedule: Any) -> Schedule:
    """A schedule inside another one."""
    if not isinstance(schedule, Schedule):
        raise TypeError(f"{name} must be a schedule, such as Constant(0.1), not {schedule!r}")
    return schedule


CHECKS: dict[str, Callable[[str, Any], Any]] = {  # a field means the same in every schedule
    "learning_rate": positive,
    "every": count,
    "steps": count,
    "factor": at_most_one,
    "lowest": not_negative,
    "schedule": inner_schedule,
}
