"""Sequential and what joins modules in it; the shapes that layers are given."""

import pytest

from micrograd_nn import MLP, Layer, Module, Value
from micrograd_nn.layers import RNN, Last, LayerNorm, LSTMCell, Sequential, TimeDistributed
from micrograd_nn.layers.shapes import as_image, as_signal, as_steps


def test_sequential_gives_each_module_what_the_one_before_gave():
    first, second = Layer(2, 3, seed=1), Layer(3, 1, seed=2)
    x = [0.5, -1.0]
    assert Sequential(first, second)(x).data == second(first(x)).data


def test_sequential_is_an_mlp_when_made_of_its_layers():
    model = MLP(2, [3, 1], seed=1)
    same = Sequential(*model.layers)
    assert same([1.0, 2.0]).data == model([1.0, 2.0]).data
    assert [p.label for p in same.parameters()] == [p.label for p in model.parameters()]


def test_a_module_that_stands_twice_in_sequential_has_its_parameters_once():
    layer = Layer(2, 2, seed=1)
    assert len(Sequential(layer, layer).parameters()) == 6


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Sequential(), ValueError, r"Sequential needs at least one module"),
        (lambda: Sequential(Layer(1, 1), 3), TypeError, "Sequential is made of modules that can be called, not int"),
        (lambda: Sequential([Layer(1, 1)]), TypeError, "modules that can be called, not list"),
        (lambda: TimeDistributed(Last()), TypeError, "TimeDistributed applies a Layer or a norm .* step, not Last"),
        (lambda: TimeDistributed(LSTMCell(1, 1)), TypeError, "to every time step, not LSTMCell"),
        (lambda: TimeDistributed(Layer), TypeError, "to every time step, not type"),
        (lambda: Last()([]), ValueError, "a sequence of length 0 has no last time step"),
        (lambda: Last()(3.0), TypeError, "expected a sequence, not float"),
    ],
)
def test_what_cannot_be_joined_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_last_takes_what_a_recurrent_network_came_to():
    rnn = RNN(1, 2, seed=1)
    xs = [1.0, 0.0, 1.0]
    assert [h.data for h in Sequential(rnn, Last())(xs)] == [h.data for h in rnn(xs)[2]]


def test_a_time_distributed_layer_uses_the_same_weights_at_every_step():
    each = TimeDistributed(Layer(1, 1, "linear", seed=1))
    w, b = each.parameters()
    first, second = each([2.0, 3.0])
    (first + second).backward()
    assert (w.grad, b.grad) == (5.0, 2.0)  # 2 + 3, and 1 + 1
    assert w.label == "each.neuron1.w1"


def test_a_norm_may_be_applied_to_every_step():
    """The mean of 1 and 3 is 2, their variance 1; of 6 and 2 it is 4 and 4."""
    each = TimeDistributed(LayerNorm(2, epsilon=1e-300))
    out = each([[1.0, 3.0], [6.0, 2.0]])
    assert [[y.data for y in vector] for vector in out] == [[-1.0, 1.0], [1.0, -1.0]]
    assert out[1][0].label == "t2.each.out1"


class Doubling(Module):
    """A module of one's own that says how wide its vectors are."""

    n_inputs = 2

    def respond(self, x, when=""):
        return [2 * xi for xi in x]


def test_a_module_of_ones_own_may_be_applied_to_every_step():
    assert TimeDistributed(Doubling())([[1.0, 2.0]])[0][1].data == 4.0
    with pytest.raises(ValueError, match="time step 1: expected 2 inputs, got 3"):
        TimeDistributed(Doubling())([[1.0, 2.0, 3.0]])


@pytest.mark.parametrize(
    ("xs", "error", "message"),
    [
        ([], ValueError, "a sequence needs at least 1 time step: this one has length 0"),
        ([[1.0, 2.0], [3.0]], ValueError, "time step 2: expected 2 inputs, got 1"),
        ([[1.0, 2.0], "ab"], TypeError, "time step 2: data must be a real number, not str"),
        (3.0, TypeError, "expected a sequence of vectors, not float"),
        ("abc", TypeError, "expected a sequence of vectors, not str"),
    ],
)
def test_a_sequence_of_another_shape_is_refused_naming_the_time_step(xs, error, message):
    with pytest.raises(error, match=message):
        as_steps(xs, 2)


def test_values_in_a_sequence_stay_themselves():
    x = Value(1.0, label="x")
    assert as_steps([x, [x]], 1) == [[x], [x]]


@pytest.mark.parametrize(
    ("read", "x", "error", "message"),
    [
        (as_signal, [[1.0], [2.0]], ValueError, "expected 1 channel, got 2"),
        (as_signal, [3.0], TypeError, "expected a channel, not float"),
        (as_image, [[[1.0]], [[2.0]]], ValueError, "expected 1 channel, got 2"),
        (as_image, [[[1.0, 2.0], [3.0]]], ValueError, "rows must have the same length: row 1 has 2, row 2 1"),
        (as_image, [[1.0, 2.0]], TypeError, "expected a row, not float"),
        (as_image, [["ab"]], TypeError, "expected a row, not str"),
    ],
)
def test_a_signal_or_an_image_of_another_shape_is_refused_with_both_sizes(read, x, error, message):
    with pytest.raises(error, match=message):
        read(x, 1)


def test_channels_of_different_sizes_are_refused():
    with pytest.raises(ValueError, match="channels must have the same length: channel 1 has 2, channel 2 1"):
        as_signal([[1.0, 2.0], [3.0]], 2)
    with pytest.raises(ValueError, match="channels must have the same size: channel 1 has 1 rows, channel 2 2"):
        as_image([[[1.0]], [[1.0], [2.0]]], 2)


def test_numbers_of_several_channels_say_which_channel_they_are_of():
    assert as_signal([[1.0], [2.0]], 2)[1][0].label == "channel2.x1"
    assert as_image([[[1.0]], [[2.0]]], 2)[1][0][0].label == "channel2.x1_1"


def test_an_error_in_sequential_names_the_layer():
    with pytest.raises(ValueError, match=r"^layer 2, Layer: expected 4 inputs, got 3$"):
        Sequential(Layer(2, 3), Layer(4, 1))([1.0, 2.0])


def test_lists_where_numbers_are_needed_are_told_what_reads_them():
    hint = r"expected 2 numbers as inputs, not lists of them: Last\(\) or TimeDistributed\(layer\) reads a sequence"
    with pytest.raises(TypeError, match=f"^layer 2, Layer: {hint}"):
        Sequential(RNN(1, 2), Layer(2, 1))([1.0, 2.0])
