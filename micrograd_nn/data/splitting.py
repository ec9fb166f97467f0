"""Examples in another order and in parts; what is passed in is never changed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from ..initial import generator
from ..settings import check_sizes
from .checks import finite

T = TypeVar("T")
Labelled = TypeVar("Labelled", bound=tuple[Any, Any])  # an example, whatever its inputs and target are


def shuffled(examples: Sequence[T], rng: random.Random | None = None, seed: int | None = None) -> list[T]:
    """The examples in random order.

    >>> sorted(shuffled([1, 2, 3, 4], seed=1))
    [1, 2, 3, 4]
    """
    mixed = list(examples)
    generator(rng, seed).shuffle(mixed)
    return mixed


def split(
    examples: Sequence[T], share: float, rng: random.Random | None = None, seed: int | None = None
) -> tuple[list[T], list[T]]:
    """The examples for training, and a random `share` of them held out to see whether what is learned holds there.

    >>> training, held_out = split(range(10), 0.3, seed=1)
    >>> len(training), len(held_out)
    (7, 3)

    Raises: ValueError unless at least one example falls on either side.
    """
    n_held_out = round(finite("share", share) * len(examples))
    if not 0 < n_held_out < len(examples):
        parts = f"{share!r} of {len(examples)} examples holds out {n_held_out}"
        raise ValueError(f"{parts}; at least one must be held out and one left for training")
    mixed = shuffled(examples, rng, seed)
    return mixed[n_held_out:], mixed[:n_held_out]


def batches(examples: Sequence[T], batch_size: int | None = None) -> Iterator[list[T]]:
    """The examples in lists of `batch_size`, in their order; the last may be shorter. None is all in one.

    >>> list(batches([1, 2, 3, 4, 5], 2))
    [[1, 2], [3, 4], [5]]

    Raises: ValueError for no examples, or for a batch larger than they are; TypeError for no whole number.
    """
    if not examples:
        raise ValueError("no examples to make batches of: at least one is needed")
    size = len(examples) if batch_size is None else batch_size
    check_sizes(batch_size=size)
    if size > len(examples):
        raise ValueError(f"batch_size {size} is larger than the number of examples, {len(examples)}")
    return (list(examples[start : start + size]) for start in range(0, len(examples), size))


def folds(
    examples: Sequence[Labelled], n_folds: int, rng: random.Random | None = None, seed: int | None = None
) -> Iterator[tuple[list[Labelled], list[Labelled]]]:
    """Pairs of training and held-out examples, for cross-validation: each example is held out once.

    The held-out parts differ in size by at most one. Examples are dealt to them in the order of their targets, so each
    class is spread evenly over them.

    >>> training, held_out = next(folds([([0.1], 0), ([0.2], 1), ([0.3], 0), ([0.4], 1)], 2, seed=1))
    >>> sorted(target for _, target in held_out)
    [0, 1]

    Raises: ValueError for fewer than 2 folds, or for more folds than examples.
    """
    check_sizes(n_folds=n_folds)
    if not 2 <= n_folds <= len(examples):
        raise ValueError(f"n_folds must be from 2 to the number of examples, {len(examples)}, not {n_folds}")
    mixed = shuffled(examples, rng, seed)
    targets = [target for _, target in mixed]
    by_target = sorted(range(len(mixed)), key=targets.__getitem__)
    fold_of = {i: place % n_folds for place, i in enumerate(by_target)}
    return (
        ([x for i, x in enumerate(mixed) if fold_of[i] != k], [x for i, x in enumerate(mixed) if fold_of[i] == k])
        for k in range(n_folds)
    )
