"""Softmax and cross-entropy: one logit a class, stable for logits of any size.

The logits z are k numbers, one a class. All is built on one node, logsumexp(z) = log(exp(z₁) + … + exp(zₖ)), which is
computed without overflow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import ops
from ..errors import as_float
from ..value import Value, dot, total
from .pairing import as_value, data_of, is_list, mean

TOLERANCE = 1e-9  # by how much the sum of probabilities may miss 1


def softmax(logits: Sequence[Any]) -> list[Value]:
    """The probability of each class: exp(zᵢ) / Σ exp(zⱼ) (Bishop, Pattern Recognition and Machine Learning, eq. 4.104).

    >>> [p.data for p in softmax([0.0, 0.0])]
    [0.5, 0.5]

    Raises: ValueError for an empty list.
    """
    return [log_p.exp() for log_p in log_softmax(logits)]


def log_softmax(logits: Sequence[Any]) -> list[Value]:
    """The logarithm of each probability, exact where the probability itself rounds to 0: zᵢ − logsumexp(z).

    >>> [log_p.data for log_p in log_softmax([Value(1000.0), Value(0.0)])]
    [0.0, -1000.0]

    Raises: ValueError for an empty list.
    """
    zs = checked_logits(logits)
    log_sum = ops.logsumexp(*zs)
    return [z - log_sum for z in zs]


def cross_entropy(logits: Sequence[Any], target: Any) -> Value:
    """The surprise −log p at the target, when the probabilities p of the classes are softmax(logits).

    logsumexp(z) − zᵢ for the target class i, counted from 0; Σ tᵢ (logsumexp(z) − zᵢ) for target probabilities t. For a
    batch, a list of logits and a list of targets for n examples, it is their mean (Bishop, eq. 4.108, a sum there).

    >>> round(cross_entropy([Value(1.0), Value(2.0), Value(3.0)], 0).data, 6)
    2.407606
    >>> cross_entropy([[0.0, 1000.0], [0.0, 1000.0]], [1, 0]).data
    500.0

    Raises: ValueError for a class that does not exist, for target probabilities that are none, and for lists of
    different lengths.
    """
    if not is_list(logits) or not len(logits):
        raise ValueError(f"cross_entropy needs a list of logits, one for each class, not {logits!r}")
    if not is_list(logits[0]):
        return surprise_at(checked_logits(logits), target)
    if not is_list(target) or len(target) != len(logits):
        what = f"{len(target)} targets" if is_list(target) else repr(target)
        raise ValueError(f"there must be a target for each example: got {len(logits)} lists of logits, {what}")
    return mean(surprises(logits, target))


def surprises(logits: Sequence[Any], targets: Sequence[Any]) -> list[Value]:
    """The cross-entropy of each of several examples, or at each position of a sequence.

    Raises: what is wrong with one, naming its place.
    """
    found = []
    for i, (zs, target) in enumerate(zip(logits, targets), start=1):
        try:
            found.append(surprise_at(checked_logits(zs), target))
        except (TypeError, ValueError) as error:
            raise type(error)(f"target {i} of {len(targets)}: {error}") from None
    return found


def surprise_at(zs: list[Value], target: Any) -> Value:
    """The cross-entropy of one example."""
    log_sum: Value = ops.logsumexp(*zs)
    if not is_list(target):
        return log_sum - zs[class_index(target, len(zs))]
    return dot(checked_probabilities(target, len(zs)), [log_sum - z for z in zs])


def checked_logits(logits: Sequence[Any]) -> list[Value]:
    """The logits as Values, at least one."""
    if not is_list(logits) or not len(logits):
        raise ValueError(f"a list of logits is needed, one for each class, not {logits!r}")
    return [as_value(z) for z in logits]


def class_index(target: Any, n_classes: int) -> int:
    """The place of the target's class among the logits."""
    index = data_of(target) if isinstance(target, Value) else as_float(target)
    if not (0 <= index < n_classes and index == int(index)):
        classes = f"a whole number from 0 to {n_classes - 1} for {n_classes} logits"
        raise ValueError(f"a target class must be {classes}, not {index}")
    if isinstance(target, Value):  # which logit is taken is Python's decision: watching() can see it
        _ = target >= index, target <= index
    return int(index)


def checked_probabilities(target: Sequence[Any], n_classes: int) -> list[Any]:
    """The target probabilities: one a class, none negative, of sum 1."""
    if len(target) != n_classes:
        raise ValueError(
            f"there must be a probability for each class: got {n_classes} logits, {len(target)} probabilities"
        )
    for t in target:
        if not 0 <= as_value(t) <= 1 + TOLERANCE:
            raise ValueError(f"a target probability must be from 0 to 1, not {data_of(t)}")
    in_all = total(target)
    if abs(in_all - 1) > TOLERANCE:
        raise ValueError(f"target probabilities must sum to 1, not {in_all.data}")
    return list(target)
