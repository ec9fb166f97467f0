"""A network written number by number, for whatever computes like a number: a tensor without dimensions, an SX."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from tests.benchmarks.tasks import Task


@dataclass(frozen=True)
class Functions:
    """The functions of one number that a library has."""

    relu: Any
    tanh: Any
    exp: Any
    log: Any


def loss_of(task: Task, parameters: list[Any], library: Functions) -> Any:
    """The mean loss of the batch and its penalty."""
    layers = list(task.layers(parameters))
    losses = [loss(task, respond(task, layers, x, library), target, library) for x, target in task.examples]
    mean = reduce(add, losses) / len(losses)
    return mean + task.penalty * reduce(add, [p * p for p in parameters]) if task.penalty else mean


def respond(task: Task, layers: list[Any], x: list[Any], library: Functions) -> list[Any]:
    """The outputs for one example."""
    activation = getattr(library, task.activation)
    for depth, (weights, biases) in enumerate(layers, start=1):
        x = [reduce(add, [w * xi for w, xi in zip(row, x)], b) for row, b in zip(weights, biases)]
        x = list(map(activation, x)) if depth < len(layers) else x
    return x


def loss(task: Task, outputs: list[Any], target: Any, library: Functions) -> Any:
    """The loss of one example."""
    if task.loss == "hinge":
        return library.relu(1 - target * outputs[0])
    if task.loss == "squares":
        return reduce(add, [(output - y) ** 2 for output, y in zip(outputs, target)])
    return library.log(reduce(add, map(library.exp, outputs))) - outputs[target]
