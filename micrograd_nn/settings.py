"""Checks that settings share: a name that stands in a table, a size, a number that lies in its range."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from difflib import get_close_matches
from math import inf
from typing import Any, NoReturn, TypeVar

from .errors import NUMBERS

T = TypeVar("T")


def named(kind: str, name: Any, table: Mapping[str, T], hints: Mapping[str, str] | None = None) -> T:
    """What a name stands for in a table of functions; hints are names in it by what else people call them.

    >>> named("activation", "absolute", {"absolute": abs})(-3)
    3

    Raises: TypeError for what is not a name, ValueError for an unknown one, with the nearest that there is.
    """
    if not isinstance(name, str):
        raise TypeError(f"{kind} must be a name or a function, not {reprlib.repr(name)}: there are {', '.join(table)}")
    if name not in table:
        meant = (hints or {}).get(name.lower(), name.lower())
        near = get_close_matches(meant, table, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"unknown {kind} {name!r}: there are {', '.join(table)}{hint}")
    return table[name]


def check_sizes(**sizes: int) -> None:
    """Raise unless every size is a whole number of at least 1."""
    for name, size in sizes.items():
        if not isinstance(size, int) or isinstance(size, bool):
            raise TypeError(f"{name} must be a whole number, not {size!r}")
        if size < 1:
            raise ValueError(f"{name} must be at least 1, not {size}")


def positive(name: str, number: Any) -> float:
    """The number as a float, above 0 and finite.

    >>> positive("learning_rate", 1)
    1.0

    Raises: TypeError for what is not a number (True is not one here), ValueError outside the range.
    """
    x = real(name, number)
    return x if 0 < x < inf else refuse(name, number, "above 0 and finite")


def not_negative(name: str, number: Any) -> float:
    """The number as a float, 0 or above and finite.

    >>> not_negative("weight_decay", 0)
    0.0

    Raises: TypeError for what is not a number, ValueError outside the range.
    """
    x = real(name, number)
    return x if 0 <= x < inf else refuse(name, number, "0 or above and finite")


def below_one(name: str, number: Any) -> float:
    """The number as a float, from 0 to below 1: such as how much of an old number a running one keeps.

    >>> below_one("momentum", 0.9)
    0.9

    Raises: TypeError for what is not a number, ValueError outside the range.
    """
    x = real(name, number)
    return x if 0 <= x < 1 else refuse(name, number, "at least 0 and below 1")


def at_most_one(name: str, number: Any) -> float:
    """The number as a float, above 0 and at most 1: such as what a decaying number is multiplied by.

    >>> at_most_one("factor", 0.5)
    0.5

    Raises: TypeError for what is not a number, ValueError outside the range.
    """
    x = real(name, number)
    return x if 0 < x <= 1 else refuse(name, number, "above 0 and at most 1")


def real(name: str, number: Any) -> float:
    """The float that a real number stands for, unless it is True or False."""
    if not isinstance(number, NUMBERS) or isinstance(number, bool):
        raise TypeError(f"{name} must be a number, not {number!r}")
    return float(number)


def refuse(name: str, number: Any, needed: str) -> NoReturn:
    """Raise the ValueError of a number outside its range."""
    raise ValueError(f"{name} must be {needed}, not {number!r}")
