"""kinds: the instructions of a listing that can run side by side."""

from __future__ import annotations

from operator import attrgetter

from .listing import Listing, Operation, Places

CONSTANT, LEAF = -1, 0  # how deep constants stand, and parameters and inputs


class Kind:
    """Instructions that do the same with operands that stand equally deep; so none of them reads another."""

    __slots__ = ("depth", "depths", "operation", "places", "quiet")

    def __init__(self, operation: Operation, quiet: bool, depths: Places) -> None:
        self.operation = str(operation)
        self.quiet = quiet
        self.depths = depths  # of the operands
        self.depth = max(*depths, LEAF) + 1
        self.places: list[int] = []


def kinds(listing: Listing) -> list[Kind]:
    """The kinds of a listing's instructions, in an order in which each reads only from those before it.

    >>> listing = Listing(n_parameters=2, n_inputs=0)
    >>> x, y = listing.add("exp", (0,)), listing.add("exp", (1,))
    >>> z = listing.add("sum", (x, y))
    >>> [(kind.operation, kind.depth, kind.places) for kind in kinds(listing)]
    [('exp', 1, [2, 3]), ('sum', 2, [4])]
    """
    depths = [LEAF] * listing.first_constant + [CONSTANT] * len(listing.constants)
    depth_of = depths.__getitem__
    found: dict[tuple[Operation, bool, Places], Kind] = {}
    for place, operation, operands in listing.lines():
        key = operation, place in listing.maybe, tuple(map(depth_of, operands))
        kind = found.get(key)
        if kind is None:
            kind = found[key] = Kind(*key)
        kind.places.append(place)
        depths.append(kind.depth)
    return sorted(found.values(), key=attrgetter("depth"))


def heights(listing: Listing) -> list[int]:
    """How high each place stands: how many instructions follow it, each reading the one before, at most.

    >>> listing = Listing(n_parameters=1, n_inputs=0)
    >>> x, y = listing.add("exp", (0,)), listing.add("tanh", (0,))
    >>> z = listing.add("sqrt", (y,))
    >>> heights(listing)
    [2, 0, 1, 0]
    """
    found = [0] * len(listing)
    for place, operands in zip(range(len(listing) - 1, -1, -1), reversed(listing.operands)):
        height = found[place] + 1
        for x in operands:
            if found[x] < height:
                found[x] = height
    return found
