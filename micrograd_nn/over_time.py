"""Gradients that vanish or explode on their way back through time: one finding that names the time steps."""

from __future__ import annotations

from math import inf

from .evidence import Evidence, Finding
from .names import derivative, number
from .notation import counted
from .places import time_step_of
from .value import Value

VANISHED = 1e-6  # of the largest leaf gradient: with one learning rate for all, such a leaf moves a million times less
EXPLODED = 1e3  # times the output's own 1: at a learning rate of 0.001, a small one, a step moves such a leaf by 1


def largest_at(seen: Evidence) -> dict[int, Value]:
    """The node with the largest gradient at each time step."""
    found: dict[int, Value] = {}
    for node in seen.order:
        time_step = time_step_of(str(node.label))
        if time_step and (time_step not in found or abs(seen.grad[node]) > abs(seen.grad[found[time_step]])):
            found[time_step] = node
    return found


def vanishing_over_time(seen: Evidence) -> list[Finding]:
    """A finding if a time step gets next to nothing of what a later one gets."""
    found = largest_at(seen)
    start = max(found, key=lambda time_step: abs(seen.grad[found[time_step]]), default=0)
    most = abs(seen.grad[found[start]]) if found else 0.0
    lost = [t for t in found if t < start and abs(seen.grad[found[t]]) <= VANISHED * most < inf]
    return [between(seen, "vanishing", "vanishes", found, start, lost)] if lost else []


def exploding_over_time(seen: Evidence) -> list[Finding]:
    """A finding if a time step gets far more than a later one, and more than a step of descent can take."""
    found = largest_at(seen)
    start = min(found, key=lambda time_step: abs(seen.grad[found[time_step]]), default=0)
    least = EXPLODED * max(abs(seen.grad[found[start]]), 1.0) if found else 0.0
    grown = [t for t in found if t < start and abs(seen.grad[found[t]]) > least]
    return [between(seen, "exploding", "explodes", found, start, grown)] if grown else []


def between(seen: Evidence, kind: str, verb: str, found: dict[int, Value], start: int, far: list[int]) -> Finding:
    """The finding for the time steps whose gradients are far from that of a later one, the farthest first."""
    far = sorted(far, key=lambda t: abs(seen.grad[found[t]]), reverse=kind == "exploding")
    first, last = found[far[0]], found[start]
    path = seen.strongest(first)
    places = seen.gains(path) if kind == "exploding" else seen.losses(path, seen.strongest(last))
    message = (
        f"{kind}: the gradient {verb} from time step {start} to time step {far[0]}: {gradient(seen, last)}, "
        f"{gradient(seen, first)}; {len(far)} of {counted(len(found), 'time step')}"
    )
    return Finding(kind, tuple([found[t] for t in far]), message, (*a_step(seen, first, last, start - far[0]), *places))


def a_step(seen: Evidence, first: Value, last: Value, steps: int) -> tuple[str, ...]:
    """`× 0.4 a time step`: what a gradient is multiplied by on the way, on average; nothing where one is 0."""
    ratio = abs(seen.grad[first] / seen.grad[last]) if seen.grad[last] else 0.0
    return (f"× {number(ratio ** (1 / steps))} a time step, on average",) if 0 < ratio < inf else ()


def gradient(seen: Evidence, node: Value) -> str:
    """`∂L/∂a = 0.5`."""
    return f"{derivative(seen.names[seen.output], seen.names[node])} = {number(seen.grad[node])}"


def untold(nodes: list[Value], found: list[Finding]) -> list[Value]:
    """The nodes that a finding about time steps does not speak for."""
    return [node for node in nodes if not time_step_of(str(node.label))] if found else nodes
