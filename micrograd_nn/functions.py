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


def larger(x: float, y: float) -> float:
    """The larger of the two; nan where one of them is."""
    return x if x >= y else y if y > x else nan


def smaller(x: float, y: float) -> float:
    """The smaller of the two; nan where one of them is."""
    return x if x <= y else y if y < x else nan


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
