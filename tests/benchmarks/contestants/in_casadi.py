"""CasADi, whose virtual machine runs a recorded graph as well: of numbers, the batch unrolled, or of matrices."""

from __future__ import annotations

from collections.abc import Iterator

import casadi

from tests.benchmarks.contestants.plain import Functions, loss_of
from tests.benchmarks.contestants.step import Step
from tests.benchmarks.tasks import Task, task


def relu(x: casadi.SX) -> casadi.SX:
    return casadi.fmax(x, 0)


LIBRARY = Functions(relu, casadi.tanh, casadi.exp, casadi.log)


def scalar(work: str) -> Step:
    """A graph of numbers."""
    wanted = task(work)
    parameters = casadi.SX.sym("p", len(wanted.start()))
    return descent(wanted, parameters, loss_of(wanted, casadi.vertsplit(parameters), LIBRARY))


def batched(work: str) -> Step:
    """A graph of matrices, an example a column."""
    wanted = task(work)
    parameters = casadi.MX.sym("p", len(wanted.start()))
    x, target = (casadi.DM(list(column)).T for column in zip(*wanted.examples))
    out = casadi.MX(x)
    for depth, (w, b) in enumerate(layers(wanted, parameters), start=1):
        out = casadi.mtimes(w, out) + casadi.repmat(b, 1, len(wanted.examples))
        out = getattr(LIBRARY, wanted.activation)(out) if depth < len(wanted.shapes) else out
    loss = casadi.sum2(LOSSES[wanted.loss](out, target)) / len(wanted.examples)
    return descent(wanted, parameters, loss + wanted.penalty * casadi.dot(parameters, parameters))


def layers(wanted: Task, parameters: casadi.MX) -> Iterator[tuple[casadi.MX, casadi.MX]]:
    """Each layer's weights and biases, cut out of all parameters."""
    place = 0
    for m, n in wanted.shapes:
        both = casadi.reshape(parameters[place : place + m * (n + 1)], n + 1, m).T  # CasADi counts column by column
        yield both[:, :n], both[:, n]
        place += m * (n + 1)


def hinge(outputs: casadi.MX, target: casadi.DM) -> casadi.MX:
    return relu(1 - target * outputs)


def squares(outputs: casadi.MX, target: casadi.DM) -> casadi.MX:
    return casadi.sum1((outputs - target) ** 2)


def cross_entropy(outputs: casadi.MX, target: casadi.DM) -> casadi.MX:
    chosen = casadi.DM([[float(i == y) for y in target.elements()] for i in range(outputs.shape[0])])
    return casadi.log(casadi.sum1(casadi.exp(outputs))) - casadi.sum1(chosen * outputs)


LOSSES = {"hinge": hinge, "squares": squares, "cross_entropy": cross_entropy}


def descent(wanted: Task, parameters: casadi.SX | casadi.MX, loss: casadi.SX | casadi.MX) -> Step:
    """A step of gradient descent, recorded as a function of all parameters."""
    moved = parameters - wanted.rate * casadi.gradient(loss, parameters)
    update, state = casadi.Function("update", [parameters], [loss, moved]), [casadi.DM(wanted.start())]

    def take() -> float:
        loss, state[0] = update(state[0])
        return float(loss)

    return Step(take, lambda: state[0].elements())
