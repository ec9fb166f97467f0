"""The classic mistakes in one step of the chain rule, and the wrong gradient that each of them gives."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import NamedTuple

from . import ops
from .steps import Step

KINDS = {  # what was probably thought, where x is the input, y the node, and x has n uses
    "not added": "{x} is used {n} times: add this contribution to what it had",
    "nothing": "that is what {x} had: add the contribution of this step",
    "subtraction": "{x} is subtracted: its slope in {y} is -1",
    "own factor": "the slope of a product in {x} is the other factor, not {x} itself",
    "at the output": "that takes the derivative at the output {y}; it belongs at the input {x}",
    "no upstream": "that takes the slope of {y} in {x} alone: multiply it by the gradient of {y}",
    "no slope": "that takes the gradient of {y} alone: multiply it by the slope of {y} in {x}",
    "sum": "the chain rule multiplies the gradient of {y} and the slope, it does not add them",
    "sign": "the sign is wrong",
}


class Mistake(NamedTuple):
    """A wrong answer for the gradient after a step, and which of the KINDS of mistakes gives it."""

    answer: float
    kind: str


def mistakes(step: Step) -> list[Mistake]:
    """The wrong answers to expect for `step.after`, the likeliest first; each answer once, and never the right one.

    >>> from micrograd_nn.steps import backward_steps
    >>> from micrograd_nn.value import Value
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> for answer, kind in mistakes(next(backward_steps(a * b))):
    ...     print(answer, kind)
    2.0 own factor
    1.0 no slope
    -2.0 sum
    3.0 sign
    """
    found: dict[float, str] = {step.after: ""}
    for answer, kind in candidates(step):
        if isfinite(answer):
            found.setdefault(answer, kind)
    return [Mistake(answer, kind) for answer, kind in found.items() if kind]


def candidates(step: Step) -> Iterator[tuple[float, str]]:
    """The answer that every kind of mistake gives, where this step invites it; first added to what was there."""
    before = step.before
    if before:
        yield step.contribution, "not added"
        yield before, "nothing"
    for start in dict.fromkeys((before, 0.0)):
        for contribution, kind in wrong_contributions(step):
            yield start + contribution, kind
    yield -step.after, "sign"


def wrong_contributions(step: Step) -> Iterator[tuple[float, str]]:
    """What is added instead of upstream × local, by whoever makes a mistake."""
    if step.node.op is ops.subtract and step.position == 1:
        yield -step.contribution, "subtraction"
    is_bias = step.position == len(step.node.inputs) - 1 and step.node.op is ops.dot
    if step.node.op in (ops.multiply, ops.dot) and not is_bias:
        yield step.upstream * step.input.data, "own factor"
    if (slope := slope_at_output(step)) is not None:
        yield step.upstream * slope, "at the output"
    yield step.local, "no upstream"
    yield step.upstream, "no slope"
    yield step.upstream + step.local, "sum"
    yield -step.contribution, "sign"


def slope_at_output(step: Step) -> float | None:
    """The slope of an operation with one input, taken at its output as if that were its input."""
    op, node = step.node.op, step.node
    if op is None or len(node.inputs) != 1:
        return None
    try:
        return float(op.partials(op.forward(node.data), node.data)[0])
    except Exception:  # outside its domain a person's operation may do anything
        return None
