"""Architectures: which constructor makes a model, and with which arguments; and a model made again from them.

A module that holds others, such as Sequential, has theirs among its arguments. A file may come from anyone: nothing in
it makes more than about as many parameters as it has numbers for.
"""

from __future__ import annotations

import random
from difflib import get_close_matches
from typing import Any, NoReturn

from ..document import MOST_DEPTH
from ..module import Module
from ..section import Section
from .kinds import KINDS, arguments_of, constructed, is_known, is_ours

MAKING_NOTHING = ("size", "stride")  # whole numbers that no parameter is made for
SMALL = 10_000  # beyond the number of parameters, what the other whole numbers of an architecture may sum up to


class Limited(random.Random):
    """A generator for the initial weights of a file that has so many parameters."""

    def __init__(self, n_parameters: int) -> None:
        super().__init__(0)
        self.n_parameters = n_parameters
        self.left = n_parameters + 1  # normally distributed numbers are drawn in pairs

    def random(self) -> float:
        """The next number.

        Raises: ValueError where there are more weights than parameters.
        """
        self.left -= 1
        if self.left < 0:
            hint = "if modules of the model share some, make one like it and pass it: load(path, into=model)"
            raise ValueError(f"this architecture has more parameters than the file, {self.n_parameters:,}; {hint}")
        return super().random()


def architecture_of(part: Any, depth: int = 0) -> Any:
    """A module, or an argument of its constructor, as JSON can hold it; of a class of one's own the name alone.

    >>> from micrograd_nn.layers import Last, Sequential
    >>> architecture_of(Sequential(Last()))
    {'kind': 'Sequential', 'layers': [{'kind': 'Last'}]}

    Raises: ValueError for an activation that has no name, for modules nested too deeply, and for a module that was
    changed into what its class does not make.
    """
    if depth > MOST_DEPTH:
        raise ValueError(f"modules are nested more than {MOST_DEPTH} deep")
    if isinstance(part, list | tuple):
        return [architecture_of(item, depth + 1) for item in part]
    if not isinstance(part, Module):
        return part
    arguments = arguments_that_make(part) if is_ours(part) else {}
    inside = {name: architecture_of(value, depth + 1) for name, value in arguments.items()}
    return {"kind": type(part).__name__, **inside}


def arguments_that_make(model: Any) -> dict[str, Any]:
    """What to pass to make another such module: all in it was passed, or is as its class makes it."""
    arguments: dict[str, Any] = model.architecture()
    if any(isinstance(part, Module) for part in flat(list(arguments.values()))):
        return arguments
    again = constructed(type(model).__name__, arguments, random.Random(0))
    if not modules_in(model).items() <= modules_in(again).items():  # fewer where a module is shared
        raise ValueError(f"parts of {model} were replaced by others, which no {type(model).__name__} is made of")
    return arguments


def modules_in(model: Module) -> dict[str, Any]:
    """The class and the arguments of every module in a model, by path."""
    modules = [(path, part) for path, part in model.named_parts() if isinstance(part, Module)]
    return {path: (type(part), known_arguments(part)) for path, part in modules}


def known_arguments(part: Any) -> Any:
    """What makes another such module, if it is of a kind that is known."""
    return part.architecture() if is_ours(part) else None


def flat(part: Any, leaving_out: tuple[str, ...] = ()) -> list[Any]:
    """What stands in a document, in order, out of its lists and objects.

    >>> flat([1, {"a": [2, 3], "b": 4}], leaving_out=("b",))
    [1, 2, 3]
    """
    if isinstance(part, dict):
        part = [inner for name, inner in part.items() if name not in leaving_out]
    return [item for inner in part for item in flat(inner, leaving_out)] if isinstance(part, list) else [part]


def made(section: Section, n_parameters: int) -> Any:
    """A new module of an architecture that comes from a file with so many parameters.

    Raises: ModelFileError where it cannot be made, or would have another number of parameters.
    """
    sizes = sum(max(number, 0) for number in flat(section.fields, leaving_out=MAKING_NOTHING) if type(number) is int)
    if sizes > n_parameters + SMALL:
        section.fail(f"sizes of {sizes:,} in all do not belong to a file of {n_parameters:,} parameters")
    model = made_with(section, Limited(n_parameters))
    if (n := len(model.parameters())) != n_parameters:
        section.fail(f"this architecture has {n:,} parameters, but the file {n_parameters:,}")
    return model


def made_with(section: Section, rng: random.Random) -> Any:
    """A new module of an architecture, and before it those that it holds."""
    if not is_known(section):
        refuse_kind(section, section.text("kind"))
    arguments = {name: argument_made(value, rng) for name, value in arguments_of(section).items()}
    try:
        return constructed(section.text("kind"), arguments, rng)
    except (ValueError, TypeError) as error:
        section.fail(str(error))


def argument_made(argument: Any, rng: random.Random) -> Any:
    """An argument of a constructor, with modules in the place of their sections."""
    if isinstance(argument, list):
        return [argument_made(item, rng) for item in argument]
    return made_with(argument, rng) if isinstance(argument, Section) else argument


def refuse_kind(section: Section, kind: str) -> NoReturn:
    """Raise for a class that is not ours."""
    near = get_close_matches(kind, KINDS, 1) if len(section.fields) > 1 else []
    hint = f"; did you mean {near[0]}?" if near else "; make one and pass it: load(path, into=model)"
    section.fail(f"kind {kind!r} cannot be made from a file{hint}")


def check_same(section: Section, wanted: dict[str, Any], free: tuple[str, ...] = ()) -> None:
    """Raise unless an architecture is the one that is wanted, but for what is free; a class of one's own has none.

    The name of a class says nothing by itself: it may have been changed, or be that of one of ours.
    """
    found = {"kind": section.text("kind"), **(arguments_of(section) if is_known(section) else {})}
    section.done()
    if is_known(section) and is_known(Section(wanted, section.where)):
        for name, argument in wanted.items():
            if name not in free:
                compare(section, name, found.get(name), argument, free)


def compare(section: Section, name: str, found: Any, wanted: Any, free: tuple[str, ...]) -> None:
    """Raise unless an argument is the one that is wanted."""
    if isinstance(found, Section):
        check_same(found, wanted, free)
    elif isinstance(wanted, list) and isinstance(wanted[0], dict):
        if len(found) != len(wanted):
            section.fail(f"{name} are {len(found)}, and of the model {len(wanted)}")
        for part, argument in zip(found, wanted):
            check_same(part, argument, free)
    elif found != wanted:
        section.fail(f"{name} is {found!r}, and of the model {wanted!r}")
