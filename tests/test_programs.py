"""Compiled programs give what the engine gives: values, gradients, higher orders, on every back end."""

import copy
import math
import pickle
from array import array
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import MLP, Op, Value, compile, grad, layers, losses, ops, value_and_grad
from micrograd_nn.graph import computed_and_leaves
from micrograd_nn.language import probabilities
from micrograd_nn.programs import Batch, OtherBranchError, tracing
from micrograd_nn.programs.native import why_not
from tests.strategies import BINARY, UNARY, programs

BACKENDS = [
    pytest.param("C", marks=pytest.mark.skipif(bool(why_not()), reason=why_not())),
    "Python",
]
ONE_BY_ONE = [*UNARY, *BINARY, ops.maximum, ops.minimum]  # what the engine too adds up from left to right
EVERYWHERE = [ops.negate, ops.absolute, ops.sin, ops.cos, ops.atan, ops.sigmoid, ops.tanh, ops.softplus, ops.relu,
              ops.elu, ops.silu, ops.gelu, ops.erf, ops.add, ops.subtract, ops.multiply, ops.leaky_relu,
              ops.total, ops.dot, ops.logsumexp, ops.maximum, ops.minimum]  # fmt: skip
both = pytest.mark.parametrize("backend", BACKENDS)


@both
@given(program=programs(ONE_BY_ONE))
def test_a_program_gives_the_engines_bits_where_sums_are_added_one_by_one(backend, program):
    leaves = [Value(x) for x in program.points]
    output = program(*leaves)
    expected = grad(output, leaves)
    data, gradients = compile(output, leaves, backend=backend)()
    assert repr(data) == repr(output.data)  # -0.0 == 0.0
    assert repr(gradients) == repr(expected)


@both
@given(program=programs())
def test_a_program_gives_the_engines_numbers(backend, program):
    leaves = [Value(x) for x in program.points]
    output = program(*leaves)
    expected = grad(output, leaves)
    data, gradients = compile(output, leaves, backend=backend)()
    assert data == pytest.approx(output.data, rel=1e-9, abs=1e-9)
    assert gradients == pytest.approx(expected, rel=1e-7, abs=1e-7)


@both
@given(program=programs(ONE_BY_ONE, most=5))
def test_second_derivatives_are_programs_too(backend, program):
    leaves = [Value(x) for x in program.points]
    try:
        slopes = grad(program(*leaves), leaves, create_graph=True)
        expected = [grad(slope, leaves) for slope in slopes]
    except (ArithmeticError, ValueError):
        return
    data, gradients = compile(slopes, leaves, backend=backend)()
    assert data == [slope.data for slope in slopes]
    assert gradients == expected


@both
@given(program=programs(EVERYWHERE, most=6), rows=st.lists(st.tuples(*[st.floats(-2, 2)] * 3), min_size=1, max_size=20))
def test_lanes_give_the_engines_outputs_of_every_row_and_the_mean_of_their_gradients(backend, program, rows):
    n = len(program.points)
    weights = [Value(1.0) for _ in range(n)]
    rows = [row[:n] for row in rows]

    def output(*xs):
        return program(*[w * x for w, x in zip(weights, xs)])

    outputs = [output(*map(Value, row)) for row in rows]
    slopes = [grad(out, weights) for out in outputs]
    found, gradients = compile(output, weights, program.points, backend=backend).lanes(rows)
    assert found == pytest.approx([out.data for out in outputs], rel=1e-12, abs=1e-12)
    expected = [math.fsum(column) / len(rows) for column in zip(*slopes)]
    scale = max(1.0, *[abs(slope) for row in slopes for slope in row])
    assert gradients == pytest.approx(expected, rel=1e-12, abs=1e-12 * scale)


def w_times_x():
    w, x = Value(3.0, label="w"), Value(2.0, label="x")
    return w, x, w * x


@both
def test_a_program_reads_what_the_parameters_hold_when_it_runs(backend):
    w, x, y = w_times_x()
    program = compile(y, [w], [x], backend=backend)
    w.data = -1.0
    assert program([5.0]) == (-5.0, [5.0])


@both
def test_a_list_of_outputs_has_a_list_of_gradients(backend):
    w, x, y = w_times_x()
    program = compile([y, y * y], [w], [x], backend=backend)
    assert program([2.0]) == ([6.0, 36.0], [[2.0], [24.0]])
    assert program.lanes([[2.0], [0.0]]) == ([[6.0, 36.0], [0.0, 0.0]], [[1.0], [12.0]])


@both
def test_an_output_may_be_a_constant_an_input_or_a_parameter(backend):
    w, x, _ = w_times_x()
    program = compile([w, x, Value(7.0)], [w], [x], backend=backend)
    assert program([2.0]) == ([3.0, 2.0, 7.0], [[1.0], [0.0], [0.0]])


@both
def test_compiling_leaves_gradients_and_data_as_they_are(backend):
    w, x, y = w_times_x()
    y.backward()
    compile(y * y, [w], [x], backend=backend)([4.0])
    assert (w.data, w.grad, x.grad, y.data) == (3.0, 2.0, 3.0, 6.0)


@both
def test_a_kink_is_a_choice_for_every_row(backend):
    w = Value(1.0)
    program = compile(lambda x: (w * x).relu(), [w], [0.5], backend=backend)
    # the slope in w is x where w·x is above 0, else 0: (0 + 2 + 0)/3
    assert program.lanes([[-1.0], [2.0], [0.0]]) == ([0.0, 2.0, 0.0], [2.0 / 3])


@both
def test_a_branch_that_python_took_is_guarded(backend):
    w = Value(2.0)

    def larger(a, b):
        return w * a if a > b else w * b

    program = compile(larger, [w], [1.0, 0.0], backend=backend)
    assert program([5.0, 4.0]) == (10.0, [5.0])
    with pytest.raises(OtherBranchError, match=r"recorded where b < a \(test_programs.py:\d+\), .* 5.0 and 4.0"):
        program([4.0, 5.0])
    with pytest.raises(OtherBranchError, match="row 3: "):
        program.lanes([[1.0, 0.0], [3.0, 2.0], [0.0, 1.0], [4.0, 4.5]])


@both
def test_sorting_is_guarded_too(backend):
    program = compile(lambda a, b, c: sorted([a, b, c])[1] * 2, inputs=[1.0, 2.0, 3.0], backend=backend)
    assert program([4.0, 6.0, 9.0])[0] == 12.0
    with pytest.raises(OtherBranchError):
        program([6.0, 4.0, 9.0])


def test_a_branch_that_an_error_decided_is_refused():
    def log_or_itself(x):
        try:
            return x.log()
        except ValueError:
            return x * 1

    with pytest.raises(ValueError, match=r"data \(node 'x'\) was read at test_programs.py"):
        compile(log_or_itself, inputs=[-1.0])


def test_a_branch_on_what_never_changes_needs_no_guard():
    w = Value(2.0)
    program = compile(lambda x: x * w if Value(1.0) > 0 else x, inputs=[1.0])
    assert not program.listing.guards


def test_second_order_gradients_through_a_kink_are_guarded():
    w = Value(2.0)

    def slope(x):
        return grad((w * x).relu() * x, w, create_graph=True)

    program = compile(slope, [w], [1.0])
    assert program([3.0])[0] == 9.0
    with pytest.raises(OtherBranchError):
        program([-3.0])


@both
def test_the_class_that_a_target_names_is_guarded(backend):
    z = [Value(1.0), Value(2.0)]
    program = compile(lambda target: losses.cross_entropy(z, target), z, [1.0], backend=backend)
    assert program([1.0])[0] == losses.cross_entropy(z, 1).data
    with pytest.raises(OtherBranchError):
        program([0.0])


@both
@pytest.mark.parametrize(
    ("loss", "good", "bad"),
    [
        (lambda z, t, u: losses.binary_cross_entropy(z.sigmoid(), t), [0.5, 0.0], [1.5, 0.0]),
        (lambda z, t, u: losses.binary_cross_entropy_with_logits(z, t), [0.5, 0.0], [-1.0, 0.0]),
        (lambda z, t, u: losses.hinge(z, t), [-1.0, 0.0], [0.5, 0.0]),
        (lambda z, t, u: losses.cross_entropy([z, 1.0], [t, u]), [0.25, 0.75], [2.0, -1.0]),
        (lambda z, t, u: losses.cross_entropy([z, 1.0], [t, u]), [0.25, 0.75], [0.25, 0.5]),
    ],
)
def test_a_target_that_a_loss_refuses_is_refused_by_its_program(backend, loss, good, bad):
    z = Value(0.3)
    program = compile(lambda t, u: loss(z, t, u), [z], [1.0, 0.0], backend=backend)
    assert program(good)[0] == pytest.approx(loss(z, *good).data, rel=1e-15)
    for call in (lambda: loss(z, *bad), lambda: program(bad)):
        with pytest.raises(ValueError, match=r"must|recorded where"):
            call()


def test_many_outputs_and_branches_are_written_in_one_walk(monkeypatch):
    walks = []

    def noted(node):
        order = computed_and_leaves(node)
        walks.append(len(order[0]))
        return order

    def path(x):
        steps = [x]
        for _ in range(100):
            steps.append(steps[-1] * 0.5 if steps[-1] - 9 > 0 else steps[-1] + steps[-1].sin())
        return steps

    monkeypatch.setattr(tracing, "computed_and_leaves", noted)
    program = compile(path, inputs=[1.0], gradients=False)
    assert sum(walks) < 2 * len(program.listing)
    assert program([1.0])[0] == [step.data for step in path(Value(1.0))]


def test_a_mask_that_would_stay_as_it_was_drawn_is_refused():
    model = MLP(1, [4, 1], dropout=0.5, seed=1)
    with pytest.raises(ValueError, match=r"a mask was drawn at random at test_programs.py:\d+.*call eval\(\) first"):
        compile(lambda x: model([x]), model.parameters(), [1.0])
    assert compile(lambda x: model.eval()([x]), model.parameters(), [1.0])([2.0])[0] == model([2.0]).data


def test_running_statistics_that_would_not_follow_are_refused():
    norm = layers.BatchNorm(1)
    with pytest.raises(ValueError, match="would stay as it was recorded"):
        compile(lambda a, b: norm([[a], [b]])[0][0], norm.parameters(), [1.0, 3.0])


@pytest.mark.parametrize(
    ("leak", "why"),
    [
        (lambda w, x: x * (w * x).data, "data was read at test_programs.py"),
        (lambda w, x: x * x.data, "data"),
        (lambda w, x: x if x == 1.0 else w, r"data \(node 'x'\) was read at test_programs.py"),
        (lambda w, x: x if x in [0.0, 1.0] else w, r"data \(node 'x'\) was read at test_programs.py"),
        (lambda w, x: x * float((w * x).__copy__().data), "data"),
        (lambda w, x: x * copy.copy(w), "data"),
        (lambda w, x: x * probabilities([w, 1.0])[0], "data"),
        (lambda w, x: x * compile(w * w, [w])()[0], "data"),
        (lambda w, x: copy.deepcopy(x * w), "data"),
        (lambda w, x: pickle.loads(pickle.dumps([x]))[0], r"data \(node 'x'\) was read"),
    ],
)
def test_a_number_that_leaves_the_graph_is_refused(leak, why):
    w = Value(2.0)
    with pytest.raises(ValueError, match=why):
        compile(lambda x: leak(w, x), [w], [1.0])


@both
@pytest.mark.parametrize(
    ("inputs", "error", "message"),
    [
        ([], ValueError, r"row 1 has 0 numbers, but this program takes 1 input \(x\)"),
        ([1.0, 2.0], ValueError, "row 1 has 2 numbers"),
        (["1"], TypeError, "row 1, x: data must be a real number, not str"),
        ([1j], TypeError, "row 1, x: data must be a real number, not complex"),
        ([None], TypeError, "not NoneType"),
        ([[1.0]], TypeError, "not list"),
        ("1", TypeError, "row 1 must be a list of 1 input"),
        (1.0, TypeError, "row 1 must be a list of 1 input"),
        ([float("nan")], ValueError, "row 1: x is nan"),
        ([float("-inf")], ValueError, "row 1: x is -inf"),
        ([10**400], OverflowError, "row 1, x: "),
        ({1.0}, TypeError, "row 1 must be a list of 1 input"),
        ({1.0: 2.0}, TypeError, "row 1 must be a list of 1 input"),
        (bytearray(b"1"), TypeError, "row 1 must be a list of 1 input"),
    ],
)
def test_inputs_that_a_program_cannot_take_are_refused(backend, inputs, error, message):
    w, x, y = w_times_x()
    with pytest.raises(error, match=message):
        compile(y, [w], [x], backend=backend)(inputs)


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([], ValueError, "at least one row"),
        (5, TypeError, "takes rows of numbers, not 5"),
        ("ab", TypeError, "takes rows of numbers"),
        ([[1.0], [1.0, 2.0]], ValueError, "row 2 has 2 numbers"),
        ([[1.0], [2.0], [float("nan")]], ValueError, "row 3: x is nan"),
        ([[1.0], ["2"]], TypeError, "row 2, x: "),
        ([1.0, 2.0], TypeError, "row 1 must be a list"),
        ([[1.0], b"12345678"], TypeError, "row 2 must be a list"),
    ],
)
def test_rows_that_a_program_cannot_take_are_refused(rows, error, message):
    w, x, y = w_times_x()
    with pytest.raises(error, match=message):
        compile(y, [w], [x]).lanes(rows)


@both
@pytest.mark.parametrize("inputs", [None, 5, [1.0], iter([])])
def test_a_program_without_inputs_takes_none(backend, inputs):
    w = Value(3.0)
    program = compile(w * w, [w], backend=backend)
    assert program() == program([]) == (9.0, [6.0])
    with pytest.raises((TypeError, ValueError), match="0 inputs"):
        program(inputs)


@both
@pytest.mark.parametrize(
    ("place", "wrong", "error", "message"),
    [
        (0, Batch([[1.0, 2.0]], ["a", "b"]), ValueError, r"rows have 2 numbers, but this program takes 1 input \(x\)"),
        (1, array("d", [3.0, 3.0]), ValueError, "parameters need an array of 1 doubles, not of 2"),
        (1, [3.0], TypeError, "parameters must be in an array of doubles"),
        (2, array("d", [0.0]), ValueError, "outputs need an array of 2 doubles, not of 1"),
        (2, array("f", [0.0, 0.0]), TypeError, "outputs must be in an array of doubles"),
        (3, array("d"), ValueError, "gradients need an array of 1 doubles, not of 0"),
        (3, array("f", [0.0]), TypeError, "gradients must be in an array of doubles"),
    ],
)
def test_arrays_that_a_program_cannot_run_on_are_refused(backend, place, wrong, error, message):
    w, x, y = w_times_x()
    program = compile(y, [w], [x], backend=backend)
    given = [program.batch([[1.0], [2.0]]), program.numbers(), *program.room(2)]
    program.run(*given)
    assert list(given[2]) == [3.0, 6.0]
    given[place] = wrong
    with pytest.raises(error, match=message):
        program.run(*given)


@both
def test_what_is_no_number_is_named(backend):
    w, x, y = w_times_x()
    program = compile([y, y * math.inf], [w], [x], backend=backend)
    with pytest.raises(ValueError, match="output 2 is inf, and a program gives finite numbers only"):
        program([1.0])
    w.data = math.nan
    with pytest.raises(ValueError, match="w is nan"):
        program([1.0])


def test_data_that_has_changed_since_is_refused_where_it_would_count_half():
    c, w = Value(2.0), Value(1.0)
    output = w * (c * c) + c
    assert compile(output, [w])() == (6.0, [4.0])
    c.data = 3.0  # c as it is now, but c·c as it was?
    with pytest.raises(ValueError, match=r"data has changed since \* was recorded"):
        compile(output, [w])
    assert compile(output, [w, c])() == (12.0, [9.0, 7.0])


def test_numbers_of_all_real_kinds_are_taken():
    np = pytest.importorskip("numpy")
    w, x, y = w_times_x()
    program = compile(y, [w], [x])
    rows = np.array([[1.0], [2.0]])
    for given_rows in (rows, rows.astype("float32"), rows.astype(int), [(True,), [2]]):
        assert program.lanes(given_rows) == ([3.0, 6.0], [1.5])
    with pytest.raises(TypeError, match="row 1, x"):
        program.lanes(rows.astype(complex))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda w, x, y: compile([]), ValueError, "needs an output"),
        (lambda w, x, y: compile(3.0), TypeError, "not float"),
        (lambda w, x, y: compile(lambda x: 3.0, inputs=[1.0]), TypeError, "not float"),
        (lambda w, x, y: compile([y, 3.0]), TypeError, "not float"),
        (lambda w, x, y: compile(y, [w], [w]), ValueError, "input 1 was given twice"),
        (lambda w, x, y: compile(y, [w, w]), ValueError, "parameter 2 was given twice"),
        (lambda w, x, y: compile(y, [3.0]), TypeError, "parameter 1 of a program must be a Value, not float"),
        (lambda w, x, y: compile(y, [w], [2.0]), TypeError, "input 1 of a program must be a Value, not float"),
        (lambda w, x, y: compile(max, inputs=[1.0, [2.0]]), TypeError, "input 2 of a program is a list of numbers"),
        (lambda w, x, y: compile(lambda a: w * a, [w]), TypeError, "with 0 inputs, missing a required argument: 'a'"),
        (lambda w, x, y: compile(MLP(2, [1]), inputs=[1.0, 2.0]), TypeError, "with 2 inputs, too many positional"),
        (lambda w, x, y: compile(y, [w], [x], backend="cuda"), ValueError, "backend must be C or Python, not 'cuda'"),
        (lambda w, x, y: compile(y, [y]), ValueError, "parameter 1 of a program must be a leaf"),
        (lambda w, x, y: compile(y, [w], backend="Fortran"), ValueError, "backend must be C or Python, not 'Fortran'"),
        (lambda w, x, y: value_and_grad([y, y], [w]), TypeError, "a loss is one Value"),
        (lambda w, x, y: compile(y, [w]).lanes([[]]), ValueError, "no inputs"),
    ],
)
def test_what_cannot_be_compiled_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call(*w_times_x())


@both
@pytest.mark.parametrize(
    ("function", "good", "bad", "error", "message"),
    [
        (lambda p: p.log(), 2.0, -1.0, ValueError, r"log is undefined at x = -1.0 \(node 'p'\)"),
        (lambda p: 1 / p, 2.0, 0.0, ZeroDivisionError, "/ is undefined at x = 1.0, y = 0.0"),
        (lambda p: p.exp(), 1.0, 1000.0, OverflowError, "exp overflows at x = 1000.0"),
        (lambda p: 1 / (1 + p.exp()), 1.0, 1000.0, OverflowError, "exp overflows"),
        (lambda p: p * p, 1.0, 1e200, OverflowError, r"\* overflows at x = 1e\+200"),
        (lambda p: 1e200 / (p * p), 1.0, 1e200, OverflowError, r"\* overflows at x = 1e\+200"),
        (lambda p: p * (p * p) ** -0.5, 1.0, 1e200, OverflowError, r"\* overflows at x = 1e\+200"),
        (lambda p: p**0.5, 1.0, -2.0, ValueError, r"\*\* is undefined at x = -2.0"),
    ],
)
def test_mathematics_that_ends_is_an_error_as_in_the_engine(backend, function, good, bad, error, message):
    program = compile(function, inputs=[Value(good, label="p")], backend=backend)
    program([good])
    with pytest.raises(error, match=message):
        program([bad])
    with pytest.raises(error, match=f"row 2: {message}"):
        program.lanes([[good], [bad], [good]])


@both
def test_a_gradient_that_does_not_exist_is_an_error(backend):
    w = Value(1.0, label="w")
    program = compile(lambda x: (w * x).sqrt(), [w], [1.0], backend=backend)
    with pytest.raises(ZeroDivisionError, match=r"/ is undefined at x = 0\.5, y = 0\.0"):
        program([0.0])


@both
@pytest.mark.parametrize("n", [2, 14])  # of more than 10 comparisons a rule is not followed any more: it is called
def test_slopes_are_the_same_whether_inputs_are_distinct_repeated_or_known(backend, n):
    w = [Value(i % 4 + 0.5) for i in range(n)]
    output = ops.maximum(*w) * ops.maximum(*w[::-1]) + ops.maximum(*w, *w) / ops.maximum(*w, 2.0) - w[0] / w[0]
    assert compile(output, w, backend=backend)() == (output.data, grad(output, w))


@both
def test_what_no_choice_takes_may_be_undefined(backend):
    # elu is x above 0; below it is exp(x) - 1, and the slope of that would overflow at 800
    w = Value(1.0)
    program = compile(lambda x: (w * x).elu(), [w], [1.0], backend=backend)
    assert program([800.0]) == (800.0, [800.0])


@both
def test_an_operation_of_ones_own_that_is_arithmetic_becomes_lines(backend):
    leaky = Op("leaky", lambda x: x if x > 0 else 0.1 * x, lambda out, x: (1.0 if x > 0 else 0.1,))
    program = compile(lambda x: leaky(x * 3), inputs=[1.0], backend=backend)
    assert program.lanes([[1.0], [-1.0]])[0] == [3.0, pytest.approx(-0.3)]


def test_an_operation_of_ones_own_that_calls_functions_runs_in_python():
    sine = Op("sine", math.sin, lambda out, x: (math.cos(x),))
    w = Value(1.0)
    program = compile(lambda x: sine(w * x), [w], [0.5])
    assert (program.backend, program.why) == (
        "Python",
        "sine is an operation of one's own, and not arithmetic alone",
    )
    assert program([0.5]) == (math.sin(0.5), [math.cos(0.5) * 0.5])
    with pytest.raises(RuntimeError, match="cannot run in C here: sine is"):
        compile(lambda x: sine(x), inputs=[0.5], backend="C")


@both
def test_a_program_that_has_run_can_be_copied_and_pickled(backend):
    w, x, y = w_times_x()
    program = compile(y, [w], [x], backend=backend)
    expected = program([2.0]), program.lanes([[1.0], [2.0]])
    for twin in (copy.deepcopy(program), pickle.loads(pickle.dumps(program))):
        w.data = 5.0  # a copy has its own
        assert (twin([2.0]), twin.lanes([[1.0], [2.0]])) == expected
        w.data = 3.0


@both
def test_threads_can_share_a_program(backend):
    model = MLP(2, [8, 1], seed=1)
    program = compile(lambda a, b: model([a, b]) ** 2, model.parameters(), [0.0, 0.0], backend=backend)
    batches = [[[i / 10, j / 10] for j in range(20)] for i in range(8)]
    expected = list(map(program.lanes, batches))
    with ThreadPoolExecutor(4) as pool:
        for _ in range(20):
            assert list(pool.map(program.lanes, batches)) == expected


@both
def test_edge_values_have_the_engines_bits(backend):
    a, b = Value(1.0), Value(1.0)
    program = compile(a * b + a - b, [a, b], backend=backend)
    for a.data, b.data in [(5e-324, 0.5), (-0.0, 3.0), (1e308, 0.5), (-0.0, 0.0), (2.0**-1060, 2.0**-14)]:
        x, y = Value(a.data), Value(b.data)
        out = x * y + x - y
        out.backward()
        data, gradients = program()
        assert math.copysign(1, data) == math.copysign(1, out.data)
        assert (data, gradients) == (out.data, [x.grad, y.grad])
