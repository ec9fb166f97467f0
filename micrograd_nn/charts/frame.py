"""Frame: the rectangle in which a chart's numbers stand, with its axes, a title and a legend above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..quoting import shortened, visible
from .chart import Chart
from .marks import Entry, legend, path, stamped, text, text_width
from .scales import Scale

EDGE = 12  # pixels that stay free around everything
TITLE = 26
LETTER = 8.5  # of a title
HEIGHT = 280
BELOW = 54  # for the ticks and the name of the axis
BESIDE = 36  # what the left needs besides the ticks' texts
TEXTS = 26  # for these at least, so that frames above each other are in line


@dataclass(frozen=True, slots=True)
class Frame:
    """Two axes and the pixels between them: `width` by `HEIGHT`.

    >>> frame = Frame(Scale(0.0, 10.0, (0.0, 5.0, 10.0)), Scale(0.0, 1.0, (0.0, 1.0)), 400)
    >>> frame.place(5.0, 1.0)
    (200.0, 0.0)
    """

    x: Scale
    y: Scale
    width: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """The pixel of a point, counted from the frame's top left corner."""
        return self.width * self.x.share(x), HEIGHT * (1 - self.y.share(y))

    def grid(self) -> str:
        """A light line for every tick."""
        columns = [(self.place(x, self.y.low)[0], 0.0) for x in self.x.ticks]
        rows = [(0.0, self.place(self.x.low, y)[1]) for y in self.y.ticks]
        return path("grid", stamped(f"v{HEIGHT}", columns) + stamped(f"h{self.width}", rows))

    def axes(self, x_label: str, y_label: str, left: float) -> str:
        """The numbers at the ticks, and what the axes are called."""
        drawn = ""
        for x, shown in zip(self.x.ticks, self.x.texts()):
            drawn += text(self.place(x, self.y.low)[0], HEIGHT + 18, shown, "soft middle")
        for y, shown in zip(self.y.ticks, self.y.texts()):
            drawn += text(-8, self.place(self.x.low, y)[1] + 4, shown, "soft end")
        drawn += text(self.width / 2, HEIGHT + 39, shortened(visible(x_label)), "middle")
        turned = text(0, 0, shortened(visible(y_label)), "middle")
        return f'{drawn}<g transform="translate({16 - left} {HEIGHT / 2}) rotate(-90)">{turned}</g>\n'

    def chart(self, drawn: str, title: str, labels: Sequence[str], entries: list[Entry], description: str) -> Chart:
        """The picture of what was drawn in this frame."""
        left = BESIDE + max([TEXTS, *map(text_width, self.y.texts())])
        above = EDGE + (TITLE if title else 0)
        names, height = legend(entries, left, above, self.width)
        top = above + height + 8
        x_label, y_label = labels
        body = text(left, EDGE + 13, shortened(visible(title), int(self.width / LETTER)), "title") if title else ""
        inside = drawn + self.axes(x_label, y_label, left)
        body += f'{names}<g transform="translate({left:g} {top:g})">\n{inside}</g>\n'
        heading = title or f"{y_label} by {x_label}"
        return Chart(body, left + self.width + 2 * EDGE, top + HEIGHT + BELOW, heading, description)
