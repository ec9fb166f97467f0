"""Made-up sequences: bits whose parity is to be told, and a bit that is to be remembered."""

from __future__ import annotations

import random
from itertools import accumulate, product
from operator import xor
from typing import TypeAlias

from ..initial import generator
from ..settings import check_sizes

Bits: TypeAlias = list[float]  # one number at every time step
Flagged: TypeAlias = list[list[float]]  # at every time step a bit and its flag


def parity(length: int = 5) -> list[tuple[Bits, list[int]]]:
    """All strings of so many bits; the target at every bit is whether the number of ones so far is odd.

    >>> parity(2)
    [([0.0, 0.0], [0, 0]), ([0.0, 1.0], [0, 1]), ([1.0, 0.0], [1, 1]), ([1.0, 1.0], [1, 0])]

    Raises: ValueError for a length below 1.
    """
    check_sizes(length=length)
    return [(list(map(float, bits)), list(accumulate(bits, xor))) for bits in product((0, 1), repeat=length)]


def remembering(
    n: int = 200, length: int = 20, latest: int = 10, rng: random.Random | None = None, seed: int | None = None
) -> list[tuple[Flagged, int]]:
    """So many sequences of random bits, -1 or 1, one of them marked by a flag; the target is whether that one is 1.

    The marked bit is one of the first `latest`, so it is to be remembered over at least `length` − `latest` others.

    >>> remembering(1, length=3, latest=1, seed=1)
    [([[-1.0, 1.0], [-1.0, 0.0], [1.0, 0.0]], 0)]

    Raises: ValueError for a size below 1, and where the marked bit may come after the end.
    """
    check_sizes(n=n, length=length, latest=latest)
    if latest > length:
        raise ValueError(f"latest is at most the length, {length}, not {latest}")
    rng = generator(rng, seed)
    return [flagged([rng.choice((-1.0, 1.0)) for _ in range(length)], rng.randrange(latest)) for _ in range(n)]


def flagged(bits: Bits, marked: int) -> tuple[Flagged, int]:
    """The bits with their flags, and whether the marked one, counted from 0, is 1."""
    return [[bit, float(t == marked)] for t, bit in enumerate(bits)], int(bits[marked] > 0)
