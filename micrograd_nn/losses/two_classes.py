"""Losses for two classes: -1 and 1 for hinge, 0 and 1, or a probability between, for the binary cross-entropies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import ops
from ..value import Value
from .pairing import average, data_of


def hinge(outputs: Any, targets: Any) -> Value:
    """The mean shortfall from a margin of 1: 1/n Σ max(0, 1 − target · output), for targets -1 or 1.

    The loss of support vector machines (Cortes and Vapnik 1995, Machine Learning 20). Its slope on the margin is 0.

    >>> hinge([Value(0.5), Value(2.0)], [1, -1]).data
    1.75

    Raises: ValueError for another target.
    """
    return average(shortfall, outputs, targets)


def shortfall(output: Value, target: Any) -> Value:
    """max(0, 1 − target · output)."""
    if not 1 <= abs(target) <= 1:
        raise ValueError(f"a target of hinge must be -1 or 1, not {data_of(target)}")
    return (1 - target * output).relu()


def binary_cross_entropy(outputs: Any, targets: Any) -> Value:
    """The mean surprise at targets 0 or 1, or between, when outputs p are the probabilities of 1.

    −1/n Σ [target · log p + (1 − target) · log(1 − p)], where 0 · log 0 is 0 (Bishop, Pattern Recognition and Machine
    Learning, 2006, eq. 4.90, a sum there). From logits, `binary_cross_entropy_with_logits` is exact where p rounds to
    0 or 1.

    >>> round(binary_cross_entropy([Value(0.5), Value(1.0)], [0, 1]).data, 6)
    0.346574

    Raises: ValueError for an output or a target outside 0 to 1, and for an output that rules its target out.
    """
    return average(surprise, outputs, targets)


def surprise(p: Value, target: Any) -> Value:
    """−target · log p − (1 − target) · log(1 − p)."""
    check_possible(p.data, target)
    return weighted(target, p, minus_log, minus_log_of_rest)


def minus_log(p: Value) -> Value:
    """−log p."""
    return -p.log()


def minus_log_of_rest(p: Value) -> Value:
    """−log(1 − p), exact for a small p."""
    rest: Value = -ops.log1p(-p)
    return rest


def binary_cross_entropy_with_logits(outputs: Any, targets: Any) -> Value:
    """The binary cross-entropy of the probabilities sigmoid(z) from the logits z, exact for any z.

    1/n Σ [target · softplus(−z) + (1 − target) · softplus(z)], since −log sigmoid(z) = softplus(−z) (Goodfellow et
    al., Deep Learning, 2016, section 6.2.2.2).

    >>> binary_cross_entropy_with_logits([Value(1000.0), Value(-1000.0)], [0, 1]).data
    1000.0

    Raises: ValueError for a target outside 0 to 1.
    """
    return average(surprise_of_logit, outputs, targets)


def surprise_of_logit(z: Value, target: Any) -> Value:
    """target · softplus(−z) + (1 − target) · softplus(z)."""
    check_share("a target", target)
    return weighted(target, z, softplus_of_minus, Value.softplus)


def softplus_of_minus(z: Value) -> Value:
    """softplus(−z)."""
    return (-z).softplus()


def weighted(target: Any, x: Value, of_one: Callable[[Value], Value], of_zero: Callable[[Value], Value]) -> Value:
    """target · of_one(x) + (1 − target) · of_zero(x); a term whose weight is the number 0 is left out."""
    if target in (0.0, 1.0):  # a Value equals no number
        return of_one(x) if target else of_zero(x)
    return target * of_one(x) + (1 - target) * of_zero(x)


def check_possible(p: float, target: Any) -> None:
    """Raise unless both are numbers from 0 to 1, and the output leaves the target a chance."""
    check_share("a target", target)
    check_share("an output", p)
    if (p <= 0 and target > 0) or (p >= 1 and target < 1):
        raise ValueError(f"log is undefined at 0: output {p} rules out target {data_of(target)}; take the logits")


def check_share(what: str, share: Any) -> None:
    """Raise unless this is from 0 to 1; asked of a Value, so that `watching()` can see it."""
    if not 0 <= share <= 1:
        raise ValueError(f"{what} of binary cross-entropy must be from 0 to 1, not {data_of(share)}")
