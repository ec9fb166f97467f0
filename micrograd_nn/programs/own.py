"""Operations of one's own on a tape: followed line by line if they are arithmetic, else called as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..op import Op
from .branches import both_ways
from .symbols import Number, Symbol, place_of
from .tape import Tape


def made_by_own(tape: Tape, op: Op, xs: Sequence[Number]) -> Number:
    """What the operation makes of numbers.

    >>> tape = Tape(n_inputs=1)
    >>> double = Op("double", lambda x: x + x, lambda out, x: (2.0,))
    >>> made_by_own(tape, double, [Symbol(tape, 0)]).place, list(tape.lines)
    (1, [('sum', 0, -1, 0, -1)])
    """

    def forward(*xs: Number) -> tuple[Number, ...]:
        return (op.forward(*xs),)

    try:
        return both_ways(tape, forward, *xs)[0]
    except TypeError:
        return called(tape, op, xs)


def slopes_of(tape: Tape, op: Op, out: Number, xs: Sequence[Number]) -> tuple[Number, ...]:
    """The slopes of an operation in its inputs, as its rule has them."""
    try:
        return both_ways(tape, op.partials, out, *xs)
    except TypeError:
        slopes = [Op(f"slope {i} of {op.name}", Slope(op, i), op.partials) for i in range(len(xs))]
        return tuple([called(tape, slope, [out, *xs]) for slope in slopes])


def called(tape: Tape, op: Op, xs: Sequence[Number]) -> Symbol:
    """A line that calls the operation."""
    return Symbol(tape, tape.emit(op, *[place_of(tape, x) for x in xs]))


@dataclass(frozen=True)
class Slope:
    """The function that gives one slope of an operation."""

    op: Op
    position: int

    def __call__(self, *numbers: float) -> Any:
        return self.op.partials(*numbers)[self.position]
