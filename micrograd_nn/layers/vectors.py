"""What layers that read sequences do with vectors: sums, sums of products, and one module at every time step.

With `expand` every product and every plus is a node of its own, for lessons; the gradients are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..value import Value, dot, total
from .shapes import Steps, Vector, at_time_step


def sum_of_products(xs: Sequence[Value], ys: Sequence[Value], expand: bool, start: Value | None = None) -> Value:
    """x₁y₁ + … + xₙyₙ, and what it is to start from.

    >>> two, three = [Value(2.0), Value(2.0)], [Value(3.0), Value(4.0)]
    >>> sum_of_products(two, three, expand=False).op, sum_of_products(two, three, expand=True).op
    (Op('dot'), Op('+'))
    """
    if not expand:
        return dot(xs, ys, 0.0 if start is None else start)
    products = [x * y for x, y in zip(xs, ys)]
    return sum_of(products if start is None else [start, *products], expand)


def sum_of(xs: Vector, expand: bool) -> Value:
    """x₁ + … + xₙ.

    >>> sum_of([Value(1.0), Value(2.0)], expand=False).data
    3.0
    """
    return sum(xs[1:], start=xs[0]) if expand else total(xs)


def sums(xs: Steps, ys: Sequence[Vector], name: str) -> Steps:
    """The sum of two sequences, number by number; the first number at time step 3 is labelled `t3.{name}1`."""
    added = [[x + y for x, y in zip(one, other)] for one, other in zip(xs, ys)]
    for t, vector in enumerate(added, start=1):
        label_each(vector, f"{at_time_step(t)}{name}")
    return added


def label_each(vector: Vector, name: str) -> Vector:
    """The vector, its numbers now labelled with a name and their place: `out1`, `out2`, …"""
    for k, x in enumerate(vector, start=1):
        x.label = f"{name}{k}"
    return vector


def at_every_step(module: Any, xs: Steps) -> Steps:
    """What a module responds to the vector of each time step."""
    return [module.respond(x, at_time_step(t)) for t, x in enumerate(xs, start=1)]
