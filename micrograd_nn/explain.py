"""explain: the chain rule for one gradient, in symbols, in numbers and in its result."""

from __future__ import annotations

from operator import index

from .explanation import Explanation
from .graph import topological_order
from .groups import homes
from .ledger import arrivals
from .terms import Term, unroll
from .value import Value

MOST_LINES = 12  # uses that are written out: the others are summed in one line


def explain(value: Value, of: Value, depth: int = 1) -> Explanation:
    """The chain rule for one gradient: ∂L/∂a = Σ over the uses of a of ∂L/∂(the use) · ∂(the use)/∂a.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c, d = a + b, a * b
    >>> c.label, d.label = "c", "d"
    >>> L = 3 * c + 2 * d; L.label = "L"
    >>> print(explain(a, of=L))
    ∂L/∂a = ∂L/∂c · ∂c/∂a + ∂L/∂d · ∂d/∂a
          = 3 × 1 + 2 × -3
          = 3 + -6
          = -3
    where c = a + b  so ∂c/∂a = 1
          d = a * b  so ∂d/∂a = b = -3

    With a `depth` above 1 the upstream factors are explained in the same way, so many steps back. No `grad` in the
    graph changes. In a notebook it shows itself as a table; `latex()` is for a paper.

    Raises: TypeError for what is not a Value, ValueError for a depth below 1.
    """
    if index(depth) < 1:
        raise ValueError(f"depth must be at least 1, not {depth}")
    names, arriving = arrivals(value, of)
    steps = arriving.get(value, [])
    terms = [Term(step) for step in steps[:MOST_LINES]]
    left = unroll(terms, arriving, depth - 1)
    return Explanation(value, of, names, tuple(steps), tuple(terms), tuple(left), homes(topological_order(of)))
