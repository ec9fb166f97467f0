"""The words of the engine's errors, and the check that lets numbers in."""

from __future__ import annotations

from math import isfinite
from numbers import Real
from typing import Any

from .graph import varying
from .op import Op
from .watching import see_reading

NUMBERS = (float, int, Real)  # the first two only because they are found faster than through an abstract class


def as_float(number: Any) -> float:
    """The float that a real number stands for.

    >>> as_float(True), as_float(3)
    (1.0, 3.0)

    Raises: TypeError for anything else, OverflowError for an int beyond the floats.
    """
    if not isinstance(number, NUMBERS):
        hint = "; use its .data for a copy" if hasattr(number, "apply_op") else ""
        raise TypeError(f"data must be a real number, not {type(number).__name__}{hint}")
    return float(number)


def letters(inputs: tuple[Any, ...]) -> list[str]:
    """`x` and `y`, or `x1`, `x2`, … where there are many; with the label of a node that has one."""
    plain = ["x", "y"] if len(inputs) < 3 else [f"x{i}" for i in range(1, len(inputs) + 1)]
    return [letter + identity(x) for letter, x in zip(plain, inputs)]


def identity(node: Any) -> str:
    """` (node 'p', lesson.py:3)`: what is known of a node beside its numbers, to be put behind it."""
    known = [f"node {node.label!r}"] if node.label else []
    known += [str(node.source)] if node.source else []
    return f" ({', '.join(known)})" if known else ""


def operands(inputs: tuple[Any, ...]) -> str:
    """`x = -1.0 (node 'p'), y = 2.0`: the numbers that an operation was given."""
    words = []
    for letter, x in list(zip(letters(inputs), inputs))[:6]:
        name, _, label = letter.partition(" ")
        words.append(f"{name} = {x.data!r} {label}".rstrip())
    return ", ".join(words) + (f", … ({len(inputs)} inputs)" if len(inputs) > 6 else "")


def undefined(op: Op, inputs: tuple[Any, ...], error: Exception) -> Exception:
    """The error to raise where mathematics, or the range of a float, ends; built in, and of the kind of `error`."""
    see_reading(*inputs)  # whoever catches it takes a branch
    what = "overflows" if isinstance(error, OverflowError) else "is undefined"
    kind = next(k for k in (OverflowError, ZeroDivisionError, ArithmeticError, ValueError) if isinstance(error, k))
    why = f": {error}" if op.own and str(error) else ""
    return kind(f"{op.symbol} {what} at {operands(inputs)}{why}")


def raise_infinite_gradient(order: list[Any]) -> None:
    """Raise what says why a gradient came out infinite or nan, unless someone put a nan or an infinity in.

    To blame is the first local derivative that is not finite, where the numbers are and the gradient was.
    """
    needed = set(varying(order))
    grads = {node: getattr(node.grad, "data", node.grad) for node in order}  # Values, if they are to be graphs
    for node in order:
        finite = isfinite(node.data) and all(isfinite(x.data) for x in node.inputs)
        for letter, x, local in zip(letters(node.inputs), node.inputs, node.local_derivatives):
            if finite and x in needed and isfinite(grads[node]) and not isfinite(local) and not isfinite(grads[x]):
                slope = f"{node.op.symbol}{identity(node)} has no finite derivative in {letter}"
                raise ValueError(f"{slope} at {operands(node.inputs)}")
    if all(isfinite(node.data) for node in order):
        node = next(node for node in order if not isfinite(grads[node]))
        name = identity(node).strip(" ()") or (node.op.symbol if node.op else "a leaf")
        raise OverflowError(f"the gradient of {name} overflows: the product of derivatives is too large")


def checked_result(op: Op, inputs: tuple[Any, ...], data: Any, slopes: Any) -> tuple[float, tuple[float, ...]]:
    """The float and the tuple of slopes that an operation must give; those of the table always do.

    Raises: TypeError when an operation of one's own gives something else.
    """
    if not isinstance(data, NUMBERS):
        raise TypeError(f"{op.name} must give a real number, not {type(data).__name__}")
    if not isinstance(slopes, tuple) or len(slopes) != len(inputs):
        expected = f"a tuple of {len(inputs)}, one for each input"
        raise TypeError(f"the partials of {op.name} must be {expected}, not {slopes!r}")
    try:
        return float(data), tuple([float(slope) for slope in slopes])
    except (TypeError, ValueError):
        raise TypeError(f"the partials of {op.name} must be numbers, not {slopes!r}") from None
