"""This engine's programs: the graph of one example over the lanes of a batch, or the graph of a whole step as it is."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from micrograd_nn import MLP, Value, compile, losses, optim
from micrograd_nn.collector import collector_paused
from micrograd_nn.optim.optimizer import Optimizer
from micrograd_nn.programs.compiling import backend_for
from micrograd_nn.programs.native import why_not
from micrograd_nn.programs.program import Program
from micrograd_nn.programs.runs import Numbers
from micrograd_nn.training.array_rules import NONE, array_rule, zeros
from tests.benchmarks.contestants.scalar import LOSSES, gpt_and_adam, loss_of
from tests.benchmarks.contestants.step import Step
from tests.benchmarks.gpt import TOKENS
from tests.benchmarks.tasks import Task, task

BACKEND = "Python" if os.environ.get("MICROGRAD_NN_BACKEND") == "python" else "C"
why_not()  # asked here, the C interpreter is built, or loaded, as libraries are imported


def lanes(work: str) -> Step:
    """One example recorded on Values that stand for its numbers: run over the rows of the batch."""
    wanted = task(work)
    model = at_start(wanted, expand=False)
    x, target = wanted.examples[0]
    inputs, targets = list(map(Value, x)), list(map(Value, given(wanted, target)))
    loss = LOSSES[wanted.loss](model(inputs), targets if len(targets) > 1 else targets[0])
    if wanted.penalty:
        loss = loss + wanted.penalty * sum(p * p for p in model.parameters())
    program = compile(loss, model.parameters(), [*inputs, *targets], backend=BACKEND)
    batch = program.batch([[*x, *given(wanted, target)] for x, target in wanted.examples])
    return descent(program, optim.SGD(model.parameters(), wanted.rate), batch.numbers, len(batch))


def given(wanted: Task, target: Any) -> list[float]:
    """A target as numbers: a class is the probabilities of all."""
    if wanted.loss == "cross_entropy":
        return [float(k == target) for k in range(wanted.sizes[-1])]
    return target if wanted.loss == "squares" else [target]


def at_start(wanted: Task, expand: bool) -> MLP:
    """The model before the first step."""
    model = MLP(wanted.sizes[0], wanted.sizes[1:], activation=wanted.activation, expand=expand)
    for p, number in zip(model.parameters(), wanted.start()):
        p.data = number
    return model


def whole(work: str) -> Step:
    """The loss of all examples, or of all positions of a text, with a node for each product and plus."""
    with collector_paused():
        loss, optimizer = gpt() if work == "GPT" else network(task(work))
    return descent(compile(loss, optimizer.parameters, backend=BACKEND), optimizer, NONE, 1)


def network(wanted: Task) -> tuple[Value, Optimizer]:
    """The loss of all examples, and gradient descent."""
    model = at_start(wanted, expand=True)
    return loss_of(wanted, Value, model), optim.SGD(model.parameters(), wanted.rate)


def gpt() -> tuple[Value, Optimizer]:
    """The loss on one name, and Adam."""
    model, adam = gpt_and_adam(expand=True)
    return losses.cross_entropy(model(TOKENS[:-1]), TOKENS[1:]), adam


def descent(program: Program, optimizer: Optimizer, rows: Numbers, n_rows: int) -> Step:
    """A step as `train(compiled=True)` takes it: slopes from a program, the mean loss behind them; then the rule."""
    listing = program.listing
    listing = replace(listing, outputs=[], gradients=[*listing.gradients, *listing.outputs])
    runner, slopes = backend_for(listing, BACKEND)[0], zeros(len(listing.gradients))
    rule = array_rule(optimizer, None)
    rule.load(program.numbers())

    def take() -> float:
        if n_rows > 1:
            failed = runner.lanes(rule.weights, rows, n_rows, NONE, slopes)
        else:
            failed = runner.whole(rule.weights, rows, NONE, slopes)
        if failed:
            raise ArithmeticError("a step left the range of numbers")
        rule.apply(slopes, norm=1.0)  # which only clipping looks at
        return slopes[-1]

    return Step(take, lambda: rule.weights)
