"""Plans: how the instructions of a kind become runs, and which of the numbers that they read are copied for that.

What a plan costs is counted as if numbers were copied: one number is 1, which takes about 0.4 ns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress, pairwise
from operator import attrgetter, not_
from typing import NamedTuple

from .arranging import FEW
from .memory import Memory, Offsets
from .stretches import jumps, reading, starts, steps

RUN = 8  # what a run costs, and 1 more for each operand: measured, 3 ns and 0.4 ns
WELL = 8  # instructions in a run, on average, that need no help
CALM = 4, 16  # instructions for each jump of an operand; what jumps more often may be copied
# Measured: a GPT runs in 27.2 µs with 4 alone, in 25.1 with both; every number between them is no better than these.


class Plan(NamedTuple):
    """Where runs start, and what they and the copies that they need cost."""

    starts: Sequence[int]
    cost: int


def planned(memory: Memory, columns: Sequence[Offsets]) -> Plan:
    """The runs that cost least: in each, every operand stays or moves on, or is copied so that it does.

    >>> from .listing import Listing
    >>> from .arranging import Arrangement
    >>> memory = Memory(Arrangement(Listing(n_parameters=9, n_inputs=0)))
    >>> planned(memory, [(0, 1, 2, 3, 4, 5, 6, 7), (8, 8, 8, 8, 0, 0, 0, 0)])
    Plan(starts=[0, 4], cost=20)
    """
    n, each = len(columns[0]), RUN + len(columns)
    if n < FEW:
        return Plan(range(n), n * each)
    moving = [column for column in columns if not memory.all_constant(column)]  # constants are copied once for all runs
    moves = list(map(steps, moving))
    found = starts(moves)
    plans = [Plan(found, len(found) * each)]
    if len(found) * WELL > n:
        for calm in which_are_calm(moves, n):
            found = starts(list(compress(moves, calm)))
            copies = copying(memory, compress(moving, map(not_, calm)), list(pairwise([*found, n])))
            plans.append(Plan(found, len(found) * each + copies))
    return min(plans, key=attrgetter("cost"))


def which_are_calm(moves: Iterable[Sequence[int]], n: int) -> Iterable[tuple[bool, ...]]:
    """Whether each operand of n instructions is, whose steps these are: the different answers that CALM has."""
    numbers = list(map(jumps, moves))
    return dict.fromkeys([tuple([number * calm <= n for number in numbers]) for calm in CALM])


def copying(memory: Memory, columns: Iterable[Offsets], ranges: Sequence[tuple[int, int]]) -> int:
    """What it costs to copy what neither stays nor moves on within a range, unless there are copies already."""
    needed = {column[first:end] for column in columns for first, end in ranges}
    return sum([RUN + len(x) for x in needed if x not in memory.copies and reading(x) is None])
