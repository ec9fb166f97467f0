"""Paths: a gradient as the sum, over all ways from the output to a value, of the product of local derivatives.

Nothing is enumerated: numbers of paths, their sum and the largest ones are found node by node, from the value up to
the output. Backward goes the other way, so that the two agree is a proof of both.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from math import inf, isclose, isfinite, nan
from typing import NamedTuple, TypeAlias

from .graph import topological_order, varying
from .names import Names
from .notation import aligned, counted, derivative, joined, name_of, quantity
from .value import Value
from .walk import Walk

SAME = 1e-9  # a fraction of the sum of sizes: rounding in sums over graphs of a million nodes stays below it

Ends: TypeAlias = list[tuple[float, int, int]]  # of the largest paths up to a node: product, last edge, rank below it


class Path(NamedTuple):
    """One way from a value to the output."""

    nodes: tuple[Value, ...]  # from the value to the output
    locals: tuple[float, ...]  # the local derivative of each edge, in the same order
    product: float  # of the local derivatives: what this path adds to the gradient
    share: float  # of its size in the sum of all sizes, from 0 to 1


class Sums(NamedTuple):
    """What adds up over all paths from a value to a node."""

    ways: int  # how many paths
    total: float  # of the products
    size: float  # of their absolute values


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
    if top < 1:
        raise ValueError(f"top must be at least 1, not {top}")
    nodes = between(value, of)
    sums = summed(nodes)
    end = sums.get(of, Sums(0, 0.0, 0.0))
    edges = sum(x in sums for node in nodes[1:] for x in node.inputs)
    if edges:
        check_total(value, of, sums)
    return Paths(value, of, Names(of), end.ways, edges, end.total, end.size, largest(nodes, top, end.size))


def between(value: Value, output: Value) -> list[Value]:
    """The nodes on all paths from `value` to `output`, each after its inputs; none where no path leads."""
    if value is output:
        return [value]
    order = varying(topological_order(output))  # nobody asks for the slope in a constant
    lead = {value}.intersection(order)
    for node in reversed(order):
        if not lead.isdisjoint(node.inputs):
            lead.add(node)
    return [node for node in reversed(order) if node in lead]


def summed(nodes: list[Value]) -> dict[Value, Sums]:
    """The sums over all paths from the first node to each one."""
    sums = {node: Sums(1, 1.0, 1.0) for node in nodes[:1]}
    for node in nodes[1:]:
        ways, total, size = 0, 0.0, 0.0
        for x, local in zip(node.inputs, node.local_derivatives):
            if x in sums:
                below = sums[x]
                ways += below.ways
                total += below.total * local
                size += below.size * abs(local)
        sums[node] = Sums(ways, total, size)
    return sums


def largest(nodes: list[Value], top: int, size: float) -> tuple[Path, ...]:
    """The largest paths from the first node to the last, the largest first; equal ones in the order of inputs."""
    if not nodes:
        return ()
    ends: dict[Value, Ends] = {nodes[0]: [(1.0, -1, 0)]}
    for node in nodes[1:]:
        found = [
            (product * local, position, rank)
            for position, (x, local) in enumerate(zip(node.inputs, node.local_derivatives))
            for rank, (product, _, _) in enumerate(ends.get(x, ()))
        ]
        ends[node] = sorted(found, key=by_size)[:top]
    return tuple([traced(nodes[-1], rank, ends, size) for rank in range(len(ends[nodes[-1]]))])


def by_size(end: tuple[float, int, int]) -> float:
    """What sorts the largest product first, and nan before all."""
    product = end[0]
    return -abs(product) if product == product else -inf


def traced(node: Value, rank: int, ends: dict[Value, Ends], size: float) -> Path:
    """The path that ends at a node with this rank, followed back to where it began."""
    total, position, rank = ends[node][rank]
    nodes, slopes = [node], []
    while position >= 0:
        slopes.append(node.local_derivatives[position])
        node = node.inputs[position]
        nodes.append(node)
        _, position, rank = ends[node][rank]
    share = abs(total) / size if 0 < size < inf else 0.0 if size == 0 else nan
    return Path(tuple(reversed(nodes)), tuple(reversed(slopes)), total, share)


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
