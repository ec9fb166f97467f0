"""Program: a graph that was recorded once, as straight-line code that runs again and again on other numbers."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..contexts import in_use
from ..files import write_file
from ..value import Value
from ..watching import see_reading
from .backends import Backend
from .dialects import jax_source, python_source, python_text, torch_source
from .failures import raise_failure
from .listing import Listing
from .rows import Batch, check_array, counted
from .runs import Numbers

NONE = array("d")
SOURCES = {"Python": python_source, "PyTorch": torch_source, "JAX": jax_source}


class Program:
    """A graph's outputs and their gradients, for any numbers in the leaves that are its inputs; `compile` makes it.

    >>> from micrograd_nn import Value, compile
    >>> w, x = Value(3.0, label="w"), Value(0.0, label="x")
    >>> program = compile((w * x).tanh(), parameters=[w], inputs=[x])
    >>> program([0.0])
    (0.0, [0.0])

    Parameters are what the Values hold at the time. Threads that run one program at once take turns. `backend` says
    what runs it, "C" or "Python", and `why` why it is not C; `print` shows its lines.

    Raises, when it is called: TypeError or ValueError for inputs that it cannot take, naming the row; ValueError or
    ArithmeticError where mathematics ends; OtherBranchError, a ValueError, where the code that was recorded would have
    taken another branch. Where a sum overflows on the way, only C raises: Python goes on with infinity.
    """

    def __init__(
        self, listing: Listing, parameters: Sequence[Value], several: bool, backend: Backend, why: str
    ) -> None:
        self.listing = listing
        self.parameters = list(parameters)
        self.several = several  # a list of outputs, not one
        self.runner = backend
        self.why = why  # it does not run in C; empty if it does
        places = range(listing.n_parameters, listing.first_constant)
        self.input_names = [listing.names.get(place) or f"input {i}" for i, place in enumerate(places, start=1)]

    @property
    def backend(self) -> str:
        """What runs it: "C" or "Python"."""
        return self.runner.name

    def __call__(self, inputs: Sequence[Any] = ()) -> tuple[Any, Any]:
        """The output and its gradient for one row of inputs; for a list of outputs, lists of both."""
        row = self.row(inputs)
        outputs, gradients = self.room(1)
        if self.runner.whole(parameters := self.numbers(), row, outputs, gradients):
            raise_failure(self.listing, parameters, row, outputs, gradients)
        return self.shaped(outputs.tolist())[0], self.shaped_gradients(gradients.tolist())

    def lanes(self, rows: Batch | Iterable[Sequence[Any]]) -> tuple[list[Any], Any]:
        """The outputs for each of many rows of inputs, and the gradient of their mean.

        In C, exp is here right within 1.1 units in the last place, and tanh within 3.
        """
        batch = rows if isinstance(rows, Batch) else self.batch(rows)
        outputs, gradients = self.room(len(batch))
        self.run(batch, self.numbers(), outputs, gradients)
        return self.shaped(outputs.tolist()), self.shaped_gradients(gradients.tolist())

    def run(self, batch: Batch | None, parameters: Numbers, outputs: Numbers, gradients: Numbers) -> None:
        """What `lanes` does, on arrays of doubles that are there already; None for a program without inputs.

        >>> from micrograd_nn import Value, compile
        >>> w = Value(3.0)
        >>> program = compile(w * w, [w])
        >>> parameters, (outputs, gradients) = program.numbers(), program.room(n_rows=1)
        >>> program.run(None, parameters, outputs, gradients)
        >>> outputs, gradients
        (array('d', [9.0]), array('d', [6.0]))

        Raises, beside that: TypeError and ValueError for arrays of another kind or length.
        """
        n_inputs, n_rows, rows = (batch.n_inputs, len(batch), batch.numbers) if batch else (0, 1, NONE)
        if n_inputs != len(self.input_names):
            raise ValueError(f"the rows have {n_inputs} numbers, but this program takes {counted(self.input_names)}")
        check_array("parameters", parameters, len(self.parameters))
        check_array("outputs", outputs, n_rows * len(self.listing.outputs))
        check_array("gradients", gradients, len(self.listing.gradients))
        if batch:
            failed = self.runner.lanes(parameters, rows, n_rows, outputs, gradients)
        else:
            failed = self.runner.whole(parameters, rows, outputs, gradients)
        if failed:
            raise_failure(self.listing, parameters, rows, outputs, gradients)

    def batch(self, rows: Iterable[Sequence[Any]]) -> Batch:
        """Rows of inputs, checked once, for `lanes` and `run`."""
        if not self.input_names:
            raise ValueError("this program has no inputs, so rows would not differ: call it without any")
        return Batch(rows, self.input_names)

    def numbers(self) -> Numbers:
        """The parameters as they are now."""
        if in_use:
            see_reading(*self.parameters)
        return array("d", [p._data for p in self.parameters])

    def room(self, n_rows: int) -> tuple[Numbers, Numbers]:
        """Arrays for the outputs of so many rows, and for gradients."""
        listing = self.listing
        return array("d", bytes(8 * n_rows * len(listing.outputs))), array("d", bytes(8 * len(listing.gradients)))

    def row(self, inputs: Sequence[Any]) -> Numbers:
        """One row of inputs, checked."""
        return Batch([inputs], self.input_names).numbers

    def shaped(self, outputs: list[float]) -> list[Any]:
        """The output of each row, or the outputs."""
        n = len(self.listing.outputs)
        return [outputs[i : i + n] for i in range(0, len(outputs), n)] if self.several else outputs

    def shaped_gradients(self, gradients: list[float]) -> list[Any]:
        """The gradient of the output, or of each output."""
        n = len(self.parameters)
        return [gradients[i : i + n] for i in range(0, len(gradients), n)] if self.several and n else gradients

    def save(self, path: str | os.PathLike[str], language: str = "Python") -> Path:
        """Write a file that computes the same without this package, in "Python", "PyTorch" or "JAX", and give its path.

        Parameters and inputs are what its function `program(parameters, inputs)` is given. Where a sum overflows, the
        program raises; the file goes on with the infinity.

        Raises: ValueError for another language, and for an operation of one's own that is not arithmetic alone, which
        no file can hold; OSError.
        """
        return write_file(path, self.source(language).encode())

    def source(self, language: str = "Python") -> str:
        """The text of that file."""
        if language not in SOURCES:
            raise ValueError(f"a program can be written in {', '.join(SOURCES)}, not {language!r}")
        return SOURCES[language](self.listing)

    def __str__(self) -> str:
        return python_text(self.listing)

    def __repr__(self) -> str:
        listing = self.listing
        sizes = f"{listing.n_parameters} parameters, {listing.n_inputs} inputs, {len(listing.operations)} instructions"
        return f"<Program in {self.backend}: {sizes}>"
