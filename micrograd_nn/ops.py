"""The calculus table: one block an operation, with its partial derivatives under the textbook's letters.

Inputs are `x, y`, the result is `out`; a rule answers with one slope for each input. Rules are written with
arithmetic, comparisons and other operations only: fed floats they give floats, fed Values they record a graph,
and that is where second derivatives come from. Where a slope does not exist a rule may raise or give nan; that
becomes an error only when a gradient needs it.
"""

import math
import operator
from math import nan, pi

from . import functions
from .op import Scalar, Slopes, operation

# Where leaves come from


def no_partials(out: Scalar) -> Slopes:
    return ()


constant = operation("constant", float, no_partials)  # a number written in an expression
parameter = operation("parameter", float, no_partials)  # a number that training changes


# Arithmetic


def add_partials(out: Scalar, x: Scalar, y: Scalar) -> Slopes:
    return (1.0, 1.0)


def subtract_partials(out: Scalar, x: Scalar, y: Scalar) -> Slopes:
    return (1.0, -1.0)


def multiply_partials(out: Scalar, x: Scalar, y: Scalar) -> Slopes:
    return (y, x)


def divide_partials(out: Scalar, x: Scalar, y: Scalar) -> Slopes:
    return (1 / y, -out / y)


def negate_partials(out: Scalar, x: Scalar) -> Slopes:
    return (-1.0,)


add = operation("+", operator.add, add_partials, "{} + {}")
subtract = operation("-", operator.sub, subtract_partials, "{} - {}")
multiply = operation("*", operator.mul, multiply_partials, "{} * {}")
divide = operation("/", operator.truediv, divide_partials, "{} / {}")
negate = operation("neg", operator.neg, negate_partials, "-{}")


# Powers: xⁿ with a constant exponent, aʸ with a constant base, and xʸ where both may change


def power_partials(out: Scalar, x: Scalar, n: Scalar) -> Slopes:
    return (n * x ** (n - 1) if n > 0 or n < 0 else 0.0 * n, 0.0)  # x⁰ is flat, at 0 too


def exponential_partials(out: Scalar, a: Scalar, y: Scalar) -> Slopes:
    return (0.0, out * log(a) if a > 0 else 0.0 if a >= 0 and y > 0 else nan)


def raise_to_partials(out: Scalar, x: Scalar, y: Scalar) -> Slopes:
    if x > 0 or x < 0:
        dx = y * x ** (y - 1)  # unlike in the power rule, at y = 0 it still varies with y
    else:
        dx = power_partials(out, x, y)[0] if y >= 1 or y <= 0 else nan
    return (dx, exponential_partials(out, x, y)[1])


power = operation("power", functions.to_the_power, power_partials, "{} ** {}")
exponential = operation("exponential", functions.to_the_power, exponential_partials, "{} ** {}")
raise_to = operation("**", functions.to_the_power, raise_to_partials, "{} ** {}")


# Roots, exponentials, logarithms


def sqrt_partials(out: Scalar, x: Scalar) -> Slopes:
    return (0.5 / out,)


def exp_partials(out: Scalar, x: Scalar) -> Slopes:
    return (out,)


def log_partials(out: Scalar, x: Scalar) -> Slopes:
    return (1 / x,)


def expm1_partials(out: Scalar, x: Scalar) -> Slopes:
    return (exp(x),)


def log1p_partials(out: Scalar, x: Scalar) -> Slopes:
    return (1 / (1 + x),)


sqrt = operation("sqrt", math.sqrt, sqrt_partials)
exp = operation("exp", math.exp, exp_partials)
log = operation("log", math.log, log_partials)
expm1 = operation("expm1", math.expm1, expm1_partials)
log1p = operation("log1p", math.log1p, log1p_partials)


# Trigonometry, in radians


def sin_partials(out: Scalar, x: Scalar) -> Slopes:
    return (cos(x),)


def cos_partials(out: Scalar, x: Scalar) -> Slopes:
    return (-sin(x),)


def tan_partials(out: Scalar, x: Scalar) -> Slopes:
    return (1 + out * out,)


def atan_partials(out: Scalar, x: Scalar) -> Slopes:
    return (1 / (1 + x * x),)


def sinh_partials(out: Scalar, x: Scalar) -> Slopes:
    return (cosh(x),)


def cosh_partials(out: Scalar, x: Scalar) -> Slopes:
    return (sinh(x),)


sin = operation("sin", math.sin, sin_partials)
cos = operation("cos", math.cos, cos_partials)
tan = operation("tan", math.tan, tan_partials)
atan = operation("atan", math.atan, atan_partials)
sinh = operation("sinh", math.sinh, sinh_partials)
cosh = operation("cosh", math.cosh, cosh_partials)


# Activations; their slopes at a kink are conventions: relu'(0) = abs'(0) = 0, and equal inputs share max and min


def sigmoid_partials(out: Scalar, x: Scalar) -> Slopes:
    return (out * (1 - out),)


def tanh_partials(out: Scalar, x: Scalar) -> Slopes:
    return (1 - out * out,)


def softplus_partials(out: Scalar, x: Scalar) -> Slopes:
    return (sigmoid(x),)


def relu_partials(out: Scalar, x: Scalar) -> Slopes:
    return (1.0,) if x > 0 else (0.0,) if x <= 0 else (nan,)


def leaky_relu_partials(out: Scalar, x: Scalar, slope: Scalar) -> Slopes:
    return (1.0, 0.0) if x > 0 else (slope if x <= 0 else nan, x)


def elu_partials(out: Scalar, x: Scalar) -> Slopes:
    return (1.0,) if x > 0 else (exp(x),)


def silu_partials(out: Scalar, x: Scalar) -> Slopes:
    a = sigmoid(x)
    return (a + out * (1 - a),)


def gelu_partials(out: Scalar, x: Scalar) -> Slopes:
    return ((1 + erf(x / 2**0.5)) / 2 + x * exp(-x * x / 2) / (2 * pi) ** 0.5,)


def erf_partials(out: Scalar, x: Scalar) -> Slopes:
    return (2 / pi**0.5 * exp(-x * x),)


def absolute_partials(out: Scalar, x: Scalar) -> Slopes:
    return (1.0 if x > 0 else -1.0 if x < 0 else 0.0 * x,)


sigmoid = operation("sigmoid", functions.stable_sigmoid, sigmoid_partials)
tanh = operation("tanh", math.tanh, tanh_partials)
softplus = operation("softplus", functions.stable_softplus, softplus_partials)
relu = operation("relu", functions.rectify, relu_partials)
leaky_relu = operation("leaky_relu", functions.leak, leaky_relu_partials)
elu = operation("elu", functions.elu, elu_partials)
silu = operation("silu", functions.silu, silu_partials)
gelu = operation("gelu", functions.gelu, gelu_partials)
erf = operation("erf", math.erf, erf_partials)
absolute = operation("abs", abs, absolute_partials, "|{}|")


# Of many


def maximum_partials(out: Scalar, *xs: Scalar) -> Slopes:
    return functions.shared([x >= out for x in xs])


def minimum_partials(out: Scalar, *xs: Scalar) -> Slopes:
    return functions.shared([x <= out for x in xs])


def total_partials(out: Scalar, *xs: Scalar) -> Slopes:
    return (1.0,) * len(xs)


def logsumexp_partials(out: Scalar, *xs: Scalar) -> Slopes:
    return tuple([exp(x - out) for x in xs])  # softmax


def dot_partials(out: Scalar, *wxb: Scalar) -> Slopes:
    n = len(wxb) // 2
    return wxb[n:-1] + wxb[:n] + (1.0,)


maximum = operation("max", functions.larger, maximum_partials)
minimum = operation("min", functions.smaller, minimum_partials)
total = operation("total", functions.sum_of, total_partials)
logsumexp = operation("logsumexp", functions.stable_logsumexp, logsumexp_partials)
dot = operation("dot", functions.weighted_sum, dot_partials)  # inputs w₁ … wₙ, x₁ … xₙ, b
