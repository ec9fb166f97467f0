"""An optimizer's rule on arrays: as a program over all parameters at once, or, where it cannot be one, in a loop."""

from __future__ import annotations

from array import array
from copy import copy
from itertools import chain, repeat
from math import isclose
from typing import Protocol

from ..optim.clipping import clip_by_norm
from ..optim.optimizer import Optimizer
from ..programs.compiling import backend_for
from ..programs.runs import Numbers
from ..programs.updates import alone, may_change, shared_attributes, traced_update

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

    def fits(self) -> bool:
        """Whether it is still the optimizer's rule."""
        ...

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
        self.traced = alone(optimizer)
        self.backend, _ = backend_for(traced_update(self.traced, clip_norm is not None), None)
        self.shared, self.may_change = shared_attributes(self.traced), may_change(self.traced)
        self.now = [zeros(self.n) for _ in range(1 + len(optimizer.memory_names))]  # weights, and what is remembered
        self.new = [zeros(self.n) for _ in self.now]  # room for those after the next step

    @property
    def weights(self) -> Numbers:
        """All of them as they are; another array after every step."""
        return self.now[0]

    def load(self, weights: Numbers) -> None:
        """Take these weights, and the memory that the optimizer has."""
        self.now, self.new[0] = [array("d", column) for column in (weights, *self.optimizer.memory)], weights

    def store(self) -> None:
        """Give the memory back."""
        self.optimizer.memory = [column[:] for column in self.now[1:]]

    def fits(self) -> bool:
        """Whether it is still the optimizer's rule."""
        known, now = vars(self.traced), vars(self.optimizer)
        return all(known.get(name) is x for name, x in now.items() if name not in self.may_change)

    def apply(self, gradients: Numbers, norm: float) -> None:
        """Update the weights, and what is remembered.

        Raises: ArithmeticError or ValueError where that is not finite; then nothing has changed.
        """
        self.run(self.optimizer, gradients, norm)
        # all in one line, so that Ctrl-C finds a step done or not
        self.now, self.new, self.optimizer.steps = self.new, self.now, self.optimizer.steps + 1

    def run(self, optimizer: Optimizer, gradients: Numbers, norm: float) -> None:
        """Compute the new weights, and what is to be remembered."""
        weights, *memory = self.now
        optimizer.prepare()
        clip = shortening(norm, self.clip_norm) if self.clip_norm is not None else ()
        shared = array("d", [optimizer.learning_rate, *clip, *self.shared(optimizer)])
        if self.backend.columns(shared, [weights, gradients, *memory], self.n, self.new, NONE):
            raise ArithmeticError("the update is not finite")

    def agrees(self, gradients: Numbers, norm: float) -> bool:
        """Whether the program gives what a step of the optimizer gives; nothing changes."""
        loop = LoopRule(copy(self.optimizer), self.clip_norm)
        loop.load(self.weights[:])
        try:
            self.run(copy(self.optimizer), gradients, norm)
            loop.apply(gradients, norm)
        except (ArithmeticError, ValueError):
            return True  # the step itself will say what is not finite
        finally:
            any(map(setattr, self.optimizer.parameters, repeat("_data"), self.weights))
            self.optimizer.zero_grad()
        wanted = [loop.weights, *loop.optimizer.memory]
        return all(map(close, chain.from_iterable(self.new), chain.from_iterable(wanted)))


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

    def fits(self) -> bool:
        """That it is still the optimizer's rule: it is asked at every step."""
        return True

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
