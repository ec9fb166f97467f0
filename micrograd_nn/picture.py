"""The DOT of one picture: what boxes and edges say, and how they look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from . import ops
from .boxes import Box, Grid, Use, rows_of, rows_of_kernel
from .graph import NOT_COMPUTED
from .layout import add_rows, add_turns, new_graph
from .looks import FRAME, ROLES, WARNING, ZERO, add_legend, flagged, grid, sign_of, table
from .names import gradient, number
from .notation import counted
from .places import SHARED, heading
from .quoting import html_label, markup, shortened, tooltip
from .scene import Scene
from .turns import turns
from .value import Value

CROWDED = 100  # edges: with more, the slopes of weighted sums are not written, for each is another box's data


class Picture(Scene):
    """What one picture knows while it is made."""

    in_steps = False  # whether pictures of other steps are to have the same places

    def __init__(
        self,
        output: Value,
        max_nodes: int | None,
        separate: bool,
        positive: str,
        negative: str,
        collapse: str | Sequence[str] | None = None,
    ) -> None:
        super().__init__(output, max_nodes, collapse, images=not self.in_steps and max_nodes is not None)
        self.separate, self.positive, self.negative = separate, positive, negative
        drawn = [(node, i) for node in self.order if node in self.id for i in range(len(node.inputs))]
        self.strongest = max(filter(isfinite, [abs(self.flow(*edge)) for edge in drawn]), default=0.0) or 1.0
        self.crowded = len(drawn) > CROWDED and not self.in_steps

    def grad(self, node: Value) -> float:
        """The gradient to show for a node; the NOT_COMPUTED object while it has none."""
        return NOT_COMPUTED if node.grad is None else node.grad

    def flow(self, node: Value, i: int) -> float:
        """How much gradient goes from a node to its input `i`; its local derivative while there is none."""
        reached = self.grad(node) is not NOT_COMPUTED
        return float(self.grad(node) if reached else 1.0) * node.local_derivatives[i]

    def source(self, legend: bool, attributes: dict[str, str]) -> str:
        """The DOT source, the same bytes for the same graph in every process."""
        dot = new_graph(len(self.frames.inside) > 1, attributes)
        self.add_frame(dot, "", "")
        for tail, head, look in self.edges():
            dot.edge(tail, head, **look)
        add_turns(dot, turns({box: self.time(box) for box in self.id}, self.joined()), self.id)
        for box, count in self.behind.items():
            dot.node(f"{self.id[box]}_more", f"+{count} more", **ROLES["more"], **{"class": "more"})
            dot.edge(f"{self.id[box]}_more", self.id[box], style="dashed", color=ZERO)
        if legend:
            add_legend(dot, self.positive, self.negative, self.rarer())
        return str(dot.source)

    def rarer(self) -> Iterator[str]:
        """The roles that only some pictures have, as far as this one does."""
        for role, kind in (("use", Use), ("module", str)):
            if any(isinstance(box, kind) for box in self.id):
                yield role

    # Boxes

    def add_frame(self, dot: Any, path: str, place: str) -> None:
        """Add the boxes of a frame, and the frames that stand in it."""
        for box in self.frames.boxes.get(path, []):
            self.add_box(dot, box)
        if path.startswith(SHARED):
            add_rows(dot, [self.id[box] for box in self.frames.boxes.get(path, [])])
        for i, inner in enumerate(self.frames.inside.get(path, [])):
            with dot.subgraph(name=f"cluster_{place}{i}") as frame:
                frame.attr(label=html_label(heading(inner.removeprefix(f"{path}."))), **FRAME)
                self.add_frame(frame, inner, f"{place}{i}_")

    def add_box(self, dot: Any, box: Box) -> None:
        """Add a box, and the node of its operation where these are drawn apart."""
        dot.node(self.id[box], **self.box_look(box))
        if isinstance(box, Value) and self.separate and box.op is not None and box.inputs:
            look = {"id": f"{self.id[box]}-operation", "class": "operation"}
            dot.node(f"{self.id[box]}_op", html_label(box.op.symbol), **ROLES["operation"], **look)

    def box_look(self, box: Box) -> dict[str, str]:
        """The attributes of a box."""
        if isinstance(box, Value):
            return self.value_look(box)
        return self.use_look(box) if isinstance(box, Use) else self.group_look(box)

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
        words = self.name(node) if self.separate else self.title(node)
        often = f"&#160;used {self.uses[node]} times" if role == "parameter" and self.uses[node] > 1 else ""
        rows = [f"<B>{markup(shortened(words))}</B>{often}", flagged("data", number(node.data))]
        rows.append(flagged("grad", self.gradient(node)))
        return look | {"label": table(rows, self.room(node))}

    def gradient(self, node: Value) -> str:
        """What a box says of its gradient."""
        return gradient(node)

    def room(self, node: Value) -> str:
        """The room to keep for a gradient, if it is to change without moving anything."""
        return ""

    def use_look(self, use: Use) -> dict[str, str]:
        """The attributes of the box that stands for a shared parameter where it is used."""
        name, place = self.named[use.parameter], self.id[use]
        details = f"{name}, which time steps share: its gradient is the sum over all its uses"
        row = f"<B>{markup(self.name(use.parameter))}</B>&#160;{number(use.parameter.data)}"
        return ROLES["use"] | {"label": table([row]), "id": place, "class": "use", "tooltip": tooltip(details)}

    def group_look(self, box: Grid | str) -> dict[str, str]:
        """The attributes of the box that a whole module or image is drawn as."""
        members = self.members[box]
        if isinstance(box, Grid):
            return self.grid_look(box, members)
        parameters = sum(node.op is ops.parameter for node in members)
        title = heading(box.removeprefix(f"{self.frames.path(box)}."))
        read = {x for node in members for x in node.inputs if self.shares(node, x)}
        kinds = ((parameters, "parameter"), (len(read), "shared parameter"))
        counts = [counted(n, kind) for n, kind in kinds if n]
        rows = [f"<B>{markup(title)}</B>", *counts, counted(len(members), "node")]
        return ROLES["module"] | {"label": table(rows), "id": self.id[box], "class": "module"}

    def grid_look(self, box: Grid, members: list[Value]) -> dict[str, str]:
        """The attributes of the box of an image, of a map of what a kernel answers to one, or of a kernel."""
        first = members[0]
        if not box.name:
            look = ROLES["parameter"] | {"class": "kernel", "label": self.kernel(members)}
        elif first.inputs:
            words = f"<B>{markup(shortened(self.title(first)))}</B>&#160;and so on"
            look = ROLES["computed"] | {"class": "map", "label": grid(words, rows_of(members), self.gradient)}
        else:
            look = ROLES["image"] | {"class": "image", "label": grid(f"<B>{markup(box.name)}</B>", rows_of(members))}
        return look | {"id": self.id[box]}

    def kernel(self, parameters: list[Value]) -> str:
        """What a kernel's box says: its weights where they lie on the image, how often they are used, and its bias."""
        rows = rows_of_kernel(parameters, [node for node in self.order if parameters[0] in node.inputs])
        weights = [weight for row in rows for weight in row]
        names = shortened(" … ".join(dict.fromkeys([self.name(weights[0]), self.name(weights[-1])])))
        others = [
            f"<B>{markup(self.name(x))}</B>&#160;{number(x.data)}, grad {self.gradient(x)}"
            for x in parameters
            if x not in set(weights)
        ]
        title = f"<B>{markup(names)}</B>&#160;used {self.uses[weights[0]]} times each"
        return grid(title, rows, self.gradient, ", ".join(others))

    # Edges

    def edges(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Every edge once for each use; uses between the same two boxes that are not nodes are one edge."""
        merged: Counter[tuple[str, str]] = Counter()
        for node in self.named:
            for i, x in enumerate(node.inputs):
                tail, head = self.ends(node, x) or (None, None)
                if tail is None or head is None:
                    continue
                if head is node and (tail is x or isinstance(tail, Use)):
                    yield self.id[tail], f"{self.id[head]}_op" if self.separate else self.id[head], self.look(node, i)
                else:
                    merged[self.id[tail], self.id[head]] += 1
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
        look = {} if self.crowded and node.op is ops.dot else {"label": self.edge_label(node, i)}
        look |= {"color": color, "fontcolor": color, "penwidth": f"{0.8 + 2.4 * weight:.2f}"}
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
