"""What a picture may draw as one box: a node, a module, numbers in rows and columns, a use of a shared parameter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from . import ops
from .places import SHARED, place_of, time_of, without_place
from .value import Value

LARGE = 16  # an image of so many numbers is one box: as many boxes would stand in one long column
MOST_CELLS = 1000  # of images and maps; with more, only what a network is given is drawn so


class Grid(NamedTuple):
    """Numbers in rows and columns: an image, what a kernel answers to one at every place, or the kernel itself."""

    name: str  # of the numbers, without their places; empty for a kernel
    path: str  # of the module that they belong to


class Use(NamedTuple):
    """What stands for a parameter at one of the time steps that share it, so that no edge crosses the picture."""

    parameter: Value
    path: str  # of the module that uses it there, its time step first


Box: TypeAlias = "Value | str | Grid | Use"  # a text is the path of a module or of a time step


def grids(order: Sequence[Value], found: Mapping[Value, str]) -> dict[Value, Grid]:
    """The nodes that are drawn in rows and columns, if one image at least is large; their homes are `found`.

    >>> image = [Value(0.0, label=f"x{row}_{column}") for row in range(1, 5) for column in range(1, 5)]
    >>> set(grids(image, {}).values())
    {Grid(name='x', path='')}

    They are those that labels put there, and the kernels that nothing else reads. Drawn one by one, a kernel of 9
    weights at 9 places has 81 edges that nobody can follow.
    """
    images = by_image(order)
    if sum(map(len, images.values())) > MOST_CELLS:
        images = {name: nodes for name, nodes in images.items() if not nodes[0].inputs and len(nodes) >= LARGE}
    if all(len(nodes) < LARGE for nodes in images.values()):
        return {}
    placed = {
        node: Grid(name, found.get(node, "")) for name, nodes in images.items() if len(nodes) > 1 for node in nodes
    }
    return placed | kernels(order, placed, found)


def by_image(order: Iterable[Value]) -> dict[str, list[Value]]:
    """The nodes whose labels say a row and a column, by the rest of the label; a second image of a name is `x#2`.

    Those that unlabelled steps lead to are left out: they are there to be seen one by one.
    """
    found: dict[str, list[Value]] = {}
    seen: Counter[str] = Counter()
    for node in order:
        label = str(node.label)
        if place_of(label) and all(x.label or x.op is ops.constant for x in node.inputs):
            seen[label] += 1
            again = f"#{seen[label]}" if seen[label] > 1 else ""
            found.setdefault(without_place(label) + again, []).append(node)
    return found


def kernels(order: Iterable[Value], placed: Mapping[Value, Grid], found: Mapping[Value, str]) -> dict[Value, Grid]:
    """The parameters that only nodes in rows and columns read, and no two time steps, by their modules."""
    read: dict[Value, bool] = {}
    for node in order:
        for x in node.inputs:
            if x.op is ops.parameter:
                read[x] = read.get(x, True) and node in placed
    return {x: Grid("", found.get(x, "")) for x, only in read.items() if only and time_of(found.get(x, "")) != SHARED}


def rows_of(nodes: Iterable[Value]) -> list[list[Value]]:
    """The numbers of an image, row by row."""
    rows: dict[int, list[Value]] = {}
    for node in sorted(nodes, key=lambda node: place_of(str(node.label))):
        rows.setdefault(place_of(str(node.label))[0], []).append(node)
    return list(rows.values())


def rows_of_kernel(parameters: Sequence[Value], readers: Iterable[Value]) -> list[list[Value]]:
    """The weights of a kernel as they lie on an image, channel after channel; in one row if nobody can tell.

    A weighted sum tells where: it multiplies every weight by the number that lies under it.
    """
    rows: dict[tuple[str, int], list[Value]] = {}
    for node in readers:
        n = len(node.inputs) // 2
        under = [str(x.label) for x in node.inputs[n : 2 * n]]
        if node.op is ops.dot and all(map(place_of, under)):
            for weight, label in zip(node.inputs, under):
                rows.setdefault((without_place(label), place_of(label)[0]), []).append(weight)
            return list(rows.values())
    return [list(parameters)]
