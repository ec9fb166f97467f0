"""Traced: a graph of Values, and the gradients of its outputs, written on a tape.

Forward, each node becomes a line. Backward, the engine's own chain rule runs once more over the same nodes, whose
gradients are now sums of products that grow; the slopes come from the table's own rules, which are fed Symbols.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import nan
from typing import Any, TypeAlias

from ..backward import assignments, backpropagate
from ..errors import identity
from ..graph import computed_and_leaves
from ..value import Value
from .growing import Nothing, Upstream, gradient_place
from .listing import Places
from .own import made_by_own, slopes_of
from .patterns import Patterns, slope_places
from .rewriting import line
from .symbols import Comparison, Number, Symbol, place_of
from .tape import ONE, ZERO, Tape

Order: TypeAlias = tuple[list[Value], list[Value]]  # the nodes that were computed, and the leaves


class Together:
    """What stands above several nodes, so that they have one order."""

    def __init__(self, inputs: Sequence[Value]) -> None:
        self.inputs = inputs


class Traced:
    """A tape, and the place on it of each node.

    >>> x, y = Value(2.0), Value(3.0)
    >>> traced = Traced([x, y])
    >>> traced.place(x * y + x), traced.gradients(x * y, [x, y])
    (3, [1, 0])
    """

    def __init__(self, leaves: Sequence[Value]) -> None:
        self.tape = Tape(n_inputs=len(leaves))
        self.places: dict[Value, int | None] = {x: i for i, x in enumerate(leaves)}  # None where no leaf changes it
        self.patterns = Patterns()
        self.output: Value | None = None  # what was written last, and its topological order
        self.order: Order = [], []

    def place(self, node: Value) -> int:
        """The place of a node's number."""
        return place_of(self.tape, self.number(node))

    def number(self, node: Value) -> Number:
        """A float if none of the leaves changes it, else a Symbol; what it is made of is written first."""
        if node not in self.places:
            self.write(node)
        return self.written(node)

    def written(self, node: Value) -> Number:
        """The number of a node that has been written."""
        place = self.places.get(node)
        return node._data if place is None else Symbol(self.tape, place)

    def write(self, output: Value) -> Order:
        """The topological order of all that a node is made of, which is written; found once for both directions."""
        if output is not self.output:
            order = computed_and_leaves(output)
            self.write_lines(reversed(order[0]))
            self.output, self.order = output, order
        return self.order

    def write_all(self, nodes: Iterable[Value]) -> None:
        """Write all that several nodes are made of, in one walk: with one for each, time would grow as the square."""
        missing = [node for node in nodes if node not in self.places]
        if missing:
            self.write_lines(computed_and_leaves(Together(missing[::-1]))[0][:0:-1])

    def write_lines(self, nodes: Iterable[Value]) -> None:
        """Write nodes that come after their inputs, unless they are written already."""
        tape, places = self.tape, self.places
        for node in nodes:
            if node not in places:
                op: Any = node.op
                xs: Any = tuple(map(places.get, node.inputs))
                places[node] = self.partly_known(node, xs) if op.own or None in xs else line(tape, op, *xs)

    def partly_known(self, node: Value, xs: Sequence[int | None]) -> int | None:
        """The place of a node whose operation is one's own, or some of whose inputs are known; None if all are."""
        op: Any = node.op
        if xs.count(None) == len(xs):
            check_unchanged(node)
            return None
        if op.own:
            made = made_by_own(self.tape, node, [self.written(x) for x in node.inputs])
            return place_of(self.tape, made) if isinstance(made, Symbol | Comparison) else None
        constant = self.tape.constant
        places = [constant(x._data) if place is None else place for x, place in zip(node.inputs, xs)]
        return line(self.tape, op, *places)

    def gradients(self, output: Value, parameters: Sequence[Value]) -> list[int]:
        """The places of the output's slopes in the parameters."""

        def places(order: list[Value], _: list[Value], before: list[Any]) -> list[int]:
            reached = set(order)
            found = [gradient_place(self.tape, p.grad) if p in reached else ZERO for p in parameters]
            any(assignments(order, before))
            return found

        seed, order = [ONE, ONE], self.write(output)
        found: list[int] = backpropagate(output, places, seed, Nothing(), self.slopes, list(parameters), order)
        return found

    def slopes(self, order: list[Value]) -> Iterator[Sequence[int]]:
        """The places of every node's local derivatives; to its gradient nothing more is added."""
        upstream = Upstream()
        for node in order:
            if type(node.grad) is list:
                upstream.place = gradient_place(self.tape, node.grad)
                node.grad = upstream
            yield self.local_derivatives(node)

    def local_derivatives(self, node: Value) -> Sequence[int]:
        """The places of a node's local derivatives, from the pattern of its operation where it fits."""
        op: Any = node.op
        pattern = self.patterns[op, len(node.inputs)]
        if pattern and pattern.fixed:
            return pattern.fixed
        given: Any = self.places[node], *map(self.places.get, node.inputs)
        if pattern and pattern.plain:
            return pattern.slopes_at(self.tape, given if None not in given else self.with_known(node, given))
        if pattern and None not in given and len(set(given)) == len(given):
            return pattern.slopes_at(self.tape, given)
        slopes = slopes_of(self.tape, node, self.written(node), [self.written(x) for x in node.inputs])
        return slope_places(self.tape, slopes)

    def with_known(self, node: Value, given: Sequence[int | None]) -> Places:
        """The places of a node and its inputs, numbers that are known included; −0 counts as 0."""
        constant = self.tape.constant
        return tuple([constant(x._data or 0.0) if i is None else i for i, x in zip(given, (node, *node.inputs))])


def check_unchanged(node: Value) -> None:
    """Raise unless a node that no leaf of the program changes still is what its inputs make it."""
    op: Any = node.op
    try:
        data = node._data if op.own else op.forward(*[x._data for x in node.inputs])
    except (ArithmeticError, ValueError):
        data = nan
    if data != node._data and node._data == node._data:
        raise ValueError(f"data has changed since {op.name}{identity(node)} was recorded: compute the output again")
