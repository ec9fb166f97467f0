"""Points of the plane in classes that a line separates badly or not at all; and a line itself.

Examples come class by class in turn, 0, 1, 0, 1, …, so that the classes are as even as `n` allows. Points stand evenly
along the curve of their class, and normally distributed noise moves them off it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import cos, pi, sin, tau

from ..initial import generator
from ..settings import check_sizes, not_negative
from .checks import check_classes, finite
from .logic import Example


def along(
    curve: Callable[[int, float], tuple[float, float]], n: int, n_classes: int, noise: float, rng: random.Random
) -> list[Example]:
    """The examples of points `curve(class, t)` with t evenly between 0 and 1, moved by noise.

    Raises: ValueError for fewer examples than classes, or for noise that is negative or not finite.
    """
    check_classes(n, n_classes)
    not_negative("noise", noise)
    examples: list[Example] = []
    for i in range(n):
        place, target = divmod(i, n_classes)
        size = len(range(target, n, n_classes))  # of the class
        x, y = curve(target, (place + 0.5) / size)
        examples.append(([x + rng.gauss(0.0, noise), y + rng.gauss(0.0, noise)], target))
    return examples


def moon(target: int, t: float) -> tuple[float, float]:
    """The upper half of the unit circle, and its lower half around (1, ½)."""
    if target == 0:
        return cos(pi * t), sin(pi * t)
    return 1.0 - cos(pi * t), 0.5 - sin(pi * t)


def moons(n: int = 100, noise: float = 0.1, rng: random.Random | None = None, seed: int | None = None) -> list[Example]:
    """The examples of two interlocking half-circles; `noise` is the standard deviation off them.

    >>> [([round(x, 6) for x in inputs], target) for inputs, target in moons(2, noise=0.0)]
    [([0.0, 1.0], 0), ([1.0, -0.5], 1)]

    Raises: ValueError for fewer than 2 examples, or for noise that is negative or not finite.
    """
    return along(moon, n, 2, noise, generator(rng, seed))


def ring(target: int, t: float) -> tuple[float, float]:
    """The unit circle, and the circle of half its radius."""
    radius = 1.0 if target == 0 else 0.5
    return radius * cos(tau * t), radius * sin(tau * t)


def circles(
    n: int = 100, noise: float = 0.05, rng: random.Random | None = None, seed: int | None = None
) -> list[Example]:
    """The examples of a circle of radius 1, class 0, around one of radius ½, class 1.

    >>> [target for _, target in circles(5, seed=1)]
    [0, 1, 0, 1, 0]

    Raises: ValueError for fewer than 2 examples, or for noise that is negative or not finite.
    """
    return along(ring, n, 2, noise, generator(rng, seed))


def spirals(
    n: int = 100,
    noise: float = 0.03,
    turns: float = 1.0,
    arms: int = 2,
    rng: random.Random | None = None,
    seed: int | None = None,
) -> list[Example]:
    """The examples of spiral arms, a class each, that wind `turns` times around the origin from radius 0.1 to 1.

    >>> [target for _, target in spirals(6, arms=3, seed=1)]
    [0, 1, 2, 0, 1, 2]

    Raises: ValueError for no arms, fewer examples than arms, or noise that is negative or not finite.
    """
    check_sizes(arms=arms)
    finite("turns", turns)

    def arm(target: int, t: float) -> tuple[float, float]:
        radius, angle = 0.1 + 0.9 * t, tau * (turns * t + target / arms)
        return radius * cos(angle), radius * sin(angle)

    return along(arm, n, arms, noise, generator(rng, seed))


def blobs(
    n: int = 100, centers: int = 3, spread: float = 0.2, rng: random.Random | None = None, seed: int | None = None
) -> list[Example]:
    """The examples of round clouds of standard deviation `spread`, a class each, centred evenly on the unit circle.

    >>> blobs(2, centers=1, spread=0.0)
    [([1.0, 0.0], 0), ([1.0, 0.0], 0)]

    Raises: ValueError for no centers, fewer examples than centers, or a spread that is negative or not finite.
    """
    check_sizes(centers=centers)
    not_negative("spread", spread)

    def center(target: int, _: float) -> tuple[float, float]:
        return cos(tau * target / centers), sin(tau * target / centers)

    return along(center, n, centers, spread, generator(rng, seed))


def noisy_line(
    n: int = 100,
    slope: float = 2.0,
    intercept: float = 1.0,
    noise: float = 0.2,
    rng: random.Random | None = None,
    seed: int | None = None,
) -> list[Example]:
    """The examples of `target = slope · x + intercept + noise` for x evenly between −1 and 1, for regression.

    >>> noisy_line(2, slope=2.0, intercept=1.0, noise=0.0)
    [([-0.5], 0.0), ([0.5], 2.0)]

    Raises: ValueError for no examples, numbers that are not finite, or negative noise.
    """
    check_sizes(n=n)
    finite("slope", slope)
    finite("intercept", intercept)
    not_negative("noise", noise)
    rng = generator(rng, seed)
    xs = [(2 * i + 1) / n - 1.0 for i in range(n)]
    return [([x], slope * x + intercept + rng.gauss(0.0, noise)) for x in xs]
