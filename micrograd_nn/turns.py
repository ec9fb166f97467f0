"""Time from left to right: what each time step ends and begins with, so that they can stand one behind the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from .boxes import Box
from .places import time_step_of

Edge: TypeAlias = tuple[Box, Box]


class Turn(NamedTuple):
    """From one time step to the next: the boxes that none of the one comes after, and those that begin the other."""

    ends: list[Box]
    begins: list[Box]


def turns(times: Mapping[Box, str], edges: Iterable[Edge]) -> Iterator[Turn]:
    """The turns between the time steps of a picture, whose boxes are given with theirs.

    >>> list(turns({"a": "t1", "b": "t1", "c": "t2"}, [("a", "b"), ("b", "c")]))
    [Turn(ends=['b'], begins=['c'])]

    None where a time step reads what a later one computed, as in attention that is not causal: they are at one time.
    """
    time_steps = {box: time_step for box, time in times.items() if (time_step := time_step_of(time))}
    timed = [(tail, head) for tail, head in edges if tail in time_steps and head in time_steps]
    if any(time_steps[tail] > time_steps[head] for tail, head in timed):
        return
    inside = [(tail, head) for tail, head in timed if time_steps[tail] == time_steps[head]]
    led_on, led_to = {tail for tail, _ in inside}, {head for _, head in inside}
    steps: dict[int, list[Box]] = {}
    for box, time_step in time_steps.items():
        steps.setdefault(time_step, []).append(box)
    for before, after in pairwise(sorted(steps)):
        ends = [box for box in steps[before] if box not in led_on]
        yield Turn(ends, [box for box in steps[after] if box not in led_to])
