"""What adds up over all paths from a value to the nodes above it, found node by node: no path is walked to count it."""

from __future__ import annotations

from math import inf, nan
from typing import NamedTuple, TypeAlias

from .graph import topological_order, varying
from .value import Value

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


def largest(nodes: list[Value], top: int, size: float, for_zero: float = 0.0) -> tuple[Path, ...]:
    """The largest paths from the first node to the last, the largest first; equal ones in the order of inputs.

    With a small number `for_zero`, paths that are all blocked are compared too: the least blocked comes first.
    """
    if not nodes:
        return ()
    ends: dict[Value, Ends] = {nodes[0]: [(1.0, -1, 0)]}
    for node in nodes[1:]:
        found = [
            (product * (local or for_zero), position, rank)
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
