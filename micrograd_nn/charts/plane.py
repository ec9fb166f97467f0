"""Plane: what a function of two inputs says over an area: a class, or a score whose sign says one of two."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from math import log, nextafter
from numbers import Integral
from typing import Any, TypeAlias

from ..errors import as_float
from ..value import Value
from .contours import Place, outlines
from .marks import SHAPES
from .palette import COLORS, N_SHADES
from .scales import LARGEST, Scale, extent, linear_scale

CELLS = 60  # to a side: squares under five pixels wide, whose edges the outlines halve further
MARGIN = 0.15
MOST_CLASSES = len(COLORS) * len(SHAPES)
ABOVE_ZERO = nextafter(0.0, 1.0)  # a score of just 0 is class 0
Area: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
Line: TypeAlias = tuple[float, float, float]


class Plane:
    """A function's answers on a grid over an area: `x` and `y` are its axes."""

    def __init__(self, function: Callable[[list[float]], Any], x: Scale, y: Scale) -> None:
        self.function = function
        self.x, self.y = x, y
        self.field = cache(self.answer)  # asked for by every outline again
        self.answers = [self.field(i, j) for i in range(CELLS + 1) for j in range(CELLS + 1)]
        self.by_score = any(isinstance(answer, float) for answer in self.answers)

    def answer(self, u: float, v: float) -> float:
        """What the function says at a place of the grid."""
        x, y = (scale.low + (scale.high - scale.low) * at / CELLS for scale, at in ((self.x, u), (self.y, v)))
        return as_answer(self.function([x, y]))

    def class_of(self, answer: float) -> int:
        """The class that an answer, or a target, stands for.

        Raises: ValueError for what cannot be a class.
        """
        if self.by_score:
            return int(answer > 0)
        if not float(answer).is_integer() or not 0 <= answer < MOST_CLASSES:
            raise ValueError(f"a class must be a whole number from 0 to {MOST_CLASSES - 1}, not {answer!r}")
        return int(answer)

    def region(self, level: float) -> list[list[Place]]:
        """Closed outlines, in shares of the area's sides, of where the answer is at least so high."""
        return [[(u / CELLS, v / CELLS) for u, v in loop] for loop in outlines(self.field, level, CELLS)]

    def boundaries(self) -> dict[int, float]:
        """The least answer for every class from 1 up that the function gives."""
        if self.by_score:
            return {1: ABOVE_ZERO}
        return {k: k for k in sorted(map(self.class_of, self.answers)) if k > 0}

    def across(self, line: Line) -> list[tuple[float, float]]:
        """The two ends, on the sides of the area, of w1·x + w2·y + b = 0; none where it passes the area by."""
        w1, w2, b = line
        x, y = self.x, self.y
        ends = [(at, -(w1 * at + b) / w2) for at in (x.low, x.high) if w2]
        ends += [(-(w2 * at + b) / w1, at) for at in (y.low, y.high) if w1]
        met = sorted(end for end in ends if x.low <= end[0] <= x.high and y.low <= end[1] <= y.high)
        return [met[0], met[-1]] if met and met[0] != met[-1] else []


def shade_levels() -> list[float]:
    """The scores at which σ(score) = 1 / (1 + exp(-score)) passes 1/9, 2/9, … 8/9."""
    return [log(k / (N_SHADES - k)) for k in range(1, N_SHADES)]


def as_answer(answer: Any) -> float:
    """A class as an int, a score as a float.

    >>> as_answer(True), as_answer(Value(0.5)), as_answer(2)
    (1, 0.5, 2)

    Raises: TypeError for what is no number.
    """
    if isinstance(answer, Integral):
        return int(answer)
    return as_float(answer.data if isinstance(answer, Value) else answer)


def as_point(inputs: Sequence[float]) -> tuple[float, float]:
    """The inputs of an example as a place in the plane.

    Raises: ValueError unless there are two, both small enough to be drawn.
    """
    if len(inputs) != 2:
        raise ValueError(f"a map is of two inputs, but an example has {len(inputs)}")
    x, y = map(as_float, inputs)
    if not (abs(x) <= LARGEST and abs(y) <= LARGEST):
        raise ValueError(f"inputs must be within ±{LARGEST:g} to have a place in the plane, not {(x, y)}")
    return x, y


def axes(points: list[tuple[float, float]], area: Area | None) -> list[Scale]:
    """The two axes: those of the area that was given, or over the points with a margin."""
    if area is not None:
        return [given_axis(*ends) for ends in area]
    if not points:
        raise ValueError("without examples a map needs an area, such as ((-1, 1), (-1, 1))")
    return [axis([point[k] for point in points]) for k in (0, 1)]


def axis(numbers: Iterable[float]) -> Scale:
    """An axis over the numbers, with a margin."""
    low, high = extent(numbers)
    room = MARGIN * (high - low)
    return linear_scale([low - room, high + room])


def given_axis(low: float, high: float) -> Scale:
    """An axis from end to end.

    Raises: ValueError unless it rises.
    """
    if not -LARGEST <= low < high <= LARGEST:
        raise ValueError(f"an area must rise from low to high on both axes, not from {low!r} to {high!r}")
    return linear_scale([low, high])
