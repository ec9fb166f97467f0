"""tree: a computation graph as text, for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from .names import Names, gradient, number, title
from .quoting import columns, fitted, shortened
from .value import Value

DEEPEST = 24  # levels of indentation; further down it stays the same, or a chain's tree would be a square


class Row(NamedTuple):
    """A line of a tree: a node, where one of its users has it among its inputs."""

    branches: str  # that lead to it
    words: str  # its title
    node: Value
    user: Value | None  # None for the output
    position: int


def tree(output: Value, max_lines: int = 60) -> str:
    """The graph behind `output` as indented text, with data and gradients.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> e = a * b; e.label = "e"
    >>> e.backward()
    >>> print(tree(e))
    e = a * b  data -6  grad 1
    ├─ a       data 2   grad -3
    └─ b       data -3  grad 2

    A node that is used again is written out once and then marked `(above)`. After `max_lines` lines it stops and
    says how many nodes it left out.

    Raises: TypeError for what is not a Value, ValueError for `max_lines` below 1.
    """
    if not isinstance(output, Value):
        raise TypeError(f"tree needs a Value, not {type(output).__name__}")
    if max_lines < 1:
        raise ValueError(f"max_lines must be at least 1, not {max_lines}")
    named = Names(output)
    rows = list(islice(tree_rows(output, named), max_lines))
    left_out = len(named) - len({row.node for row in rows})
    return "\n".join(lines(rows, gradient) + ([f"… +{left_out} more"] if left_out else []))


def tree_rows(output: Value, named: Names) -> Iterator[Row]:
    """The lines of the tree from the output down; every edge has one."""
    written: set[Value] = set()
    stack: list[tuple[Value, Value | None, int, str, str]] = [(output, None, 0, "", "")]
    while stack:
        node, user, position, first, rest = stack.pop()
        again = node in written and bool(node.inputs)
        words = f"{named[node]} (above)" if again else shortened(title(node, named))
        yield Row(first, words, node, user, position)
        written.add(node)
        if len(rest) > 3 * DEEPEST:
            rest = f"… {' ' * (3 * DEEPEST - 2)}"
        for i, x in () if again else reversed(list(enumerate(node.inputs, start=1))):
            branch, below = ("├─ ", "│  ") if i < len(node.inputs) else ("└─ ", "   ")
            stack.append((x, node, i - 1, rest + branch, rest + below))


def lines(rows: Sequence[Row], gradient_of: Callable[[Value], str], width: int = 0) -> list[str]:
    """The rows as text in columns: words, data, gradient; not wider than `width`, if there is one."""
    cells = []
    for row in rows:
        grad = gradient_of(row.node)
        cells.append((row.branches + row.words, f"data {number(row.node.data)}", grad and f"grad {grad}"))
    wide = [max(columns(cell[i]) for cell in cells) for i in (0, 1)]
    if width:  # long words give way
        wide[0] = min(wide[0], max(width - wide[1] - max(columns(cell[2]) for cell in cells) - 4, 16))
    titles = [squeezed(row, wide[0]) for row in rows]
    return [f"{title}  {fitted(data, wide[1])}  {grad}".rstrip() for title, (_, data, grad) in zip(titles, cells)]


def squeezed(row: Row, width: int) -> str:
    """A row's branches and title in so many columns: first the branches give way, on the left, then the title."""
    room = max(width - columns(row.words), width // 3)
    branches = row.branches if len(row.branches) <= room else "…" + row.branches[len(row.branches) - room + 1 :]
    return fitted(branches + row.words, width)
