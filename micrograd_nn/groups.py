"""Which nodes belong together in a picture: by neuron, by layer, or because they are near.

A module's nodes are found by their labels: `layer1.neuron3.w2` is a parameter of `layer1.neuron3`, and the nodes
labelled `layer1.neuron3.z` and `.a`, with the unlabelled products and sums behind them, are its computation.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeAlias

from . import ops
from .value import Value

NEIGHBOURHOOD = 50  # boxes around the output, where a graph is too large to draw as a whole

Box: TypeAlias = "Value | str"  # what a picture draws as one: a node, or the path of a module


def modules(order: Sequence[Value]) -> dict[Value, str]:
    """The module path of every node that belongs to a neuron, such as `layer1.neuron3`."""
    paths = {path for node in order if node.op is ops.parameter and (path := module_path(str(node.label)))}
    found = {node: path for node in order if (path := module_path(str(node.label))) in paths}
    for node in order:  # outputs first: what a z was summed from comes after it
        if node in found and node.op in (ops.add, ops.multiply):
            for x in node.inputs:
                if x.op in (ops.add, ops.multiply) and not x.label:
                    found.setdefault(x, found[node])
    return found


def module_path(label: str) -> str:
    """`layer1.neuron3` for `layer1.neuron3.w2`."""
    return label.rpartition(".")[0]


def layer_path(path: str) -> str:
    """`layer1` for `layer1.neuron3`: the module that holds a module, or itself when nothing does."""
    return module_path(path) or path


def heading(path: str) -> str:
    """A path as a person reads it.

    >>> heading("layer1.neuron3")
    'layer 1 · neuron 3'
    """
    return re.sub(r"(?<=[a-z])(\d+)", r" \1", path).replace(".", " · ")


def coarser(order: Sequence[Value], neurons: dict[Value, str], max_nodes: int | None) -> dict[Value, str]:
    """The nodes that a picture draws as one box, with the path of the module they make up.

    Empty when the graph has at most `max_nodes` nodes; else its neurons, or its layers if that is still too many.
    """
    if max_nodes is None or len(order) <= max_nodes:
        return {}
    if len(order) - len(neurons) + len(set(neurons.values())) <= max_nodes:
        return neurons
    return {node: layer_path(path) for node, path in neurons.items()}


def nearest(output: Value, box_of: Callable[[Value], Box], order: Sequence[Value], most: int | None) -> list[Box]:
    """The boxes to draw: all of them, or when there are more than `most` a neighbourhood of the output."""
    boxes = list(dict.fromkeys(map(box_of, order)))
    if most is None or len(boxes) <= most:
        return boxes
    most = min(most, NEIGHBOURHOOD)
    members: dict[Box, list[Value]] = {}
    for node in order:
        members.setdefault(box_of(node), []).append(node)
    near: dict[Box, None] = {}
    ahead = deque([box_of(output)])
    while ahead and len(near) < most:
        box = ahead.popleft()
        if box not in near:
            near[box] = None
            ahead.extend(box_of(x) for node in members[box] for x in node.inputs)
    return list(near)


def left_out(order: Sequence[Value], box_of: Callable[[Value], Box], drawn: set[Box]) -> dict[Box, int]:
    """How many nodes are not drawn behind each box that is; each is counted once, for the first that leads to it."""
    behind: dict[Box, int] = {}
    owner: dict[Value, Box] = {}
    for node in order:
        box = box_of(node)
        if box not in drawn:
            box = owner[node]
            behind[box] = behind.get(box, 0) + 1
        for x in node.inputs:
            owner.setdefault(x, box)
    return behind
