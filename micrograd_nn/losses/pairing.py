"""Outputs beside their targets, checked for shape: what every loss starts with."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

from ..errors import as_float
from ..value import Value, constant, total


def average(loss: Callable[[Value, Any], Value], outputs: Any, targets: Any) -> Value:
    """The mean of a loss over outputs and targets of the same shape: 1/n Σ loss(output, target)."""
    losses = [loss(output, target) for output, target in pairs(outputs, targets)]
    if not losses:
        raise ValueError(f"a loss needs at least one output and target: got {outputs!r} and {targets!r}")
    return mean(losses)


def mean(losses: list[Value]) -> Value:
    """The mean of at least one loss; one alone is its own."""
    return losses[0] if len(losses) == 1 else total(losses) / len(losses)


def pairs(outputs: Any, targets: Any) -> list[tuple[Value, Any]]:
    """Every output, as a Value, with its target, a Value or a float: from a number each, or lists of the same shape.

    Raises: ValueError for different shapes, and for a target that is infinite or nan.
    """
    if not is_list(outputs) and not is_list(targets):
        return [(as_value(outputs), checked_target(targets))]
    if not (is_list(outputs) and is_list(targets)):
        raise ValueError(f"outputs and targets must have the same shape: got {shape(outputs)} and {shape(targets)}")
    if len(outputs) != len(targets):
        raise ValueError(f"there must be a target for each output: got {len(outputs)} outputs, {len(targets)} targets")
    return [pair for output, target in zip(outputs, targets) for pair in pairs(output, target)]


def is_list(x: Any) -> bool:
    """Whether this holds numbers in order, as a list, a tuple or an array does."""
    return hasattr(x, "__len__") and hasattr(x, "__getitem__") and not isinstance(x, str | dict)


def shape(x: Any) -> str:
    """How to speak of what came: `a list of 3`, `a number`."""
    return f"a list of {len(x)}" if is_list(x) else "a number"


def as_value(x: Any) -> Value:
    """The Value itself, or a constant for a number."""
    return x if isinstance(x, Value) else constant(x)


def checked_target(target: Any) -> Any:
    """The target as a Value or a float, which must be finite."""
    known = target if isinstance(target, Value) else as_float(target)
    if not isfinite(data_of(known)):
        raise ValueError(f"a target must be finite, not {data_of(known)}")
    return known


def data_of(x: Any) -> float:
    """The number that a Value has, or that a number is."""
    return float(x.data if isinstance(x, Value) else x)
