"""The losses by their names, as files and the command line know them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from ..settings import named
from ..value import Value
from .distances import huber, mean_absolute_error, mean_squared_error
from .many_classes import cross_entropy
from .two_classes import binary_cross_entropy, binary_cross_entropy_with_logits, hinge

LossFunction: TypeAlias = Callable[[Any, Any], Value]

LOSSES: dict[str, LossFunction] = {
    loss.__name__: loss
    for loss in (
        *(mean_squared_error, mean_absolute_error, huber),
        *(hinge, binary_cross_entropy, binary_cross_entropy_with_logits, cross_entropy),
    )
}
HINTS = {  # what other libraries and lectures call them
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "bce": "binary_cross_entropy",
    "logloss": "binary_cross_entropy",
    "log_loss": "binary_cross_entropy",
    "ce": "cross_entropy",
    "crossentropy": "cross_entropy",
    "softmax": "cross_entropy",
}


def loss_function(loss: str | LossFunction) -> LossFunction:
    """The function that a loss's name stands for; a function stands for itself.

    >>> loss_function("hinge") is hinge
    True

    Raises: ValueError for an unknown name, TypeError for what is neither.
    """
    return loss if callable(loss) else named("loss", loss, LOSSES, HINTS)
