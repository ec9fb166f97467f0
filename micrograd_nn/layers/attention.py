"""Attention: every token asks all that it may look at, and takes most from those whose keys answer its query.

A token at time step i has a query qᵢ, and every token at time step j a key kⱼ and a value vⱼ: vectors, those of queries
and keys d numbers long. The score of a pair is qᵢ · kⱼ / √d; the weights of token i are the softmax of its scores, and
what it takes is the sum of the values by weight (Vaswani et al. 2017, arXiv:1706.03762, eq. 1). In a picture
`t2.head1.weight3` is how much token 2 looks at token 3, in the first head.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any, TypeAlias

from ..collector import collector_paused
from ..losses.many_classes import softmax
from ..value import Value
from .shapes import Steps, Vector, as_items, as_steps, at_time_step
from .vectors import label_each, sum_of, sum_of_products

Sight: TypeAlias = list[list[int]]  # for each token the places, from 0, of those that it may look at
Mask: TypeAlias = Sequence[Sequence[bool]]


def scaled_dot_product_attention(
    queries: Sequence[Any], keys: Sequence[Any], values: Sequence[Any], causal: bool = False, mask: Mask | None = None
) -> Steps:
    """The values, mixed for each query by the softmax of its scores: softmax(QKᵀ / √d) V.

    >>> keys, values = [[0.0], [10.0]], [[4.0], [6.0]]
    >>> [[round(v.data, 3) for v in vector] for vector in scaled_dot_product_attention([[0.0], [1.0]], keys, values)]
    [[5.0], [6.0]]

    When `causal`, no token looks at a later one; `mask[i][j]` says whether token i may look at token j. What a token
    may not look at gets no score and no node.

    Raises: ValueError for vectors of different widths, keys and values of different number, a mask of another size,
    and a token that may look at none.
    """
    qs, ks, vs = as_vectors(queries, "q"), as_vectors(keys, "k"), as_vectors(values, "v")
    if len(qs[0]) != len(ks[0]):
        raise ValueError(f"queries and keys must have the same width: got {len(qs[0])} and {len(ks[0])}")
    if len(ks) != len(vs):
        raise ValueError(f"there must be a value for each key: got {len(ks)} keys, {len(vs)} values")
    with collector_paused():
        return attend(qs, ks, vs, sight(len(qs), len(ks), causal, mask))


def as_vectors(xs: Sequence[Any], letter: str) -> Steps:
    """Vectors of one width, as Values; numbers become leaves, labelled by their letter: `t1.q2`."""
    vectors = [as_items(x, "a vector") for x in as_items(xs, "a list of vectors")]
    named = [
        [
            x if isinstance(x, Value) else Value(x, f"{at_time_step(t)}{letter}{k}")
            for k, x in enumerate(vector, start=1)
        ]
        for t, vector in enumerate(vectors, start=1)
    ]
    if named and not named[0]:
        raise ValueError("a vector needs at least 1 number: that of time step 1 has none")
    return as_steps(named, len(named[0]) if named else 0)


def sight(n_queries: int, n_keys: int, causal: bool, mask: Mask | None = None) -> Sight:
    """Which tokens each token may look at, as places from 0.

    >>> sight(3, 3, causal=True)
    [[0], [0, 1], [0, 1, 2]]

    Raises: ValueError for a mask of another size, or where a token may look at none.
    """
    seen = [list(range(min(i + 1, n_keys) if causal else n_keys)) for i in range(n_queries)]
    if mask is None:
        return seen
    check_mask(mask, n_queries, n_keys)
    seen = [[j for j in places if row[j]] for places, row in zip(seen, mask)]
    for t, places in enumerate(seen, start=1):
        if not places:
            raise ValueError(f"token {t} may look at none of {n_keys} tokens: its row of the mask needs a True")
    return seen


def check_mask(mask: Mask, n_queries: int, n_keys: int) -> None:
    """Raise unless there is a row for each query, with a True or False for each key."""
    lengths = [len(as_items(row, "a row of a mask")) for row in as_items(mask, "a mask as a list of rows")]
    needed = f"a mask must have {n_queries} rows of {n_keys}, one for each query and in it one for each key"
    if len(lengths) != n_queries:
        raise ValueError(f"{needed}, not {len(lengths)} rows")
    for t, (row, length) in enumerate(zip(mask, lengths), start=1):
        if length != n_keys:
            raise ValueError(f"{needed}: row {t} has {length}")
        if not all(isinstance(may, bool) or str(getattr(may, "dtype", "")) == "bool" for may in row):
            raise TypeError(f"a mask is made of True and False, not of {row!r}")


def attend(qs: Steps, ks: Steps, vs: Steps, seen: Sight, path: str = "", expand: bool = False) -> Steps:
    """What every token takes, for Values of sizes that fit; nodes are labelled by the path of the head."""
    taken = []
    for t, (q, places) in enumerate(zip(qs, seen), start=1):
        name = f"{at_time_step(t)}{path}"
        weights = weighed(q, ks, places, name, expand)
        columns = zip(*[vs[j] for j in places])
        taken.append(label_each([sum_of_products(weights, column, expand) for column in columns], f"{name}out"))
    return taken


def weighed(q: Vector, ks: Steps, places: list[int], name: str, expand: bool) -> Vector:
    """The weights of one token: the softmax of its scores."""
    scores = [sum_of_products(q, ks[j], expand) / sqrt(len(q)) for j in places]
    weights = expanded_softmax(scores) if expand else softmax(scores)
    for j, score, weight in zip(places, scores, weights):
        score.label, weight.label = f"{name}score{j + 1}", f"{name}weight{j + 1}"
    return weights


def expanded_softmax(scores: Vector) -> Vector:
    """The softmax with every plus as a node of its own: exp(sⱼ − m) / Σ exp(sₖ − m), for m the largest score.

    The m is a plain number: taken off every score it changes no weight, and exp does not overflow.
    """
    largest = max(score.data for score in scores)
    parts = [(score - largest).exp() for score in scores]
    whole = sum_of(parts, expand=True)
    return [part / whole for part in parts]
