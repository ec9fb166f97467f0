"""Convolution: kernels that slide over a signal or an image, and are the same wherever they are.

A kernel is a neuron that sees only a patch, k numbers long or k by k, of every channel. Used at every place, it gives
a channel of its own: a map of where the input has what it looks for. (LeCun et al. 1989, "Backpropagation applied to
handwritten zip code recognition"; 1998, "Gradient-based learning applied to document recognition".) Strictly speaking
it is cross-correlation, in this field as everywhere called convolution: the kernel is not turned round.

A weight of a kernel is used at many places, so its gradient is the sum of what comes back from all of them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from ..initial import Activation, activation_name, generator, name_of
from ..module import Module
from ..nn import Neuron
from ..settings import check_sizes
from ..value import Value, constant
from .shapes import Image, Signal, Vector, as_image, as_signal
from .windows import by, check_fit, patches, size_of, windows


class Convolution(Module):
    """What Conv1d and Conv2d share: kernels of so many numbers per channel, and how these move."""

    n_dimensions = 1

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        activation: Activation = "linear",
        expand: bool = False,
        rng: random.Random | None = None,
        seed: int | None = None,
    ) -> None:
        check_sizes(n_inputs=n_inputs, n_outputs=n_outputs, kernel_size=kernel_size, stride=stride)
        check_padding(padding)
        rng = generator(rng, seed)
        self.n_inputs, self.kernel_size = n_inputs, kernel_size
        self.stride, self.padding = stride, padding
        area = kernel_size**self.n_dimensions
        fan_in, fan_out = n_inputs * area, n_outputs * area
        self.kernels = [Neuron(fan_in, activation, expand, rng, None, fan_out) for _ in range(n_outputs)]
        self.label_parameters()

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such layer, but for its numbers.

        >>> Conv1d(1, 4, 3, padding=1).architecture()["padding"]
        1
        """
        return {
            "n_inputs": self.n_inputs,
            "n_outputs": len(self.kernels),
            "kernel_size": self.kernel_size,
            "stride": self.stride,
            "padding": self.padding,
            "activation": activation_name(self.kernels[0].activation),
            "expand": self.kernels[0].expand,
        }

    def __repr__(self) -> str:
        shape = by([self.kernel_size] * self.n_dimensions)
        kernel = f"kernel {shape} {name_of(self.kernels[0].activation)}"
        moves = f", stride {self.stride}" if self.stride > 1 else ""
        moves += f", padding {self.padding}" if self.padding else ""
        sizes = f"{self.n_inputs} -> {len(self.kernels)}, {kernel}{moves}, {len(self.parameters())} parameters"
        return f"{type(self).__name__}({sizes})"


class Conv1d(Convolution):
    """Kernels that slide along a signal `x[channel][i]`; the outputs are a signal with a channel for each kernel.

    z[i] = Σ w[c][j] · x[c][stride · i + j] + b, over the channels c and the places j in the kernel, both from 0;
    a = activation(z).

    >>> edges = Conv1d(1, 1, 2)
    >>> edges.kernels[0].w[0].data, edges.kernels[0].w[1].data = -1.0, 1.0
    >>> [a.data for a in edges([[0.0, 0.0, 5.0, 5.0, 5.0]])[0]]
    [0.0, 5.0, 0.0, 0.0]

    `padding` puts so many zeros before and after every channel. Of n numbers come
    ⌊(n + 2 · padding − kernel_size) / stride⌋ + 1 (Dumoulin and Visin 2016, arXiv:1603.07285). Initial weights are
    drawn as `largest_weight` says for a layer with n_inputs · k inputs and n_outputs · k outputs.

    Raises: ValueError for a size or stride below 1, a padding below 0, an unknown activation; called, for another
    number of channels, channels of different lengths, and a signal shorter than the kernel.
    """

    def __call__(self, x: Sequence[Any]) -> Signal:
        signal = as_signal(x, self.n_inputs)
        check_fit("kernel", "kernel_size", self.kernel_size, [len(signal[0])], self.padding)
        margin = [constant(0.0)] * self.padding
        seen = windows([margin + channel + margin for channel in signal], self.kernel_size, self.stride)
        return [[kernel.respond(window, where=str(i)) for i, window in enumerate(seen, 1)] for kernel in self.kernels]


class Conv2d(Convolution):
    """Square kernels that slide over an image `x[channel][row][column]`; each gives a channel of the output image.

    z[r][s] = Σ w[c][i][j] · x[c][stride · r + i][stride · s + j] + b, over the channels c and the places i, j in the
    kernel, all from 0; a = activation(z). The weights of a kernel are counted row by row, channel after channel.

    >>> layer = Conv2d(1, 4, 3, activation="relu", seed=1)
    >>> layer
    Conv2d(1 -> 4, kernel 3x3 relu, 40 parameters)
    >>> maps = layer([[[0.0] * 8 for row in range(8)]])
    >>> len(maps), len(maps[0]), len(maps[0][0]), maps[3][0][1].label
    (4, 6, 6, 'kernel4.a1_2')

    `padding` frames every channel with so many rows and columns of zeros. Sizes of the outputs, initial weights (with
    k² for k) and errors are those of `Conv1d`.
    """

    n_dimensions = 2

    def __call__(self, x: Sequence[Any]) -> Image:
        image = as_image(x, self.n_inputs)
        check_fit("kernel", "kernel_size", self.kernel_size, size_of(image), self.padding)
        zero = constant(0.0)
        seen = patches([framed(rows, self.padding, zero) for rows in image], self.kernel_size, self.stride)
        return [feature_map(kernel, seen) for kernel in self.kernels]


def feature_map(kernel: Neuron, seen: list[list[Vector]]) -> list[Vector]:
    """What a kernel answers to what it sees, row by row."""
    return [
        [kernel.respond(patch, where=f"{r}_{c}") for c, patch in enumerate(row, start=1)]
        for r, row in enumerate(seen, start=1)
    ]


def framed(rows: list[Vector], padding: int, zero: Value) -> list[Vector]:
    """The rows of a channel with so many zeros on each of their four sides."""
    margin = [zero] * padding
    wide = [margin + row + margin for row in rows]
    above = [[zero] * len(wide[0])] * padding
    return above + wide + above


def check_padding(padding: int) -> None:
    """Raise unless the padding is a whole number that is not negative."""
    if not isinstance(padding, int) or isinstance(padding, bool):
        raise TypeError(f"padding must be a whole number, not {padding!r}")
    if padding < 0:
        raise ValueError(f"padding must be 0 or above, not {padding}")
