"""Names to learn from: text files with one name a line.

`names.txt` beside this file has 473 given names from many languages, in small letters a to z and in alphabetical order.
They were written down for this package from common knowledge; accents are left out.
"""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path
from unicodedata import normalize

from ..data.sheet import TableError, decoded, shown

NAMES_PATH = Path(__file__).with_name("names.txt")
MOST_BYTES = 10_000_000  # over a million names, a pass over which would take hours
MOST_LETTERS = 200  # in a line; longer ones are prose, or no text at all


def read_names(path: str | os.PathLike[str]) -> list[str]:
    """The names in a text file in UTF-8, one a line, in their order.

    Empty lines are skipped, and spaces around a name are not part of it. Accented letters come in their composed form
    (Unicode's NFC), so that the same name is always the same letters. Capitals stay capitals.

    >>> read_names(NAMES_PATH)[:3]
    ['aaron', 'abel', 'abigail']

    Raises: TableError, a ValueError, for a file that is empty, too large or no text, and for a line that is too long;
    OSError for a file that cannot be read.
    """
    file = Path(path).name
    lines = StringIO(decoded(file, content_of(path)), newline=None)  # \r\n and \r end lines too
    names = [checked_name(file, i, normalize("NFC", line.strip())) for i, line in enumerate(lines, start=1)]
    if not any(names):
        raise TableError(f"{file}: there are no names, where one a line is needed")
    return [name for name in names if name]


def content_of(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a file, unless they are too many."""
    with open(path, "rb") as file:
        content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            size = os.fstat(file.fileno()).st_size
            so_many = f"{size:,}" if size else "endless"
            raise TableError(f"{Path(path).name}: {so_many} bytes, where at most {MOST_BYTES:,} are read")
    return content


def checked_name(file: str, line: int, name: str) -> str:
    """The name, unless it is too long to be one."""
    if len(name) > MOST_LETTERS:
        too_long = f"{len(name):,} characters, where a name has at most {MOST_LETTERS}"
        raise TableError(f"{file}, line {line}: {too_long}: {shown(name)}")
    return name
