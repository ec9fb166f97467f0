"""The command line: python -m micrograd_nn, or micrograd-nn once installed."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from . import __version__
from .commands import (
    add_expression_commands,
    add_predict_command,
    add_sample_command,
    add_train_command,
    with_minus_signs,
)
from .prompt import one_line
from .tour import tour

EXAMPLES = """examples:
  micrograd-nn                             a tour: an expression, XOR, pictures
  micrograd-nn grad "tanh(w*x + b)" w=-3 x=2 b=6.88
  micrograd-nn draw "(a*b + c) * f" a=2 b=-3 c=10 f=-2 -o graph.svg
  micrograd-nn step "(a*b + c) * f" a=2 b=-3 c=10 f=-2
  micrograd-nn step "(a*b + c) * f" a=2 b=-3 c=10 f=-2 --html backprop.html
  micrograd-nn train moons --html moons.html
  micrograd-nn train flowers.csv --target species --save flowers.json
  micrograd-nn predict flowers.json new.csv
  micrograd-nn train names.txt --model gpt --save names.json
  micrograd-nn sample names.json --temperature 0.8
"""


class MistakeError(Exception):
    """What the person at the terminal got wrong, in one line."""


class Grammar(argparse.ArgumentParser):
    """A grammar that refuses in one line, and leaves the long usage to --help."""

    def error(self, message: str) -> NoReturn:
        """Leave with 2."""
        self.exit(2, f"micrograd-nn: {message}; see {self.prog} --help\n")


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
        silence_output()
        return 0
    except OSError as error:  # what is left to print in the end has no room where it goes
        silence_output()
        print(f"micrograd-nn: cannot write the output: {error.strerror}", file=sys.stderr)
        return 2


def silence_output() -> None:
    """Let what could not be printed go nowhere, or Python would try again on leaving."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run(arguments: list[str]) -> int:
    """Parse the arguments and run what they ask for."""
    options = parser().parse_args(with_minus_signs(arguments))
    try:
        if options.command is not None:
            status: int = options.run(options)
            return status
        tour(Path(options.pictures))
    except BrokenPipeError:
        raise
    except (ArithmeticError, ValueError, OSError, ImportError, RuntimeError) as error:
        raise MistakeError(one_line(error)) from None
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = Grammar(
        prog="micrograd-nn",
        description="Derivatives of any expression, drawn and checked; and small neural networks.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"micrograd_nn {__version__}")
    top.add_argument("--pictures", default="pictures", metavar="FOLDER", help="where the tour writes (%(default)s)")
    commands = top.add_subparsers(dest="command", metavar="{grad,draw,step,train,predict,sample}", title="commands")
    add_expression_commands(commands)
    add_train_command(commands)
    add_predict_command(commands)
    add_sample_command(commands)
    return top


if __name__ == "__main__":
    sys.exit(main())
