"""Tasks: what contestants train, as plain numbers, so that all of them start from the same and see the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from micrograd_nn import data

Example = tuple[list[float], Any]  # a row of inputs, and its target


def moons(n: int) -> list[Example]:
    """Two half-circles; the targets of a hinge are -1 and 1."""
    return [(x, 2 * y - 1) for x, y in data.moons(max(n, 2), noise=0.1, seed=7)[:n]]


def clouds(n: int) -> list[Example]:
    """Three clouds of points, by number."""
    return data.blobs(n, 3, seed=7)


def noise(n: int, width: int = 2) -> list[Example]:
    """Inputs and targets of one width, at random."""
    rng = random.Random(7)
    return [tuple([rng.gauss(0, 1) for _ in range(width)] for _ in "xy") for _ in range(n)]


@dataclass(frozen=True)
class Task:
    """A network, its batch and its loss; a step is forward, backward, and p ← p − rate · gradient.

    Parameters are numbered as in the engine: neuron by neuron, its weights and then its bias. The losses are means over
    the batch: "hinge", "cross_entropy" of logits, "squares" added up; `penalty` times the sum of all p² is added.
    """

    sizes: tuple[int, ...]
    activation: str
    loss: str
    examples: list[Example]
    penalty: float = 0.0
    rate: float = 0.1

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """How many outputs and inputs each layer has."""
        return list(zip(self.sizes[1:], self.sizes))

    def start(self) -> list[float]:
        """The parameters before the first step."""
        rng = random.Random(1337)
        return [rng.uniform(-1, 1) / n**0.5 for m, n in self.shapes for _ in range(m * (n + 1))]

    def layers(self, numbers: list) -> Iterator[tuple[list[list], list]]:
        """Each layer's weights, a list for each output, and its biases, of all parameters in order."""
        place = 0
        for m, n in self.shapes:
            neurons = [numbers[place + k * (n + 1) : place + (k + 1) * (n + 1)] for k in range(m)]
            yield [neuron[:-1] for neuron in neurons], [neuron[-1] for neuron in neurons]
            place += m * (n + 1)


def moons_task(n: int) -> Task:
    """micrograd's demo: a hinge loss and L2."""
    return Task((2, 16, 16, 1), "relu", "hinge", moons(n), penalty=1e-4)


def classes_task(n: int) -> Task:
    """Three classes."""
    return Task((2, 8, 3), "tanh", "cross_entropy", clouds(n))


def wide_task(width: int) -> Task:
    """A network as wide as its inputs, and 100 examples."""
    return Task((width,) * 3, "tanh", "squares", noise(100, width), rate=0.01)


KINDS: dict[str, tuple[Callable[[int], Task], int]] = {  # and the size where none is asked for
    "moons": (moons_task, 100),
    "classes": (classes_task, 100),
    "wide": (wide_task, 64),
}


def task(work: str) -> Task:
    """The task of a kind, and of a size if one stands behind it: `moons`, `moons 1000`, `wide 64`."""
    kind, _, size = work.partition(" ")
    make, usual = KINDS[kind]
    return make(int(size or usual))
