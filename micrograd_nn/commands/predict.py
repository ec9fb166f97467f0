"""micrograd-nn predict: what a saved network says of the rows of a CSV file."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from math import fsum
from typing import Any

from ..data import Column, Preparation, TableError, preparation_from
from ..data.sheet import Sheet, read_sheet
from ..data.tables import read_column, rows_of
from ..losses import LOSSES
from ..names import number
from ..no_grad import no_grad
from ..notation import counted
from ..prompt import usable
from ..saving.save import load, read_metadata
from ..section import Section
from ..training.epochs import percent
from ..training.train import n_outputs
from .goals import Goal


def add_predict_command(commands: Any) -> None:
    """The grammar of the command."""
    text = "say what a saved network makes of the rows of a CSV file, as CSV"
    command: argparse.ArgumentParser = commands.add_parser("predict", help=text, description=text)
    command.add_argument("model", help="a file that `train --save` wrote")
    command.add_argument("rows", metavar="FILE.csv", help="raw rows, with the columns that it was trained on")
    command.set_defaults(run=predict_command)


def predict_command(options: argparse.Namespace) -> int:
    """Write the rows, as far as the network reads them, with its answers; say how many are right if that is known."""
    model, metadata = load(options.model), Section(read_metadata(options.model), f"{options.model}: metadata")
    prepare, goal = what_was_learned(metadata)
    sheet = read_sheet(options.rows)
    rows = rows_of(sheet, prepare.columns)
    inputs = [prepare.inputs(row) for row in rows]
    if (n := n_outputs(model, inputs[0])) != goal.n_outputs:
        metadata.fail(f"what was learned needs {counted(goal.n_outputs, 'output')}, and the model has {n}")
    with no_grad():
        answers = [answer(prepare, goal, model(x)) for x in inputs]
    writer = csv.writer(usable(sys.stdout), lineterminator="\n")
    writer.writerow([*[column.name for column in prepare.columns], *header(prepare, goal)])
    writer.writerows([*row, *said] for row, said in zip(rows, answers))
    if prepare.target.name in sheet.header:
        print(compared(prepare.target, [said[0] for said in answers], sheet), file=sys.stderr)
    return 0


def what_was_learned(metadata: Section) -> tuple[Preparation, Goal]:
    """How rows become inputs, and what the outputs mean.

    Raises: ModelFileError where `train` has not written that.
    """
    if "preparation" not in metadata:
        metadata.fail("nothing says how rows become inputs; `micrograd-nn train --save` writes that")
    document = metadata.section("preparation")
    prepare = preparation_from(document.fields, document.where)
    loss = metadata.text("loss")
    if loss not in LOSSES:
        metadata.fail(f"unknown loss {loss!r}: there are {', '.join(LOSSES)}")
    return prepare, Goal(LOSSES[loss], len(prepare.target.categories or ()))


def header(prepare: Preparation, goal: Goal) -> list[str]:
    """What stands above the answers."""
    return [prepare.target.name, *(["probability"] if goal.has_probabilities else [])]


def answer(prepare: Preparation, goal: Goal, output: Any) -> list[Any]:
    """What an output says: a class and how probable it is, or a number."""
    if goal.decision is None or prepare.target.categories is None:
        return [prepare.reading(output.data)]
    place = goal.decision(output)
    said = prepare.target.categories[place]
    return [said, f"{goal.probabilities(output)[place]:.4f}"] if goal.has_probabilities else [said]


def compared(target: Column, said: Sequence[Any], sheet: Sheet) -> str:
    """How the answers agree with those of a file; why that cannot be said, where it leaves cells of them out."""
    try:
        wanted = read_column(sheet, target)
    except TableError as error:
        return f"not compared: {error}"
    if target.categories is None:
        distance = fsum([abs(x - y) for x, y in zip(said, wanted)]) / len(wanted)
        return f"{target.name}: off by {number(distance)} in the mean"
    right = [x == y for x, y in zip(said, wanted)].count(True)
    return f"{target.name}: {right} of {len(wanted)} right, {percent(right / len(wanted))}"
