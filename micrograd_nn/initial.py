"""What a network is given to start from: activations by name, initial weights, inputs as Values."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any, TypeAlias

from .settings import named
from .value import Value

Activation: TypeAlias = "str | Callable[[Any], Any]"


def linear(z: Value) -> Value:
    """The activation that does nothing."""
    return z


ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "linear": linear,
    "tanh": Value.tanh,
    "sigmoid": Value.sigmoid,
    "relu": Value.relu,
    "leaky_relu": Value.leaky_relu,
    "softplus": Value.softplus,
    "elu": Value.elu,
    "silu": Value.silu,
    "gelu": Value.gelu,
}
RECTIFIERS = ("relu", "leaky_relu", "softplus", "elu", "silu", "gelu")
SHARED_RNG = random.Random(0)  # for those who pass neither `rng` nor `seed`: the same program, the same bits


def generator(rng: random.Random | None, seed: int | None) -> random.Random:
    """The generator that was passed, or one that starts from the seed."""
    if rng is not None and seed is not None:
        raise ValueError("pass rng or seed, not both")
    if rng is not None and not isinstance(rng, random.Random):
        raise TypeError(f"rng must be a random.Random, not {type(rng).__name__}; a number is a seed")
    if seed is not None:
        return random.Random(seed)
    return SHARED_RNG if rng is None else rng


def activation_function(activation: Activation) -> Callable[[Any], Any]:
    """The function that an activation's name stands for; a function stands for itself.

    Raises: ValueError for an unknown name, TypeError for what is neither.
    """
    return activation if callable(activation) else named("activation", activation, ACTIVATIONS)


def activation_name(activation: Callable[[Any], Any]) -> str:
    """The name that stands for an activation.

    >>> activation_name(Value.relu)
    'relu'

    Raises: ValueError for a function of one's own, which no file can hold.
    """
    for name, function in ACTIVATIONS.items():
        if function is activation:
            return name
    raise ValueError(
        f"{name_of(activation)} is an activation of one's own, where a name is needed: {', '.join(ACTIVATIONS)}"
    )


def name_of(activation: Callable[[Any], Any]) -> str:
    """What to call an activation in a repr."""
    return str(getattr(activation, "name", None) or getattr(activation, "__name__", "custom"))


def largest_weight(activation: Callable[[Any], Any], n_inputs: int, n_outputs: int) -> float:
    """The bound within which initial weights are drawn evenly, so that signals neither fade nor grow on their way.

    √(6 / n_inputs) for the rectifiers (He et al. 2015, arXiv:1502.01852, eq. 10 as a uniform distribution), and
    √(6 / (n_inputs + n_outputs)) for the others (Glorot and Bengio 2010, eq. 16: "Xavier").

    >>> largest_weight(Value.relu, 6, 100), largest_weight(Value.tanh, 3, 3)
    (1.0, 1.0)
    """
    return sqrt(6 / n_inputs) if name_of(activation) in RECTIFIERS else sqrt(6 / (n_inputs + n_outputs))


def as_inputs(x: Sequence[Any] | Value, n_inputs: int, when: str = "") -> list[Value]:
    """The inputs as Values, checked for number; numbers become leaves labelled x1, x2, …, behind `when`."""
    try:
        xs = [x] if isinstance(x, Value) else list(x)
    except TypeError:
        raise TypeError(f"expected a list of {n_inputs} inputs, not {type(x).__name__}") from None
    if any(isinstance(v, list | tuple) for v in xs):
        hint = "Last() or TimeDistributed(layer) reads a sequence of vectors, Flatten() an image"
        raise TypeError(f"expected {n_inputs} numbers as inputs, not lists of them: {hint}")
    if len(xs) != n_inputs:
        raise ValueError(f"expected {n_inputs} inputs, got {len(xs)}")
    return [v if isinstance(v, Value) else Value(v, label=f"{when}x{i}") for i, v in enumerate(xs, start=1)]
