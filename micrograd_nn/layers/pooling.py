"""Pooling and flattening: one number stands for all in a window of a channel; an image becomes a vector.

These layers have no parameters. What comes out is less, and changes little when the input is shifted a little. (Max
pooling: Zhou and Chellappa 1988, "Computation of optical flow using a neural network". Average pooling: LeCun et al.
1998, "Gradient-based learning applied to document recognition", where it is part of sub-sampling.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import ops
from ..errors import NUMBERS
from ..module import Module
from ..settings import check_sizes
from ..value import Value, record, total
from .shapes import Image, Signal, Vector, as_image, as_items, as_signal, within
from .windows import check_fit, patches, size_of, windows


def largest(window: Vector, path: str, where: str) -> Value:
    """The largest number of a window, as one node; equal ones share the slope."""
    out = record(ops.maximum, tuple(window))
    out.label = f"{path}max{where}"
    return out


def average(window: Vector, path: str, where: str) -> Value:
    """The mean of a window: its total, divided by how many there are."""
    whole = total(window)
    out = whole / len(window)
    whole.label, out.label = f"{path}total{where}", f"{path}mean{where}"
    return out


class Pooling(Module):
    """What pooling layers share: windows of `size`, or of size x size, that begin `stride` after each other."""

    summary: Callable[[Vector, str, str], Value]  # of a window

    def __init__(self, size: int, stride: int | None = None) -> None:
        self.size, self.stride = size, size if stride is None else stride
        check_sizes(size=self.size, stride=self.stride)

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such layer.

        >>> MaxPool2d(2).architecture()
        {'size': 2, 'stride': 2}
        """
        return {"size": self.size, "stride": self.stride}

    def __repr__(self) -> str:
        stride = f", stride {self.stride}" if self.stride != self.size else ""
        return f"{type(self).__name__}({self.size}{stride})"


class SignalPooling(Pooling):
    """Pooling of a signal `x[channel][i]`, channel by channel."""

    def __call__(self, x: Sequence[Any]) -> Signal:
        channels = as_items(x, "a list of channels")
        signal = as_signal(channels, len(channels) or 1)  # any number of them, but not none
        check_fit("window", "size", self.size, [len(signal[0])])
        return [self.pooled(channel, self.path + within(len(signal), c)) for c, channel in enumerate(signal, start=1)]

    def pooled(self, channel: Vector, path: str) -> Vector:
        """What stands for each window of a channel."""
        seen = windows([channel], self.size, self.stride)
        return [self.summary(window, path, str(i)) for i, window in enumerate(seen, start=1)]


class ImagePooling(Pooling):
    """Pooling of an image `x[channel][row][column]`, channel by channel."""

    def __call__(self, x: Sequence[Any]) -> Image:
        channels = as_items(x, "a list of channels")
        image = as_image(channels, len(channels) or 1)  # any number of them, but not none
        check_fit("window", "size", self.size, size_of(image))
        return [self.pooled(rows, self.path + within(len(image), c)) for c, rows in enumerate(image, start=1)]

    def pooled(self, rows: list[Vector], path: str) -> list[Vector]:
        """What stands for each window of a channel, row by row."""
        seen = patches([rows], self.size, self.stride)
        return [
            [self.summary(patch, path, f"{r}_{c}") for c, patch in enumerate(row, start=1)]
            for r, row in enumerate(seen, start=1)
        ]


class MaxPool1d(SignalPooling):
    """The largest of so many neighbours in a signal: out[i] = max(x[stride · i], …, x[stride · i + size − 1]).

    >>> [a.data for a in MaxPool1d(2)([[3.0, 1.0, 0.0, 2.0, 9.0]])[0]]
    [3.0, 2.0]

    The `stride` is the `size` unless given. Of n numbers come ⌊(n − size) / stride⌋ + 1: what does not fill a window
    is left out. A gradient goes to the largest alone; equal ones share it.

    Raises: ValueError for a size or stride below 1; called, for a signal shorter than the window.
    """

    summary = staticmethod(largest)


class AveragePool1d(SignalPooling):
    """The mean of so many neighbours in a signal: out[i] = (x[stride · i] + … + x[stride · i + size − 1]) / size.

    >>> [a.data for a in AveragePool1d(2)([[3.0, 1.0, 0.0, 2.0, 9.0]])[0]]
    [2.0, 1.0]

    Sizes and errors are those of `MaxPool1d`; a gradient goes to all in equal shares.
    """

    summary = staticmethod(average)


class MaxPool2d(ImagePooling):
    """The largest of each square of size x size in an image, in every channel.

    >>> maps = MaxPool2d(2)([[[1.0, 2.0, 5.0, 0.0], [4.0, 3.0, 0.0, 0.0]]])
    >>> maps[0][0][0], maps[0][0][1].data
    (Value(data=4.0, op='max', label='max1_1'), 5.0)

    Sizes, down and across, and errors are those of `MaxPool1d`.
    """

    summary = staticmethod(largest)


class AveragePool2d(ImagePooling):
    """The mean of each square of size x size in an image, in every channel.

    >>> maps = AveragePool2d(2)([[[1.0, 2.0, 5.0, 0.0], [4.0, 3.0, 0.0, 0.0]]])
    >>> maps[0][0][0].data, maps[0][0][1].data
    (2.5, 1.25)

    Sizes, down and across, and errors are those of `MaxPool1d`; a gradient goes to all in equal shares.
    """

    summary = staticmethod(average)


class Flatten(Module):
    """All numbers of a nested list in reading order: an image channel by channel, row by row.

    >>> Flatten()([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]])
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]

    Raises: TypeError for what is neither a number nor a list.
    """

    def __call__(self, x: Any) -> list[Any]:
        return [number for part in as_items(x, "a list of numbers, or of lists") for number in self.numbers(part)]

    def numbers(self, part: Any) -> list[Any]:
        """A number alone, or all that a list holds."""
        return [part] if isinstance(part, (Value, *NUMBERS)) else self(part)

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another one: nothing."""
        return {}

    def __repr__(self) -> str:
        return "Flatten()"
