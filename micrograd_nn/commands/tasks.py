"""What there is to learn at the command line: made-up sets by name, the irises, and tables in CSV files."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from errno import ENOENT
from pathlib import Path
from typing import Any

from .. import data
from ..notation import counted, joined
from ..quoting import visible
from .wording import without_option

HELD_OUT = 0.2  # of a table, unless asked otherwise
FEW = 20  # rows; with fewer, those held out would be too few to say anything


@dataclass(frozen=True)
class Task:
    """Examples to learn from and to measure on, how rows become their inputs, and a network that suits them."""

    name: str
    training: list[data.Example]
    validation: list[data.Example]
    preparation: data.Preparation
    hidden_sizes: tuple[int, ...] = (8,)
    epochs: int = 100
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
SETS = (*RECIPES, "iris")


def task_for(name: str, share: float | None, rng: random.Random, **reading: Any) -> Task:
    """The task of a name, or of a CSV file, where `share` is held out; `reading` is keywords of `read_csv`.

    Raises: ValueError for a name that is neither, and for options that do not belong to it; OSError for a file.
    """
    if name in SETS and any(reading.values()):
        raise ValueError(f"{name} is no CSV file: --target, --classes, --without and --skip-incomplete are for those")
    if name == "iris":
        return table_task(name, data.IRIS_PATH, share, rng, target="species")
    if name not in RECIPES:
        return table_task(name, existing(name), share, rng, **reading)
    recipe = RECIPES[name]
    examples = recipe.make(rng=rng) if recipe.drawn else recipe.make()
    training, validation = data.split(examples, share, rng=rng) if share else (examples, [])
    names = [f"x{i}" for i in range(1, len(examples[0][0]) + 1)]
    preparation = data.Preparation.as_they_are(names, tuple(map(str, range(recipe.n_classes))))
    return Task(name, training, validation, preparation, recipe.hidden_sizes, recipe.epochs, recipe.activation)


def existing(name: str) -> Path:
    """The path of a file that is there; a name that is no file was meant to be that of a set.

    Raises: FileNotFoundError or ValueError where there is none.
    """
    if name and Path(name).exists():
        return Path(name)
    if Path(name).suffix or Path(name).name != name:
        raise FileNotFoundError(ENOENT, "there is no such file", name)
    near = get_close_matches(name.lower(), SETS, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(SETS)}, and CSV files"
    raise ValueError(f"nothing to learn is called {name!r}: {hint}")


def table_task(name: str, path: Path, share: float | None, rng: random.Random, **reading: Any) -> Task:
    """The task of a table: its rows split, and prepared as suits those to train on."""
    target = reading.get("target")
    if target is None:
        names = ", ".join(data.read_header(path))
        raise ValueError(f"which column of {name} is to be learned? --target COLUMN, where there are {names}")
    table = data.read_csv(path, **reading)
    targets = [goal for _, goal in table.examples]
    if len(set(targets)) == 1:
        raise ValueError(f"{name}: column {target!r} is {targets[0]!r} in every row: nothing to learn")
    share = (HELD_OUT if len(targets) >= FEW else 0.0) if share is None else share
    rows, held_out = data.split(table.examples, share, rng=rng) if share else (table.examples, [])
    prepare = data.Preparation.fit(table, rows)
    training, validation = [[prepare.example(*row) for row in part] for part in (rows, held_out)]
    words = "" if table.classes else advice(targets)
    return Task(name, training, validation, prepare, advice=words, n_left_out=table.n_left_out)


def advice(targets: list[float]) -> str:
    """What to try where numbers look like the names of classes: a few whole ones, again and again.

    >>> advice([0.0, 1.0, 1.0, 0.0]), advice([0.5, 1.0, 1.0, 0.5])
    ('; its 2 different values are learned as classes with --classes', '')
    """
    n = len(set(targets))
    if n > 10 or 2 * n > len(targets) or not all(map(float.is_integer, targets)):
        return ""
    return f"; its {n} different values are learned as classes with --classes"
