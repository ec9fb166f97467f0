"""Windows: what kernels and pools see of a signal or an image, place by place."""

from __future__ import annotations

from collections.abc import Sequence

from .shapes import Image, Signal, Vector


def windows(signal: Signal, size: int, stride: int) -> list[Vector]:
    """What is seen of a signal, place by place: so many numbers of every channel, one channel after the other.

    >>> windows([[1, 2, 3], [4, 5, 6]], 2, 1)
    [[1, 2, 4, 5], [2, 3, 5, 6]]
    """
    return [[x for channel in signal for x in channel[i : i + size]] for i in starts(len(signal[0]), size, stride)]


def patches(image: Image, size: int, stride: int) -> list[list[Vector]]:
    """What is seen of an image, row by row of places: squares of every channel, one channel after the other.

    >>> patches([[[1, 2, 3], [4, 5, 6]]], 2, 1)
    [[[1, 2, 4, 5], [2, 3, 5, 6]]]
    """
    strips = [[row for rows in image for row in rows[top : top + size]] for top in starts(len(image[0]), size, stride)]
    return [windows(strip, size, stride) for strip in strips]


def starts(length: int, size: int, stride: int) -> range:
    """Where windows begin that end within a length: there are ⌊(length − size) / stride⌋ + 1."""
    return range(0, length - size + 1, stride)


def size_of(image: Image) -> list[int]:
    """How many rows and columns an image has."""
    return [len(image[0]), len(image[0][0]) if image[0] else 0]


def check_fit(what: str, setting: str, size: int, lengths: Sequence[int], padding: int = 0) -> None:
    """Raise unless a kernel or a window lies at least once within an input, which must not be empty."""
    if 0 in lengths:
        raise ValueError(f"an input of size {by(lengths)} is empty: it needs at least one number")
    room = [length + 2 * padding for length in lengths]
    if size > min(room):
        given = by(lengths) + (f" with padding {padding}" if padding else "")
        refused = f"a {what} of size {by([size] * len(room))} does not fit into an input of size {given}"
        raise ValueError(f"{refused}: {setting} can be at most {min(room)}")


def by(lengths: Sequence[int]) -> str:
    """Sizes as a person writes them: `3x5`, or `4` where there is but one."""
    return "x".join(map(str, lengths))
