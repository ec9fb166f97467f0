"""Checks in written code: that comparisons come out as they did when the graph was recorded."""

from __future__ import annotations

from collections.abc import Set

from .listing import Guard, Listing

LEAVES = -1  # stands for the place after which a guard can be checked that compares leaves


def guards_after(listing: Listing, inner: Set[int] = frozenset()) -> dict[int, list[Guard]]:
    """The guards under the instruction after which each can be checked, the last one that is inner if one is."""
    found: dict[int, list[Guard]] = {}
    for guard in listing.guards:
        compared = {guard.x, guard.y}
        last = max(compared & inner or compared)
        found.setdefault(last if last >= listing.first_instruction else LEAVES, []).append(guard)
    return found


def broken(guard: Guard, x: str = "x", y: str = "y") -> str:
    """What to say where a guard is not kept.

    >>> broken(Guard("<", 0, 1, outcome=True, where="lesson.py:3"))
    'the graph was recorded where x < y (lesson.py:3), which these numbers do not keep'
    """
    relation = f"{x} {guard.relation} {y}" if guard.outcome else f"not {x} {guard.relation} {y}"
    return f"the graph was recorded where {relation} ({guard.where}), which these numbers do not keep"
