"""decision_map: a picture of what a function of two inputs says everywhere, and of the examples on that ground."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from .chart import Chart
from .frame import HEIGHT, Frame
from .marks import RING, SHAPES, Entry, path, stamped, through
from .palette import COLORS, N_SHADES
from .plane import Area, Line, Plane, as_answer, as_point, axes, shade_levels


@dataclass(frozen=True, slots=True)
class PlacedExample:
    """An example's place in the plane, the class that it is of, and the class that the function says."""

    place: tuple[float, float]
    target: int
    said: int

    @property
    def is_right(self) -> bool:
        """Whether the two agree."""
        return self.target == self.said


def decision_map(
    function: Callable[[list[float]], Any],
    examples: Iterable[tuple[Sequence[float], float]],
    classes: Sequence[str] = (),
    title: str = "",
    x_label: str = "x1",
    y_label: str = "x2",
    lines: Iterable[Line] = (),
    shaded: bool = False,
    area: Area | None = None,
) -> Chart:
    """The plane of two inputs in the colours of the classes that `function([x1, x2])` says, and the examples on it.

    >>> def either(x): return int(x[0] + x[1] > 0.5)
    >>> xor = [([0.0, 0.0], 0), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], 0)]
    >>> decision_map(either, xor, classes=("off", "on"), title="OR is not XOR")
    <Chart: 2 classes over x1 and x2: 3 of 4 examples are right>

    The function gives a class, an int from 0, or a score, a float or Value that is above 0 for class 1; targets
    are read in the same way. `shaded` shows by nine shades how sure a score is: the probability σ(score) of class 1.
    Each of the `lines` (w1, w2, b) is where w1·x1 + w2·x2 + b = 0. The `area`, ((low, high), (low, high)) of x1 and
    x2, is that of the examples with a margin unless given. Where the function says nan there is no colour.

    Raises: ValueError for examples without a place in the plane, for what cannot be a class, and for an empty area.
    """
    pairs = [(list(inputs), as_answer(target)) for inputs, target in examples]
    plane = Plane(function, *axes([as_point(inputs) for inputs, _ in pairs], area))
    if shaded and not plane.by_score:
        raise ValueError("shades show a score, but the function gives classes: let it give a float")
    shown = [
        PlacedExample(as_point(inputs), plane.class_of(target), plane.class_of(as_answer(function(inputs))))
        for inputs, target in pairs
    ]
    lines = list(lines)
    frame = Frame(plane.x, plane.y, HEIGHT)
    names = class_names(classes, 1 + max([1, *plane.boundaries(), *[max(e.target, e.said) for e in shown]]))
    inside = ground(plane, shaded) + zero_lines(plane, lines, frame) + points(shown, frame)
    clipped = f'<svg width="{HEIGHT}" height="{HEIGHT}">\n{inside}</svg>\n'
    n_right = sum(example.is_right for example in shown)
    description = f"{len(names)} classes over {x_label} and {y_label}: {n_right} of {len(shown)} examples are right"
    entries = entries_for(names, len(shown) - n_right, bool(lines), shaded)
    return frame.chart(clipped + outline(frame), title, (x_label, y_label), entries, description)


def class_names(classes: Sequence[str], n: int) -> list[str]:
    """A name for every class."""
    if classes and len(classes) < n:
        raise ValueError(f"there are {n} classes, but only {len(classes)} have a name: {', '.join(classes)}")
    return list(classes) or [f"class {k}" for k in range(n)]


def ground(plane: Plane, shaded: bool) -> str:
    """The tints or shades, each over the one below it, and the boundaries between classes."""
    if shaded:
        levels = enumerate([-inf, *shade_levels()])
        shades = "".join(region(plane, f"s{k}", level) for k, level in levels)
        return shades + "".join(region(plane, "ink edge", level) for level in plane.boundaries().values())
    tints = [region(plane, f"t{k % len(COLORS)} ink edge", level) for k, level in plane.boundaries().items()]
    return region(plane, "t0", -inf) + "".join(tints)


def region(plane: Plane, look: str, level: float) -> str:
    """Where the function says at least so much."""
    loops = [[(HEIGHT * u, HEIGHT * (1 - v)) for u, v in loop] for loop in plane.region(level)]
    return path(look, "".join(through(loop) + "z" for loop in loops))


def zero_lines(plane: Plane, lines: Iterable[Line], frame: Frame) -> str:
    """The lines, from side to side."""
    ends = [plane.across(line) for line in lines]
    return path("unit", "".join(through([frame.place(*end) for end in pair]) for pair in ends if pair))


def points(shown: list[PlacedExample], frame: Frame) -> str:
    """The examples in the colour and shape of their class, and a ring around every one that is wrong."""
    drawn = [point(example.target, *frame.place(*example.place)) for example in shown]
    wrong = [frame.place(*example.place) for example in shown if not example.is_right]
    return "".join(drawn) + path("ink ring", stamped(RING, wrong))


def point(k: int, x: float, y: float) -> str:
    """The mark of a class at a pixel."""
    return path(f"point f{k % len(COLORS)}", stamped(SHAPES[k % len(SHAPES)], [(x, y)]))


def outline(frame: Frame) -> str:
    """The sides of the frame."""
    return path("axis", f"M0 0h{frame.width:g}v{HEIGHT}h-{frame.width:g}z")


def entries_for(names: list[str], n_wrong: int, lines: bool, shaded: bool) -> list[Entry]:
    """The legend: the classes, and whatever else there is to see."""
    entries = [Entry(point(k, 6, 0), 12, name) for k, name in enumerate(names)]
    if n_wrong:
        entries.append(Entry(path("ink ring", stamped(RING, [(7.5, 0)])), 15, f"wrong: {n_wrong}"))
    if lines:
        entries.append(Entry(path("unit", "M0 0h26"), 26, "w·x + b = 0"))
    if shaded:
        bar = "".join(path(f"s{k}", f"M{10 * k}-5h10v10h-10z") for k in range(N_SHADES))
        entries.append(Entry(bar, 10 * N_SHADES, "σ from 0 to 1"))
    return entries
