"""Optimizers: the rules that turn gradients into new parameters; schedules for their learning rates; clipping.

The default learning rates are for networks of a few neurons, which stand larger steps than large ones do: with them
MLP(2, [8, 1]) learns XOR within 150 steps, whatever the seed but for very few.

>>> from micrograd_nn import Value, optim
>>> w = Value(3.0)
>>> (w * w).backward()
>>> optim.SGD([w], learning_rate=0.1).step()
>>> round(w.data, 12)
2.4
"""

from .adaptive import Adam, AdamW, RMSProp
from .clipping import clip_by_norm, clip_by_value, gradient_norm
from .descent import SGD, Momentum, Nesterov
from .optimizer import Optimizer
from .schedule import Schedule
from .schedules import Constant, Cosine, ExponentialDecay, LinearDecay, StepDecay, WarmUp

OPTIMIZERS: dict[str, type[Optimizer]] = {
    kind.__name__.lower(): kind for kind in (SGD, Momentum, Nesterov, RMSProp, Adam, AdamW)
}

__all__ = [  # in reading order
    "Optimizer",
    "SGD",
    "Momentum",
    "Nesterov",
    "RMSProp",
    "Adam",
    "AdamW",
    "OPTIMIZERS",
    "Schedule",
    "Constant",
    "StepDecay",
    "ExponentialDecay",
    "LinearDecay",
    "Cosine",
    "WarmUp",
    "gradient_norm",
    "clip_by_norm",
    "clip_by_value",
]
