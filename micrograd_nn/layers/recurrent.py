"""Recurrent cells: what is computed at every time step, with the same weights, from an input and the state before.

A cell is called with an input x and a state, and gives the next state: `h`, a list of `n_outputs` Values, or the pair
`(h, c)` of an LSTM, whose c is its memory. RNN, GRU and LSTM apply one to every vector of a sequence.

Going backward through time, a gradient passes through every cell on its way. In an RNN each one multiplies it by
weights and the slope of an activation, so after many steps it has vanished, or exploded (Bengio et al. 1994,
"Learning long-term dependencies with gradient descent is difficult"). In an LSTM it also passes along c, where each
cell multiplies it by a forget gate, which can stay near 1. `through_time` shows both in numbers.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, TypeAlias

from ..initial import Activation, activation_name, as_inputs, generator, name_of
from ..module import Module
from ..nn import Neuron
from ..settings import check_sizes
from ..value import Value, constant
from .shapes import Vector, as_items, at_time_step
from .vectors import label_each

State: TypeAlias = Any  # h, or the pair (h, c) of an LSTM


class Cell(Module, ABC):
    """What all recurrent cells share: they read an input of `n_inputs` numbers and a state of `n_outputs`."""

    def __init__(self, n_inputs: int, n_outputs: int, expand: bool) -> None:
        check_sizes(n_inputs=n_inputs, n_outputs=n_outputs)
        self.n_inputs, self.n_outputs, self.expand = n_inputs, n_outputs, expand

    def __call__(self, x: Sequence[Any], state: State = None) -> State:
        return self.respond(as_inputs(x, self.n_inputs), self.start() if state is None else self.as_state(state))

    @abstractmethod
    def respond(self, x: Vector, state: State, when: str = "") -> State:
        """The state after an input, both of Values already; labels begin with `when`, such as `t3.`."""

    def start(self) -> State:
        """The state before the first time step: zeros."""
        return self.zeros()

    def as_state(self, state: State) -> State:
        """A state as Values, checked for its size; numbers become leaves `t0.h1`, `t0.h2`, …

        Raises: TypeError for what is no list, ValueError for another number of numbers.
        """
        return self.as_vector("h", state)

    def output(self, state: State) -> Vector:
        """What others see of a state: its h."""
        return state

    def zeros(self) -> Vector:
        """As many zeros as the cell has outputs."""
        return [constant(0.0) for _ in range(self.n_outputs)]

    def as_vector(self, letter: str, numbers: Sequence[Any]) -> Vector:
        """A vector of a state as Values."""
        vector = as_items(numbers, f"a list of {self.n_outputs} numbers as state {letter}")
        if len(vector) != self.n_outputs:
            raise ValueError(f"expected {self.n_outputs} numbers as state {letter}, got {len(vector)}")
        start = f"{at_time_step(0)}{self.path}{letter}"
        return [v if isinstance(v, Value) else Value(v, label=f"{start}{k}") for k, v in enumerate(vector, start=1)]

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such cell, but for its numbers."""
        return {"n_inputs": self.n_inputs, "n_outputs": self.n_outputs, "expand": self.expand}

    def shape(self) -> str:
        """The sizes: `2 -> 3`."""
        return f"{self.n_inputs} -> {self.n_outputs}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.shape()}, {len(self.parameters())} parameters)"


class RNNCell(Cell):
    """A layer that reads the input and its own last output: h_t = tanh(W·[x_t, h_{t-1}] + b).

    Elman 1990, "Finding structure in time"; Goodfellow et al., Deep Learning, 2016, eq. 10.8 and 10.9.

    >>> cell = RNNCell(1, 1, "linear", seed=1)
    >>> cell.neurons[0].w[0].data, cell.neurons[0].w[1].data = 1.0, 0.5
    >>> h = cell([8.0])
    >>> h = cell([0.0], h)
    >>> h[0].data, h[0].label
    (4.0, 'h1')

    Raises: ValueError for a size below 1, an unknown activation, or an input or a state of another width.
    """

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        activation: Activation = "tanh",
        expand: bool = False,
        rng: random.Random | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(n_inputs, n_outputs, expand)
        rng = generator(rng, seed)
        width = n_inputs + n_outputs
        self.neurons = [Neuron(width, activation, expand, rng, None, n_outputs) for _ in range(n_outputs)]
        self.label_parameters()

    def respond(self, x: Vector, state: State, when: str = "") -> State:
        """The next h."""
        return label_each([neuron.respond(x + state, when) for neuron in self.neurons], f"{when}{self.path}h")

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such cell, but for its numbers."""
        return super().architecture() | {"activation": activation_name(self.neurons[0].activation)}

    def shape(self) -> str:
        """The sizes and the activation: `2 -> 3 tanh`."""
        return f"{super().shape()} {name_of(self.neurons[0].activation)}"
