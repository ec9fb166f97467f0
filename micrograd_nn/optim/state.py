"""The check of an optimizer's state that comes from outside, such as a file."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any, TypeAlias

Row: TypeAlias = tuple[float, ...]  # of one parameter: its data, and what is remembered
Column: TypeAlias = Sequence[float]  # something that is remembered, of all parameters
MOST_STEPS = 2**53  # beyond it a float no longer tells one step from the next
SQUARES = ("mean_square",)  # memories that are never negative


def checked_state(state: Any, memory_names: Sequence[str], n_parameters: int) -> tuple[int, list[Column]]:
    """The steps, and of each memory the numbers of all parameters, that a state holds.

    >>> checked_state({"steps": 3, "velocity": [0.5, -1.0]}, ["velocity"], 2)
    (3, [[0.5, -1.0]])

    Raises: ValueError naming the key that is wrong.
    """
    check_keys(state, ["steps", *memory_names])
    check_steps(state["steps"])
    for name in memory_names:
        check_memory(name, state[name], n_parameters)
    return state["steps"], [list(state[name]) for name in memory_names]


def check_keys(state: Any, names: list[str]) -> None:
    """Raise unless the state is a dict with just these keys."""
    if not isinstance(state, dict):
        raise ValueError(f"a state is a dict with the keys {', '.join(names)}, not {type(state).__name__}")
    if set(state) != set(names):
        raise ValueError(f"the keys of this state must be {', '.join(names)}, not {', '.join(map(str, state))}")


def check_steps(steps: Any) -> None:
    """Raise unless the number of steps is one."""
    if not isinstance(steps, int) or isinstance(steps, bool) or not 0 <= steps <= MOST_STEPS:
        raise ValueError(f"steps must be a whole number from 0 to 2**53, not {steps!r}")


def check_memory(name: str, numbers: Any, n_parameters: int) -> None:
    """Raise unless there is a finite float for each parameter."""
    if not isinstance(numbers, list) or len(numbers) != n_parameters:
        what = f"{len(numbers)} numbers" if isinstance(numbers, list) else type(numbers).__name__
        raise ValueError(f"{name} must be a list of {n_parameters} floats, one for each parameter, not {what}")
    for i, number in enumerate(numbers):
        if not isinstance(number, float) or not isfinite(number):
            raise ValueError(f"{name}[{i}] must be a finite float, not {number!r}")
        if number < 0 and name in SQUARES:
            raise ValueError(f"{name}[{i}] must be 0 or above, not {number!r}")
