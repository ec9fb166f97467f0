"""What can be done with a graph of any depth, knowing little of its nodes: order it, copy it, pickle it, free it.

No function here recurses, so a chain of a million nodes needs no more stack than a chain of two.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from .ops import constant
from .watching import see_reading

NOT_COMPUTED = float("0")  # this very object, compared with `is`, is a gradient that no backward has reached


def topological_order(output: Any) -> list[Any]:
    """Every node that `output` was computed from, once, each before its inputs; `output` comes first, leaves last.

    >>> from micrograd_nn import Value
    >>> a = Value(1.0, label="a")
    >>> b = a + a
    >>> topological_order(b) == [b, a]
    True
    """
    computed, leaves = computed_and_leaves(output)
    return computed + leaves


def reading_order(output: Any) -> list[Any]:
    """The same nodes as one would write them down: inputs from left to right, then what they make."""
    computed: dict[Any, None] = {}
    stack = [output]
    while stack:
        node = stack.pop()
        if node is None:
            computed[stack.pop()] = None
        elif node.inputs and node not in computed:
            stack += (node, None, *reversed(node.inputs))
    return list(dict.fromkeys(x for node in computed for x in (*node.inputs, node))) or [output]


def varying(order: list[Any]) -> list[Any]:
    """The nodes of a topological order that change when a leaf does: all but constants and what is made of them."""
    moves: set[Any] = set()
    for node in reversed(order):
        if not moves.isdisjoint(node.inputs) if node.inputs else node.op is not constant:
            moves.add(node)
    return [node for node in order if node in moves]


def computed_and_leaves(output: Any) -> tuple[list[Any], list[Any]]:
    """The topological order in its two parts: nodes that have inputs, and leaves."""
    computed: list[Any] = []
    leaves: list[Any] = [] if output.inputs else [output]
    seen = set()
    stack = [output] if output.inputs else []
    while stack:
        node = stack.pop()
        if node is None:  # everything behind the node below is in the order
            computed.append(stack.pop())
        elif node not in seen:
            seen.add(node)
            stack.append(node)
            stack.append(None)
            inputs = node.inputs
            if len(inputs) > 2 and seen.issuperset(inputs):  # wide nodes share inputs: 5 % of backward on a layer
                continue
            for x in inputs:
                if x not in seen:
                    if x.inputs:
                        stack.append(x)
                    else:
                        seen.add(x)
                        leaves.append(x)
    computed.reverse()
    return computed, leaves


def shallow_copy(node: Any) -> Any:
    """A node of the same class with the same fields."""
    if not node.inputs:
        see_reading(node)
    twin = object.__new__(type(node))
    for field in node.__slots__:
        setattr(twin, field, getattr(node, field))
    return twin


def deep_copy(output: Any, memo: dict[int, Any]) -> Any:
    """A copy of `output` and of the whole graph behind it; what is in the memo is not copied again."""
    for node in reversed(topological_order(output)):
        if id(node) not in memo:
            twin = memo[id(node)] = shallow_copy(node)
            twin.inputs = tuple([memo[id(x)] for x in node.inputs])
    return memo[id(output)]


def pickled(output: Any) -> tuple[Any, ...]:
    """What `__reduce__` answers: the graph behind `output` as flat columns, inputs named by their place.

    Leaves are pickled as themselves, so several graphs in one pickle go on sharing their leaves.
    """
    if not output.inputs:
        see_reading(output)
    order = topological_order(output)[::-1]
    place = {node: i for i, node in enumerate(order)}
    nodes = [node if node is not output and not node.inputs else None for node in order]
    rows = [node for node, leaf in zip(order, nodes) if leaf is None]
    inputs = [tuple([place[x] for x in node.inputs]) for node in rows]
    columns = {name: [getattr(node, name) for node in rows] for name in output.__slots__ if name != "inputs"}
    columns["grad"] = [None if grad is NOT_COMPUTED else grad for grad in columns["grad"]]
    return unpickled, (type(output), nodes, inputs, columns)


def unpickled(kind: type, nodes: list[Any], inputs: list[tuple[int, ...]], columns: dict[str, list[Any]]) -> Any:
    """The output of the graph whose columns `pickled` wrote."""
    columns["grad"] = [NOT_COMPUTED if grad is None else grad for grad in columns["grad"]]
    rows = zip(inputs, *columns.values())
    for i, leaf in enumerate(nodes):
        if leaf is None:
            places, *contents = next(rows)
            node: Any = object.__new__(kind)
            nodes[i] = node
            node.inputs = tuple([nodes[k] for k in places])
            for name, content in zip(columns, contents):
                setattr(node, name, content)
    return nodes[-1]


def freeing() -> Callable[[Any], None]:
    """The function `free`, with a queue that nobody else refers to, not even a copy of this module's names."""
    waiting: list[tuple[Any, ...]] = []  # the inputs of nodes that are being freed
    references = sys.getrefcount  # at Python's end, a module's names are gone before the last nodes

    def free(node: Any) -> None:
        """Let go of all that only `node` keeps alive, without recursion: what is freed on the way waits its turn.

        To ask each input whether anyone else needs it makes a training step a tenth longer.
        """
        if getattr(node, "inputs", ()):  # there are none, if its making failed
            waiting.append(node.inputs)
            node.inputs = ()
            if references(waiting) == 2:  # this function's and the argument: nobody is at it yet
                try:
                    queue = waiting  # now somebody is, as long as this call lasts: Ctrl-C can leave no mark behind
                    while queue:
                        queue.pop()
                finally:
                    queue = []  # or whoever keeps the traceback of Ctrl-C would seem to be at it

    return free


free = freeing()
