"""Which nodes belong together: in a module, at a time step. Their labels say so (see places.py).

`layer1.neuron3.w2` is a parameter of `layer1.neuron3`; the nodes labelled `layer1.neuron3.z` and `.a`, with the
unlabelled ones that only lead to them, are its computation; `t3.layer1.neuron3.z` is that of time step 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from . import ops
from .names import not_found
from .places import SHARED, common, cut, depth_of, outer, path_of, place_of, time_of, timeless
from .value import Value

Homes: TypeAlias = dict[Value, str]  # the path that a node belongs to, for all that belong to one

DEEPEST = 8  # modules within modules: what lies deeper is with what holds it
EDGES_PER_BOX = 5  # at most, on average: more take dot long, and nobody can follow them
BY_MODULE, BY_TIME_STEP = "module", "time step"


def homes(order: Sequence[Value]) -> Homes:
    """The path of every node that belongs to a module or time step: `layer1.neuron3`, `t3.layer1.neuron3`.

    >>> from micrograd_nn import Layer
    >>> from micrograd_nn.graph import topological_order
    >>> sorted(set(homes(topological_order(Layer(1, 1, seed=1)([2.0]))).values()))
    ['neuron1']

    A parameter that one time step reads belongs there; if several do, to what they share: `t*.layer1.neuron3`.
    """
    paths = {node: cut(path_of(str(node.label)), DEEPEST) for node in order if node.label}
    roots = {path.partition(".")[0] for node, path in paths.items() if path and is_a_module_s(node)}
    found: Homes = {}
    around: Homes = {}  # what all that read a node have in common
    times: dict[Value, str] = {}  # at which a parameter is read
    for node in order:  # a node comes after all that read it
        home = paths.get(node) or (around.get(node, "") if is_unlabelled_step(node) else "")
        time = time_of(home)
        if not time and home.partition(".")[0] not in roots:
            home = ""
        if home:
            found[node] = f"{times[node]}.{home}" if node in times and not time else home
        for x in node.inputs:
            around[x] = common(around[x], home) if x in around else home
            if time and x.op is ops.parameter:
                times[x] = time if times.get(x, time) == time else SHARED
    return found


def is_a_module_s(node: Value) -> bool:
    """Whether the path in a label is a module's: a parameter's, or that of a number computed in a row and column."""
    return node.op is ops.parameter or bool(node.inputs and place_of(str(node.label)))


def is_unlabelled_step(node: Value) -> bool:
    """Whether a node is but a step on the way to others: computed, or a constant, without a label."""
    return not node.label and (bool(node.inputs) or node.op is ops.constant)


def levels(found: Homes) -> Iterator[Homes]:
    """Ever coarser ways to draw nodes as boxes: by innermost module, then by what holds it, …, then by time step."""
    for depth in range(max(map(depth_of, found.values()), default=0), 0, -1):
        yield {node: cut(path, depth) for node, path in found.items() if timeless(path)}
    if any(map(time_of, found.values())):
        yield by_time_step(found)


def by_time_step(found: Homes) -> Homes:
    """Each time step as one box; what has no time step of its own by its outermost module."""
    return {node: cut(path, 0 if time_of(path) not in ("", SHARED) else 1) for node, path in found.items()}


def coarser(order: Sequence[Value], found: Homes, max_nodes: int | None) -> Homes:
    """The nodes that a picture draws as boxes, so as to draw at most `max_nodes`; none where there are no more.

    Where nothing is coarse enough, the coarsest there is.
    """
    if max_nodes is None or len(order) <= max_nodes:
        return {}
    boxes: Homes = {}
    for boxes in levels(found):
        if fits(order, boxes, max_nodes):
            break
    return boxes


def fits(order: Sequence[Value], boxes: Homes, max_nodes: int) -> bool:
    """Whether so many boxes, and edges between them, can be laid out and read."""
    if len(order) - len(boxes) + len(set(boxes.values())) > max_nodes:
        return False
    edges = {(boxes.get(x, x), boxes.get(node, node)) for node in order for x in node.inputs}
    return len(edges) <= EDGES_PER_BOX * max_nodes


def chosen(found: Homes, collapse: str | Sequence[str]) -> Homes:
    """The nodes that are drawn as boxes because a person says so: every module, every time step, or some paths.

    Raises: ValueError for a path that nothing in the graph has, saying the nearest, or where there is no such thing.
    """
    if collapse == BY_MODULE:
        boxes = {node: without_neuron(path) for node, path in found.items() if timeless(path)}
    elif collapse == BY_TIME_STEP:
        boxes = by_time_step(found) if any(map(time_of, found.values())) else {}
    else:
        return within(found, [collapse] if isinstance(collapse, str) else list(collapse))
    if not boxes:
        raise ValueError(f"there is no {collapse} to collapse: no label in this graph names one")
    return boxes


def without_neuron(path: str) -> str:
    """The module that neurons are part of, such as a layer or a gate; a neuron that stands alone is one itself.

    >>> without_neuron("t1.cell.input_gate.neuron2"), without_neuron("neuron1")
    ('t1.cell.input_gate', 'neuron1')
    """
    holder = re.sub(r"\.neuron\d+$", "", path)
    return holder if timeless(holder) else path


def within(found: Homes, paths: Sequence[str]) -> Homes:
    """The nodes that lie within one of the paths, at whatever time step if the path names none."""
    ways = {home: [*outer(home), *outer(timeless(home))] for home in set(found.values())}
    known = dict.fromkeys(way for home in found.values() for way in ways[home] if not way.startswith(SHARED))
    for path in paths:
        if path not in known:
            raise ValueError(not_found("module or time step", path, known))
    box = {home: next((way for way in around if way in paths), "") for home, around in ways.items()}
    return {node: box[home] for node, home in found.items() if box[home]}
