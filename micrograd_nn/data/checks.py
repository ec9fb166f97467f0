"""The checks of numbers that a person passes in."""

from __future__ import annotations

from math import isfinite
from numbers import Real

from ..settings import check_sizes


def finite(name: str, x: float) -> float:
    """The float that a finite number stands for.

    Raises: TypeError for what is no number, ValueError for one that is not finite.
    """
    if not isinstance(x, Real):
        raise TypeError(f"{name} must be a number, not {x!r}")
    if not isfinite(x):
        raise ValueError(f"{name} must be finite, not {x!r}")
    return float(x)


def check_classes(n: int, n_classes: int) -> None:
    """Raise unless `n` examples are enough for every class to have one."""
    check_sizes(n=n)
    if n < n_classes:
        raise ValueError(f"n must be at least {n_classes}, one example for each class, not {n}")
