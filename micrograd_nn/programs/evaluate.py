"""evaluate: a listing line by line in plain Python, slowly, with every number kept: back ends are held against it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan

from ..op import TABLE
from .listing import AT_MOST, LESS, SUM, Listing, Operation


def evaluate(listing: Listing, parameters: Sequence[float], inputs: Sequence[float] = ()) -> list[float]:
    """The number in every place.

    >>> listing = Listing(n_parameters=2, n_inputs=0)
    >>> listing.add("sum", (0, 1)), listing.add("exp", (2,))
    (2, 3)
    >>> evaluate(listing, [2.0, 0.0])
    [2.0, 0.0, 0.0, 1.0]

    Raises: ArithmeticError or ValueError where mathematics ends, unless only some choice may need it: there it is nan.
    """
    numbers = [*map(float, parameters), *map(float, inputs), *listing.constants]
    for place, operation, operands in listing.lines():
        try:
            numbers.append(function(operation)(*[numbers[i] for i in operands]))
        except (ArithmeticError, ValueError):
            if place not in listing.maybe:
                raise
            numbers.append(nan)
    return numbers


def function(operation: Operation) -> Callable[..., float]:
    """What an operation computes of floats."""
    return (FUNCTIONS.get(operation) or TABLE[operation].forward) if isinstance(operation, str) else operation.forward


def sum_of_products(*factors: float) -> float:
    """a·b + c·d + … from left to right."""
    out = factors[0] * factors[1]
    for i in range(2, len(factors), 2):
        out += factors[i] * factors[i + 1]
    return out


def if_less(x: float, y: float, a: float, b: float) -> float:
    """a if x < y, else b."""
    return a if x < y else b


def if_at_most(x: float, y: float, a: float, b: float) -> float:
    """a if x ≤ y, else b."""
    return a if x <= y else b


FUNCTIONS: dict[str, Callable[..., float]] = {SUM: sum_of_products, LESS: if_less, AT_MOST: if_at_most}
