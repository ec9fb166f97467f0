"""draw: a picture of the graph behind a Value, by the conventions that read best.

Left to right. A node shows what it computes, its data and its gradient; its shape says its role. An edge shows the
local derivative: blue for positive, vermillion for negative, grey and dashed for zero, thicker where more gradient
flows. Modules and time steps are framed; what time steps share stands in a frame of its own, and a dashed box for it
where it is used. A large image is one box, and so are a kernel that reads it and what it answers at every place, with
the numbers where they stand; `max_nodes=None` draws them one by one. A large graph is drawn by innermost module, then
by what holds it, then by time step, then only near the output.
"""

from __future__ import annotations

from collections.abc import Sequence

from .drawing import Drawing
from .notation import counted
from .picture import Picture
from .stepped import StepPicture
from .tree import tree
from .value import Value
from .walk import Walk

POSITIVE, NEGATIVE = "#0072B2", "#D55E00"  # blue and vermillion, told apart by every eye (Okabe and Ito 2008)


def draw(
    output: Value | Walk,
    max_nodes: int | None = 200,
    separate_operations: bool = False,
    legend: bool = False,
    positive: str = POSITIVE,
    negative: str = NEGATIVE,
    collapse: str | Sequence[str] | None = None,
    **attributes: str,
) -> Drawing:
    """A picture of the graph behind `output`; of a `Walk`, at the step where it is.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> draw(a * b)
    <Drawing: computation graph of v1: 3 nodes>

    `.save("graph.svg")` writes it; `.source` is its DOT. Above `max_nodes` it is drawn coarser and cut short; None
    forces the whole graph. `collapse` draws as one box each what a person says: every `"module"` (a layer, a gate, a
    kernel), every `"time step"`, or what lies in a path or in a list of them: `"layer1"`, `"t3"`, `["head1", "head2"]`.
    `separate_operations` makes each operation a node of its own, `legend` adds one, and further `attributes` are
    Graphviz's for the whole graph: `rankdir="TB"`, `size="8,5"`, `bgcolor="transparent"`.

    Raises: TypeError for what is not a Value, ValueError for a `max_nodes` below 1 or a path that no label has,
    ImportError without graphviz.
    """
    if not isinstance(output, Value | Walk):
        raise TypeError(f"draw needs a Value or a Walk, not {type(output).__name__}")
    if max_nodes is not None and max_nodes < 1:
        raise ValueError(f"max_nodes must be at least 1, not {max_nodes}")
    if isinstance(output, Walk):
        picture: Picture = StepPicture(output, max_nodes, separate_operations, positive, negative, collapse)
        at = f", step {output.position} of {len(output)} of backward"
    else:
        picture, at = Picture(output, max_nodes, separate_operations, positive, negative, collapse), ""
    size = counted(len(picture.order), "node")
    description = f"computation graph of {picture.named[picture.output]}: {size}{at}"
    return Drawing(picture.source(legend, attributes), description, tree(picture.output, max_lines=30))


def draw_dot(root: Value, format: str = "svg", rankdir: str = "LR") -> Drawing:
    """The picture that lectures draw, where every operation is a node of its own.

    >>> draw_dot(Value(1.0, label="x") + 1)
    <Drawing: computation graph of v1: 3 nodes>
    """
    return draw(root, separate_operations=True, rankdir=rankdir)
