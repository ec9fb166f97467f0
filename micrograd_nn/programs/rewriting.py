"""How operations of the calculus table are written on a tape: those that are sums of products as such, and those of
many inputs as several of one or two; all others stand there by their names."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from .. import ops
from ..op import Op
from .listing import SUM, Places
from .tape import MINUS_ONE, ONE, ZERO, Tape


def add(tape: Tape, x: int, y: int) -> int:
    """x + y as 1·x + 1·y."""
    return tape.emit(SUM, x, ONE, y, ONE)


def subtract(tape: Tape, x: int, y: int) -> int:
    """x − y as 1·x + (−1)·y."""
    return tape.emit(SUM, x, ONE, y, MINUS_ONE)


def multiply(tape: Tape, x: int, y: int) -> int:
    """x·y."""
    return x if y == ONE else y if x == ONE else tape.emit(SUM, x, y)


def negate(tape: Tape, x: int) -> int:
    """−x as (−1)·x."""
    return tape.emit(SUM, MINUS_ONE, x)


def divide(tape: Tape, x: int, y: int) -> int:
    """x/y; x itself where y is 1."""
    return x if y == ONE else tape.emit("/", x, y)


def to_the_power(tape: Tape, x: int, y: int) -> int:
    """x to the power of y; x itself where y is 1."""
    return x if y == ONE else tape.emit("power", x, y)


def total(tape: Tape, *xs: int) -> int:
    """1·x₁ + … + 1·xₙ: from left to right, where the engine rounds only once."""
    return multiply(tape, *xs, ONE) if len(xs) == 1 else tape.emit(SUM, *[i for x in xs for i in (x, ONE)])


def dot(tape: Tape, *wxb: int) -> int:
    """w₁x₁ + … + wₙxₙ + b, from left to right; b itself where nothing is weighed."""
    n, bias = len(wxb) // 2, wxb[-1]
    if not n:
        return bias
    products = chain.from_iterable(zip(wxb, wxb[n:-1]))
    return tape.emit(SUM, *products, *(() if bias == ZERO else (bias, ONE)))


def maximum(tape: Tape, *xs: int) -> int:
    """The largest."""
    return pairwise(tape, "max", xs)


def minimum(tape: Tape, *xs: int) -> int:
    """The smallest."""
    return pairwise(tape, "min", xs)


def pairwise(tape: Tape, operation: str, xs: Places) -> int:
    """The operation on the first two, then on that and the third, and so on."""
    out = xs[0]
    for x in xs[1:]:
        out = tape.emit(operation, out, x)
    return out


def logsumexp(tape: Tape, *xs: int) -> int:
    """m + log(exp(x₁ − m) + … + exp(xₙ − m)) with the largest m, so that nothing overflows."""
    largest = maximum(tape, *xs)
    parts = [tape.emit("exp", subtract(tape, x, largest)) for x in xs]
    return add(tape, largest, tape.emit("log", total(tape, *parts)))


REWRITTEN: dict[Op, Callable[..., int]] = {
    ops.add: add,
    ops.subtract: subtract,
    ops.multiply: multiply,
    ops.divide: divide,
    ops.negate: negate,
    ops.power: to_the_power,
    ops.exponential: to_the_power,
    ops.raise_to: to_the_power,
    ops.total: total,
    ops.dot: dot,
    ops.maximum: maximum,
    ops.minimum: minimum,
    ops.logsumexp: logsumexp,
}


def line(tape: Tape, op: Op, *places: int) -> int:
    """The place of what a row of the table makes of what stands at other places.

    >>> tape = Tape(n_inputs=2)
    >>> line(tape, ops.subtract, 0, 1), line(tape, ops.tanh, 2)
    (2, 3)
    """
    rewritten = REWRITTEN.get(op)
    return rewritten(tape, *places) if rewritten else tape.emit(op.name, *places)
