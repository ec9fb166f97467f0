"""Scalar engines in their own words: this one, and micrograd, whose code runs here after changing the import."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from micrograd_nn import MLP, Value, losses, optim
from micrograd_nn.layers.gpt import GPT
from tests.benchmarks.contestants.small import SMALL
from tests.benchmarks.contestants.step import Step
from tests.benchmarks.gpt import TOKENS
from tests.benchmarks.tasks import Task, task

Scalar = Any  # a Value of the one engine or the other


def eager(work: str, expand: bool = False) -> Step:
    """This engine, with a node for each weighted sum."""
    if work in SMALL:
        return Step(partial(SMALL[work], Value))
    if work == "GPT":
        return gpt(expand)
    wanted = task(work)
    return network(wanted, Value, MLP(wanted.sizes[0], wanted.sizes[1:], activation=wanted.activation, expand=expand))


def expanded(work: str) -> Step:
    """This engine, with a node for each product and plus, as micrograd has."""
    return eager(work, expand=True)


def micrograd(work: str) -> Step:
    """micrograd 0.1.0, whose activation is relu."""
    from micrograd.engine import Value
    from micrograd.nn import MLP

    if work in SMALL:
        return Step(partial(SMALL[work], Value))
    wanted = task(work)
    return network(wanted, Value, MLP(wanted.sizes[0], list(wanted.sizes[1:])))


def network(wanted: Task, kind: type, model: Any) -> Step:
    """micrograd's demo."""
    parameters = model.parameters()
    for p, number in zip(parameters, wanted.start()):
        p.data = number

    def take() -> float:
        total_loss = loss_of(wanted, kind, model)
        model.zero_grad()
        total_loss.backward()
        for p in parameters:
            p.data -= wanted.rate * p.grad
        return total_loss.data

    return Step(take, lambda: [p.data for p in parameters])


def loss_of(wanted: Task, kind: type, model: Any) -> Scalar:
    """The loss of the batch, recorded."""
    inputs = [list(map(kind, x)) for x, _ in wanted.examples]
    outputs = list(map(model, inputs))
    found = [LOSSES[wanted.loss](output, target) for output, (_, target) in zip(outputs, wanted.examples)]
    data_loss = sum(found) * (1.0 / len(found))
    return data_loss + wanted.penalty * sum(p * p for p in model.parameters()) if wanted.penalty else data_loss


def hinge(score: Scalar, target: int) -> Scalar:
    return (1 + -target * score).relu()


def squares(outputs: list[Scalar], targets: list[float]) -> Scalar:
    return sum((output - target) ** 2 for output, target in zip(outputs, targets))


LOSSES: dict[str, Callable[..., Scalar]] = {
    "hinge": hinge,
    "cross_entropy": losses.cross_entropy,
    "squares": squares,
}


def gpt(expand: bool) -> Step:
    """This engine's GPT, which reads one name, and Adam."""
    model, optimizer = gpt_and_adam(expand)

    def take() -> float:
        loss = losses.cross_entropy(model(TOKENS[:-1]), TOKENS[1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.data

    return Step(take, lambda: [p.data for p in optimizer.parameters])


def gpt_and_adam(expand: bool) -> tuple[GPT, optim.Adam]:
    """The model at its start, and what trains it."""
    model = GPT(27, seed=1, expand=expand)
    return model, optim.Adam(model.parameters(), 0.01, beta1=0.85, beta2=0.99)
