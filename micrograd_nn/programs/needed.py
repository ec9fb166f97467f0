"""Questions to a listing: what has to be computed, what depends on inputs, what fills a place."""

from __future__ import annotations

from collections.abc import Iterable, Set
from itertools import chain
from typing import TypeAlias

from ..op import Op
from .listing import SUM, Listing, Operation, Places

LOST: dict[Operation, int] = {"/": 1, "power": 0}  # the operand of which an infinity may leave nothing but a 0

Factors: TypeAlias = list[int]  # a b c d of a·b + c·d
Sums: TypeAlias = dict[int, tuple[Factors, Factors]]


def needed(listing: Listing, places: Iterable[int]) -> list[int]:
    """The instructions that some places are computed from, in order.

    >>> listing = Listing(n_parameters=1, n_inputs=0)
    >>> listing.add("exp", (0,)), listing.add("sin", (0,)), listing.add("tanh", (1,))
    (1, 2, 3)
    >>> needed(listing, [3])
    [1, 3]
    """
    wanted = set(places)
    for i in range(len(listing.operands) - 1, -1, -1):
        if listing.first_instruction + i in wanted:
            wanted.update(listing.operands[i])
    return [place for place in range(listing.first_instruction, len(listing)) if place in wanted]


def forward(listing: Listing) -> list[int]:
    """The instructions of the outputs and of the guards."""
    return needed(listing, [*listing.outputs, *compared(listing)])


def everything(listing: Listing) -> list[int]:
    """The instructions of the outputs, the guards and the gradients."""
    return needed(listing, [*listing.outputs, *compared(listing), *listing.gradients])


def compared(listing: Listing) -> list[int]:
    """The places that guards compare."""
    return [place for guard in listing.guards for place in (guard.x, guard.y)]


def varying(listing: Listing) -> set[int]:
    """The places whose numbers depend on an input: of a batch, they alone are computed for every row."""
    found = set(range(listing.n_parameters, listing.first_constant))
    for place, _, operands in listing.lines():
        if not found.isdisjoint(operands):
            found.add(place)
    return found


def means(listing: Listing, inner: Set[int], one: int) -> Sums:
    """The products that add up to each gradient that depends on an input: those of its row, and those all rows share.

    A sum that nothing else reads is its own products; anything else is itself times the place `one`.
    """
    read = {*listing.outputs, *compared(listing), *chain.from_iterable(listing.operands)}
    sums = {place: operands for place, operation, operands in listing.lines() if operation == SUM and place not in read}
    factors = {place: sums.get(place, (place, one)) for place in listing.gradients if place in inner}
    return {place: (differing(found, inner, True), differing(found, inner, False)) for place, found in factors.items()}


def differing(factors: Places, inner: Set[int], wanted: bool) -> Factors:
    """The products of which a factor is inner, or those of which none is."""
    products = zip(factors[::2], factors[1::2])
    return [i for product in products if inner.isdisjoint(product) != wanted for i in product]


def divisors(listing: Listing) -> list[int]:
    """The results that others are divided by, or that are raised to a power; not those that only a choice may need."""
    found = {operands[LOST[op]] for _, op, operands in listing.lines() if op in LOST}
    return [i for i in sorted(found - listing.maybe) if i >= listing.first_instruction]


def instruction(listing: Listing, place: int) -> tuple[Operation, Places]:
    """What fills a place."""
    i = place - listing.first_instruction
    return listing.operations[i], listing.operands[i]


def own_operations(listing: Listing) -> list[Op]:
    """The operations of one's own, each once."""
    return list(dict.fromkeys(operation for operation in listing.operations if isinstance(operation, Op)))
