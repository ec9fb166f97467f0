"""Gradient descent, plain and with momentum: one learning rate for all parameters.

Letters: w a parameter, g its gradient, η the learning rate; what a rule remembers is 0 at the start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..settings import below_one
from ..value import Value
from .optimizer import Optimizer
from .state import Row


class SGD(Optimizer):
    """Gradient descent, stochastic when the gradient is of a batch: w ← w − ηg (Robbins and Monro 1951).

    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> SGD([w], learning_rate=0.1).step()
    >>> round(w.data, 12)
    2.4
    """

    def __init__(self, parameters: Iterable[Value], learning_rate: Any = 0.1, weight_decay: float = 0.0) -> None:
        super().__init__(parameters, learning_rate, weight_decay)

    def update(self, eta: float, w: float, g: float) -> Row:
        """The new w."""
        return (w - eta * g,)


class Momentum(Optimizer):
    """Gradient descent that gathers speed: v ← μv + g, w ← w − ηv, with the momentum μ.

    The heavy ball of Polyak 1964 (USSR Comput. Math. Math. Phys. 4 (5)), with η outside the velocity as in PyTorch:
    in Sutskever et al. 2013 it stands inside, which differs only when η changes. On a steady slope v nears g / (1 − μ).

    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> optimizer = Momentum([w], learning_rate=0.1, momentum=0.5)
    >>> optimizer.step(); optimizer.step()
    >>> round(w.data, 12)
    1.5
    """

    memory_names = ("velocity",)

    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: Any = 0.05,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        self.momentum = below_one("momentum", momentum)

    def update(self, eta: float, w: float, g: float, v: float) -> Row:
        """The new w and v."""
        v = self.momentum * v + g
        return w - eta * v, v


class Nesterov(Momentum):
    """Momentum that looks ahead: v ← μv + g, w ← w − η (g + μv).

    The accelerated gradient of Nesterov 1983, written for the gradient where the parameters are (Sutskever et al.
    2013; Bengio et al. 2012, arXiv:1212.0901).

    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> Nesterov([w], learning_rate=0.1, momentum=0.5).step()
    >>> round(w.data, 12)
    2.1
    """

    def update(self, eta: float, w: float, g: float, v: float) -> Row:
        """The new w and v."""
        v = self.momentum * v + g
        return w - eta * (g + self.momentum * v), v
