"""Python that runs fast: lines in which what is used once stands where it is used, without a name.

Measured on a batch of 100 rows of the moons network: with a name for every number it takes 9 % longer in
Python 3.11 and 28 % in 3.13; with a call for every rectifier 6 %. Of a choice only the side that is taken is computed.
No label gets into this text.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from typing import Any

from ..op import TABLE, Op
from .checks import LEAVES, broken, guards_after
from .guarded import OtherBranchError
from .listing import SUM, Guard, Listing, Operation
from .needed import instruction, own_operations
from .quietly import quiet, quiet_call, quotient
from .spelling import INFIX, expression, literal, sum_lines

REPEATING = {  # what names an operand more than once, or may skip one that has to be computed all the same
    "max": "{1} if {1} > {0} else {0} if {0} >= {1} else nan",
    "min": "{1} if {1} < {0} else {0} if {0} <= {1} else nan",
    "relu": "0.0 if {0} <= 0.0 else {0}",
    "leaky_relu": "{0} if {0} > 0.0 else {1}*{0}",
    "power": "pow({0}, {1}) if {0} == {0} and {1} == {1} else nan",
}
INLINE = INFIX | REPEATING
LONGEST = 400  # characters of an expression within another: with 3 a bracket, never too deep for Python's compiler
WIDTH = 4000  # characters of a line


class Lines:
    """The lines that fill places, and the text that stands for each place.

    >>> listing = Listing(n_parameters=1, n_inputs=0, constants=[1.0])
    >>> listing.add("exp", (0,)), listing.add("sum", (2, 0, 0, 1))
    (2, 3)
    >>> list(Lines(listing).filling([2, 3], later=[3, 3]))
    ['v3 = (exp(v0))*v0 + v0']
    """

    def __init__(self, listing: Listing, inner: Set[int] = frozenset()) -> None:
        self.listing = listing
        self.texts = {i: f"v{i}" for i in range(listing.first_constant)}
        self.texts.update(enumerate(map(literal, listing.constants), start=listing.first_constant))
        self.own = own_names(listing)
        self.guards = guards_after(listing, inner)
        self.number = {guard: k for k, guard in enumerate(listing.guards)}

    def filling(self, places: Iterable[int], later: Iterable[int]) -> Iterator[str]:
        """Lines for some places, of which each is read as often as it stands in `later` by what comes behind them."""
        uses = Counter(later)
        uses.update(self.reads(places))
        for place in places:
            yield from self.line(place, once=uses[place] < 2)
            yield from self.checks(place)

    def reads(self, places: Iterable[int]) -> Iterator[int]:
        """The places that some lines read, as often as they are written there."""
        for place in places:
            operation, operands = instruction(self.listing, place)
            yield from operands * 2 if operation in REPEATING else operands
            yield from self.compared(place)

    def line(self, place: int, once: bool) -> Iterator[str]:
        """The lines that fill a place; none if what is read only once can stand where it is read."""
        operation, operands = instruction(self.listing, place)
        texts = [self.texts[i] for i in operands]
        text = self.expression(place, operation, texts) if once or operation != SUM else ""
        if once and len(text) <= LONGEST:
            self.texts[place] = f"({text})"
            return
        self.texts[place] = name = f"v{place}"
        yield from sum_lines(name, texts, WIDTH) if operation == SUM else [f"{name} = {text}"]

    def expression(self, place: int, operation: Operation, texts: list[str]) -> str:
        """The operation, applied."""
        name = self.own[operation] if isinstance(operation, Op) else operation
        return (place in self.listing.maybe and quiet_call(operation, name, texts)) or expression(name, texts, INLINE)

    def compared(self, place: int = LEAVES) -> Iterator[int]:
        """The places that guards compare once a place is filled; twice, so that each has a name."""
        for guard in self.guards.get(place, ()):
            yield from (guard.x, guard.y) * 2

    def checks(self, place: int = LEAVES) -> Iterator[str]:
        """The lines that raise unless the guards are kept that can be checked once a place is filled."""
        for guard in self.guards.get(place, ()):
            yield self.check(guard)

    def check(self, guard: Guard) -> str:
        """The line that raises unless a guard is kept."""
        compared = f"{self.texts[guard.x]} {guard.relation} {self.texts[guard.y]}"
        return f"if {'not ' if guard.outcome else ''}{compared}: other_branch({self.number[guard]})"


def own_names(listing: Listing) -> dict[Op, str]:
    """Names for operations of one's own."""
    return {op: f"own{k}" for k, op in enumerate(own_operations(listing))}


def checked(op: Op) -> Callable[..., float]:
    """The function of an operation of one's own, giving floats.

    Raises, when called: ValueError where it makes a nan or an infinity of finite numbers; what comes next may hide it.
    """

    def forward(*xs: float) -> float:
        out = float(op.forward(*xs))
        if not math.isfinite(out) and all(map(math.isfinite, xs)):
            raise ValueError(op.name)
        return out

    return forward


def namespace(listing: Listing) -> dict[str, Any]:
    """What the names in written code stand for."""

    def other_branch(k: int) -> None:
        raise OtherBranchError(broken(listing.guards[k]))

    table = {name: op.forward for name, op in TABLE.items()}
    own = {name: checked(op) for op, name in own_names(listing).items()}
    helpers = {"quiet": quiet, "quotient": quotient, "other_branch": other_branch}
    return table | own | helpers | {"pow": math.pow, "nan": math.nan, "inf": math.inf}


def built(names: dict[str, Any], heading: str, lines: Iterable[str]) -> Callable[..., Any]:
    """The function with a heading and lines."""
    text = "".join([f"    {line}\n" for line in lines]) or "    pass\n"
    exec(compile(f"{heading}:\n{text}", "<program>", "exec"), names)  # of numbers and numbered names only
    return names.pop(heading[4 : heading.index("(")])
