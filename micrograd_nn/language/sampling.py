"""Sampling: new names, drawn character by character from what a model expects next."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import exp, fsum, isfinite
from typing import Any, TypeAlias

from ..initial import generator
from ..losses.pairing import data_of
from ..no_grad import no_grad
from ..settings import check_sizes, positive
from ..value import Value
from ..watching import see_reading
from .vocabulary import BOUNDARY, Tokens, Vocabulary

LanguageModel: TypeAlias = Callable[[Tokens], Sequence[Sequence[Any]]]  # for each token, the logits of the next one
MOST = 16  # characters of a name: as many as a GPT has positions, unless it is told otherwise


def probabilities(logits: Sequence[Any], temperature: float = 1.0) -> list[float]:
    """How likely each token is to be drawn: exp(zᵢ / T) / Σ exp(zⱼ / T).

    At a temperature T below 1 the likely becomes likelier, above 1 all come nearer to each other (Ackley, Hinton and
    Sejnowski 1985, "A learning algorithm for Boltzmann machines"). Numbers may be of any size: the largest logit is
    taken off all of them first.

    >>> probabilities([0.0, 0.0]), probabilities([1000.0, 0.0], temperature=0.5)
    ([0.5, 0.5], [1.0, 0.0])

    Raises: ValueError for no logits or one that is not finite, and for a temperature that is not above 0 and finite.
    """
    temperature = positive("temperature", temperature)
    see_reading(*[z for z in logits if isinstance(z, Value)])
    zs = [data_of(z) for z in logits]
    if not zs or not all(map(isfinite, zs)):
        raise ValueError(f"tokens are drawn from finite logits, not from {zs}")
    largest = max(zs)
    weights = [exp((z - largest) / temperature) for z in zs]
    whole = fsum(weights)
    return [weight / whole for weight in weights]


def sample(
    model: LanguageModel,
    vocabulary: Vocabulary,
    temperature: float = 1.0,
    rng: random.Random | None = None,
    seed: int | None = None,
    most: int = MOST,
) -> str:
    """A name drawn from a model: after the boundary, at least one character, and others until a boundary comes.

    >>> def likes_a(tokens): return [[len(tokens) - 3.0, 0.0, -9.0] for _ in tokens]
    >>> sample(likes_a, Vocabulary("ab"), temperature=0.1, seed=1)
    'aaa'

    The model takes a list of tokens, and gives a list of logits for each of them, of which the last counts. A name has
    `most` characters at most, so that is how many tokens the model must be able to read.

    Raises: ValueError for a temperature that is not above 0 and finite, and for a model of another vocabulary.
    """
    rng = generator(rng, seed)
    check_sizes(most=most)
    tokens, token = [BOUNDARY], -1
    with no_grad():
        while len(tokens) <= most and token != BOUNDARY:
            first = len(tokens) == 1  # a name has at least one character: it does not end where it begins
            token = drawn_token(model(tokens)[-1], vocabulary, temperature, rng, least=BOUNDARY + 1 if first else 0)
            tokens.append(token)
    return vocabulary.decode(tokens)


def samples(
    model: LanguageModel,
    vocabulary: Vocabulary,
    n: int = 10,
    temperature: float = 1.0,
    rng: random.Random | None = None,
    seed: int | None = None,
    most: int = MOST,
) -> list[str]:
    """So many names, drawn one after the other as `sample` does; a name may come twice.

    >>> def likes_a(tokens): return [[len(tokens) - 3.0, 0.0, -9.0] for _ in tokens]
    >>> samples(likes_a, Vocabulary("ab"), n=2, temperature=0.1, seed=1)
    ['aaa', 'aaa']

    Raises: as `sample` does, and ValueError for a number of names below 1.
    """
    check_sizes(n=n)
    rng = generator(rng, seed)
    return [sample(model, vocabulary, temperature, rng, most=most) for _ in range(n)]


def drawn_token(
    logits: Sequence[Any], vocabulary: Vocabulary, temperature: float, rng: random.Random, least: int
) -> int:
    """A token drawn from its logits, among those from `least` on."""
    if len(logits) != len(vocabulary):
        raise ValueError(f"the model has {len(logits)} logits a token, but the vocabulary {len(vocabulary)} tokens")
    return rng.choices(range(least, len(logits)), probabilities(logits[least:], temperature))[0]
