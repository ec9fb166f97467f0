"""Preparation: raw rows of a table made into what a network takes, in the same way for training and for use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, log10
from typing import Any

from ..section import Section
from .checks import finite
from .logic import Example
from .scaling import Scaling, Standardize, one_hot
from .tables import Cell, Column, Table


@dataclass(frozen=True)
class Preparation:
    """How rows become inputs: numbers standardised, categories as vectors of a 1 among 0s; and targets become numbers.

    A class is its place among the categories of the target; a numeric target is standardised as well.
    """

    columns: tuple[Column, ...]
    scaling: Scaling  # of the numeric columns, in their order
    target: Column
    target_scaling: Scaling  # of a numeric target; that of a class does nothing

    @classmethod
    def fit(cls, table: Table, examples: Sequence[tuple[list[Cell], Any]]) -> Preparation:
        """The preparation of a table's rows whose scaling suits some of them: those to train on.

        >>> from micrograd_nn.data import IRIS_PATH, read_csv
        >>> table = read_csv(IRIS_PATH, target="species")
        >>> prepare = Preparation.fit(table, table.examples)
        >>> inputs, target = prepare.example(*table.examples[0])
        >>> [round(x, 2) for x in inputs], target
        ([-0.9, 1.02, -1.34, -1.32], 0)

        Raises: ValueError for a table without a target.
        """
        if table.target is None:
            raise ValueError("a table needs a target to learn: read_csv(path, target=…)")
        numeric = [i for i, column in enumerate(table.columns) if column.categories is None]
        scaling = Standardize.fit([[float(row[i]) for i in numeric] for row, _ in examples])
        of_target = Scaling((0.0,), (1.0,)) if table.classes else Standardize.fit([[target] for _, target in examples])
        return cls(table.columns, scaling, table.target, of_target)

    @classmethod
    def as_they_are(cls, names: Sequence[str], classes: Sequence[str] | None = None) -> Preparation:
        """The preparation that leaves inputs of these names as they are, and targets too; those may be classes.

        >>> Preparation.as_they_are(["x1", "x2"]).inputs([0.5, 2.0])
        [0.5, 2.0]
        """
        same = Scaling((0.0,) * len(names), (1.0,) * len(names))
        target = Column("y", tuple(map(str, classes)) if classes else None)
        return cls(tuple([Column(str(name)) for name in names]), same, target, Scaling((0.0,), (1.0,)))

    @cached_property
    def input_names(self) -> list[str]:
        """What each input is: a column's name, or `column=category`.

        >>> Preparation((Column("size"), Column("colour", ("red", "green"))), Scaling((0.0,), (1.0,)), Column("price"),
        ...             Scaling((0.0,), (1.0,))).input_names
        ['size', 'colour=red', 'colour=green']
        """
        return [name for column in self.columns for name in names_of(column)]

    @cached_property
    def input_scaling(self) -> Scaling:
        """The scaling of all inputs: it leaves as they are those that stand for categories.

        >>> Preparation((Column("size"), Column("colour", ("red", "green"))), Scaling((50.0,), (20.0,)),
        ...             Column("price"), Scaling((0.0,), (1.0,))).input_scaling([90.0, 1.0, 0.0])
        [2.0, 1.0, 0.0]
        """
        numeric = zip(self.scaling.shifts, self.scaling.scales)
        pairs = [
            next(numeric) if column.categories is None else (0.0, 1.0)
            for column in self.columns
            for _ in names_of(column)
        ]
        return Scaling(tuple([shift for shift, _ in pairs]), tuple([scale for _, scale in pairs]))

    def inputs(self, row: Sequence[Cell]) -> list[float]:
        """The inputs of a row.

        Raises: ValueError for a number so far from those it was fitted to that it cannot be scaled.
        """
        raw = [x for column, cell in zip(self.columns, row) for x in encoded(column, cell)]
        return list(map(scaled_number, self.input_names, self.input_scaling(raw)))

    def example(self, row: Sequence[Cell], target: Any) -> Example:
        """The example of a row and its target."""
        if self.target.categories is not None:
            return self.inputs(row), self.target.categories.index(target)
        return self.inputs(row), scaled_number(self.target.name, self.target_scaling([target])[0])

    def reading(self, output: float) -> float:
        """The target that an output of the network stands for, where the target is a number."""
        return self.target_scaling.inverse([output])[0]

    def document(self) -> dict[str, Any]:
        """The preparation as JSON can hold it."""
        return {
            "columns": [column_document(column) for column in self.columns],
            **scaling_document(self.scaling),
            "target": column_document(self.target) | scaling_document(self.target_scaling),
        }


def encoded(column: Column, cell: Cell) -> list[float]:
    """The inputs that a cell becomes, before they are scaled.

    >>> encoded(Column("size"), 90.0), encoded(Column("colour", ("red", "green")), "green")
    ([90.0], [0.0, 1.0])
    """
    if column.categories is None:
        return [float(cell)]
    return one_hot(column.categories.index(str(cell)), len(column.categories))


def names_of(column: Column) -> list[str]:
    """What the inputs are called that a column becomes."""
    if column.categories is None:
        return [column.name]
    return [f"{column.name}={category}" for category in column.categories]


def scaled_number(name: str, x: float) -> float:
    """A number that scaling has not made infinite."""
    return finite(f"column {name!r}, scaled to deviations from the mean,", x)


def unscaled(scaling: Scaling, row: Sequence[float]) -> list[float]:
    """The numbers that were scaled, to twelve digits: as they stood in a table, whatever scaling has rounded.

    >>> scaling = Scaling((3.0,), (0.7,))
    >>> scaling.inverse(scaling([0.0])), unscaled(scaling, scaling([0.0]))
    ([4.440892098500626e-16], [0.0])
    """
    pairs = zip(scaling.inverse(row), scaling.shifts)
    return [round(x, 12 - ceil(log10(max(abs(x), abs(shift)) or 1.0))) for x, shift in pairs]


def column_document(column: Column) -> dict[str, Any]:
    """A column as JSON can hold it."""
    return {"name": column.name, "categories": None if column.categories is None else list(column.categories)}


def scaling_document(scaling: Scaling) -> dict[str, Any]:
    """A scaling as JSON can hold it."""
    return {"shifts": list(scaling.shifts), "scales": list(scaling.scales)}


def preparation_from(written: dict[str, Any], where: str = "preparation") -> Preparation:
    """The preparation that wrote this document, as it comes back from a file; `where` is what errors call it.

    >>> from micrograd_nn.data import IRIS_PATH, read_csv
    >>> table = read_csv(IRIS_PATH, target="species")
    >>> prepare = Preparation.fit(table, table.examples)
    >>> again, row = preparation_from(prepare.document()), [5.9, 3.0, 5.1, 1.8]
    >>> again.inputs(row) == prepare.inputs(row)
    True

    Raises: ModelFileError where the document is not what it should be.
    """
    document = Section(written, where)
    columns = tuple([column_from(part) for part in document.sections("columns")])
    if not columns:
        document.fail("'columns' must have at least 1 object")
    scaling = scaling_from(document, sum(column.categories is None for column in columns))
    goal = document.section("target")
    found = Preparation(columns, scaling, column_from(goal), scaling_from(goal, 1))
    for section in (goal, document):
        section.done()
    return found


def column_from(document: Section) -> Column:
    """The column that wrote this document."""
    name = str(document.take("name", str, "a text"))  # as long as the file's header has it
    if document.take("categories", (list, type(None)), "a list of texts or null") is None:
        return Column(name)
    categories = document.items("categories", str, "text")
    if not categories or len(set(categories)) < len(categories):
        document.fail("'categories' must be at least one, and each once")
    return Column(name, tuple(categories))


def scaling_from(document: Section, n: int) -> Scaling:
    """The scaling of so many numbers that wrote this document."""
    shifts, scales = document.numbers("shifts", n), document.numbers("scales", n)
    if not all(scales):
        document.fail("'scales' must not be 0")
    return Scaling(tuple(shifts), tuple(scales))
