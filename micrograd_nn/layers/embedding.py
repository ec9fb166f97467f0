"""Embeddings: what a network knows of a token, and of a position, as a vector that is learned.

A token is a whole number that stands for a letter or a word; n tokens count from 0 to n - 1, as the indices of a list.
Time steps and positions count from 1.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Iterator, Sequence
from math import cos, sin
from typing import Any

from ..initial import generator
from ..module import Module
from ..settings import check_sizes, positive
from ..value import parameter
from .shapes import Steps, Vector, as_items, as_steps
from .vectors import sums


class Embedding(Module):
    """A table with a row of parameters for each token: what the rows for a list of tokens are, one for each time step.

    >>> embedding = Embedding(27, 3, seed=1)
    >>> embedding
    Embedding(27 -> 3, 81 parameters)
    >>> [[w.label for w in vector] for vector in embedding([5, 0])]
    [['token5.w1', 'token5.w2', 'token5.w3'], ['token0.w1', 'token0.w2', 'token0.w3']]

    No node is made: a row stands in the graph wherever its token does, and its gradient is the sum over these uses
    (Bengio et al. 2003, "A neural probabilistic language model", JMLR 3, section 2). The numbers are drawn from a
    normal distribution of mean 0 and standard deviation `std`.

    Raises: ValueError for a size below 1; called, for no tokens and for one that has no row.
    """

    def __init__(
        self,
        n_tokens: int,
        n_outputs: int,
        std: float = 1.0,
        rng: random.Random | None = None,
        seed: int | None = None,
    ) -> None:
        check_sizes(n_tokens=n_tokens, n_outputs=n_outputs)
        self.std = positive("std", std)
        self.rows = random_rows(n_tokens, n_outputs, self.std, generator(rng, seed))
        self.label_parameters()

    def __call__(self, tokens: Sequence[int]) -> Steps:
        steps = as_items(tokens, "a list of tokens")
        if not steps:
            raise ValueError("a list of tokens needs at least 1: this one has length 0")
        return [list(self.rows[self.index(token, t)]) for t, token in enumerate(steps, start=1)]

    def index(self, token: Any, time_step: int) -> int:
        """The place of a token's row, if it has one."""
        n = len(self.rows)
        needed = f"time step {time_step}: a token must be a whole number from 0 to {n - 1} for an embedding of {n}"
        if isinstance(token, bool) or not is_whole(token):
            raise TypeError(f"{needed}, not {token!r}")
        if not 0 <= token < n:
            raise ValueError(f"{needed}, not {token}")
        return operator.index(token)

    def parts(self) -> Iterator[tuple[str, Any]]:
        """Every parameter under its token, which counts from 0: `token5.w2`."""
        return ((f"token{i}.w{k}", w) for i, row in enumerate(self.rows) for k, w in enumerate(row, start=1))

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such table, but for its numbers."""
        return {"n_tokens": len(self.rows), "n_outputs": len(self.rows[0]), "std": self.std}

    def __repr__(self) -> str:
        return f"Embedding({len(self.rows)} -> {len(self.rows[0])}, {len(self.parameters())} parameters)"


class PositionalEmbedding(Module):
    """Adds to the vector of each time step a row of parameters that is the position's own.

    out_t = x_t + p_t: what comes after could not tell one order from another without it (Gehring et al. 2017,
    arXiv:1705.03122, section 3.1). The first numbers are drawn as those of an `Embedding`.

    >>> positions = PositionalEmbedding(8, 2, seed=1)
    >>> out = positions([[0.5, 0.0], [0.5, 0.0]])
    >>> out[1][0].label, [x.label for x in out[1][0].inputs]
    ('t2.out1', ['t2.x1', 'position2.w1'])

    Raises: ValueError for a size below 1; called, for more vectors than positions, or vectors of another width.
    """

    def __init__(
        self,
        n_positions: int,
        width: int,
        std: float = 1.0,
        rng: random.Random | None = None,
        seed: int | None = None,
    ) -> None:
        check_sizes(n_positions=n_positions, width=width)
        self.std = positive("std", std)
        self.rows = random_rows(n_positions, width, self.std, generator(rng, seed))
        self.label_parameters()

    def __call__(self, xs: Sequence[Any]) -> Steps:
        return self.respond(as_steps(xs, len(self.rows[0])))

    def respond(self, xs: Steps) -> Steps:
        """The sums for vectors that are Values already and of the right width."""
        if len(xs) > len(self.rows):
            raise ValueError(f"a sequence of {len(xs)} time steps is longer than the {len(self.rows)} positions")
        return sums(xs, self.rows, f"{self.path}out")

    def parts(self) -> Iterator[tuple[str, Any]]:
        """Every parameter under its position, which counts from 1: `position2.w1`."""
        return (
            (f"position{i}.w{k}", w) for i, row in enumerate(self.rows, start=1) for k, w in enumerate(row, start=1)
        )

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such table, but for its numbers."""
        return {"n_positions": len(self.rows), "width": len(self.rows[0]), "std": self.std}

    def __repr__(self) -> str:
        return f"PositionalEmbedding({len(self.rows)} x {len(self.rows[0])}, {len(self.parameters())} parameters)"


def is_whole(number: Any) -> bool:
    """Whether this can be the index of a list, as an int can, or a whole number of an array."""
    try:
        operator.index(number)
    except TypeError:
        return False
    return True


def random_rows(n_rows: int, width: int, std: float, rng: random.Random) -> list[Vector]:
    """Rows of parameters, drawn from a normal distribution of mean 0."""
    return [[parameter(rng.gauss(0.0, std)) for _ in range(width)] for _ in range(n_rows)]


def sinusoids(n_positions: int, width: int) -> list[list[float]]:
    """Rows of waves to add to the vectors of a sequence, instead of learned positions: one for each position.

    With positions p and pairs i counted from 0: PE(p, 2i) = sin(p / 10000^(2i / width)), and PE(p, 2i + 1) is the
    cosine of the same angle (Vaswani et al. 2017, arXiv:1706.03762, section 3.5).

    >>> sinusoids(2, 2)
    [[0.0, 1.0], [0.8414709848078965, 0.5403023058681398]]

    Raises: ValueError for a size below 1.
    """
    check_sizes(n_positions=n_positions, width=width)
    waves = [(10000.0 ** ((k - k % 2) / width), cos if k % 2 else sin) for k in range(width)]
    return [[wave(p / length) for length, wave in waves] for p in range(n_positions)]
