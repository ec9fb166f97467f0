"""What a network's outputs say: which class an example is of, by the loss that the network was trained with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .. import losses
from ..losses.pairing import data_of, is_list
from ..ops import sigmoid

DISTANCES = (losses.mean_squared_error, losses.mean_absolute_error, losses.huber)
LOGITS = (losses.binary_cross_entropy_with_logits, losses.cross_entropy)
OF_PROBABILITIES = (losses.binary_cross_entropy, *LOGITS)


def largest(outputs: Sequence[Any]) -> int:
    """The place of the largest of several outputs; of equal ones the first."""
    numbers = [data_of(x) for x in outputs]
    return max(range(len(numbers)), key=numbers.__getitem__)


@dataclass(frozen=True, slots=True)
class Decision:
    """How outputs are read: one output by the side of a threshold it is on, several by which is the largest.

    `labels` are the targets that stand for the classes; classes themselves are counted from 0.

    >>> decision = Decision(labels=(-1.0, 1.0), threshold=0.0)
    >>> decision(0.3), decision(-2.0), decision.class_of(-1)
    (1, 0, 0)
    >>> Decision(labels=(0.0, 1.0, 2.0))([0.1, 2.5, -1.0])
    1
    """

    labels: tuple[float, ...]
    threshold: float | None = None  # None: the largest of several outputs decides

    def __call__(self, output: Any) -> int:
        if self.threshold is not None:
            return int(data_of(output) > self.threshold)
        return largest(output)

    def class_of(self, target: Any) -> int:
        """The class that a target stands for; of several numbers, one for each class, the largest says it."""
        if is_list(target):
            return largest(target)
        if self.threshold is None:
            return int(data_of(target))
        return int(data_of(target) > (self.labels[0] + self.labels[1]) / 2)

    def is_certain(self, target: Any) -> bool:
        """Whether a target is one class and no other: a label or a 1 among 0s, not a probability between."""
        return is_one_hot(target) if is_list(target) else data_of(target) in self.labels

    def is_right(self, output: Any, target: Any) -> bool:
        """Whether the output says the class that was wanted."""
        return self(output) == self.class_of(target)


def decision_of(loss: Any, targets: Iterable[Any], n_outputs: int) -> Decision | None:
    """How outputs are read after training with this loss on these targets; None where they are no classes.

    The losses for classes say it themselves. A distance, such as the mean squared error, is between classes if the
    targets are all 0 or 1, all -1 or 1, or lists of a 1 among 0s; else it is a matter of more or less.
    """
    if loss is losses.cross_entropy:
        return Decision(tuple(map(float, range(n_outputs))))
    if loss in DISTANCES:
        return between_classes(list(targets))
    if n_outputs > 1:
        return None
    if loss is losses.hinge:
        return Decision((-1.0, 1.0), 0.0)
    if loss is losses.binary_cross_entropy:
        return Decision((0.0, 1.0), 0.5)
    return Decision((0.0, 1.0), 0.0) if loss is losses.binary_cross_entropy_with_logits else None


def probabilities(loss: Any, output: Any) -> list[float]:
    """The probability of each class, from an output that the loss makes a probability, or logits; else none.

    >>> probabilities(losses.binary_cross_entropy, 0.75), probabilities(losses.hinge, 0.75)
    ([0.25, 0.75], [])
    """
    if loss not in OF_PROBABILITIES:
        return []
    if loss is losses.cross_entropy:
        return [p.data for p in losses.softmax(output)]
    p = data_of(output)
    p = p if loss is losses.binary_cross_entropy else sigmoid(p)
    return [1 - p, p]


def is_one_hot(target: Sequence[Any]) -> bool:
    """Whether a target is a 1 among 0s.

    >>> is_one_hot([0, 1, 0]), is_one_hot([0.3, 0.7])
    (True, False)
    """
    return sorted(map(data_of, target)) == [0.0] * (len(target) - 1) + [1.0]


def between_classes(targets: list[Any]) -> Decision | None:
    """How outputs that come near their targets are read: the nearer of two labels, or the largest output."""
    if targets and all(map(is_list, targets)):
        return Decision(tuple(map(float, range(len(targets[0]))))) if all(map(is_one_hot, targets)) else None
    if any(map(is_list, targets)):
        return None
    labels = tuple(sorted(set(map(data_of, targets))))
    return Decision(labels, (labels[0] + labels[1]) / 2) if labels in ((0.0, 1.0), (-1.0, 1.0)) else None
