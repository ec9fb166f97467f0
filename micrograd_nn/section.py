"""A part of a document that anyone may have written: its fields are checked as they are taken."""

from __future__ import annotations

import json
from reprlib import Repr
from typing import Any, NoReturn

MOST_LETTERS = 1_000  # of a name; looking for the nearest one that there is takes memory

SHORT = Repr()  # a repr that stays short whatever it is of
SHORT.maxstring, SHORT.maxdict = 80, 10


class ModelFileError(ValueError):
    """What is wrong with a model file, and where in it."""


class Section:
    """An object of a document, whose fields are taken one by one by those who know what they must be.

    >>> section = Section({"sizes": [8, 1], "rate": 0.5}, "model.json: model")
    >>> section.whole_numbers("sizes"), section.number("rate")
    ([8, 1], 0.5)
    >>> section.whole("epoch")
    Traceback (most recent call last):
    micrograd_nn.section.ModelFileError: model.json: model: 'epoch' is missing
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
