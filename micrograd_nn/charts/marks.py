"""Marks: the pieces of SVG that charts are made of."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..quoting import columns, shortened, visible

SHAPES = (  # circle, square, triangle, diamond, triangle on its head: each around the place where it is put
    "m-4.2 0a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0-8.4 0z",
    "m-3.8-3.8h7.6v7.6h-7.6z",
    "m0-5.2l4.8 8.4h-9.6z",
    "m0-5.4l5.4 5.4l-5.4 5.4l-5.4-5.4z",
    "m0 5.2l4.8-8.4h-9.6z",
)
RING = "m-7.5 0a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0-15 0z"
CROSS = "m-4.5-4.5l9 9m0-9l-9 9"
DOT = "h0"  # as wide as the line is
ROW = 20  # pixels
BROAD = re.compile("[A-Zmw@%]")


def tenths(x: float) -> str:
    """A coordinate, to a tenth of a pixel.

    >>> tenths(12.3456), tenths(-0.01), tenths(7.0)
    ('12.3', '0', '7')
    """
    return f"{round(x, 1) + 0.0:g}"


def escaped(text: str) -> str:
    """The text as typed: nothing in it becomes markup."""
    return html.escape(visible(text))


def text(x: float, y: float, content: str, look: str = "") -> str:
    """Text that begins at a place, or ends there, or has its middle there."""
    return f'<text x="{tenths(x)}" y="{tenths(y)}" class="{look}">{escaped(content)}</text>\n'


def path(look: str, data: str) -> str:
    """A path, if there is anything of it."""
    return f'<path class="{look}" d="{data}"/>\n' if data else ""


def through(points: Iterable[tuple[float, float]]) -> str:
    """The data of a path from point to point.

    >>> through([(0.0, 1.5), (10.0, 2.0)])
    'M0 1.5 10 2'
    """
    return "M" + " ".join(f"{tenths(x)} {tenths(y)}" for x, y in points)


def stamped(mark: str, points: Iterable[tuple[float, float]]) -> str:
    """The data of a path that puts a mark at every point."""
    return "".join(f"M{tenths(x)} {tenths(y)}{mark}" for x, y in points)


def text_width(content: str) -> float:
    """About how wide a text is, in pixels, rather more than less."""
    return 6.4 * columns(content) + 4 * len(BROAD.findall(content))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a legend: a mark, drawn from 0 to the right on the line's middle, and its name."""

    mark: str
    mark_width: float
    name: str

    @property
    def width(self) -> float:
        """With the room to the next one."""
        return self.mark_width + text_width(self.shown) + 22

    @property
    def shown(self) -> str:
        """The name as it shows."""
        return shortened(visible(self.name), 32)


def legend(entries: list[Entry], left: float, top: float, width: float) -> tuple[str, float]:
    """The entries in as many rows as they need, and the height of these."""
    x, y, drawn = left, top, ""
    for entry in entries:
        if x > left and x + entry.width > left + width:
            x, y = left, y + ROW
        name = text(entry.mark_width + 6, 4, entry.shown)
        drawn += f'<g transform="translate({tenths(x)} {tenths(y + ROW / 2)})">{entry.mark}{name}</g>\n'
        x += entry.width
    return drawn, y + ROW - top
