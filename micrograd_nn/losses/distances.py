"""Losses for numbers: how far outputs are from their targets."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..settings import positive
from ..value import Value
from .pairing import average


def mean_squared_error(outputs: Any, targets: Any) -> Value:
    """The mean of squared errors: 1/n Σ (output − target)² (Goodfellow et al., Deep Learning, 2016, section 5.1.4).

    >>> mean_squared_error([Value(1.0), Value(4.0)], [2.0, 2.0]).data
    2.5
    """
    return average(squared_error, outputs, targets)


def squared_error(output: Value, target: Any) -> Value:
    """(output − target)²."""
    return (output - target) ** 2


def mean_absolute_error(outputs: Any, targets: Any) -> Value:
    """The mean size of errors: 1/n Σ |output − target| (Boscovich 1757). Where the two are equal its slope is 0.

    >>> mean_absolute_error([Value(1.0), Value(4.0)], [2.0, 2.0]).data
    1.5
    """
    return average(absolute_error, outputs, targets)


def absolute_error(output: Value, target: Any) -> Value:
    """|output − target|."""
    return abs(output - target)


def huber(outputs: Any, targets: Any, delta: float = 1.0) -> Value:
    """The mean of errors that count as squares when small and by their size when large, so that outliers pull less.

    1/n Σ of ½d² where |d| ≤ δ and δ (|d| − ½δ) beyond, with d = output − target (Huber 1964, Ann. Math. Statist. 35).
    Both are m (|d| − ½m) with the smaller m of |d| and δ: one graph for all examples.

    >>> huber([Value(1.5), Value(5.0)], [2.0, 2.0]).data
    1.3125

    Raises: ValueError when delta is not above 0.
    """
    delta = positive("delta", delta)

    def huber_error(output: Value, target: Any) -> Value:
        size = abs(output - target)
        smaller = ops.minimum(size, delta)
        return smaller * (size - 0.5 * smaller)

    return average(huber_error, outputs, targets)
