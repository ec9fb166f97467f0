"""The Yin-Yang data set: three classes that a shallow network separates clearly worse than a deeper one.

Geometry and classes are those of L. Kriener, J. Göltz and M. A. Petrovici, "The Yin-Yang dataset", 2022
(doi:10.1145/3517343.3517380, arXiv:2102.08211): a disc of radius ½ around (½, ½), made of two swirls; each has a
lobe of radius ¼, around (¼, ½) and (¾, ½), and in each lobe lies a dot of radius 0.1.
"""

from __future__ import annotations

import random
from math import cos, dist, sin, sqrt, tau

from ..initial import generator
from .checks import check_classes
from .logic import Example

MIDDLE, LEFT, RIGHT = (0.5, 0.5), (0.25, 0.5), (0.75, 0.5)
DISC, LOBE, DOT = 0.5, 0.25, 0.1  # radii


def yin_yang(n: int = 300, rng: random.Random | None = None, seed: int | None = None) -> list[Example]:
    """The examples of the Yin-Yang sign: class 0 the lower swirl, class 1 the upper one, class 2 the dots.

    Points are spread evenly over their class. The published inputs (x, y, 1 − x, 1 − y) are here the plain (x, y).

    >>> [target for _, target in yin_yang(6, seed=1)]
    [0, 1, 2, 0, 1, 2]

    Raises: ValueError for fewer than 3 examples.
    """
    check_classes(n, 3)
    rng = generator(rng, seed)
    return [(in_dots(rng) if i % 3 == 2 else in_swirl(i % 3, rng), i % 3) for i in range(n)]


def in_disc(center: tuple[float, float], radius: float, rng: random.Random) -> list[float]:
    """A random point of a disc; the root makes up for the area that grows with the square of the distance."""
    r, angle = radius * sqrt(rng.random()), tau * rng.random()
    return [center[0] + r * cos(angle), center[1] + r * sin(angle)]


def in_dots(rng: random.Random) -> list[float]:
    """A random point of one of the dots."""
    return in_disc(LEFT if rng.random() < 0.5 else RIGHT, DOT, rng)


def in_swirl(target: int, rng: random.Random) -> list[float]:
    """A random point of a swirl, outside the dots. A half-turn of the sign carries one swirl onto the other."""
    point = in_disc(MIDDLE, DISC, rng)
    while min(dist(point, LEFT), dist(point, RIGHT)) <= DOT:  # 8 draws in 100, so the loop ends soon
        point = in_disc(MIDDLE, DISC, rng)
    x, y = point
    upper = dist(point, LEFT) <= LOBE or (y > 0.5 and dist(point, RIGHT) > LOBE)
    return point if upper == (target == 1) else [1.0 - x, 1.0 - y]
