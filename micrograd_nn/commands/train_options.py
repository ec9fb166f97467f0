"""The options of micrograd-nn train, and how their texts are read."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from typing import Any, NoReturn

from ..initial import ACTIVATIONS
from ..losses import LOSSES, LossFunction, loss_function
from ..optim import OPTIMIZERS
from ..settings import below_one, positive
from .tables import FEW, HELD_OUT
from .texts import MODELS, POSITIONS, SAMPLES, WIDTH


def of_data(add: Callable[..., Any]) -> None:
    """What is learned."""
    add("--target", metavar="COLUMN", help="the column of the CSV file to learn")
    add("--classes", action="store_true", help="the target names classes, even if it is made of numbers")
    without = "columns to leave out, such as id,name; a name with a comma stands in double quotes"
    add("--without", type=names, action="extend", metavar="COLUMNS", help=without)
    add("--skip-incomplete", action="store_true", help="leave out rows with a missing cell")
    held_out = f"share held out ({HELD_OUT} of iris, digits, and of CSV files of {FEW} rows or more; else none)"
    add("--validation", type=share, metavar="SHARE", help=held_out)
    add("--seed", type=int, default=0, help="of everything random (%(default)s)")


def of_network(add: Callable[..., Any]) -> None:
    """What learns it."""
    add("--hidden", type=sizes, metavar="8,8", help="sizes of the hidden layers; 0 for none (suits the data)")
    add("--activation", choices=ACTIVATIONS, metavar="NAME", help=f"{', '.join(ACTIVATIONS)} (tanh for most data)")
    add("--dropout", type=float, metavar="RATE", help="share of hidden neurons left out at random (0)")


def of_text(add: Callable[..., Any]) -> None:
    """What learns a list of names, one a line, and makes new ones; the first two are for parity and memory, too."""
    add("--model", choices=MODELS, metavar="NAME", help=f"{', '.join(MODELS)} (gpt; rnn parity; lstm memory)")
    width = f"numbers that a token becomes, or of a state ({WIDTH} for names)"
    add("--width", type=count, metavar="N", help=width)
    add("--heads", type=count, metavar="N", help="of each block of a gpt (4)")
    add("--blocks", type=count, metavar="N", help="of a gpt (1)")
    positions = f"characters of a gpt's names and one more ({POSITIONS}, or as many as the longest name needs)"
    add("--positions", type=count, metavar="N", help=positions)
    add("--examples", type=count, metavar="N", help="learn from so many of the names, drawn at random (all)")
    of_samples(add)


def of_samples(add: Callable[..., Any]) -> None:
    """How new names are drawn."""
    add("-n", "--samples", type=count, metavar="N", help=f"how many new names to print ({SAMPLES})")
    add("--temperature", type=temperature, metavar="T", help="below 1 for likelier names, above for stranger ones (1)")


def of_training(add: Callable[..., Any]) -> None:
    """How it is learned."""
    add("--epochs", type=int, metavar="N", help="passes over the examples (100 for most data; 5 names)")
    add("--batch-size", type=int, metavar="N", help="examples in a step (all of a table; 10 digits; 1 name)")
    add("--loss", type=loss, metavar="NAME", help=f"{', '.join(LOSSES)} (suits the target)")
    add("--optimizer", default="adam", choices=OPTIMIZERS, metavar="NAME", help=f"{', '.join(OPTIMIZERS)} (adam)")
    add("--learning-rate", type=float, metavar="RATE", help="how far a step goes (suits the optimizer)")
    add("--weight-decay", type=float, metavar="RATE", help="draw parameters towards 0 (adamw 0.01, else 0)")
    add("--l1", type=float, default=0.0, metavar="STRENGTH", help="add so many times Σ|w| to the loss (0)")
    add("--l2", type=float, default=0.0, metavar="STRENGTH", help="add so many times Σw² to the loss (0)")
    add("--clip-norm", type=float, metavar="NORM", help="shorten gradients that are longer (1 parity, memory)")
    patience = "stop N epochs after the best loss (of the validation loss, if rows are held out), and keep the best"
    add("--patience", type=int, metavar="N", help=patience)
    add("--compiled", action="store_true", help="compile the steps: the same, many times faster")


def of_files(add: Callable[..., Any]) -> None:
    """What becomes of it."""
    add("--save", metavar="FILE", help="write the model and where training is, as .json")
    add("--resume", action="store_true", help="go on from the file to save to, if it is there")
    add("--html", metavar="FILE", help="write a report of how it learned, as a page")


OPTIONS = {
    "data": of_data,
    "network": of_network,
    "names and sequences": of_text,
    "training": of_training,
    "files": of_files,
}


def names(text: str) -> list[str]:
    """The names in `id,name`, written as a row of a CSV file is.

    >>> names('id, "width, cm"')
    ['id', 'width, cm']
    """
    try:
        return [name.strip() for row in csv.reader([text], skipinitialspace=True) for name in row]
    except csv.Error:
        raise argparse.ArgumentTypeError(f"names stand in one line, such as id,name, not {text!r}") from None


def sizes(text: str) -> list[int]:
    """The sizes in `8,8`; 0 alone is none."""
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"sizes are whole numbers, such as 8,8, not {text!r}") from None
    if min(found) < 1 and found != [0]:
        raise argparse.ArgumentTypeError(f"a layer has at least 1 neuron, and 0 alone is no layer, not {text!r}")
    return [] if found == [0] else found


def count(text: str) -> int:
    """The whole number in `8`, from 1."""
    try:
        found = int(text)
    except ValueError:
        found = 0
    return found if found > 0 else refuse(f"a whole number from 1 is needed, not {text!r}")


def temperature(text: str) -> float:
    """The number in `0.8`, above 0 and finite."""
    try:
        return positive("a temperature", float(text))
    except ValueError:
        return refuse(f"a temperature is a number above 0, not {text!r}")


def refuse(what: str) -> NoReturn:
    """Raise for what an option cannot be."""
    raise argparse.ArgumentTypeError(what) from None


def share(text: str) -> float:
    """The part of the whole that a number from 0 to below 1 is."""
    try:
        return below_one("a share", float(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"a share is a number from 0 to below 1, not {text!r}") from None


def loss(text: str) -> LossFunction:
    """The loss of a name."""
    try:
        return loss_function(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
