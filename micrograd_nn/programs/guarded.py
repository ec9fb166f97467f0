"""Guards: where Python took a branch while a graph was recorded, a program holds for numbers that take the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .checks import broken
from .listing import LESS, SUM, Listing


class OtherBranchError(ValueError):
    """For these numbers, the code that was recorded would have taken another branch."""


def counting(listing: Listing) -> Listing:
    """The listing with one more gradient: how many guards are not kept.

    Where a program runs on many rows, their mean is 0 only if every row keeps them all.
    """
    if not listing.guards:
        return listing
    zero, one = (listing.first_constant + listing.constants.index(number) for number in (0.0, 1.0))
    more = replace(listing, operations=list(listing.operations), operands=list(listing.operands))
    terms = []
    for relation, x, y, outcome, _ in listing.guards:
        terms += [more.add(relation, (x, y, zero, one) if outcome else (x, y, one, zero)), one]
    more.gradients = [*listing.gradients, more.add(SUM, tuple(terms))]
    return more


def check_guards(listing: Listing, numbers: Sequence[float]) -> None:
    """Raise unless the numbers in all places keep every guard."""
    for guard in listing.guards:
        a, b = numbers[guard.x], numbers[guard.y]
        if (a < b if guard.relation == LESS else a <= b) is not guard.outcome:
            names = [name_of(listing, place) for place in (guard.x, guard.y)]
            raise OtherBranchError(f"{broken(guard, *names)}: {a!r} and {b!r}")


def name_of(listing: Listing, place: int) -> str:
    """A place by its label; a constant by its number."""
    k = place - listing.first_constant
    number = repr(listing.constants[k]) if 0 <= k < len(listing.constants) else "a number"
    return listing.names.get(place) or number
