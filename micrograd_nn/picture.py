"""The DOT of one picture: which boxes there are, what they say, and the edges between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

from . import ops
from .graph import NOT_COMPUTED, topological_order
from .groups import Box, coarser, heading, layer_path, left_out, modules, nearest
from .looks import EVERY_BOX, EVERY_EDGE, ROLES, WARNING, ZERO, add_legend, flagged, sign_of, table
from .names import Names, gradient, number, title
from .quoting import html_label, markup, shortened, tooltip
from .value import Value

MOST_FRAMES = 12  # with more neurons than these, layers are framed instead


class Picture:
    """What one picture knows while it is made: its nodes, their names, and the boxes that stand for them."""

    def __init__(self, output: Value, max_nodes: int | None, separate: bool, positive: str, negative: str) -> None:
        self.output, self.separate, self.positive, self.negative = output, separate, positive, negative
        self.order = topological_order(output)
        self.named = Names(output)
        self.module = modules(self.order)
        self.collapsed = coarser(self.order, self.module, max_nodes)
        drawn = set(nearest(output, self.box, self.order, max_nodes))
        everything = dict.fromkeys(map(self.box, self.named))  # in reading order: the same bytes in every process
        self.id = {box: f"n{i}" for i, box in enumerate(everything) if box in drawn}
        self.behind = left_out(self.order, self.box, drawn)
        few = len(set(self.module.values())) <= MOST_FRAMES
        self.frame: Callable[[str], str] = str if few else layer_path
        slopes = [abs(self.flow(node, i)) for node in self.order for i in range(len(node.inputs)) if node in self.id]
        self.strongest = max(filter(isfinite, slopes), default=0.0) or 1.0

    def box(self, node: Value) -> Box:
        """What stands for a node: itself, or the module that it is drawn in."""
        return self.collapsed.get(node, node)

    def grad(self, node: Value) -> float:
        """The gradient to show for a node; the NOT_COMPUTED object while it has none."""
        return NOT_COMPUTED if node.grad is None else node.grad

    def flow(self, node: Value, i: int) -> float:
        """How much gradient goes from a node to its input `i`; its local derivative while there is none."""
        reached = self.grad(node) is not NOT_COMPUTED
        return float(self.grad(node) if reached else 1.0) * node.local_derivatives[i]

    def source(self, legend: bool, attributes: dict[str, str]) -> str:
        """The DOT source, the same bytes for the same graph in every process."""
        graphviz = import_graphviz()
        graph = {"rankdir": "LR", "ordering": "in", "nodesep": "0.18", "ranksep": "0.45", "fontname": "Helvetica"}
        dot = graphviz.Digraph("computation graph", graph_attr=graph | attributes)
        dot.attr("node", **EVERY_BOX)
        dot.attr("edge", **EVERY_EDGE)
        for i, (path, boxes) in enumerate(self.frames().items()):
            if not path:
                self.add_boxes(dot, boxes)
                continue
            with dot.subgraph(name=f"cluster_{i}") as frame:
                frame.attr(label=html_label(heading(path)), style="rounded", color="#9AA4B0", fontsize="11")
                self.add_boxes(frame, boxes)
        for tail, head, look in self.edges():
            dot.edge(tail, head, **look)
        for box, count in self.behind.items():
            dot.node(f"{self.id[box]}_more", f"+{count} more", **ROLES["more"], **{"class": "more"})
            dot.edge(f"{self.id[box]}_more", self.id[box], style="dashed", color=ZERO)
        if legend:
            add_legend(dot, self.positive, self.negative)
        return str(dot.source)

    def frames(self) -> dict[str, list[Box]]:
        """The boxes by the module they are framed in; those in none under the empty path."""
        framed: dict[str, list[Box]] = {}
        for box in self.id:
            path = self.module.get(box, "") if isinstance(box, Value) else ""
            framed.setdefault(path and self.frame(path), []).append(box)
        return framed

    def add_boxes(self, dot: Any, boxes: list[Box]) -> None:
        """Add boxes, and the nodes of their operations where these are drawn apart."""
        for box in boxes:
            dot.node(self.id[box], **(self.value_look(box) if isinstance(box, Value) else self.module_look(box)))
            if isinstance(box, Value) and self.separate and box.op is not None and box.inputs:
                look = {"id": f"{self.id[box]}-operation", "class": "operation"}
                dot.node(f"{self.id[box]}_op", html_label(box.op.symbol), **ROLES["operation"], **look)

    def value_look(self, node: Value) -> dict[str, str]:
        """The attributes of a node's box."""
        role = self.role(node)
        grad = self.grad(node)
        details = f"{self.named[node]}: data = {node.data!r}, grad = "
        details += "not computed" if grad is NOT_COMPUTED else repr(grad)
        details += f", made at {node.source}" if node.source else ""
        look = ROLES[role] | {"id": self.id[node], "class": role, "tooltip": tooltip(details)}
        if role == "constant":
            return look | {"label": number(node.data)}
        rows = [f"<B>{markup(shortened(self.title(node)))}</B>", flagged("data", number(node.data))]
        rows.append(flagged("grad", self.gradient(node)))
        return look | {"label": table(rows, self.room(node))}

    def gradient(self, node: Value) -> str:
        """What a box says of its gradient."""
        return gradient(node)

    def room(self, node: Value) -> str:
        """The room to keep for a gradient, if it is to change without moving anything."""
        return ""

    def role(self, node: Value) -> str:
        """input, parameter, constant, computed or output."""
        if node is self.output:
            return "output"
        if node.inputs:
            return "computed"
        return "input" if node.op is None else node.op.name

    def title(self, node: Value) -> str:
        """`z = w1·x1 + b`: modules' nodes go by the last part of their label."""
        short = {x: self.named[x].rpartition(".")[2] if x in self.module else self.named[x] for x in node.inputs}
        path = self.module.get(node, "")
        short[node] = self.named[node].removeprefix(self.frame(path) + ".") if path else self.named[node]
        return short[node] if self.separate else title(node, short)

    def module_look(self, path: str) -> dict[str, str]:
        """The attributes of the box that a whole module is drawn as."""
        members = [node for node, home in self.collapsed.items() if home == path]
        parameters = sum(node.op is ops.parameter for node in members)
        rows = [f"<B>{markup(heading(path))}</B>", f"{parameters} parameters", f"{len(members)} nodes"]
        return ROLES["module"] | {"label": table(rows), "id": self.id[path], "class": "module"}

    def edges(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Every edge once for each use; uses between the same two modules are one edge."""
        merged: dict[tuple[str, str], int] = {}
        for node in self.named:
            for i, x in enumerate(node.inputs):
                tail, head = self.box(x), self.box(node)
                if tail not in self.id or head not in self.id or tail == head:
                    continue
                if isinstance(tail, Value) and isinstance(head, Value):
                    yield self.id[tail], f"{self.id[head]}_op" if self.separate else self.id[head], self.look(node, i)
                else:
                    merged[self.id[tail], self.id[head]] = merged.get((self.id[tail], self.id[head]), 0) + 1
            if self.separate and node in self.id and node.inputs:
                yield f"{self.id[node]}_op", self.id[node], {"color": ZERO}
        for (start, end), count in merged.items():
            times = {"label": f"×{count}"} if count > 1 else {}
            yield start, end, times | {"color": ZERO, "tooltip": f"{count} edges"}

    def look(self, node: Value, i: int) -> dict[str, str]:
        """The attributes of the edge from input `i` to its node: the local derivative, its sign and its weight."""
        x, local = node.inputs[i], node.local_derivatives[i]
        if x.op is ops.constant:
            return {"color": ZERO, "class": "constant"}
        sign = sign_of(self.shown(node, i))
        colors = {"positive": self.positive, "negative": self.negative, "zero": ZERO, "undefined": WARNING}
        color = colors[sign]
        slope = f"∂{self.named[node]}/∂{self.named[x]} = {local!r}"
        weight = min(abs(self.flow(node, i)) / self.strongest, 1.0) if isfinite(local) else 1.0
        look = {
            "label": self.edge_label(node, i),
            "color": color,
            "fontcolor": color,
            "penwidth": f"{0.8 + 2.4 * weight:.2f}",
        }
        look |= {"class": sign, "id": f"{self.id[x]}-{self.id[node]}-{i}"}
        look |= {"tooltip": tooltip(slope), "labeltooltip": tooltip(slope)}
        return look | ({"style": "dashed"} if sign == "zero" else {})

    def shown(self, node: Value, i: int) -> float:
        """The number whose sign an edge has the colour of."""
        return node.local_derivatives[i]

    def edge_label(self, node: Value, i: int) -> str:
        """What an edge says: the local derivative."""
        local = node.local_derivatives[i]
        return number(local) if isfinite(local) else f"⚠ {local}"


def import_graphviz() -> Any:
    """The graphviz package, which only drawing needs."""
    try:
        import graphviz
    except ImportError:
        remedy = "pip install 'micrograd_nn[render]', or '.[render]' in a checkout"
        raise ImportError(f"drawing needs the graphviz package: {remedy}") from None
    return graphviz
