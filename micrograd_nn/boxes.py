"""What a picture may draw as one box: a node, a module, the numbers of an image, or one use of a shared parameter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from .places import place_of, without_place
from .value import Value

LARGE = 16  # an image of so many numbers is one box: as many boxes would stand in one long column


class Grid(NamedTuple):
    """An image, or a channel of one: the leaves that are labelled by row and column."""

    name: str


class Use(NamedTuple):
    """What stands for a parameter at one of the time steps that share it, so that no edge crosses the picture."""

    parameter: Value
    path: str  # of the module that uses it there, its time step first


Box: TypeAlias = "Value | str | Grid | Use"  # a text is the path of a module or of a time step


def grids(order: Iterable[Value]) -> dict[Value, Grid]:
    """The leaves that are drawn as images: those that share a name, where there are many of them.

    >>> image = [Value(0.0, label=f"x{row}_{column}") for row in range(1, 5) for column in range(1, 5)]
    >>> set(grids(image).values())
    {Grid(name='x')}
    """
    found: dict[str, list[Value]] = {}
    for node in order:
        if node.op is None and place_of(str(node.label)):
            found.setdefault(without_place(str(node.label)), []).append(node)
    return {node: Grid(name) for name, nodes in found.items() if len(nodes) >= LARGE for node in nodes}


def rows_of(nodes: Iterable[Value]) -> list[list[Value]]:
    """The leaves of an image, row by row."""
    rows: dict[int, list[Value]] = {}
    for node in sorted(nodes, key=lambda node: place_of(str(node.label))):
        rows.setdefault(place_of(str(node.label))[0], []).append(node)
    return list(rows.values())
