"""Where to stop: the one vocabulary of `Walk.until`, the terminal debugger and the page.

    a                 a contribution arrives at a node with this label, or with this name (v7, z#2)
    tanh              the gradient goes through an operation of this name or symbol
    |grad| > 100      a gradient has grown beyond this: it explodes (>= too, and <= below)
    |grad| < 1e-6     a complete gradient is smaller than this: it vanishes
    not finite        the first nan or infinity, in a local derivative or a gradient

A name that is both a label and an operation means the label.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import TypeAlias

from .names import Names
from .steps import Step
from .value import Value

Condition: TypeAlias = "Value | str | Callable[[Step], object]"
SIZE = re.compile(r"\|? ?grad ?\|? ?([<>]=?) ?(.*)")
COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)  # the page's pattern, too


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A condition on steps, and the text that shows it."""

    text: str
    condition: Callable[[Step], object]

    def holds(self, step: Step) -> bool:
        """Whether to stop after this step.

        Raises: ValueError saying what the condition raised, and at which step.
        """
        try:
            return bool(self.condition(step))
        except Exception as error:
            raise ValueError(f"the condition {self.text} raised {type(error).__name__}: {error}, at {step}") from error

    def __str__(self) -> str:
        return self.text


def as_breakpoint(condition: Condition | Breakpoint, names: Names) -> Breakpoint:
    """The breakpoint that a node, a text or a function of a step stands for.

    >>> from micrograd_nn.value import Value
    >>> x = Value(1.0, label="x")
    >>> print(as_breakpoint("|grad| > 10", Names(x.tanh())))
    |grad| > 10

    Raises: ValueError for text that means nothing for these names, TypeError for what is no condition.
    """
    if isinstance(condition, Breakpoint):
        return condition
    if isinstance(condition, Value):
        if condition not in names:
            raise ValueError(f"{condition!r} is not in the graph of {names[names.output]}")
        return Breakpoint(names[condition], lambda step: step.input is condition)
    if callable(condition):
        return Breakpoint(getattr(condition, "__name__", repr(condition)), condition)
    if isinstance(condition, str):
        known = condition in names.by_name or condition in names.by_label
        return from_text(condition if known else " ".join(condition.split()), names)
    raise TypeError(f"a condition is a Value, text or a function of a step, not {type(condition).__name__}")


def from_text(text: str, names: Names) -> Breakpoint:
    """The breakpoint that a text means."""
    if text in names.by_name:
        return Breakpoint(text, lambda step: names[step.input] == text)
    if several := set(names.by_label.get(text, ())):
        return Breakpoint(text, lambda step: names[step.input] in several)
    if size := SIZE.fullmatch(text):
        return gradient_size(size[1], size[2])
    if text == "not finite":
        return Breakpoint(text, lambda step: not isfinite(step.after))  # a local that is not finite makes it so
    if text in operations(names):
        return Breakpoint(text, lambda step: text in words_of(step.node))
    if not text:
        raise ValueError("stop where? at a name, an operation, |grad| > 100, |grad| < 1e-6, or not finite")
    raise ValueError(names.unknown(text, "node or operation", (*operations(names), "not finite", "|grad| > 100")))


def gradient_size(sign: str, limit: str) -> Breakpoint:
    """A stop where a gradient is larger, or a complete one smaller, than a limit."""
    if not NUMBER.fullmatch(limit):
        raise ValueError(f"{limit or 'nothing'} is no size: write |grad| {sign} 0.001")
    bound = float(limit)
    text = f"|grad| {sign} {limit}"
    beyond = COMPARE[sign]
    if sign[0] == ">":
        return Breakpoint(text, lambda step: beyond(abs(step.after), bound))
    return Breakpoint(text, lambda step: step.arrived == step.expected and beyond(abs(step.after), bound))


def operations(names: Names) -> dict[str, None]:
    """The names and symbols of all operations in a graph."""
    return dict.fromkeys(word for node in names for word in words_of(node))


def words_of(node: Value) -> tuple[str, ...]:
    """The name and the symbol of the operation that computed a node."""
    return (node.op.name, node.op.symbol) if node.op and node.inputs else ()
