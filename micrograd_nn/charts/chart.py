"""Chart: a picture of curves or of a plane as plain SVG, to save, to show in a notebook, to put beside others."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from ..files import write_file
from .marks import escaped, tenths, text
from .palette import STYLE

GAP = 12  # pixels between charts
HEADING = 30


@dataclass(frozen=True, slots=True, repr=False)
class Chart:
    """A picture: `body` is its SVG, so many pixels wide and high; title and description say in words what it shows.

    >>> Chart("", 100, 50, "nothing", "an empty picture")
    <Chart: an empty picture>
    """

    body: str
    width: float
    height: float
    title: str
    description: str

    @property
    def svg(self) -> str:
        """The picture as an SVG element, for a page or a file, with colours for light and for dark surroundings."""
        width, height = tenths(self.width), tenths(self.height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}">\n<title>{escaped(self.title)}</title>\n'
            f"<desc>{escaped(self.description)}</desc>\n{STYLE}\n"
            f'<rect class="paper" width="{width}" height="{height}"/>\n{self.body}</svg>\n'
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture; the path comes back.

        Raises: ValueError unless the path ends in .svg, OSError where it cannot be written.
        """
        if Path(path).suffix.lower() != ".svg":
            raise ValueError(f"cannot save {os.fspath(path)!r}: end it in .svg")
        return write_file(path, self.svg.encode())

    def _repr_html_(self) -> str:
        """What Jupyter shows: the picture as an image of its own, so that two do not share a style sheet."""
        image = base64.b64encode(self.svg.encode()).decode()
        return f'<img alt="{escaped(self.description)}" src="data:image/svg+xml;base64,{image}">'

    def __repr__(self) -> str:
        return f"<Chart: {self.description}>"


def beside(*charts: Chart, title: str = "", columns: int | None = None) -> Chart:
    """One picture of several charts, in rows of so many `columns`, or all in one row; each keeps its title.

    >>> small = Chart("", 100, 50, "small", "a small picture")
    >>> both = beside(small, small)
    >>> both.width, both.height
    (212, 50)

    Raises: ValueError where there is no chart, or for `columns` below 1.
    """
    if not charts:
        raise ValueError("there are no charts to put beside each other")
    if columns is not None and columns < 1:
        raise ValueError(f"columns must be at least 1, not {columns}")
    n = columns or len(charts)
    lefts = starts([max(chart.width for chart in charts[k::n]) for k in range(min(n, len(charts)))])
    tops = starts([max(chart.height for chart in charts[k : k + n]) for k in range(0, len(charts), n)])
    above = HEADING if title else 0
    body = text(GAP, 22, title, "title") if title else ""
    for k, chart in enumerate(charts):
        x, y = tenths(lefts[k % n]), tenths(tops[k // n] + above)
        body += f'<g transform="translate({x} {y})">\n{chart.body}</g>\n'
    titles = ", ".join(chart.title for chart in charts)
    description = "; ".join(f"{chart.title}: {chart.description}" for chart in charts)
    return Chart(body, lefts[-1] - GAP, tops[-1] - GAP + above, title or titles, description)


def starts(sizes: list[float]) -> list[float]:
    """Where things of these sizes begin that stand in a row, and where the next one would."""
    return [0, *accumulate(size + GAP for size in sizes)]
