"""check_gradients: what it accepts, what it catches, and what it says."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import GradientMismatchError, Op, check_gradients, grad, ops


def verdicts(function, *points):
    return [check.verdict for check in check_gradients(function, *points)]


def test_every_input_is_checked_and_named():
    checks = check_gradients(lambda x, y: x * y + y.sin(), 2.0, 0.5)
    assert [(c.name, c.verdict) for c in checks] == [("x1", "agrees"), ("x2", "agrees")]
    assert checks[1].computed == 2.0 + math.cos(0.5)


@pytest.mark.parametrize("x", [1e8, 1e-8, 1e150, -1e-150, 3.0])
def test_the_step_suits_the_points_size(x):
    (check,) = check_gradients(lambda v: v**2, x)
    assert check.verdict == "agrees"
    assert check.expected == pytest.approx(2 * x, rel=1e-9)


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda v: v.log(), 1e-9),
        (lambda v: v.sqrt(), 1e-300),
        (lambda v: v.exp(), 700.0),
        (lambda v: (1000 * v).sin(), 1.0),
        (lambda v: v.sin() + 1, 1e-9),
        (lambda v: v * 0 + 3, 2.0),
    ],
)
def test_narrow_and_steep_functions_can_be_measured(function, x):
    assert verdicts(function, x) == ["agrees"]


@given(st.floats(-3, 3), st.floats(-30, 30).filter(lambda x: abs(x) > 1e-3), st.sampled_from([1e-3, 1e-5, 1e-6]))
def test_a_derivative_that_is_a_millionth_off_is_caught(x, scale, off):
    wrong = Op("wrong", math.exp, lambda out, x: (out * (1 + off),))
    with pytest.raises(GradientMismatchError, match=r"x1 = .*computed .*expected .*differs"):
        check_gradients(lambda v: wrong(v) * scale, x)


def test_the_error_names_each_input_that_differs_and_holds_all_checks():
    wrong = Op("wrong", lambda x, y: x * y, lambda out, x, y: (y, -x))
    with pytest.raises(GradientMismatchError) as caught:
        check_gradients(wrong, 2.0, 3.0)
    assert "x2 = 3: computed -2, expected 2" in str(caught.value)
    assert "x1" not in str(caught.value)
    assert [c.verdict for c in caught.value.checks] == ["agrees", "differs"]
    assert isinstance(caught.value, AssertionError)


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda v: v.relu(), 0.0),
        (lambda v: (v - 5).relu(), 5 + 1e-9),
        (lambda v: v.relu() + v.sin() * 3, 0.0),
        (lambda v: v.leaky_relu(), 0.0),
    ],
)
def test_a_kink_is_called_a_kink(function, x):
    assert verdicts(function, x) == ["kink within the step"]


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda v: 1 / (1 - v), 0.9999999999),
        (lambda v: 1 / (1 - v), 0.99999),
        (lambda v: v.sin(), 1e10),
        (lambda v: (v * 1e4).sin(), 100.0),
        (lambda v: (-((v - 5) ** 2) * 1e8).exp(), 5.0001),
        (lambda v: v.tan(), 1.5707),
    ],
)
def test_what_a_large_step_jumps_over_is_seen_by_a_small_one(function, x):
    assert verdicts(function, x)[0] in ("agrees", "cannot be measured")


def test_a_kink_is_called_one_even_where_the_central_difference_agrees():
    assert verdicts(abs, 0.0) == ["kink within the step"]
    assert verdicts(ops.maximum, 2.0, 2.0) == ["kink within the step"] * 2


def test_a_nan_cannot_be_measured():
    assert verdicts(lambda v, w: v * w, math.nan, 1.0) == ["cannot be measured"] * 2


def test_slopes_that_constants_alone_have_do_not_matter():
    assert verdicts(lambda v: grad(v**3, v, create_graph=True), -3.0) == ["agrees"]


def test_a_gradient_outside_the_slopes_of_a_kink_differs():
    wrong = Op("wrong", lambda x: max(x, 0.0), lambda out, x: (2.0,))
    with pytest.raises(GradientMismatchError):
        check_gradients(wrong, 0.0)


def test_noise_is_not_taken_for_a_kink():
    with pytest.raises(GradientMismatchError):
        check_gradients(lambda v: (v.exp() - 1) / v, 1e-5)  # cancellation: the gradient itself is 2e-6 off


def test_a_point_at_the_edge_of_the_domain_cannot_be_measured():
    (check,) = check_gradients(lambda v: v**1.5, 0.0)
    assert check.verdict == "cannot be measured"
    assert math.isinf(check.error)


@pytest.mark.parametrize(("offset", "slope", "wrong"), [(1e12, 1e-3, -5e-3), (1e15, 1.0, -7.0)])
def test_a_wrong_gradient_that_rounding_hides_is_not_called_right(offset, slope, wrong):
    function = Op("function", lambda x: offset + slope * x, lambda out, x: (wrong,))
    assert verdicts(function, 1.0) == ["cannot be measured"]


def test_a_slope_of_nearly_0_beside_a_steep_curve_agrees():
    assert verdicts(lambda v: v.sin(), math.pi / 2) == ["agrees"]


def test_a_function_must_return_a_value():
    with pytest.raises(TypeError, match="must return a Value, not float"):
        check_gradients(lambda v: v.data, 1.0)


def test_a_check_reads_as_a_sentence():
    (check,) = check_gradients(lambda v: v * 3, 2.0)
    assert str(check).startswith("x1 = 2: computed 3, expected 3 ± ")
    assert str(check).endswith(": agrees")


def test_gradients_of_gradients_can_be_checked():
    assert verdicts(lambda v: grad(v.sin() * v, v, create_graph=True), 0.7) == ["agrees"]
