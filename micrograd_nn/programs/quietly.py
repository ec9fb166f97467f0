"""quiet: where only a choice may need a number, mathematics that ends gives nan instead of an error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan

from .listing import Operation

ENDS = {  # operations that may be undefined or overflow, and the name of the function that stands for each
    name: {"/": "quotient"}.get(name, name)
    for name in ("/", "power", "exp", "log", "sqrt", "expm1", "log1p", "sin", "cos", "tan", "sinh", "cosh")
}


def quiet(function: Callable[..., float], *operands: float) -> float:
    """What a function gives, or nan where it raises.

    >>> import math
    >>> quiet(math.log, 1.0), quiet(math.log, -1.0)
    (0.0, nan)
    """
    try:
        return function(*operands)
    except (ArithmeticError, ValueError):
        return nan


def quotient(x: float, y: float) -> float:
    """x / y as a function."""
    return x / y


def quiet_call(operation: Operation, name: str, operands: Sequence[str]) -> str:
    """Python text that calls an operation quietly; empty if it never raises.

    >>> quiet_call("exp", "exp", ["z"]), quiet_call("tanh", "tanh", ["z"])
    ('quiet(exp, z)', '')
    """
    name = ENDS.get(operation, "") if isinstance(operation, str) else name
    return name and f"quiet({', '.join([name, *operands])})"
