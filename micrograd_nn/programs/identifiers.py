"""Identifiers: a name for every place of a listing, made of the labels that people gave."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator
from itertools import product
from unicodedata import normalize

from .listing import Listing
from .needed import everything, forward

LONGEST = 60


def identifier(label: str) -> str:
    """A Python identifier that resembles a label; empty where nothing of it can stay.

    >>> identifier("layer1.neuron2.w1"), identifier("1st try"), identifier("x₁"), identifier("?!")
    ('layer1_neuron2_w1', '_1st_try', 'x1', '')
    """
    text = normalize("NFKC", label)  # as Python reads names: two that look different may be one
    text = "".join([c if f"a{c}".isidentifier() else "_" for c in text[:LONGEST]]).strip("_")
    text = text if text[:1].isidentifier() or not text else f"_{text}"
    return text if normalize("NFKC", text) == text and text.isidentifier() else ""


class Names:
    """Names that are given once only, and none that is taken already.

    >>> names = Names(["exp"])
    >>> names.new("z"), names.new("z"), names.new("exp"), names.new("if")
    ('z', 'z_2', 'exp_2', 'if_2')
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = {*taken, *keyword.kwlist}
        self.last: dict[str, int] = {}

    def new(self, name: str) -> str:
        """The name, with a number behind it if it is taken."""
        found = name
        while found in self.taken:
            self.last[name] = self.last.get(name, 1) + 1
            found = f"{name}_{self.last[name]}"
        self.taken.add(found)
        return found

    def numbered(self, letter: str) -> str:
        """The letter with the next number that is free."""
        while True:
            self.last[letter] = self.last.get(letter, 0) + 1
            if (found := f"{letter}{self.last[letter]}") not in self.taken:
                self.taken.add(found)
                return found


def place_names(listing: Listing, names: Names) -> dict[int, str]:
    """A name for every parameter, input and instruction.

    Labels come first: parameters without one are p1, p2, …, inputs x1, x2, …; forward lines are v1, v2, …. A gradient
    is d_w1, the slope in w1; other backward lines are g1, g2, ….
    """
    constants = range(listing.first_constant, listing.first_instruction)
    labels = {i: identifier(listing.names[i]) for i in sorted(listing.names) if i not in constants}
    found = {i: names.new(name) for i, name in labels.items() if name}

    def number(letter: str, places: Iterable[int]) -> None:
        found.update({i: names.numbered(letter) for i in places if i not in found})

    number("p", range(listing.n_parameters))
    number("x", range(listing.n_parameters, listing.first_constant))
    number("v", forward(listing))
    for place, name in gradient_names(listing, found):
        if place not in found and place >= listing.first_instruction:
            found[place] = names.new(name)
    number("g", everything(listing))
    return found


def gradient_names(listing: Listing, names: dict[int, str]) -> Iterator[tuple[int, str]]:
    """`d_w1` for the place of the slope in w1; where there are several outputs, `d_y_w1`."""
    several = len(listing.outputs) > 1
    pairs = product(listing.outputs, range(listing.n_parameters))
    for place, (output, parameter) in zip(listing.gradients, pairs):
        of = f"{names.get(output, 'constant')}_" if several else ""
        yield place, f"d_{of}{names[parameter]}"
