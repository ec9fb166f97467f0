"""Losses: how far outputs are from their targets, as one Value to call `backward` on; and penalties on parameters.

Outputs and targets are a number each, a list each (the outputs for one example, or one-output examples) or a list of
lists (a batch). Losses are means over all n of them: 1/n Σ. Targets are numbers or Values.

>>> from micrograd_nn import Value, losses
>>> losses.mean_squared_error([Value(1.0), Value(4.0)], [2.0, 2.0]).data
2.5
"""

from .by_name import LOSSES, LossFunction, loss_function
from .distances import huber, mean_absolute_error, mean_squared_error
from .many_classes import cross_entropy, log_softmax, softmax
from .penalties import l1_penalty, l2_penalty
from .two_classes import binary_cross_entropy, binary_cross_entropy_with_logits, hinge

__all__ = [  # in reading order
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
    "hinge",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "softmax",
    "log_softmax",
    "l1_penalty",
    "l2_penalty",
    "LossFunction",
    "LOSSES",
    "loss_function",
]
