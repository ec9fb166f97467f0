"""What can be wrong with gradients, and how to see it: one function for each kind of finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import inf, isfinite, prod

from . import ops
from .evidence import Evidence, Finding, by_layer, group_of, lost, share, units
from .names import derivative, number, title, with_numbers
from .notation import joined
from .terms import local_slope
from .value import Value

VANISHED = 1e-6  # of the largest leaf gradient: with one learning rate for all, such a leaf moves a million times less
EXPLODED = 1e3  # times the output's own 1: at a learning rate of 0.001, a small one, a step moves such a leaf by 1
SATURATED = 0.05  # the slope of tanh beyond |z| = 2.2, of sigmoid beyond 2.9: three in a row lose 99.99 %
OFTEN = 0.5  # of a unit's uses: one that is saturated on fewer examples learns from the others


def not_finite(seen: Evidence) -> Iterator[Finding]:
    """The first nan or infinity of the forward pass, and the first of backward."""
    for node in seen.names:
        if not isfinite(node.data):
            words = [title(node, seen.names), *([with_numbers(node)] if node.inputs else []), number(node.data)]
            way = joined([seen.names[x] for x in seen.strongest(node).nodes], " → ")
            yield Finding("not finite", (node,), f"not finite: {' = '.join(words)}", (f"it spreads along {way}",))
            break
    if step := seen.walk.until("not finite"):
        slope = f"{title(step.node, seen.names)}, so {local_slope(step, seen.names)}"
        error = [f"backward() raises: {seen.walk.problem}"] if seen.walk.problem else []
        yield Finding("not finite", (step.input, step.node), f"not finite: {step}", (slope, *error))


def exploding(seen: Evidence) -> Iterator[Finding]:
    """Layers with gradients far beyond the output's own."""
    members = Counter(map(group_of, seen.order))

    def finding(layer: str, nodes: list[Value]) -> Finding:
        message = f"exploding: {gradient(seen, nodes[0])}{share(len(nodes), members[layer], 'nodes', layer)}"
        return Finding("exploding", tuple(nodes), message, seen.gains(seen.strongest(nodes[0])))

    large = [node for node in seen.order if abs(seen.grad[node]) > EXPLODED]
    return by_layer("exploding", large, lambda node: -abs(seen.grad[node]), finding)


def vanishing(seen: Evidence) -> Iterator[Finding]:
    """Layers with leaves whose gradients are nothing beside the largest one."""
    members = Counter(map(group_of, seen.leaves))
    top = max(seen.leaves, key=lambda leaf: abs(seen.grad[leaf]))

    def finding(layer: str, nodes: list[Value]) -> Finding:
        beside = "" if nodes[0] is top else f", the largest is {gradient(seen, top)}"
        message = f"vanishing: {gradient(seen, nodes[0])}{beside}{share(len(nodes), members[layer], 'leaves', layer)}"
        return Finding("vanishing", tuple(nodes), message, why_small(seen, nodes[0], top))

    most = abs(seen.grad[top])
    small = [leaf for leaf in seen.leaves if abs(seen.grad[leaf]) <= VANISHED * most < inf]
    return by_layer("vanishing", small, lambda leaf: abs(seen.grad[leaf]), finding)


def why_small(seen: Evidence, leaf: Value, top: Value) -> tuple[str, ...]:
    """What made the gradient of a leaf small: paths that cancel, or losses that the largest gradient does not have."""
    path = seen.strongest(leaf)
    strongest = prod(path.locals)
    if abs(strongest) * VANISHED > abs(seen.grad[leaf]):
        return (f"its paths cancel: the strongest alone adds {number(strongest)}",)
    return seen.losses(path, seen.strongest(top))


def gradient(seen: Evidence, node: Value) -> str:
    """`∂L/∂a = 0.5`."""
    return f"{derivative(seen.names[seen.output], seen.names[node])} = {number(seen.grad[node])}"


def dead(seen: Evidence) -> Iterator[Finding]:
    """Layers with relus that pass no gradient in any of their uses."""
    relus = units(node for node in seen.order if node.op is ops.relu)
    members = Counter(group_of(unit[0]) for unit in relus)
    uses = {unit[0]: len(unit) for unit in relus if not any(node.local_derivatives[0] for node in unit)}

    def finding(layer: str, nodes: list[Value]) -> Finding:
        n = uses[nodes[0]]
        always = f" in {n} of {n} examples" if n > 1 else ""
        message = f"dead: {title(nodes[0], seen.names.labels)} passes no gradient{always}"
        return Finding("dead", tuple(nodes), message + share(len(nodes), members[layer], "relus", layer))

    return by_layer("dead", uses, lambda node: -uses[node], finding)


def saturated(seen: Evidence) -> Iterator[Finding]:
    """Layers with tanhs and sigmoids that are flat in most of their uses."""
    curves = units(node for node in seen.order if node.op in (ops.tanh, ops.sigmoid))
    members = Counter(group_of(unit[0]) for unit in curves)
    uses: dict[Value, tuple[int, int]] = {}  # of the flattest use of each unit: how many are flat, of how many
    for unit in curves:
        flat = [node for node in unit if slope_size(node) < SATURATED]
        if len(flat) >= OFTEN * len(unit):
            uses[min(flat, key=slope_size)] = len(flat), len(unit)

    def finding(layer: str, nodes: list[Value]) -> Finding:
        few, n = uses[nodes[0]]
        message = f"saturated: {lost(nodes[0].local_derivatives[0])} at {seen.slope(nodes[0], 0)}"
        often = f", flat in {few} of {n} examples" if n > 1 else ""
        return Finding("saturated", tuple(nodes), message + often + share(len(nodes), members[layer], "units", layer))

    return by_layer("saturated", uses, slope_size, finding)


def slope_size(node: Value) -> float:
    """The absolute local derivative of a node with one input."""
    return abs(node.local_derivatives[0])
