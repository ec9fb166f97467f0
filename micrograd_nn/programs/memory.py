"""Memory: where the numbers of a whole graph stand while its code is written, and copies of those that stand badly."""

from __future__ import annotations

from collections.abc import Sequence

from .arranging import Arrangement
from .runs import GATHER, Run
from .stretches import reading

Offsets = tuple[int, ...]


class Memory:
    """Room for more numbers, and copies of some in the order in which they are read. Behind all constants stands 1."""

    def __init__(self, arrangement: Arrangement) -> None:
        listing = arrangement.listing
        self.one = arrangement.end
        self.first_constant = self.one - len(listing.constants)
        self.numbers = [*listing.constants, 1.0]
        self.end = self.one + 1  # the first offset that nothing stands at
        self.constants = list(enumerate(self.numbers, self.first_constant))
        self.copies: dict[Offsets, int] = {}
        self.runs: list[Run] = []

    def room(self, n: int) -> int:
        """The first of n more offsets."""
        self.end += n
        return self.end - n

    def is_constant(self, offset: int) -> bool:
        """Whether a constant stands there."""
        return self.first_constant <= offset <= self.one

    def all_constant(self, offsets: Sequence[int]) -> bool:
        """Whether constants stand at all of these offsets."""
        first, last = self.first_constant, self.one
        return first <= offsets[0] <= last and first <= min(offsets) and max(offsets) <= last

    def read(self, offsets: Offsets) -> int:
        """How a run reads the numbers at these offsets: copies of them, if they neither stay nor move on."""
        found = reading(offsets)
        return 2 * self.copy(offsets) + 1 if found is None else found

    def copy(self, offsets: Offsets) -> int:
        """Where copies of the numbers at these offsets stand in a row; they are made once."""
        out = self.copies.get(offsets)
        if out is None:
            out = self.copies[offsets] = self.room(len(offsets))
            if self.all_constant(offsets):
                self.constants += [(out + q, self.numbers[x - self.first_constant]) for q, x in enumerate(offsets)]
            else:
                self.runs.append(Run(GATHER, len(offsets), out, tuple([2 * x for x in offsets])))
        return out
