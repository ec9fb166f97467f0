"""A CSV file as text: its header, and its rows with the lines on which they start."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from ..notation import counted
from .cells import is_missing


class TableError(ValueError):
    """What is wrong with a file of data: the message begins with the file's name, and the line where there is one.

    >>> str(Sheet("flowers.csv", ["petal length"], []).error(7, "petal length", "'long' is not a number"))
    "flowers.csv, line 7, column 'petal length': 'long' is not a number"
    """


@dataclass(frozen=True)
class Sheet:
    """The cells of a file as text, without the spaces around them."""

    name: str
    header: list[str]
    rows: list[tuple[int, list[str]]]  # each with its line, counted from 1 as editors do

    def place(self, column: str) -> int:
        """Where a column stands, from 0.

        Raises: TableError if there is no such column.
        """
        if column not in self.header:
            raise TableError(f"{self.name}: no column {shown(column)}{choices(column, self.header)}")
        return self.header.index(column)

    def known(self, column: str) -> list[str]:
        """The cells of a column that are not missing."""
        place = self.place(column)
        return [row[place] for _, row in self.rows if not is_missing(row[place])]

    def complete(self, columns: Iterable[str]) -> Sheet:
        """The sheet without the rows that have a missing cell in one of the columns."""
        places = list(map(self.place, columns))
        return replace(self, rows=[row for row in self.rows if not any(is_missing(row[1][place]) for place in places)])

    def error(self, line: int, column: str, what: str) -> TableError:
        """What is wrong with a cell, and where it stands."""
        return TableError(f"{self.name}, line {line}, column {shown(column)}: {what}")


def shown(text: str) -> str:
    """A text in quotes, cut short if it is very long."""
    return repr(text if len(text) <= 60 else text[:60] + "…")


def choices(name: str, names: Sequence[str]) -> str:
    """What there is instead of a name that there is not, and which of it may have been meant.

    >>> choices("Colr", ["size", "color"])
    ": there are 'size', 'color'; did you mean 'color'?"
    """
    listed = [shown(known) for known in names[:20]] + ["…"] * (len(names) > 20)
    folded = {known.casefold(): known for known in names}
    near = get_close_matches(name.casefold(), folded, 1)
    hint = f"; did you mean {shown(folded[near[0]])}?" if near else ""
    return f": there are {', '.join(listed)}{hint}"


def read_sheet(path: str | os.PathLike[str]) -> Sheet:
    """The header and the rows of a CSV file in UTF-8, with or without a byte order mark.

    Raises: TableError for what is no such table, OSError for a file that cannot be read.
    """
    name = Path(path).name
    rows = list(numbered_rows(name, decoded(name, Path(path).read_bytes())))
    if not rows:
        raise TableError(f"{name}: the file is empty, where a header and rows are needed")
    (line, header), *body = rows
    check_header(f"{name}, line {line}", header)
    if not body:
        raise TableError(f"{name}: no rows below the header")
    for line, row in body:
        if len(row) != len(header):
            raise TableError(f"{name}, line {line}: {counted(len(row), 'cell')}, but the header has {len(header)}")
    return Sheet(name, header, body)


def decoded(name: str, content: bytes) -> str:
    """The text of a file."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before, byte = error.object[: error.start].decode(), error.object[error.start]
        raise TableError(f"{name}, line {last_line(before)}: byte 0x{byte:02x} is not UTF-8; save as UTF-8") from None
    before, nul, _ = text.partition("\0")
    if nul:
        raise TableError(f"{name}, line {last_line(before)}: a NUL byte, so this is not a text file")
    return text


def last_line(text: str) -> int:
    """The number of the line on which a text ends."""
    return 1 + len(re.findall(r"\r\n|\r|\n", text))


def numbered_rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Every row but those of empty lines, with the line on which it starts; a quoted cell may span several."""
    lines = StringIO(text, newline="").readlines()
    reader = csv.reader(lines, delimiter=delimiter(text), skipinitialspace=True, strict=True)
    while (start := reader.line_num) < len(lines):
        try:
            row = next(reader)
        except csv.Error as error:
            raise TableError(f"{name}, line {start + 1}: {error}; is a quote left open?") from None
        if not lines[start].isspace():
            yield start + 1, [cell.strip() for cell in row]


def delimiter(text: str) -> str:
    """Comma, semicolon or tab: whichever the header has most of outside quotes.

    >>> delimiter('"width, cm";height;name')
    ';'
    """
    header = re.split(r"[\r\n]", re.sub(r'"[^"]*"', "quoted", text).lstrip(), maxsplit=1)[0]
    return max(",;\t", key=header.count)


def check_header(place: str, header: list[str]) -> None:
    """Raise unless every column has a name of its own."""
    for name, times in Counter(header).items():
        if not name:
            raise TableError(f"{place}: column {header.index(name) + 1} has no name")
        if times > 1:
            raise TableError(f"{place}: {times} columns are called {shown(name)}")
