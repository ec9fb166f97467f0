"""Neurons, layers and multi-layer perceptrons, built from Values: backpropagation falls out of the chain rule.

A neuron is `z = w₁x₁ + … + wₙxₙ + b` and `a = activation(z)`. A layer is neurons that read the same inputs; an MLP is
layers that each read the one before. Sizes count numbers: a layer takes `n_inputs` and gives `n_outputs`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from . import ops
from .collector import collector_paused
from .dropout import Dropout
from .initial import (
    Activation,
    activation_function,
    activation_name,
    as_inputs,
    generator,
    largest_weight,
    name_of,
)
from .module import Module
from .settings import check_sizes
from .value import Value, constant, parameter, record


def alone(outputs: list[Value]) -> Any:
    """The one output of a model that has one, else the list of them."""
    return outputs[0] if len(outputs) == 1 else outputs


def expanded_sum(weights: Sequence[Value], x: Sequence[Value], b: Value) -> Value:
    """`dot` with every product and every sum as a node of its own; a bias that is a constant 0 is none."""
    products = [w * xi for w, xi in zip(weights, x)]
    z = sum(products[1:], start=products[0])
    return z if b.op is ops.constant else z + b


class Neuron(Module):
    """A weighted sum of the inputs, and an activation.

    >>> neuron = Neuron(2, activation="tanh")
    >>> neuron.w[0].data, neuron.w[1].data, neuron.b.data = -3.0, 1.0, 6.8813735870195432
    >>> round(neuron([2.0, 0.0]).data, 12)
    0.707106781187

    Weights are drawn as suits the activation (see `largest_weight`) for a layer of `n_outputs` neurons; biases start
    at 0; without `bias` there is none. With `expand` every product and sum is a node of its own, for lessons; the
    gradients are the same.

    Raises: ValueError for a size below 1, an unknown activation, or inputs of another width.
    """

    def __init__(
        self,
        n_inputs: int,
        activation: Activation = "tanh",
        expand: bool = False,
        rng: random.Random | None = None,
        seed: int | None = None,
        n_outputs: int = 1,
        bias: bool = True,
    ) -> None:
        check_sizes(n_inputs=n_inputs, n_outputs=n_outputs)
        rng = generator(rng, seed)
        self.activation = activation_function(activation)
        self.expand = expand
        limit = largest_weight(self.activation, n_inputs, n_outputs)
        self.w = [parameter(rng.uniform(-limit, limit)) for _ in range(n_inputs)]
        self.b = parameter(0.0) if bias else constant(0.0)
        self.label_parameters()

    def __call__(self, x: Sequence[Any]) -> Value:
        return self.respond(as_inputs(x, len(self.w)))

    def respond(self, x: list[Value], when: str = "", where: str = "") -> Value:
        """The neuron's output for inputs that are Values already.

        Used at many times or places, it labels its nodes with them: `t3.z` at time step 3, `z2_1` in row 2, column 1.
        """
        z = expanded_sum(self.w, x, self.b) if self.expand else record(ops.dot, (*self.w, *x, self.b))
        z.label = f"{when}{self.path}z{where}"
        a: Value = self.activation(z)
        if a is not z:
            a.label = f"{when}{self.path}a{where}"
        return a

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such neuron, but for its numbers."""
        return {
            "n_inputs": len(self.w),
            "activation": activation_name(self.activation),
            "expand": self.expand,
            "bias": self.b.op is ops.parameter,
        }

    def __repr__(self) -> str:
        return f"Neuron({len(self.w)} -> 1 {name_of(self.activation)}, {len(self.parameters())} parameters)"


class Layer(Module):
    """Neurons that read the same inputs.

    >>> Layer(3, 2, activation="relu", seed=1)
    Layer(3 -> 2 relu, 8 parameters)

    Called, it answers with a list of Values, or with the Value itself when there is one neuron.
    """

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        activation: Activation = "tanh",
        expand: bool = False,
        rng: random.Random | None = None,
        seed: int | None = None,
        bias: bool = True,
    ) -> None:
        check_sizes(n_inputs=n_inputs, n_outputs=n_outputs)
        rng = generator(rng, seed)
        self.n_inputs = n_inputs
        self.neurons = [Neuron(n_inputs, activation, expand, rng, None, n_outputs, bias) for _ in range(n_outputs)]
        self.label_parameters()

    def __call__(self, x: Sequence[Any]) -> Any:
        return alone(self.respond(as_inputs(x, self.n_inputs)))

    def respond(self, x: list[Value], when: str = "") -> list[Value]:
        """The outputs of all neurons for inputs that are Values already."""
        return [neuron.respond(x, when) for neuron in self.neurons]

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such layer, but for its numbers."""
        return self.neurons[0].architecture() | {"n_outputs": len(self.neurons)}

    def __repr__(self) -> str:
        return f"Layer({self.n_inputs} -> {self.shape()}, {len(self.parameters())} parameters)"

    def shape(self) -> str:
        """How many neurons, and their activation: `16 relu`."""
        return f"{len(self.neurons)} {name_of(self.neurons[0].activation)}"


class MLP(Module):
    """A multi-layer perceptron: layers that each read the one before; the last one is linear.

    >>> model = MLP(2, [3, 1], seed=1)
    >>> model
    MLP(2 -> 3 tanh -> 1 linear, 13 parameters)
    >>> model([1.0, 0.0]).op
    Op('dot')

    With `dropout`, outputs of hidden neurons are dropped at that rate until `model.eval()` is called (see `Dropout`).

    Raises: ValueError for sizes below 1 or none, an unknown activation, a rate outside 0 to 1, or for no hidden layer.
    """

    def __init__(
        self,
        n_inputs: int,
        sizes: Sequence[int],
        activation: Activation = "tanh",
        expand: bool = False,
        rng: random.Random | None = None,
        seed: int | None = None,
        output_activation: Activation = "linear",
        dropout: float = 0.0,
        bias: bool = True,
    ) -> None:
        if not isinstance(sizes, Sequence) or not sizes:
            raise ValueError(f"sizes must be a list with the size of each layer, such as [4, 1], not {sizes!r}")
        if dropout and len(sizes) == 1:
            raise ValueError(
                f"dropout {dropout!r} needs a hidden layer to drop outputs of: sizes has but the last, {sizes!r}"
            )
        rng = generator(rng, seed)
        activations = [activation] * (len(sizes) - 1) + [output_activation]
        widths = zip([n_inputs, *sizes], sizes, activations)
        self.layers = [Layer(n, m, act, expand, rng, None, bias) for n, m, act in widths]
        self.dropout = Dropout(dropout, seed=rng.getrandbits(64) if dropout else 0)
        self.label_parameters()

    def __call__(self, x: Sequence[Any]) -> Any:
        values = as_inputs(x, self.layers[0].n_inputs)
        with collector_paused():
            for layer in self.layers[:-1]:
                values = self.dropout.respond(layer.respond(values))
            return alone(self.layers[-1].respond(values))

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such network, but for its numbers.

        >>> MLP(2, [3, 1]).architecture()["sizes"]
        [3, 1]
        """
        first, last = self.layers[0].neurons[0], self.layers[-1].neurons[0]
        return first.architecture() | {
            "sizes": [len(layer.neurons) for layer in self.layers],
            "output_activation": activation_name(last.activation),
            "dropout": self.dropout.rate,
        }

    def __repr__(self) -> str:
        shapes = " -> ".join(layer.shape() for layer in self.layers)
        dropout = f", dropout {self.dropout.rate:g}" if self.dropout.rate else ""
        return f"MLP({self.layers[0].n_inputs} -> {shapes}{dropout}, {len(self.parameters())} parameters)"
