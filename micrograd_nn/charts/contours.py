"""Contours: the outlines of the region in which a function of the plane is at least so high, by marching squares.

W. E. Lorensen and H. E. Cline 1987, "Marching cubes", one dimension down: every square of a grid, by which of its
corners are inside, adds a piece or two of the outline. Places are counted in squares: (0, 0) to (n, n).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

Place: TypeAlias = tuple[float, float]
Cut: TypeAlias = tuple[Place, Place]  # an edge of the grid that leaves the region: its ends inside and outside
Field: TypeAlias = Callable[[float, float], float]
HALVINGS = 5
CORNERS = ((0, 0), (1, 0), (1, 1), (0, 1))


def outlines(field: Field, level: float, n: int) -> list[list[Place]]:
    """Closed outlines of the region where `field(u, v) >= level`, which close beyond the grid at its sides.

    >>> def right(u, v): return u
    >>> outlines(right, 1.5, 2)
    [[(1.484375, 0.0), (2, -1), (3, 0), (3, 2), (2, 3), (1.484375, 2.0)]]
    """
    inside = {(i, j): field(i, j) >= level for i in range(n + 1) for j in range(n + 1)}
    follows = dict(piece for i in range(-1, n + 1) for j in range(-1, n + 1) for piece in pieces(inside, i, j))

    def crossing(cut: Cut) -> Place:
        return halfway(field, level, cut) if cut[1] in inside else cut[1]

    return [straightened([crossing(cut) for cut in loop]) for loop in loops(follows)]


def pieces(inside: dict[tuple[int, int], bool], i: int, j: int) -> Iterator[tuple[Cut, Cut]]:
    """The outline within a square: from an edge that leaves the region to the one where it is entered again."""
    corners = [(i + di, j + dj) for di, dj in CORNERS]
    edges = list(zip(corners, corners[1:] + corners[:1]))
    cuts = [(p, q) for p, q in edges if inside.get(p, False) != inside.get(q, False)]
    for (p, q), (r, s) in zip(cuts, cuts[1:] + cuts[:1]):
        if inside.get(p, False):
            yield (p, q), (s, r)


def loops(follows: dict[Cut, Cut]) -> Iterator[list[Cut]]:
    """The pieces joined, each loop once; `follows` is used up."""
    while follows:
        loop = [next(iter(follows))]
        while (cut := follows.pop(loop[-1])) != loop[0]:
            loop.append(cut)
        yield loop


def halfway(field: Field, level: float, cut: Cut) -> Place:
    """Where an edge leaves the region, found by halving it: classes jump, so there is nothing to interpolate."""
    inside, outside = cut
    for _ in range(HALVINGS):
        middle = between(inside, outside)
        inside, outside = (middle, outside) if field(*middle) >= level else (inside, middle)
    return between(inside, outside)


def between(p: Place, q: Place) -> Place:
    """The middle of two places."""
    return (p[0] + q[0]) / 2, (p[1] + q[1]) / 2


def straightened(loop: list[Place]) -> list[Place]:
    """The loop without the places that lie on a straight line between their neighbours."""
    return [q for p, q, r in zip([loop[-1], *loop], loop, [*loop[1:], loop[0]]) if turn(p, q, r) != 0]


def turn(p: Place, q: Place, r: Place) -> float:
    """How much a way bends at q: 0 if p, q and r lie on a line."""
    return (q[0] - p[0]) * (r[1] - q[1]) - (q[1] - p[1]) * (r[0] - q[0])
