"""The kinds of modules that a file can describe, and how the arguments of their constructors are read from it.

A constructor says by its own signature which arguments there are, of which types and with which defaults.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from inspect import Parameter, signature
from typing import Any

from .. import layers
from ..dropout import Dropout
from ..nn import MLP, Layer, Neuron
from ..section import Section

CLASSES = (Neuron, Layer, MLP, Dropout, *[getattr(layers, name) for name in layers.__all__])
KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in CLASSES if hasattr(kind, "architecture")}
RANDOM = ("rng", "seed")  # arguments that no file has
READERS: dict[str, Callable[[Section, str], Any]] = {
    "int": Section.whole,
    "float": Section.number,
    "bool": Section.flag,
    "str": Section.text,
    "Activation": Section.text,
    "Sequence[int]": Section.whole_numbers,
    "Module": Section.section,
}


def is_ours(part: Any) -> bool:
    """Whether this is a module of a kind that can be made from a file.

    >>> is_ours(Layer(1, 1)), is_ours(type("Layer", (Layer,), {})(1, 1))
    (True, False)
    """
    return KINDS.get(type(part).__name__) is type(part)


@cache  # a file may name thousands of modules, and reading a signature takes as long as making a small one
def fields_of(kind: str) -> dict[str, Parameter]:
    """The arguments that the constructor of a kind takes, by name, but for what is random.

    >>> list(fields_of("Layer"))
    ['n_inputs', 'n_outputs', 'activation', 'expand', 'bias']
    """
    return {name: field for name, field in signature(KINDS[kind]).parameters.items() if name not in RANDOM}


def may_be_left_out(field: Parameter) -> bool:
    """Whether an argument has a default."""
    return field.default is not Parameter.empty


def is_known(section: Section) -> bool:
    """Whether an architecture is of a kind that can be made; that of a class of one's own has a name, no arguments."""
    kind = section.text("kind")
    return kind in KINDS and (len(section.fields) > 1 or all(map(may_be_left_out, fields_of(kind).values())))


def arguments_of(section: Section) -> dict[str, Any]:
    """The arguments in an architecture of a known kind; modules among them are sections still.

    One that is missing has its default: older files lack what was added since.
    """
    found = {}
    for name, field in fields_of(section.text("kind")).items():
        missing = name not in section and may_be_left_out(field)
        found[name] = field.default if missing else argument(section, name, field)
    section.done()
    return found


def argument(section: Section, name: str, field: Parameter) -> Any:
    """One argument, of the type that the constructor asks for."""
    if field.kind is Parameter.VAR_POSITIONAL:
        return section.sections(name)
    kind, may_be_null, _ = field.annotation.partition(" | None")
    if may_be_null and section.fields.get(name, "") is None:
        return section.take(name, type(None), "null")
    return READERS[kind](section, name)


def constructed(kind: str, arguments: dict[str, Any], rng: random.Random) -> Any:
    """A new module: its random numbers are drawn now from the generator, or later from one of its own."""
    star = [name for name, field in fields_of(kind).items() if field.kind is Parameter.VAR_POSITIONAL]
    named = {name: value for name, value in arguments.items() if name not in star}
    if KINDS[kind] is Dropout:  # which keeps its generator
        named["seed"] = 0
    elif takes_rng(kind):
        named["rng"] = rng
    return KINDS[kind](*[item for name in star for item in arguments[name]], **named)


@cache
def takes_rng(kind: str) -> bool:
    """Whether the constructor of a kind draws random numbers."""
    return "rng" in signature(KINDS[kind]).parameters
