"""Rules that give every parameter a step size of its own, from the size of its recent gradients: RMSProp and Adam.

Letters: w a parameter, g its gradient, η the learning rate; what a rule remembers is 0 at the start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..settings import below_one, positive
from ..value import Value
from .optimizer import Optimizer
from .state import Row


class RMSProp(Optimizer):
    """Steps divided by the size of recent gradients: s ← ρs + (1 − ρ)g², w ← w − ηg / (√s + ε).

    Hinton, "Neural networks for machine learning", lecture 6e (2012), whose ρ = 0.9 is the default here; PyTorch has
    0.99. ε keeps a parameter without slope from dividing by 0.

    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> RMSProp([w], learning_rate=0.1, decay_rate=0.75).step()
    >>> round(w.data, 6)
    2.8
    """

    memory_names = ("mean_square",)

    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: Any = 0.01,
        decay_rate: float = 0.9,
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        self.decay_rate = below_one("decay_rate", decay_rate)
        self.epsilon = positive("epsilon", epsilon)

    def update(self, eta: float, w: float, g: float, s: float) -> Row:
        """The new w and s."""
        s = self.decay_rate * s + (1 - self.decay_rate) * g * g
        return w - eta * g / (self.sqrt(s) + self.epsilon), s


class Adam(Optimizer):
    """Momentum over RMSProp, both corrected for their start at 0; t counts the updates from 1.

    m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − η m̂ / (√v̂ + ε), with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ):
    Kingma and Ba 2015 (arXiv:1412.6980), algorithm 1. The paper's η is 0.001.

    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> Adam([w], learning_rate=0.1).step()
    >>> round(w.data, 6)
    2.9
    """

    memory_names = ("mean", "mean_square")

    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: Any = 0.05,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        self.beta1, self.beta2 = below_one("beta1", beta1), below_one("beta2", beta2)
        self.epsilon = positive("epsilon", epsilon)

    def prepare(self) -> None:
        """Compute both corrections once a step: for each parameter they take a sixth of it."""
        t = self.steps + 1
        self.of_mean, self.of_square = 1 - self.beta1**t, 1 - self.beta2**t

    def update(self, eta: float, w: float, g: float, m: float, v: float) -> Row:
        """The new w, m and v."""
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g * g
        m_hat, v_hat = m / self.of_mean, v / self.of_square
        return w - eta * m_hat / (self.sqrt(v_hat) + self.epsilon), m, v


class AdamW(Adam):
    """Adam whose weight decay stays out of the gradient: w ← w − ηλw, and then Adam's update.

    Loshchilov and Hutter 2019 (arXiv:1711.05101), algorithm 2; decay scales with η as in PyTorch, whose λ is 0.01 too.

    >>> w = Value(3.0)
    >>> AdamW([w], learning_rate=0.1, weight_decay=0.5).step()
    >>> w.data
    2.85
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: Any = 0.05,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, learning_rate, beta1, beta2, epsilon, weight_decay)

    def decay(self, eta: float, w: float, g: float) -> tuple[float, float]:
        """The w that has decayed, and its gradient as it is."""
        return w - eta * self.weight_decay * w, g
