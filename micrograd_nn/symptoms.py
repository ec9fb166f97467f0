"""What can be wrong with gradients, and how to see it: one function for each kind of finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import inf, isfinite, prod

from . import ops
from .evidence import Evidence, Finding, by_layer, group_of, lost, share, times, units
from .names import number, title, with_numbers
from .notation import joined
from .over_time import EXPLODED, VANISHED, exploding_over_time, gradient, untold, vanishing_over_time
from .sums import Path
from .terms import local_slope
from .value import Value

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
    found = exploding_over_time(seen)
    yield from found
    yield from by_layer("exploding", untold(large, found), lambda node: -abs(seen.grad[node]), finding)


def vanishing(seen: Evidence) -> Iterator[Finding]:
    """Layers with leaves whose gradients are nothing beside the largest one."""
    members = Counter(map(group_of, seen.leaves))
    top = max(seen.leaves, key=lambda leaf: abs(seen.grad[leaf]))
    most = abs(seen.grad[top])

    def finding(layer: str, nodes: list[Value]) -> Finding:
        beside = "" if nodes[0] is top or not most else f", the largest is {gradient(seen, top)}"
        message = f"vanishing: {gradient(seen, nodes[0])}{beside}{share(len(nodes), members[layer], 'leaves', layer)}"
        return Finding("vanishing", tuple(nodes), message, why_small(seen, nodes[0], top))

    small = [leaf for leaf in seen.leaves if abs(seen.grad[leaf]) <= VANISHED * most < inf]
    found = vanishing_over_time(seen)
    yield from found
    yield from by_layer("vanishing", untold(small, found), lambda leaf: abs(seen.grad[leaf]), finding)


def why_small(seen: Evidence, leaf: Value, top: Value) -> tuple[str, ...]:
    """What made the gradient of a leaf small: paths that cancel, or losses that the largest gradient does not have."""
    path = seen.strongest(leaf)
    strongest = prod(path.locals)
    if abs(strongest) * VANISHED > abs(seen.grad[leaf]):
        return (f"its paths cancel: the strongest alone adds {number(strongest)}",)
    return seen.losses(path, seen.strongest(top) if seen.grad[top] else Path((), (), 1.0, 1.0))


def dead(seen: Evidence) -> Iterator[Finding]:
    """Layers with relus that pass no gradient in any of their uses."""
    relus = units(node for node in seen.order if node.op is ops.relu)
    members = Counter(group_of(unit[0]) for unit in relus)
    uses = {unit[0]: unit for unit in relus if not any(node.local_derivatives[0] for node in unit)}

    def finding(layer: str, nodes: list[Value]) -> Finding:
        unit = uses[nodes[0]]
        message = f"dead: {title(nodes[0], seen.names.labels)} passes no gradient{times(len(unit), unit)}"
        return Finding("dead", tuple(nodes), message + share(len(nodes), members[layer], "relus", layer))

    return by_layer("dead", uses, lambda node: -len(uses[node]), finding)


def saturated(seen: Evidence) -> Iterator[Finding]:
    """Layers with tanhs and sigmoids that are flat in most of their uses."""
    curves = units(node for node in seen.order if node.op in (ops.tanh, ops.sigmoid))
    members = Counter(group_of(unit[0]) for unit in curves)
    uses: dict[Value, tuple[int, list[Value]]] = {}  # of the flattest use of each unit: how many are flat, of which
    for unit in curves:
        flat = [node for node in unit if slope_size(node) < SATURATED]
        if len(flat) >= OFTEN * len(unit):
            uses[min(flat, key=slope_size)] = len(flat), unit

    def finding(layer: str, nodes: list[Value]) -> Finding:
        few, unit = uses[nodes[0]]
        message = f"saturated: {lost(nodes[0].local_derivatives[0])} at {seen.slope(nodes[0], 0)}"
        often = f", flat{times(few, unit)}" if len(unit) > 1 else ""
        return Finding("saturated", tuple(nodes), message + often + share(len(nodes), members[layer], "units", layer))

    return by_layer("saturated", uses, slope_size, finding)


def slope_size(node: Value) -> float:
    """The absolute local derivative of a node with one input."""
    return abs(node.local_derivatives[0])
