"""Ledger: an account of one gradient, with a line for each contribution that makes it up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .graph import topological_order
from .groups import Homes, homes
from .names import Names, derivative, title
from .notation import aligned, counted, name_of
from .steps import Step
from .uses import added, whereabouts
from .value import Value
from .walk import Walk

MOST_LINES = 40  # of an account: what comes after them is one line, with its sum


@dataclass(frozen=True, slots=True, repr=False)
class Ledger:
    """The steps of backward that arrive at a value, and what they come to: what `ledger` answers."""

    value: Value
    output: Value
    names: Names
    steps: tuple[Step, ...]
    homes: Homes

    @property
    def total(self) -> float:
        """d(output)/d(value), added up in the order of the steps."""
        return self.steps[-1].after if self.steps else float(self.value is self.output)

    @property
    def slope(self) -> str:
        """What the account is of: `∂L/∂a`."""
        return derivative(name_of(self.output, self.names), name_of(self.value, self.names))

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __format__(self, digits: str) -> str:
        """The account, its numbers written as `digits` says: `f"{ledger(a, of=L):.17g}"` loses nothing."""
        digits = digits or ".4g"
        if not self.steps:
            return without_steps(self.value, self.output, self.names)
        shown, left_out = self.steps[:MOST_LINES], self.steps[MOST_LINES:]
        places = whereabouts(shown, self.homes)
        rows = [self.row(step, place, digits) for step, place in zip(shown, places)]
        if left_out:
            rows.append(
                (signed(added(step.contribution for step in left_out), digits), "", f"through {len(left_out)} more", "")
            )
        total = signed(self.total, digits)
        wide = max(len(total), *[len(row[0]) for row in rows])
        end = f"{total:>{wide}}  = {self.slope}, {counted(len(self), 'contribution')}"
        return "\n".join([*aligned(rows, right=[0]), "-" * wide, end])

    def row(self, step: Step, place: str, digits: str) -> tuple[str, ...]:
        """A contribution, where it came from and through which node, and its product."""
        product = f"{step.upstream:{digits}} × {step.local:{digits}}"
        return signed(step.contribution, digits), place, f"through {title(step.node, self.names)}", product

    def __str__(self) -> str:
        return format(self)

    __repr__ = __str__


def ledger(value: Value, of: Value) -> Ledger:
    """The account of one gradient: ∂L/∂a = Σ over the uses of a of ∂L/∂(the use) · ∂(the use)/∂a.

    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> c = a * b - a; c.label = "c"
    >>> print(ledger(a, of=c))
    -1  through c = v1 - a  1 × -1
    +3  through v1 = a * b  1 × 3
    --
    +2  = ∂c/∂a, 2 contributions

    No `grad` in the graph changes.

    Raises: TypeError for what is not a Value.
    """
    names, arriving = arrivals(value, of)
    return Ledger(value, of, names, tuple(arriving.get(value, ())), homes(topological_order(of)))


def arrivals(value: Value, output: Value) -> tuple[Names, dict[Value, list[Step]]]:
    """The names of a graph, and the steps of its backward by the node they arrive at.

    Raises: TypeError for what is not a Value.
    """
    for node in (value, output):
        if not isinstance(node, Value):
            raise TypeError(f"a gradient is of a Value with respect to a Value, not {type(node).__name__}")
    arriving: dict[Value, list[Step]] = {}
    try:
        walk = Walk(output)
    except ValueError:  # the output was computed from nothing that can change
        return Names(output), arriving
    for step in walk:
        arriving.setdefault(step.input, []).append(step)
    return walk.names, arriving


def signed(x: float, digits: str) -> str:
    """A number with its sign."""
    written = f"{x + 0.0:{digits}}".strip()
    return written if written[0] in "+-" else f"+{written}"


def without_steps(value: Value, output: Value, names: Names) -> str:
    """What is to say of a value at which no step arrives."""
    of, by = name_of(output, names), name_of(value, names)
    if value is output:
        return f"{derivative(of, by)} = 1"
    if value in names:
        return f"{by} cannot change, it is made of constants alone: nobody asks for {derivative(of, by)}"
    return f"{of} does not depend on {by}: {derivative(of, by)} = 0"
