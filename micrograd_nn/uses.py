"""The uses of a value in words: at which time step, in which module, in which row and column each of them is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .groups import Homes
from .places import heading, place_of, time_of, time_step_of, timeless
from .steps import Step

MOST_STEPS = 40  # time steps that have a line each: the others are one


class Subtotal(NamedTuple):
    """What several uses contribute: all at one time step, as a rule."""

    place: str
    uses: int
    sum: float


def whereabouts(steps: Sequence[Step], homes: Homes) -> list[str]:
    """Where each use is, as far as they differ in it: `at time step 3`, `in head 1`, `at row 2, column 1`."""
    columns = [in_words(step, homes) for step in steps]
    differ = [len(set(column)) > 1 for column in zip(*columns)]
    return [", ".join([word for word, told in zip(words, differ) if told and word]) for words in columns]


def in_words(step: Step, homes: Homes) -> tuple[str, str, str]:
    """The time step, the module, and the row and column of a use; empty where there is none."""
    path, place = homes.get(step.node, ""), place_of(str(step.node.label))
    when, module = heading(time_of(path)), heading(timeless(path))
    where = "at row {}, column {}".format(*place) if place else ""
    return f"at {when}" if when else "", f"in {module}" if module else "", where


def by_time_step(steps: Sequence[Step], homes: Homes) -> list[Subtotal]:
    """The uses added up by time step, in the order of time; none where they are not at several."""
    found: dict[int, list[float]] = {}
    for step in steps:
        found.setdefault(time_step_of(homes.get(step.node, "")), []).append(step.contribution)
    time_steps = sorted(found) if len(found) > 1 else []
    rest = [x for time_step in time_steps[MOST_STEPS:] for x in found[time_step]]
    more = [Subtotal(f"… {len(time_steps) - MOST_STEPS} more time steps", len(rest), added(rest))] if rest else []
    return [subtotal(time_step, found[time_step]) for time_step in time_steps[:MOST_STEPS]] + more


def subtotal(time_step: int, contributions: Sequence[float]) -> Subtotal:
    """What the uses at a time step contribute; those at none are elsewhere."""
    return Subtotal(f"at time step {time_step}" if time_step else "elsewhere", len(contributions), added(contributions))


def added(contributions: Iterable[float]) -> float:
    """The sum, in their order, as backward adds."""
    total = 0.0
    for x in contributions:
        total += x
    return total
