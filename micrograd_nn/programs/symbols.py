"""Symbol: a number that is not known yet, and writes down what is done with it.

Whatever computes with Values also computes with Symbols: the rules of the calculus table, and the chain rule. That is
how a graph becomes a program without a second set of derivatives. Numbers that are known stay plain floats.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias

from .. import ops
from ..op import Op
from .listing import AT_MOST, LESS
from .rewriting import line
from .tape import Tape

Number: TypeAlias = Any  # a float where it is known, else a Symbol or a Comparison
NOT_KNOWN = "a number that a program will compute is not known yet: compute with operations of the table"


def unary(op: Op) -> Callable[[Symbol], Symbol]:
    """A line of one input, as a method."""

    def method(self: Symbol) -> Symbol:
        return Symbol(self.tape, line(self.tape, op, self.place))

    return method


def binary(op: Op) -> tuple[Callable[[Symbol, Number], Symbol], Callable[[Symbol, Number], Symbol]]:
    """A line of two inputs, as the two methods that Python asks for."""

    def method(self: Symbol, other: Number) -> Symbol:
        return Symbol(self.tape, line(self.tape, op, self.place, place_of(self.tape, other)))

    def swapped(self: Symbol, other: Number) -> Symbol:
        return Symbol(self.tape, line(self.tape, op, place_of(self.tape, other), self.place))

    return method, swapped


class Symbol:
    """The number at a place of a tape.

    >>> tape = Tape(n_inputs=2)
    >>> x, y = Symbol(tape, 0), Symbol(tape, 1)
    >>> (x * y + 1).place
    3
    >>> list(tape.lines)
    [('sum', 0, 1), ('sum', 2, -1, -1, -1)]
    """

    __slots__ = ("place", "tape")

    def __init__(self, tape: Tape, place: int) -> None:
        self.tape = tape
        self.place = place

    __add__, __radd__ = binary(ops.add)
    __sub__, __rsub__ = binary(ops.subtract)
    __mul__, __rmul__ = binary(ops.multiply)
    __truediv__, __rtruediv__ = binary(ops.divide)
    __pow__, __rpow__ = binary(ops.raise_to)
    __neg__ = unary(ops.negate)
    __abs__ = unary(ops.absolute)

    def __lt__(self, other: Number) -> Comparison:
        return Comparison(self.tape, LESS, self.place, place_of(self.tape, other))

    def __gt__(self, other: Number) -> Comparison:
        return Comparison(self.tape, LESS, place_of(self.tape, other), self.place)

    def __le__(self, other: Number) -> Comparison:
        return Comparison(self.tape, AT_MOST, self.place, place_of(self.tape, other))

    def __ge__(self, other: Number) -> Comparison:
        return Comparison(self.tape, AT_MOST, place_of(self.tape, other), self.place)

    def apply_op(self, op: Op, inputs: tuple[Number, ...]) -> Number:
        """What an operation that is called with a Symbol makes."""
        if op.own:
            return op.forward(*inputs)
        return Symbol(self.tape, line(self.tape, op, *[place_of(self.tape, x) for x in inputs]))

    def __float__(self) -> NoReturn:
        raise TypeError(NOT_KNOWN)

    __bool__ = __int__ = __float__

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(NOT_KNOWN)

    __hash__ = None  # type: ignore[assignment]


def counted(compute: Callable[[Any, Any], Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Arithmetic with a comparison, which counts as 1 or 0, as the two methods that Python asks for."""

    def method(self: Comparison, other: Number) -> Number:
        return compute(self.choose(1.0, 0.0), other)

    def swapped(self: Comparison, other: Number) -> Number:
        return compute(other, self.choose(1.0, 0.0))

    return method, swapped


class Comparison:
    """x < y or x ≤ y of numbers that are not known yet; counted with, it is 1 or 0.

    An `if` can ask for it only inside a rule that is followed both ways.
    """

    __slots__ = ("key", "relation", "tape", "x", "y")

    def __init__(self, tape: Tape, relation: str, x: int, y: int) -> None:
        self.tape, self.relation, self.x, self.y = tape, relation, x, y
        self.key = relation, x, y

    def choose(self, a: Number, b: Number) -> Number:
        """a where it holds, else b."""
        first, second = place_of(self.tape, a), place_of(self.tape, b)
        if first == second:
            return a
        return Symbol(self.tape, self.tape.emit(self.relation, self.x, self.y, first, second))

    def __bool__(self) -> bool:
        answers, opposite = self.tape.answers, (AT_MOST if self.relation == LESS else LESS, self.y, self.x)
        if answers is None:
            raise TypeError(NOT_KNOWN)
        if opposite in answers:
            return not answers[opposite]  # a program computes with numbers only, never with nan
        if self.key not in answers:
            raise Undecided(self)
        return answers[self.key]

    __add__, __radd__ = counted(operator.add)
    __sub__, __rsub__ = counted(operator.sub)
    __mul__, __rmul__ = counted(operator.mul)
    __truediv__, __rtruediv__ = counted(operator.truediv)
    __eq__, __hash__ = Symbol.__eq__, None  # type: ignore[assignment]


class Undecided(BaseException):  # a question, no error, and not meant for an `except` in the rule that asks it
    """A rule asks for the outcome of a comparison, and both are possible."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self.comparison = comparison


def place_of(tape: Tape, number: Number) -> int:
    """The place of a number.

    Raises: TypeError for what is no number.
    """
    if type(number) is Symbol:
        return number.place
    if type(number) is float:
        return tape.constant(number)
    if type(number) is Comparison:
        return place_of(tape, number.choose(1.0, 0.0))
    return tape.constant(ops.constant.forward(number))
