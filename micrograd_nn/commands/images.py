"""The handwritten digits as a task for a convolutional network."""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from typing import Any

from .. import data
from ..data.handwriting import SIDE, digits
from ..layers import Conv2d, Flatten, MaxPool2d, Sequential
from ..module import Module
from ..nn import Layer
from .goals import Goal
from .tables import HELD_OUT
from .task import Task

DIGITS = tuple("0123456789")
N_KERNELS, KERNEL_SIZE, WINDOW = 4, 3, 2


@dataclass(frozen=True, kw_only=True)
class ImagesTask(Task):
    """Images of one channel, 8 points wide and high, and a convolutional network that suits them."""

    @property
    def classes(self) -> tuple[str, ...]:
        """The ten digits."""
        return DIGITS

    def network(self, goal: Goal, options: argparse.Namespace, rng: random.Random) -> Module:
        """Kernels, the largest of what they see in every 2 x 2 places, and a layer that reads all of that."""
        side = (SIDE - KERNEL_SIZE + 1) // WINDOW
        return Sequential(
            Conv2d(1, N_KERNELS, KERNEL_SIZE, activation="relu", rng=rng),
            MaxPool2d(WINDOW),
            Flatten(),
            Layer(N_KERNELS * side * side, goal.n_outputs, goal.output_activation, rng=rng),
        )

    def summary(self) -> list[str]:
        """What is read and what is learned, line by line."""
        return [f"reads images of {SIDE} x {SIDE} points", f"learns the digit, one of {len(self.classes)} classes"]

    def metadata(self, goal: Goal) -> dict[str, Any]:
        """The names of the classes, and what the outputs mean."""
        return {"images": list(self.classes), "loss": goal.loss.__name__}


def digits_task(options: argparse.Namespace, rng: random.Random) -> Task:
    """The task of the ten handwritten digits, some of which are held out."""
    examples = digits()
    share = HELD_OUT if options.validation is None else options.validation
    training, validation = data.split(examples, share, rng=rng) if share else (examples, [])
    return ImagesTask(
        name=options.data,
        training=training,
        validation=validation,
        epochs=10,
        batch_size=10,
        learning_rate=0.01,
    )
