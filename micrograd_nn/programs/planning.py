"""Plans: how the instructions of a kind become runs, and which of the numbers that they read are copied for that.

What a plan costs is counted as if numbers were copied: one number is 1, which takes about 0.4 ns.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, pairwise
from operator import attrgetter, not_
from typing import NamedTuple

from .arranging import FEW
from .memory import Memory, Offsets
from .stretches import jumps, reading, starts, steps

RUN = 8  # what a run costs, and 1 more for each operand: measured, 3 ns and 0.4 ns
WELL = 8  # instructions in a run, on average, that need no help
CALM = 4, 16  # instructions for each jump of an operand; one that jumps more often may be copied
# Measured: with 4 alone a GPT runs in 27.2 µs, with both in 25.1, without copies in 29.7.


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
    moves = [(column, steps(column)) for column in columns if not memory.all_constant(column)]
    plans = [with_copies(memory, moves, n, n, each)]
    if len(plans[0].starts) * WELL > n:
        plans += [with_copies(memory, moves, n // calm, n, each) for calm in CALM]
    return min(plans, key=attrgetter("cost"))


def with_copies(memory: Memory, moves: Sequence[tuple[Offsets, list[int]]], most: int, n: int, each: int) -> Plan:
    """The plan for n instructions in which operands that jump more often than `most` are copied; each run costs `each`.

    Constants are copied where that helps, and cost nothing: it is done once, before the code runs.
    """
    calm = [jumps(steps_of_column) <= most for _, steps_of_column in moves]
    found = starts([steps_of_column for _, steps_of_column in compress(moves, calm)])
    ranges = list(pairwise([*found, n]))
    needed = {column[first:end] for column, _ in compress(moves, map(not_, calm)) for first, end in ranges}
    copied = [RUN + len(x) for x in needed if x not in memory.copies and reading(x) is None]
    return Plan(found, len(found) * each + sum(copied))
