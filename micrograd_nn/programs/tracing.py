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
from .branches import both_ways
from .listing import SUM
from .own import made_by_own, slopes_of_own
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
            found = [p.grad.place if p in reached else ZERO for p in parameters]
            any(assignments(order, before))
            return found

        seed, start = Growing(self.tape, [ONE, ONE]), Nothing(self.tape)
        found: list[int] = backpropagate(output, places, seed, start, self.slopes, list(parameters))
        return found

    def slopes(self, order: list[Value]) -> Iterator[tuple[Number, ...]]:
        """The local derivatives of every node, as its operation's rule has them."""
        numbers, tape = self.numbers, self.tape
        for node in order:
            op: Any = node.op
            xs = [numbers[x] for x in node.inputs]
            if op.own:
                yield slopes_of_own(tape, op, numbers[node], xs)
            else:
                yield both_ways(tape, op.partials, numbers[node], *xs)


class Growing:
    """A gradient to which products are still added: what the chain rule takes for a number."""

    __slots__ = ("factors", "tape")

    def __init__(self, tape: Tape, factors: list[int]) -> None:
        self.tape = tape
        self.factors = factors

    @property
    def place(self) -> int:
        """The place of the sum, as it is now."""
        factors = self.factors
        if len(factors) > 2:
            self.factors = [self.tape.emit(SUM, tuple(factors)), ONE]
        elif factors[1] != ONE:
            self.factors = [factors[1] if factors[0] == ONE else self.tape.emit(SUM, tuple(factors)), ONE]
        return self.factors[0]

    def __mul__(self, local: Number) -> tuple[int, ...]:
        """The two factors of a product, for `+` to add; none if it is 0."""
        return () if local.__class__ is float and local == 0 else (self.place, place_of(self.tape, local))

    def __add__(self, factors: tuple[int, ...]) -> Growing:
        self.factors += factors
        return self


class Nothing:
    """A gradient to which nothing has been added yet."""

    __slots__ = ("tape",)
    place = ZERO

    def __init__(self, tape: Tape) -> None:
        self.tape = tape

    def __mul__(self, local: Number) -> tuple[int, ...]:
        return ()

    def __add__(self, factors: tuple[int, ...]) -> Growing | Nothing:
        return Growing(self.tape, list(factors)) if factors else self
