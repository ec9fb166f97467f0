"""What pictures and texts call a node, and how they write numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from itertools import count

from . import ops
from .graph import NOT_COMPUTED, reading_order
from .op import Op
from .quoting import visible
from .value import Value

NOT_REACHED = "·"


def number(x: float) -> str:
    """A number in four significant digits, never rounded to zero.

    >>> number(1e-6), number(-6.0), number(2 / 3)
    ('1e-06', '-6', '0.6667')
    """
    return f"{x:.4g}"


def gradient(node: Value) -> str:
    """A node's gradient; `·` while no backward has reached it, which is not the same as 0."""
    return NOT_REACHED if node.grad is NOT_COMPUTED or node.grad is None else number(node.grad)


class Names(Mapping[Value, str]):
    """A name for every node behind `output`, inputs first: its label, a constant's number, or v1, v2, …

    >>> a = Value(2.0, label="a")
    >>> list(Names((a * 3).tanh()).values())
    ['a', '3', 'v1', 'v2']
    """

    def __init__(self, output: Value) -> None:
        self.output = output

    @cached_property
    def nodes(self) -> dict[Value, str]:
        """The generated name of every node, found when first asked for; empty where it has one of its own."""
        nodes = dict.fromkeys(reading_order(self.output), "")
        taken = {node.label for node in nodes}
        free = (name for i in count(1) if (name := f"v{i}") not in taken)
        for node in nodes:
            if not node.label and node.op is not ops.constant:
                nodes[node] = next(free)
        return nodes

    @cached_property
    def by_name(self) -> dict[str, Value]:
        """The node that a name means; of several with one label, the last computed. Constants have no name."""
        return {self[node]: node for node in self.nodes if node.op is not ops.constant}

    def find(self, name: str) -> Value:
        """The node that a name means.

        Raises: ValueError for a name that no node has; it says the nearest.
        """
        if name not in self.by_name:
            raise ValueError(self.unknown(name, "node"))
        return self.by_name[name]

    def unknown(self, name: str, kind: str, others: Iterable[str] = ()) -> str:
        """What to say of a name that is not there: which one may have been meant."""
        known = [*self.by_name, *others]
        near = get_close_matches(name, known, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(shortened(known, 12))}"
        return f"no {kind} is called {visible(name)}: {hint}"

    def __getitem__(self, node: Value) -> str:
        return self.nodes[node] or (visible(str(node.label)) if node.label else number(node.data))

    def __iter__(self) -> Iterator[Value]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)


def title(node: Value, named: Mapping[Value, str]) -> str:
    """`e = a * b` for a node that was computed, the name alone for a leaf.

    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> e = a * b
    >>> title(e, {a: "a", b: "b", e: "e"})
    'e = a * b'

    What belongs to the same module goes by the last part of its name: `layer1.neuron2.z = w1·x1 + b`.
    """
    if not node.inputs or node.op is None:
        return named[node]
    return f"{named[node]} = {formula(node.op, [name_beside(node, x, named) for x in node.inputs])}"


def name_beside(node: Value, x: Value, named: Mapping[Value, str]) -> str:
    """What a node is called beside another: without the path of the module that both belong to."""
    module, dot, _ = named[node].rpartition(".")
    return named[x].removeprefix(module + dot)


def formula(op: Op, words: list[str]) -> str:
    """The operation on its inputs, cut short where there are many."""
    if op is ops.dot:
        n = len(words) // 2
        products = [f"{w}·{x}" for w, x in zip(words[:n], words[n:-1])]
        return " + ".join([*shortened(products, 2), words[-1]])
    if op is ops.total:
        return " + ".join(shortened(words, 3))
    return op.written(*words) if op.form else op.written(*shortened(words, 3))


def with_numbers(node: Value) -> str:
    """The operation of a node on the numbers it was computed from.

    >>> with_numbers(Value(-3.0) ** 2)
    '(-3) ** 2'
    """
    op = node.op or ops.constant
    words = [number(x.data) for x in node.inputs]
    binds_tighter = op is ops.negate or op.symbol == "**"  # than the sign of a negative number
    return formula(op, [f"({word})" if binds_tighter and word[0] == "-" else word for word in words])


def shortened(words: list[str], most: int) -> list[str]:
    """The words, or their first ones and the last with an ellipsis between when there are more than `most`."""
    return words if len(words) <= most else [*words[: max(most - 2, 1)], "…", words[-1]]
