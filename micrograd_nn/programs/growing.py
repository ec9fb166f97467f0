"""Gradients that are not known yet: what the chain rule adds up where a program is written.

`x.grad += upstream * local` is the chain rule. Here `upstream` and `local` are places on a tape, a product is two
places, and a gradient is a list of products that grows until its node is reached.
"""

from __future__ import annotations

from typing import Any

from .listing import SUM
from .tape import ONE, ZERO, Tape


class Upstream:
    """The gradient that is passed on at the moment: one for all nodes, as each takes its turn.

    >>> upstream = Upstream(7)
    >>> upstream * 3, upstream * ZERO
    ((7, 3), ())
    """

    __slots__ = ("place",)

    def __init__(self, place: int = ZERO) -> None:
        self.place = place

    def __mul__(self, local: int) -> tuple[int, ...]:
        """The two factors of a product, for `+=` to add to a list; none if it is 0."""
        return () if local == ZERO else (self.place, local)


class Nothing:
    """A gradient to which nothing has been added yet."""

    def __add__(self, factors: tuple[int, ...]) -> list[int] | Nothing:
        return list(factors) if factors else self

    def __mul__(self, local: int) -> tuple[int, ...]:
        return ()


def gradient_place(tape: Tape, gradient: Any) -> int:
    """The place of a gradient, now that nothing more is added."""
    if type(gradient) is not list:
        return ZERO
    if len(gradient) == 2 and ONE in gradient:
        return gradient[1] if gradient[0] == ONE else gradient[0]
    return tape.emit(SUM, *gradient)
