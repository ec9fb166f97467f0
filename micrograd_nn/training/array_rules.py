"""An optimizer's rule on arrays: as a program over all parameters at once, or, where it cannot be one, in a loop."""

from __future__ import annotations

from array import array
from itertools import repeat
from math import isclose
from typing import Protocol, TypeAlias

from ..optim.clipping import clip_by_norm
from ..optim.optimizer import Optimizer
from ..optim.state import Column
from ..programs.compiling import backend_for
from ..programs.updates import shared_numbers, traced_update

Numbers: TypeAlias = "array[float]"
NONE: Numbers = array("d")
TOLERANCE = 1e-12


class ArrayRule(Protocol):
    """What updates weights from their gradients; the first weights are the optimizer's, in its order."""

    def load(self) -> None:
        """Take the memory that the optimizer has."""

    def store(self) -> None:
        """Give it back."""

    def apply(self, gradients: Numbers, norm: float) -> None:
        """Update the weights.

        Raises: ArithmeticError or ValueError where that is not finite; then nothing has changed.
        """


class ProgramRule:
    """A rule as a program whose examples are the parameters: a row is w, g, and what is remembered of w.

    Raises: TypeError, or what the rule raises, where it cannot be one.
    """

    def __init__(self, optimizer: Optimizer, weights: Numbers, clip_norm: float | None) -> None:
        self.optimizer, self.weights, self.clip_norm = optimizer, weights, clip_norm
        optimizer.prepare()  # so that all its attributes are there
        self.backend, _ = backend_for(traced_update(optimizer), None)
        self.n, self.width = len(optimizer.parameters), 1 + len(optimizer.memory_names)
        self.rows, self.results = zeros(self.n * (self.width + 1)), zeros(self.n * self.width)
        self.memory: list[Column] = []  # as it was taken or given last

    def load(self) -> None:
        """Take the memory that the optimizer has, if it is another."""
        if self.optimizer.memory is not self.memory:
            self.memory = self.optimizer.memory
            for k, column in enumerate(self.memory, start=2):
                self.rows[k :: self.width + 1] = array("d", column)

    def store(self) -> None:
        """Give it back."""
        self.memory = [self.rows[k :: self.width + 1].tolist() for k in range(2, self.width + 1)]
        self.optimizer.memory = self.memory

    def apply(self, gradients: Numbers, norm: float) -> None:
        """Update the weights, and what is remembered.

        Raises: ArithmeticError or ValueError where that is not finite; then nothing has changed.
        """
        self.run(gradients, norm)
        self.weights[: self.n] = self.results[:: self.width]
        for k in range(1, self.width):
            self.rows[k + 1 :: self.width + 1] = self.results[k :: self.width]
        self.optimizer.steps += 1

    def run(self, gradients: Numbers, norm: float) -> None:
        """Compute the new rows."""
        optimizer, rows = self.optimizer, self.rows
        rows[:: self.width + 1], rows[1 :: self.width + 1] = self.weights[: self.n], gradients
        optimizer.prepare()
        norm, limit = shortening(norm, self.clip_norm)
        shared = array("d", shared_numbers(optimizer, optimizer.learning_rate, norm, limit))
        if self.backend.lanes(shared, rows, self.n, self.results, NONE):
            raise ArithmeticError("the update is not finite")

    def agrees(self, gradients: Numbers, norm: float) -> bool:
        """Whether the program gives what the rule itself gives; nothing changes."""
        optimizer, eta = self.optimizer, self.optimizer.learning_rate
        try:
            self.run(gradients, norm)
        except (ArithmeticError, ValueError):
            return True  # the step itself will say what is not finite
        divisor, limit = shortening(norm, self.clip_norm)
        starts = [optimizer.decay(eta, w, g / divisor * limit) for w, g in zip(self.weights, gradients)]
        rows = map(optimizer.update, repeat(eta), *zip(*starts), *optimizer.memory)
        return all(map(close, self.results, [number for row in rows for number in row]))


class LoopRule:
    """A rule as the optimizer itself follows it, on Values."""

    def __init__(self, optimizer: Optimizer, weights: Numbers, clip_norm: float | None) -> None:
        self.optimizer, self.weights, self.clip_norm = optimizer, weights, clip_norm

    def load(self) -> None:
        """Do nothing: the optimizer keeps what it remembers."""

    store = load

    def apply(self, gradients: Numbers, norm: float) -> None:
        """Update the weights, by way of the Values.

        Raises: ArithmeticError or ValueError where that is not finite; then nothing has changed.
        """
        parameters = self.optimizer.parameters
        any(map(setattr, parameters, repeat("_data"), self.weights))
        any(map(setattr, parameters, repeat("grad"), gradients))
        if self.clip_norm is not None:
            clip_by_norm(parameters, self.clip_norm)
        self.optimizer.step()
        self.weights[: len(parameters)] = array("d", [p.data for p in parameters])


def shortening(norm: float, clip_norm: float | None) -> tuple[float, float]:
    """What gradients are divided by, and then multiplied by."""
    return (norm, clip_norm) if clip_norm is not None and norm > clip_norm else (1.0, 1.0)


def close(x: float, y: float) -> bool:
    """Whether two numbers are the same but for rounding."""
    return isclose(x, y, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def zeros(n: int) -> Numbers:
    """An array of so many numbers."""
    return array("d", bytes(8 * n))


def array_rule(optimizer: Optimizer, weights: Numbers, clip_norm: float | None) -> ArrayRule:
    """The optimizer's rule as a program; in a loop where it cannot be one."""
    try:
        return ProgramRule(optimizer, weights, clip_norm)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return LoopRule(optimizer, weights, clip_norm)
