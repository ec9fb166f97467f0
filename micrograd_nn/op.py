"""What an operation is: a name, a function on numbers, and its partial derivatives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

Scalar: TypeAlias = Any  # a float, or whatever computes like one: a Value, a dual number
Slopes: TypeAlias = tuple[Scalar, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Op:
    """An operation: what it computes, and its slope in each input.

    >>> def cube(x): return x * x * x
    >>> def cube_partials(out, x): return (3 * x * x,)
    >>> cube = Op("cube", cube, cube_partials)
    >>> cube(2.0)
    8.0

    Called with a Value, it records itself; nothing else is needed for its gradient.
    """

    name: str
    forward: Callable[..., float]
    partials: Callable[..., Slopes]
    form: str = ""
    own: bool = True  # made by a person, so what it gives is checked; rows of the table are trusted

    def __call__(self, *inputs: Scalar) -> Scalar:
        """The result for numbers; anything with an `apply_op` method (a Value) takes the call over."""
        for x in inputs:
            if hasattr(x, "apply_op"):
                return x.apply_op(self, inputs)
        return self.forward(*inputs)

    @property
    def symbol(self) -> str:
        """What stands for the operation in an expression: `**` or `tanh`."""
        return self.form[3:-3] if self.form.count("{}") == 2 else self.name

    def written(self, *names: str) -> str:
        """The operation as a person writes it.

        >>> from micrograd_nn.ops import add, tanh
        >>> add.written("a", "b"), tanh.written("z")
        ('a + b', 'tanh(z)')
        """
        return self.form.format(*names) if self.form else f"{self.name}({', '.join(names)})"

    def __repr__(self) -> str:
        return f"Op({self.name!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        if not self.own:
            return from_table, (self.name,)
        return Op, (self.name, self.forward, self.partials, self.form)


TABLE: dict[str, Op] = {}


def operation(name: str, forward: Callable[..., float], partials: Callable[..., Slopes], form: str = "") -> Op:
    """A new row of the table."""
    TABLE[name] = Op(name, forward, partials, form, own=False)
    return TABLE[name]


def from_table(name: str) -> Op:
    """The row with this name: how a pickled operation finds itself again."""
    return TABLE[name]
