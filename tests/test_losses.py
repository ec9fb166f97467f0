"""Losses: worked by hand, against finite differences and PyTorch, at extremes, and what they refuse."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from micrograd_nn import Value, check_gradients, grad, ops
from micrograd_nn.losses import (
    LOSSES,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge,
    huber,
    l1_penalty,
    l2_penalty,
    log_softmax,
    loss_function,
    mean_absolute_error,
    mean_squared_error,
    softmax,
)
from tests.strategies import moderate

DISTANCES = [mean_squared_error, mean_absolute_error, huber]
BINARY = [binary_cross_entropy, binary_cross_entropy_with_logits]
ELEMENTWISE = [*DISTANCES, hinge, *BINARY]
probabilities = st.floats(0.01, 0.99).map(lambda x: round(x, 3))
outputs_of = {loss: probabilities if loss is binary_cross_entropy else moderate for loss in ELEMENTWISE}
targets_of = {
    **dict.fromkeys(DISTANCES, moderate),
    hinge: st.sampled_from([-1.0, 1.0]),
    **dict.fromkeys(BINARY, st.sampled_from([0.0, 1.0]) | probabilities),
}


@st.composite
def elementwise(draw, most=3):
    """A loss, outputs and as many targets, off the kinks."""
    loss = draw(st.sampled_from(ELEMENTWISE))
    n = draw(st.integers(1, most))
    outputs = draw(st.lists(outputs_of[loss], min_size=n, max_size=n))
    targets = draw(st.lists(targets_of[loss], min_size=n, max_size=n))
    assume(all(abs(t * o - 1) > 1e-3 and abs(o - t) > 1e-3 for o, t in zip(outputs, targets)))
    return loss, outputs, targets


@st.composite
def classifications(draw):
    """Logits, and a class or the probabilities of all classes."""
    logits = draw(st.lists(moderate, min_size=1, max_size=4))
    if draw(st.booleans()):
        return logits, draw(st.integers(0, len(logits) - 1))
    weights = draw(st.lists(st.integers(0, 5), min_size=len(logits), max_size=len(logits)))
    assume(any(weights))
    return logits, [w / sum(weights) for w in weights]


# Worked by hand


def test_mean_squared_error_is_the_mean_of_squares():
    # ((1 − 2)² + (4 − 2)²) / 2 = (1 + 4) / 2, with slopes 2 (output − target) / 2
    outputs = [Value(1.0), Value(4.0)]
    loss = mean_squared_error(outputs, [2.0, 2.0])
    assert loss.data == 2.5
    assert grad(loss, outputs) == [-1.0, 2.0]


def test_mazurs_error_is_the_mean_squared_error_of_his_two_outputs():
    # Matt Mazur's example: outputs 0.75136507 and 0.772928465 for targets 0.01 and 0.99; E = Σ ½(target − out)² is
    # the mean of two squares, and he prints 0.298371109
    assert mean_squared_error([0.75136507, 0.772928465], [0.01, 0.99]).data == pytest.approx(0.298371109, abs=1e-8)


def test_mean_absolute_error_is_the_mean_of_sizes():
    # (|1 − 2| + |4 − 2|) / 2, with slopes sign / 2
    outputs = [Value(1.0), Value(4.0)]
    loss = mean_absolute_error(outputs, [2.0, 2.0])
    assert loss.data == 1.5
    assert grad(loss, outputs) == [-0.5, 0.5]


def test_huber_is_half_a_square_within_delta_and_a_line_beyond():
    # δ = 2: ½ · 1² = 0.5 at distance 1, ½ · 2² = 2 at 2, and 2 (5 − 1) = 8 at −5, where the slope is −2
    assert [huber(d, 0.0, delta=2.0).data for d in (1.0, 2.0, -5.0)] == [0.5, 2.0, 8.0]
    outlier = Value(-5.0)
    assert grad(huber(outlier, 0.0, delta=2.0), outlier) == -2.0


def test_hinge_is_the_shortfall_from_the_margin():
    # max(0, 1 − 0.5) = 0.5; max(0, 1 + 2) = 3; max(0, 1 − 3) = 0
    outputs = [Value(0.5), Value(2.0), Value(-3.0)]
    loss = hinge(outputs, [1, -1, -1])
    assert loss.data == pytest.approx(3.5 / 3)
    assert grad(loss, outputs) == pytest.approx([-1 / 3, 1 / 3, 0.0])


def test_binary_cross_entropy_is_the_mean_surprise():
    # −log ¼ = log 4 for target 1, −log (1 − ¼) = log 4/3 for target 0; the slopes are −1/p and 1/(1 − p), halved
    outputs = [Value(0.25), Value(0.25)]
    loss = binary_cross_entropy(outputs, [1, 0])
    assert loss.data == pytest.approx((math.log(4) + math.log(4 / 3)) / 2, rel=1e-15)
    assert grad(loss, outputs) == pytest.approx([-2.0, 2 / 3])


def test_binary_cross_entropy_from_logits_has_sigmoid_minus_target_as_its_slope():
    # sigmoid(log 3) = ¾: the surprise at 1 is log 4/3, the slope ¾ − 1; at target ½ the slope is ¾ − ½
    for target, slope in [(1, -0.25), (0, 0.75), (0.5, 0.25)]:
        z = Value(math.log(3))
        loss = binary_cross_entropy_with_logits(z, target)
        surprise = target * math.log(4 / 3) + (1 - target) * math.log(4)
        assert loss.data == pytest.approx(surprise, rel=1e-14)
        assert grad(loss, z) == pytest.approx(slope, rel=1e-14)


def test_cross_entropy_has_the_published_value_and_gradients():
    # logits 1, 2, 3 and class 0, from the project's list of worked examples
    logits = [Value(1.0), Value(2.0), Value(3.0)]
    loss = cross_entropy(logits, 0)
    assert loss.data == pytest.approx(2.40760596444438, rel=1e-12)
    assert grad(loss, logits) == pytest.approx(
        [-0.9099694268296196, 0.24472847105479767, 0.6652409557748219], rel=1e-12
    )


def test_cross_entropy_with_probabilities_weighs_the_classes():
    # equal logits: every class has surprise log 2
    assert cross_entropy([0.0, 0.0], [0.3, 0.7]).data == pytest.approx(math.log(2), rel=1e-15)


def test_cross_entropy_of_a_batch_is_the_mean():
    # surprise log 2 for equal logits, and log 4 where exp(z) are 1 and 3 and the class is the first
    loss = cross_entropy([[0.0, 0.0], [0.0, math.log(3)]], [1, 0])
    assert loss.data == pytest.approx((math.log(2) + math.log(4)) / 2, rel=1e-14)


def test_softmax_is_the_share_of_the_exponentials():
    # exp(z) are 1, 2 and 5
    logits = [0.0, math.log(2), math.log(5)]
    assert [p.data for p in softmax(logits)] == pytest.approx([1 / 8, 2 / 8, 5 / 8], rel=1e-14)
    assert [p.data for p in log_softmax(logits)] == pytest.approx([math.log(k / 8) for k in (1, 2, 5)], rel=1e-14)


def test_penalties_are_sums_of_sizes_and_of_squares():
    # slopes are the sign, and 2w
    ws = [Value(3.0), Value(-4.0)]
    assert (l1_penalty(ws).data, l2_penalty(ws).data) == (7.0, 25.0)
    assert grad(l1_penalty(ws), ws) == [1.0, -1.0]
    assert grad(l2_penalty(ws), ws) == [6.0, -8.0]


def test_the_l2_penalty_is_one_node():
    assert l2_penalty(iter([Value(1.0), Value(2.0)])).op is ops.dot


# Against finite differences and PyTorch


@given(elementwise())
@settings(max_examples=40)
def test_gradients_of_elementwise_losses_agree_with_finite_differences(problem):
    loss, outputs, targets = problem
    check_gradients(lambda *values: loss(values, targets), *outputs)


@given(elementwise())
@settings(max_examples=40)
def test_gradients_in_targets_agree_with_finite_differences_where_targets_may_vary(problem):
    loss, outputs, targets = problem
    assume(loss is not hinge and not {0.0, 1.0} & set(targets))
    check_gradients(lambda *values: loss(outputs, values), *targets)


@given(classifications())
@settings(max_examples=40)
def test_gradients_of_cross_entropy_agree_with_finite_differences(problem):
    logits, target = problem
    check_gradients(lambda *zs: cross_entropy(zs, target), *logits)


@given(st.lists(moderate, min_size=1, max_size=4), st.integers(0, 3))
@settings(max_examples=40)
def test_gradients_of_softmax_agree_with_finite_differences(logits, i):
    check_gradients(lambda *zs: softmax(zs)[i % len(logits)], *logits)


def assert_as_in_pytorch(ours, values, theirs, tensor):
    theirs.backward()
    assert ours.data == pytest.approx(theirs.item(), rel=1e-12, abs=1e-14)
    assert grad(ours, values) == pytest.approx(tensor.grad.tolist(), rel=1e-12, abs=1e-14)


@given(elementwise(most=5))
def test_elementwise_losses_are_pytorchs(problem):
    torch = pytest.importorskip("torch")
    loss, outputs, targets = problem
    functional = torch.nn.functional
    theirs = {
        mean_squared_error: functional.mse_loss,
        mean_absolute_error: functional.l1_loss,
        huber: functional.huber_loss,
        hinge: lambda o, t: torch.relu(1 - t * o).mean(),
        binary_cross_entropy: functional.binary_cross_entropy,
        binary_cross_entropy_with_logits: functional.binary_cross_entropy_with_logits,
    }[loss]
    tensor = torch.tensor(outputs, dtype=torch.float64, requires_grad=True)
    values = [Value(x) for x in outputs]
    expected = theirs(tensor, torch.tensor(targets, dtype=torch.float64))
    assert_as_in_pytorch(loss(values, targets), values, expected, tensor)


@given(classifications())
def test_cross_entropy_is_pytorchs(problem):
    torch = pytest.importorskip("torch")
    logits, target = problem
    tensor = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
    values = [Value(z) for z in logits]
    theirs = torch.tensor(target, dtype=torch.int64 if isinstance(target, int) else torch.float64)
    expected = torch.nn.functional.cross_entropy(tensor, theirs)
    assert_as_in_pytorch(cross_entropy(values, target), values, expected, tensor)


# Extremes


@pytest.mark.parametrize(("z", "target"), [(1000.0, 0), (-1000.0, 1)])
def test_a_logit_on_the_wrong_side_costs_its_size(z, target):
    # softplus(1000) = 1000 + log(1 + exp(−1000)), whose second term is below the last digit; its slope is sigmoid
    leaf = Value(z)
    loss = binary_cross_entropy_with_logits(leaf, target)
    assert loss.data == 1000.0
    assert grad(loss, leaf) == math.copysign(1.0, z)


@pytest.mark.parametrize(("z", "target"), [(1000.0, 1), (-1000.0, 0)])
def test_a_logit_on_the_right_side_costs_nothing(z, target):
    assert binary_cross_entropy_with_logits(z, target).data == 0.0


def test_the_tail_of_a_logit_on_the_right_side_is_exact():
    # log(1 + e) for e = exp(−50) is e − e²/2 + …, and e² is 21 digits further down
    assert binary_cross_entropy_with_logits(50.0, 1).data == pytest.approx(math.exp(-50), rel=1e-14)
    assert binary_cross_entropy_with_logits(-50.0, 0).data == pytest.approx(math.exp(-50), rel=1e-14)


def test_a_small_probability_of_the_wrong_class_costs_itself():
    # −log(1 − p) = p + p²/2 + …
    assert binary_cross_entropy(1e-20, 0).data == 1e-20


@pytest.mark.parametrize("k", [0, 1])
def test_a_certain_probability_on_the_right_side_costs_nothing(k):
    assert binary_cross_entropy(float(k), k).data == 0.0


@pytest.mark.parametrize(("p", "target"), [(0.0, 1), (1.0, 0), (0.0, 0.5), (1.0, 0.5)])
def test_a_certain_probability_that_rules_its_target_out_is_refused(p, target):
    message = f"log is undefined at 0: output {p} rules out target {float(target)}; take the logits"
    with pytest.raises(ValueError, match=message):
        binary_cross_entropy(p, target)


def test_softmax_and_cross_entropy_stand_large_logits():
    assert [p.data for p in softmax([1000.0, 0.0])] == [1.0, 0.0]
    assert [p.data for p in log_softmax([-1000.0, 0.0])] == [-1000.0, 0.0]
    assert cross_entropy([1000.0, -1000.0], 1).data == 2000.0


@pytest.mark.parametrize("loss", [*DISTANCES, hinge, binary_cross_entropy_with_logits])
def test_a_nan_among_the_outputs_is_passed_on(loss):
    assert math.isnan(loss([Value(math.nan), Value(1.0)], [1.0, 1.0]).data)
    assert math.isnan(cross_entropy([Value(math.nan), Value(1.0)], 1).data)


# Shapes and kinds of input


@given(elementwise(most=4))
def test_every_shape_of_the_same_numbers_has_the_same_loss(problem):
    loss, outputs, targets = problem
    flat = loss(outputs, targets).data
    assert loss([[o] for o in outputs], [[t] for t in targets]).data == flat
    assert loss([tuple(outputs)], [targets]).data == flat
    assert loss([Value(o) for o in outputs], [Value(t) for t in targets]).data == pytest.approx(flat, rel=1e-14)


def test_a_loss_of_one_output_is_that_error_alone():
    output = Value(3.0)
    loss = mean_squared_error(output, 1.0)
    assert loss.op is ops.power
    assert mean_squared_error([output], [1.0]).op is ops.power


@pytest.mark.parametrize("target", [1, 1.0, True, Value(1.0)])
def test_a_class_may_be_any_whole_number(target):
    assert cross_entropy([1.0, 2.0], target).data == cross_entropy([1.0, 2.0], [0, 1]).data


def test_arrays_are_lists():
    np = pytest.importorskip("numpy")
    assert mean_squared_error(np.array([[1.0], [4.0]]), np.array([[2.0], [2.0]])).data == 2.5
    assert cross_entropy(np.zeros((3, 2)), np.array([0, 1, 0])).data == pytest.approx(math.log(2))


@pytest.mark.parametrize("loss", ELEMENTWISE)
@pytest.mark.parametrize(
    ("outputs", "targets", "message"),
    [
        ([0.5, 0.5], [1.0], "there must be a target for each output: got 2 outputs, 1 targets"),
        ([[0.5], [0.5, 0.5]], [[1.0], [1.0]], "got 2 outputs, 1 targets"),
        ([0.5, 0.5], 1.0, "must have the same shape: got a list of 2 and a number"),
        ([0.5, 0.5], [[1.0], [1.0]], "must have the same shape: got a number and a list of 1"),
        ([], [], r"at least one output and target: got \[\] and \[\]"),
        ([[], []], [[], []], "at least one output and target"),
        (0.5, math.nan, "a target must be finite, not nan"),
        (0.5, Value(math.inf), "a target must be finite, not inf"),
    ],
)
def test_outputs_and_targets_that_do_not_fit_are_refused(loss, outputs, targets, message):
    with pytest.raises(ValueError, match=message):
        loss(outputs, targets)


@pytest.mark.parametrize("wrong", ["1.0", None, {"a": 1.0}, {1.0}, 1j])
def test_what_is_no_number_is_a_type_error(wrong):
    with pytest.raises(TypeError, match=f"must be a real number, not {type(wrong).__name__}"):
        mean_squared_error(0.5, wrong)
    with pytest.raises(TypeError, match=f"must be a real number, not {type(wrong).__name__}"):
        mean_squared_error(wrong, 0.5)


@pytest.mark.parametrize(
    ("loss", "output", "target", "message"),
    [
        (hinge, 0.5, 0, "a target of hinge must be -1 or 1, not 0.0"),
        (hinge, 0.5, Value(2.0), "a target of hinge must be -1 or 1, not 2.0"),
        (binary_cross_entropy, 0.5, 2, "a target of binary cross-entropy must be from 0 to 1, not 2.0"),
        (binary_cross_entropy, 1.5, 1, "an output of binary cross-entropy must be from 0 to 1, not 1.5"),
        (binary_cross_entropy, math.nan, 1, "an output of binary cross-entropy must be from 0 to 1, not nan"),
        (binary_cross_entropy_with_logits, 3.0, -1, "a target of binary cross-entropy must be from 0 to 1, not -1.0"),
        (cross_entropy, [[1.0, 2.0]] * 3, [1, 2, 0], "target 2 of 3: a target class must be a whole number"),
        (cross_entropy, [[1.0, 2.0], []], [1, 0], "target 2 of 2: a list of logits is needed"),
        (cross_entropy, [1.0, 2.0], 2, "a target class must be a whole number from 0 to 1 for 2 logits, not 2"),
        (cross_entropy, [1.0, 2.0], -1, "from 0 to 1 for 2 logits, not -1"),
        (cross_entropy, [1.0, 2.0], 0.5, "from 0 to 1 for 2 logits, not 0.5"),
        (cross_entropy, [1.0, 2.0], math.nan, "from 0 to 1 for 2 logits, not nan"),
        (cross_entropy, [1.0, 2.0], [1.0], "a probability for each class: got 2 logits, 1 probabilities"),
        (cross_entropy, [1.0, 2.0], [-0.5, 1.5], "a target probability must be from 0 to 1, not -0.5"),
        (cross_entropy, [1.0, 2.0], [math.nan, 1.0], "a target probability must be from 0 to 1, not nan"),
        (cross_entropy, [1.0, 2.0], [0.5, 0.4], "target probabilities must sum to 1, not 0.9"),
        (cross_entropy, [], 0, r"needs a list of logits, one for each class, not \[\]"),
        (cross_entropy, 1.0, 0, "needs a list of logits, one for each class, not 1.0"),
        (cross_entropy, [[1.0], []], [0, 0], r"a list of logits is needed, one for each class, not \[\]"),
        (cross_entropy, [[1.0], [1.0]], [0], "a target for each example: got 2 lists of logits, 1 targets"),
        (cross_entropy, [[1.0], [1.0]], 0, "a target for each example: got 2 lists of logits, 0"),
        (lambda zs, _: softmax(zs), [], 0, r"a list of logits is needed, one for each class, not \[\]"),
    ],
)
def test_impossible_targets_and_outputs_are_refused(loss, output, target, message):
    with pytest.raises(ValueError, match=message):
        loss(output, target)


@pytest.mark.parametrize("delta", [0.0, -1.0, math.inf, math.nan])
def test_a_delta_must_be_above_0(delta):
    with pytest.raises(ValueError, match=f"delta must be above 0 and finite, not {delta}"):
        huber(1.0, 0.0, delta=delta)


# By name


def test_every_loss_stands_under_its_own_name():
    assert list(LOSSES.values()) == [*ELEMENTWISE, cross_entropy]
    assert all(loss_function(name) is loss and loss.__name__ == name for name, loss in LOSSES.items())


def test_a_loss_function_of_ones_own_stands_for_itself():
    assert loss_function(max) is max


def test_an_unknown_loss_is_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match=r"unknown loss 'cross_entropie': .* did you mean 'cross_entropy'"):
        loss_function("cross_entropie")
    with pytest.raises(TypeError, match="loss must be a name or a function, not 3: there are mean_squared_error"):
        loss_function(3)
