"""diagnose: what is wrong with the gradients of a graph, and which operations are to blame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .evidence import Evidence, Finding
from .names import number
from .symptoms import dead, exploding, not_finite, saturated, vanishing
from .value import Value


@dataclass(frozen=True, slots=True, repr=False)
class Diagnosis:
    """What looks wrong in a graph, the worst first; empty and false if nothing does: what `diagnose` answers."""

    findings: tuple[Finding, ...]
    summary: str  # the sizes of the gradients

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings)) or f"nothing suspicious: {self.summary}"

    __repr__ = __str__


def diagnose(output: Value) -> Diagnosis:
    """What looks wrong with the gradients of `output`: not finite, exploding, vanishing, dead, saturated.

    >>> x = Value(3.0, label="x")
    >>> a = x.tanh(); a.label = "a"
    >>> print(diagnose(a))
    saturated: 99 % lost at a = tanh(x): 1 - a² = 0.009866
    >>> print(diagnose(x * x + 1))
    nothing suspicious: |grad| is 6 on the one leaf

    Each finding has its `kind`, its `nodes`, a `message` and the `causes`: the operations on the strongest path that
    lost or gained most. Nodes with one label are one unit, and layers are reported as wholes. No `grad` changes.

    Raises: TypeError for what is not a Value.
    """
    if not isinstance(output, Value):
        raise TypeError(f"a diagnosis is of a Value, not {type(output).__name__}")
    try:
        seen = Evidence(output)
    except ValueError as error:  # nothing can change
        return Diagnosis((), str(error))
    kinds = not_finite(seen), exploding(seen), vanishing(seen), dead(seen), saturated(seen)
    return Diagnosis(tuple([finding for kind in kinds for finding in kind]), sizes(seen))


def sizes(seen: Evidence) -> str:
    """`|grad| from 0.03 to 2.1 over 17 leaves`."""
    found = [abs(seen.grad[leaf]) for leaf in seen.leaves]
    if len(found) == 1:
        return f"|grad| is {number(found[0])} on the one leaf"
    return f"|grad| from {number(min(found))} to {number(max(found))} over {len(found)} leaves"
