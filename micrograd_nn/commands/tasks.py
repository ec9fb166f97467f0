"""What there is to learn at the command line, and which options belong to what."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from errno import ENOENT
from pathlib import Path

from ..language import NAMES_PATH
from ..notation import joined
from .images import digits_task
from .sequences import memory_task, parity_task
from .tables import RECIPES, csv_task, iris_task, made_up_task
from .task import Task
from .texts import MODELS, OF_GPT, names_task

NETWORK = ("hidden", "activation", "dropout", "loss", "html")
COLUMNS = ("target", "classes", "without", "skip_incomplete")
OF_RECURRENT = ("model", "width")
TEXT = ("model", "width", "examples", "temperature", "samples")


@dataclass(frozen=True)
class Kind:
    """A kind of data, the options that belong to it beside those of every kind, and how it becomes a task."""

    what: str
    options: tuple[str, ...]
    task: Callable[[argparse.Namespace, random.Random], Task]


TABLE = Kind("a CSV file", (*NETWORK, *COLUMNS), csv_task)
OF_SETS = {
    **dict.fromkeys(RECIPES, Kind("a made-up set", NETWORK, made_up_task)),
    "iris": Kind("a set with columns of its own", NETWORK, iris_task),
    "digits": Kind("a set of images", ("loss",), digits_task),
    "parity": Kind("a set of sequences", OF_RECURRENT, parity_task),
    "memory": Kind("a set of sequences", OF_RECURRENT, memory_task),
}
SETS = (*OF_SETS, "names")


def task_for(options: argparse.Namespace, rng: random.Random) -> Task:
    """The task that is asked for, by the name of a set or a file.

    Raises: ValueError for a name that is neither, and for options that do not belong to it; OSError for a file.
    """
    kind = kind_of(options)
    special = [name for name in (*NETWORK, *COLUMNS, *TEXT, *OF_GPT) if name not in kind.options]
    foreign = [name for name in special if given(options, name)]
    if foreign:
        words = joined([f"--{name.replace('_', '-')}" for name in foreign], ", ")
        do = "does" if len(foreign) == 1 else "do"
        raise ValueError(f"{options.data} is {kind.what}: {words} {do} not belong to it")
    return kind.task(options, rng)


def given(options: argparse.Namespace, name: str) -> bool:
    """Whether an option was given."""
    return getattr(options, name) not in (None, False)


def kind_of(options: argparse.Namespace) -> Kind:
    """What the data are: a text ends in .txt, or is asked for by a model for texts; other files are tables."""
    name = options.data
    if name in OF_SETS:
        return OF_SETS[name]
    path = NAMES_PATH if name == "names" else existing(name)
    if options.model is None and (path.suffix.lower() != ".txt" or options.target is not None):
        return TABLE
    model = options.model or MODELS[0]
    return Kind(f"a list of names for {model}", (*TEXT, *(OF_GPT if model == "gpt" else ())), names_task)


def existing(name: str) -> Path:
    """The path of a file that is there; a name that is no file was meant to be that of a set.

    Raises: FileNotFoundError or ValueError where there is none.
    """
    if name and Path(name).exists():
        return Path(name)
    if Path(name).suffix or Path(name).name != name:
        raise FileNotFoundError(ENOENT, "there is no such file", name)
    near = get_close_matches(name.lower(), SETS, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(SETS)}, CSV files and texts"
    raise ValueError(f"nothing to learn is called {name!r}: {hint}")
