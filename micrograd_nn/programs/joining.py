"""Joining: runs that stand in a row, as fewer that do the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

from .listing import SUM
from .runs import LANES, TOTAL, TOTALS, Run
from .stretches import starts, steps


def together(runs: Iterable[Run]) -> Iterator[Run]:
    """The same runs; totals of two numbers, of which the first is the same and which stand in a row, are one.

    >>> list(together([Run(TOTAL, LANES, 0, (17, 33)), Run(TOTAL, LANES, 1, (17, 49))]))
    [Run(operation='totals', n=0, out=0, operands=(17, 33, 49), quiet=False)]
    """
    for (x, _), group in groupby(enumerate(runs), shared_factor):
        of_one_kind = [run for _, run in group]
        if x and len(of_one_kind) > 1:
            yield Run(TOTALS, LANES, of_one_kind[0].out, (x, *[run.operands[1] for run in of_one_kind]))
        else:
            yield from of_one_kind


def shared_factor(position_and_run: tuple[int, Run]) -> tuple[int, int]:
    """The first factor of a total of two numbers, 0 for all other runs; and what stays the same for totals in a row."""
    position, run = position_and_run
    if run.operation == TOTAL and len(run.operands) == 2 and run.operands[0] & run.operands[1] & 1:
        return run.operands[0], run.out - position
    return 0, 0


def side_by_side(sums: Iterable[Run]) -> Iterator[Run]:
    """The same sums of one number each, of which none reads another and which write in a row, in as few runs as can be.

    >>> list(side_by_side([Run(SUM, 1, 8, (4, 0)), Run(SUM, 1, 9, (6, 0))]))
    [Run(operation='sum', n=2, out=8, operands=(5, 0), quiet=False)]
    """
    for _, group in groupby(sums, lambda run: len(run.operands)):
        alike = list(group)
        columns = [tuple([x // 2 for x in column]) for column in zip(*[run.operands for run in alike])]
        for first, end in pairwise([*starts(list(map(steps, columns))), len(alike)]):
            operands = tuple([2 * column[first] + (column[first] < column[end - 1]) for column in columns])
            yield Run(SUM, end - first, alike[first].out, operands)
