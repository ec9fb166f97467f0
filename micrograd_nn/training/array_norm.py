"""The norm of a gradient that stands in an array."""

from __future__ import annotations

from math import hypot, sqrt

from ..programs.compiling import backend_for
from ..programs.listing import SUM, Listing
from ..programs.runs import Numbers
from .array_rules import NONE, zeros

SMALLEST = 1e-290  # mean square: below it, squares may have come to nothing


class Norm:
    """√Σg² of the first n numbers of an array; in C where there is C: of 4,192 numbers `hypot` takes 70 µs, C takes 4.

    >>> from array import array
    >>> abs(Norm(2)(array("d", [3.0, 4.0, 7.0])) - 5.0) < 1e-12
    True
    """

    def __init__(self, n: int) -> None:
        squares = Listing(n_parameters=0, n_inputs=1)
        squares.gradients = [squares.add(SUM, (0, 0))]
        self.backend, self.mean, self.n = backend_for(squares, None)[0], zeros(1), n

    def __call__(self, gradients: Numbers) -> float:
        """The norm; infinity where it is too large a number."""
        in_c = self.backend.name == "C" and not self.backend.lanes(NONE, gradients[: self.n], self.n, NONE, self.mean)
        return sqrt(self.mean[0] * self.n) if in_c and self.mean[0] > SMALLEST else hypot(*gradients[: self.n])
