"""Drawing: a picture as DOT source, which can be saved, rendered, and shown in a notebook."""

from __future__ import annotations

import html
import os
from pathlib import Path
from typing import Any

from .files import write_file
from .quoting import visible
from .render import FORMATS, RenderError, render

STYLE = """<style>
.micrograd text { font-family: Helvetica, Arial, sans-serif; }
@media (prefers-color-scheme: dark) {
  .micrograd > g > polygon { fill: #16191d; }
  .micrograd .node path, .micrograd .node polygon, .micrograd .cluster path { fill: #22272e; stroke: #9aa4b0; }
  .micrograd .input polygon { fill: #343c46; }
  .micrograd .lit path, .micrograd .lit polygon { fill: #574a12; }
  .micrograd .node polygon + polygon { fill: none; }
  .micrograd .node text, .micrograd .cluster text { fill: #e6e9ed; }
  .micrograd .positive path, .micrograd .positive polygon { stroke: #56b4e9; }
  .micrograd .negative path, .micrograd .negative polygon { stroke: #e69f00; }
  .micrograd .positive text, .micrograd .positive polygon { fill: #56b4e9; }
  .micrograd .negative text, .micrograd .negative polygon { fill: #e69f00; }
}
</style>"""


class Drawing:
    """A picture of a graph: `source` is its DOT, and `description` says in words what it shows."""

    def __init__(self, source: str, description: str, text: str) -> None:
        self.source = source
        self.description = description
        self.text = text

    def svg(self) -> str:
        """The picture as an SVG element, for a page or a file.

        Raises: RenderError where there is no Graphviz; its message says how to get it.
        """
        drawn = render(self.source, "svg").decode()
        head, _, body = drawn[drawn.index("<svg") :].partition(">")
        description = html.escape(visible(self.description))
        return f'{head} class="micrograd" role="img">\n<desc>{description}</desc>\n{STYLE}{body}'

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture; `.svg`, `.png`, `.pdf` or `.dot` at the end of the path says as what.

        Raises: ValueError for another ending, RenderError without Graphviz, OSError where it cannot be written.
        """
        kind = Path(path).suffix.lower().lstrip(".")
        if kind in ("dot", "gv"):
            return write_file(path, self.source.encode())
        if kind not in FORMATS:
            raise ValueError(f"cannot save {os.fspath(path)!r}: end it in .svg, .png, .pdf or .dot")
        return write_file(path, self.svg().encode() if kind == "svg" else render(self.source, kind))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What Jupyter shows: the picture, or the text and the reason where there is no picture."""
        try:
            return {"image/svg+xml": self.svg(), "text/plain": self.text}
        except RenderError as error:
            return {"text/plain": f"{self.text}\n({error})"}

    def __repr__(self) -> str:
        return f"<Drawing: {self.description}>"
