"""Operations of one's own on a tape: followed line by line if they are arithmetic, else called as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isclose, isfinite
from typing import Any

from ..op import Op
from ..value import Value
from .branches import both_ways
from .evaluate import evaluate
from .finishing import finished
from .symbols import NOT_KNOWN, Number, Symbol, place_of
from .tape import Tape


def made_by_own(tape: Tape, node: Value, xs: Sequence[Number]) -> Number:
    """What the operation of a node makes of numbers.

    >>> double = Op("double", lambda x: x + x, lambda out, x: (2.0,))
    >>> tape = Tape(n_inputs=1)
    >>> made_by_own(tape, double(Value(3.0)), [Symbol(tape, 0)]).place, list(tape.lines)
    (1, [('sum', 0, -1, 0, -1)])
    """
    op: Any = node.op

    def forward(*xs: Number) -> tuple[Number, ...]:
        return (defined(op.forward, *xs),)

    try:
        return followed(tape, forward, xs, [x._data for x in node.inputs], (node._data,))[0]
    except Exception:  # whatever it is that cannot be done without numbers
        return called(tape, op, xs)


def defined(forward: Callable[..., Number], *xs: Number) -> Number:
    """What a function gives.

    Raises: TypeError where it is undefined; when it is called, the error says more than a nan could.
    """
    try:
        out = forward(*xs)
    except (ArithmeticError, ValueError):
        raise TypeError(NOT_KNOWN) from None
    if isinstance(out, float) and not isfinite(out):
        raise TypeError(NOT_KNOWN)
    return out


def slopes_of(tape: Tape, node: Value, out: Number, xs: Sequence[Number]) -> tuple[Number, ...]:
    """The slopes of a node in its inputs, as the rule of its operation has them."""
    op: Any = node.op
    try:
        if not op.own:
            return both_ways(tape, op.partials, out, *xs)
        recorded = [node._data, *[x._data for x in node.inputs]]
        return followed(tape, op.partials, [out, *xs], recorded, node.local_derivatives)
    except Exception:
        slopes = [Op(f"slope {i} of {op.name}", Slope(op, i), op.partials) for i in range(len(xs))]
        return tuple([called(tape, slope, [out, *xs]) for slope in slopes])


def followed(
    tape: Tape, rule: Callable[..., Any], xs: Sequence[Number], numbers: list[float], found: Sequence[float]
) -> tuple[Number, ...]:
    """What a rule of one's own answers, whichever way its comparisons come out.

    Raises: TypeError when the rule needs to know its numbers: also where it does not say so, but answers otherwise
    than it did when it was given these, as after `isinstance(x, float)`.
    """
    alone = Tape(n_inputs=len(xs))
    answers = both_ways(alone, rule, *[Symbol(alone, i) for i in range(len(xs))])
    listing = finished(alone, len(xs), [place_of(alone, answer) for answer in answers])
    known = evaluate(listing, numbers)
    if not all(isclose(known[i], y, rel_tol=1e-9, abs_tol=1e-12) for i, y in zip(listing.outputs, found)):
        raise TypeError(NOT_KNOWN)
    return both_ways(tape, rule, *xs)


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
