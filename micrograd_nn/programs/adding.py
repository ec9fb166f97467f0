"""added: sums of many products, of which those whose factors stand in a row are added up by one run.

The slope of a loss in a weight that all examples share is such a sum: one product for each example.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise
from operator import sub
from typing import NamedTuple

from .memory import Memory, Offsets
from .runs import TOTAL, Run
from .stretches import starts, steps

LONG = 16  # products in a row that are worth a run; measured: 8 and 24 are no better
AWAY = -9  # stands for a constant, which can be copied next to any other, but not next to what is none

Rows = Sequence[Sequence[int]]  # for each instruction, the offsets that it reads


class Products(NamedTuple):
    """The products of one sum, in the order in which their factors stand, and where stretches of them start."""

    left: Offsets
    right: Offsets
    starts: list[int]


class AlikeSums(NamedTuple):
    """Sums of as many products, in the same stretches."""

    memory: Memory
    quiet: bool
    products: list[Products]

    def stretch(self, first: int, end: int) -> Rows:
        """What a stretch of products adds to each sum: if it is long their total times 1, else themselves."""
        if end - first < LONG:
            return [list(chain(*zip(p.left[first:end], p.right[first:end]))) for p in self.products]
        out = self.memory.room(len(self.products))
        self.write(first, end, out)
        return [[out + i, self.memory.one] for i in range(len(self.products))]

    def write(self, first: int, end: int, out: int) -> None:
        """Write the totals of a stretch of products."""
        read, runs = self.memory.read, self.memory.runs
        for i, p in enumerate(self.products):
            factors = read(p.left[first:end]), read(p.right[first:end])
            runs.append(Run(TOTAL, end - first, out + i, factors, self.quiet))


def added(memory: Memory, quiet: bool, columns: Sequence[Offsets], out: int) -> Sequence[Offsets]:
    """The columns that are left to add when every long stretch of products has become one number.

    Sums that are one stretch are written to `out` and behind it, and nothing is left; where sums are not alike, all is.
    """
    products = [sorted_products(memory, row) for row in zip(*columns)]
    bounds = [*products[0].starts, len(products[0].left)]
    stretches = list(pairwise(bounds))
    if any(p.starts != products[0].starts for p in products) or max(map(sub, bounds[1:], bounds)) < LONG:
        return columns
    sums = AlikeSums(memory, quiet, products)
    if len(stretches) == 1:
        sums.write(*stretches[0], out)
        return ()
    parts = [sums.stretch(*stretch) for stretch in stretches]
    return list(zip(*[chain(*row) for row in zip(*parts)]))


def sorted_products(memory: Memory, row: Sequence[int]) -> Products:
    """The products of a sum, sorted by where their factors stand."""
    masked = [AWAY if memory.is_constant(x) else x for x in row]
    a, b, left, right = zip(*sorted(zip(masked[::2], masked[1::2], row[::2], row[1::2])))
    return Products(left, right, starts([steps(a), steps(b)]))
