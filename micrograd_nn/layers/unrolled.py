"""RNN, GRU and LSTM: a cell that reads a sequence of any length, time step by time step."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from ..collector import collector_paused
from ..initial import Activation
from ..module import Module
from .gated import GRUCell, LSTMCell
from .recurrent import Cell, RNNCell, State
from .shapes import Steps, as_steps, at_time_step


class Unrolled(Module):
    """What RNN, GRU and LSTM share: the loop over time. Its parameters are used at every time step.

    The gradient of a parameter is the sum of what comes back from all of them (backpropagation through time: Werbos
    1990). Called, it answers with the h of every time step; `Last()` takes the last.
    """

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.label_parameters()

    def __call__(self, xs: Sequence[Any], state: State = None) -> Steps:
        return self.read(xs, state)[0]

    def read(self, xs: Sequence[Any], state: State = None) -> tuple[Steps, State]:
        """The h of every time step, and the state that the last one leaves, from which a long text can be continued.

        >>> rnn = RNN(1, 2, seed=1)
        >>> (first, second), state = rnn.read([1.0, 2.0])
        >>> third = rnn([3.0], state)[0]
        >>> third[0].data == rnn([1.0, 2.0, 3.0])[2][0].data
        True

        Raises: what is wrong with the sequence or the state.
        """
        steps = as_steps(xs, self.cell.n_inputs)
        state = self.cell.start() if state is None else self.cell.as_state(state)
        outputs = []
        with collector_paused():
            for t, x in enumerate(steps, start=1):
                state = self.cell.respond(x, state, at_time_step(t))
                outputs.append(self.cell.output(state))
        return outputs, state

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such network, but for its numbers."""
        return self.cell.architecture()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.cell.shape()}, {len(self.parameters())} parameters)"


class RNN(Unrolled):
    """An RNNCell that reads a sequence: h_t = tanh(W·[x_t, h_{t-1}] + b).

    >>> rnn = RNN(2, 3, seed=1)
    >>> rnn, rnn([[1.0, 0.0], [0.0, 1.0]])[1][2].label
    (RNN(2 -> 3 tanh, 18 parameters), 't2.cell.h3')

    Raises: as RNNCell does; ValueError for a sequence of length 0, naming the time step for what is wrong at one.
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
        super().__init__(RNNCell(n_inputs, n_outputs, activation, expand, rng, seed))


class Gated(Unrolled):
    """What GRU and LSTM share: which kind of cell they are made of is all that tells them apart."""

    kind: type[GRUCell] | type[LSTMCell]

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        expand: bool = False,
        rng: random.Random | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(self.kind(n_inputs, n_outputs, expand, rng, seed))


class GRU(Gated):
    """A GRUCell that reads a sequence.

    >>> GRU(2, 3, seed=1)
    GRU(2 -> 3, 57 parameters)

    Raises: as RNN does.
    """

    kind = GRUCell


class LSTM(Gated):
    """An LSTMCell that reads a sequence.

    >>> from micrograd_nn.layers import Last, Sequential
    >>> model = Sequential(LSTM(1, 2, seed=1), Last())
    >>> [h.label for h in model([1.0, 0.0, 0.0])]
    ['t3.layer1.cell.h1', 't3.layer1.cell.h2']

    Raises: as RNN does.
    """

    kind = LSTMCell
