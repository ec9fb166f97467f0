"""Sequential: modules that each read what the one before gave; and what joins those that speak of different things."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import signature
from typing import Any

from ..collector import collector_paused
from ..module import Module
from ..nn import alone
from .shapes import as_items, as_steps
from .vectors import at_every_step


class Sequential(Module):
    """Modules in a row: each is called with what the one before gave.

    >>> from micrograd_nn import Layer
    >>> model = Sequential(Layer(2, 3, seed=1), Layer(3, 1, "linear", seed=2))
    >>> model
    Sequential(Layer(2 -> 3 tanh, 9 parameters), Layer(3 -> 1 linear, 4 parameters))
    >>> model.parameters()[0].label, model([1.0, 0.0]).label
    ('layer1.neuron1.w1', 'layer2.neuron1.z')

    Raises: ValueError for no modules, TypeError for anything that is no module that can be called.
    """

    def __init__(self, *layers: Module) -> None:
        if not layers:
            raise ValueError("Sequential needs at least one module: Sequential(Layer(2, 3), Layer(3, 1))")
        for layer in layers:
            if not isinstance(layer, Module) or not callable(layer):
                raise TypeError(f"Sequential is made of modules that can be called, not {type(layer).__name__}")
        self.layers: list[Any] = list(layers)
        self.label_parameters()

    def __call__(self, x: Any) -> Any:
        with collector_paused():
            for i, layer in enumerate(self.layers, start=1):
                try:
                    x = layer(x)
                except (TypeError, ValueError) as error:
                    kind = TypeError if isinstance(error, TypeError) else ValueError
                    raise kind(f"layer {i}, {type(layer).__name__}: {error}") from error
        return x

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such model, but for its numbers: the modules."""
        return {"layers": self.layers}

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.layers))})"


class Last(Module):
    """The last of a sequence: what a recurrent network has come to when it has read everything.

    >>> Last()([[1.0, 2.0], [3.0, 4.0]])
    [3.0, 4.0]

    Raises: ValueError for a sequence of length 0.
    """

    def __call__(self, xs: Sequence[Any]) -> Any:
        steps = as_items(xs, "a sequence")
        if not steps:
            raise ValueError("a sequence of length 0 has no last time step")
        return steps[-1]

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another one: nothing."""
        return {}

    def __repr__(self) -> str:
        return "Last()"


class TimeDistributed(Module):
    """A layer, or a norm, that is applied to the vector of every time step, with the same weights.

    >>> from micrograd_nn import Layer
    >>> each = TimeDistributed(Layer(2, 1, seed=1))
    >>> [a.label for a in each([[1.0, 0.0], [0.0, 1.0]])]
    ['t1.each.neuron1.a', 't2.each.neuron1.a']

    A module of one's own will do, if it has a width `n_inputs` and a method `respond(x, when)`, as a Layer has.

    Raises: TypeError for what is none of these; called, what is wrong with a sequence.
    """

    def __init__(self, layer: Module) -> None:
        if not reads_vectors(layer):
            given = type(layer).__name__
            raise TypeError(f"TimeDistributed applies a Layer or a norm of vectors to every time step, not {given}")
        self.each: Any = layer
        self.label_parameters()

    def __call__(self, xs: Sequence[Any]) -> list[Any]:
        steps = as_steps(xs, self.each.n_inputs)
        return [alone(a) for a in at_every_step(self.each, steps)]

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another one: the layer."""
        return {"layer": self.each}

    def __repr__(self) -> str:
        return f"TimeDistributed({self.each!r})"


def reads_vectors(module: Any) -> bool:
    """Whether a module responds to a vector of so many Values, and to nothing beside it but when that is.

    >>> from micrograd_nn.layers import LayerNorm, LSTMCell
    >>> reads_vectors(LayerNorm(2)), reads_vectors(LSTMCell(1, 2, seed=1))
    (True, False)
    """
    if not isinstance(module, Module) or not hasattr(module, "n_inputs") or not hasattr(module, "respond"):
        return False
    return list(signature(module.respond).parameters)[1:] == ["when"]
