"""What the outputs of a network are to be, for a loss and a number of classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .. import data, losses
from ..training.decisions import DISTANCES, OF_PROBABILITIES, Decision, decision_of, probabilities
from ..training.epochs import Example

OF_TWO = (losses.hinge, losses.binary_cross_entropy, losses.binary_cross_entropy_with_logits)


@dataclass(frozen=True)
class Goal:
    """A loss, and the number of classes that are to be told apart; 0 where a number is to be learned.

    >>> Goal(losses.cross_entropy, 3).n_outputs
    3
    """

    loss: losses.LossFunction
    n_classes: int

    def __post_init__(self) -> None:
        name = getattr(self.loss, "__name__", "this loss")
        if self.loss in OF_TWO and self.n_classes != 2:
            raise ValueError(f"{name} tells two classes apart, and here are {self.n_classes or 'none'}")
        if self.loss is losses.cross_entropy and not self.n_classes:
            raise ValueError("cross_entropy tells classes apart, and the target is a number")

    @property
    def n_outputs(self) -> int:
        """How many outputs the network needs: one for a number or for two classes, else one for each class."""
        one = self.n_classes == 0 or (self.n_classes == 2 and self.loss is not losses.cross_entropy)
        return 1 if one else self.n_classes

    @property
    def output_activation(self) -> str:
        """The activation of the last layer: sigmoid where the loss is of probabilities."""
        return "sigmoid" if self.loss is losses.binary_cross_entropy else "linear"

    def examples(self, examples: Sequence[Example]) -> list[Example]:
        """The examples with their targets as the loss needs them, from classes counted from 0."""
        return [(inputs, self.target(target)) for inputs, target in examples]

    def target(self, target: Any) -> Any:
        """A target as the loss needs it: -1 or 1 for hinge, a 1 among 0s for a distance to one of many classes."""
        if self.loss is losses.hinge:
            return 2 * target - 1
        if self.loss in DISTANCES and self.n_outputs > 1:
            return data.one_hot(int(target), self.n_classes)
        return target

    @property
    def decision(self) -> Decision | None:
        """How the outputs are read as classes."""
        return decision_of(self.loss, map(self.target, range(self.n_classes)), self.n_outputs)

    @property
    def has_probabilities(self) -> bool:
        """Whether the loss makes outputs probabilities or logits."""
        return self.loss in OF_PROBABILITIES

    def probabilities(self, output: Any) -> list[float]:
        """The probability of each class, if there are probabilities.

        >>> Goal(losses.binary_cross_entropy, 2).probabilities(0.75)
        [0.25, 0.75]
        """
        return probabilities(self.loss, output)


def usual_loss(n_classes: int) -> losses.LossFunction:
    """The loss that suits so many classes, or a number: squared errors, and cross-entropies from logits.

    >>> usual_loss(0).__name__, usual_loss(2).__name__, usual_loss(3).__name__
    ('mean_squared_error', 'binary_cross_entropy_with_logits', 'cross_entropy')
    """
    if not n_classes:
        return losses.mean_squared_error
    return losses.binary_cross_entropy_with_logits if n_classes == 2 else losses.cross_entropy
