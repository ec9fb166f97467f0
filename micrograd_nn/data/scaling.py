"""Inputs of like size: scales fitted on the training rows alone, and classes as vectors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, pstdev
from typing import Self

from ..settings import check_sizes
from .checks import finite


@dataclass(frozen=True)
class Scaling:
    """A shift and a scale for each input: called on a row, it gives `(x - shift) / scale` of each.

    >>> Scaling(shifts=(1.0, 0.0), scales=(2.0, 10.0))([5.0, 5.0])
    [2.0, 0.5]

    Raises: ValueError for a row of another width, or with a number that is not finite.
    """

    shifts: tuple[float, ...]
    scales: tuple[float, ...]

    def __call__(self, row: Sequence[float]) -> list[float]:
        xs = numbers(row, len(self.shifts))
        return [(x - shift) / scale for x, shift, scale in zip(xs, self.shifts, self.scales)]

    def inverse(self, row: Sequence[float]) -> list[float]:
        """The row that was scaled: `x · scale + shift`.

        >>> Scaling(shifts=(1.0, 0.0), scales=(2.0, 10.0)).inverse([2.0, 0.5])
        [5.0, 5.0]
        """
        xs = numbers(row, len(self.shifts))
        return [x * scale + shift for x, shift, scale in zip(xs, self.shifts, self.scales)]


class Standardize(Scaling):
    """A scaling to mean 0 and standard deviation 1: shifted by the mean, scaled by the deviation (divided by n).

    >>> Standardize.fit([[1.0, 7.0], [3.0, 7.0]])
    Standardize(shifts=(2.0, 7.0), scales=(1.0, 1.0))
    """

    @classmethod
    def fit(cls, rows: Iterable[Sequence[float]]) -> Self:
        """The scaling that suits the rows; a constant input, of deviation 0, is scaled by 1 and so becomes 0.

        Raises: ValueError for no rows, rows of different widths, or numbers that are not finite.
        """
        columns = columns_of(rows)  # mean and pstdev compute with fractions: exact, however far from 0 the numbers are
        return cls(tuple(map(mean, columns)), tuple([pstdev(column) or 1.0 for column in columns]))


class MinMax(Scaling):
    """A scaling to between 0 and 1: shifted by the smallest, scaled by the range.

    >>> MinMax.fit([[1.0, 7.0], [5.0, 7.0]])([2.0, 7.0])
    [0.25, 0.0]
    """

    @classmethod
    def fit(cls, rows: Iterable[Sequence[float]]) -> Self:
        """The scaling that suits the rows; a constant input, of range 0, is scaled by 1 and so becomes 0.

        Raises: ValueError for no rows, rows of different widths, or numbers or ranges that are not finite.
        """
        columns = columns_of(rows)
        ranges = [finite(f"the range of input {i}", max(c) - min(c)) for i, c in enumerate(columns, start=1)]
        return cls(tuple(map(min, columns)), tuple([width or 1.0 for width in ranges]))


def columns_of(rows: Iterable[Sequence[float]]) -> list[tuple[float, ...]]:
    """The columns of rows that are all as wide as the first."""
    listed = list(rows)
    if not listed:
        raise ValueError("no rows to fit a scaling to: at least one is needed")
    width = len(numbers(listed[0], None, "row 1"))
    return list(zip(*[numbers(row, width, f"row {i}") for i, row in enumerate(listed, start=1)]))


def numbers(row: Sequence[float], width: int | None, name: str = "the row") -> list[float]:
    """The finite numbers of a row of some width, or of any.

    Raises: TypeError for what is no list of numbers, ValueError for another width or a number that is not finite.
    """
    try:
        xs = list(row)
    except TypeError:
        raise TypeError(f"{name} must be a list of numbers, not {row!r}") from None
    if width is not None and len(xs) != width:
        raise ValueError(f"{name} must have {width} inputs, not {len(xs)}")
    return [finite(f"input {i} of {name}", x) for i, x in enumerate(xs, start=1)]


def one_hot(index: int, n: int) -> list[float]:
    """The class as a vector: 1 at its index, 0 at the n − 1 others.

    >>> one_hot(2, 3)
    [0.0, 0.0, 1.0]

    Raises: ValueError for an index outside 0 … n − 1, TypeError for what is no whole number.
    """
    check_sizes(n=n)
    if not isinstance(index, int) or isinstance(index, bool):
        raise TypeError(f"index must be a whole number, not {index!r}")
    if not 0 <= index < n:
        raise ValueError(f"index must be from 0 to {n - 1}, not {index}")
    return [1.0 if i == index else 0.0 for i in range(n)]
