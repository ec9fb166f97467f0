"""check_gradients: does a gradient agree with finite differences?

A difference quotient has two errors: the step is too large for the curve, or too small for the digits. Ridders'
method starts with a large step, shrinks it, extrapolates to step zero, and keeps the estimate whose neighbours
agree best; how well they agree is its error. (C. J. F. Ridders, Advances in Engineering Software 4 (2), 1982.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite, nan, ulp
from operator import itemgetter
from typing import Any, TypeAlias

from . import ops
from .backward import grad
from .graph import topological_order, varying
from .value import Value

SHRINK = 1.4  # how much smaller each step is than the one before
STEPS = 12  # so the last step of a tableau is 1/40 of its first
FIRST_STEPS = [2.0**-k for k in (3, 8, 14, 20, 26, 32)]  # of the point's size, and of 1
AGREEMENT = 1e-7  # a gradient may differ by this part of its size, and by ten times the estimate's own error
Curve: TypeAlias = Callable[[float], Value]  # the function along one input


class GradientMismatchError(AssertionError):
    """A gradient does not agree with finite differences; `checks` holds the comparison for every input."""

    def __init__(self, checks: list[Check]) -> None:
        wrong = "; ".join(str(check) for check in checks if check.verdict == "differs")
        super().__init__(f"a gradient disagrees with finite differences: {wrong}")
        self.checks = checks


@dataclass(frozen=True, slots=True)
class Check:
    """How one gradient compares with finite differences; `print` it for a sentence."""

    name: str
    point: float
    computed: float
    expected: float
    error: float
    verdict: str  # "agrees", "kink within the step", "cannot be measured" or "differs"

    def __str__(self) -> str:
        return (
            f"{self.name} = {self.point:g}: computed {self.computed:.12g}, "
            f"expected {self.expected:.12g} ± {self.error:.1g}: {self.verdict}"
        )


def check_gradients(function: Callable[..., Any], *points: float) -> list[Check]:
    """Compare the gradient of `function` at `points` with finite differences, a `Check` for each point.

    >>> from micrograd_nn import check_gradients
    >>> for check in check_gradients(lambda x, y: x * y + y.sin(), 2.0, 0.0):
    ...     print(check.name, check.computed, check.verdict)
    x1 0.0 agrees
    x2 3.0 agrees

    Raises: GradientMismatchError, an AssertionError, naming every input whose gradient differs. At a kink, where the
    slopes from the left and from the right differ, any gradient between them passes.
    """
    inputs = [Value(point, label=f"x{i}") for i, point in enumerate(points, start=1)]
    output = function(*inputs)
    if not isinstance(output, Value):
        raise TypeError(f"the function must return a Value, not {type(output).__name__}")
    rounding = gradient_rounding(output)
    checks = [
        check(function, inputs, i, computed, rounding.get(inputs[i], 0.0))
        for i, computed in enumerate(grad(output, inputs))
    ]
    if any(c.verdict == "differs" for c in checks):
        raise GradientMismatchError(checks)
    return checks


def check(function: Callable[..., Any], inputs: list[Value], i: int, computed: float, rounding: float) -> Check:
    """Compare one gradient with the slope along input `i`."""
    point = inputs[i].data

    def along(x: float) -> Value:
        return function(*[Value(x if k == i else other.data) for k, other in enumerate(inputs)])

    expected, error = slope(along, point)
    error += rounding
    return Check(inputs[i].label, point, computed, expected, error, judge(along, point, computed, expected, error))


def rounding_error(output: Value) -> float:
    """By how much rounding in every node may have moved the output: each node's last digit times its gradient."""
    nodes = varying(topological_order(output))
    try:
        gradients = grad(output, nodes)
    except (ArithmeticError, ValueError):  # a slope that does not exist at this step
        return ulp(output.data)
    return sum(last_digit(node) * abs(g) for node, g in zip(nodes, gradients) if node.inputs)


def last_digit(node: Value) -> float:
    """By how much rounding may have moved the number in a node; what is added up within a node is rounded too.

    That is the products of a weighted sum, and the largest input of a logsumexp.
    """
    within: list[float] = []
    if node.op is ops.dot:
        within = [x.data * local for x, local in zip(node.inputs, node.local_derivatives)]
    elif node.op is ops.logsumexp:
        within = [max(x.data for x in node.inputs)]
    return ulp(node.data) + sum(map(ulp, within))


def gradient_rounding(output: Value) -> dict[Value, float]:
    """By how much rounding may have moved every gradient itself, where contributions cancel."""
    nodes = varying(topological_order(output))
    moved = dict.fromkeys(topological_order(output), 0.0)
    for node, g in zip(nodes, grad(output, nodes)):
        for x, local in zip(node.inputs, node.local_derivatives):
            moved[x] += moved[node] * abs(local) + ulp(g * local)
    return moved


def judge(f: Curve, x: float, computed: float, expected: float, error: float) -> str:
    """The verdict on one gradient."""
    if not (error < inf and isfinite(computed)):
        return "cannot be measured"
    if is_kink(f, x, computed):
        return "kink within the step"
    difference = abs(computed - expected)
    if difference > AGREEMENT * max(abs(computed), abs(expected)) + 10 * error:
        return "differs"
    size = max(abs(computed), abs(expected), steepness(f, x))
    return "agrees" if not difference or error <= 1e-4 * size else "cannot be measured"


def steepness(f: Curve, x: float) -> float:
    """How steep the curve is on the whole around `x`: beside that, a slope may be as good as 0."""
    step = (abs(x) or 1.0) / 8
    try:
        return max(abs(f(x + step).data - f(x).data), abs(f(x - step).data - f(x).data)) / step
    except (ArithmeticError, ValueError):
        return 0.0


def slope(f: Curve, x: float) -> tuple[float, float]:
    """The slope of `f` at `x` and its estimated error, which is infinite where `f` cannot be evaluated around `x`.

    From large steps to small: a small step sees what a large one jumps over, so where the two disagree the small one
    is right; where they agree the more certain one counts.
    """
    best = (nan, inf)
    sizes = [abs(x)] if 1 / 8 < abs(x) < 8 else [abs(x), 1.0]
    for step in sorted((part * size for part in FIRST_STEPS for size in sizes), reverse=True):
        try:
            expected, error = ridders(f, x, step)
        except (ArithmeticError, ValueError):  # a step out of the function's domain, or lost in x + step == x
            continue
        if error < best[1] or abs(expected - best[0]) > 10 * (error + best[1]):
            best = (expected, error)
    return best


def ridders(f: Curve, x: float, step: float) -> tuple[float, float]:
    """The slope extrapolated from central differences whose steps shrink from `step`, and its estimated error."""
    best = (nan, inf)
    above: list[float] = []  # the row of the tableau above: orders 2, 4, 6, … at the step before
    rounding = max(rounding_error(f(x - step)), rounding_error(f(x + step)))
    for _ in range(STEPS):
        width = (x + step) - (x - step)
        row = [(f(x + step).data - f(x - step).data) / width]
        factor = SHRINK**2
        for coarse in above:
            row.append((factor * row[-1] - coarse) / (factor - 1))
            error = max(abs(row[-1] - row[-2]), abs(row[-1] - coarse), 2 * rounding / width)
            best = min(best, (row[-1], error), key=itemgetter(1))
            factor *= SHRINK**2
        above = row
        step /= SHRINK
    return best


def is_kink(f: Curve, x: float, computed: float) -> bool:
    """Whether the slopes to the left and right of `x` stay apart as the step shrinks, with `computed` between them."""
    gaps = []
    for part in (2.0**-10, 2.0**-14):
        step = part * (abs(x) or 1.0)
        try:
            low, middle, high = (f(x + k * step).data for k in (-1, 0, 1))
            left, right = (middle - low) / step, (high - middle) / step
        except (ArithmeticError, ValueError):
            return False
        gaps.append(abs(right - left))
    slack = 1e-3 * gaps[-1]
    between = min(left, right) - slack <= computed <= max(left, right) + slack
    stays = gaps[0] / 2 < gaps[1] < 2 * gaps[0]  # on a smooth curve the gap shrinks; in noise it grows
    return between and stays and gaps[1] > 1e-3 * max(abs(left), abs(right))
