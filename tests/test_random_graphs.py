"""Random expression graphs over the whole table, against four independent ways to a derivative."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from micrograd_nn import Value, check_gradients, grad, ops
from micrograd_nn.graph import topological_order
from tests.dual import Dual
from tests.strategies import Program, exact_programs, programs

TWICE = [
    *(ops.add, ops.multiply, ops.divide, ops.raise_to, ops.dot, ops.total),
    *(ops.exp, ops.log, ops.sqrt, ops.sin, ops.cos, ops.atan, ops.tanh, ops.sigmoid, ops.softplus),
]


def leaves(points):
    return [Value(x, label=f"x{i}") for i, x in enumerate(points)]


def gradients(program: Program) -> tuple[list[Value], Value]:
    inputs = leaves(program.points)
    output = program(*inputs)
    output.backward()
    return inputs, output


def assert_measured(program: Program) -> None:
    """The gradients agree with finite differences, as far as there are any at these points."""
    assume(not is_at_a_kink(program(*leaves(program.points))))
    check_gradients(program, *program.points)  # raises where one differs


def is_at_a_kink(output: Value) -> bool:
    """Whether a node sits on its kink: two of them can cancel, as in min(x, |x|), and conventions then show."""
    at = {op: lambda *xs: len(set(xs)) < len(xs) for op in (ops.maximum, ops.minimum)}
    at |= {ops.absolute: lambda x: x == 0, ops.relu: lambda x: x == 0, ops.leaky_relu: lambda x, slope: x == 0}
    at |= {ops.elu: lambda x: x == 0}
    nodes = [node for node in topological_order(output) if node.op in at]
    return any(at[node.op](*[x.data for x in node.inputs]) for node in nodes)


def assert_close(computed: float, expected: float, tolerance: float = 1e-9) -> None:
    assert math.isclose(computed, expected, rel_tol=tolerance, abs_tol=tolerance), (computed, expected)


X_MINUS_LOG1P_X = Program([0.0], [(ops.log1p, [0]), (ops.subtract, [0, 1])])
A_SUM_THAT_CANCELS = Program([-1.062, 0.25, 1.0], [(ops.dot, [1, 2, 1, 0, 2])])
A_LOGSUMEXP_NEAR_0 = Program([-1.875, -0.375], [(ops.logsumexp, [0, 0, 1])])
X_TO_A_POWER_AT_0 = Program([1.5, 0.0], [(ops.raise_to, [1, 0])])


@example(X_MINUS_LOG1P_X)  # cancellation hides in its terms: the difference quotient's error was underestimated
@example(A_SUM_THAT_CANCELS)  # within one node, whose products are rounded too
@example(A_LOGSUMEXP_NEAR_0)  # its largest input and the logarithm cancel, and were rounded before
@example(X_TO_A_POWER_AT_0)  # not defined on one side
@given(programs())
def test_first_derivatives_agree_with_finite_differences(program):
    assert_measured(program)


X_TO_THE_X = Program([0.125], [(ops.raise_to, [0, 0])])
X_TO_THE_Y_AT_1_0 = Program([1.0, 0.0], [(ops.raise_to, [0, 1])])


@example(X_TO_THE_X)  # a step of the difference quotient meets 0, where a second derivative is not finite
@example(X_TO_THE_Y_AT_1_0)  # the slope in x is 0 there, but not flat in y
@given(programs(TWICE, most=5))
def test_second_derivatives_agree_with_finite_differences(program):
    def slope(*inputs):
        return grad(program(*inputs), inputs[0], create_graph=True)

    try:
        check_gradients(slope, *program.points)  # raises where one differs
    except (ArithmeticError, ValueError):  # a second derivative may be undefined where the first is not
        assume(False)


@given(programs())
def test_gradients_agree_with_forward_mode(program):
    inputs, output = gradients(program)
    for i, x in enumerate(inputs):
        moving = [Dual(point, 1.0 if k == i else 0.0) for k, point in enumerate(program.points)]
        found = program(*moving)
        assert found.data == output.data
        scale = max(1.0, abs(found.speed))
        assert_close(x.grad / scale, found.speed / scale)


@given(exact_programs())
def test_arithmetic_and_its_gradients_are_exactly_those_of_fractions(program):
    inputs, output = gradients(program)
    for i, x in enumerate(inputs):
        moving = [Dual(Fraction(point), Fraction(k == i)) for k, point in enumerate(program.points)]
        found = program(*moving)
        assert Fraction(output.data) == found.data
        assert Fraction(x.grad) == found.speed


@given(st.integers(-6, 6), st.integers(0, 6))
def test_integer_powers_and_their_slopes_are_exact(x, n):
    v = Value(x)
    y = v**n
    y.backward()
    assert (y.data, v.grad) == (x**n, n * x ** (n - 1) if n else 0)


@given(programs())
def test_a_graph_of_gradients_has_the_same_gradients(program):
    inputs, output = gradients(program)
    try:
        found = grad(output, inputs, create_graph=True)
    except (ArithmeticError, ValueError):  # a slope in a constant may be undefined, and is then not asked for here
        return
    for x, g in zip(inputs, found):
        assert_close(g.data, x.grad, 1e-12)


@given(programs())
def test_the_order_puts_every_node_before_its_inputs(program):
    _, output = gradients(program)
    place = {node: i for i, node in enumerate(topological_order(output))}
    assert all(place[node] < place[x] for node in place for x in node.inputs)


@given(programs(), st.integers(1, 3))
def test_backward_again_multiplies_the_leaves_and_leaves_the_rest(program, times):
    inputs, output = gradients(program)
    once = [x.grad for x in inputs]
    for _ in range(times):
        output.backward()
    if output not in inputs:
        assert output.grad == 1.0
    for x, first in zip(inputs, once):
        assert_close(x.grad, first * (times + 1), 1e-12)


@pytest.mark.search
@settings(max_examples=20_000)
@given(programs(most=16))
def test_first_derivatives_in_a_longer_search(program):
    assert_measured(program)


@pytest.mark.search
@settings(max_examples=10_000)
@given(programs(TWICE, most=8))
def test_second_derivatives_in_a_longer_search(program):
    test_second_derivatives_agree_with_finite_differences.hypothesis.inner_test(program)


@pytest.mark.search
@settings(max_examples=20_000)
@given(programs(most=16))
def test_forward_mode_in_a_longer_search(program):
    inputs, _ = gradients(program)
    for i, x in enumerate(inputs):
        found = program(*[Dual(point, 1.0 if k == i else 0.0) for k, point in enumerate(program.points)])
        scale = max(1.0, abs(found.speed))
        assert_close(x.grad / scale, found.speed / scale)
