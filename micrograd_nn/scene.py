"""The scene of a picture: which boxes there are, what stands in which, and what each node is called there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence

from . import ops
from .boxes import Box, Use, grids
from .formulas import has_silent_bias
from .frames import Frames
from .graph import topological_order
from .groups import chosen, coarser, homes
from .names import Names, title
from .neighbourhood import left_out, nearest
from .places import SHARED, from_afar, place_of, time_of, timeless, told_apart
from .value import Value


class Scene:
    """A graph as boxes in frames."""

    def __init__(
        self, output: Value, max_nodes: int | None, collapse: str | Sequence[str] | None, images: bool
    ) -> None:
        self.output = output
        self.order = topological_order(output)
        self.named = Names(output)
        self.uses = Counter(x for node in self.order for x in node.inputs)
        self.home = homes(self.order)
        self.alike = Counter(name.rpartition(".")[2] for name in set(map(timeless, self.named.values())))
        others = [node for node in self.named if node is not output] if images else []
        self.boxed: dict[Value, Box] = dict(grids(others, self.home))
        single = [node for node in self.order if node not in self.boxed]
        self.boxed |= chosen(self.home, collapse) if collapse else coarser(single, self.home, max_nodes)
        self.order = without_hidden(self.order, self.boxed)
        self.members: dict[Box, list[Value]] = {}
        for node, box in self.boxed.items():
            self.members.setdefault(box, []).append(node)
        drawn = set(nearest(output, self.box, self.order, max_nodes))
        everything = dict.fromkeys(map(self.box, self.named))  # in reading order: the same bytes in every process
        self.id = {box: f"n{i}" for i, box in enumerate(everything) if box in drawn}
        self.behind = left_out(self.order, self.box, drawn)
        self.add_uses()
        self.frames = Frames(self.home, self.id)

    def box(self, node: Value) -> Box:
        """What stands for a node: itself, or the module or image that it is drawn in."""
        return self.boxed.get(node, node)

    def add_uses(self) -> None:
        """Give every parameter that time steps share a box at each of those that read it."""
        found: dict[Box, str] = {}
        for node in self.named:
            head = self.box(node)
            for x in node.inputs if head in self.id and not isinstance(head, str) else ():
                if isinstance(use := self.tail(node, x), Use) and x in self.id and use not in found:
                    found[use] = f"{self.id[x]}_{len(found) + 1}"
        self.id |= found

    def shares(self, node: Value, x: Value) -> bool:
        """Whether a node of a time step reads a parameter that several time steps share."""
        return bool(time_of(self.home.get(node, ""))) and time_of(self.home.get(x, "")) == SHARED

    def tail(self, node: Value, x: Value) -> Box:
        """The box from which the edge from an input to a node comes; one that is not drawn where the edge is not.

        What time steps share is joined to the boxes of whole ones only; others say how much of it they read.
        """
        head, box = self.box(node), self.box(x)
        if self.shares(node, x) and not (isinstance(box, str) and head == self.time(head)):
            return Use(x, f"{self.time(head)}.{timeless(self.home[x])}")
        return box

    def ends(self, node: Value, x: Value) -> tuple[Box, Box] | None:
        """The boxes that the edge from an input to a node joins; None where none is drawn."""
        tail, head = self.tail(node, x), self.box(node)
        inside = tail == head or (x.op is ops.constant and head is not node)
        return None if inside or tail not in self.id or head not in self.id else (tail, head)

    def joined(self) -> Iterator[tuple[Box, Box]]:
        """The boxes that edges join, once for each edge."""
        for node in self.named:
            yield from filter(None, [self.ends(node, x) for x in node.inputs])

    def time(self, box: Box) -> str:
        """The time step that a box belongs to."""
        if isinstance(box, Value):
            return time_of(self.home.get(box, ""))
        return time_of(box if isinstance(box, str) else box.path)

    def role(self, node: Value) -> str:
        """input, parameter, constant, computed or output."""
        if node is self.output:
            return "output"
        if node.inputs:
            return "computed"
        return "input" if node.op is None else node.op.name

    def title(self, node: Value) -> str:
        """`z = w1·x1 + b`: what belongs to a module goes by the last part of its label."""
        return title(node, self.beside(node) | {node: self.name(node)})

    def name(self, node: Value) -> str:
        """What a node is called inside its frame."""
        frame = self.frames.path(node)
        short = timeless(self.named[node]).removeprefix(f"{timeless(frame)}.") if frame else ""
        return short or self.named[node]

    def beside(self, node: Value) -> dict[Value, str]:
        """What a node's inputs are called in its title; what another time step computed goes with that."""
        short = {x: self.named[x] for x in node.inputs}
        modules = [x for x in short if x in self.home and x.op is not ops.constant]
        now = time_of(self.home.get(node, ""))
        names = [timeless(short[x]) or short[x] for x in modules]
        here = timeless(self.home.get(node, ""))
        for x, name, tail in zip(modules, names, told_apart(names)):
            time = time_of(short[x])
            tail = from_afar(name, here) if self.alike[tail] > 1 and not place_of(tail) else tail
            short[x] = (tail and (f"{time}.{tail}" if time not in ("", now) else tail)) or short[x]
        return short


def without_hidden(order: list[Value], boxed: Container[Value]) -> list[Value]:
    """The nodes of a topological order but for the constants that are read in boxes only, or for lack of a bias."""
    shown = {order[0]}
    for node in order:
        if node not in boxed:
            shown.update(node.inputs[:-1] if has_silent_bias(node) else node.inputs)
    return [node for node in order if node.op is not ops.constant or node.label or node in shown or node in boxed]
