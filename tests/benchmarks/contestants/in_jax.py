"""JAX in float64, the whole step compiled by XLA."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from tests.benchmarks.contestants.step import Step
from tests.benchmarks.tasks import Task, task

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
ACTIVATIONS = {"relu": jax.nn.relu, "tanh": jnp.tanh}


def batched(work: str) -> Step:
    """A matrix for each layer and the whole batch in one array."""
    wanted = task(work)
    state = [[jnp.array(w), jnp.array(b)] for w, b in wanted.layers(wanted.start())]
    loss = loss_of(wanted)

    @jax.jit
    def update(layers: Any) -> Any:
        out, gradients = jax.value_and_grad(loss)(layers)
        return out, jax.tree.map(lambda p, g: p - wanted.rate * g, layers, gradients)

    def take() -> float:
        out, state[:] = update(state)
        return float(out)

    return Step(take, lambda: [float(p) for w, b in state for row, bi in zip(w, b) for p in (*row, bi)])


def loss_of(wanted: Task) -> Callable[[Any], Any]:
    """The mean loss of the batch and its penalty, as a function of weights and biases."""
    x, target = (jnp.array(column) for column in zip(*wanted.examples))

    def loss(layers: Any) -> Any:
        out = x
        for depth, (w, b) in enumerate(layers, start=1):
            out = out @ w.T + b
            out = ACTIVATIONS[wanted.activation](out) if depth < len(layers) else out
        return LOSSES[wanted.loss](out, target).mean() + wanted.penalty * sum((p * p).sum() for q in layers for p in q)

    return loss


def hinge(outputs: Any, target: Any) -> Any:
    return jax.nn.relu(1 - target * outputs[:, 0])


def squares(outputs: Any, target: Any) -> Any:
    return ((outputs - target) ** 2).sum(axis=1)


def cross_entropy(outputs: Any, target: Any) -> Any:
    return jax.nn.logsumexp(outputs, axis=1) - outputs[jnp.arange(len(target)), target]


LOSSES = {"hinge": hinge, "squares": squares, "cross_entropy": cross_entropy}
