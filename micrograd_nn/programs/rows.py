"""Batch: the rows of numbers that a program is given, checked once, as one array."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from math import isfinite
from typing import Any

from ..errors import as_float

NO_ROW = (str, bytes, bytearray, Set, Mapping)  # what could be taken for one: a set's order, or keys, would be a guess


class Batch:
    """Rows of inputs, in order and checked, so that a program can take them again and again.

    >>> batch = Batch([[1, 2.5], [3, 4]], ["x1", "x2"])
    >>> len(batch), batch.numbers
    (2, array('d', [1.0, 2.5, 3.0, 4.0]))

    Raises: TypeError for what is no row of real numbers; ValueError for no rows, for a row that is too long or too
    short, and for a nan or an infinity, all naming the row.
    """

    __slots__ = ("n_inputs", "numbers")

    def __init__(self, rows: Iterable[Any], names: Sequence[str]) -> None:
        self.n_inputs = len(names)
        self.numbers = as_array(rows, names)

    def __len__(self) -> int:
        return len(self.numbers) // self.n_inputs


def as_array(rows: Iterable[Any], names: Sequence[str]) -> array[float]:
    """The numbers of all rows, row after row."""
    known = checked_rows(rows, names)
    flat = list(chain.from_iterable(known))
    numbers = array("d", flat if set(map(type, flat)) <= {float} else real_numbers(known, names))
    if not all(map(isfinite, numbers)):
        place = next(i for i, number in enumerate(numbers) if not isfinite(number))
        row, column = divmod(place, len(names))
        raise ValueError(f"row {row + 1}: {names[column]} is {numbers[place]}, and a program takes finite numbers only")
    return numbers


def checked_rows(rows: Iterable[Any], names: Sequence[str]) -> list[Any]:
    """The rows, if each has a number for each input."""
    if not isinstance(rows, Iterable) or isinstance(rows, str | bytes):
        raise TypeError(f"a program takes rows of numbers, not {rows!r}")
    known = list(rows)
    if not known:
        raise ValueError("a program needs at least one row, got none")
    for i, row in enumerate(known, start=1):
        if isinstance(row, NO_ROW) or not hasattr(row, "__len__") or not hasattr(row, "__iter__"):
            raise TypeError(f"row {i} must be a list of {counted(names)}, not {row!r}")
        if len(row) != len(names):
            raise ValueError(f"row {i} has {len(row)} numbers, but this program takes {counted(names)}")
    return known


def check_array(what: str, numbers: Any, n: int) -> None:
    """Raise unless this is an array of n doubles: C writes into it as if it were."""
    if type(numbers) is not array or numbers.typecode != "d":
        raise TypeError(f"{what} must be in an array of doubles, array('d', …), not in {numbers!r}")
    if len(numbers) != n:
        raise ValueError(f"{what} need an array of {n} doubles, not of {len(numbers)}")


def counted(names: Sequence[str]) -> str:
    """`3 inputs (x1, x2, y)`."""
    shown = ", ".join([*names[:6], "…"] if len(names) > 6 else names)
    return f"{len(names)} input{'' if len(names) == 1 else 's'}" + (f" ({shown})" if shown else "")


def real_numbers(rows: Iterable[Any], names: Sequence[str]) -> Iterator[float]:
    """The rows' contents as floats."""
    for i, row in enumerate(rows, start=1):
        for name, number in zip(names, row):
            try:
                yield as_float(number)
            except (TypeError, OverflowError) as error:
                raise type(error)(f"row {i}, {name}: {error}") from None
