"""attention_weights: who looks at whom, read off a recorded graph by the labels of its nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from ..graph import reading_order
from ..value import Value, total

Matrix: TypeAlias = list[list[float]]
WEIGHT = re.compile(r"t(\d+)\.(?:(.*)\.)?weight(\d+)")  # such as t2.head1.weight3


def attention_weights(outputs: Any) -> dict[str, Matrix]:
    """The weights that are recorded behind a Value or a list of Values: for each head a row for each token that looks.

    >>> from micrograd_nn.layers import scaled_dot_product_attention
    >>> xs = [[Value(1.0)], [Value(2.0)]]
    >>> attention_weights(scaled_dot_product_attention([[0.0], [0.0]], xs, xs, causal=True))
    {'': [[1.0, 0.0], [0.5, 0.5]]}

    Heads go by their path, such as `block1.attention.head2`, in order. Where a token did not look there is a 0.

    Raises: ValueError where several sequences are behind the outputs, TypeError for outputs that are no Values.
    """
    heads: dict[str, dict[tuple[int, int], float]] = {}
    for node in reading_order(total(values_in(outputs))):
        if found := WEIGHT.fullmatch(node.label):
            weights, place = heads.setdefault(found[2] or "", {}), (int(found[1]), int(found[3]))
            if place in weights:
                remedy = "pass the outputs of one sequence alone, and call label_parameters() in a module of one's own"
                raise ValueError(f"several nodes are labelled {node.label!r}: {remedy}")
            weights[place] = node.data
    return {path: as_matrix(weights) for path, weights in heads.items()}


def values_in(outputs: Any) -> Iterator[Value]:
    """The Values in nested lists, in order."""
    if isinstance(outputs, list | tuple):
        for part in outputs:
            yield from values_in(part)
    elif isinstance(outputs, Value):
        yield outputs
    else:
        raise TypeError(f"attention weights are recorded behind Values, not behind a {type(outputs).__name__}")


def as_matrix(weights: dict[tuple[int, int], float]) -> Matrix:
    """Rows of numbers from numbers by row and column, both from 1."""
    n_rows, n_columns = (max(place[axis] for place in weights) for axis in (0, 1))
    return [[weights.get((i, j), 0.0) for j in range(1, n_columns + 1)] for i in range(1, n_rows + 1)]
