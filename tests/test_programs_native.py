"""The C interpreter: the bits of the slow executor, totals within a bound, and what it says when all is not well."""

import os
import signal
import threading
from array import array
from dataclasses import replace
from decimal import Decimal, localcontext
from math import fsum, inf, isfinite, isnan, nan, ulp
from struct import pack

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from micrograd_nn.programs.evaluate import evaluate, function
from micrograd_nn.programs.lanes import lanes_code
from micrograd_nn.programs.listing import AT_MOST, LESS, SUM
from micrograd_nn.programs.native import CAN_FAIL, FINITE, HEED, HUSH, OPERATIONS, Machine, why_not
from micrograd_nn.programs.runs import GATHER, LANES, QUICK, TOTAL, TOTALS, Code, Run
from micrograd_nn.programs.whole import whole_code
from tests.execute import execute
from tests.program_strategies import listings

needs_c = pytest.mark.skipif(bool(why_not()), reason=why_not())
pytestmark = needs_c

NOT_OF_ONE_NUMBER = (HUSH, HEED, GATHER, TOTAL, TOTALS, SUM, FINITE)
QUICK_EXP, QUICK_TANH = f"{QUICK}exp", f"{QUICK}tanh"
FUNCTIONS = [operation for operation in OPERATIONS if operation not in (*NOT_OF_ONE_NUMBER, QUICK_EXP, QUICK_TANH)]
ARITY = {"/": 2, "max": 2, "min": 2, "leaky_relu": 2, "power": 2, LESS: 4, AT_MOST: 4}
EDGES = [0.0, -0.0, 5e-324, -5e-324, 2.2250738585072014e-308, 1e-200, -1e-17, 1.0, -1.0, 0.5, -0.5, 2.0, 3.7, -20.0,
         709.0, -745.0, 1e16, -1e154, 1.7976931348623157e308]  # fmt: skip
numbers = st.floats(-1e3, 1e3) | st.sampled_from(EDGES)
moderate = st.floats(-3, 3)


def bits(xs):
    return [pack("d", x) if x == x else "nan" for x in xs]


def stays(offset):
    return 2 * offset


def moves(offset):
    return 2 * offset + 1


def run(code, parameters, rows=((),)):
    """The outputs row by row, the gradients and the status."""
    outputs = array("d", [nan] * len(rows) * len(code.outputs))
    gradients = array("d", [nan] * len(code.gradients))
    flat = array("d", [x for row in rows for x in row])
    status = Machine(code).run(array("d", parameters), flat, len(rows), outputs, gradients)
    n = len(code.outputs)
    return [list(outputs[i * n : (i + 1) * n]) for i in range(len(rows))], list(gradients), status


def run_once(runs, memory, outputs):
    """What stands at some offsets after some runs on a memory, and the status."""
    code = Code(len(memory), 1, list(enumerate(memory)), [], [], [stays(i) for i in outputs], [], before=runs)
    found, _, status = run(code, [])
    return found[0], status


def with_libm(code):
    """The same code with the functions of libm for those that are only nearly so."""
    block = [run._replace(operation=run.operation.removeprefix(QUICK)) for run in code.block]
    return replace(code, block=block)


def python_or_none(operation, operands):
    try:
        return function(operation.removeprefix(QUICK))(*operands)
    except (ArithmeticError, ValueError):
        return None


@given(listings(own=()), st.data())
def test_a_whole_graph_has_the_bits_of_the_slow_executor(listing, data):
    """And a status that is 0 wherever all numbers are finite, and never where Python raises."""
    assume(all(map(isfinite, listing.constants)))
    parameters = [data.draw(numbers) for _ in range(listing.n_parameters)]
    row = [data.draw(numbers) for _ in range(listing.n_inputs)]
    code = whole_code(listing)
    outputs, gradients, status = run(code, parameters, [row])
    try:
        expected, slopes = execute(code, parameters, [row])
    except (ArithmeticError, ValueError):
        assert status != 0
        return
    if status == 0 or all(map(isfinite, evaluate(listing, parameters, row))):
        assert status == 0
        assert bits(outputs[0]) == bits(expected[0])
        assert bits(gradients) == bits([x + 0.0 for x in slopes])


@given(listings(own=()), st.sampled_from([8, 24]), st.integers(1, 60), st.data())
def test_lanes_have_the_bits_of_the_slow_executor_and_totals_nearly(listing, lanes, n_rows, data):
    few = [[data.draw(moderate) for _ in range(listing.n_inputs)] for _ in range(3)]
    rows = [few[i * i % 3] for i in range(n_rows)]
    parameters = [data.draw(moderate) for _ in range(listing.n_parameters)]
    code = with_libm(lanes_code(listing, lanes))
    try:
        expected, slopes = execute(code, parameters, rows)
        values = [x for row in few for x in evaluate(listing, parameters, row)]
    except (ArithmeticError, ValueError):
        assume(False)
    assume(all(abs(x) < 1e50 for x in values))
    outputs, gradients, status = run(code, parameters, rows)
    assert status == 0
    assert [bits(row) for row in outputs] == [bits(row) for row in expected]
    # 60 rows of 4 products of numbers below the largest: 240 additions, each within ε/2 of 240 such products
    bound = 240 * 240 * 2**-53 * max(1.0, *map(abs, values)) ** 2
    assert all(abs(x - y) <= bound for x, y in zip(gradients, slopes))


@pytest.mark.parametrize("n", [1, 7, 8, 9, 361])
@pytest.mark.parametrize("operation", FUNCTIONS)
def test_every_operation_has_pythons_bits_at_the_edges(operation, n):
    arity = ARITY.get(operation, 1)
    columns = [[(x if k % 2 else y) for x in EDGES for y in EDGES] for k in range(arity)]
    defined = [z for z in zip(*columns) if python_or_none(operation, z) is not None][-n:]
    out, memory = arity * n, [x for column in zip(*defined) for x in column]
    n = len(defined)
    operands = tuple([moves(k * n) for k in range(arity)])
    found, status = run_once([Run(operation, n, out, operands)], memory + [0.0] * (out + n), range(out, out + n))
    assert bits(found) == bits([function(operation)(*z) for z in defined])
    assert status == 0 or not all(map(isfinite, found))


def exactly(operation, x):
    """The function of a number to 40 digits."""
    with localcontext(prec=40, Emin=-999999, Emax=999999):
        if operation == QUICK_EXP:
            return Decimal(x).exp()
        if abs(x) > 1e-9:
            return 1 - 2 / ((2 * Decimal(x)).exp() + 1)
        return Decimal(x) - Decimal(x) ** 3 / 3  # the next term is below 1e-36 of it


@pytest.mark.parametrize(("operation", "bound"), [(QUICK_EXP, Decimal("1.1")), (QUICK_TANH, Decimal(3))])
@given(st.data())
def test_quick_functions_are_within_units_in_the_last_place(operation, bound, data):
    ranges = [st.floats(-3, 3), st.floats(-750, 709.782712893384), st.floats(-1e-7, 1e-7), st.sampled_from(EDGES)]
    xs = [x for x in data.draw(st.lists(st.one_of(ranges), min_size=8, max_size=40)) if abs(x) < 750] + [0.5]
    n = len(xs)
    found, status = run_once([Run(operation, n, n, (moves(0),))], xs + [0.0] * n, range(n, 2 * n))
    assert status == 0
    for x, y in zip(xs, found):
        exact = exactly(operation, x)
        assert abs(Decimal(y) - exact) <= bound * Decimal(ulp(float(exact)))


def test_the_worst_quick_exp_that_was_found_is_a_little_more_than_one_unit_off():
    """The worst of a billion numbers whose distance from a multiple of log 2 is near half of it."""
    x = float.fromhex("-0x1.3c6bc83e961abp+8")
    [found], _ = run_once([Run(QUICK_EXP, 1, 1, (stays(0),))], [x, 0.0], [1])
    off = abs(Decimal(found) - exactly(QUICK_EXP, x)) / Decimal(ulp(found))
    assert Decimal("1.005") < off < Decimal("1.006")


@pytest.mark.parametrize("n", [1, 8])
@pytest.mark.parametrize(
    ("operation", "x", "expected"),
    [
        *[(QUICK_EXP, x, 1.0) for x in (0.0, -0.0, 5e-324, -1e-310)],
        *[(QUICK_EXP, x, 0.0) for x in (-745.2, -1e308, -inf)],
        *[(QUICK_EXP, x, inf) for x in (709.79, 1e308, inf)],
        *[(QUICK_TANH, x, x) for x in (0.0, -0.0, 5e-324, -1e-310, 1e-20, nan)],
        *[(QUICK_TANH, x, 1.0) for x in (20.0, 1e308, inf)],
        *[(QUICK_TANH, x, -1.0) for x in (-20.0, -1e308, -inf)],
        (QUICK_EXP, nan, nan),
    ],
)
def test_quick_functions_at_their_ends(operation, x, expected, n):
    """Nothing overflows or is undefined that should not be; but a nan or an infinity may be taken for trouble."""
    found, status = run_once([Run(operation, n, 1, (stays(0),))], [x] + [0.5] * n, range(1, 1 + n))
    assert bits(found) == bits([expected] * n)
    assert not isfinite(x) or (status == 0) == isfinite(expected)


@pytest.mark.parametrize("operation", CAN_FAIL)
def test_whatever_raises_in_python_sets_the_status(operation):
    arity = ARITY.get(operation, 1)
    xs = [inf] if operation in ("sin", "cos", "tan") else [*EDGES, -1e300, 800.0]
    points = [(x, y)[:arity] for x in xs for y in (0.0, -0.0, -1.0, 0.5, 1e16)]
    raising = {z for z in points if python_or_none(operation, z) is None}
    assert raising
    for operands in raising:
        found, status = run_once([Run(operation, 1, 2, (0, 2)[:arity])], [*operands, 0.0, 0.0][:2] + [0.0], [2])
        assert status & 7 and not isfinite(found[0])


@given(st.integers(1, 140), st.integers(1, 5), st.data())
def test_sums_of_any_length_are_added_from_left_to_right(n, n_products, data):
    memory = data.draw(st.lists(numbers, min_size=40, max_size=40)) * 5
    offset = st.integers(0, 60)
    operands = tuple([data.draw(offset) * 2 + data.draw(st.integers(0, 1)) for _ in range(2 * n_products)])
    found, _ = run_once([Run(SUM, n, 200, operands)], memory + [0.0] * n, range(200, 200 + n))
    at = [[memory[x // 2 + q * (x % 2)] for x in operands] for q in range(n)]
    assert bits(found) == bits([function(SUM)(*factors) for factors in at])


@given(st.integers(1, 140), st.integers(1, 3), st.data())
def test_totals_are_sums_of_all_products_but_for_rounding(n, n_products, data):
    memory = data.draw(st.lists(st.floats(-1e3, 1e3), min_size=40, max_size=40)) * 5
    operands = tuple([data.draw(st.integers(0, 120)) for _ in range(2 * n_products)])
    found, _ = run_once([Run(TOTAL, n, 200, operands)], [*memory, nan], [200])
    at = [[memory[x // 2 + q * (x % 2)] for x in operands] for q in range(n)]
    products = [factors[i] * factors[i + 1] for factors in at for i in range(0, len(operands), 2)]
    assert abs(found[0] - fsum(products)) <= len(products) * 2**-52 * fsum(map(abs, products))


@given(st.sampled_from([8, 24]), st.integers(1, 60), st.integers(1, 21), st.data())
def test_totals_with_a_shared_factor_are_those_of_each(lanes, n_rows, n_totals, data):
    """They are added to those of the blocks before, and lanes that are no example do not count."""
    few = [(data.draw(st.floats(-1e3, 1e3)), data.draw(st.floats(-1e3, 1e3))) for _ in range(3)]
    rows = [few[i * i % 3] for i in range(n_rows)]
    weights = [(n_totals + k, 0.5 * k - 3) for k in range(n_totals)]
    x, y, *products = range(2 * n_totals, 2 * n_totals + (2 + n_totals) * lanes, lanes)
    runs = [Run(SUM, LANES, out, (moves(y), stays(w))) for out, (w, _) in zip(products, weights)]
    runs.append(Run(TOTALS, LANES, 0, (moves(x), *map(moves, products))))
    totals = range(n_totals)
    code = Code(products[-1] + lanes, lanes, weights, [], [x, y], [], totals, (0, n_totals), block=runs)
    for found, (_, w) in zip(run(code, [], rows)[1], weights):
        expected = [x * (y * w) for x, y in rows]
        assert abs(found * n_rows - fsum(expected)) <= 2 * n_rows * 2**-52 * fsum(map(abs, expected))


@pytest.mark.parametrize("operation", ["max", LESS, SUM, "tanh"])
@pytest.mark.parametrize("n", [3, 8, 70])
def test_an_operand_may_stand_where_the_result_goes(operation, n):
    arity = {SUM: 2, "tanh": 1}.get(operation, ARITY.get(operation))
    memory = [0.25 * q - 3.0 for q in range(n)] + [0.5]
    operands = (moves(0), stays(n), moves(0), stays(n))[:arity]
    found, _ = run_once([Run(operation, n, 0, operands)], memory, range(n))
    assert bits(found) == bits([function(operation)(*(x, 0.5, x, 0.5)[:arity]) for x in memory[:n]])


def test_gather_copies_from_anywhere():
    found, _ = run_once(
        [Run(GATHER, 3, 4, (stays(2), stays(0), stays(2)))], [5.0, 6.0, 7.0, 8.0, 0.0, 0.0, 0.0], range(4, 7)
    )
    assert found == [7.0, 5.0, 7.0]


@pytest.mark.parametrize("lanes", [8, 64])
@pytest.mark.parametrize("n_rows", [1, 7, 8, 9, 63, 64, 65, 300])
def test_every_row_counts_once_however_blocks_are_filled_up(n_rows, lanes):
    runs = [Run(TOTAL, LANES, 0, (moves(8), stays(1))), Run(SUM, LANES, 8, (moves(8), moves(8)))]
    code = Code(8 + lanes, lanes, [(1, 1.0)], [], [8], [moves(8)], [0], totals=(0, 1), block=runs)
    outputs, gradients, status = run(code, [], [[float(i)] for i in range(n_rows)])
    assert outputs == [[float(i * i)] for i in range(n_rows)]
    assert gradients == [(n_rows - 1) / 2]  # the mean of 0 … n - 1
    assert status == 0


def test_a_machine_runs_again_with_other_numbers():
    machine = Machine(Code(3, 1, [], [0], [1], [stays(2)], [1], before=[Run(SUM, 1, 2, (stays(0), stays(1)))]))
    outputs, gradients = array("d", [0.0]), array("d", [0.0])
    for w, x in ((2.0, 3.0), (-1.0, 5.0)):
        assert machine.run(array("d", [w]), array("d", [x]), 1, outputs, gradients) == 0
        assert (outputs[0], gradients[0]) == (w * x, x)


def test_after_the_blocks_runs_read_the_means():
    block, after = [Run(TOTAL, LANES, 0, (moves(8), stays(1)))], [Run(SUM, 1, 2, (stays(0), stays(0)))]
    code = Code(16, 8, [(1, 1.0)], [], [8], [], [2], totals=(0, 1), block=block, after=after)
    assert run(code, [], [[1.0], [2.0], [6.0]])[1] == [9.0]  # the mean is 3


@pytest.mark.parametrize(
    ("operation", "operands", "status"),
    [
        ("/", (1.0, 0.0), 1 | 8),
        ("log", (0.0,), 1 | 8),
        ("exp", (1000.0,), 2 | 8),
        (SUM, (1e200, 1e200), 2 | 8),
        ("log", (-1.0,), 4 | 8),
        ("/", (0.0, 0.0), 4 | 8),
        ("exp", (-1000.0,), 0),
    ],
)
def test_the_status_says_what_went_wrong(operation, operands, status):
    places = tuple([stays(i) for i in range(len(operands))])
    assert run_once([Run(operation, 1, 2, places)], [*operands, 0.0, 0.0][:2] + [0.0], [2])[1] == status


def test_a_status_is_forgotten_before_the_next_run():
    machine = Machine(Code(2, 1, [], [], [0], [stays(1)], [], before=[Run("log", 1, 1, (stays(0),))]))
    output = array("d", [0.0])
    statuses = [machine.run(array("d"), array("d", [x]), 1, output, array("d")) for x in (0.0, 1.0)]
    assert statuses == [1 | 8, 0]


@pytest.mark.parametrize("n", [1, 8, 11])
def test_a_quiet_run_gives_nan_and_no_trouble(n):
    memory = [1.0, -1.0, 0.0] + [9.0] * n
    runs = [Run("/", n, 3, (stays(0), stays(2)), quiet=True), Run("log", 1, 0, (stays(0),))]
    found, status = run_once(runs, memory, [0, *range(3, 3 + n)])
    assert found[0] == 0.0 and all(map(isnan, found[1:]))
    assert status == 8  # only because the nan is an output


def test_trouble_before_a_quiet_run_is_not_forgotten():
    runs = [Run("log", 1, 2, (stays(1),)), Run("log", 1, 3, (stays(0),), quiet=True)]
    assert run_once(runs, [-1.0, 0.0, 0.0, 0.0], [0])[1] == 1


def test_what_stands_behind_an_operand_raises_nothing():
    """Nine sums of products that are fine, with numbers behind them whose products overflow or are undefined."""
    bad = [1e300, inf, nan, -inf, 1e300, 1e300, 1e300]
    memory = [*[1.0] * 9, *bad, 1e300, *[0.0] * 9]
    runs = [Run(operation, 9, 17, operands) for operation, operands in [(SUM, (1, 1)), (SUM, (1, 2)), (TOTAL, (1, 1))]]
    assert run_once(runs, memory, [0])[1] == 0


def test_a_gradient_of_minus_zero_is_zero_as_in_the_engine():
    gradients = run(Code(1, 1, [(0, -0.0)], [], [], [], [0]), [])[1]
    assert bits(gradients) == bits([0.0])


@pytest.mark.parametrize(
    ("sizes", "n_rows"), [((0, 2, 2, 1), 2), ((1, 3, 2, 1), 2), ((1, 2, 1, 1), 2), ((1, 2, 2, 0), 2), ((1, 0, 0, 1), 0)]
)
def test_an_array_of_another_length_is_refused(sizes, n_rows):
    machine = Machine(Code(8, 8, [], [0], [0], [moves(0)], [0]))
    parameters, rows, outputs, gradients = [array("d", [0.0] * n) for n in sizes]
    with pytest.raises(ValueError, match="expected 1 parameters, 1 gradients and "):
        machine.run(parameters, rows, n_rows, outputs, gradients)


def test_an_operation_of_ones_own_is_refused():
    with pytest.raises(ValueError, match="the C interpreter does not know 'cube'"):
        Machine(Code(2, 1, [], [], [], [], [], before=[Run("cube", 1, 1, (0,))]))


def test_two_threads_may_share_a_machine():
    block = [Run("tanh", LANES, 8, (moves(0),)), Run(TOTAL, LANES, 16, (moves(8), moves(8)))]
    machine = Machine(Code(17, 8, [], [], [0], [moves(8)], [16], totals=(16, 17), block=block))
    rows = [array("d", [seed * 0.01 + i for i in range(4000)]) for seed in range(2)]
    results = [[], []]

    def work(k):
        for _ in range(20):
            outputs, gradients = array("d", bytes(32000)), array("d", [0.0])
            machine.run(array("d"), rows[k], 4000, outputs, gradients)
            results[k].append((outputs, gradients))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k in range(2):
        assert all(found == results[k][0] for found in results[k])
        assert list(results[k][0][0]) == [function("tanh")(x) for x in rows[k]]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_process_that_is_forked_while_a_machine_runs_need_not_wait_for_it():
    machine = Machine(Code(2, 1, [], [0], [], [stays(1)], [], before=[Run("exp", 1, 1, (stays(0),))]))
    with machine.one_at_a_time:  # as a thread holds it that the new process does not have
        child = os.fork()
        if child == 0:
            signal.alarm(10)
            os._exit(machine.run(array("d", [0.0]), array("d"), 1, array("d", [0.0]), array("d")))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_machine_works_on_in_a_forked_process():
    machine = Machine(Code(2, 1, [], [0], [], [stays(1)], [], before=[Run("exp", 1, 1, (stays(0),))]))
    output = array("d", [0.0])
    child = os.fork()
    if child == 0:
        status = machine.run(array("d", [0.0]), array("d"), 1, output, array("d"))
        os._exit(0 if status == 0 and output[0] == 1.0 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert machine.run(array("d", [0.0]), array("d"), 1, output, array("d")) == 0
