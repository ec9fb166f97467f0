"""Dropout: while a network is trained, neurons are left out at random, so that none can rely on another."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from .initial import generator
from .module import Module
from .settings import below_one
from .value import Value
from .watching import see_drawing


class Dropout(Module):
    """Drops each of its inputs with the probability `rate` while in the mode for training.

    out = x · m / (1 - rate), where m is 0 with the probability `rate`, else 1: what is kept is scaled, so that the
    expected output is the input, and nothing has to change in the mode for use, where out = x
    (Srivastava et al. 2014, "Dropout", JMLR 15, section 10).

    >>> dropout = Dropout(0.5, seed=1)
    >>> [y.data for y in dropout([1.0, 2.0, 3.0])]
    [0.0, 4.0, 6.0]
    >>> [y.data for y in dropout.eval()([1.0, 2.0, 3.0])]
    [1.0, 2.0, 3.0]

    Of nested lists, such as a sequence or an image, each number is dropped or kept by itself.

    Raises: ValueError unless 0 <= rate < 1; called, TypeError for what is no list of numbers, or of lists.
    """

    def __init__(self, rate: float, rng: random.Random | None = None, seed: int | None = None) -> None:
        self.rate = below_one("the rate of dropout", rate)
        self.rng = generator(rng, seed)

    def __call__(self, x: Sequence[Any]) -> list[Any]:
        if isinstance(x, str | dict) or not hasattr(x, "__iter__"):
            raise TypeError(f"expected a list of numbers, or of lists, not {type(x).__name__}")
        parts = list(x)
        if any(hasattr(part, "__len__") for part in parts):
            return [self(part) for part in parts]
        return self.respond([v if isinstance(v, Value) else Value(v) for v in parts])

    def respond(self, x: list[Value]) -> list[Value]:
        """The inputs, some of them dropped: each is multiplied by 0 or by 1 / (1 - rate)."""
        if not self.training or self.rate == 0.0:
            return x
        see_drawing()
        kept = 1.0 / (1.0 - self.rate)
        outputs = [v * (0.0 if self.rng.random() < self.rate else kept) for v in x]
        for v, out in zip(x, outputs):
            module, dot, name = v.label.rpartition(".")
            place = name[len(name.rstrip("0123456789_")) :]
            out.label = f"{module}{dot}dropout{place}"  # so that a picture shows it beside the neuron
        return outputs

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another one, but for its generator."""
        return {"rate": self.rate}

    def __repr__(self) -> str:
        return f"Dropout({self.rate:g})"
