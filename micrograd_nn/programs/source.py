"""Source: a listing as a function that a person can read, first its forward lines, then its backward lines.

One writer serves every dialect: Python on floats, and PyTorch and JAX on arrays. They differ in how a number, a choice
and a check are written, and in what is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import TextWrapper
from typing import NamedTuple

from ..op import Op
from .checks import LEAVES, broken, guards_after
from .identifiers import Names, identifier, place_names
from .library import TAKEN
from .listing import AT_MOST, LESS, SUM, Guard, Listing, Operation
from .needed import everything, forward, instruction, own_operations
from .quietly import quiet_call
from .spelling import INFIX, expression, literal, sum_lines

WIDTH = 100  # characters of a line that lists names
NO_BREAK = "\N{NO-BREAK SPACE}"


class Dialect(NamedTuple):
    """How operations, numbers and checks are written.

    A comparison of arrays has an answer for each element: it always holds, or it ever holds.
    """

    templates: Mapping[str, str]
    number: str
    leaves: str
    always: str
    ever: str
    raises: bool  # where mathematics ends; otherwise it gives nan


PYTHON = Dialect(INFIX, number="{}", leaves="{}", always="{}", ever="{}", raises=True)
ARRAYS = Dialect(
    INFIX | {LESS: "where({0} < {1}, {2}, {3})", AT_MOST: "where({0} <= {1}, {2}, {3})"},
    number="number({})",
    leaves="map(number, {})",
    always="({}).all()",
    ever="({}).any()",
    raises=False,
)


class Text:
    """The text of a listing in a dialect."""

    def __init__(self, listing: Listing, dialect: Dialect) -> None:
        self.listing = listing
        self.dialect = dialect
        self.names = place_names(listing, taken := Names(TAKEN))
        self.own = {op: taken.new(identifier(op.name) or "own") for op in own_operations(listing)}
        self.guards = guards_after(listing)

    def function(self) -> str:
        """The function `program(parameters, inputs)`, which answers with outputs and gradients."""
        return "\n".join(["def program(parameters, inputs):", *[f"    {line}".rstrip() for line in self.lines()], ""])

    def lines(self) -> Iterator[str]:
        """The lines of the function."""
        listing = self.listing
        ahead = forward(listing)
        behind = sorted(set(everything(listing)) - set(ahead))
        yield from self.unpacked(range(listing.n_parameters), "parameters")
        yield from self.unpacked(range(listing.n_parameters, listing.first_constant), "inputs")
        yield from self.checks(LEAVES)
        yield from self.section("forward", ahead)
        yield from self.section("backward", behind)
        yield ""
        yield from bracketed("outputs = ", map(self.read, listing.outputs))
        yield from bracketed("gradients = ", map(self.read, listing.gradients))
        yield "return outputs, gradients"

    def unpacked(self, places: range, source: str) -> Iterator[str]:
        """The line that gives names to what came in."""
        if places:
            yield from bracketed("", (self.names[i] for i in places), f" = {self.dialect.leaves.format(source)}")

    def section(self, title: str, places: Sequence[int]) -> Iterator[str]:
        """Lines under a heading."""
        if places:
            yield from ("", f"# {title}")
        for place in places:
            yield from self.line(place)
            yield from self.checks(place)

    def line(self, place: int) -> Iterator[str]:
        """The line that fills a place; a long sum takes several."""
        operation, operands = instruction(self.listing, place)
        name, texts = self.names[place], self.operands(operation, operands)
        if operation == SUM:
            return sum_lines(name, texts)
        return iter([f"{name} = {self.applied(place, operation, texts)}"])

    def applied(self, place: int, operation: Operation, texts: Sequence[str]) -> str:
        """An operation on its operands."""
        called = self.own[operation] if isinstance(operation, Op) else operation
        maybe = place in self.listing.maybe and self.dialect.raises
        return (maybe and quiet_call(operation, called, texts)) or expression(called, texts, self.dialect.templates)

    def operands(self, operation: Operation, places: Sequence[int]) -> list[str]:
        """The operands; beside an array, a number in arithmetic may stand as it is."""
        constants = range(self.listing.first_constant, self.listing.first_instruction)
        if operation in (SUM, "/") and not all(i in constants for i in places):
            return [self.said(i) for i in places]
        return [self.read(i) for i in places]

    def read(self, place: int) -> str:
        """What stands for a place: its name, or a number."""
        return self.names.get(place) or self.dialect.number.format(self.said(place))

    def said(self, place: int) -> str:
        """What a place is called where people read it: its name, or a number."""
        return self.names.get(place) or literal(self.constant(place))

    def constant(self, place: int) -> float:
        """The number in the place of a constant."""
        return self.listing.constants[place - self.listing.first_constant]

    def checks(self, place: int) -> Iterator[str]:
        """The lines that raise unless the guards are kept that can be checked once a place is filled."""
        for guard in self.guards.get(place, ()):
            yield f"if {self.differs(guard)}:"
            yield f"    raise ValueError({broken(guard, *map(self.said, (guard.x, guard.y)))!r})"

    def differs(self, guard: Guard) -> str:
        """The condition under which a guard is not kept."""
        compared = f"{self.read(guard.x)} {guard.relation} {self.read(guard.y)}"
        return f"not {self.dialect.always.format(compared)}" if guard.outcome else self.dialect.ever.format(compared)


def bracketed(before: str, texts: Iterable[str], after: str = "") -> Iterator[str]:
    """A list in brackets, over as many lines as it takes; they break inside the brackets only.

    >>> list(bracketed("", ["w", "b"], " = parameters"))
    ['[w, b] = parameters']
    """
    wrapper = TextWrapper(WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    before, after = (text.replace(" ", NO_BREAK) for text in (before, after))
    yield from [line.replace(NO_BREAK, " ") for line in wrapper.wrap(f"{before}[{', '.join(texts)}]{after}")]
