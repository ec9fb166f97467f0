"""Scales: where the numbers of an axis stand, and its ticks, which are round numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, isclose, log10

SMALLEST, LARGEST = 1e-200, 1e200  # what is beyond counts as 0 or infinite, so that no tick is
ROUNDING = 1e-9  # what a number may miss a tick by and still be on it
PARTS = 6  # that ticks divide an axis into, at most
EXPONENT = re.compile(r"e\+?(-?)0*")


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `low` to `high`, linear or logarithmic.

    >>> Scale(0.0, 4.0, (0.0, 2.0, 4.0)).share(1.0), Scale(0.01, 1.0, (0.01, 0.1, 1.0), log=True).share(0.1)
    (0.25, 0.5)
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    def share(self, x: float) -> float:
        """How far along the axis a number stands, from 0 to 1."""
        low, high, at = (log10(n) if self.log else n for n in (self.low, self.high, x))
        return (at - low) / (high - low)

    def texts(self) -> list[str]:
        """The ticks as text, all with the digits that the longest of them needs.

        >>> linear_scale([0.0, 3e-6]).texts()
        ['0', '5e-7', '1e-6', '1.5e-6', '2e-6', '2.5e-6', '3e-6']
        """
        digits = next(
            d for d in range(6, 18) if all(isclose(float(f"{t:.{d}g}"), t, rel_tol=1e-12) for t in self.ticks)
        )
        return [EXPONENT.sub(r"e\1", f"{tick:.{digits}g}") for tick in self.ticks]


def linear_scale(numbers: Iterable[float], outward: bool = False, whole: bool = False) -> Scale:
    """A linear axis over the numbers; `outward` to the next ticks, which are whole numbers if `whole`.

    >>> linear_scale([0.03, 0.69], outward=True).texts()
    ['0', '0.2', '0.4', '0.6', '0.8']
    """
    low, high = extent(numbers)
    step = round_step(high - low, whole)
    first, last = ceil(low / step - ROUNDING), floor(high / step + ROUNDING)
    if outward:
        first, last = floor(low / step + ROUNDING), ceil(high / step - ROUNDING)
    ticks = tuple([k * step for k in range(first, last + 1)])
    return Scale(ticks[0], ticks[-1], ticks) if outward else Scale(low, high, ticks)


def log_scale(numbers: Iterable[float]) -> Scale:
    """A logarithmic axis over numbers above 0, outward to the next ticks.

    Ticks are powers of ten, with 2 and 5 between them over three decades or less; over less than
    an octave, as on a linear axis.

    >>> log_scale([0.003, 0.4]).ticks, log_scale([1e-9, 1.0]).texts()
    ((0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5), ['1e-10', '1e-8', '1e-6', '0.0001', '0.01', '1'])
    """
    low, high = extent(numbers)
    if high < 2 * low:
        scale = linear_scale([low, high], outward=True)
        return Scale(scale.low, scale.high, scale.ticks, log=True)
    ticks = log_ticks(low, high)
    first = max(k for k, tick in enumerate(ticks) if tick <= low * (1 + ROUNDING))
    last = min(k for k, tick in enumerate(ticks) if tick >= high * (1 - ROUNDING))
    return Scale(ticks[first], ticks[last], tuple(ticks[first : last + 1]), log=True)


def log_ticks(low: float, high: float) -> list[float]:
    """Ticks from a power of ten below `low` to one above `high`."""
    first, last = floor(log10(low)), ceil(log10(high))
    if last - first <= 3:
        return [float(f"{digit}e{n}") for n in range(first, last + 1) for digit in (1, 2, 5)]
    stride = ceil((last - first) / PARTS)
    return [float(f"1e{n}") for n in range(floor(first / stride) * stride, last + stride, stride)]


def extent(numbers: Iterable[float]) -> tuple[float, float]:
    """The least and the greatest number, or a little room around them where they are as good as one.

    >>> extent([3.0, 1.0, 2.0]), extent([10.0]), extent([0.0])
    ((1.0, 3.0), (9.0, 11.0), (-1.0, 1.0))
    """
    numbers = list(numbers)
    low, high = min(numbers), max(numbers)
    size = max(abs(low), abs(high))
    if high - low > max(ROUNDING * size, SMALLEST):
        return low, high
    room = size / 10 if size >= SMALLEST else 1.0
    return low - room, high + room


def round_step(span: float, whole: bool = False) -> float:
    """The smallest of 1, 2 or 5 times a power of ten that divides a span into no more than six parts.

    >>> round_step(1.0), round_step(100.0), round_step(3.0, whole=True)
    (0.2, 20.0, 1.0)
    """
    power = float(f"1e{floor(log10(span / PARTS))}")
    step = next(digit * power for digit in (1, 2, 5, 10) if digit * power * PARTS >= span * (1 - ROUNDING))
    return max(step, 1.0) if whole else step
