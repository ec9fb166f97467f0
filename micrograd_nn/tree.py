"""tree: a computation graph as text, for a terminal."""

from __future__ import annotations

from .names import Names, gradient, number, title
from .value import Value


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
    rows: list[tuple[str, str, str]] = []
    written: set[Value] = set()
    stack = [(output, "", "")]
    while stack and len(rows) < max_lines:
        node, first, rest = stack.pop()
        again = node in written and bool(node.inputs)
        words = f"{named[node]} (above)" if again else title(node, named)
        rows.append((first + words, f"data {number(node.data)}", f"grad {gradient(node)}"))
        written.add(node)
        for i, x in enumerate(reversed(() if again else node.inputs)):
            stack.append((x, rest + ("├─ " if i else "└─ "), rest + ("│  " if i else "   ")))
    wide = [max(len(row[i]) for row in rows) for i in (0, 1)]
    lines = [f"{row[0]:<{wide[0]}}  {row[1]:<{wide[1]}}  {row[2]}" for row in rows]
    left_out = len(named) - len(written)
    return "\n".join(lines + ([f"… +{left_out} more"] if left_out else []))
