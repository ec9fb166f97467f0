"""What operations compute on floats, where Python's math has no function for it."""

import math
import operator
from math import nan


def to_the_power(x: float, y: float) -> float:
    """x to the power of y; nan where one of them is."""
    return math.pow(x, y) if x == x and y == y else nan  # C says nan⁰ = 1: that would hide the nan


def stable_sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)), for any x."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return math.exp(x) / (1 + math.exp(x))  # exp(-x) would overflow here


def stable_softplus(x: float) -> float:
    """log(1 + exp(x)), for any x."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))  # exp(x) itself would overflow


def rectify(x: float) -> float:
    """x above zero, else 0."""
    return 0.0 if x <= 0 else x


def leak(x: float, slope: float) -> float:
    """x above zero, else slope · x."""
    return x if x > 0 else slope * x


def elu(x: float) -> float:
    """x above zero, else exp(x) - 1 (Clevert et al. 2016, arXiv:1511.07289, with α = 1)."""
    return x if x > 0 else math.expm1(x)


def silu(x: float) -> float:
    """x · sigmoid(x) (Elfwing et al. 2018, arXiv:1702.03118)."""
    return x * stable_sigmoid(x)


def gelu(x: float) -> float:
    """x · Φ(x), where Φ is the normal distribution's share below x (Hendrycks and Gimpel 2016, arXiv:1606.08415)."""
    return x * math.erfc(-x / 2**0.5) / 2


def larger(*xs: float) -> float:
    """The largest; nan where one of them is."""
    return nan if any(map(math.isnan, xs)) else max(xs)


def smaller(*xs: float) -> float:
    """The smallest; nan where one of them is."""
    return nan if any(map(math.isnan, xs)) else min(xs)


def shared(chosen: list[bool]) -> tuple[float, ...]:
    """A slope of 1 in what was chosen, in equal shares where several were; nan where nothing was."""
    n = sum(chosen)
    return tuple([choice / n if n > 0 else nan for choice in chosen])


def sum_of(*xs: float) -> float:
    """The sum, correctly rounded: the same bits in every Python."""
    try:
        return math.fsum(xs)
    except OverflowError:  # of what was summed so far; the sum itself may be small enough
        return math.fsum([math.ldexp(x, -64) for x in xs]) * 2.0**64


def stable_logsumexp(*xs: float) -> float:
    """log(exp(x₁) + … + exp(xₙ)), for any x."""
    largest = max(xs)
    return largest + math.log(math.fsum([math.exp(x - largest) for x in xs])) if math.isfinite(largest) else sum(xs)


def weighted_sum(*wxb: float) -> float:
    """w₁x₁ + … + wₙxₙ + b of w₁ … wₙ, x₁ … xₙ, b."""
    n = len(wxb) // 2
    try:
        return math.fsum(map(operator.mul, wxb, wxb[n:-1])) + wxb[-1]
    except OverflowError:
        return sum_of(*map(operator.mul, wxb, wxb[n:-1]), wxb[-1])
