"""line_chart: curves, such as the loss by epoch; a training that diverged shows as a line that breaks off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from math import floor, isfinite, nan
from typing import Any, TypeAlias

from ..errors import as_float
from ..names import number
from .chart import Chart
from .frame import Frame
from .marks import CROSS, DOT, Entry, path, stamped, through
from .palette import COLORS
from .scales import LARGEST, SMALLEST, linear_scale, log_scale

WIDTH = 440
N_DASHES = 5
Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """A name and its points; y is nan where there is nothing to draw."""

    name: str
    points: list[Point]
    look: str

    def drawable(self) -> list[Point]:
        """The points that have a place."""
        return [(x, y) for x, y in self.points if isfinite(y)]

    def description(self) -> str:
        """From where to where the curve goes, and how much of it is left out."""
        drawn = self.drawable()
        course = f"from {number(drawn[0][1])} to {number(drawn[-1][1])}" if drawn else "has nothing to draw"
        left_out = len(self.points) - len(drawn)
        return f"{self.name} {course}" + (f" ({left_out} of {len(self.points)} left out)" if left_out else "")


def line_chart(
    series: Mapping[str, Iterable[Any]],
    title: str = "",
    x_label: str = "epoch",
    y_label: str = "loss",
    log: bool = False,
) -> Chart:
    """The curves of numbers by name: each is a list of y, counted from x = 0, or of pairs (x, y).

    >>> line_chart({"training": [0.7, 0.3, 0.1], "validation": [0.7, 0.4, 0.5]}, title="Overfitting")
    <Chart: loss by epoch: training from 0.7 to 0.1, validation from 0.7 to 0.5>

    A number that is not finite breaks the line, with a cross where it breaks; so does one that is not above 0 on a
    `log` axis. Of many points each column of pixels shows the lowest and the highest.

    Raises: ValueError where there is nothing to draw or a point is no pair, TypeError for what is no number.
    """
    curves = [
        Curve(str(name), as_points(str(name), ys, log), f"k{k % len(COLORS)} d{k % N_DASHES}")
        for k, (name, ys) in enumerate(series.items())
    ]
    frame = frame_over(curves, log)
    inside = frame.grid() + "".join(line(curve, frame) for curve in curves)
    scale = " on a logarithmic scale" if log else ""
    description = f"{y_label} by {x_label}{scale}: {', '.join(curve.description() for curve in curves)}"
    return frame.chart(inside, title, (x_label, y_label), entries_for(curves, log), description)


def frame_over(curves: list[Curve], log: bool) -> Frame:
    """The frame that holds every curve; ticks of x are whole where every x is.

    Raises: ValueError where there is nothing to draw.
    """
    xs = [x for curve in curves for x, _ in curve.points]
    ys = [y for curve in curves for _, y in curve.drawable()]
    if not ys:
        names = ", ".join(curve.name for curve in curves) or "none"
        raise ValueError(f"there is no {'number above 0' if log else 'finite number'} to draw; series: {names}")
    x = linear_scale(xs, whole=all(x.is_integer() for x in xs))
    return Frame(x, log_scale(ys) if log else linear_scale(ys, outward=True), WIDTH)


def entries_for(curves: list[Curve], log: bool) -> list[Entry]:
    """The legend: every curve, and what a cross means where there is one."""
    entries = [Entry(path(f"line {curve.look}", "M0 0h26"), 26, curve.name) for curve in curves]
    if any(len(curve.drawable()) < len(curve.points) for curve in curves):
        cross = path("line ink", stamped(CROSS, [(4.5, 0)]))
        entries.append(Entry(cross, 9, "not above 0, or not finite" if log else "not finite"))
    return entries


def as_points(name: str, ys: Iterable[Any], log: bool) -> list[Point]:
    """The points of a series; nan stands for what cannot be drawn."""
    least = SMALLEST if log else -LARGEST
    pairs = [as_pair(name, k, y) for k, y in enumerate(ys)]
    return [(x, y if least <= y <= LARGEST else nan) for x, y in pairs]


def as_pair(name: str, k: int, y: Any) -> Point:
    """A point of a series as x and y; where x is not given, it is how many came before.

    Raises: ValueError for what is no pair, or has no finite x.
    """
    pair = tuple(y) if isinstance(y, list | tuple) else (k, y)
    if len(pair) != 2:
        raise ValueError(f"a point must be y or (x, y), not {y!r} in {name!r}")
    x, y = map(as_float, pair)
    if not abs(x) <= LARGEST:
        raise ValueError(f"x must be finite, not {x!r} in {name!r}")
    return x, y


def line(curve: Curve, frame: Frame) -> str:
    """The curve: lines where neighbours can be drawn, dots where there is one alone, crosses where it breaks off."""
    kept = thinned([frame.place(x, y) for x, y in curve.points])
    runs = [list(run) for drawn, run in groupby(kept, key=is_drawn) if drawn]
    color = curve.look.split()[0]
    return (
        path(f"line {curve.look}", "".join(through(run) for run in runs if len(run) > 1))
        + path(f"dots {color}", stamped(DOT, [run[0] for run in runs if len(run) == 1]))
        + path(f"line {color}", stamped(CROSS, breaks(kept)))
    )


def is_drawn(place: Point) -> bool:
    """Whether the place is one, and no gap."""
    return isfinite(place[1])


def thinned(places: list[Point]) -> list[Point]:
    """What a pixel shows: of the places in each column of pixels the highest, the lowest and the first gap.

    >>> thinned([(0.1, 3.0), (0.2, 9.0), (0.3, 5.0), (0.4, 1.0), (1.5, 2.0)])
    [(0.2, 9.0), (0.4, 1.0), (1.5, 2.0)]
    """
    return [place for _, column in groupby(places, key=column_of) for place in telling(list(column))]


def column_of(place: Point) -> int:
    """The column of pixels that a place is in."""
    return floor(place[0])


def telling(column: list[Point]) -> list[Point]:
    """The highest place of a column, its lowest and its first gap, in the order in which they came."""
    drawn = [k for k, place in enumerate(column) if is_drawn(place)]
    gaps = [k for k, place in enumerate(column) if not is_drawn(place)]
    heights = [place[1] for place in column]
    ends = {min(drawn, key=heights.__getitem__), max(drawn, key=heights.__getitem__)} if drawn else set()
    return [column[k] for k in sorted(ends.union(gaps[:1]))]


def breaks(kept: list[Point]) -> list[Point]:
    """The last place before each gap; for a gap at the start, the first place after it."""
    last = next(filter(is_drawn, kept), None)
    found: dict[Point, None] = {}
    for place in kept:
        if is_drawn(place):
            last = place
        elif last:
            found[last] = None
    return list(found)
