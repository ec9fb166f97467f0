"""What to say when a program met numbers that it has no answer for: which row, which line, and why."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

from .. import ops
from ..errors import undefined
from ..op import TABLE, Op
from ..value import Value
from .evaluate import function
from .guarded import check_guards
from .listing import SUM, Listing, Operation, Places


def raise_failure(
    listing: Listing,
    parameters: Sequence[float],
    rows: Sequence[float],
    outputs: Sequence[float],
    gradients: Sequence[float],
) -> None:
    """Raise what names the first row that fails, and where; or come back, if after all nothing is wrong."""
    n = listing.n_inputs
    n_rows = len(rows) // n if n else 1
    for i in range(n_rows):
        try:
            check(listing, [*parameters, *rows[i * n : i * n + n], *listing.constants])
        except (ArithmeticError, ValueError) as error:
            if n_rows == 1:
                raise
            raise type(error)(f"row {i + 1}: {error}") from None
    if not all(map(isfinite, (*outputs, *gradients))):
        raise OverflowError("the mean of the gradients overflows: they are too large")


def check(listing: Listing, numbers: list[float]) -> None:
    """Compute line by line what comes after these numbers, and raise where the engine would have raised."""
    for place, operation, operands in listing.lines():
        numbers.append(result(listing, place, operation, operands, numbers))
    check_guards(listing, numbers)
    if not all(isfinite(numbers[place]) for place in (*listing.outputs, *listing.gradients)):
        raise_not_finite(listing, numbers)


def raise_not_finite(listing: Listing, numbers: Sequence[float]) -> None:
    """Raise what names the first parameter, output or gradient that is not finite, as one of the last two is."""
    for kind, places in (("parameter", range(listing.n_parameters)), ("output", listing.outputs)):
        for k, place in enumerate(places, start=1):
            if not isfinite(numbers[place]):
                name = listing.names.get(place) or f"{kind} {k}"
                raise ValueError(f"{name} is {numbers[place]}, and a program gives finite numbers only")
    for k, place in enumerate(listing.gradients):
        if not isfinite(numbers[place]):
            name = listing.names.get(k % listing.n_parameters) or f"parameter {k % listing.n_parameters + 1}"
            raise ValueError(f"the gradient of {name} is not finite: {numbers[place]}")


def result(listing: Listing, place: int, operation: Operation, operands: Places, numbers: Sequence[float]) -> float:
    """What fills a place; nan, where only some choice may need it and it is undefined."""
    xs = [numbers[i] for i in operands]
    try:
        out = function(operation)(*xs)
    except (ArithmeticError, ValueError) as error:
        if place in listing.maybe:
            return nan
        raise complaint(listing, operation, operands, xs, error) from None
    if not isfinite(out) and all(map(isfinite, xs)) and place not in listing.maybe:
        raise complaint(listing, operation, operands, xs, OverflowError() if out == out else ValueError())
    return out


def complaint(
    listing: Listing, operation: Operation, operands: Places, xs: Sequence[float], error: Exception
) -> Exception:
    """The engine's error for an operation that is undefined."""
    op = operation_of(operation, operands)
    return undefined(op, tuple([Value(x, label=listing.names.get(i, "")) for i, x in zip(operands, xs)]), error)


def operation_of(operation: Operation, operands: Places) -> Op:
    """The row of the table that an operation comes from."""
    if operation == SUM:
        return ops.multiply if len(operands) == 2 else ops.add
    return TABLE[operation] if isinstance(operation, str) else operation
