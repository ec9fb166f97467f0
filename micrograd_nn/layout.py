"""How dot is led to lay a picture out: time from left to right, and boxes that no edge leads to in rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from .boxes import Box
from .looks import EVERY_BOX, EVERY_EDGE
from .turns import Turn

GRAPH = {"rankdir": "LR", "ordering": "in", "nodesep": "0.18", "ranksep": "0.45", "fontname": "Helvetica"}
IN_FRAMES = {"newrank": "true"}  # with frames in frames, dot's old way of ranking may find no layout
IN_A_ROW = 6
IN_LINE = "20"  # the weight of what pulls time steps into one line


def new_graph(frames_in_frames: bool, attributes: dict[str, str]) -> Any:
    """An empty graph that nodes and edges can be added to."""
    ranks = IN_FRAMES if frames_in_frames else {}
    dot = import_graphviz().Digraph("computation graph", graph_attr=GRAPH | ranks | attributes)
    dot.attr("node", **EVERY_BOX)
    dot.attr("edge", **EVERY_EDGE)
    return dot


def add_turns(dot: Any, turns: Iterable[Turn], ids: Mapping[Box, str]) -> None:
    """Set each time step behind the one before, with an invisible point between them."""
    for i, turn in enumerate(turns, start=1):
        dot.node(f"turn{i}", "", shape="point", width="0", style="invis")
        for box in turn.ends:
            dot.edge(ids[box], f"turn{i}", style="invis", weight=IN_LINE)
        for box in turn.begins:
            dot.edge(f"turn{i}", ids[box], style="invis", weight=IN_LINE)


def add_rows(dot: Any, ids: Sequence[str]) -> None:
    """Line boxes up in rows: without edges they would stand in one long column."""
    for i, (one, following) in enumerate(pairwise(ids), start=1):
        if i % IN_A_ROW:
            dot.edge(one, following, style="invis")


def import_graphviz() -> Any:
    """The graphviz package, which only drawing needs."""
    try:
        import graphviz
    except ImportError:
        remedy = "pip install 'micrograd_nn[render]', or '.[render]' in a checkout"
        raise ImportError(f"drawing needs the graphviz package: {remedy}") from None
    return graphviz
