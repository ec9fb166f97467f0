"""Examples as rows of numbers, inputs and then target: what a program takes in place of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from ..errors import as_float
from ..losses import LossFunction, cross_entropy
from ..losses.pairing import data_of, is_list
from ..programs.runs import Numbers
from ..value import Value
from .epochs import Example

Shape: TypeAlias = Any  # None of a number, and of a list the tuple of its parts' shapes


class NotOneGraphError(ValueError):
    """Examples have no graph in common."""


def rows_of(examples: Sequence[Example]) -> list[Numbers]:
    """The numbers of each example, in a row.

    >>> rows_of([([0.5, 2.0], 1), ([3.0, 4.0], 0)])
    [array('d', [0.5, 2.0, 1.0]), array('d', [3.0, 4.0, 0.0])]

    Raises: NotOneGraphError for examples of different shapes, or made of more than numbers.
    """
    if len(set(map(shape, examples))) > 1:
        raise NotOneGraphError("examples are of different shapes")
    try:
        return [array("d", map(as_number, flat(example))) for example in examples]
    except TypeError as error:
        raise NotOneGraphError(f"an example is made of more than numbers: {error}") from None


def as_number(x: Any) -> float:
    """The float that a number is, or that a Value holds."""
    return x.data if isinstance(x, Value) else as_float(x)


def shape(x: Any) -> Shape:
    """How a list is nested.

    >>> shape([0.5, [1.0, 2.0]])
    (None, (None, None))
    """
    return tuple(map(shape, x)) if is_list(x) else None


def flat(x: Any) -> Iterator[Any]:
    """What stands in a nested list, in order.

    >>> list(flat([0.5, [1.0, 2.0]]))
    [0.5, 1.0, 2.0]
    """
    if is_list(x):
        for part in x:
            yield from flat(part)
    else:
        yield x


def in_place_of(x: Any, leaves: Iterator[Value]) -> Any:
    """The same nested list, of leaves in place of its numbers."""
    return [in_place_of(part, leaves) for part in x] if is_list(x) else next(leaves)


def with_probabilities(example: Example, loss: LossFunction, output: Any) -> Example:
    """The example with target probabilities in place of a class, which would choose a node of the graph.

    >>> with_probabilities(([0.5], 1), cross_entropy, output=[0.0, 0.0, 0.0])
    ([0.5], [0.0, 1.0, 0.0])
    """
    x, target = example
    return (x, one_hot(target, output)) if loss is cross_entropy else (x, target)


def one_hot(target: Any, logits: Sequence[Any]) -> Any:
    """A 1 for the class among 0s for the others, at every position of a sequence; probabilities stay as they are."""
    if is_list(logits[0]):
        return [one_hot(part, inner) for part, inner in zip(target, logits)]
    return target if is_list(target) else [float(i == data_of(target)) for i in range(len(logits))]
