"""Decisions: which class outputs say, by the loss that a network was trained with."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import Value, losses
from micrograd_nn.training import Decision, decision_of
from micrograd_nn.training.decisions import depth, positions, probabilities

DISTANCES = [losses.mean_squared_error, losses.mean_absolute_error, losses.huber]
outputs = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("loss", "low", "below", "above", "high"),
    [
        (losses.hinge, -1, -0.01, 0.01, 1),
        (losses.binary_cross_entropy, 0, 0.49, 0.51, 1),
        (losses.binary_cross_entropy_with_logits, 0, -0.01, 0.01, 1),
        (losses.mean_squared_error, 0, 0.49, 0.51, 1),
        (losses.mean_absolute_error, -1, -0.01, 0.01, 1),
        (losses.huber, -1, -0.01, 0.01, 1),
    ],
)
def test_one_output_says_the_class_on_whose_side_it_is(loss, low, below, above, high):
    decision = decision_of(loss, [high, low, low], 1)
    assert [decision(output) for output in (low, below, above, high)] == [0, 0, 1, 1]
    assert [decision.class_of(target) for target in (low, high)] == [0, 1]
    assert decision.right(below, low) == [True] and decision.right(below, high) == [False]


def test_a_target_is_certain_if_it_is_a_label_or_a_one_among_zeros():
    of_two, of_three = decision_of(losses.hinge, [-1, 1], 1), decision_of(losses.cross_entropy, [0], 3)
    assert [of_two.is_certain(target) for target in (-1, Value(1.0), 0.5)] == [True, True, False]
    assert [of_three.is_certain(target) for target in (2, [0, 0, 1], [0.2, 0.8, 0.0])] == [True, True, False]


def test_an_output_on_the_threshold_says_the_first_class():
    assert decision_of(losses.hinge, [-1, 1], 1)(0.0) == 0


@given(st.lists(outputs, min_size=2, max_size=6))
def test_of_several_outputs_the_largest_says_the_class_and_of_equal_ones_the_first(numbers):
    decision = decision_of(losses.cross_entropy, [0, 1], len(numbers))
    assert decision(numbers) == decision([Value(x) for x in numbers]) == numbers.index(max(numbers))


@given(outputs)
def test_a_value_says_the_class_that_its_number_says(x):
    decision = decision_of(losses.binary_cross_entropy_with_logits, [0, 1], 1)
    assert decision(Value(x)) == decision(x) == int(x > 0)


def test_targets_for_cross_entropy_are_classes_or_probabilities():
    decision = decision_of(losses.cross_entropy, [0, 1, 2], 3)
    assert decision == Decision((0.0, 1.0, 2.0))
    assert [decision.class_of(target) for target in (2, 1.0, Value(2.0), [0.2, 0.5, 0.3], (0, 0, 1))] == [2, 1, 2, 1, 2]


def test_a_probability_stands_for_the_class_that_it_is_nearer_to():
    decision = decision_of(losses.binary_cross_entropy_with_logits, [0.2, 0.8], 1)
    assert [decision.class_of(target) for target in (0.2, 0.5, 0.8)] == [0, 0, 1]


@pytest.mark.parametrize("loss", DISTANCES)
def test_a_distance_to_a_one_among_zeros_is_between_classes(loss):
    decision = decision_of(loss, [[1, 0, 0], [0, 0, 1]], 3)
    assert decision.labels == (0.0, 1.0, 2.0)
    assert decision([0.1, 0.9, 0.2]) == 1 and decision.class_of([0, 0, 1]) == 2


@pytest.mark.parametrize("loss", DISTANCES)
@pytest.mark.parametrize(
    "targets",
    [
        [],
        [1, 1],  # one number only
        [0, 1, 2],  # more than two: a matter of more or less
        [0.25, 0.75],
        [5.0, 9.0],  # two numbers, but no labels
        [[0.5, 0.5], [1, 0]],
        [[1, 1], [1, 0]],
        [[0, 0], [1, 0]],
        [[1, 0], 1],
    ],
)
def test_a_distance_to_other_targets_is_a_matter_of_more_or_less(loss, targets):
    assert decision_of(loss, targets, 2 if targets and isinstance(targets[0], list) else 1) is None


@pytest.mark.parametrize("targets", [[[1.0], [1.0]], [[0, 1], [0, 0, 1]], [[[0, 1]], [[1, 0]]]])
def test_lists_of_other_shapes_are_no_one_among_zeros(targets):
    assert decision_of(losses.mean_squared_error, targets, 2) is None


def test_an_output_is_as_deep_as_its_lists_of_outputs():
    assert [depth(x) for x in (0.5, Value(0.5), [0.5], [], [[0.5], [0.1, 0.2]], [[[0.5]]])] == [0, 0, 0, 0, 1, 2]


def test_positions_are_those_of_the_outputs_and_what_is_no_list_has_one():
    assert positions([[1, 2], [3]], levels=0) == [[[1, 2], [3]]]
    assert positions([[1, 2], [3]], levels=1) == [[1, 2], [3]]
    assert positions([[1, 2], [3]], levels=2) == [1, 2, 3]
    assert positions([[1, 2], 3], levels=2) == [1, 2, 3]


def test_a_sequence_is_right_position_by_position():
    decision = decision_of(losses.cross_entropy, [0, 1], 2)
    outputs = [[2.0, 1.0], [0.0, 3.0], [5.0, 4.0]]
    assert decision.right(outputs, [0, 0, 0]) == [True, False, True]
    assert decision.right(outputs, [[1, 0], [0.2, 0.8], [0, 1]]) == [True, True, False]


@pytest.mark.parametrize("n", [1, 3])
def test_yes_or_no_at_every_position_is_no_one_class(n):
    assert decision_of(losses.binary_cross_entropy_with_logits, [[1] * n], n) is None


def test_losses_of_ones_own_say_nothing_of_classes():
    assert decision_of(lambda output, target: output * target, [0, 1], 1) is None


@pytest.mark.parametrize(
    "loss",
    [losses.hinge, losses.binary_cross_entropy, losses.binary_cross_entropy_with_logits],
    ids=lambda f: f.__name__,
)
def test_several_outputs_beside_several_yes_or_no_targets_are_no_one_class(loss):
    assert decision_of(loss, [[1, 1], [1, 1]], 2) is None


def test_numbers_and_rows_of_numpy_are_targets_as_lists_are():
    np = pytest.importorskip("numpy")
    assert decision_of(losses.mean_squared_error, np.array([0, 1, 1]), 1) == Decision((0.0, 1.0), 0.5)
    decision = decision_of(losses.mean_squared_error, np.array([[1, 0], [0, 1]]), 2)
    assert decision.right([0.2, 0.7], np.array([0, 1])) == [True] and decision.class_of(np.int64(1)) == 1
    assert decision_of(losses.cross_entropy, np.array([0, 1]), 2).class_of(np.int64(1)) == 1


def test_probabilities_are_those_that_the_loss_makes_of_outputs():
    assert probabilities(losses.binary_cross_entropy, Value(0.75)) == [0.25, 0.75]
    # σ(log 3) = 3 / (3 + 1), and softmax(log 1, log 3, log 4) = 1/8, 3/8, 4/8
    logits = [Value(math.log(x)) for x in (1, 3, 4)]
    assert probabilities(losses.binary_cross_entropy_with_logits, logits[1]) == pytest.approx([0.25, 0.75])
    assert probabilities(losses.cross_entropy, logits) == pytest.approx([0.125, 0.375, 0.5])


@pytest.mark.parametrize("loss", [losses.hinge, *DISTANCES, lambda output, target: output])
def test_margins_and_distances_give_no_probabilities(loss):
    assert probabilities(loss, Value(0.5)) == []
