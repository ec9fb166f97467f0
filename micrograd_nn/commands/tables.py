"""The made-up sets, the irises and tables in CSV files as tasks."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import data
from .rows import RowsTask

HELD_OUT = 0.2  # of a table, unless asked otherwise
FEW = 20  # rows; with fewer, those held out would be too few to say anything


@dataclass(frozen=True)
class Recipe:
    """A made-up set: how it is made, how many classes it has (0: its target is a number), and what learns it."""

    make: Callable[..., list[data.Example]]
    n_classes: int
    hidden_sizes: tuple[int, ...]
    epochs: int = 100
    activation: str = "tanh"
    drawn: bool = True  # from a generator


RECIPES = {
    "xor": Recipe(data.xor, 2, (8,), drawn=False),
    "and": Recipe(data.and_, 2, (8,), drawn=False),
    "or": Recipe(data.or_, 2, (8,), drawn=False),
    "nand": Recipe(data.nand, 2, (8,), drawn=False),
    "moons": Recipe(data.moons, 2, (16, 16)),
    "circles": Recipe(data.circles, 2, (8,)),
    "spirals": Recipe(data.spirals, 2, (16, 16), 150, "leaky_relu"),  # with tanh, one seed in twenty gets stuck
    "blobs": Recipe(data.blobs, 3, (8,)),
    "yin-yang": Recipe(data.yin_yang, 3, (16, 16), 200),
    "line": Recipe(data.noisy_line, 0, ()),
}


def made_up_task(options: argparse.Namespace, rng: random.Random) -> RowsTask:
    """The task of a made-up set; rows are held out if that is asked for."""
    recipe = RECIPES[options.data]
    examples = recipe.make(rng=rng) if recipe.drawn else recipe.make()
    share = options.validation
    training, validation = data.split(examples, share, rng=rng) if share else (examples, [])
    names = [f"x{i}" for i in range(1, len(examples[0][0]) + 1)]
    return RowsTask(
        name=options.data,
        training=training,
        validation=validation,
        epochs=recipe.epochs,
        preparation=data.Preparation.as_they_are(names, tuple(map(str, range(recipe.n_classes)))),
        hidden_sizes=recipe.hidden_sizes,
        activation=recipe.activation,
    )


def iris_task(options: argparse.Namespace, rng: random.Random) -> RowsTask:
    """The task of Fisher's irises: three species."""
    return table_task("iris", data.IRIS_PATH, options.validation, rng, target="species")


def csv_task(options: argparse.Namespace, rng: random.Random) -> RowsTask:
    """The task of a CSV file, read as the options say."""
    asked = {name: getattr(options, name) for name in ("target", "classes", "without", "skip_incomplete")}
    reading = {name: value for name, value in asked.items() if value is not None}
    return table_task(options.data, Path(options.data), options.validation, rng, **reading)


def table_task(name: str, path: Path, share: float | None, rng: random.Random, **reading: Any) -> RowsTask:
    """The task of a table: its rows split, and prepared as suits those to train on."""
    target = reading.get("target")
    if target is None:
        names = data.read_header(path)
        other = "; as a list of names, it is learned with --model gpt" if len(names) == 1 else ""
        there_are = f"--target COLUMN, where there are {', '.join(names)}{other}"
        raise ValueError(f"which column of {name} is to be learned? {there_are}")
    table = data.read_csv(path, **reading)
    targets = [goal for _, goal in table.examples]
    if len(set(targets)) == 1:
        raise ValueError(f"{name}: column {target!r} is {targets[0]!r} in every row: nothing to learn")
    share = (HELD_OUT if len(targets) >= FEW else 0.0) if share is None else share
    rows, held_out = data.split(table.examples, share, rng=rng) if share else (table.examples, [])
    prepare = data.Preparation.fit(table, rows)
    return RowsTask(
        name=name,
        training=[prepare.example(*row) for row in rows],
        validation=[prepare.example(*row) for row in held_out],
        preparation=prepare,
        advice="" if table.classes else advice(targets),
        n_left_out=table.n_left_out,
    )


def advice(targets: list[float]) -> str:
    """What to try where numbers look like the names of classes: a few whole ones, again and again.

    >>> advice([0.0, 1.0, 1.0, 0.0]), advice([0.5, 1.0, 1.0, 0.5])
    ('; its 2 different values are learned as classes with --classes', '')
    """
    n = len(set(targets))
    if n > 10 or 2 * n > len(targets) or not all(map(float.is_integer, targets)):
        return ""
    return f"; its {n} different values are learned as classes with --classes"
