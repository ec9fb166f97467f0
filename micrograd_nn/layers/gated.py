"""Gated cells: an LSTM's and a GRU's, which learn when to remember, when to forget and what to show.

A gate is a layer of sigmoids, one number from 0 to 1 for each number that it lets through.
"""

from __future__ import annotations

import random
import reprlib

from ..initial import generator
from ..nn import Layer
from .recurrent import Cell, State
from .shapes import Vector
from .vectors import label_each, sum_of_products


class LSTMCell(Cell):
    """A cell with a memory c, and gates that say what is forgotten, written and shown.

    f, i, o = sigmoid(W·[x_t, h_{t-1}] + b) each with its own W and b, and g = tanh of the like, the candidate;
    c_t = f·c_{t-1} + i·g; h_t = o·tanh(c_t). Hochreiter and Schmidhuber 1997, "Long short-term memory"; the forget gate
    f is of Gers et al. 2000, "Learning to forget". Its biases start at 1, so that a new cell remembers (Jozefowicz et
    al. 2015, "An empirical exploration of recurrent network architectures").

    >>> cell = LSTMCell(1, 2, seed=1)
    >>> h, c = cell([1.0])
    >>> h, c = cell([0.0], (h, c))
    >>> c[1].label, cell.forget_gate.neurons[0].b.data
    ('c2', 1.0)

    Raises: ValueError for a size below 1, or an input or a state of another width; TypeError for a state that is not
    a pair.
    """

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        expand: bool = False,
        rng: random.Random | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(n_inputs, n_outputs, expand)
        rng = generator(rng, seed)
        width = n_inputs + n_outputs
        self.forget_gate = Layer(width, n_outputs, "sigmoid", expand, rng)
        self.input_gate = Layer(width, n_outputs, "sigmoid", expand, rng)
        self.output_gate = Layer(width, n_outputs, "sigmoid", expand, rng)
        self.candidate = Layer(width, n_outputs, "tanh", expand, rng)
        for neuron in self.forget_gate.neurons:
            neuron.b.data = 1.0
        self.label_parameters()

    def respond(self, x: Vector, state: State, when: str = "") -> State:
        """The next h and c."""
        h, c = state
        layers = (self.forget_gate, self.input_gate, self.output_gate, self.candidate)
        f, i, o, g = [layer.respond(x + h, when) for layer in layers]
        name = f"{when}{self.path}"
        c = label_each(mixed(f, c, i, g, self.expand), f"{name}c")
        tanh_c = label_each([ck.tanh() for ck in c], f"{name}tanh_c")
        return label_each([ok * tk for ok, tk in zip(o, tanh_c)], f"{name}h"), c

    def start(self) -> State:
        """The state before the first time step: zeros as h, and as c."""
        return self.zeros(), self.zeros()

    def as_state(self, state: State) -> State:
        """A pair (h, c) as Values, checked for its sizes."""
        if not isinstance(state, list | tuple) or len(state) != 2:
            raise TypeError(f"the state of an LSTMCell must be a pair (h, c), not {reprlib.repr(state)}")
        return self.as_vector("h", state[0]), self.as_vector("c", state[1])

    def output(self, state: State) -> Vector:
        """What others see of a state: its h."""
        return state[0]


class GRUCell(Cell):
    """A cell whose state is its memory, with two gates: what the candidate sees of it, and how much of it stays.

    r, u = sigmoid(W·[x_t, h_{t-1}] + b) each with its own W and b; n = tanh(W·x_t + b + r·(U·h_{t-1} + b′));
    h_t = (1 − u)·n + u·h_{t-1}. Cho et al. 2014, arXiv:1406.1078, but that the reset gate r acts behind the matrix U,
    as PyTorch and cuDNN compute it, instead of before it.

    >>> cell = GRUCell(1, 2, seed=1)
    >>> h = cell([1.0])
    >>> h = cell([0.0], h)
    >>> h[1].label, cell
    ('h2', GRUCell(1 -> 2, 26 parameters))

    Raises: ValueError for a size below 1, or an input or a state of another width.
    """

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        expand: bool = False,
        rng: random.Random | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(n_inputs, n_outputs, expand)
        rng = generator(rng, seed)
        width = n_inputs + n_outputs
        self.reset_gate = Layer(width, n_outputs, "sigmoid", expand, rng)
        self.update_gate = Layer(width, n_outputs, "sigmoid", expand, rng)
        self.candidate_from_x = Layer(n_inputs, n_outputs, "linear", expand, rng)
        self.candidate_from_h = Layer(n_outputs, n_outputs, "linear", expand, rng)
        self.label_parameters()

    def respond(self, x: Vector, state: State, when: str = "") -> State:
        """The next h."""
        r, u = self.reset_gate.respond(x + state, when), self.update_gate.respond(x + state, when)
        new, old = self.candidate_from_x.respond(x, when), self.candidate_from_h.respond(state, when)
        name = f"{when}{self.path}"
        z = [sum_of_products([rk], [ok], self.expand, start=nk) for nk, rk, ok in zip(new, r, old)]
        n = label_each([zk.tanh() for zk in label_each(z, f"{name}candidate_z")], f"{name}n")
        return label_each(mixed([1 - uk for uk in u], n, u, state, self.expand), f"{name}h")


def mixed(gate: Vector, x: Vector, other_gate: Vector, y: Vector, expand: bool) -> Vector:
    """What two gates let through of two vectors, number by number: gate · x + other_gate · y."""
    return [sum_of_products([g, k], [xi, yi], expand) for g, k, xi, yi in zip(gate, other_gate, x, y)]
