"""The forward pass as a sequence of steps, one operation at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .names import Names, number, title, with_numbers
from .value import Value


@dataclass(slots=True, eq=False, repr=False)
class ForwardStep:
    """One operation of the forward pass: `node` is computed from its inputs.

    >>> x = Value(3.0, label="x")
    >>> print(next(forward_steps(x * x)))
    v1 = x * x = 3 * 3 = 9
    """

    node: Value
    names: Names

    @property
    def inputs(self) -> tuple[Value, ...]:
        """What it is computed from."""
        return self.node.inputs

    @property
    def data(self) -> float:
        """The result, as recorded."""
        return self.node.data

    def __str__(self) -> str:
        return f"{title(self.node, self.names)} = {with_numbers(self.node)} = {number(self.data)}"

    def __repr__(self) -> str:
        return f"<ForwardStep: {self}>"


def forward_steps(output: Value) -> Iterator[ForwardStep]:
    """The forward pass as it was recorded, one step for each operation, inputs first: a network goes layer by layer.

    >>> w, x, b = Value(-3.0, label="w"), Value(2.0, label="x"), Value(6.5, label="b")
    >>> a = (w * x + b).tanh(); a.label = "a"
    >>> for step in forward_steps(a):
    ...     print(step)
    v1 = w * x = -3 * 2 = -6
    v2 = v1 + b = -6 + 6.5 = 0.5
    a = tanh(v2) = tanh(0.5) = 0.4621

    Raises: TypeError for what is not a Value.
    """
    if not isinstance(output, Value):
        raise TypeError(f"steps lead to a Value, not {type(output).__name__}")
    names = Names(output)
    return (ForwardStep(node, names) for node in names if node.inputs)
