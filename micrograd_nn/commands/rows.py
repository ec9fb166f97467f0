"""A task with rows of numbers, of a made-up set or of a table."""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from typing import Any

from .. import data
from ..module import Module
from ..nn import MLP
from ..no_grad import no_grad
from ..notation import counted, joined
from ..quoting import visible
from ..report import Report, report
from ..training.run import Run
from .goals import Goal
from .task import Task
from .wording import off_by, without_option


@dataclass(frozen=True, kw_only=True)
class RowsTask(Task):
    """Rows, how they become inputs, and a multi-layer perceptron that suits them."""

    preparation: data.Preparation
    hidden_sizes: tuple[int, ...] = (8,)
    activation: str = "tanh"
    advice: str = ""  # where the target may have been meant otherwise
    n_left_out: int = 0  # incomplete rows

    @property
    def classes(self) -> tuple[str, ...] | None:
        """The names of the classes; None where a number is to be learned."""
        return self.preparation.target.categories

    @property
    def title(self) -> str:
        """What is learned from what."""
        return f"{self.name}: {self.preparation.target.name}"

    def network(self, goal: Goal, options: argparse.Namespace, rng: random.Random) -> Module:
        """A multi-layer perceptron."""
        hidden = self.hidden_sizes if options.hidden is None else options.hidden
        return MLP(
            len(self.training[0][0]),
            [*hidden, goal.n_outputs],
            options.activation or self.activation,
            rng=rng,
            output_activation=goal.output_activation,
            dropout=options.dropout or 0.0,
        )

    def summary(self) -> list[str]:
        """What is read and what is learned, line by line."""
        n_rows = len(self.training) + len(self.validation)
        columns = self.preparation.columns
        left_out = [f"left out {counted(self.n_left_out, 'incomplete row')}"] if self.n_left_out else []
        reads = f"reads {joined(list(map(described, columns)), ', ', most=12)}"
        what = f"one of {len(self.classes)} classes" if self.classes else "a number"
        learns = f"learns {visible(self.preparation.target.name)}, {what}{self.advice}"
        remarks = [advice_on_many(column, n_rows) for column in columns]
        return [*left_out, reads, *filter(None, remarks), learns]

    def metadata(self, goal: Goal) -> dict[str, Any]:
        """How rows become inputs, and what the outputs mean."""
        return {"preparation": self.preparation.document(), "loss": goal.loss.__name__}

    def results(self, run: Run, options: argparse.Namespace) -> list[str]:
        """How far a number is off in the unit of the target, on the rows held out if there are some."""
        if self.classes is not None:
            return []
        rows, which = (run.validation, "held out") if run.validation else (run.examples, "trained on")
        read = self.preparation.reading
        with no_grad():
            said = [read(run.model(inputs).data) for inputs, _ in rows]
        words = off_by(self.preparation.target.name, said, [read(target) for _, target in rows])
        return [f"{words} on {counted(len(rows), 'row')} {which}"]

    def page(self, run: Run) -> Report:
        """The report of how it is learned, with names and units as they stood in the table."""
        return report(run, title=self.title, preparation=self.preparation)


def described(column: data.Column) -> str:
    """A column's name, and how many categories it has.

    >>> described(data.Column("size")), described(data.Column("colour", ("red", "green")))
    ('size', 'colour (2 categories)')
    """
    if column.categories is None:
        return visible(column.name)
    n = len(column.categories)
    return f"{visible(column.name)} ({n} {'category' if n == 1 else 'categories'})"


def advice_on_many(column: data.Column, n_rows: int) -> str:
    """What to do about a column whose categories make many inputs of few rows; empty where they do not.

    >>> advice_on_many(data.Column("date", tuple("abcdefghijklmn")), 40)
    'date has 14 categories in 40 rows: --without date leaves it out'
    """
    n = len(column.categories or ())
    if n <= 10 or n_rows >= 10 * n:
        return ""
    return f"{visible(column.name)} has {n} categories in {n_rows} rows: {without_option(column.name)} leaves it out"
