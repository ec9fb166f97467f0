"""What pictures and texts call a node, and how they write numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from itertools import count

from . import ops
from .formulas import formula, names_beside, shortened, without_silent
from .graph import NOT_COMPUTED, reading_order
from .quoting import visible
from .value import Value

NOT_REACHED = "·"
WORD = re.compile(r"[^\W\d]\w*(\.\w+)*'*(#\d+)?")  # a name that needs no parentheses in a formula


def number(x: float) -> str:
    """A number in four significant digits, never rounded to zero.

    >>> number(1e-6), number(-6.0), number(2 / 3), number(-0.0)
    ('1e-06', '-6', '0.6667', '0')
    """
    return f"{x + 0.0:.4g}"


def gradient(node: Value) -> str:
    """A node's gradient; `·` while no backward has reached it, which is not the same as 0."""
    return NOT_REACHED if node.grad is NOT_COMPUTED or node.grad is None else number(node.grad)


class Names(Mapping[Value, str]):
    """A name for every node behind `output`, inputs first: its label, a constant's number, or v1, v2, …

    Several nodes with one label are told apart: `z#1`, `z#2`, … in the order in which they were computed.

    >>> a = Value(2.0, label="a")
    >>> list(Names((a * 3).tanh()).values())
    ['a', '3', 'v1', 'v2']
    """

    def __init__(self, output: Value) -> None:
        self.output = output

    @cached_property
    def nodes(self) -> dict[Value, str]:
        """The name of every node, found when first asked for; empty for a constant without a label."""
        order = reading_order(self.output)
        names = {node: label_of(node) for node in order}
        taken = {*names.values(), ""}
        named = [node for node in order if node.op is not ops.constant]
        shared = [label for label, n in Counter(names[node] for node in named).items() if n > 1 or not label]
        free = {label: numbered(f"{label}#" if label else "v", taken) for label in shared}
        for node in named:
            if names[node] in free:
                names[node] = next(free[names[node]])
        return names

    @cached_property
    def by_name(self) -> dict[str, Value]:
        """The node that a name means. Constants have no name."""
        return {self[node]: node for node in self.nodes if node.op is not ops.constant}

    @cached_property
    def labels(self) -> dict[Value, str]:
        """What every node is called where it does not matter which of several with one label it is."""
        return {node: label_of(node) or self[node] for node in self.nodes}

    @cached_property
    def by_label(self) -> dict[str, list[str]]:
        """The names of the nodes that share a label."""
        shared: dict[str, list[str]] = {}
        for name, node in self.by_name.items():
            shared.setdefault(self.labels[node], []).append(name)
        return shared

    def find(self, name: str) -> Value:
        """The node that a name means.

        Raises: ValueError for a name that no node has, saying the nearest, and for a label that several have.
        """
        if name in self.by_name:
            return self.by_name[name]
        if len(several := self.by_label.get(name, [])) > 1:
            raise ValueError(f"{len(several)} nodes are called {name}: {', '.join(shortened(several, 12))}")
        raise ValueError(self.unknown(name, "node") if name else "which node? give its label, or its name such as v7")

    def unknown(self, name: str, kind: str, others: Iterable[str] = ()) -> str:
        """What to say of a name that is not there: which one may have been meant."""
        return not_found(kind, name, [*self.by_name, *others])

    def __getitem__(self, node: Value) -> str:
        return self.nodes[node] or number(node.data)

    def __iter__(self) -> Iterator[Value]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)


def not_found(kind: str, name: str, known: Iterable[str]) -> str:
    """What to say of a name that is not among those known: which one may have been meant.

    >>> not_found("node", "ab", ["a", "b", "abc"])
    'no node is called ab: did you mean abc?'

    A name that has all its parts is nearer than one that is spelt like it.

    >>> not_found("node", "t2.h1", ["t2.x1", "t2.cell.h1"])
    'no node is called t2.h1: did you mean t2.cell.h1?'
    """
    names = list(known)
    near = [other for other in names if has_parts(other, name)] or get_close_matches(name, names, 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(shortened(names, 12))}"
    return f"no {kind} is called {visible(name)}: {hint}"


def has_parts(name: str, wanted: str) -> bool:
    """Whether the parts of a name, between its dots, are those wanted and others, in this order."""
    parts = iter(name.split("."))
    return all(part in parts for part in wanted.split("."))


def derivative(of: str, by: str) -> str:
    """The derivative of one name by another; what is no word is put in parentheses.

    >>> derivative("L", "a"), derivative("L", "x1*w1")
    ('∂L/∂a', '∂L/∂(x1*w1)')
    """
    return f"{differential(of)}/{differential(by)}"


def differential(name: str) -> str:
    """The half of a derivative that belongs to one name."""
    return f"∂{name}" if WORD.fullmatch(name) else f"∂({name})"


def label_of(node: Value) -> str:
    """The label as it shows; empty where there is none."""
    return visible(str(node.label)) if node.label else ""


def numbered(prefix: str, taken: Container[str]) -> Iterator[str]:
    """v1, v2, … and the like, without those that are taken."""
    return (name for i in count(1) if (name := f"{prefix}{i}") not in taken)


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
    return f"{named[node]} = {formula(node.op, without_silent(node, names_beside(node, named)))}"


def with_numbers(node: Value) -> str:
    """The operation of a node on the numbers it was computed from.

    >>> with_numbers(Value(-3.0) ** 2)
    '(-3) ** 2'
    """
    op = node.op or ops.constant
    words = [number(x.data) for x in node.inputs]
    binds_tighter = op is ops.negate or op.symbol == "**"  # than the sign of a negative number
    words = [f"({word})" if binds_tighter and word[0] == "-" else word for word in words]
    return formula(op, without_silent(node, words))
