"""Tables of numbers and categories, read from CSV files."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..notation import counted
from .cells import is_missing, is_number, measures, readings
from .sheet import Sheet, TableError, choices, read_sheet, shown

Cell: TypeAlias = "float | str"  # of a numeric column, of a category column
SKIP = ": skip_incomplete=True leaves such rows out"


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
    n_left_out: int = 0  # incomplete rows of the file

    @property
    def classes(self) -> tuple[str, ...] | None:
        """The categories of the target; None if it is numeric, or if there is none."""
        return self.target.categories if self.target else None


def read_csv(
    path: str | os.PathLike[str],
    target: str | None = None,
    classes: bool = False,
    without: Collection[str] = (),
    skip_incomplete: bool = False,
) -> Table:
    """The table in a CSV file with a header, in UTF-8, its cells separated by commas, semicolons or tabs.

    A column is numeric if at least half of its cells are finite numbers, and then every other cell is an error; else it
    is a category column. A number with a decimal comma is an error and no category; so is one with a unit, unless the
    column has few different texts. With `classes` the target is a category column, even if its classes are called 0, 1,
    2. Columns in `without` are not read. Spaces around a cell are not part of it; empty lines are skipped.

    A cell is missing if it is empty or NA, N/A, NaN, null, None, ? or -, in any case. That is an error, unless
    `skip_incomplete` leaves such rows out.

    >>> from micrograd_nn.data import IRIS_PATH
    >>> table = read_csv(IRIS_PATH, target="species", without=["sepal width"])
    >>> table.columns[0], table.classes
    (Column(name='sepal length', categories=None), ('setosa', 'versicolor', 'virginica'))
    >>> table.examples[0]
    ([5.1, 1.4, 0.2], 'setosa')

    Raises: TableError saying what is wrong on which line, OSError for a file that cannot be read.
    """
    check_request(target, classes, without)
    whole = read_sheet(path)
    names = names_to_read(whole, target, without)
    sheet = complete_rows(whole, names) if skip_incomplete else whole
    columns = [column_of(sheet, name, name == target, classes and name == target) for name in names]
    rows = rows_of(sheet, columns, SKIP)
    if target is None:
        return Table(tuple(columns), None, [(row, None) for row in rows], len(whole.rows) - len(rows))
    place = names.index(target)
    goal, targets = columns.pop(place), [row.pop(place) for row in rows]
    return Table(tuple(columns), goal, list(zip(rows, targets)), len(whole.rows) - len(rows))


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


def check_request(target: str | None, classes: bool, without: Collection[str]) -> None:
    """Raise unless the target is a name, which classes need, and the columns to leave out are names of others."""
    if target is not None and not isinstance(target, str):
        raise TypeError(f"target must be the name of a column, not {target!r}")
    if classes and target is None:
        raise ValueError("classes need a target: the name of the column that they stand in")
    is_list = isinstance(without, Collection) and not isinstance(without, str)
    if not is_list or not all(isinstance(name, str) for name in without):
        raise TypeError(f"without must be a list of names of columns, not {without!r}")
    if target in without:
        raise ValueError(f"the target {shown(str(target))} cannot be left out")


def names_to_read(sheet: Sheet, target: str | None, without: Collection[str]) -> list[str]:
    """The columns of a sheet, without those to leave out.

    Raises: TableError for a name that is no column, and where nothing is left to learn from.
    """
    if all(map(is_number, sheet.header)):
        raise TableError(f"{sheet.name}: the first row has only numbers, where a header with names is needed")
    for name in [*without, *([] if target is None else [target])]:
        sheet.place(name)
    names = [name for name in sheet.header if name not in without]
    if names in ([], [target]):
        beside = f" beside the target {shown(names[0])}" if names else " left"
        raise TableError(f"{sheet.name}: no columns{beside}")
    return names


def complete_rows(sheet: Sheet, names: Sequence[str]) -> Sheet:
    """The sheet with the rows that have no missing cell.

    Raises: TableError if that is none, naming the column where most are missing.
    """
    complete = sheet.complete(names)
    if not complete.rows:
        emptiest = min(names, key=lambda name: len(sheet.known(name)))
        most = f"{len(sheet.rows) - len(sheet.known(emptiest))} of {len(sheet.rows)} in column {shown(emptiest)}"
        raise TableError(f"{sheet.name}: every row has a missing cell, {most}")
    return complete


def column_of(sheet: Sheet, name: str, is_target: bool = False, classes: bool = False) -> Column:
    """The column of a name, numeric or with its categories.

    Raises: TableError for texts so different that they name the rows instead of describing them.
    """
    cells = sheet.known(name)
    categories = tuple(dict.fromkeys(cells))
    mostly_different = 2 * len(categories) > len(cells)
    numbers = list(filter(measures if mostly_different or len(categories) > 10 else readings, cells))
    if not classes and 2 * len(numbers) >= len(cells):
        return Column(name)
    if mostly_different and len(categories) > 50:
        what = "classes" if is_target else f"categories: without=[{shown(name)}] leaves the column out"
        differ = f"{len(categories)} different texts in {len(cells)} rows are no {what}"
        raise TableError(f"{sheet.name}, column {shown(name)}: {differ}")
    return Column(name, categories)


def rows_of(sheet: Sheet, columns: Sequence[Column], remedy: str = "") -> list[list[Cell]]:
    """The cells of the columns, row by row, as floats or as texts that are categories.

    Raises: TableError for the first cell that is neither; a `remedy` is what to do about missing ones.
    """
    places = [sheet.place(column.name) for column in columns]
    n_more = len(sheet.rows) - len(sheet.complete([column.name for column in columns]).rows) - 1
    more = f", and {counted(n_more, 'more row')} {'has' if n_more == 1 else 'have'} one" if n_more > 0 else ""
    return [
        [read_cell(sheet, column, line, row[place], more + remedy) for column, place in zip(columns, places)]
        for line, row in sheet.rows
    ]


def read_cell(sheet: Sheet, column: Column, line: int, cell: str, of_missing: str) -> Cell:
    """A cell as what its column holds; `of_missing` is what else to say of a missing one."""
    if is_missing(cell):
        what = f"a missing cell, {shown(cell)}" if cell else "an empty cell"
        raise sheet.error(line, column.name, what + of_missing)
    if column.categories is not None:
        if cell not in column.categories:
            what = f"unknown category {shown(cell)}{choices(cell, column.categories)}"
            raise sheet.error(line, column.name, what)
        return cell
    if not is_number(cell):
        meant = " or ".join(measures(cell))
        raise sheet.error(line, column.name, f"{shown(cell)} is not a number{meant and f': write {meant}'}")
    return float(cell)
