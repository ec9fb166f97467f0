"""Recording: what a Value accepts, remembers, refuses and shows."""

import contextlib
import gc
import math
import operator
import signal
import sys
import threading
from collections import deque
from decimal import Decimal
from fractions import Fraction
from math import inf, nan

import pytest
from hypothesis import given

from micrograd_nn import Op, Value, collector, contexts, dot, grad, no_grad, ops, parameter, total
from micrograd_nn.value import constant
from tests.strategies import anything


@pytest.mark.parametrize("number", [True, 3, 2.5, Fraction(1, 2)])
def test_data_is_always_a_float(number):
    v = Value(1.0)
    v.data = number
    for data in (Value(number).data, v.data, (v + number).data):
        assert type(data) is float
    assert Value(number).data == number


def test_numpy_scalars_become_floats_and_arrays_leave_values_alone():
    np = pytest.importorskip("numpy")
    assert type(Value(np.float32(0.5)).data) is float
    assert (np.float64(2.0) * Value(3.0)).data == 6.0
    for expression in (lambda: np.array([1.0, 2.0]) * Value(3.0), lambda: Value(3.0) + np.array([1.0])):
        with pytest.raises(TypeError):
            expression()


@pytest.mark.parametrize("data", ["2", 1j, None, [1.0], Decimal(1), Value(1.0)])
def test_what_is_not_a_real_number_is_refused_by_the_name_of_its_type(data):
    name = type(data).__name__
    with pytest.raises(TypeError, match=name):
        Value(data)
    with pytest.raises(TypeError, match=name):
        Value(1.0).data = data
    if not isinstance(data, Value):
        with pytest.raises(TypeError, match=name):
            Value(1.0) + data
        with pytest.raises(TypeError, match=name):
            data - Value(1.0)
    if not isinstance(data, Value | Decimal):
        with pytest.raises(TypeError):
            ops.tanh(data)


def test_an_int_beyond_the_floats_is_refused():
    with pytest.raises(OverflowError):
        Value(10**400)


@pytest.mark.parametrize("turn", [float, math.exp, int, complex])
def test_turning_a_value_into_a_float_says_what_to_do_instead(turn):
    with pytest.raises(TypeError, match=r"^a Value does not turn into a float .*v\.exp\(\).*v\.data to leave it$"):
        turn(Value(1.0))


def test_a_misspelt_attribute_is_an_error():
    with pytest.raises(AttributeError):
        Value(1.0).gard = 2.0


@given(anything, anything)
def test_arithmetic_is_pythons_own_where_that_is_finite(x, y):
    for operation in (operator.add, operator.sub, operator.mul, operator.truediv):
        try:
            expected = operation(x, y)
        except ZeroDivisionError:
            continue
        if math.isfinite(expected):
            assert operation(Value(x), y).data == operation(x, Value(y)).data == expected


def test_both_sides_take_numbers():
    v = Value(4.0)
    assert [(v + 1).data, (1 + v).data, (v - 1).data, (1 - v).data] == [5.0, 5.0, 3.0, -3.0]
    assert [(v * 2).data, (2 * v).data, (v / 2).data, (2 / v).data] == [8.0, 8.0, 2.0, 0.5]
    assert [(v**2).data, (2**v).data, (v ** Value(0.5)).data] == [16.0, 16.0, 2.0]
    assert [(-v).data, (+v).data, abs(-v).data] == [-4.0, 4.0, 4.0]


def test_division_is_true_division():
    assert (Value(49.0) / 49).data == 1.0


def test_subtraction_and_division_are_operations_of_their_own():
    a, b = Value(1.0), Value(2.0)
    assert ((a - b).op, (a / b).op) == (ops.subtract, ops.divide)


def test_inputs_keep_their_order_and_their_repeats():
    a, b = Value(1.0), Value(2.0)
    assert (b - a).inputs == (b, a)
    assert (a + a).inputs == (a, a)
    assert dot([a, b], [b, b], a).inputs == (a, b, b, b, a)


def test_local_derivatives_are_those_of_the_forward_pass():
    a, b = Value(2.0), Value(-3.0)
    c = a * b
    a.data = 100.0
    assert c.local_derivatives == (-3.0, 2.0)
    c.backward()
    assert b.grad == 2.0


def test_comparisons_are_of_data_and_equality_is_identity():
    a, b = Value(1.0), Value(2.0)
    assert a < b and a <= 1 and b > 1.5 and b >= b and not a > b
    assert max(a, b) is b and sorted([b, a]) == [a, b]
    assert a == a and a != Value(1.0)
    assert bool(a) and not Value(0.0)
    with pytest.raises(TypeError):
        assert a < "2"


@pytest.mark.parametrize(
    ("expression", "kind", "message"),
    [
        (lambda: Value(-1.0, "p").log(), ValueError, r"log is undefined at x = -1.0 \(node 'p'\)"),
        (lambda: Value(0.0).log(), ValueError, "log is undefined at x = 0.0"),
        (lambda: Value(-1.0).sqrt(), ValueError, "sqrt is undefined at x = -1.0"),
        (lambda: Value(1.0) / Value(0.0, "q"), ZeroDivisionError, r"/ is undefined at x = 1.0, y = 0.0 \(node 'q'\)"),
        (lambda: Value(-8.0) ** (1 / 3), ValueError, r"\*\* is undefined at x = -8.0"),
        (lambda: Value(0.0) ** -1, ValueError, r"\*\* is undefined"),
        (lambda: Value(-2.0) ** Value(0.5), ValueError, r"\*\* is undefined at x = -2.0, y = 0.5"),
        (lambda: Value(1000.0, "z").exp(), OverflowError, r"exp overflows at x = 1000.0 \(node 'z'\)"),
        (lambda: Value(1e308) + 1e308, OverflowError, r"\+ overflows at x = 1e\+308, y = 1e\+308"),
        (lambda: Value(1e200) * 1e200, OverflowError, r"\* overflows"),
        (lambda: Value(1e200) ** 2, OverflowError, r"\*\* overflows"),
        (lambda: 1 / Value(1e-320), OverflowError, "/ overflows"),
        (lambda: total([1e308] * 9 + [Value(1e308)]), OverflowError, r"total overflows at x1 = .*\(10 inputs\)"),
        (lambda: dot([Value(1e200)], [1e200]), OverflowError, "dot overflows at x1 = 1e"),
    ],
)
def test_undefined_mathematics_raises_where_the_node_would_be_made(expression, kind, message):
    with pytest.raises(kind, match=message):
        expression()


def test_x_to_the_0_at_0_is_1_with_slope_0():
    x = Value(0.0)
    y = x**0
    y.backward()
    assert (y.data, x.grad) == (1.0, 0.0)


def test_an_operation_of_ones_own_that_makes_nan_of_finite_numbers_is_undefined_there():
    with pytest.raises(ValueError, match=r"lost is undefined at x = 2\.0"):
        Op("lost", lambda x: nan, lambda out, x: (1.0,))(Value(2.0))


def test_the_slope_of_x_to_the_y_in_x_is_0_where_both_are_0():
    x, y = Value(0.0), Value(0.0)
    assert grad(x**y, x) == 0.0


def test_the_slopes_of_x_to_the_1_at_0_are_1_and_0():
    x, y = Value(0.0), Value(1.0)
    (x**y).backward()
    assert (x.grad, y.grad) == (1.0, 0.0)


def test_a_new_node_has_no_label_and_no_gradient():
    node = Value(1.0, "a") * Value(2.0, "b")
    assert (node.label, node.grad) == ("", 0.0)
    assert ops.tanh(node).label == ""


def test_an_operation_of_ones_own_says_why_it_refuses():
    def clamp(x):
        raise ValueError("low must be below high")

    with pytest.raises(ValueError, match=r"clamp is undefined at x = 1\.0: low must be below high"):
        Op("clamp", clamp, lambda out, x: (1.0,))(Value(1.0))


def test_leaky_relu_leaks_a_hundredth_unless_told_otherwise():
    assert Value(-1.0).leaky_relu().data == -0.01
    assert Value(-1.0).leaky_relu(0.5).data == -0.5


def test_nan_and_infinity_that_someone_put_in_are_passed_on():
    powers = (Value(nan) ** 0, 1 ** Value(nan))
    for v in (*powers, Value(nan).relu(), Value(inf) - inf, Value(inf).sin(), Value(nan).log()):
        assert math.isnan(v.data)
    assert (Value(inf) * 2).data == inf and (1 / Value(-inf)).data == 0.0


def test_nothing_is_recorded_inside_no_grad():
    x = Value(3.0, label="x")
    with no_grad():
        y = (x * x + 1).tanh()
        with no_grad():
            pass
        z = x * x
    assert y.inputs == z.inputs == () and z.op is None and z.data == 9.0
    assert (x * x).inputs == (x, x)


def test_no_grad_holds_for_its_own_thread_only():
    entered, recorded = threading.Event(), threading.Event()
    inputs = []

    def elsewhere():
        entered.wait(10)
        inputs.append((Value(1.0) + Value(2.0)).inputs)
        recorded.set()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    with no_grad():
        entered.set()
        recorded.wait(10)
    thread.join()
    assert len(inputs[0]) == 2


def test_no_grad_contexts_may_end_in_any_order():
    def context():
        with no_grad():
            yield

    first, second = context(), context()
    next(first), next(second)
    first.close()
    assert not (Value(1.0) + 1).inputs
    second.close()
    assert (Value(1.0) + 1).inputs


def test_recording_resumes_after_an_error_inside_no_grad():
    with pytest.raises(ZeroDivisionError), no_grad():
        Value(1.0) / 0
    assert (Value(1.0) + 1).inputs


def test_repeated_ctrl_c_leaves_recording_on_and_the_collector_running(monkeypatch):
    """A timer interrupts every 50 µs, wherever the contexts' own code is at work; what stays off would show.

    A generator that is freed may be interrupted too. pytest would note that with code of contextlib, and be interrupted
    itself: here nothing is noted, by a call into C.
    """
    monkeypatch.setattr(sys, "unraisablehook", deque(maxlen=0).append)
    own = (contexts.__file__, collector.__file__, contextlib.__file__)
    interrupted = 0

    def interrupt(number, frame):
        if frame.f_code.co_filename in own:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for turn in range(1000):
            signal.setitimer(signal.ITIMER_REAL, 0.0001 + turn * 1e-7, 0.00005)
            try:
                for _ in range(100):
                    with no_grad(), collector.collector_paused():
                        pass
            except KeyboardInterrupt:
                interrupted += 1
            signal.setitimer(signal.ITIMER_REAL, 0)
            assert (Value(1.0) + 1).inputs and gc.isenabled() and contexts.in_use == []
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert interrupted > 100


def test_a_repr_is_one_line_and_tells_a_gradient_of_0_from_none():
    a = Value(2.0, label="two\nlines")
    assert repr(a) == r"Value(data=2.0, label='two\nlines')"
    b = a * 0
    b.backward()
    assert repr(b) == "Value(data=0.0, grad=1.0, op='*')"
    assert repr(a) == r"Value(data=2.0, grad=0.0, label='two\nlines')"
    assert Value(1.0).grad == 0.0


def test_a_repr_does_not_grow_with_the_graph():
    v = Value(1.0)
    for _ in range(2000):
        v = v + v * 0
    assert len(repr(v)) < 80


def test_a_dot_is_the_weighted_sum_and_total_the_sum():
    assert dot([1, 2], [3, Value(4.0)], 0.5).data == 11.5
    assert total(Value(float(i)) for i in range(5)).data == 10.0
    assert total([]).data == 0.0 and total([]).op is ops.constant
    assert dot([], [], 2.0).data == 2.0 and dot([1.0], [3.0]).data == 3.0


def test_dot_needs_an_input_for_each_weight():
    with pytest.raises(ValueError, match="got 2 weights, 1 inputs"):
        dot([1.0, 2.0], [Value(3.0)])


def test_the_three_powers_are_rows_of_their_own():
    x = Value(2.0)
    assert [(x**3).op, (3**x).op, (x**x).op] == [ops.power, ops.exponential, ops.raise_to]


def test_an_undefined_slope_in_a_constant_is_nobodys_problem():
    x = Value(-3.0)
    y = x ** constant(2.0)
    assert y.op is ops.raise_to and math.isnan(y.local_derivatives[1])
    y.backward()
    assert x.grad == -6.0


def test_a_parameter_and_a_constant_are_told_apart_by_where_they_come_from():
    assert parameter(1.0, "w").op is ops.parameter
    assert (parameter(1.0, "w").label, parameter(1.0).label) == ("w", "")
    assert (Value(1.0) + 2).inputs[1].op is ops.constant
    assert Value(1.0).op is None
