"""What layers are given: sequences, signals and images as nested lists of Values, checked for their sizes.

A vector is a list of numbers; a sequence is a list of vectors, one for each time step; a signal is a list of channels,
each a list of numbers; an image is a list of channels, each a list of rows. Numbers become leaves, labelled by where
they are: `t3.x1` is the first number at time step 3, `x2_1` stands in row 2 and column 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from ..errors import NUMBERS
from ..initial import as_inputs
from ..value import Value

Vector: TypeAlias = list[Value]
Steps: TypeAlias = list[Vector]  # of time
Signal: TypeAlias = list[Vector]  # a vector for each channel
Image: TypeAlias = list[list[Vector]]  # rows for each channel


def at_time_step(t: int) -> str:
    """What the labels at a time step begin with; steps count from 1.

    >>> at_time_step(3)
    't3.'
    """
    return f"t{t}."


def as_steps(xs: Sequence[Any], width: int) -> Steps:
    """The vectors of a sequence, as Values; one of width 1 may be numbers.

    >>> [v.label for x in as_steps([[1.0, 2.0], [3.0, 4.0]], 2) for v in x]
    ['t1.x1', 't1.x2', 't2.x1', 't2.x2']

    Raises: TypeError for what is no list, ValueError for a sequence of length 0 or vectors of another width.
    """
    return vectors_of(xs, width, "sequence", "time step", timed=True)


def as_batch(xs: Sequence[Any], width: int) -> list[Vector]:
    """The vectors of a batch, as Values; they are of no time.

    >>> [v.label for x in as_batch([[1.0, 2.0], [3.0, 4.0]], 2) for v in x]
    ['x1', 'x2', 'x1', 'x2']

    Raises: as `as_steps` does.
    """
    return vectors_of(xs, width, "batch", "vector", timed=False)


def vectors_of(xs: Any, width: int, whole: str, part: str, timed: bool) -> list[Vector]:
    """Vectors of one width, as Values; what is wrong with one names its place."""
    vectors = as_items(xs, f"a {whole} of vectors")
    if not vectors:
        raise ValueError(f"a {whole} needs at least 1 {part}: this one has length 0")
    found = []
    for i, x in enumerate(vectors, start=1):
        try:
            found.append(as_inputs([x] if isinstance(x, NUMBERS) else x, width, at_time_step(i) if timed else ""))
        except (TypeError, ValueError) as error:
            raise type(error)(f"{part} {i}: {error}") from None
    return found


def as_signal(x: Sequence[Any], n_channels: int) -> Signal:
    """The channels of a signal, as Values: all of the same length.

    >>> [[v.label for v in channel] for channel in as_signal([[1.0, 2.0]], 1)]
    [['x1', 'x2']]

    Raises: TypeError for what is no list of lists, ValueError for another number of channels, or other lengths.
    """
    channels = as_items(x, "a list of channels")
    check_count(channels, n_channels, "channel")
    return [as_row(row, len(as_items(channels[0], "a channel")), within(n_channels, c), "channel", c)
            for c, row in enumerate(channels, start=1)]  # fmt: skip


def as_image(x: Sequence[Any], n_channels: int) -> Image:
    """The channels of an image, as rows of Values: all of the same height and width.

    >>> [[v.label for v in row] for row in as_image([[[1.0, 2.0], [3.0, 4.0]]], 1)[0]]
    [['x1_1', 'x1_2'], ['x2_1', 'x2_2']]

    Raises: TypeError for what is no list of lists of rows, ValueError for another number of channels, or other sizes.
    """
    channels = [as_items(rows, "a channel") for rows in as_items(x, "a list of channels")]
    check_count(channels, n_channels, "channel")
    height = len(channels[0])
    width = len(as_items(channels[0][0], "a row")) if height else 0
    for c, rows in enumerate(channels, start=1):
        if len(rows) != height:
            raise ValueError(f"channels must have the same size: channel 1 has {height} rows, channel {c} {len(rows)}")
    return [
        [as_row(row, width, within(n_channels, c), "row", r) for r, row in enumerate(rows, start=1)]
        for c, rows in enumerate(channels, start=1)
    ]


def as_row(row: Any, width: int, before: str, kind: str, place: int) -> Vector:
    """The numbers of a row, or of a channel that is one, as Values."""
    numbers = as_items(row, f"a {kind}")
    if len(numbers) != width:
        raise ValueError(f"{kind}s must have the same length: {kind} 1 has {width}, {kind} {place} {len(numbers)}")
    row_of = f"{place}_" if kind == "row" else ""
    return [
        v if isinstance(v, Value) else Value(v, label=f"{before}x{row_of}{i}") for i, v in enumerate(numbers, start=1)
    ]


def within(n_channels: int, channel: int) -> str:
    """What labels in a channel begin with; nothing where it is the only one."""
    return f"channel{channel}." if n_channels > 1 else ""


def check_count(items: list[Any], expected: int, kind: str) -> None:
    """Raise unless there are as many as expected."""
    if len(items) != expected:
        raise ValueError(f"expected {expected} {kind}{'' if expected == 1 else 's'}, got {len(items)}")


def as_items(x: Any, what: str) -> list[Any]:
    """What a list holds.

    Raises: TypeError for a number, a text and other things that are no list.
    """
    if isinstance(x, str | bytes | dict | Value) or not hasattr(x, "__iter__"):
        raise TypeError(f"expected {what}, not {type(x).__name__}")
    return list(x)
