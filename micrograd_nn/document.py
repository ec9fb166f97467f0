"""Reading a JSON file that anyone may have written: everything is checked before it is believed."""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import cache
from math import isfinite
from reprlib import Repr
from typing import Any, NoReturn

MOST_BYTES = 50_000_000
MOST_PARTS = 10_000  # lists and objects; a model has a few dozen, and numbers are cheap beside them
MOST_DEPTH = 50  # of lists and objects in one another
MOST_DIGITS = 20  # of a whole number; reading longer ones takes time that grows with their square
MOST_LETTERS = 1_000  # of a name; looking for the nearest one that there is takes memory

SHORT = Repr()  # a repr that stays short whatever it is of
SHORT.maxstring, SHORT.maxdict = 80, 10


class ModelFileError(ValueError):
    """What is wrong with a model file, and where in it."""


class Wrong(str):
    """What is wrong with a part of a document, in the place of that part until it is known where this is."""

    __slots__ = ()


class Section:
    """An object of a document, whose fields are taken one by one by those who know what they must be.

    >>> section = Section({"sizes": [8, 1], "rate": 0.5}, "model.json: model")
    >>> section.whole_numbers("sizes"), section.number("rate")
    ([8, 1], 0.5)
    >>> section.whole("epoch")
    Traceback (most recent call last):
    micrograd_nn.document.ModelFileError: model.json: model: 'epoch' is missing
    """

    def __init__(self, fields: dict[str, Any], where: str) -> None:
        self.fields, self.where = fields, where
        self.taken: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def fail(self, what: str) -> NoReturn:
        """Raise ModelFileError for something in this section."""
        raise ModelFileError(f"{self.where}: {what}")

    def take(self, name: str, kind: type | tuple[type, ...], what: str) -> Any:
        """A field, which must be of some kind."""
        if name not in self.fields:
            self.fail(f"{name!r} is missing")
        self.taken.add(name)
        found = self.fields[name]
        if not isinstance(found, kind) or (isinstance(found, bool) and kind not in (bool, object)):
            self.fail(f"{name!r} must be {what}, not {described(found)}")
        return found

    def section(self, name: str) -> Section:
        """A field that is an object itself."""
        return Section(self.take(name, dict, "an object"), f"{self.where}: {name}")

    def flag(self, name: str) -> bool:
        """A field that is true or false."""
        return bool(self.take(name, bool, "true or false"))

    def sections(self, name: str, count: int | None = None) -> list[Section]:
        """A field that is a list of objects, of so many."""
        found = self.items(name, dict, "object", count)
        return [Section(fields, f"{self.where}: {name} {i}") for i, fields in enumerate(found, start=1)]

    def text(self, name: str) -> str:
        """A field that is a text, and no longer than a name can be."""
        found = str(self.take(name, str, "a text"))
        return found if len(found) <= MOST_LETTERS else self.fail(f"{name!r} is a text of {len(found):,} letters")

    def whole(self, name: str, least: int = 0) -> int:
        """A field that is a whole number of at least `least`."""
        found = int(self.take(name, int, "a whole number"))
        return found if found >= least else self.fail(f"{name!r} must be at least {least}, not {found}")

    def number(self, name: str) -> float:
        """A field that is a finite number."""
        return float(self.take(name, (int, float), "a number"))

    def numbers(self, name: str, count: int | None = None) -> list[float]:
        """A field that is a list of finite numbers, of so many."""
        return [float(x) for x in self.items(name, (int, float), "number", count)]

    def whole_numbers(self, name: str, count: int | None = None, least: int = 0) -> list[int]:
        """A field that is a list of whole numbers of at least `least`, of so many."""
        found = self.items(name, int, "whole number", count)
        return found if min(found, default=least) >= least else self.fail(f"{name!r} must be of at least {least} each")

    def items(self, name: str, kind: type | tuple[type, ...], what: str, count: int | None = None) -> list[Any]:
        """A field that is a list whose items are of one kind."""
        found: list[Any] = self.take(name, list, f"a list of {what}s")
        if count is not None and len(found) != count:
            self.fail(f"{name!r} must have {count} {what}s, not {len(found)}")
        for i, item in enumerate(found, start=1):
            if not isinstance(item, kind) or isinstance(item, bool):
                self.fail(f"{name!r} must be a list of {what}s, but item {i} is {described(item)}")
        return found

    def done(self) -> None:
        """Raise if there is a field that nobody took."""
        for name in self.fields:
            if name not in self.taken:
                self.fail(f"{SHORT.repr(name)} does not belong here")


def described(found: Any) -> str:
    """A thing in a document, in so many words that they fit into a line."""
    kinds: dict[type, str] = {dict: "an object", list: "a list", str: "a text"}
    return kinds.get(type(found)) or json.dumps(found)


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
