"""Slopes as formulas: the rules of the table, fed letters instead of numbers.

Fed floats a rule gives a slope, fed Values a graph, and fed Letters the formula of the slope as a person writes it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isclose, isfinite, isnan, nan
from typing import Any

from . import ops
from .formulas import names_beside
from .names import WORD, number
from .op import Op
from .value import Value

ANY, SUM, PRODUCT, SIGN, POWER, NAME = range(6)  # how tightly a text holds together, the tightest last
HOLDS = {  # how tightly an operation holds together, and what it needs of its operands
    ops.add: (SUM, SUM, PRODUCT),
    ops.subtract: (SUM, SUM, PRODUCT),
    ops.multiply: (PRODUCT, PRODUCT, SIGN),
    ops.divide: (PRODUCT, PRODUCT, SIGN),
    ops.negate: (SIGN, POWER),
    ops.raise_to: (POWER, NAME, SIGN),
    ops.absolute: (NAME, ANY),
}
NEUTRAL = {ops.add: 0.0, ops.subtract: 0.0, ops.multiply: 1.0, ops.divide: 1.0, ops.raise_to: 1.0}  # on the right


def slope_formula(node: Value, position: int, names: Mapping[Value, str]) -> str:
    """The local derivative of a node with respect to one of its inputs, as a formula.

    >>> z = Value(0.5, label="z")
    >>> a = z.tanh(); a.label = "a"
    >>> slope_formula(a, 0, {z: "z", a: "a"})
    '1 - a²'

    Empty where the rule of an operation of one's own cannot take letters, and where the formula no longer gives the
    slope that was recorded, because someone changed an input since.
    """
    beside = names_beside(node, names)
    own = names[node].rpartition(".")[2]
    own = own if own and own not in beside else names[node]
    letters = [letter_of(x, name) for x, name in zip((node, *node.inputs), (own, *beside))]
    op = node.op or ops.constant
    try:
        slope = as_letter(op.partials(*letters)[position])
    except Exception:  # a person's rule may do anything
        return ""
    recorded = node.local_derivatives[position]
    same = isclose(slope.number, recorded) or isnan(slope.number) or isnan(recorded)
    return slope.text if same else ""


def letter_of(node: Value, name: str) -> Letter:
    """What stands for a node in a formula: its name, or its number if it is a constant without a label."""
    if node.op is ops.constant and not node.label:
        return plain(node.data)
    return Letter(name, node.data, NAME if WORD.fullmatch(name) else ANY)


def as_letter(x: Any) -> Letter:
    """The letter itself, or a number as one."""
    return x if isinstance(x, Letter) else plain(float(x))


def plain(x: float) -> Letter:
    """A number: with others of its kind it is computed with, not written out."""
    return Letter(number(x), x, SIGN if x < 0 else NAME, plain=True)


def both_sides(op: Op) -> tuple[Callable[[Letter, Any], Letter], Callable[[Letter, Any], Letter]]:
    """An operation as the two methods that Python asks for."""
    return lambda self, other: written(op, self, other), lambda self, other: written(op, other, self)


def one_side(op: Op) -> Callable[[Letter], Letter]:
    """An operation on one letter as a method."""
    return lambda self: written(op, self)


def comparison(compare: Callable[[float, float], bool]) -> Callable[[Letter, Any], bool]:
    """A comparison of numbers as a method: it is how a rule finds its branch."""
    return lambda self, other: compare(self.number, as_letter(other).number)


@dataclass(frozen=True, slots=True, eq=False)
class Letter:
    """A piece of a formula, and the number that it stands for.

    >>> a, b = Letter("a", 2.0), Letter("b", -3.0)
    >>> print(1 - a * a, "and", -(a + 0) / (b * 1 + a), "and", ops.cos(a) ** 3)
    1 - a² and -a / (b + a) and cos(a) ** 3
    """

    text: str
    number: float
    holds: int = NAME
    plain: bool = False

    __add__, __radd__ = both_sides(ops.add)
    __sub__, __rsub__ = both_sides(ops.subtract)
    __mul__, __rmul__ = both_sides(ops.multiply)
    __truediv__, __rtruediv__ = both_sides(ops.divide)
    __pow__, __rpow__ = both_sides(ops.raise_to)
    __neg__, __abs__ = one_side(ops.negate), one_side(ops.absolute)
    __lt__, __le__ = comparison(operator.lt), comparison(operator.le)
    __gt__, __ge__ = comparison(operator.gt), comparison(operator.ge)

    def apply_op(self, op: Op, inputs: tuple[Any, ...]) -> Letter:
        """The formula of an operation that was called with a letter."""
        return written(op, *inputs)

    def within(self, need: int) -> str:
        """The text as an operand, in parentheses unless it holds together as tightly as needed."""
        return self.text if self.holds >= need else f"({self.text})"

    def is_number(self, x: float) -> bool:
        """Whether it is a plain number, and this one."""
        return self.plain and self.number == x

    def __str__(self) -> str:
        return self.text


def written(op: Op, *inputs: Any) -> Letter:
    """An operation on letters and numbers, as short as a person would write it."""
    letters = [as_letter(x) for x in inputs]
    result = computed(op, letters)
    if op in HOLDS and all(x.plain for x in letters) and isfinite(result):
        return plain(result)
    if op in NEUTRAL and (shorter := simplified(op, *letters)):
        return shorter
    holds, *needs = HOLDS.get(op, (ANY if op.form else NAME, *[NAME if op.form else ANY] * len(letters)))
    return Letter(op.written(*[x.within(need) for x, need in zip(letters, needs)]), result, holds)


def computed(op: Op, letters: list[Letter]) -> float:
    """The number that an operation gives; nan where it is undefined."""
    try:
        return op.forward(*[x.number for x in letters])
    except (ArithmeticError, ValueError):
        return nan


def simplified(op: Op, x: Letter, y: Letter) -> Letter | None:
    """What is written instead where an operand makes no difference, or both are the same; None where nothing is."""
    if y.is_number(NEUTRAL[op]):
        return x
    if op in (ops.add, ops.multiply) and x.is_number(NEUTRAL[op]):
        return y
    if op is ops.multiply and x.is_number(-1.0):
        return -y
    if op is ops.multiply and (x.is_number(0.0) or y.is_number(0.0)) and isfinite(x.number * y.number):
        return plain(0.0)
    if op is ops.raise_to and y.is_number(0.0):
        return plain(1.0)
    if y.is_number(2.0) if op is ops.raise_to else op is ops.multiply and x is y:
        return Letter(f"{x.within(NAME)}²", x.number * x.number, POWER)
    return None
