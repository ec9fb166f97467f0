"""page: one self-contained HTML file in which anyone can step through a backward pass.

The picture is laid out once. Every number and sign in it comes from here, as data; the page's script shows them and
computes no derivative.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
from functools import cached_property
from pathlib import Path
from typing import Any

from .draw import NEGATIVE, POSITIVE
from .drawing import Drawing
from .files import write_file
from .page_data import page_data
from .quoting import visible
from .stepped import StepPicture
from .svg import without_links, without_looks
from .value import Value
from .walk import Walk

MOST_NODES = 300  # beyond that a picture is no longer read
MOST_STEPS = 600  # beyond that the file grows past a megabyte
REMEDY = (
    "take one example instead of a batch, neurons without expand=True, fewer neurons, or the page of a node further "
    "in, such as one layer's a"
)
PARTS = Path(__file__).parent / "pages"
NOT_IN_SCRIPT = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


class Page:
    """A page to step in."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.title = f"backprop of {visible(walk.names[walk.output])}"

    @cached_property
    def html(self) -> str:
        """The text of the page.

        Raises: RenderError where there is no Graphviz, or where it does not come to an end with this graph.
        """
        self.walk.end()  # so that every box and edge has all its text; the script starts from the first step
        picture = StepPicture(self.walk, None, False, POSITIVE, NEGATIVE, mark=False)
        drawing = Drawing(picture.source(False, {"bgcolor": "transparent"}), f"computation graph, {self.title}", "")
        svg = without_looks(without_links(drawing.svg())).replace('role="img"', 'role="group"', 1)  # of buttons, here
        return assembled(self.title, svg, page_data(picture))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page, which needs nothing beside it: no server, no network.

        Raises: ValueError unless the path ends in .html, OSError where it cannot be written.
        """
        if Path(path).suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"cannot save {os.fspath(path)!r}: a page ends in .html")
        return write_file(path, self.html.encode())

    def _repr_html_(self) -> str:
        """What Jupyter shows: the page in a frame of its own."""
        frame = "width: 100%; height: 640px; border: 1px solid #9aa4b0; border-radius: 6px"
        return f'<iframe srcdoc="{html.escape(self.html)}" title="{html.escape(self.title)}" style="{frame}"></iframe>'

    def __repr__(self) -> str:
        return f"<Page: {self.title}, {len(self.walk)} steps>"


def page(output: Value) -> Page:
    """A page in which to step through `output.backward()`: forwards, back, by breakpoints, or predicting each gradient.

    >>> x = Value(3.0, label="x")
    >>> y = x * x; y.label = "y"
    >>> page(y)
    <Page: backprop of y, 2 steps>

    `.save("backprop.html")` writes it. No gradient in the graph changes.

    Raises: TypeError for what is not a Value; ValueError when there are no steps back from it, or from
    more than 300 nodes or in more than 600 steps.
    """
    walk = Walk(output)
    if len(walk.names) > MOST_NODES or len(walk) > MOST_STEPS:
        most = f"{MOST_NODES} nodes and {MOST_STEPS} steps"
        raise ValueError(f"a page holds at most {most}, not {len(walk.names)} and {len(walk)}: {REMEDY}")
    return Page(walk)


def assembled(title: str, svg: str, data: dict[str, Any]) -> str:
    """The page's parts, put together: its HTML with style, script, picture and data in their places."""
    script = (PARTS / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    parts = {
        "title": html.escape(title),
        "policy": f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'",
        "style": (PARTS / "page.css").read_text(encoding="utf-8"),
        "picture": svg,
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(NOT_IN_SCRIPT),
        "script": script,
    }
    frame = (PARTS / "page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda place: parts[place[1]], frame)
