"""Backward: what lands in grad, when, and what happens when something goes wrong on the way."""

import contextlib
import gc
import math
import signal
import sys
import threading
from math import inf, nan

import pytest

from micrograd_nn import Op, Value, backward, grad, no_grad, ops, total
from micrograd_nn.backward import one_at_a_time
from micrograd_nn.graph import NOT_COMPUTED


def test_a_second_backward_doubles_leaves_only():
    x = Value(3.0)
    y = x * x
    z = y * 2
    z.backward()
    z.backward()
    assert (x.grad, y.grad, z.grad) == (24.0, 2.0, 1.0)


def test_two_losses_over_shared_nodes_add_up_in_the_leaves():
    x = Value(3.0)
    shared = x * x
    (shared * 2).backward()
    (shared * 5).backward()
    assert (x.grad, shared.grad) == (42.0, 5.0)


def test_backward_on_a_middle_node_and_then_on_the_root():
    x = Value(3.0)
    middle = x * x
    root = middle * 10
    middle.backward()
    root.backward()
    assert x.grad == 6.0 + 60.0


def test_backward_on_a_leaf_adds_one():
    x = Value(3.0)
    x.backward()
    x.backward()
    assert x.grad == 2.0


def test_a_gradient_not_computed_is_told_from_a_gradient_of_0():
    x, y = Value(3.0), Value(1.0)
    (x * 0).backward()
    assert x.grad == 0.0 and x.grad is not NOT_COMPUTED
    assert y.grad == 0.0 and y.grad is NOT_COMPUTED


def test_reuse_adds_contributions():
    a = Value(1.0)
    b = a + a
    c = b + b
    c.backward()
    assert (a.grad, b.grad) == (4.0, 2.0)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (lambda x: x.sqrt(), r"sqrt has no finite derivative in x \(node 'p'\) at x = 0.0 \(node 'p'\)"),
        (lambda x: x**0.5, r"\*\* has no finite derivative in x \(node 'p'\) at x = 0.0"),
        (lambda x: Value(0.0) ** x, r"\*\* has no finite derivative in y \(node 'p'\) at x = 0.0"),
        (lambda x: x.sqrt().relu(), "sqrt has no finite derivative"),
    ],
)
def test_an_infinite_slope_that_is_needed_raises_before_any_gradient_changes(expression, message):
    x, w = Value(0.0, label="p"), Value(2.0)
    (w * w).backward()
    output = expression(x) + w * 3
    with pytest.raises(ValueError, match=message):
        output.backward()
    assert x.grad is NOT_COMPUTED and w.grad == 4.0
    assert output.grad is NOT_COMPUTED


def test_an_infinite_slope_that_nobody_asks_for_is_no_error():
    x, w = Value(0.0), Value(2.0)
    assert grad(x.sqrt() + w * 3, w) == 3.0


def test_a_product_of_derivatives_beyond_the_floats_raises():
    x = Value(1e-300, label="x")
    y = (x * 1e300) * 1e300
    with pytest.raises(OverflowError, match="the gradient of node 'x' overflows: the product"):
        y.backward()
    assert x.grad is NOT_COMPUTED


def test_a_nan_that_someone_put_in_comes_out_as_a_nan_gradient():
    x, y = Value(nan), Value(inf)
    (x.relu() + y * y).backward()
    assert math.isnan(x.grad) and y.grad == inf


class Interruption(BaseException):
    """Ctrl-C, at a chosen line."""


def test_backward_is_all_or_nothing_wherever_it_is_interrupted():
    """A trace function raises at the 1st, 2nd, 3rd … line that backward runs, until it runs through."""

    def run_until(line: int) -> bool:
        ran = 0

        def trace(frame, event, argument):
            nonlocal ran
            if frame.f_code.co_filename != backward.__file__:
                return None
            if event == "line":
                ran += 1
                if ran == line:
                    raise Interruption
            return trace

        sys.settrace(trace)
        try:
            output.backward()
        except Interruption:
            return False
        finally:
            sys.settrace(None)
        return True

    a, b = Value(2.0), Value(3.0)
    c = a * b
    output = c * c + a
    output.backward()
    before = [v.grad for v in (a, b, c, output)]
    doubled = [2 * before[0], 2 * before[1], before[2], before[3]]
    for line in range(1, 10_000):
        a.grad, b.grad = before[:2]
        finished = run_until(line)
        while one_at_a_time._is_owned():  # this tracer also raises where `with` is about to let go of its lock
            one_at_a_time.release()
        after = [v.grad for v in (a, b, c, output)]
        if finished:
            break
        assert after in (before, doubled)  # doubled only on the very last line, when all is done
    assert finished
    assert after == doubled
    assert line > 50


def test_repeated_ctrl_c_leaves_no_gradient_half_written():
    """A timer interrupts each backward every 50 µs; in 200 rounds a torn rollback would show."""
    leaves = [Value(1.0) for _ in range(2000)]
    output = total([x * x for x in leaves])
    for x in leaves:
        x.grad = 5.0
    interrupted = 0

    def interrupt(number, frame):
        if frame.f_code.co_filename == backward.__file__:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for turn in range(200):
            signal.setitimer(signal.ITIMER_REAL, 0.0001 + turn * 1e-5, 0.00005)
            try:
                output.backward()
            except KeyboardInterrupt:
                interrupted += 1
            signal.setitimer(signal.ITIMER_REAL, 0)
            (gradient,) = {x.grad for x in leaves}
            assert gradient in (5.0 + 2.0 * k for k in range(201))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert interrupted > 20


def test_a_gradient_of_none_counts_as_0():
    x = Value(3.0)
    x.grad = None
    (x * x).backward()
    assert x.grad == 6.0


def test_gradients_that_add_up_beyond_the_floats_raise():
    x = Value(1.0, label="x")
    y = x * 1e308
    y.backward()
    with pytest.raises(OverflowError, match="the gradient of node 'x' overflows"):
        y.backward()
    assert x.grad == 1e308


def test_the_derivative_that_is_to_blame_is_the_one_that_was_needed():
    x, w = Value(0.0, "x"), Value(1e-300, "w")
    with pytest.raises(OverflowError, match="overflows"):
        grad(x.sqrt() + (w * 1e300) * 1e300, w)
    v = Value(-3.0)
    slope = grad(v**3, v, create_graph=True)
    with pytest.raises(ValueError, match="sqrt has no finite derivative"):
        (slope + x.sqrt()).backward()


def test_the_derivative_that_is_to_blame_names_the_node_it_makes():
    y = Value(0.0, "x").sqrt()
    y.label = "root"
    with pytest.raises(ValueError, match=r"sqrt \(node 'root'\) has no finite derivative"):
        y.backward()


def test_second_derivatives_need_only_what_leads_to_the_input():
    x, w = Value(0.0), Value(2.0)
    assert grad(x.sqrt() + w * w, w, create_graph=True).data == 4.0


def test_the_slope_in_y_of_0_to_the_y_does_not_need_the_one_in_x():
    x, y = Value(0.0), Value(0.5)
    assert grad(x**y, y) == 0.0


def test_a_failed_backward_leaves_no_cycles_behind():
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(20):
            x = Value(0.0)
            output = x.sqrt() + total([x * i for i in range(100)])
            with contextlib.suppress(ValueError):
                output.backward()
        del x, output
        assert len(gc.get_objects()) - before < 50
    finally:
        gc.enable()


def test_grad_touches_no_grad():
    x = Value(3.0)
    y = x * x
    y.backward()
    assert grad(y * 7, x) == 42.0
    assert (x.grad, y.grad) == (6.0, 1.0)


def test_grad_takes_several_inputs_and_nodes_in_the_middle():
    x, y, elsewhere = Value(3.0), Value(4.0), Value(5.0)
    middle = x * y
    output = middle * middle
    assert grad(output, [x, middle, y, elsewhere, output]) == [96.0, 24.0, 72.0, 0.0, 1.0]


def test_grad_refuses_what_is_not_a_value():
    x = Value(3.0)
    with pytest.raises(TypeError, match="Values, not float"):
        grad(x * x, [x, 3.0])


def test_a_graph_of_gradients_gives_derivatives_of_any_order():
    x = Value(3.0)
    derivative, found = x * x * x, []
    for _ in range(4):
        derivative = grad(derivative, x, create_graph=True)
        found.append(derivative.data)
    assert found == [27.0, 18.0, 6.0, 0.0]


def test_a_graph_of_gradients_records_no_sums_with_nothing():
    x = Value(3.0)
    slope = grad(x * x, x, create_graph=True)
    assert slope.op is ops.add
    assert [node.op for node in slope.inputs] == [ops.multiply, ops.multiply]


def test_a_gradient_with_a_graph_of_what_was_not_used_is_0():
    x, y = Value(3.0), Value(4.0)
    assert grad(x * x, y, create_graph=True).data == 0.0


def test_second_derivatives_refuse_data_that_changed_since_the_forward_pass():
    x = Value(3.0, label="x")
    y = x * x
    x.data = 5.0
    with pytest.raises(ValueError, match=r"data has changed since \* was recorded"):
        grad(y, x, create_graph=True)
    assert x.grad is NOT_COMPUTED and y.grad is NOT_COMPUTED


def test_a_rule_that_leaves_the_graph_is_told_so():
    bad = Op("bad", math.exp, lambda out, x: (math.exp(x),))
    x = Value(1.0)
    assert grad(bad(x), x) == math.e
    with pytest.raises(TypeError, match=r"v\.exp\(\)"):
        grad(bad(x), x, create_graph=True)


def test_a_second_derivative_inside_no_grad_is_a_number_without_a_graph():
    x = Value(3.0)
    y = x * x
    with no_grad():
        assert grad(y, x, create_graph=True).inputs == ()


def test_a_graph_is_freed_by_reference_counting_alone():
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        x = Value(0.5)
        y = total([(x * i).tanh() * x**2 for i in range(200)])
        y.backward()
        grad(y, x, create_graph=True)
        del x, y
        assert len(gc.get_objects()) - before < 20
        assert gc.collect() < 20
    finally:
        gc.enable()


def test_threads_that_share_parameters_do_not_mix_up_their_gradients():
    weights = [Value(float(i)) for i in range(1, 40)]
    found = {}

    def work(scale):
        output = total([w * w * scale for w in weights])
        found[scale] = [grad(output, weights) for _ in range(50)]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work, args=(scale,)) for scale in (1, 2, 3, 4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    for scale, runs in found.items():
        assert runs == [[2 * scale * w.data for w in weights]] * 50
