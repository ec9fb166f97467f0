"""Paths: a gradient as the sum, over all ways from the output to a value, of the product of local derivatives.

The sum is taken from the value up, backward goes from the output down: each checks the other.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from math import isclose, isfinite
from operator import index

from .ledger import without_steps
from .names import Names, derivative
from .notation import aligned, counted, joined, name_of, quantity
from .sums import Path, Sums, between, largest, summed
from .value import Value
from .walk import Walk

SAME = 1e-9  # a fraction of the sum of sizes: rounding in sums over graphs of a million nodes stays below it


@dataclass(frozen=True, slots=True, repr=False)
class Paths:
    """The largest paths from a value to the output, and what all paths sum up to: what `paths` answers."""

    value: Value
    output: Value
    names: Names
    count: int  # of all paths
    edges: int  # on them: backward multiplies once for each, however many paths there are
    total: float  # the sum of all products: the gradient
    size: float  # the sum of their absolute values: larger than |total| where paths cancel
    top: tuple[Path, ...]  # the largest, in order

    def __iter__(self) -> Iterator[Path]:
        return iter(self.top)

    def __len__(self) -> int:
        return len(self.top)

    def __format__(self, digits: str) -> str:
        """The account, its numbers written as `digits` says: `f"{paths(a, of=L):.17g}"` loses nothing."""
        digits = digits or ".4g"
        if not self.count:
            return without_steps(self.value, self.output, self.names)
        slope = derivative(self.names[self.output], name_of(self.value, self.names))
        along = f"{counted(self.count, 'path')} along {counted(self.edges, 'edge')}"
        left_out = self.count - len(self)
        rows = aligned([self.row(path, digits) for path in self], right=[0])
        more = [f"… {quantity(left_out)} more"] if left_out else []
        cancel = abs(self.total) < (1 - SAME) * self.size
        note = [f"some cancel others: their sizes add up to {self.size:{digits}}"] if cancel else []
        return "\n".join([f"{slope} = {self.total:{digits}}: {along}", *rows, *more, *note])

    def row(self, path: Path, digits: str) -> tuple[str, str, str]:
        """A path in words: its share, its nodes, and the product."""
        factors = joined([f"{x:{digits}}" for x in path.locals], " × ")
        product = f"{factors} = {path.product:{digits}}" if len(path.locals) > 1 else f"{path.product:{digits}}"
        share = "<1" if 0 < path.share < 0.005 else f"{100 * path.share:.0f}"
        return f"{share:>3} %", joined([self.names[node] for node in path.nodes], " → "), product

    def __str__(self) -> str:
        return format(self)

    __repr__ = __str__


def paths(value: Value, of: Value, top: int = 5) -> Paths:
    """The gradient as a sum over paths: ∂L/∂a = Σ over paths of Π of the local derivatives along the path.

    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> c = a * b + a; c.label = "c"
    >>> found = paths(a, of=c)
    >>> print(found)
    ∂c/∂a = 4: 2 paths along 3 edges
     75 %  a → v1 → c  3 × 1 = 3
     25 %  a → c       1
    >>> found.count, found.total, found.top[0].share
    (2, 4.0, 0.75)

    There may be more paths than atoms in the universe: they are counted and summed all the same, and the `top`
    largest found.

    Raises: TypeError for what is not a Value, ValueError for `top` below 1, ArithmeticError if the sum over paths
    were not the gradient that backward finds.
    """
    for node in (value, of):
        if not isinstance(node, Value):
            raise TypeError(f"paths lead from a Value to a Value, not {type(node).__name__}")
    if index(top) < 1:
        raise ValueError(f"top must be at least 1, not {top}")
    nodes = between(value, of)
    sums = summed(nodes)
    end = sums.get(of, Sums(0, 0.0, 0.0))
    edges = sum(x in sums for node in nodes[1:] for x in node.inputs)
    if edges:
        check_total(value, of, sums)
    return Paths(value, of, Names(of), end.ways, edges, end.total, end.size, largest(nodes, top, end.size))


def check_total(value: Value, output: Value, sums: dict[Value, Sums]) -> None:
    """See that the sum over paths is the gradient that backward finds.

    Where a product left the range of floats on the way, in either direction, they may differ.

    Raises: ArithmeticError saying both numbers if they are not the same.
    """
    walk = Walk(output)
    walk.end()
    total, gradient = sums[output].total, walk.grad(value)
    if isclose(total, gradient, rel_tol=0.0, abs_tol=SAME * sums[output].size):
        return
    down = ((step.upstream, step.local) for step in walk)
    up = ((sums[x].size, y) for node in sums for x, y in zip(node.inputs, node.local_derivatives) if x in sums)
    if all(keeps_digits(x, y) for x, y in chain(down, up)):
        raise ArithmeticError(f"the sum over paths is {total!r}, but backward finds {gradient!r}")


def keeps_digits(x: float, y: float) -> bool:
    """Whether a product is neither too large nor too small for a float to hold all its digits."""
    product = x * y
    return isfinite(product) and (abs(product) >= sys.float_info.min or not x or not y)
