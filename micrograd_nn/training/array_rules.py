"""An optimizer's rule on arrays: as a program over all parameters at once, or, where it cannot be one, in a loop."""

from __future__ import annotations

from array import array
from itertools import chain, repeat
from math import isclose
from typing import Protocol, TypeAlias

from ..optim.clipping import clip_by_norm
from ..optim.optimizer import Optimizer
from ..optim.state import Column
from ..programs.compiling import backend_for
from ..programs.updates import shared_attributes, traced_update

Numbers: TypeAlias = "array[float]"
NONE: Numbers = array("d")
TOLERANCE = 1e-12


class ArrayRule(Protocol):
    """What updates weights from their gradients; the first weights are the optimizer's, in its order."""

    @property
    def weights(self) -> Numbers:
        """All of them as they are; after a step it may be another array."""
        ...

    def load(self, weights: Numbers) -> None:
        """Take these weights, and the memory that the optimizer has."""

    def store(self) -> None:
        """Give the memory back."""

    def apply(self, gradients: Numbers, norm: float) -> None:
        """Update the weights.

        Raises: ArithmeticError or ValueError where that is not finite; then nothing has changed.
        """


class ProgramRule:
    """A rule as a program whose examples are the parameters: from w, g, and what is remembered of w, to the new ones.

    Raises: TypeError, or what the rule raises, where it cannot be one.
    """

    def __init__(self, optimizer: Optimizer, clip_norm: float | None) -> None:
        self.optimizer, self.clip_norm, self.n = optimizer, clip_norm, len(optimizer.parameters)
        optimizer.prepare()  # so that all its attributes are there
        self.backend, _ = backend_for(traced_update(optimizer, clip_norm is not None), None)
        self.shared = shared_attributes(optimizer)
        self.now = [zeros(self.n) for _ in range(1 + len(optimizer.memory_names))]  # weights, and what is remembered
        self.new = [zeros(self.n) for _ in self.now]  # room for those after the next step
        self.memory: list[Column] = []  # as it was taken or given last

    @property
    def weights(self) -> Numbers:
        """All of them as they are; another array after every step."""
        return self.now[0]

    def load(self, weights: Numbers) -> None:
        """Take these weights, and the memory that the optimizer has, if it is another."""
        self.now[0], self.new[0] = weights, weights[:]  # in both, for some may not be the optimizer's
        if self.optimizer.memory is not self.memory:
            self.memory = self.optimizer.memory
            self.now[1:] = [array("d", column) for column in self.memory]

    def store(self) -> None:
        """Give the memory back."""
        self.memory = self.optimizer.memory = [column[:] for column in self.now[1:]]

    def apply(self, gradients: Numbers, norm: float) -> None:
        """Update the weights, and what is remembered.

        Raises: ArithmeticError or ValueError where that is not finite; then nothing has changed.
        """
        self.run(gradients, norm)
        # all in one line, so that Ctrl-C finds a step done or not
        self.now, self.new, self.optimizer.steps = self.new, self.now, self.optimizer.steps + 1

    def run(self, gradients: Numbers, norm: float) -> None:
        """Compute the new weights, and what is to be remembered."""
        optimizer, (weights, *memory) = self.optimizer, self.now
        optimizer.prepare()
        clip = shortening(norm, self.clip_norm) if self.clip_norm is not None else ()
        shared = array("d", [optimizer.learning_rate, *clip, *self.shared(optimizer)])
        if self.backend.columns(shared, [weights, gradients, *memory], self.n, self.new, NONE):
            raise ArithmeticError("the update is not finite")

    def agrees(self, gradients: Numbers, norm: float) -> bool:
        """Whether the program gives what the rule itself gives; nothing changes."""
        optimizer, eta = self.optimizer, self.optimizer.learning_rate
        try:
            self.run(gradients, norm)
        except (ArithmeticError, ValueError):
            return True  # the step itself will say what is not finite
        divisor, limit = shortening(norm, self.clip_norm)
        starts = [optimizer.decay(eta, w, g / divisor * limit) for w, g in zip(self.weights[: self.n], gradients)]
        rows = map(optimizer.update, repeat(eta), *zip(*starts), *optimizer.memory)
        return all(map(close, chain.from_iterable(zip(*self.new)), chain.from_iterable(rows)))


class LoopRule:
    """A rule as the optimizer itself follows it, on Values."""

    def __init__(self, optimizer: Optimizer, clip_norm: float | None) -> None:
        self.optimizer, self.clip_norm = optimizer, clip_norm
        self.weights = zeros(len(optimizer.parameters))

    def load(self, weights: Numbers) -> None:
        """Take these weights; the optimizer keeps what it remembers."""
        self.weights = weights

    def store(self) -> None:
        """Do nothing."""

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


def array_rule(optimizer: Optimizer, clip_norm: float | None) -> ArrayRule:
    """The optimizer's rule as a program; in a loop where it cannot be one."""
    try:
        return ProgramRule(optimizer, clip_norm)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return LoopRule(optimizer, clip_norm)
