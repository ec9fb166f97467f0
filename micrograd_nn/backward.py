"""Backpropagation: from the output down, every node passes `its gradient × local derivative` to each input.

It works on the nodes' own `grad`, so a debugger stopped at the chain rule sees the gradients grow in the graph. If
anything goes wrong on the way, Ctrl-C included, every gradient is put back to what it was before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from math import isfinite
from threading import RLock
from typing import Any

from . import ops
from .contexts import in_use
from .errors import raise_infinite_gradient
from .graph import NOT_COMPUTED, computed_and_leaves
from .watching import see_reading

one_at_a_time = RLock()  # threads whose graphs share parameters add up gradients in the same nodes


def backward(output: Any) -> None:
    """Set `grad` = d(output)/d(node) on every node behind `output`; leaves add it to what they have.

    Raises: ValueError naming the node where a derivative is infinite or undefined, OverflowError when a product of
    derivatives leaves the range of floats. Then no gradient has changed.
    """
    backpropagate(output, add_to_leaves, 1.0, NOT_COMPUTED, recorded_slopes)


def grad(output: Any, inputs: Any, *, create_graph: bool = False) -> Any:
    """d(output)/d(input) for one Value, or a list of them for several; no node's `grad` changes.

    With `create_graph` the gradients are Values, which can be differentiated again:

    >>> from micrograd_nn import Value, grad
    >>> x = Value(3.0)
    >>> slope = grad(x * x * x, x, create_graph=True)
    >>> slope.data, grad(slope, x)
    (27.0, 18.0)

    Raises: as `backward` does; TypeError when an input is not a Value.
    """
    if not hasattr(inputs, "apply_op"):
        return gradients(output, list(inputs), create_graph)
    return gradients(output, [inputs], create_graph)[0]


def gradients(output: Any, inputs: list[Any], create_graph: bool) -> list[Any]:
    """d(output)/d(input) for every input: floats, or Values with `create_graph`."""
    for x in (output, *inputs):
        if not hasattr(x, "apply_op"):
            raise TypeError(f"a gradient is of a Value with respect to Values, not {type(x).__name__}")

    def read(order: list[Any], leaves: list[Any], before: list[Any]) -> list[Any]:
        reached = set(order)
        found = [x.grad if x in reached else 0.0 for x in inputs]
        check_finite(order, inputs, [getattr(g, "data", g) for g in found])
        any(assignments(order, before))
        return found

    if not create_graph:
        return list(backpropagate(output, read, 1.0, NOT_COMPUTED, recorded_slopes, inputs))
    one = constant(output, 1.0)
    found = backpropagate(output, read, one, EmptySum(), differentiable_slopes, inputs)
    return [g if hasattr(g, "apply_op") else constant(output, g) for g in found]


def constant(like: Any, number: float) -> Any:
    """A constant of the same class as a node."""
    leaf = type(like)(number)
    leaf.op = ops.constant
    return leaf


def backpropagate(
    output: Any,
    finish: Callable[[list[Any], list[Any], list[Any]], Any],
    seed: Any,
    start: Any,
    slopes: Callable[[list[Any]], Iterable[Sequence[Any]]],
    inputs: list[Any] | None = None,
    order: tuple[list[Any], list[Any]] | None = None,
) -> Any:
    """Run the chain rule from `output` down, every node starting afresh; answer with what `finish` makes of it.

    With `inputs`, only along the paths that lead to them; with `order`, what `computed_and_leaves` found is used again.
    If anything raises, every gradient is again what it was.
    """
    computed, leaves = order or computed_and_leaves(output)
    nodes = computed + leaves
    if inputs is not None:
        computed = leading_to(inputs, computed)
    with one_at_a_time:
        before = [node.grad for node in nodes]
        put_back = assignments(nodes, before)
        try:
            for node in nodes:
                node.grad = start
            output.grad = seed
            any(chain_rule(computed, slopes(computed)))
            return finish(nodes, leaves, before)
        except BaseException:
            any(put_back)  # a single call into C, made ready before: no second Ctrl-C comes between
            raise


def chain_rule(nodes: Iterable[Any], slopes: Iterable[Sequence[Any]]) -> Iterator[None]:
    """Pass every node's gradient on to its inputs, pausing after each edge: run by `any`, or taken step by step."""
    for node, local_derivatives in zip(nodes, slopes):
        upstream = node.grad
        i = 0
        for x in node.inputs:
            local = local_derivatives[i]
            x.grad += upstream * local  # the chain rule
            yield  # 10 ns an edge, so that stepping needs no chain rule of its own
            i += 1  # noqa: SIM113 - enumerate takes a quarter longer, zip half as long again


def leading_to(inputs: list[Any], computed: list[Any]) -> list[Any]:
    """The computed nodes from which a path leads to one of the inputs, in the same order."""
    lead = set(inputs)
    found = []
    for node in reversed(computed):
        if not lead.isdisjoint(node.inputs):
            lead.add(node)
            found.append(node)
    return found[::-1]


def recorded_slopes(order: list[Any]) -> list[tuple[float, ...]]:
    """The local derivatives of every node, as numbers."""
    if in_use:
        see_reading(*order[:1])
    return [node.local_derivatives for node in order]


def differentiable_slopes(order: list[Any]) -> Iterator[tuple[Any, ...]]:
    """The local derivatives of every node, computed again as Values, so that they can be differentiated.

    Raises: ValueError when they are not the recorded ones, because someone changed a leaf since.
    """
    for node in order:
        slopes = node.op.partials(node, *node.inputs) if node.inputs else ()
        for slope, recorded in zip(slopes, node.local_derivatives):
            slope = getattr(slope, "data", slope)
            if slope != recorded and slope == slope:
                where = f"{node.op.name}, node {node.label!r}," if node.label else node.op.name
                raise ValueError(f"data has changed since {where} was recorded: compute the output again")
        yield slopes


class EmptySum:
    """What a sum of Values starts from: adding to it gives what was added, without recording `0 + …`."""

    data = 0.0

    def __add__(self, other: Any) -> Any:
        return other


def add_to_leaves(order: list[Any], leaves: list[Any], before: list[Any]) -> None:
    """Finish `backward`: add what a leaf received to what it had, in every leaf or in none."""
    had = before[-len(leaves) :]
    sums = [(old or 0.0) + leaf.grad for old, leaf in zip(had, leaves)]  # None is as good as 0
    if not all(map(isfinite, sums)):
        check_finite(order, leaves, [leaf.grad for leaf in leaves])
        check_sums(leaves, had, sums)
    any(assignments(leaves, sums))


def check_sums(leaves: list[Any], had: list[float], sums: list[float]) -> None:
    """Raise where two finite gradients add up to more than a float holds."""
    for leaf, old, added in zip(leaves, had, sums):
        if isfinite(old or 0.0) and isfinite(leaf.grad) and not isfinite(added):
            raise OverflowError(f"the gradient of node {leaf.label!r} overflows: {old} + {leaf.grad}")


def check_finite(order: list[Any], nodes: list[Any], gradients: list[float]) -> None:
    """Raise if a gradient is not finite, unless someone put a nan or an infinity into the graph.

    Nobody needs the slope in a constant: it may be undefined.
    """
    if all(map(isfinite, gradients)):
        return
    if any(not isfinite(g) and x.op is not ops.constant for x, g in zip(nodes, gradients)):
        raise_infinite_gradient(order)


def assignments(nodes: list[Any], gradients: list[Any]) -> Iterator[None]:
    """Giving each node its gradient, to be run by `any`: a single call into C, which Ctrl-C cannot cut in two."""
    return map(setattr, nodes, repeat("grad"), gradients)
