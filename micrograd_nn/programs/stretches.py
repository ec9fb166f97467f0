"""Stretches: where offsets in a row stay the same or move on by one, as a run can read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import sub


def reading(offsets: Sequence[int]) -> int | None:
    """How a run reads these offsets: 2 · offset if it stays, 2 · offset + 1 if it moves on by one, else None.

    >>> reading((7, 7, 7)), reading((7, 8, 9)), reading((7, 9, 7))
    (14, 15, None)
    """
    first, n = offsets[0], len(offsets)
    if offsets[-1] == first and offsets.count(first) == n:
        return 2 * first
    if offsets[-1] == first + n - 1 and offsets == tuple(range(first, first + n)):
        return 2 * first + 1
    return None


def steps(offsets: Sequence[int]) -> list[int]:
    """How far each offset is from the one before.

    >>> steps([7, 8, 9, 9])
    [1, 1, 0]
    """
    return list(map(sub, offsets[1:], offsets))


def jumps(steps_of_column: Sequence[int]) -> int:
    """How many steps neither stay nor move on by one.

    >>> jumps([0, 1, 7, -1])
    2
    """
    return len(steps_of_column) - steps_of_column.count(0) - steps_of_column.count(1)


def starts(steps_of_columns: Sequence[list[int]]) -> list[int]:
    """Where runs must start anew, so that in each of them every column stays or moves on.

    >>> starts([steps([7, 8, 9, 2, 2]), steps([5, 5, 5, 5, 5])])
    [0, 3]
    """
    return [0, *breaks(list(zip(*steps_of_columns)))]


def breaks(together: list[tuple[int, ...]]) -> Iterator[int]:
    """The positions behind steps that do not go on as the run before them began."""
    fit = {step for step in set(together) if min(step) >= 0 and max(step) <= 1}
    run = None
    for position, step in enumerate(together, 1):
        if run is None and step in fit:
            run = step
        elif step != run:
            run = None
            yield position
