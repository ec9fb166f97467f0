"""Gradients that are not known yet: what the chain rule adds up where a program is written.

`x.grad += upstream * local` is the chain rule. Here `upstream` is a place on a tape, a product is two places, and a
gradient is a list of products that grows until its node is reached.
"""

from __future__ import annotations

from .listing import SUM
from .symbols import Number, Symbol, place_of
from .tape import ONE, ZERO, Tape


class Growing:
    """A gradient to which products are still added: what the chain rule takes for a number."""

    __slots__ = ("factors", "tape")

    def __init__(self, tape: Tape, factors: list[int]) -> None:
        self.tape = tape
        self.factors = factors

    def __add__(self, factors: tuple[int, ...]) -> Growing:
        self.factors += factors
        return self

    def whole(self) -> Upstream:
        """The gradient, now that nothing more is added."""
        factors = self.factors
        if len(factors) == 2 and ONE in factors:
            return Upstream(self.tape, factors[1] if factors[0] == ONE else factors[0])
        return Upstream(self.tape, self.tape.emit(SUM, tuple(factors)))


class Upstream:
    """A gradient that stands on the tape, and is passed on."""

    __slots__ = ("place", "tape")

    def __init__(self, tape: Tape, place: int) -> None:
        self.tape = tape
        self.place = place

    def __mul__(self, local: Number) -> tuple[int, ...]:
        """The two factors of a product, for `+` to add; none if it is 0."""
        if local.__class__ is Symbol:
            return self.place, local.place
        if local.__class__ is float:
            return (self.place, self.tape.constant(local)) if local else ()
        return self.place, place_of(self.tape, local)


class Nothing:
    """A gradient to which nothing has been added yet."""

    __slots__ = ("tape",)
    place = ZERO

    def __init__(self, tape: Tape) -> None:
        self.tape = tape

    def __add__(self, factors: tuple[int, ...]) -> Growing | Nothing:
        return Growing(self.tape, list(factors)) if factors else self

    def whole(self) -> Nothing:
        """Itself: nothing is passed on."""
        return self

    def __mul__(self, local: Number) -> tuple[int, ...]:
        return ()
