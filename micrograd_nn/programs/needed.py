"""Questions to a listing: what has to be computed, what depends on inputs, what fills a place."""

from __future__ import annotations

from collections.abc import Iterable

from ..op import Op
from .listing import Listing, Operation, Places


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


def instruction(listing: Listing, place: int) -> tuple[Operation, Places]:
    """What fills a place."""
    i = place - listing.first_instruction
    return listing.operations[i], listing.operands[i]


def own_operations(listing: Listing) -> list[Op]:
    """The operations of one's own, each once."""
    return list(dict.fromkeys(operation for operation in listing.operations if isinstance(operation, Op)))
