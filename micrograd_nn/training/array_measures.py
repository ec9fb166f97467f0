"""What a model comes to on some examples, measured by a program: the mean loss, and the accuracy."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from math import fsum
from operator import eq
from typing import Any

from ..programs.backends import Backend
from ..programs.runs import Numbers
from .array_rules import NONE, zeros
from .decisions import Decision, depth, positions
from .epochs import Example
from .example_rows import flat


class Measures:
    """The mean loss of some examples, and how often their outputs say the class that was wanted."""

    def __init__(
        self,
        backend: Backend,
        rows: Sequence[Numbers],
        examples: Sequence[Example],
        output: Any,
        decision: Decision | None,
    ) -> None:
        self.backend, self.n, self.decision = backend, len(rows), decision
        self.rows = array("d", chain.from_iterable(rows))
        self.width = 1 + len(list(flat(output))) if decision else 1  # of the results for an example: loss and outputs
        self.results = zeros(self.n * self.width)
        self.wanted = classes_wanted(examples, output, decision) if decision else []

    def __call__(self, weights: Numbers) -> tuple[float, float | None]:
        """The mean loss, and the accuracy where outputs say classes.

        Raises: ArithmeticError where something is not defined, or not finite.
        """
        if self.backend.lanes(weights, self.rows, self.n, self.results, NONE):
            raise ArithmeticError("a loss or an output is not defined")
        loss = fsum(self.results[:: self.width]) / self.n
        if self.decision is None:
            return loss, None
        return loss, sum(map(eq, self.said(self.decision), self.wanted)) / len(self.wanted)

    def said(self, decision: Decision) -> Iterator[int]:
        """The class that each output says: those of all examples at the first position, then at the next."""
        columns = [self.results[k :: self.width] for k in range(1, self.width)]
        if decision.threshold is not None:
            return map(decision.threshold.__lt__, columns[0])
        n = len(decision.labels)
        return chain.from_iterable(map(largest, zip(*columns[k : k + n])) for k in range(0, len(columns), n))


def largest(outputs: tuple[float, ...]) -> int:
    """The place of the largest output; of equal ones the first."""
    return outputs.index(max(outputs))


def classes_wanted(examples: Sequence[Example], output: Any, decision: Decision) -> list[int]:
    """The class at the first position of every example, then at the next; one output says how many there are."""
    levels = depth(output)
    places = zip(*[positions(target, levels) for _, target in examples])
    return [decision.class_of(target) for place in places for target in place]
