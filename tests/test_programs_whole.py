"""Code of whole graphs: the bits of the evaluator whatever the graph, and equal instructions side by side."""

import random
from collections import Counter
from collections.abc import Callable
from math import inf, nan
from struct import pack
from typing import Any
from unittest import mock

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from micrograd_nn.programs import whole
from micrograd_nn.programs.arranging import Arrangement
from micrograd_nn.programs.evaluate import evaluate
from micrograd_nn.programs.listing import AT_MOST, LESS, SUM, Listing
from micrograd_nn.programs.memory import Memory
from micrograd_nn.programs.planning import planned
from micrograd_nn.programs.runs import GATHER, TOTAL
from micrograd_nn.programs.whole import whole_code
from tests.execute import execute
from tests.program_strategies import listings, needed_by_choices_only

numbers = st.floats(-3, 3)
EDGES = [0.0, -0.0, 5e-324, -2.2250738585072014e-308, 1e-200, 1e16, -1e154, 1.7976931348623157e308, inf, -inf, nan]
NO_SUM = 10**9  # products: no sum is so long


def bits(xs):
    return [pack("d", x) if x == x else "nan" for x in xs]


def unrolled(one: Listing, n: int, rng: random.Random | None = None) -> Listing:
    """The graph of n examples that share parameters and constants, and the sums of gradients; shuffled by an rng."""
    listing = Listing(one.n_parameters, n * one.n_inputs, list(one.constants))
    tables = [table_of(one, listing, k) for k in range(n)]
    rest = [zip(one.operations, one.operands) for _ in range(n)]
    order = [k for k in range(n) for _ in one.operations]
    if rng:
        rng.shuffle(order)
    for k in order:
        operation, operands = next(rest[k])
        tables[k].append(listing.add(operation, tuple([tables[k][i] for i in operands])))
    listing.outputs = [table[i] for table in tables for i in one.outputs]
    listing.gradients = [gradient(listing, one, tables, place) for place in one.gradients]
    listing.maybe = needed_by_choices_only(listing)
    return listing


def table_of(one: Listing, listing: Listing, k: int) -> list[int]:
    """Where the leaves of the k-th example stand, by their places in the graph of one."""
    inputs = range(one.n_parameters + k * one.n_inputs, one.n_parameters + (k + 1) * one.n_inputs)
    return [*range(one.n_parameters), *inputs, *range(listing.first_constant, listing.first_instruction)]


def gradient(listing: Listing, one: Listing, tables: list[list[int]], place: int) -> int:
    """The sum over all examples: of a sum's products, or of what stands at the place times itself."""
    i = place - one.first_instruction
    factors = one.operands[i] if i >= 0 and one.operations[i] == SUM else (place, place)
    return listing.add(SUM, tuple([table[x] for table in tables for x in factors]))


def answers(listing: Listing, leaves: list[float]) -> list[float]:
    """Outputs and gradients as the evaluator has them."""
    values = evaluate(listing, leaves[: listing.n_parameters], leaves[listing.n_parameters :])
    return [values[i] for i in (*listing.outputs, *listing.gradients)]


def scheduled(listing: Listing, leaves: list[float]) -> list[float]:
    """Outputs and gradients as the code has them."""
    code = whole_code(listing)
    [outputs], gradients = execute(code, leaves[: listing.n_parameters], [leaves[listing.n_parameters :]])
    return [*outputs, *gradients]


def agree(listing: Listing, leaves: list[float]) -> None:
    try:
        expected = answers(listing, leaves)
    except (ArithmeticError, ValueError):
        with pytest.raises((ArithmeticError, ValueError)):
            scheduled(listing, leaves)
        return
    assert bits(scheduled(listing, leaves)) == bits(expected)


@given(listings(own=()), st.data())
def test_any_listing_gives_the_bits_of_the_evaluator(listing, data):
    agree(listing, [data.draw(numbers | st.sampled_from(EDGES)) for _ in range(listing.first_constant)])


@given(listings(own=()), st.integers(1, 24), st.booleans(), st.randoms(use_true_random=False))
def test_many_examples_give_the_bits_of_the_evaluator(one, n, shuffle, rng):
    listing = unrolled(one, n, rng if shuffle else None)
    with mock.patch.object(whole, "LONG", NO_SUM):
        agree(listing, [rng.uniform(-3, 3) for _ in range(listing.first_constant)])


@st.composite
def exact_listings(draw: Callable[..., Any]) -> Listing:
    """A listing that computes integers from integers, so that sums are exact in any order."""
    listing = Listing(draw(st.integers(0, 3)), draw(st.integers(1, 3)), constants=[1.0, -1.0, 2.0])
    for _ in range(draw(st.integers(1, 5))):
        operation, n = draw(st.sampled_from([(SUM, 2), (SUM, 6), ("max", 2), ("relu", 1), (LESS, 4), (AT_MOST, 4)]))
        listing.add(operation, tuple([draw(st.integers(0, len(listing) - 1)) for _ in range(n)]))
    listing.outputs = [len(listing) - 1]
    listing.gradients = draw(st.lists(st.integers(0, len(listing) - 1), min_size=1, max_size=4))
    return listing


@given(listings(own=()), st.integers(4, 12), st.randoms(use_true_random=False))
def test_numbers_at_the_edges_keep_their_bits_among_many_examples(one, n, rng):
    listing = unrolled(one, n, rng)
    with mock.patch.object(whole, "LONG", NO_SUM):
        agree(listing, [rng.choice([*EDGES, 1.0, -0.5]) for _ in range(listing.first_constant)])


@given(exact_listings(), st.integers(16, 40), st.booleans(), st.randoms(use_true_random=False))
def test_long_sums_add_up_every_product_once(one, n, shuffle, rng):
    listing = unrolled(one, n, rng if shuffle else None)
    leaves = [float(rng.randint(-3, 3)) for _ in range(listing.first_constant)]
    expected = answers(listing, leaves)
    assume(all(abs(x) < 2**40 for x in expected))
    assert scheduled(listing, leaves) == expected


def layer(n_neurons: int, n_examples: int, constant: bool = False) -> Listing:
    """a = relu(w·x + v·y) for every neuron and example, examples being constants or inputs."""
    examples = [float(i) for i in range(2 * n_examples)]
    listing = Listing(2 * n_neurons, 0 if constant else len(examples), examples if constant else [])
    for k in range(n_examples):
        x, y = listing.n_parameters + 2 * k, listing.n_parameters + 2 * k + 1
        zs = [listing.add(SUM, (2 * j, x, 2 * j + 1, y)) for j in range(n_neurons)]
        listing.outputs += [listing.add("relu", (z,)) for z in zs]
    return listing


def shapes(listing: Listing) -> Counter[tuple[str, int]]:
    """How many runs there are of each operation and length."""
    return Counter((run.operation, run.n) for run in whole_code(listing).before)


@pytest.mark.parametrize("constant", [False, True])
def test_many_examples_run_side_by_side_for_each_neuron(constant):
    assert shapes(layer(3, 20, constant)) == {(SUM, 20): 3, ("relu", 60): 1}


def test_many_neurons_run_side_by_side_for_each_example():
    assert shapes(layer(20, 3)) == {(SUM, 20): 3, ("relu", 60): 1}


def test_the_order_of_the_program_does_not_matter():
    """The same layer, each neuron with all its examples."""
    listing = Listing(3, 20)
    for j in range(3):
        listing.outputs += [listing.add(SUM, (j, 3 + k)) for k in range(20)]
    assert shapes(listing) == {(SUM, 20): 3}


def test_constants_are_copied_to_stand_in_a_row():
    listing = Listing(20, 0, constants=[1.0, -1.0])
    signs = [20 + k * k % 2 for k in range(20)]
    listing.outputs = [listing.add(SUM, (k, signs[k])) for k in range(20)]
    assert shapes(listing) == {(SUM, 20): 1}
    agree(listing, [float(k) for k in range(20)])


@pytest.mark.parametrize("constant", [False, True])
def test_the_slope_in_a_weight_is_a_total_over_examples(constant):
    listing = layer(3, 20, constant)
    for j in range(3):
        products = [x for k in range(20) for x in (listing.outputs[3 * k + j], 6 + 2 * k)]
        listing.gradients.append(listing.add(SUM, tuple(products)))
    assert shapes(listing) == {(SUM, 20): 3, ("relu", 60): 1, (TOTAL, 20): 3}


def test_sums_that_are_not_alike_are_added_as_they_stand():
    listing = layer(3, 20)
    for j in range(3):
        order = [*range(20 - j), *[0] * j]  # some read the first example again
        products = [x for k in order for x in (listing.outputs[3 * k + j], 6 + 2 * k)]
        listing.gradients.append(listing.add(SUM, tuple(products)))
    assert shapes(listing) == {(SUM, 20): 3, ("relu", 60): 1, (SUM, 1): 3}


def test_what_does_not_stand_in_a_row_is_added_to_the_total():
    listing = layer(1, 20)
    products = [x for k, a in enumerate(listing.outputs) for x in (a, 2 + 2 * k)]
    listing.gradients = [listing.add(SUM, (0, 0, *products))]  # w·w comes first
    assert shapes(listing) == {(SUM, 20): 1, ("relu", 20): 1, (TOTAL, 20): 1, (SUM, 1): 1}
    agree_exactly = [float(i % 5) for i in range(42)]
    assert scheduled(listing, agree_exactly) == answers(listing, agree_exactly)


def two_stretches(quiet: bool = False) -> Listing:
    """For each of four neurons, the sum over one layer's examples and another's of a·x, and a·1 as its bias has it."""
    listing = Listing(8, 40, constants=[1.0])
    examples = [range(8 + 20 * i, 28 + 20 * i) for i in range(2)]
    first, second = ([[listing.add(SUM, (4 * i + j, x)) for x in examples[i]] for j in range(4)] for i in range(2))
    for a, b in zip(first, second):
        listing.gradients.append(listing.add(SUM, tuple([i for k in range(20) for i in (a[k], 8 + k, b[k], 48)])))
    if quiet:
        listing.maybe = {place for place, _, _ in listing.lines()}
    return listing


def test_stretches_of_a_sum_are_added_up_one_by_one():
    listing = two_stretches()
    assert shapes(listing) == {(SUM, 20): 8, (TOTAL, 20): 8, (SUM, 4): 1}
    leaves = [float(i % 7 - 3) for i in range(48)]
    assert scheduled(listing, leaves) == answers(listing, leaves)


def test_totals_of_quiet_sums_are_quiet():
    assert all(run.quiet for run in whole_code(two_stretches(quiet=True)).before)


def test_slopes_in_many_weights_are_sums_for_each_neuron_if_their_inputs_are_copied():
    """Of 16 inputs: 256 totals of 20 products would cost 256 · (8 + 40 / 8), 16 sums and 20 gathers less."""
    listing = Listing(0, 16 * 20)
    x = [[20 * i + k for i in range(16)] for k in range(20)]  # the examples of each input stand in a row
    squares = [[listing.add("relu", (i,)) for i in row] for row in x]
    slopes = [[listing.add("tanh", (i,)) for i in row] for row in squares]
    pairs = [[p for k in range(20) for p in (squares[k][i], slopes[k][j])] for i in range(16) for j in range(16)]
    listing.gradients = [listing.add(SUM, tuple(row)) for row in pairs]
    assert shapes(listing) == {("relu", 320): 1, ("tanh", 320): 1, (GATHER, 16): 20, (SUM, 16): 16}


def backward(n_neurons: int, n_inputs: int, n_examples: int) -> Listing:
    """a = w·x forward; then for every example and input the sum of a·w over all neurons."""
    listing = Listing(n_neurons * n_inputs, n_inputs * n_examples)
    w = [range(j * n_inputs, (j + 1) * n_inputs) for j in range(n_neurons)]
    for k in range(n_examples):
        x = range(listing.n_parameters + k * n_inputs, listing.n_parameters + (k + 1) * n_inputs)
        a = [listing.add(SUM, tuple([p for pair in zip(row, x) for p in pair])) for row in w]
        listing.outputs += [
            listing.add(SUM, tuple([p for j in range(n_neurons) for p in (a[j], w[j][i])])) for i in range(n_inputs)
        ]
    return listing


def test_weights_that_are_read_the_other_way_are_copied_once_for_all_examples():
    listing = backward(n_neurons=9, n_inputs=10, n_examples=5)
    # forward 9 neurons for each example; backward a neuron's 10 weights stand 9 apart, so they are gathered
    assert shapes(listing) == {(SUM, 9): 5, (GATHER, 10): 9, (SUM, 10): 5}
    agree(listing, [i / 7 for i in range(listing.first_constant)])


def memory_of(n: int) -> Memory:
    """Where n parameters stand in order, and nothing else."""
    return Memory(Arrangement(Listing(n, 0)))


def test_numbers_that_stand_two_apart_are_copied():
    # as they are, 40 runs of 8 + 2; with copies, one of them and a gather of 8 + 40
    assert planned(memory_of(99), [tuple(range(40)), tuple(range(0, 80, 2))]) == ([0], 10 + 48)


def test_what_stays_copied_costs_nothing_again():
    memory, odd = memory_of(99), tuple(range(1, 81, 2))
    memory.copy(odd)
    assert planned(memory, [tuple(range(40)), odd]) == ([0], 10)


def test_many_operands_of_few_instructions_are_not_copied():
    columns = [tuple(range(i, i + 12, 3)) for i in range(16)]
    assert planned(memory_of(99), columns) == (
        [0, 1, 2, 3],
        4 * (8 + 16),
    )  # for one run it would be 16 gathers of 8 + 4


def test_one_number_that_stands_elsewhere_is_copied_with_those_beside_it():
    """A target among the classes, say, whose slope in the loss is computed in another way."""
    classes = (*range(20, 25), 90, *range(26, 36))
    neurons = [i for i in range(20) for _ in classes]
    # as they are, 3 runs for each neuron; with copies, one, and a single gather of 8 + 16
    assert planned(memory_of(99), [tuple(neurons), classes * 20]) == (list(range(0, 320, 16)), 20 * 10 + 24)


def test_numbers_that_stand_the_other_way_round_are_copied():
    assert planned(memory_of(99), [tuple(range(40, 0, -1))]) == ([0], 9 + 48)


@pytest.mark.parametrize("elsewhere", [0, 1, 4])
def test_only_constants_are_all_constant(elsewhere):
    """Constants stand at 2 and 3, behind what was computed and a parameter, before copies."""
    listing = Listing(1, 0, constants=[5.0])
    listing.add("exp", (0,))
    memory = Memory(Arrangement(listing))
    assert (memory.first_constant, memory.one) == (2, 3)
    assert memory.all_constant((2, 3, 2))
    assert not memory.all_constant((2, elsewhere, 3))


def test_examples_of_two_classes_run_class_by_class():
    """Every other example takes an instruction more to the end, so that their slopes are of two kinds."""
    listing = layer(3, 40, constant=True)
    hidden = [listing.outputs[3 * k : 3 * k + 3] for k in range(40)]
    losses = [listing.add(SUM, (a, 0, b, 1, c, 2)) for a, b, c in hidden]
    slopes = [listing.add("tanh", (loss,)) if k % 2 else loss for k, loss in enumerate(losses)]
    listing.outputs = [listing.add(SUM, (slope, a)) for slope, row in zip(slopes, hidden) for a in row]
    assert shapes(listing) == {(SUM, 40): 4, ("relu", 120): 1, ("tanh", 20): 1, (SUM, 20): 6}
    agree(listing, [i / 7 for i in range(6)])


def test_few_instructions_run_one_by_one():
    assert shapes(layer(1, 3)) == {(SUM, 1): 3, ("relu", 1): 3}


def test_quiet_instructions_do_not_run_with_others():
    listing = Listing(8, 0, constants=[0.0])
    roots = [listing.add("sqrt", (i,)) for i in range(8)]
    listing.maybe = set(roots[::2])
    listing.outputs = roots
    assert sorted((run.n, run.quiet) for run in whole_code(listing).before) == [(4, False), (4, True)]


def test_leaves_can_be_outputs_and_gradients():
    listing = Listing(1, 1, constants=[5.0])
    listing.outputs, listing.gradients = [0, 2], [1, 2]
    assert scheduled(listing, [3.0, 4.0]) == [3.0, 5.0, 4.0, 5.0]


def test_a_long_chain_is_scheduled_without_recursion():
    listing = Listing(1, 0)
    for place in range(20_000):
        listing.add("tanh", (place,))
    listing.outputs = [20_000]
    assert len(whole_code(listing).before) == 20_000
