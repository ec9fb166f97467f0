"""What a diagnosis looks at: the gradients of a graph, and what on the way to a node made one small or large."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from . import ops
from .graph import topological_order, varying
from .letters import slope_formula
from .names import number, title
from .notation import counted
from .places import heading, path_of, timeless, without_place
from .quoting import visible
from .sums import Path, between, largest
from .value import Value
from .walk import Walk

MOST_CAUSES = 3  # a finding names so many places
BLOCKED = 1e-30  # what a slope of 0 counts for in the choice of a path: worse than any that passes something
MOST_GROUPS = 5  # and of each kind so many layers are reported: the text stays on one screen

NEURON = re.compile(r"\.neuron\d+$")  # the end of a path: a neuron goes with its layer


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that looks wrong: what it is, where, and which operations made it so."""

    kind: str
    nodes: tuple[Value, ...]  # the worst first
    message: str
    causes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n    ".join([self.message, *self.causes])


class Evidence:
    """A graph with the gradients that backward finds, gathered once for all that look at it.

    Raises: TypeError for what is not a Value, ValueError when the output was computed from nothing that can change.
    """

    def __init__(self, output: Value) -> None:
        self.output = output
        self.walk = Walk(output)
        self.names = self.walk.names
        moves = set(varying(topological_order(output)))
        self.order = [node for node in self.names if node in moves]  # inputs first
        self.leaves = [node for node in self.order if not node.inputs]
        self.grad = {output: 1.0} | {step.input: step.after for step in self.walk}

    def strongest(self, node: Value) -> Path:
        """The path to a node with the largest product; a constant's has no edges."""
        found = largest(between(node, self.output), 1, 1.0, for_zero=BLOCKED)
        return found[0] if found else Path((node,), (), 1.0, 1.0)

    def losses(self, path: Path, other: Path) -> tuple[str, ...]:
        """Where a path loses most, and another does not pass: `98 % lost at a = tanh(z): 1 - a² = 0.02`.

        Equal inputs of a max share its slope among them: with that nothing is lost.
        """
        shared = set(zip(other.nodes, other.nodes[1:]))
        apart = [i for i, edge in enumerate(zip(path.nodes, path.nodes[1:])) if edge not in shared]
        apart = [i for i in apart if path.nodes[i + 1].op not in (ops.maximum, ops.minimum) or path.locals[i] == 0]
        small = sorted([i for i in apart if abs(path.locals[i]) < 1], key=lambda i: abs(path.locals[i]))
        return tuple([f"{lost(path.locals[i])} at {self.place(path, i)}" for i in small[:MOST_CAUSES]])

    def gains(self, path: Path) -> tuple[str, ...]:
        """Where a path makes the gradient grow most: `× 1000 at y = w * x: x = 1000`."""
        large = sorted([i for i, local in enumerate(path.locals) if abs(local) > 1], key=lambda i: -abs(path.locals[i]))
        return tuple([f"× {number(abs(path.locals[i]))} at {self.place(path, i)}" for i in large[:MOST_CAUSES]])

    def place(self, path: Path, i: int) -> str:
        """An edge of a path: what its node computes, and its slope."""
        node, edge = path.nodes[i + 1], (path.nodes[i], path.locals[i])
        return self.slope(node, list(zip(node.inputs, node.local_derivatives)).index(edge))

    def slope(self, node: Value, position: int) -> str:
        """`a = tanh(z): 1 - a² = 0.02`: what a node computes, and its slope as a formula and a number."""
        formula, local = slope_formula(node, position, self.names), number(node.local_derivatives[position])
        return f"{title(node, self.names)}: {f'{formula} = {local}' if formula not in ('', local) else local}"


def lost(local: float) -> str:
    """How much of a gradient a slope below 1 takes away."""
    percent = 100 * (1 - abs(local))
    return "over 99.9 % lost" if percent > 99.9 and local else f"{percent:.3g} % lost"


def group_of(node: Value) -> str:
    """The layer that a node's label names, at whatever time step; empty where it names none."""
    return NEURON.sub("", timeless(path_of(visible(str(node.label)))))


def unit_of(node: Value) -> Value | str:
    """What a node is one use of: its label, but for time step, row and column; itself where it has none."""
    return without_place(timeless(str(node.label))) or node


def units(nodes: Iterable[Value]) -> list[list[Value]]:
    """Nodes by unit: a neuron that was evaluated on many examples, or at many time steps, is one."""
    found: dict[Value | str, list[Value]] = {}
    for node in nodes:
        found.setdefault(unit_of(node), []).append(node)
    return list(found.values())


def times(few: int, unit: Sequence[Value]) -> str:
    """`in 3 of 10 examples`, or uses where they are told apart by time step or place; nothing for the only one."""
    if len(unit) == 1:
        return ""
    return f" in {few} of {len(unit)} {'examples' if len({node.label for node in unit}) == 1 else 'uses'}"


def by_layer(
    kind: str, nodes: Iterable[Value], rank: Callable[[Value], float], finding: Callable[[str, list[Value]], Finding]
) -> Iterator[Finding]:
    """A finding for each layer, about its nodes in the order of their ranks; one line for all beyond the first few."""
    groups: dict[str, list[Value]] = {}
    for node in sorted(nodes, key=rank):
        groups.setdefault(group_of(node), []).append(node)
    shown, left_out = list(groups)[:MOST_GROUPS], list(groups)[MOST_GROUPS:]
    yield from (finding(layer, groups[layer]) for layer in shown)
    if others := tuple([node for layer in left_out for node in groups[layer]]):
        yield Finding(kind, others, f"{kind}: {len(others)} more in {counted(len(left_out), 'other place')}")


def share(few: int, many: int, things: str, layer: str) -> str:
    """`; 3 of 16 leaves in layer 1`: how many of a layer are like the worst; nothing where it is alone."""
    return f"; {few} of {many} {things}{f' in {heading(layer)}' if layer else ''}" if many > 1 else ""
