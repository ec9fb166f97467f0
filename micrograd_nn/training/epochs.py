"""What is known of a model after an epoch, and how it is measured: losses and accuracy on a set of examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeAlias

from ..losses import LossFunction
from ..names import number
from ..no_grad import no_grad
from ..value import Value, total
from .decisions import Decision

Example: TypeAlias = "tuple[Sequence[Any], Any]"  # inputs, and the target for the output
Tried: TypeAlias = tuple[Example, Any, float]  # an example, its output and its loss


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one pass over the examples came to; losses and accuracies are those of the model after it.

    That takes one more forward pass, without gradients, over all of them.

    >>> print(Epoch(12, 0.0123, 1.0, learning_rate=0.05, gradient_norm=0.3, seconds=0.002))
    epoch 12  loss 0.0123  accuracy 100 %
    """

    number: int  # from 1; 0 is the model before training
    loss: float  # mean over the training examples, without penalties
    accuracy: float | None  # share of training targets that come out right, from 0 to 1; None without classes
    validation_loss: float | None = None
    validation_accuracy: float | None = None
    learning_rate: float = 0.0  # of its first step
    gradient_norm: float = 0.0  # mean over its steps, before clipping
    seconds: float = 0.0

    def __str__(self) -> str:
        parts = [f"epoch {self.number}", f"loss {number(self.loss)}"]
        parts += [f"accuracy {percent(self.accuracy)}"] if self.accuracy is not None else []
        parts += [f"validation loss {number(self.validation_loss)}"] if self.validation_loss is not None else []
        parts += [f"accuracy {percent(self.validation_accuracy)}"] if self.validation_accuracy is not None else []
        return "  ".join(parts)


@dataclass(frozen=True, slots=True)
class Update:
    """What one update came to."""

    number: int  # from 1 in every epoch
    loss: float  # mean over the batch, before the update and without penalties
    gradient_norm: float  # before clipping
    n_targets: int  # in the batch: one an example; where outputs are sequences, one a position
    n_examples: int
    seconds: float


def ignore(step: Update) -> None:
    """Do nothing about a step."""


def score(epoch: Epoch) -> float:
    """What training tries to make small: the validation loss, or the loss where there is no validation."""
    return epoch.loss if epoch.validation_loss is None else epoch.validation_loss


def percent(share: float) -> str:
    """A share as a person reads it; only all of them are 100 %.

    >>> percent(1.0), percent(0.9999), percent(2 / 3)
    ('100 %', '99.9 %', '66.7 %')
    """
    return f"{min(round(100 * share, 1), 99.9) if share < 1 else 100:g} %"


@contextmanager
def at_example(i: int, kind_of_example: str = "example") -> Iterator[None]:
    """A context whose errors say at which example they came."""
    try:
        yield
    except (ArithmeticError, ValueError, TypeError) as error:
        kind = next(k for k in (ArithmeticError, TypeError, ValueError) if isinstance(error, k))
        raise kind(f"{kind_of_example} {i}: {error}") from error


def losses_of(
    model: Any, examples: Iterable[tuple[int, Example]], loss: LossFunction, kind_of_example: str = "example"
) -> list[tuple[Any, Value]]:
    """The output and the loss of each numbered example.

    Raises: what the model or the loss raises, TypeError for a loss that is not a Value, and ArithmeticError for one
    that is not finite, naming the example.
    """
    found = []
    for i, (x, target) in examples:
        with at_example(i, kind_of_example):
            output = model(x)
            found.append((output, checked_loss(loss(output, target))))
    return found


def checked_loss(cost: Any) -> Value:
    """The loss of an example: a Value that is finite."""
    if not isinstance(cost, Value):
        raise TypeError(f"its loss must be a Value, not {type(cost).__name__}")
    if not isfinite(cost.data):
        raise ArithmeticError(f"its loss is {cost.data}: is something not finite in it, or in the parameters?")
    return cost


def measured(
    model: Any,
    examples: Sequence[Example],
    loss: LossFunction,
    decision: Decision | None,
    kind_of_example: str = "example",
) -> tuple[float, float | None]:
    """The mean loss of a model on some examples, and its accuracy where outputs say classes; nothing is recorded."""
    return summary(tried(model, examples, loss, kind_of_example), decision)


def tried(model: Any, examples: Sequence[Example], loss: LossFunction, kind_of_example: str = "example") -> list[Tried]:
    """Each example, with what the model in the mode for use gives for it, and the loss of that; nothing is recorded."""
    with no_grad():
        found = losses_of(model.eval(), enumerate(examples, start=1), loss, kind_of_example)
    return [(example, output, cost.data) for example, (output, cost) in zip(examples, found)]


def summary(results: Sequence[Tried], decision: Decision | None) -> tuple[float, float | None]:
    """The mean loss of examples that were tried, and their accuracy where outputs say classes."""
    mean = total([cost for _, _, cost in results]).data / len(results)
    if decision is None:
        return mean, None
    right = [is_so for (_, target), output, _ in results for is_so in decision.right(output, target)]
    return mean, right.count(True) / len(right)
