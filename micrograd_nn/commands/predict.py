"""micrograd-nn predict: what a saved network says of the rows of a CSV file."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from ..data import Column, Preparation, TableError, preparation_from
from ..data.sheet import Sheet, read_sheet, shown
from ..data.tables import rows_of
from ..losses import LOSSES
from ..no_grad import no_grad
from ..notation import counted
from ..prompt import usable
from ..section import Section
from ..training.epochs import percent
from ..training.train import n_outputs
from .goals import Goal
from .saved import first_output, read_saved
from .wording import off_by

NOT_ROWS = {  # what else is said to have been learned
    "images": "images",
    "sequences": "sequences",
    "vocabulary": "names: `micrograd-nn sample` makes new ones",
}


def add_predict_command(commands: Any) -> None:
    """The grammar of the command."""
    text = "say what a saved network makes of the rows of a CSV file, as CSV"
    command: argparse.ArgumentParser = commands.add_parser("predict", help=text, description=text)
    command.add_argument("model", help="a file that `train --save` wrote")
    command.add_argument("rows", metavar="FILE.csv", help="raw rows, with the columns that it was trained on")
    command.set_defaults(run=predict_command)


def predict_command(options: argparse.Namespace) -> int:
    """Write the rows with the network's answers beside them; say how many are right if that is known."""
    model, metadata = read_saved(options.model)
    prepare, goal = what_was_learned(metadata)
    sheet = read_sheet(options.rows)
    titles = answer_titles(prepare, goal, sheet)
    complete = sheet.complete([column.name for column in prepare.columns])
    inputs = [prepare.inputs(row) for row in rows_of(complete, prepare.columns)]
    check_outputs(model, goal, prepare, metadata)
    with no_grad():
        answers = [answer(prepare, goal, model(x)) for x in inputs]
    by_line = {line: said for (line, _), said in zip(complete.rows, answers)}
    writer = csv.writer(usable(sys.stdout), lineterminator="\n")
    writer.writerow([*sheet.header, *titles])
    writer.writerows([*row, *by_line.get(line, [""] * len(titles))] for line, row in sheet.rows)
    for words in remarks(prepare.target, [said[0] for said in answers], sheet, complete):
        print(words, file=sys.stderr)
    return 0


def what_was_learned(metadata: Section) -> tuple[Preparation, Goal]:
    """How rows become inputs, and what the outputs mean.

    Raises: ModelFileError where `train` has not written that.
    """
    for name, what in NOT_ROWS.items():
        if name in metadata:
            metadata.fail(f"this network is not for rows, but for {what}")
    if "preparation" not in metadata:
        metadata.fail("nothing says how rows become inputs; `micrograd-nn train --save` writes that")
    document = metadata.section("preparation")
    prepare = preparation_from(document.fields, document.where)
    loss = metadata.text("loss")
    if loss not in LOSSES:
        metadata.fail(f"unknown loss {loss!r}: there are {', '.join(LOSSES)}")
    return prepare, Goal(LOSSES[loss], len(prepare.target.categories or ()))


def check_outputs(model: Any, goal: Goal, prepare: Preparation, metadata: Section) -> None:
    """Raise unless the model has the outputs that what was learned needs."""
    n = n_outputs(first_output(model, [0.0] * len(prepare.input_names), metadata))
    if n != goal.n_outputs:
        metadata.fail(f"what was learned needs {counted(goal.n_outputs, 'output')}, and the model has {n}")


def answer_titles(prepare: Preparation, goal: Goal, sheet: Sheet) -> list[str]:
    """What stands above the answers.

    Raises: TableError for a file that has a column of that name.
    """
    titles = [f"predicted {prepare.target.name}", *(["probability"] if goal.has_probabilities else [])]
    for title in titles:
        if title in sheet.header:
            raise TableError(f"{sheet.name}: column {shown(title)} is where an answer goes: rename it or leave it out")
    return titles


def answer(prepare: Preparation, goal: Goal, output: Any) -> list[Any]:
    """What an output says: a class and how probable it is, or a number in ten significant digits."""
    if goal.decision is None or prepare.target.categories is None:
        return [float(f"{prepare.reading(output.data):.10g}")]
    place = goal.decision(output)
    said = prepare.target.categories[place]
    return [said, f"{goal.probabilities(output)[place]:.4f}"] if goal.has_probabilities else [said]


def remarks(target: Column, said: Sequence[Any], sheet: Sheet, complete: Sheet) -> Iterator[str]:
    """How many rows have no answer, and how the answers agree with the file, if it has the target."""
    n_empty = len(sheet.rows) - len(complete.rows)
    if n_empty:
        has, their = ("has", "its") if n_empty == 1 else ("have", "their")
        yield f"{counted(n_empty, 'row')} {has} a missing cell: {their} prediction is empty"
    if said and target.name in sheet.header:
        yield compared(target, said, complete)


def compared(target: Column, said: Sequence[Any], sheet: Sheet) -> str:
    """How the answers agree with those of a file; why that cannot be said, where it leaves cells of them out."""
    try:
        wanted: list[Any] = [cell for [cell] in rows_of(sheet, [target])]
    except TableError as error:
        return f"not compared: {error}"
    if target.categories is None:
        return off_by(target.name, said, wanted)
    right = [x == y for x, y in zip(said, wanted)].count(True)
    return f"{target.name}: {right} of {len(wanted)} right, {percent(right / len(wanted))}"
