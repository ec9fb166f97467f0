"""The calculus table, walked row by row: a new operation is tested by being there."""

import cmath
import math
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import Op, Value, check_gradients, ops
from micrograd_nn.op import TABLE
from tests.strategies import LEAVES, MANY, OPERATIONS, UNARY, anything, arity

every_operation = pytest.mark.parametrize("op", OPERATIONS, ids=lambda op: op.name)


def a_point(op: Op) -> list[float]:
    """Inputs at which an operation is smooth."""
    return [0.7, 1.3, -0.4, 0.9, 0.2][: arity(op)]


OF_ONE_VARIABLE = {ops.power: lambda x: ops.power(x, 1.3), ops.exponential: lambda y: ops.exponential(0.7, y)}


@every_operation
def test_every_rule_agrees_with_finite_differences(op):
    points = [0.7] if op in OF_ONE_VARIABLE else a_point(op)
    checks = check_gradients(OF_ONE_VARIABLE.get(op, op), *points)
    assert {check.verdict for check in checks} == {"agrees"}


@every_operation
def test_every_rule_gives_values_when_fed_values_and_the_same_numbers(op):
    point = a_point(op)
    numbers = op.partials(op.forward(*point), *point)
    values = op.partials(op(*map(Value, point)), *map(Value, point))
    assert [getattr(slope, "data", slope) for slope in values] == list(numbers)


@every_operation
def test_every_operation_has_one_slope_for_each_input(op):
    assert len(op.partials(op.forward(*a_point(op)), *a_point(op))) == arity(op)


@every_operation
@given(data=st.data())
def test_finite_inputs_give_finite_results_or_an_error_and_nan_is_never_swallowed(op, data):
    inputs = [data.draw(anything) for _ in range(arity(op))]
    try:
        out = op(*map(Value, inputs)).data
    except (ArithmeticError, ValueError):
        assert all(map(math.isfinite, inputs))
        return
    assert type(out) is float
    if all(map(math.isfinite, inputs)):
        assert math.isfinite(out)
    if any(map(math.isnan, inputs)) and not (op is ops.leaky_relu and inputs[0] > 0):
        assert math.isnan(out)


COMPLEX = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "neg": lambda x: -x,
    "sqrt": cmath.sqrt,
    "exp": cmath.exp,
    "log": cmath.log,
    "expm1": cmath.exp,
    "log1p": lambda x: cmath.log(1 + x),
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "atan": cmath.atan,
    "sinh": cmath.sinh,
    "cosh": cmath.cosh,
    "tanh": cmath.tanh,
    "sigmoid": lambda x: 1 / (1 + cmath.exp(-x)),
    "softplus": lambda x: cmath.log(1 + cmath.exp(x)),
    "elu": lambda x: x if x.real > 0 else cmath.exp(x) - 1,
    "silu": lambda x: x / (1 + cmath.exp(-x)),
    "total": lambda x, y, z: x + y + z,
    "logsumexp": lambda x, y, z: cmath.log(cmath.exp(x) + cmath.exp(y) + cmath.exp(z)),
    "dot": lambda w1, w2, x1, x2, b: w1 * x1 + w2 * x2 + b,
}
POSITIVE_ONLY = ("log", "sqrt", "log1p")
CANCELLING = ("tanh", "sigmoid", "silu", "logsumexp")  # 1 - a², a (1 - a), exp(x - out) lose digits: 4 ulp of 1 there


@pytest.mark.parametrize("name", COMPLEX)
@given(data=st.data())
def test_every_smooth_rule_agrees_with_the_complex_step_to_4_ulp(name, data):
    op, step = TABLE[name], 1e-100
    low = 1e-3 if name in POSITIVE_ONLY else -3.0
    numbers = st.floats(low, 3.0).map(lambda x: x if abs(x) > 1e-90 else 0.0)  # the step must not underflow
    inputs = [data.draw(numbers) for _ in range(arity(op))]
    if name == "/" and abs(inputs[1]) < 1e-3:
        inputs[1] = 1.0
    if name == "tan":
        inputs = [x / 3 for x in inputs]
    slopes = op.partials(op.forward(*inputs), *inputs)
    for i, slope in enumerate(slopes):
        moved = [complex(x, step if k == i else 0.0) for k, x in enumerate(inputs)]
        expected = COMPLEX[name](*moved).imag / step
        size = max(abs(expected), 1.0) if name in CANCELLING else abs(expected)
        assert abs(slope - expected) <= 4 * math.ulp(size)


def test_the_smooth_operations_are_all_in_the_complex_step_test():
    kinked = {"abs", "relu", "leaky_relu", "max", "min"}
    others = {"**", "power", "exponential", "erf", "gelu"}  # checked against finite differences and worked examples
    assert set(COMPLEX) | kinked | others == {op.name for op in OPERATIONS}


@pytest.mark.parametrize(
    ("op", "inputs", "slopes"),
    [
        (ops.relu, [0.0], (0.0,)),
        (ops.relu, [-0.0], (0.0,)),
        (ops.absolute, [0.0], (0.0,)),
        (ops.leaky_relu, [0.0, 0.1], (0.1, 0.0)),
        (ops.maximum, [2.0, 2.0], (0.5, 0.5)),
        (ops.minimum, [2.0, 2.0], (0.5, 0.5)),
        (ops.maximum, [1.0, 2.0], (0.0, 1.0)),
        (ops.minimum, [1.0, 2.0], (1.0, 0.0)),
        (ops.power, [0.0, 0.0], (0.0, 0.0)),
        (ops.power, [0.0, 2.0], (0.0, 0.0)),
        (ops.exponential, [0.0, 2.0], (0.0, 0.0)),
        (ops.exponential, [0.0, 0.5], (0.0, 0.0)),
        (ops.minimum, [2.0, 1.0], (0.0, 1.0)),
        (ops.maximum, [4.0, 1.0, 4.0, 4.0], (1 / 3, 0.0, 1 / 3, 1 / 3)),
        (ops.elu, [0.0], (1.0,)),
    ],
)
def test_slopes_at_kinks_are_the_documented_conventions(op, inputs, slopes):
    assert op.partials(op.forward(*inputs), *inputs) == slopes


def test_erf_and_gelu_have_the_printed_values_of_the_normal_distribution():
    """Abramowitz and Stegun, tables 7.1 and 26.1: erf(0.5), its slope 2/√π exp(-1/4), Φ(1) and the density at 1."""
    assert ops.erf(0.5) == pytest.approx(0.5204998778, abs=1e-10)
    assert ops.erf.partials(ops.erf(0.5), 0.5)[0] == pytest.approx(0.8787825789, abs=1e-10)
    assert ops.gelu(1.0) == pytest.approx(0.841344746068543, abs=1e-15)
    assert ops.gelu.partials(ops.gelu(1.0), 1.0)[0] == pytest.approx(0.841344746068543 + 0.241970724519143, abs=1e-15)
    assert ops.gelu(-20.0) == pytest.approx(-20 * 2.753624118606234e-89, rel=1e-12)  # Φ(-20), table 26.2


@pytest.mark.parametrize(
    "op", [ops.relu, ops.absolute, ops.softplus, ops.tanh, ops.sigmoid, ops.elu, ops.silu, ops.gelu], ids=str
)
def test_the_slope_at_nan_is_nan(op):
    assert math.isnan(op.partials(nan, nan)[0])


def test_the_slope_of_leaky_relu_at_nan_is_nan():
    assert math.isnan(ops.leaky_relu.partials(nan, nan, 0.1)[0])


@pytest.mark.parametrize("op", [ops.maximum, ops.minimum], ids=str)
def test_both_slopes_of_max_and_min_are_nan_where_an_input_is(op):
    assert all(map(math.isnan, op.partials(nan, nan, 1.0)))


@pytest.mark.parametrize(
    ("op", "x", "out"),
    [
        (ops.sigmoid, -1000.0, 0.0),
        (ops.sigmoid, 1000.0, 1.0),
        (ops.softplus, 1000.0, 1000.0),
        (ops.softplus, -1000.0, 0.0),
        (ops.tanh, 1000.0, 1.0),
        (ops.tanh, -1000.0, -1.0),
        (ops.tanh, inf, 1.0),
        (ops.relu, inf, inf),
    ],
)
def test_extreme_inputs_have_their_limits(op, x, out):
    assert op(x) == out


def test_a_total_is_correctly_rounded():
    assert ops.total(*[0.1] * 10) == 1.0
    assert ops.total(1e308, 1e308, -1e308) == ops.total(1e308, -1e308, 1e308) == 1e308
    assert ops.total(inf, 1e308, 1e308) == inf
    assert ops.dot(1e308, 1e308, 1.0, 1.0, -1e308) == 1e308


def test_log_sum_exp_is_stable():
    assert ops.logsumexp(1000.0, 1000.0) == 1000.0 + math.log(2)
    assert ops.logsumexp(-1000.0, -1000.0) == -1000.0 + math.log(2)
    assert ops.logsumexp(-inf, 1.0) == 1.0 and math.isnan(ops.logsumexp(nan, 1.0, inf))


def test_an_operation_is_written_as_a_person_writes_it():
    assert ops.add.written("a", "b") == "a + b"
    assert ops.negate.written("a") == "-a"
    assert ops.absolute.written("a") == "|a|"
    assert ops.leaky_relu.written("z", "0.01") == "leaky_relu(z, 0.01)"


def test_an_operation_of_ones_own_takes_one_block():
    def cube_partials(out, x):
        return (3 * x * x,)

    cube = Op("cube", lambda x: x * x * x, cube_partials)
    x = Value(2.0)
    y = cube(x)
    y.backward()
    assert (y.data, x.grad, cube(2.0)) == (8.0, 12.0, 8.0)
    assert repr(cube) == "Op('cube')"


@pytest.mark.parametrize(
    ("op", "message"),
    [
        (Op("bad", lambda x: "8", lambda out, x: (1.0,)), "bad must give a real number, not str"),
        (Op("bad", lambda x: 1j, lambda out, x: (1.0,)), "bad must give a real number, not complex"),
        (Op("bad", lambda x: x, lambda out, x: 1.0), "a tuple of 1, one for each input, not 1.0"),
        (Op("bad", lambda x: x, lambda out, x: (1.0, 2.0)), "a tuple of 1, one for each input"),
        (Op("bad", lambda x: x, lambda out, x: ("a",)), "must be numbers, not"),
        (Op("bad", lambda x: x, lambda out, x: (None,)), "must be numbers, not"),
    ],
)
def test_an_operation_that_breaks_the_contract_is_named(op, message):
    with pytest.raises(TypeError, match=message):
        op(Value(2.0))


def test_an_operation_that_gives_an_int_makes_a_float():
    step = Op("step", lambda x: 1 if x > 0 else 0, lambda out, x: (0.0,))
    assert type(step(Value(3.0)).data) is float


def test_every_unary_operation_is_sorted_into_the_strategies():
    assert {*UNARY, *MANY} < set(OPERATIONS)
    assert not set(LEAVES) & set(OPERATIONS)
