"""page: one self-contained HTML file in which anyone can step through a backward pass.

The picture is laid out once. Every number and sign in it comes from here, as data; the page's script shows them and
computes no derivative.
"""

from __future__ import annotations

from .draw import NEGATIVE, POSITIVE
from .drawing import Drawing
from .page_data import page_data
from .quoting import visible
from .stepped import StepPicture
from .svg import without_links, without_looks
from .value import Value
from .walk import Walk
from .web_page import WebPage, assembled

MOST_NODES = 300  # beyond that a picture is no longer read
MOST_STEPS = 600  # beyond that the file grows past a megabyte
REMEDY = (
    "take one example instead of a batch, neurons without expand=True, fewer neurons, or the page of a node further "
    "in, such as one layer's a"
)


class Page(WebPage):
    """A page to step in."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.title = f"backprop of {visible(walk.names[walk.output])}"

    def assemble(self) -> str:
        """The text of the page, newly made.

        Raises: RenderError where there is no Graphviz, or where it does not come to an end with this graph.
        """
        self.walk.end()  # so that every box and edge has all its text; the script starts from the first step
        picture = StepPicture(self.walk, None, False, POSITIVE, NEGATIVE, mark=False)
        drawing = Drawing(picture.source(False, {"bgcolor": "transparent"}), f"computation graph, {self.title}", "")
        svg = without_looks(without_links(drawing.svg())).replace('role="img"', 'role="group"', 1)  # of buttons, here
        return assembled("page", ["page.js"], self.title, page_data(picture), picture=svg)

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
