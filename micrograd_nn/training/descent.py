"""A step of gradient descent on Values: forward, the mean of the losses, backward, and the optimizer's rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from ..losses import LossFunction, l1_penalty, l2_penalty
from ..names import number
from ..optim.clipping import clip_by_norm, gradient_norm
from ..optim.optimizer import Optimizer
from ..value import Value, total
from .decisions import depth, positions
from .epochs import Example, losses_of

Batch: TypeAlias = "Sequence[tuple[int, Example]]"  # examples with their numbers, from 1


def descend(
    model: Any,
    batch: Batch,
    loss: LossFunction,
    optimizer: Optimizer,
    l1: float = 0.0,
    l2: float = 0.0,
    clip_norm: float | None = None,
) -> tuple[float, float, int]:
    """Update the parameters once, along the gradient of the mean loss of some numbered examples.

    The mean loss comes back, the norm of the gradient, and how many targets there were.

    >>> from micrograd_nn import MLP, data, losses, optim
    >>> model = MLP(2, [3, 1], seed=1)
    >>> batch = list(enumerate(data.xor(), start=1))
    >>> before, _, _ = descend(model, batch, losses.mean_squared_error, optim.SGD(model.parameters()))
    >>> after, _, _ = descend(model, batch, losses.mean_squared_error, optim.SGD(model.parameters()))
    >>> after < before
    True

    Raises: ArithmeticError where numbers leave their range, naming the example of the largest loss.
    """
    found, mean = slopes(model, batch, loss, optimizer, l1, l2)
    try:
        norm = gradient_norm(optimizer.parameters)
        if clip_norm is not None:
            clip_by_norm(optimizer.parameters, clip_norm)
        optimizer.step()
    except (ArithmeticError, ValueError) as error:
        raise with_largest(error, batch, found) from error
    return mean, norm, sum(len(positions(output, depth(output))) for output, _ in found)


def slopes(
    model: Any, batch: Batch, loss: LossFunction, optimizer: Optimizer, l1: float, l2: float
) -> tuple[list[tuple[Any, Value]], float]:
    """Give the optimizer's parameters the gradient of the mean loss and the penalties, and no other.

    The outputs and losses of the examples come back, and the mean.
    """
    found = losses_of(model, batch, loss)
    optimizer.zero_grad()
    try:
        mean = total([cost for _, cost in found]) / len(found)
        (mean + penalty(optimizer.parameters, l1, l2)).backward()
    except (ArithmeticError, ValueError) as error:
        raise with_largest(error, batch, found) from error
    return found, mean.data


def with_largest(error: Exception, batch: Batch, found: list[tuple[Any, Value]]) -> ArithmeticError:
    """The error, with the example to look at first."""
    largest, i = max((cost.data, i) for (_, cost), (i, _) in zip(found, batch))
    return ArithmeticError(f"{error} (example {i} has the largest loss, {number(largest)})")


def penalty(weights: Sequence[Value], l1: float, l2: float) -> Value | float:
    """What is added to the loss for the size of the parameters: l1 · Σ|w| + l2 · Σw².

    >>> penalty([Value(3.0), Value(-4.0)], l1=0.0, l2=0.5).data
    12.5
    """
    cost: Value | float = l1 * l1_penalty(weights) if l1 else 0.0
    return cost + l2 * l2_penalty(weights) if l2 else cost
