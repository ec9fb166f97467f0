"""Dual numbers: forward-mode differentiation, written independently of the package's rules."""

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from micrograd_nn.op import Op


@dataclass
class Dual:
    """A number and how fast it moves; operations of the table move it by the rules below."""

    data: Any
    speed: Any = 0

    def apply_op(self, op: Op, inputs: tuple[Any, ...]) -> "Dual":
        xs = [x if isinstance(x, Dual) else Dual(x) for x in inputs]
        return MOVES[op.name](op.forward(*[x.data for x in xs]), *xs)


def unary(slope: Callable[[Any], Any]) -> Callable[..., Dual]:
    return lambda out, x: Dual(out, slope(x.data) * x.speed if x.speed else x.speed)


def power(out: Any, x: Dual, y: Dual) -> Dual:
    speed = y.data * math.pow(x.data, y.data - 1) * x.speed if x.speed and y.data else 0.0
    return Dual(out, speed + (math.log(x.data) * out * y.speed if y.speed and x.data > 0 else 0.0))


def chosen(out: Any, *xs: Dual) -> Dual:
    speeds = [x.speed for x in xs if x.data == out]
    return Dual(out, sum(speeds) / len(speeds))


def normal_density(x: float) -> float:
    return statistics.NormalDist().pdf(x)


def normal_share(x: float) -> float:
    return statistics.NormalDist().cdf(x)


def dot(out: Any, *wxb: Dual) -> Dual:
    n = len(wxb) // 2
    return Dual(out, sum(w.data * x.speed + w.speed * x.data for w, x in zip(wxb[:n], wxb[n:])) + wxb[-1].speed)


MOVES: dict[str, Callable[..., Dual]] = {
    "+": lambda out, x, y: Dual(out, x.speed + y.speed),
    "-": lambda out, x, y: Dual(out, x.speed - y.speed),
    "*": lambda out, x, y: Dual(out, x.speed * y.data + x.data * y.speed),
    "/": lambda out, x, y: Dual(out, (x.speed * y.data - x.data * y.speed) / (y.data * y.data)),
    "neg": lambda out, x: Dual(out, -x.speed),
    "abs": unary(lambda x: math.copysign(1.0, x) if x else 0.0),
    "**": power,
    "sqrt": unary(lambda x: 1 / (2 * math.sqrt(x))),
    "exp": unary(math.exp),
    "log": unary(lambda x: 1 / x),
    "expm1": unary(math.exp),
    "log1p": unary(lambda x: 1 / (1 + x)),
    "sin": unary(math.cos),
    "cos": unary(lambda x: -math.sin(x)),
    "tan": unary(lambda x: 1 / math.cos(x) ** 2),
    "atan": unary(lambda x: 1 / (1 + x * x)),
    "sinh": unary(math.cosh),
    "cosh": unary(math.sinh),
    "tanh": unary(lambda x: 1 / math.cosh(x) ** 2),
    "sigmoid": unary(lambda x: 1 / (2 + math.exp(x) + math.exp(-x))),
    "softplus": unary(lambda x: 1 / (1 + math.exp(-x))),
    "elu": unary(lambda x: 1.0 if x > 0 else math.exp(x)),
    "silu": unary(lambda x: (1 + math.exp(-x) * (1 + x)) / (1 + math.exp(-x)) ** 2),
    "gelu": unary(lambda x: normal_share(x) + x * normal_density(x)),
    "erf": unary(lambda x: 2 * math.sqrt(2) * normal_density(x * math.sqrt(2))),
    "relu": unary(lambda x: 1.0 if x > 0 else 0.0),
    "leaky_relu": lambda out, x, s: Dual(out, x.speed if x.data > 0 else s.data * x.speed + x.data * s.speed),
    "max": chosen,
    "min": chosen,
    "total": lambda out, *xs: Dual(out, sum(x.speed for x in xs)),
    "logsumexp": lambda out, *xs: Dual(out, sum(math.exp(x.data - out) * x.speed for x in xs)),
    "dot": dot,
}
