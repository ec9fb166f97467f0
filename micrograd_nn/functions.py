"""What operations compute on floats, where Python's math has no function for it."""

import math
import operator
from math import nan


def to_the_power(x: float, y: float) -> float:
    return math.pow(x, y) if x == x and y == y else nan  # C says nan⁰ = 1: that would hide the nan


def stable_sigmoid(x: float) -> float:
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return math.exp(x) / (1 + math.exp(x))  # the same number, where exp(-x) would overflow


def stable_softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))  # log(1 + exp(x)), where exp(x) would overflow


def rectify(x: float) -> float:
    return 0.0 if x <= 0 else x


def leak(x: float, slope: float) -> float:
    return x if x > 0 else slope * x


def larger(x: float, y: float) -> float:
    return x if x >= y else y if y > x else nan


def smaller(x: float, y: float) -> float:
    return x if x <= y else y if y < x else nan


def sum_of(*xs: float) -> float:
    return math.fsum(xs)  # the sum correctly rounded: the same bits in every Python


def weighted_sum(*wxb: float) -> float:
    n = len(wxb) // 2
    return math.fsum(map(operator.mul, wxb, wxb[n:-1])) + wxb[-1]
