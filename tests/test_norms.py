"""LayerNorm, RMSNorm and BatchNorm: their formulas, modes, running statistics, and what they refuse."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from micrograd_nn import Value, check_gradients, no_grad, ops
from micrograd_nn.graph import topological_order
from micrograd_nn.layers.batch_norm import BatchNorm
from micrograd_nn.layers.norms import LayerNorm, Norm, RMSNorm
from tests.beside_torch import assert_close, assert_the_same_gradients, numbers, tensor, weighted, weighted_tensor
from tests.strategies import moderate

KINDS = [RMSNorm, LayerNorm]
vectors = st.lists(moderate, min_size=2, max_size=4)
eighths = st.integers(-16, 16).map(lambda n: n / 8)  # so coarse that a variance is 0 or well above its rounding
batches = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(eighths, min_size=width, max_size=width), min_size=2, max_size=4)
)


def given_parameters(norm):
    """The norm, its parameters no longer 1 and 0."""
    for k, p in enumerate(norm.parameters()):
        p.data += 0.25 * (k + 1)
    return norm


def test_rms_norm_divides_by_the_root_mean_square():
    """√((1 + 49) / 2) = 5."""
    assert numbers(RMSNorm(2, epsilon=1e-300)([1.0, 7.0])) == pytest.approx([0.2, 1.4], rel=1e-15)


def test_layer_norm_gives_mean_0_and_variance_1():
    """The mean of 1, 2, 3 is 2, the variance 2/3: (3 - 2) / √(2/3) = √1.5."""
    assert numbers(LayerNorm(3, epsilon=1e-300)([1.0, 2.0, 3.0])) == pytest.approx(
        [-(1.5**0.5), 0, 1.5**0.5], abs=1e-15
    )


def test_gains_and_biases_scale_and_shift():
    norm = LayerNorm(2, epsilon=1e-300)
    for p, number in zip(norm.parameters(), [2.0, 3.0, 10.0, 20.0]):
        p.data = number
    assert [name for name, _ in norm.named_parameters()] == ["g1", "g2", "b1", "b2"]
    assert numbers(norm([0.0, 4.0])) == pytest.approx([10 - 2, 20 + 3])  # -1 and 1, times 2 and 3


@pytest.mark.parametrize("kind", KINDS)
def test_zeros_are_not_divided_by_zero(kind):
    out = kind(3)([0.0, 0.0, 0.0])
    weighted(out).backward()
    assert numbers(out) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=10)
@given(vectors, st.booleans())
def test_gradients_of_a_norm_agree_with_finite_differences(kind, x, expand):
    def loss(*points):
        norm = kind(len(x), epsilon=0.1, expand=expand)
        norm.g = points[len(x) : 2 * len(x)]
        norm.b = points[2 * len(x) :]
        return weighted(norm(points[: len(x)]))

    assert check_gradients(loss, *x, *[0.5 + 0.1 * k for k in range(2 * len(x))])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("gain", [True, False])
def test_expanded_norms_give_the_same_in_plain_sums(kind, gain):
    plain, expanded = kind(3, gain=gain), kind(3, gain=gain, expand=True)
    x = [0.5, -1.0, 2.0]
    assert numbers(expanded(x)) == pytest.approx(numbers(plain(x)), rel=1e-15)
    assert not {ops.dot, ops.total} & {node.op for node in topological_order(weighted(expanded(x)))}


@pytest.mark.parametrize("kind", KINDS)
def test_nodes_of_a_norm_are_labelled(kind):
    out = kind(2)([1.0, 2.0])
    labels = {node.label for node in topological_order(weighted(out))}
    assert [node.label for node in out] == ["out1", "out2"]
    assert {"mean_square", "scale", "x1", "g2"} <= labels


def test_a_norm_without_gain_has_no_parameters():
    assert [kind(4, gain=False).parameters() for kind in KINDS] == [[], []]
    assert repr(RMSNorm(4, gain=False)) == "RMSNorm(4, 0 parameters)"
    assert repr(LayerNorm(4)) == "LayerNorm(4, 8 parameters)"


@pytest.mark.parametrize("kind", KINDS)
def test_a_norm_is_made_again_from_its_architecture(kind):
    norm = kind(3, epsilon=0.5, gain=False, expand=True)
    assert kind(**norm.architecture()).architecture() == norm.architecture()


@pytest.mark.parametrize("kind", [*KINDS, BatchNorm])
def test_settings_that_make_no_norm_are_refused(kind):
    with pytest.raises(ValueError, match="width must be at least 1, not 0"):
        kind(0)
    with pytest.raises(ValueError, match="epsilon must be above 0 and finite, not 0"):
        kind(2, epsilon=0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_vector_of_another_width_is_refused(kind):
    with pytest.raises(ValueError, match="expected 2 inputs, got 3"):
        kind(2)([1.0, 2.0, 3.0])


@given(st.lists(eighths, min_size=2, max_size=4))
def test_rms_norm_has_pytorchs_outputs_and_gradients(x):
    torch = pytest.importorskip("torch")
    norm, inputs = given_parameters(RMSNorm(len(x))), [Value(number) for number in x]
    a, g = tensor(inputs), tensor(norm.g)
    ours, theirs = norm(inputs), torch.nn.functional.rms_norm(a, [len(x)], g, 1e-5)
    assert_close(numbers(ours), theirs)
    weighted(ours).backward()
    weighted_tensor(theirs).backward()
    assert_the_same_gradients([(inputs, a), (norm.g, g)])


@given(st.lists(eighths, min_size=2, max_size=4))
def test_layer_norm_has_pytorchs_outputs_and_gradients(x):
    torch = pytest.importorskip("torch")
    norm, inputs = given_parameters(LayerNorm(len(x))), [Value(number) for number in x]
    a, g, b = tensor(inputs), tensor(norm.g), tensor(norm.b)
    ours, theirs = norm(inputs), torch.nn.functional.layer_norm(a, [len(x)], g, b)
    assert_close(numbers(ours), theirs)
    weighted(ours).backward()
    weighted_tensor(theirs).backward()
    assert_the_same_gradients([(inputs, a), (norm.g, g), (norm.b, b)])


def test_batch_norm_gives_every_number_mean_0_and_variance_1_over_the_batch():
    """The column 1, 3 has mean 2 and deviation 1; the column 10, 30 has mean 20 and deviation 10."""
    out = BatchNorm(2, epsilon=1e-300)([[1.0, 10.0], [3.0, 30.0]])
    assert numbers(out) == [[-1.0, -1.0], [1.0, 1.0]]


def test_running_statistics_move_towards_those_of_the_batch():
    """Of 1, 3 the mean is 2, the estimate of the variance 2: 0.75 · 0 + 0.25 · 2 and 0.75 · 1 + 0.25 · 2."""
    norm = BatchNorm(1, momentum=0.25)
    norm([[1.0], [3.0]])
    assert (norm.running_mean, norm.running_variance) == ([0.5], [1.25])


def test_batch_norm_in_use_takes_the_running_statistics_and_leaves_them():
    """(5 - 1) / √4 = 2."""
    norm = BatchNorm(1, epsilon=1e-300).eval()
    norm.running_mean, norm.running_variance = [1.0], [4.0]
    assert numbers(norm([[5.0]])) == [[2.0]]
    assert (norm.running_mean, norm.running_variance) == ([1.0], [4.0])


def test_a_batch_that_cannot_be_normed_leaves_the_running_statistics():
    norm = BatchNorm(2)
    with pytest.raises(OverflowError):
        norm([[1.0, 1e200], [2.0, -1e200]])
    assert (norm.running_mean, norm.running_variance) == ([0.0, 0.0], [1.0, 1.0])


def test_running_statistics_follow_without_recording_too():
    norm = BatchNorm(1)
    with no_grad():
        norm([[1.0], [3.0]])
    assert norm.running_mean == [0.2]


def test_running_statistics_are_buffers():
    norm = BatchNorm(2)
    assert list(norm.named_buffers()) == [("running_mean", [0.0, 0.0]), ("running_variance", [1.0, 1.0])]


@pytest.mark.parametrize("training", [True, False])
@settings(max_examples=10)
@given(batches)
def test_gradients_of_batch_norm_agree_with_finite_differences(training, batch):
    width = len(batch[0])

    def loss(*points):
        norm = BatchNorm(width, epsilon=0.1).set_mode(training)
        norm.g, norm.b, *rows = (points[k : k + width] for k in range(0, len(points), width))
        return weighted(norm(rows))

    assert check_gradients(loss, *[0.5 + 0.1 * k for k in range(2 * width)], *[x for row in batch for x in row])


@pytest.mark.parametrize("training", [True, False])
@settings(max_examples=10)
@given(batches)
def test_batch_norm_has_pytorchs_outputs_gradients_and_running_statistics(training, batch):
    torch = pytest.importorskip("torch")
    width = len(batch[0])
    ours, theirs = given_parameters(BatchNorm(width)), torch.nn.BatchNorm1d(width, dtype=torch.float64)
    with torch.no_grad():
        theirs.weight.copy_(tensor(ours.g))
        theirs.bias.copy_(tensor(ours.b))
    ours(batch)  # once in training, so that the running statistics are not those at first
    theirs(torch.tensor(batch, dtype=torch.float64))
    inputs = [[Value(x) for x in row] for row in batch]
    tensors = tensor(inputs)
    out, expected = ours.set_mode(training)(inputs), theirs.train(training)(tensors)
    assert_close(numbers(out), expected)
    assert_close(ours.running_mean, theirs.running_mean)
    assert_close(ours.running_variance, theirs.running_var)
    weighted(out).backward()
    weighted_tensor(expected).backward()
    assert_the_same_gradients([(inputs, tensors), (ours.g, theirs.weight), (ours.b, theirs.bias)])


def test_batches_that_cannot_be_normed_are_refused():
    norm = BatchNorm(1)
    with pytest.raises(ValueError, match="a batch needs at least 2 examples while training, not 1"):
        norm([[1.0]])
    with pytest.raises(ValueError, match="a batch needs at least 1 vector: this one has length 0"):
        norm.eval()([])
    with pytest.raises(ValueError, match="vector 2: expected 1 inputs, got 2"):
        norm([[1.0], [1.0, 2.0]])
    with pytest.raises(TypeError, match="vector 1: data must be a real number, not str"):
        BatchNorm(2)(["ab"])
    with pytest.raises(ValueError, match="vector 1: expected 2 inputs, got 1"):
        BatchNorm(2)([Value(1.0), Value(2.0)])
    with pytest.raises(TypeError, match="expected a batch of vectors, not float"):
        norm(1.0)
    with pytest.raises(ValueError, match="momentum must be above 0 and at most 1, not 2"):
        BatchNorm(1, momentum=2)


def test_a_batch_of_width_1_may_be_numbers():
    assert numbers(BatchNorm(1)([1.0, 3.0])) == numbers(BatchNorm(1)([[1.0], [3.0]]))


def test_batch_norm_is_made_again_from_its_architecture():
    norm = BatchNorm(3, momentum=0.5, epsilon=0.25)
    assert BatchNorm(**norm.architecture()).architecture() == norm.architecture()
    assert repr(norm) == "BatchNorm(3, 6 parameters)"


def test_nodes_of_batch_norm_are_labelled():
    out = BatchNorm(1)([[1.0], [3.0]])
    labels = {node.label for node in topological_order(weighted(out))}
    assert out[1][0].label == "out1"
    assert {"mean1", "variance1", "scale1", "g1", "b1"} <= labels


def test_a_norm_of_ones_own_must_say_what_it_does():
    with pytest.raises(NotImplementedError, match="Norm must say what becomes of a vector"):
        Norm(2)([1.0, 2.0])
