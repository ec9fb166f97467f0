"""Reading a JSON file that anyone may have written: everything is checked before it is believed."""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import cache
from math import isfinite
from typing import Any

from .section import SHORT, ModelFileError, Section

MOST_BYTES = 50_000_000
MOST_PARTS = 10_000  # lists and objects; a model has a few dozen, and numbers are cheap beside them
MOST_DEPTH = 50  # of lists and objects in one another
MOST_DIGITS = 20  # of a whole number; reading longer ones takes time that grows with their square


class Wrong(str):
    """What is wrong with a part of a document, in the place of that part until it is known where this is."""

    __slots__ = ()


def read_document(path: str | os.PathLike[str]) -> Section:
    """The object that a JSON file holds.

    Raises: ModelFileError for what is no such file, OSError for one that cannot be read.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        check_size(size, os.fspath(path))
        return document_from(file.read(size), os.fspath(path))


def document_from(content: bytes, name: str) -> Section:
    """The object that the content of a JSON file is; `name` is what errors call the file.

    Raises: ModelFileError for what is no such content.
    """
    check_size(len(content), name)
    if content.count(b"[") + content.count(b"{") > MOST_PARTS:
        raise ModelFileError(f"{name}: more than {MOST_PARTS:,} brackets, where a model has a few dozen")
    try:
        found = json.loads(
            content.decode(), object_pairs_hook=fields, parse_int=whole, parse_float=finite, parse_constant=refused
        )
    except RecursionError:
        raise ModelFileError(f"{name}: nested too deeply") from None
    except ValueError as error:
        raise ModelFileError(f"{name}: this is not JSON: {error}") from None
    if isinstance(found, dict | list | Wrong):
        check_parts(found, name)
    return Section(found, name) if isinstance(found, dict) else Section({}, name).fail("an object is needed")


def check_size(n_bytes: int, name: str) -> None:
    """Raise for a file of more bytes than are worth reading."""
    if n_bytes > MOST_BYTES:
        raise ModelFileError(f"{name}: {n_bytes:,} bytes, where a model file has at most {MOST_BYTES:,}")


def check_parts(part: Any, where: str, depth: int = 0) -> None:
    """Raise where a part is wrong in itself, whatever it may be for."""
    if isinstance(part, Wrong):
        raise ModelFileError(f"{where}: {part}")
    if depth > MOST_DEPTH:
        raise ModelFileError(f"{where}: nested more than {MOST_DEPTH} deep")
    for name, inner in part.items() if isinstance(part, dict) else enumerate(part, start=1):
        if isinstance(inner, dict | list | Wrong):
            check_parts(inner, within(where, name), depth + 1)


def within(where: str, name: str | int) -> str:
    """The place of a field of an object, or of an item of a list."""
    if isinstance(name, int):
        return f"{where} {name}"
    plain = name.isprintable() and 0 < len(name) < SHORT.maxstring
    return f"{where}: {name if plain else SHORT.repr(name)}"


def fields(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Wrong:
    """The fields of an object, each of which may stand in it once."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    [(name, times)] = Counter(name for name, _ in pairs).most_common(1)
    return Wrong(f"{SHORT.repr(name)} stands {times} times in one object")


def whole(digits: str) -> int | Wrong:
    """A whole number of a sensible length."""
    return int(digits) if len(digits) <= MOST_DIGITS else Wrong(f"a whole number of {len(digits):,} digits")


def finite(digits: str) -> float | Wrong:
    """A number that a float can hold."""
    number = float(digits)
    return number if isfinite(number) else Wrong(f"{digits[:MOST_DIGITS]} is beyond the range of numbers")


@cache  # there are three such words, and a file may be full of them
def refused(word: str) -> Wrong:
    """What Python would read, but JSON does not know: NaN and Infinity."""
    return Wrong(f"{word} is not a number")
