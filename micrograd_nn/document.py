"""Reading a JSON file that anyone may have written: everything is checked before it is believed."""

from __future__ import annotations

import json
import os
from collections import Counter
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

MOST_BYTES = 50_000_000
MOST_PARTS = 10_000  # lists and objects; a model has a few dozen, and numbers are cheap beside them
MOST_DIGITS = 20  # of a whole number; reading longer ones takes time that grows with their square


class ModelFileError(ValueError):
    """What is wrong with a model file, and where in it."""


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
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
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
        """A field that is a text."""
        return str(self.take(name, str, "a text"))

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
                self.fail(f"item {i} of {name!r} must be a {what}, not {described(item)}")
        return found

    def done(self) -> None:
        """Raise if there is a field that nobody took."""
        for name in self.fields:
            if name not in self.taken:
                self.fail(f"{name!r} does not belong here")


def described(found: Any) -> str:
    """A thing in a document, in so many words that they fit into a line."""
    kinds: dict[type, str] = {dict: "an object", list: "a list", str: "a text"}
    return kinds.get(type(found)) or json.dumps(found)


def read_document(path: str | os.PathLike[str]) -> Section:
    """The object that a JSON file holds.

    Raises: ModelFileError for what is no such file, OSError for one that cannot be read.
    """
    name = os.fspath(path)
    size = Path(path).stat().st_size
    if size > MOST_BYTES:
        raise ModelFileError(f"{name}: {size:,} bytes, where a model file has at most {MOST_BYTES:,}")
    content = Path(path).read_bytes()
    if content.count(b"[") + content.count(b"{") > MOST_PARTS:
        raise ModelFileError(f"{name}: more than {MOST_PARTS:,} brackets, where a model has a few dozen")
    try:
        found = json.loads(
            content.decode(), object_pairs_hook=fields, parse_int=whole, parse_float=finite, parse_constant=refused
        )
    except (ValueError, RecursionError) as error:
        what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ModelFileError(f"{name}: {what}") from None
    return Section(found, name) if isinstance(found, dict) else Section({}, name).fail("an object is needed")


def fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields of an object, each of which may stand in it once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        [(name, times)] = Counter(name for name, _ in pairs).most_common(1)
        raise ModelFileError(f"{name!r} stands {times} times in one object")
    return found


def whole(digits: str) -> int:
    """A whole number of a sensible length."""
    if len(digits) > MOST_DIGITS:
        raise ModelFileError(f"a whole number of {len(digits)} digits")
    return int(digits)


def finite(digits: str) -> float:
    """A number that a float can hold."""
    if isfinite(number := float(digits)):
        return number
    raise ModelFileError(f"{digits[:MOST_DIGITS]} is beyond the range of numbers")


def refused(word: str) -> NoReturn:
    """What Python would read, but JSON does not know: NaN and Infinity."""
    raise ModelFileError(f"{word} is not a number")
