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

    def right(self, output: Any, target: Any) -> list[bool]:
        """Whether the output says the class that was wanted, at every position of a sequence.

        >>> Decision(labels=(0.0, 1.0)).right([[2.0, 1.0], [0.0, 3.0]], [0, 0])
        [True, False]
        """
        levels = depth(output)
        pairs = zip(positions(output, levels), positions(target, levels))
        return [self(said) == self.class_of(wanted) for said, wanted in pairs]


def depth(output: Any) -> int:
    """How many lists deep a list of outputs is: 0 for one output, or one for each class; 1 for a sequence of these.

    >>> depth(0.3), depth([0.1, 0.9]), depth([[0.1, 0.9], [0.8, 0.2]])
    (0, 0, 1)
    """
    return 1 + depth(output[0]) if is_list(output) and len(output) and is_list(output[0]) else 0


def positions(x: Any, levels: int) -> list[Any]:
    """The outputs, or the targets, at every position of a sequence; of so many levels, that is of lists in lists.

    >>> positions([2, 0, 1], levels=1), positions(2, levels=0)
    ([2, 0, 1], [2])
    """
    if levels == 0 or not is_list(x):
        return [x]
    return [part for inner in x for part in positions(inner, levels - 1)]


def decision_of(loss: Any, targets: Iterable[Any], n_outputs: int) -> Decision | None:
    """How outputs are read after training with this loss on these targets; None where they are no classes.

    The losses for classes say it themselves. A distance, such as the mean squared error, is between classes if the
    targets are all 0 or 1, all -1 or 1, or lists of a 1 among 0s; else it is a matter of more or less. Of sequences,
    `targets` are those at every position.
    """
    if loss is losses.cross_entropy:
        return Decision(tuple(map(float, range(n_outputs))))
    if loss in DISTANCES:
        return between_classes(list(targets))
    if n_outputs > 1 or any(map(is_list, targets)):
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
    return len(target) > 1 and sorted(map(data_of, target)) == [0.0] * (len(target) - 1) + [1.0]


def between_classes(targets: list[Any]) -> Decision | None:
    """How outputs that come near their targets are read: the nearer of two labels, or the largest output."""
    if any(map(is_list, targets)):
        one_hot = all(map(is_list, targets)) and len(set(map(len, targets))) == 1 and all(map(is_one_hot, targets))
        return Decision(tuple(map(float, range(len(targets[0]))))) if one_hot else None
    labels = tuple(sorted(set(map(data_of, targets))))
    return Decision(labels, (labels[0] + labels[1]) / 2) if labels in ((0.0, 1.0), (-1.0, 1.0)) else None
