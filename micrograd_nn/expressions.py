"""Expressions typed by a person, such as `tanh(w*x + b)`: parsed from a white list, never evaluated as Python."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from inspect import signature
from typing import Any

from . import ops
from .op import TABLE, Op
from .value import Value, constant


def power(x: Value, y: Value) -> Value:
    """x ** y, by the power rule or the exponential rule where one of them is a number."""
    if y.op is ops.constant:
        return x**y.data
    return x.data**y if x.op is ops.constant else x**y


OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: power,
}
SIGNS: dict[type, Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
NOT_FUNCTIONS = (ops.constant, ops.parameter, ops.negate, ops.power, ops.exponential, ops.dot)
FUNCTIONS: dict[str, Op] = {n: op for n, op in TABLE.items() if n.isidentifier() and op not in NOT_FUNCTIONS}
MOST_CHARACTERS = 10_000


class ExpressionError(ValueError):
    """What is wrong with an expression, and where."""


HINTS = {"ln": "log", "arctan": "atan", "σ": "sigmoid"}


class Expression:
    """An expression of numbers, variables, + - * / ** and the functions of the table, parsed once.

    >>> Expression("2*x**2 + 1").value({"x": Value(3.0, label="x")}).data
    19.0

    Raises: ExpressionError, a ValueError of one line that marks the place »so«.
    """

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split())
        self.variables: Mapping[str, Value] = {}
        if len(text) > MOST_CHARACTERS:
            raise ExpressionError(f"an expression has at most {MOST_CHARACTERS} characters, not {len(text)}")
        try:
            self.body = ast.parse(self.text, mode="eval").body
        except SyntaxError as error:
            raise ExpressionError(syntax_message(self.text, error)) from None
        except (RecursionError, MemoryError):
            raise ExpressionError("the expression is nested too deeply") from None

    def value(self, variables: Mapping[str, Value]) -> Value:
        """What the expression is for these variables.

        Raises: ExpressionError where a name has no value, or mathematics ends.
        """
        self.variables = variables
        try:
            return self.part(self.body)
        except RecursionError:
            raise ExpressionError("the expression is nested too deeply") from None

    def part(self, node: ast.expr) -> Value:
        """The Value of a part of the expression; a number is a constant."""
        following = []
        while isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:  # a + b + c + … is deep on the left
            following.append(node)
            node = node.left
        result = self.guarded(node, lambda: self.compute(node))
        for outer in reversed(following):
            right = self.part(outer.right)
            result = self.guarded(outer, partial(OPERATORS[type(outer.op)], result, right))
        return result

    def guarded(self, node: ast.expr, compute: Callable[[], Value]) -> Value:
        """What `compute` gives; where mathematics ends, an error that points at the place."""
        try:
            return compute()
        except ExpressionError:
            raise
        except (ArithmeticError, ValueError) as error:
            raise ExpressionError(f"{error}: {self.marked(node)}") from None

    def compute(self, node: ast.expr) -> Value:
        """What one kind of syntax means."""
        if isinstance(node, ast.UnaryOp) and type(node.op) in SIGNS and isinstance(node.operand, ast.Constant):
            return constant(SIGNS[type(node.op)](self.compute(node.operand).data))
        if isinstance(node, ast.UnaryOp) and type(node.op) in SIGNS:
            return SIGNS[type(node.op)](self.part(node.operand))
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return constant(node.value)
        if isinstance(node, ast.Name):
            return self.variable(node)
        if isinstance(node, ast.Call):
            return self.call(node)
        hint = ", and a power is **" if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor) else ""
        what = f"only numbers, names, + - * / ** and functions may stand here{hint}"
        raise ExpressionError(f"{what}: {self.marked(node)}")

    def variable(self, node: ast.Name) -> Value:
        """The Value of a name."""
        if node.id in self.variables:
            return self.variables[node.id]
        if node.id == "pi":
            return constant(math.pi)
        what = f"{node.id} is a function: write {node.id}(…)" if node.id in FUNCTIONS else f"{node.id} has no value"
        hint = "" if node.id in FUNCTIONS else f", give it one: {node.id}=1.5"
        raise ExpressionError(f"{what}{hint}: {self.marked(node)}")

    def call(self, node: ast.Call) -> Value:
        """A function of the table, applied."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in FUNCTIONS or node.keywords or any(isinstance(x, ast.Starred) for x in node.args):
            near = [HINTS[name]] if name in HINTS else get_close_matches(name, FUNCTIONS, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(FUNCTIONS)}"
            raise ExpressionError(f"no such function, {hint}: {self.marked(node.func)}")
        inputs = [self.part(x) for x in node.args]
        if not takes(FUNCTIONS[name], len(inputs)):
            raise ExpressionError(f"{name} does not take {len(inputs)} inputs: {self.marked(node)}")
        return FUNCTIONS[name](*inputs)

    def marked(self, node: ast.expr) -> str:
        """The expression with the place of `node` marked »so«."""
        line = self.text.encode()
        start, end = node.col_offset, node.end_col_offset or len(line)
        return f"{line[:start].decode()}»{line[start:end].decode()}«{line[end:].decode()}"


def takes(op: Op, n_inputs: int) -> bool:
    """Whether an operation takes so many inputs; its rule says it: `out` and one for each."""
    try:
        signature(op.partials).bind(*range(n_inputs + 1))
    except TypeError:
        return False
    return n_inputs > 0


def syntax_message(text: str, error: SyntaxError) -> str:
    """One line that says where Python's grammar gave up."""
    if can_be_parsed(text + "1"):
        return f"something is missing at the end of: {text or 'an empty expression'}"
    at = max((error.offset or 1) - 1, 0)
    return f"{error.msg} at »{text[at : at + 1] or 'the end'}«, column {at + 1} of: {text}"


def can_be_parsed(text: str) -> bool:
    """Whether a text is an expression to Python's grammar."""
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, RecursionError, MemoryError):
        return False
    return True
