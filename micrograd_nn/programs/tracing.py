"""Traced: a graph of Values, and the gradients of its outputs, written on a tape.

Forward, each node becomes a line. Backward, the engine's own chain rule runs once more over the same nodes, whose
gradients are now sums of products that grow; the slopes come from the table's own rules, which are fed Symbols.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..backward import assignments, backpropagate
from ..graph import computed_and_leaves
from ..value import Value
from .growing import Growing, Nothing
from .own import made_by_own, slopes_of
from .rewriting import line
from .symbols import Number, Symbol, place_of
from .tape import ONE, ZERO, Tape


class Traced:
    """A tape, and what stands on it for each node.

    >>> x, y = Value(2.0), Value(3.0)
    >>> traced = Traced([x, y])
    >>> traced.place(x * y + x), traced.gradients(x * y, [x, y])
    (3, [1, 0])
    """

    def __init__(self, leaves: Sequence[Value]) -> None:
        self.tape = Tape(n_inputs=len(leaves))
        self.numbers: dict[Value, Number] = {x: Symbol(self.tape, i) for i, x in enumerate(leaves)}

    def place(self, node: Value) -> int:
        """The place of a node's number."""
        return place_of(self.tape, self.number(node))

    def number(self, node: Value) -> Number:
        """A float if none of the leaves changes it, else a Symbol; what it is made of is written first."""
        numbers = self.numbers
        if node in numbers:
            return numbers[node]
        computed, leaves = computed_and_leaves(node)
        for leaf in leaves:
            if leaf not in numbers:
                numbers[leaf] = leaf._data
        for x in reversed(computed):
            if x not in numbers:
                numbers[x] = self.made(x)
        return numbers[node]

    def made(self, node: Value) -> Number:
        """The number of a node whose inputs' numbers are there."""
        op: Any = node.op
        xs = [self.numbers[x] for x in node.inputs]
        if Symbol not in map(type, xs):
            return node._data
        if op.own:
            return made_by_own(self.tape, op, xs)
        constant = self.tape.constant
        places = tuple([x.place if type(x) is Symbol else constant(x) for x in xs])
        return Symbol(self.tape, line(self.tape, op, places))

    def gradients(self, output: Value, parameters: Sequence[Value]) -> list[int]:
        """The places of the output's slopes in the parameters."""
        self.number(output)

        def places(order: list[Value], _: list[Value], before: list[Any]) -> list[int]:
            reached = set(order)
            found = [p.grad.whole().place if p in reached else ZERO for p in parameters]
            any(assignments(order, before))
            return found

        seed, start = Growing(self.tape, [ONE, ONE]), Nothing(self.tape)
        found: list[int] = backpropagate(output, places, seed, start, self.slopes, list(parameters))
        return found

    def slopes(self, order: list[Value]) -> Iterator[tuple[Number, ...]]:
        """The local derivatives of every node, by its operation's rule; to its gradient nothing more is added."""
        numbers = self.numbers
        for node in order:
            op: Any = node.op
            node.grad = node.grad.whole()
            yield slopes_of(self.tape, op, numbers[node], [numbers[x] for x in node.inputs])
