"""Listings as Python: the back end, text to be read, and files in Python, PyTorch and JAX with the same numbers."""

import ast
import subprocess
import sys
from contextlib import suppress
from itertools import chain, product
from math import nan, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn.programs.dialects import jax_source, python_source, python_text, torch_source
from micrograd_nn.programs.evaluate import evaluate
from micrograd_nn.programs.guarded import OtherBranchError
from micrograd_nn.programs.identifiers import Names, identifier
from micrograd_nn.programs.listing import AT_MOST, LESS, SUM, Guard, Listing
from micrograd_nn.programs.needed import varying
from micrograd_nn.programs.python_function import LINE, PART, python_function
from micrograd_nn.programs.python_lanes import python_lanes
from tests.program_strategies import BINARY, CHOICES, UNARY, answers, cube, guarded, labels, listings, neuron
from tests.strategies import anything, moderate

ERRORS = (ArithmeticError, ValueError)


def bits(numbers):
    """Numbers so that == tells 0.0 from -0.0, and nan is nan."""
    return [repr(number) for number in numbers]


def numbers(draw_from, listing, data):
    """Parameters and inputs for a listing."""
    return [data.draw(st.lists(draw_from, min_size=n, max_size=n)) for n in (listing.n_parameters, listing.n_inputs)]


def outcome(function, *given):
    """What a function answers, as bits; None where it raises, whichever of several errors comes first."""
    try:
        outputs, gradients = function(*given)
    except ERRORS:
        return None
    return [bits(outputs), bits(gradients)]


# The back end


@given(listings(), st.data())
def test_a_python_function_gives_the_bits_of_the_evaluator(listing, data):
    parameters, inputs = numbers(anything, listing, data)
    try:
        expected = answers(listing, parameters, inputs)
    except ERRORS:
        with pytest.raises(ERRORS):
            python_function(listing)(parameters, inputs)
    else:
        assert outcome(python_function(listing), parameters, inputs) == [bits(expected[0]), bits(expected[1])]


@given(listings(), st.sampled_from([3, 3 * LINE]), st.data())
def test_parts_of_a_function_pass_on_what_others_need(listing, size, data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("micrograd_nn.programs.python_function.PART", size)
        in_parts = python_function(listing)
    given = numbers(moderate, listing, data)
    assert outcome(in_parts, *given) == outcome(python_function(listing), *given)


def mean_by_hand(listing, parameters, rows):
    """All outputs, and the means of gradients: what differs from row to row is added up first, then what does not."""
    numbers = [evaluate(listing, parameters, row) for row in rows]
    inner, sums = varying(listing), sums_that_nothing_reads(listing)
    means = []
    for place in listing.gradients:
        mean, shared = numbers[0][place], []
        if place in inner:
            products = sums.get(place, [(place,)])
            mean, shared = 0.0, [product for product in products if inner.isdisjoint(product)]
            for row in numbers:
                for product in products:
                    if product not in shared:
                        mean += prod(row[i] for i in product)
            mean /= len(rows)
        for product in shared:
            mean += prod(numbers[0][i] for i in product)
        means.append(mean + 0.0)
    return [row[i] for row in numbers for i in listing.outputs], means


def sums_that_nothing_reads(listing):
    """Their products, each a pair of places."""
    read = {*listing.outputs, *chain.from_iterable(listing.operands)}
    read |= {place for guard in listing.guards for place in (guard.x, guard.y)}
    return {
        place: list(zip(operands[::2], operands[1::2]))
        for place, operation, operands in listing.lines()
        if operation == SUM and place not in read
    }


@given(listings(), st.booleans(), st.data())
def test_lanes_give_every_rows_bits_and_the_mean_of_the_gradients(listing, compares, data):
    n = listing.n_inputs
    parameters = data.draw(st.lists(moderate, min_size=listing.n_parameters, max_size=listing.n_parameters))
    rows = data.draw(st.lists(st.lists(moderate, min_size=n, max_size=n), min_size=1, max_size=3))
    if compares:  # what every number keeps: that it is not less than itself
        guarded(listing, LESS, len(listing) - 1, len(listing) - 1, outcome=False)
    try:
        expected = mean_by_hand(listing, parameters, rows)
    except ERRORS:
        with pytest.raises(ERRORS):
            python_lanes(listing)(parameters, rows, len(rows))
    else:
        outputs, gradients = python_lanes(listing)(parameters, rows, len(rows))
        assert (bits(outputs), bits(gradients)) == (bits(expected[0]), bits(expected[1]))


def test_what_all_rows_share_is_added_to_a_mean_once():
    """The mean of x + v·w, where v·w is 1e16 and x is 6, 9 and 3: 1e16 + 9 is no double, their mean 1e16 + 6 is one."""
    listing = Listing(2, 1, constants=[1.0], outputs=[2])
    listing.gradients = [listing.add(SUM, (2, 3, 0, 1))]
    assert python_lanes(listing)([1e8, 1e8], [[6.0], [9.0], [3.0]], 3) == ([6.0, 9.0, 3.0], [1e16 + 6.0])


@pytest.mark.parametrize(
    ("relation", "held", "broken"), [(LESS, (1.0, 2.0), (2.0, 2.0)), (AT_MOST, (2.0, 2.0), (nan, 2.0))]
)
@pytest.mark.parametrize("computed", [False, True])
def test_a_guard_that_is_not_kept_raises(relation, held, broken, computed):
    listing = Listing(1, 1, constants=[1.0])
    x = listing.add(SUM, (1, 2)) if computed else 1
    listing.outputs, listing.gradients = [0], [1]
    guarded(listing, relation, 0, x, outcome=True)
    text = python_source(listing)
    for program in (python_function(listing), as_function(text)):
        assert program([held[0]], [held[1]]) == ([held[0]], [held[1]])
        with pytest.raises(ValueError, match=r"the graph was recorded where .* \(lesson.py:3\)"):
            program([broken[0]], [broken[1]])
    assert python_lanes(listing)([held[0]], [[held[1]]] * 2, 2) == ([held[0]] * 2, [held[1]])
    with pytest.raises(OtherBranchError):
        python_lanes(listing)([broken[0]], [[held[1]], [broken[1]]], 2)


def test_a_guard_may_be_that_a_comparison_does_not_hold():
    listing = guarded(Listing(2, 0, outputs=[0]), LESS, 0, 1, outcome=False)
    assert python_function(listing)([2.0, 1.0], []) == ([2.0], [])
    with pytest.raises(OtherBranchError, match="not x < y"):
        python_function(listing)([1.0, 2.0], [])


def test_a_guard_is_checked_before_what_it_guards():
    listing = Listing(1, 0, constants=[0.0])
    guarded(listing, LESS, 1, 0, outcome=True)
    listing.outputs = [listing.add("log", (0,))]
    with pytest.raises(OtherBranchError):
        python_function(listing)([-1.0], [])


def test_what_no_choice_takes_is_not_computed():
    """1 / x where x > 0, else 0: at 0 nothing is divided; where a choice does take what is undefined, it is nan."""
    listing = Listing(1, 0, constants=[0.0, 1.0])
    quotient = listing.add("/", (2, 0))
    listing.outputs = [listing.add(LESS, (1, 0, quotient, 1)), listing.add(AT_MOST, (1, 0, quotient, 1))]
    listing.maybe = {quotient}
    for program in (python_function(listing), as_function(python_source(listing))):
        assert program([4.0], [])[0] == [0.25, 0.25]
        assert bits(program([0.0], [])[0]) == ["0.0", "nan"]


def test_no_gradient_is_minus_zero():
    listing = Listing(1, 0, outputs=[0], gradients=[0])
    assert bits(python_function(listing)([-0.0], [])[1]) == ["0.0"]
    assert bits(python_lanes(listing)([-0.0], [[]], 1)[1]) == ["0.0"]


def long_chain(n, operation=SUM, operands=(1,)):
    """n lines that each read the one before."""
    listing = Listing(1, 0, constants=[1.0])
    last = 0
    for _ in range(n):
        last = listing.add(operation, (last, *operands))
    listing.outputs = [last]
    return listing


@pytest.mark.parametrize("operation", ["sum", "sin", "abs"])
def test_a_long_chain_is_not_nested_too_deep(operation):
    listing = long_chain(3000, operation, (1,) if operation == SUM else ())
    expected, _ = answers(listing, [0.5], [])
    assert python_function(listing)([0.5], []) == (expected, [])
    assert python_lanes(listing)([0.5], [[]], 1)[0] == expected
    assert as_function(python_source(listing))([0.5], []) == (expected, [])


def test_a_long_sum_is_not_nested_too_deep():
    listing = Listing(2, 0)
    listing.outputs = [listing.add(SUM, (0, 1) * 30_000)]  # the sum of 30,000 times 0.5·3: every step is exact
    assert python_function(listing)([0.5, 3.0], []) == ([45_000.0], [])
    assert as_function(python_source(listing))([0.5, 3.0], []) == ([45_000.0], [])


def test_a_batch_of_a_large_listing_is_a_function_row_by_row():
    listing = long_chain(PART // LINE)
    listing.gradients = listing.outputs
    assert python_lanes(listing)([0.5], [[], []], 2) == ([0.5, 0.5], [0.5])


# Names


@given(labels)
def test_an_identifier_is_one_to_python(label):
    name = identifier(label)
    assert name == "" or name.isidentifier()


@given(st.lists(labels, max_size=8))
def test_names_differ_as_python_reads_them(many):
    names = Names(["exp"])
    text = "\n".join(f"{names.new(identifier(label) or 'v')} = 0" for label in many)
    read = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    assert len(read) == len(many) and "exp" not in read


def test_a_text_reads_as_a_lesson():
    assert (
        python_text(neuron())
        == """\
def program(parameters, inputs):
    [w1, w2, b] = parameters
    [x1, x2] = inputs

    # forward
    z = w1*x1 + w2*x2 + b
    a = relu(z)

    # backward
    d_b = 1.0 if 0.0 < z else 0.0
    d_w1 = d_b*x1
    d_w2 = d_b*x2

    outputs = [a]
    gradients = [d_w1, d_w2, d_b]
    return outputs, gradients
"""
    )


def test_gradients_of_several_outputs_are_told_apart():
    listing = Listing(1, 1, names={0: "w", 1: "x", 2: "y", 3: "z"})
    listing.outputs = [listing.add("sin", (0,)), listing.add("exp", (0,))]
    listing.gradients = [listing.add("cos", (0,)), listing.add("cosh", (0,))]
    assert "d_y_w = cos(w)" in python_text(listing) and "d_z_w = cosh(w)" in python_text(listing)


# Files


def as_function(text):
    """The function `program` of a file."""
    names = {}
    exec(compile(text, "program.py", "exec"), names)
    return names["program"]


@given(listings(own=()), st.data())
def test_a_python_file_gives_the_bits_of_the_evaluator(listing, data):
    given = numbers(anything, listing, data)
    try:
        outputs, gradients = answers(listing, *given)
    except ERRORS:
        with pytest.raises(ERRORS):
            as_function(python_source(listing))(*given)
    else:
        found = as_function(python_source(listing))(*given)
        assert bits(found[0]) == bits(outputs)
        assert bits([g + 0.0 for g in found[1]]) == bits(gradients)


def test_a_python_file_runs_alone(tmp_path):
    """At w·x + b = -3·2 + 1·0.5 + 7 = 1.5, which relu passes on."""
    path = tmp_path / "program.py"
    path.write_text(python_source(neuron()) + "\nprint(program([-3.0, 1.0, 7.0], [2.0, 0.5]))\n", encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", path], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "([1.5], [2.0, 0.5, 1.0])\n"


@pytest.mark.parametrize("source", [python_source, torch_source, jax_source])
def test_a_check_brings_nothing_into_a_file_but_itself(source):
    """What it says may be any word, such as `relu` and `torch` in a file's name; constants are numbers there."""
    listing = Listing(1, 0, constants=[0.0], outputs=[0])
    listing.guards.append(Guard(LESS, 1, 0, True, "torch/relu/jax.py:3"))
    text = source(listing)
    assert "recorded where 0.0 < p1 (torch/relu/jax.py:3)" in text
    assert "def relu" not in text and (source is torch_source) == ("import torch" in text)


@pytest.mark.parametrize("source", [python_source, torch_source, jax_source])
def test_a_file_cannot_hold_an_operation_of_ones_own(source):
    listing = Listing(1, 0, outputs=[1])
    listing.add(cube, (0,))
    assert "cube(p1)" in python_text(listing)
    with pytest.raises(ValueError, match="cube is an operation of one's own, which no file can hold"):
        source(listing)


@pytest.fixture(params=["torch", "jax"])
def array_source(request):
    """What writes source for a library of arrays."""
    pytest.importorskip(request.param)
    return {"torch": torch_source, "jax": jax_source}[request.param]


def test_array_source_gives_the_numbers_of_a_batch(array_source):
    program = as_function(array_source(neuron()))
    (a,), (dw1, dw2, db) = program([-3.0, 1.0, 7.0], [[2.0, 3.0], [0.5, 0.5]])  # z is 1.5 and -1.5
    assert [x.tolist() for x in (a, dw1, dw2, db)] == [[1.5, 0.0], [2.0, 0.0], [0.5, 0.0], [1.0, 0.0]]


@pytest.mark.parametrize("operation", [*UNARY, *BINARY, *CHOICES, SUM])
def test_array_source_gives_the_numbers_of_every_operation(array_source, operation):
    n = 4 if operation in (*CHOICES, SUM) else 2 if operation in BINARY else 1
    listing = Listing(0, n, outputs=[n])
    listing.add(operation, tuple(range(n)))
    rows, expected = [], []
    for row in product([-20.0, -2.0, -0.5, 0.0, 0.3, 1.0, 25.0], repeat=n):
        with suppress(*ERRORS):  # where Python raises there is nothing to compare
            expected += answers(listing, [], list(row))[0]
            rows.append(row)
    (found,), _ = as_function(array_source(listing))([], list(zip(*rows)))
    assert found.tolist() == pytest.approx(expected, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("operation", ["exp", "/", LESS, SUM])
def test_array_source_computes_with_constants_alone(array_source, operation):
    listing = Listing(0, 0, constants=[2.0, 0.5], outputs=[2])
    listing.add(operation, (0, 1, 0, 1)[: {"exp": 1, "/": 2}.get(operation, 4)])
    (found,), _ = as_function(array_source(listing))([], [])
    assert float(found) == pytest.approx(answers(listing, [], [])[0][0], rel=1e-12)


def test_array_source_checks_guards(array_source):
    program = as_function(array_source(guarded(Listing(1, 1, outputs=[0]), LESS, 0, 1, outcome=True)))
    program([1.0], [[2.0, 3.0]])
    with pytest.raises(ValueError, match="recorded where p1 < x1"):
        program([1.0], [[2.0, 0.5]])


@pytest.mark.parametrize("written", [python_text, python_source, torch_source, jax_source])
@pytest.mark.parametrize("label", ["", "w", "layer3.neuron1.w"])
def test_however_many_names_there_are_their_lines_break_where_python_goes_on(written, label):
    for n in range(1, 60):
        listing = Listing(n_parameters=n, n_inputs=n)
        listing.names = {i: f"{label}{i}" for i in range(2 * n) if label}
        listing.outputs = [listing.add("sum", tuple(range(2 * n)))]
        listing.gradients = list(range(n))
        ast.parse(written(listing))
