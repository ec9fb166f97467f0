"""micrograd-nn grad, draw and step: what there is to see of an expression that is typed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from math import isinf
from typing import Any

from ..animate import animate
from ..debugger import debug
from ..draw import draw
from ..expressions import Expression
from ..gradcheck import Check, GradientMismatchError, check_gradients
from ..page import page
from ..tree import tree
from ..value import Value

COMMANDS = ("grad", "draw", "step")
OPTIONS = ("-h", "--help", "-o", "--output", "--operations", "--html", "--svg", "--")


def add_expression_commands(commands: Any) -> None:
    """The grammar of the three commands."""
    add_command(commands, "grad", "print an expression's value and gradients, and check them", show_gradients)
    add = add_command(commands, "draw", "draw its graph", save_drawing)
    add("-o", "--output", default="graph.svg", help=".svg, .png, .pdf or .dot (%(default)s)")
    add("--operations", action="store_true", help="make each operation a node of its own")
    text = "step through its backward pass at a prompt, or make a page or a moving picture"
    add = add_command(commands, "step", text, step_through)
    add("--html", metavar="FILE", help="write a page to step in, instead")
    add("--svg", metavar="FILE", help="write a moving picture, instead")


def add_command(commands: Any, name: str, text: str, run: Callable[[argparse.Namespace], int]) -> Callable[..., Any]:
    """A command that takes an expression and values for its names; the way to add options to it comes back."""
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    words = "numbers, names, + - * / ** and functions such as tanh(…), in quotes"
    command.add_argument("expression", help=words)
    command.add_argument("variables", nargs="*", metavar="name=value", help="a value for every name")
    command.set_defaults(run=run)
    return command.add_argument


def with_minus_signs(arguments: list[str]) -> list[str]:
    """The arguments, with a space before an expression that begins with a minus sign: argparse would see an option."""
    if not arguments or arguments[0] not in COMMANDS:
        return arguments
    return [f" {word}" if is_expression(word) else word for word in arguments]


def is_expression(word: str) -> bool:
    """Whether a word that may begin with a minus sign is an expression rather than an option."""
    return word.startswith("-") and word != "-" and word.split("=")[0] not in OPTIONS


def show_gradients(options: argparse.Namespace) -> int:
    """Print the value, the graph, the gradients, and what finite differences say to them."""
    variables = read_variables(options.variables)
    parsed = Expression(options.expression)
    output = parsed.value(variables)
    output.backward()
    print(f"{options.expression.strip()} = {output.data!r}\n\n{tree(output)}\n")
    if not variables:
        return 0
    checks, status = checked(parsed, variables)
    width = max(map(len, variables))
    print(f"{'input':<{max(width, 5)}}  {'value':>12}  {'gradient':>22}  finite differences")
    for (name, x), check in zip(variables.items(), checks):
        measured = f"{check.expected:.10g} ± {check.error:.0e}: {check.verdict}"
        print(f"{name:<{max(width, 5)}}  {x.data:>12.6g}  {x.grad!r:>22}  {measured}")
    return status


def checked(expression: Expression, variables: dict[str, Value]) -> tuple[list[Check], int]:
    """The comparison with finite differences for every variable, and the exit status that it asks for."""

    def function(*inputs: Value) -> Value:
        return expression.value(dict(zip(variables, inputs)))

    try:
        return check_gradients(function, *[x.data for x in variables.values()]), 0
    except GradientMismatchError as mismatch:
        return mismatch.checks, 1


def save_drawing(options: argparse.Namespace) -> int:
    """Draw the expression with its gradients."""
    output = Expression(options.expression).value(read_variables(options.variables))
    try:
        output.backward()
    except (ArithmeticError, ValueError) as error:
        print(f"drawn without gradients: {error}", file=sys.stderr)
    print(f"wrote {draw(output, separate_operations=options.operations).save(options.output)}")
    return 0


def step_through(options: argparse.Namespace) -> int:
    """Step through the expression's backward pass: at a prompt, in a page, or as a moving picture."""
    variables = read_variables(options.variables)
    output = Expression(options.expression).value(variables)
    if not output.label and output.inputs:
        output.label = next(name for name in ("out", "output", "result") if name not in variables)
    if options.html is not None:
        print(f"wrote {page(output).save(options.html)}")
    if options.svg is not None:
        print(f"wrote {animate(output).save(options.svg)}")
    if options.html is None and options.svg is None:
        debug(output)
    return 0


def read_variables(assignments: list[str]) -> dict[str, Value]:
    """The variables of `a=2 b=-3`, as labelled Values."""
    variables: dict[str, Value] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals or not name.isidentifier():
            raise ValueError(f"expected name=value, such as a=2, not {assignment!r}")
        if name in variables:
            raise ValueError(f"{name} is given twice")
        try:
            number = float(text)
        except ValueError:
            raise ValueError(f"{name}={text!r} is not a number") from None
        if isinf(number) and text.strip("+-").lower() not in ("inf", "infinity"):
            raise ValueError(f"{name}={text} is beyond the largest float, 1.8e308")
        variables[name] = Value(number, label=name)
    return variables
