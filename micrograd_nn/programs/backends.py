"""Back ends: two ways to run a listing, in C and in Python, on arrays of numbers."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from math import isfinite
from typing import Any, Protocol

from ..collector import collector_paused
from .guarded import counting
from .lanes import lanes_code
from .listing import Listing
from .native import Columns, Machine
from .needed import divisors
from .python_function import python_function
from .python_lanes import python_lanes
from .runs import Numbers
from .whole import whole_code

MOST_LANES = 128  # examples in a block


class Backend(Protocol):
    """What runs a listing: on one row of inputs, for which the graph is scheduled as a whole, or on many.

    All write the outputs of each row, and the gradients of their mean, into arrays that are there. The answer is
    whether anything went wrong on the way, so that outputs and gradients may not count.
    """

    name: str

    def whole(self, parameters: Numbers, row: Numbers, outputs: Numbers, gradients: Numbers) -> bool:
        """Run one row."""
        ...

    def lanes(self, parameters: Numbers, rows: Numbers, n_rows: int, outputs: Numbers, gradients: Numbers) -> bool:
        """Run many rows."""
        ...

    def columns(self, parameters: Numbers, columns: Columns, n_rows: int, outputs: Columns, gradients: Numbers) -> bool:
        """Run many rows, where each input and each output has an array of its own, with n_rows numbers or more."""
        ...


class InC:
    """The C interpreter.

    Raises: NoCompiler where there is none.
    """

    name = "C"

    def __init__(self, listing: Listing) -> None:
        self.listing = counting(listing)
        self.machines: dict[int, Machine] = {}

    def __getstate__(self) -> dict[str, Any]:
        """What copies and pickles take along: machines hold addresses, and are made anew."""
        return {"listing": self.listing, "machines": {}}

    def machine(self, lanes: int) -> Machine:
        """What runs so many rows at once, 0 for a whole graph; made once."""
        if lanes not in self.machines:
            with collector_paused():  # on 400,000 nodes less than half the time
                self.machines[lanes] = Machine(lanes_code(self.listing, lanes) if lanes else whole_code(self.listing))
        return self.machines[lanes]

    def whole(self, parameters: Numbers, row: Numbers, outputs: Numbers, gradients: Numbers) -> bool:
        """Run one row."""
        return self.run(self.machine(0).run, parameters, row, 1, outputs, gradients)

    def lanes(self, parameters: Numbers, rows: Numbers, n_rows: int, outputs: Numbers, gradients: Numbers) -> bool:
        """Run many rows, a block at a time."""
        return self.run(self.machine(block(n_rows)).run, parameters, rows, n_rows, outputs, gradients)

    def columns(self, parameters: Numbers, columns: Columns, n_rows: int, outputs: Columns, gradients: Numbers) -> bool:
        """Run many rows, where each input and each output has an array of its own, with n_rows numbers or more."""
        return self.run(self.machine(block(n_rows)).run_columns, parameters, columns, n_rows, outputs, gradients)

    def run(
        self, run: Callable[..., int], parameters: Numbers, rows: Any, n_rows: int, outputs: Any, gradients: Numbers
    ) -> bool:
        """Run a machine; with guards, the last of its gradients is how many were not kept."""
        if not self.listing.guards:
            return run(parameters, rows, n_rows, outputs, gradients) != 0
        room = gradients + array("d", [0.0])
        status = run(parameters, rows, n_rows, outputs, room)
        broken = room.pop()
        gradients[:] = room
        return status != 0 or broken != 0


def block(n_rows: int) -> int:
    """How many examples are in a block, when there are so many."""
    return MOST_LANES if n_rows >= MOST_LANES else -(-n_rows // 8) * 8


class InPython:
    """Generated Python.

    It computes divisors as outputs too: had one overflowed, the quotient would be 0, and nobody would know.
    """

    name = "Python"

    def __init__(self, listing: Listing) -> None:
        self.n_outputs = len(listing.outputs)
        self.listing = replace(listing, outputs=[*listing.outputs, *divisors(listing)])

    def __getstate__(self) -> dict[str, Any]:
        """What copies and pickles take along: functions are written anew."""
        return {"listing": self.listing, "n_outputs": self.n_outputs}

    @cached_property
    def of_one(self) -> Callable[..., Any]:
        """The function of one row."""
        return python_function(self.listing)

    @cached_property
    def of_many(self) -> Callable[..., Any]:
        """The function of many."""
        return python_lanes(self.listing)

    def whole(self, parameters: Numbers, row: Numbers, outputs: Numbers, gradients: Numbers) -> bool:
        """Run one row."""
        return self.run(self.of_one, outputs, gradients, parameters.tolist(), row)

    def lanes(self, parameters: Numbers, rows: Numbers, n_rows: int, outputs: Numbers, gradients: Numbers) -> bool:
        """Run many rows, each cut off the array when its turn comes: as lists of their own they would take longer."""
        each = zip(*[iter(rows)] * self.listing.n_inputs)
        return self.run(self.of_many, outputs, gradients, parameters.tolist(), each, n_rows)

    def columns(self, parameters: Numbers, columns: Columns, n_rows: int, outputs: Columns, gradients: Numbers) -> bool:
        """Run many rows, where each input and each output has an array of its own, with n_rows numbers or more."""
        n, results = len(outputs), array("d")
        each = zip(*[column[:n_rows] for column in columns])
        if self.run(self.of_many, results, gradients, parameters.tolist(), each, n_rows):
            return True
        for k, output in enumerate(outputs):
            output[:n_rows] = results[k::n]
        return False

    def run(self, function: Callable[..., Any], outputs: Numbers, gradients: Numbers, *given: Any) -> bool:
        """Call a function."""
        try:
            found, slopes = function(*given)
        except (ArithmeticError, ValueError):
            return True
        outputs[:], gradients[:] = self.wanted(found), array("d", slopes)
        return not (finite(found) and finite(slopes))

    def wanted(self, found: list[float]) -> Numbers:
        """The outputs that were asked for, of all that each row has."""
        n, each = self.n_outputs, len(self.listing.outputs)
        if n == each:
            return array("d", found)
        outputs = array("d", bytes(8 * n * len(found) // each))
        for k in range(n):
            outputs[k::n] = array("d", found[k::each])
        return outputs


def finite(numbers: Sequence[float]) -> bool:
    """Whether all are finite: they are if their sum is, for which 12,000 take 42 µs; to look at each takes 171.

    >>> finite([1e308, 1e308]), finite([float("inf"), float("-inf")])
    (True, False)
    """
    return isfinite(sum(numbers)) or all(map(isfinite, numbers))
