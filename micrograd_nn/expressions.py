"""Expressions typed by a person, such as `tanh(w*x + b)`: parsed from a white list, never evaluated as Python."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from . import ops
from .op import TABLE, Op
from .value import Value, constant


def power(x: Any, y: Any) -> Any:
    """x ** y, which between numbers is an error where Python would answer with a complex number."""
    return x**y if isinstance(x, Value) or isinstance(y, Value) else ops.raise_to(x, y)


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


def evaluate(expression: str, variables: Mapping[str, Value]) -> Value:
    """The Value of an expression of numbers, variables, + - * / ** and the functions of the table.

    >>> x = Value(3.0, label="x")
    >>> evaluate("2*x**2 + 1", {"x": x}).data
    19.0

    Raises: ExpressionError, a ValueError of one line that marks the place »so«.
    """
    if len(expression) > MOST_CHARACTERS:
        raise ExpressionError(f"an expression has at most {MOST_CHARACTERS} characters, not {len(expression)}")
    text = " ".join(expression.split())
    try:
        tree = ast.parse(text, mode="eval")
        result = Evaluation(text, variables).value(tree.body)
    except SyntaxError as error:
        raise ExpressionError(syntax_message(text, error)) from None
    except (RecursionError, MemoryError):
        raise ExpressionError("the expression is nested too deeply") from None
    return result if isinstance(result, Value) else constant(result)


class Evaluation:
    """One evaluation: the text, for pointing at a place in it, and the variables."""

    def __init__(self, text: str, variables: Mapping[str, Value]) -> None:
        self.text, self.variables = text, variables

    def value(self, node: ast.expr) -> Any:
        """What a part of the expression computes: a Value, or a number where no variable is involved."""
        try:
            return self.compute(node)
        except (ArithmeticError, ValueError) as error:
            if isinstance(error, ExpressionError):
                raise
            raise ExpressionError(f"{error}: {self.marked(node)}") from None

    def compute(self, node: ast.expr) -> Any:
        """What one kind of syntax means."""
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            x, y = self.value(node.left), self.value(node.right)
            return OPERATORS[type(node.op)](x, y)
        if isinstance(node, ast.UnaryOp) and type(node.op) in SIGNS:
            return SIGNS[type(node.op)](self.value(node.operand))
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return float(node.value)
        if isinstance(node, ast.Name):
            return self.variable(node)
        if isinstance(node, ast.Call):
            return self.call(node)
        raise ExpressionError(f"only numbers, names, + - * / ** and functions may stand here: {self.marked(node)}")

    def variable(self, node: ast.Name) -> Any:
        """The Value of a name."""
        if node.id in self.variables:
            return self.variables[node.id]
        if node.id == "pi":
            return math.pi
        what = f"{node.id} is a function: write {node.id}(…)" if node.id in FUNCTIONS else f"{node.id} has no value"
        hint = "" if node.id in FUNCTIONS else f", give it one: {node.id}=1.5"
        raise ExpressionError(f"{what}{hint}: {self.marked(node)}")

    def call(self, node: ast.Call) -> Any:
        """A function of the table, applied."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in FUNCTIONS or node.keywords or any(isinstance(x, ast.Starred) for x in node.args):
            near = get_close_matches(name, FUNCTIONS, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(FUNCTIONS)}"
            raise ExpressionError(f"no such function, {hint}: {self.marked(node.func)}")
        inputs = [x if isinstance(x, Value) else constant(x) for x in map(self.value, node.args)]
        try:
            return FUNCTIONS[name](*inputs)
        except TypeError:
            raise ExpressionError(f"{name} takes another number of inputs: {self.marked(node)}") from None

    def marked(self, node: ast.expr) -> str:
        """The expression with the place of `node` marked »so«."""
        line = self.text.encode()
        start, end = node.col_offset, node.end_col_offset or len(line)
        return f"{line[:start].decode()}»{line[start:end].decode()}«{line[end:].decode()}"


def syntax_message(text: str, error: SyntaxError) -> str:
    """One line that says where Python's grammar gave up."""
    at = max((error.offset or 1) - 1, 0)
    return f"{error.msg} at »{text[at : at + 1] or 'the end'}«, column {at + 1} of: {text}"
