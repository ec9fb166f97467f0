"""The Transformer's block: tokens look at each other, then each thinks for itself; both only add to what there is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from ..collector import collector_paused
from ..initial import Activation, activation_name, generator
from ..module import Module
from ..nn import Layer
from ..notation import counted
from ..settings import named
from .heads import MultiHeadAttention
from .norms import LayerNorm, Norm, RMSNorm
from .shapes import Steps, as_steps
from .vectors import at_every_step, sums

NORMS: dict[str, type[Norm]] = {"rms": RMSNorm, "layer": LayerNorm}


class TransformerBlock(Module):
    """Attention and two layers, each reading a norm of what it adds to.

    h = x + attention(norm₁(x)) and out = h + W₂ · activation(W₁ · norm₂(h)). That is the block of Vaswani et al. 2017
    (arXiv:1706.03762, section 3.1) with the norms before the layers, not after the sums, so that gradients have a way
    through the block that passes no norm (Xiong et al. 2020, arXiv:2002.04745). The hidden layer has four times the
    width unless `hidden_size` says otherwise.

    >>> block = TransformerBlock(4, n_heads=2, seed=1)
    >>> block
    TransformerBlock(4, 2 heads, hidden 16 relu, 200 parameters)
    >>> [vector[0].label for vector in block([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])]
    ['t1.out1', 't2.out1']

    Norms are `"rms"` or `"layer"`, with gains or without (see RMSNorm and LayerNorm); `bias` is that of all layers.

    Raises: ValueError as MultiHeadAttention does, and for an unknown norm or activation.
    """

    def __init__(
        self,
        width: int,
        n_heads: int,
        hidden_size: int | None = None,
        norm: str = "rms",
        activation: Activation = "relu",
        causal: bool = False,
        bias: bool = False,
        gain: bool = True,
        expand: bool = False,
        rng: random.Random | None = None,
        seed: int | None = None,
    ) -> None:
        rng = generator(rng, seed)
        kind = named("norm", norm, NORMS)
        self.attention = MultiHeadAttention(width, n_heads, causal, bias, expand, rng)
        self.norm1, self.norm2 = kind(width, gain=gain, expand=expand), kind(width, gain=gain, expand=expand)
        self.norm, self.gain = norm, gain
        size = 4 * width if hidden_size is None else hidden_size
        self.hidden = Layer(width, size, activation, expand, rng, bias=bias)
        self.output = Layer(size, width, "linear", expand, rng, bias=bias)
        self.label_parameters()

    def __call__(self, xs: Sequence[Any]) -> Steps:
        steps = as_steps(xs, self.attention.width)
        with collector_paused():
            return self.respond(steps)

    def respond(self, xs: Steps) -> Steps:
        """The outputs for vectors that are Values already and of the right width."""
        hs = sums(xs, self.attention.respond(at_every_step(self.norm1, xs)), f"{self.path}h")
        hidden = at_every_step(self.hidden, at_every_step(self.norm2, hs))
        return sums(hs, at_every_step(self.output, hidden), f"{self.path}out")

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such block, but for its numbers."""
        return self.attention.architecture() | {
            "hidden_size": len(self.hidden.neurons),
            "norm": self.norm,
            "activation": activation_name(self.hidden.neurons[0].activation),
            "gain": self.gain,
        }

    def __repr__(self) -> str:
        shape = f"{counted(len(self.attention.heads), 'head')}, hidden {self.hidden.shape()}"
        return f"TransformerBlock({self.attention.width}, {shape}, {len(self.parameters())} parameters)"
