"""The command line: python -m micrograd_nn, or micrograd-nn once installed."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from math import isinf
from pathlib import Path
from typing import Any

from . import __version__
from .animate import animate
from .debugger import debug
from .draw import draw
from .expressions import Expression
from .gradcheck import Check, GradientMismatchError, check_gradients
from .page import page
from .prompt import one_line
from .tour import tour
from .tree import tree
from .value import Value

EXAMPLES = """examples:
  micrograd-nn                                                    a tour: an expression, XOR, pictures
  micrograd-nn grad "tanh(w1*x1 + w2*x2 + b)" w1=-3 w2=1 x1=2 x2=0 b=6.88
  micrograd-nn draw "(a*b + c) * f" a=2 b=-3 c=10 f=-2 -o graph.svg
  micrograd-nn step "(a*b + c) * f" a=2 b=-3 c=10 f=-2            backprop step by step, at a prompt
  micrograd-nn step "(a*b + c) * f" a=2 b=-3 c=10 f=-2 --html backprop.html
"""


OPTIONS = ("-h", "--help", "-o", "--output", "--operations", "--html", "--svg", "--")


class MistakeError(Exception):
    """What the person at the terminal got wrong, in one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, 1 where gradients disagree, 2 for bad input, 130 after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # not where output is captured, or closed
            stream.reconfigure(errors="replace")  # a terminal without │ or ∂ shows ? for it
    try:
        status = run(list(sys.argv[1:] if arguments is None else arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except MistakeError as mistake:
        print(f"micrograd-nn: {mistake}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def run(arguments: list[str]) -> int:
    """Parse the arguments and run what they ask for."""
    if arguments and arguments[0] in ("grad", "draw", "step"):  # argparse would take "-a*b" for an option
        arguments = [f" {word}" if is_expression(word) else word for word in arguments]
    options = parser().parse_args(arguments)
    try:
        if options.command == "grad":
            return show_gradients(options.expression, options.variables)
        if options.command == "draw":
            return save_drawing(options.expression, options.variables, options.output, options.operations)
        if options.command == "step":
            return step_through(options.expression, options.variables, options.html, options.svg)
        tour(Path(options.pictures))
    except BrokenPipeError:
        raise
    except (ArithmeticError, ValueError, OSError, ImportError, RuntimeError) as error:
        raise MistakeError(one_line(error)) from None
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(
        prog="micrograd-nn",
        description="A scalar autograd engine: derivatives of any expression, drawn and checked.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"micrograd_nn {__version__}")
    top.add_argument("--pictures", default="pictures", metavar="FOLDER", help="where the tour writes (%(default)s)")
    commands = top.add_subparsers(dest="command", metavar="{grad,draw,step}", title="commands")
    add_command(commands, "grad", "print an expression's value and gradients, and check them")
    picture = add_command(commands, "draw", "draw its graph")
    picture.add_argument("-o", "--output", default="graph.svg", help=".svg, .png, .pdf or .dot (%(default)s)")
    picture.add_argument("--operations", action="store_true", help="make each operation a node of its own")
    step = add_command(
        commands, "step", "step through its backward pass at a prompt, or make a page or a moving picture"
    )
    step.add_argument("--html", metavar="FILE", help="write a page to step in, instead")
    step.add_argument("--svg", metavar="FILE", help="write a moving picture, instead")
    return top


def add_command(commands: Any, name: str, text: str) -> argparse.ArgumentParser:
    """A command that takes an expression and values for its names."""
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    words = "numbers, names, + - * / ** and functions such as tanh(…), in quotes"
    command.add_argument("expression", help=words)
    command.add_argument("variables", nargs="*", metavar="name=value", help="a value for every name")
    return command


def is_expression(word: str) -> bool:
    """Whether a word that may begin with a minus sign is an expression rather than an option."""
    return word.startswith("-") and word != "-" and word.split("=")[0] not in OPTIONS


def show_gradients(expression: str, assignments: list[str]) -> int:
    """Print the value, the graph, the gradients, and what finite differences say to them."""
    variables = read_variables(assignments)
    parsed = Expression(expression)
    output = parsed.value(variables)
    output.backward()
    print(f"{expression.strip()} = {output.data!r}\n\n{tree(output)}\n")
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


def save_drawing(expression: str, assignments: list[str], path: str, operations: bool) -> int:
    """Draw the expression with its gradients."""
    output = Expression(expression).value(read_variables(assignments))
    try:
        output.backward()
    except (ArithmeticError, ValueError) as error:
        print(f"drawn without gradients: {error}", file=sys.stderr)
    print(f"wrote {draw(output, separate_operations=operations).save(path)}")
    return 0


def step_through(expression: str, assignments: list[str], html: str | None, svg: str | None) -> int:
    """Step through the expression's backward pass: at a prompt, in a page, or as a moving picture."""
    variables = read_variables(assignments)
    output = Expression(expression).value(variables)
    if not output.label and output.inputs:
        output.label = next(name for name in ("out", "output", "result") if name not in variables)
    if html is not None:
        print(f"wrote {page(output).save(html)}")
    if svg is not None:
        print(f"wrote {animate(output).save(svg)}")
    if html is None and svg is None:
        debug(output)
    return 0


def read_variables(assignments: list[str]) -> dict[str, Value]:
    """The variables of `a=2 b=-3`, as labelled Values."""
    variables: dict[str, Value] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals or not name.isidentifier():
            raise MistakeError(f"expected name=value, such as a=2, not {assignment!r}")
        if name in variables:
            raise MistakeError(f"{name} is given twice")
        try:
            number = float(text)
        except ValueError:
            raise MistakeError(f"{name}={text!r} is not a number") from None
        if isinf(number) and text.strip("+-").lower() not in ("inf", "infinity"):
            raise MistakeError(f"{name}={text} is beyond the largest float, 1.8e308")
        variables[name] = Value(number, label=name)
    return variables


if __name__ == "__main__":
    sys.exit(main())
