"""What the commands for learning say of results and of mistakes, in the words of the command line."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import fsum

from ..data import TableError
from ..names import number
from ..quoting import visible
from ..training.epochs import Epoch
from ..training.run import DivergenceError, Run

AS_OPTIONS = {  # what errors advise to callers in Python
    "skip_incomplete=True": "--skip-incomplete",
    "a learning rate below": "--learning-rate below",
    "clip_norm=1": "--clip-norm 1",
}


@contextmanager
def worded_as_options() -> Iterator[None]:
    """A context whose errors advise options instead of keywords.

    >>> with worded_as_options():
    ...     raise TableError("t.csv, line 2, column 'x': an empty cell: skip_incomplete=True leaves such rows out")
    Traceback (most recent call last):
    micrograd_nn.data.sheet.TableError: t.csv, line 2, column 'x': an empty cell: --skip-incomplete leaves such rows out
    """
    try:
        yield
    except (TableError, DivergenceError) as error:
        words = re.sub(
            r"without=(\[(['\"]).*\2\])", lambda found: without_option(*ast.literal_eval(found[1])), str(error)
        )
        for keyword, option in AS_OPTIONS.items():
            words = words.replace(keyword, option)
        raise type(error)(words) from error


def without_option(column: str) -> str:
    """The option that leaves a column out, as a shell takes it.

    >>> without_option("date"), without_option("width, cm")
    ('--without date', '--without \\'"width, cm"\\'')
    """
    has_comma = "," in column or column.startswith('"')
    return f"--without {shlex.quote(visible(in_quotes(column) if has_comma else column))}"


def in_quotes(text: str) -> str:
    """A text as a CSV file has it that has a comma."""
    return '"' + text.replace('"', '""') + '"'


def off_by(name: str, said: Sequence[float], wanted: Sequence[float]) -> str:
    """The mean distance of answers from what was wanted, in their own unit and four significant digits.

    >>> off_by("price", [100.0, 250.0], [110.0, 220.0])
    'price: off by 20 in the mean'
    """
    mean = fsum([abs(x - y) / len(wanted) for x, y in zip(said, wanted)])  # no sum that overflows
    return f"{name}: off by {float(f'{mean:.4g}'):.15g} in the mean"


def advice_on_rise(run: Run, last: Epoch) -> str:
    """What to try where training left the loss above that of the untrained model; empty where it did not."""
    first = run.history[0].loss
    if last.loss <= first:
        return ""
    rate = run.optimizer.learning_rate
    return f"the loss rose from {number(first)} to {number(last.loss)}: try a smaller --learning-rate (it is {rate:g})"
