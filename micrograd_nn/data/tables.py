"""Tables of numbers and categories, read from CSV files."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeAlias

from .sheet import Sheet, TableError, choices, read_sheet, shown

Cell: TypeAlias = "float | str"  # of a numeric column, of a category column
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Column:
    """A column's name and, unless it is numeric, its categories in the order in which the file first has them.

    >>> Column("colour", ("red", "green"))
    Column(name='colour', categories=('red', 'green'))
    """

    name: str
    categories: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Table:
    """The columns of a file, and its rows as pairs `(row, target)` of cells: floats of numeric columns, else texts.

    >>> Table((Column("x"),), Column("y", ("no", "yes")), [([0.5], "yes")]).classes
    ('no', 'yes')
    """

    columns: tuple[Column, ...]
    target: Column | None
    examples: list[tuple[list[Cell], Any]]

    @property
    def classes(self) -> tuple[str, ...] | None:
        """The categories of the target; None if it is numeric, or if there is none."""
        return self.target.categories if self.target else None


def read_csv(path: str | os.PathLike[str], target: str | None = None, classes: bool = False) -> Table:
    """The table in a CSV file with a header, in UTF-8, its cells separated by commas, semicolons or tabs.

    A column is numeric if at least half of its cells are finite numbers, and then every other cell is an error; else it
    is a category column. A number with a decimal comma is an error, and no category. With `classes` the target is a
    category column, even if its classes are called 0, 1, 2. Spaces around a cell are not part of it; empty lines are
    skipped.

    >>> from micrograd_nn.data import IRIS_PATH
    >>> table = read_csv(IRIS_PATH, target="species")
    >>> table.columns[0], table.classes
    (Column(name='sepal length', categories=None), ('setosa', 'versicolor', 'virginica'))
    >>> table.examples[0]
    ([5.1, 3.5, 1.4, 0.2], 'setosa')

    Raises: TableError saying what is wrong on which line, OSError for a file that cannot be read.
    """
    check_target(target, classes)
    sheet = read_sheet(path)
    if all(map(is_number, sheet.header)):
        raise TableError(f"{sheet.name}: the first row has only numbers, where a header with names is needed")
    goal = None if target is None else column_of(sheet, target, classes)
    columns = tuple([column_of(sheet, name) for name in sheet.header if name != target])
    if not columns:
        raise TableError(f"{sheet.name}: no columns beside the target {shown(sheet.header[0])}")
    targets = [None] * len(sheet.rows) if goal is None else read_column(sheet, goal)
    return Table(columns, goal, list(zip(rows_of(sheet, columns), targets)))


def read_rows(path: str | os.PathLike[str], columns: Sequence[Column]) -> list[list[Cell]]:
    """The rows of a CSV file in the order of an earlier table's columns; other columns are ignored.

    >>> from micrograd_nn.data import IRIS_PATH
    >>> read_rows(IRIS_PATH, [Column("petal width"), Column("sepal length")])[0]
    [0.2, 5.1]

    Raises: TableError for a column that is missing, or a category that the earlier table does not have.
    """
    return rows_of(read_sheet(path), columns)


def read_header(path: str | os.PathLike[str]) -> list[str]:
    """The names of a file's columns.

    >>> from micrograd_nn.data import IRIS_PATH
    >>> read_header(IRIS_PATH)[-1]
    'species'

    Raises: TableError for what is no table, OSError for a file that cannot be read.
    """
    return read_sheet(path).header


def check_target(target: str | None, classes: bool) -> None:
    """Raise unless the target is a name; classes need one."""
    if target is not None and not isinstance(target, str):
        raise TypeError(f"target must be the name of a column, not {target!r}")
    if classes and target is None:
        raise ValueError("classes need a target: the name of the column that they stand in")


def is_number(cell: str) -> bool:
    """Whether a cell is a finite number in digits: not nan, inf or 1_000, which float() reads too."""
    return NUMBER.fullmatch(cell) is not None and isfinite(float(cell))


def is_meant_as_number(cell: str) -> bool:
    """Whether a cell is a number, or would be one with a point for its comma."""
    return is_number(cell.replace(",", ".", 1))


def column_of(sheet: Sheet, name: str, classes: bool = False) -> Column:
    """The column of a name, numeric or with its categories.

    Raises: TableError for texts so different that they name the rows instead of describing them.
    """
    cells = [cell for _, cell in sheet.cells(name)]
    if not classes and 2 * len(list(filter(is_meant_as_number, cells))) >= len(cells):
        return Column(name)
    categories = tuple(dict.fromkeys(cells))
    if len(categories) > 50 and 2 * len(categories) > len(cells):
        differ = f"{len(categories)} different texts in {len(cells)} rows are no categories"
        raise TableError(f"{sheet.name}, column {shown(name)}: {differ}; leave the column out")
    return Column(name, categories)


def rows_of(sheet: Sheet, columns: Sequence[Column]) -> list[list[Cell]]:
    """The cells of the columns, row by row."""
    return [list(row) for row in zip(*[read_column(sheet, column) for column in columns])]


def read_column(sheet: Sheet, column: Column) -> list[Cell]:
    """The cells of a column as floats, or as texts that are categories of it."""
    return [read_cell(sheet, column, line, cell) for line, cell in sheet.cells(column.name)]


def read_cell(sheet: Sheet, column: Column, line: int, cell: str) -> Cell:
    """A cell as what its column holds."""
    if column.categories is not None:
        if cell not in column.categories:
            what = f"unknown category {shown(cell)}{choices(cell, column.categories)}"
            raise sheet.error(line, column.name, what)
        return cell
    if not is_number(cell):
        hint = "; a number has a point, not a comma" if is_meant_as_number(cell) else ""
        raise sheet.error(line, column.name, f"{shown(cell)} is not a number{hint}")
    return float(cell)
