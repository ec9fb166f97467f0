"""Multi-head attention: several heads that look at the same sequence, each in its own way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from ..collector import collector_paused
from ..initial import generator
from ..module import Module
from ..nn import Layer
from ..notation import counted
from ..settings import check_sizes
from .attention import Sight, attend, sight
from .shapes import Steps, as_steps
from .vectors import at_every_step


class Head(Module):
    """Attention whose queries, keys and values are made of the same vectors, each by a layer without activation."""

    def __init__(self, width: int, size: int, bias: bool, expand: bool, rng: random.Random) -> None:
        self.query, self.key, self.value = (Layer(width, size, "linear", expand, rng, bias=bias) for _ in range(3))
        self.expand = expand

    def respond(self, xs: Steps, seen: Sight) -> Steps:
        """What every token takes from those that it may look at."""
        qs, ks, vs = (at_every_step(layer, xs) for layer in (self.query, self.key, self.value))
        return attend(qs, ks, vs, seen, self.path, self.expand)


class MultiHeadAttention(Module):
    """Self-attention: in every head tokens look at each other; an output layer reads what all heads took.

    out_t = W · [head₁_t, …, headₙ_t]; each head has vectors of width / n_heads numbers (Vaswani et al. 2017,
    arXiv:1706.03762, section 3.2.2).

    >>> attention = MultiHeadAttention(4, n_heads=2, causal=True, seed=1)
    >>> attention
    MultiHeadAttention(4, 2 heads causal, 64 parameters)
    >>> out = attention([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
    >>> len(out), out[1][3].label
    (2, 't2.output.neuron4.z')

    When `causal`, no token looks at a later one. `attention_weights(out)` are the weights of every head.

    Raises: ValueError for a size below 1, a number of heads that does not divide the width; called, what is wrong with
    a sequence.
    """

    def __init__(
        self,
        width: int,
        n_heads: int,
        causal: bool = False,
        bias: bool = False,
        expand: bool = False,
        rng: random.Random | None = None,
        seed: int | None = None,
    ) -> None:
        check_heads(width, n_heads)
        rng = generator(rng, seed)
        self.width, self.causal, self.bias, self.expand = width, causal, bias, expand
        self.heads = [Head(width, width // n_heads, bias, expand, rng) for _ in range(n_heads)]
        self.output = Layer(width, width, "linear", expand, rng, bias=bias)
        self.label_parameters()

    def __call__(self, xs: Sequence[Any]) -> Steps:
        steps = as_steps(xs, self.width)
        with collector_paused():
            return self.respond(steps)

    def respond(self, xs: Steps) -> Steps:
        """The outputs for vectors that are Values already and of the right width."""
        seen = sight(len(xs), len(xs), self.causal)
        taken = zip(*[head.respond(xs, seen) for head in self.heads])
        return at_every_step(self.output, [[v for head in heads for v in head] for heads in taken])

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such module, but for its numbers."""
        return {
            "width": self.width,
            "n_heads": len(self.heads),
            "causal": self.causal,
            "bias": self.bias,
            "expand": self.expand,
        }

    def __repr__(self) -> str:
        looks = " causal" if self.causal else ""
        heads = counted(len(self.heads), "head")
        return f"MultiHeadAttention({self.width}, {heads}{looks}, {len(self.parameters())} parameters)"


def check_heads(width: int, n_heads: int) -> None:
    """Raise unless the heads can share the width out evenly."""
    check_sizes(width=width, n_heads=n_heads)
    if width % n_heads:
        raise ValueError(f"n_heads must divide the width: {width} is no multiple of {n_heads}")
