"""Gradients by time step: worked numbers of a linear RNN, columns, tables, pictures, and what is refused."""

import math
import re

import pytest

from micrograd_nn import Value
from micrograd_nn.graph import NOT_COMPUTED, topological_order
from micrograd_nn.layers import LSTM, RNN, LSTMCell, Sequential
from micrograd_nn.through_time import ThroughTime, side_by_side, through_time


def halving(length, w=0.5):
    """The last state of a linear RNN of one unit, h_t = x_t + w·h_{t-1}."""
    rnn = RNN(1, 1, "linear", seed=1)
    neuron = rnn.cell.neurons[0]
    neuron.w[0].data, neuron.w[1].data = 1.0, w
    return rnn([0.0] * length)[-1][0]


def test_gradients_are_those_of_every_state_and_input():
    # ∂h3/∂h_t = 0.5^(3 - t), and ∂h3/∂x_t is the same, for x_t has the weight 1
    expected = {1: [0.25], 2: [0.5], 3: [1.0]}
    assert through_time(halving(3)).gradients == {"x": expected, "h": expected}


def test_a_norm_is_the_length_of_a_gradient():
    network = ThroughTime("", {"h": {1: [3.0, -4.0], 2: [5.0, 12.0]}})
    assert network.norms("h") == {1: 5.0, 2: 13.0}


@pytest.mark.parametrize("w", [0.5, 1.0, 2.0])
def test_the_factor_of_a_linear_unit_is_its_weight(w):
    assert through_time(halving(20, w)).factor("h") == pytest.approx(w, rel=1e-12)


@pytest.mark.parametrize("gradient", [{1: [1.0]}, {1: [1.0], 2: [0.0]}])
def test_there_is_no_factor_where_nothing_can_be_compared(gradient):
    network = ThroughTime("", {"h": gradient})
    assert network.factor("h") is None
    assert str(network).splitlines()[-1].strip() == "a step back"


def test_a_gradient_that_does_not_come_back_has_the_factor_0():
    assert ThroughTime("", {"h": {1: [0.0], 2: [2.0]}}).factor("h") == 0.0


def test_gradients_are_what_backward_leaves():
    (loss,) = LSTM(1, 1, seed=1)([0.5, -1.0])[-1]
    found = through_time(loss).gradients
    nodes = {node.label: node for node in topological_order(loss)}
    loss.backward()
    for letter, label in (("x", "t{}.x1"), ("h", "t{}.cell.h1"), ("c", "t{}.cell.c1")):
        assert found[letter] == {t: [nodes[label.format(t)].grad] for t in (1, 2)}


def test_no_nodes_gradient_changes():
    output = halving(3)
    through_time(output)
    assert all(node.grad is NOT_COMPUTED for node in topological_order(output))


def test_vectors_hold_their_numbers_in_order():
    first, second = RNN(2, 2, seed=1)([[1.0, 2.0]])[0]
    assert through_time(3 * first + 5 * second).gradients["h"] == {1: [3.0, 5.0]}


def test_states_of_several_layers_are_told_apart():
    model = Sequential(RNN(1, 1, seed=1), LSTM(1, 1, seed=2))
    assert set(through_time(model([1.0, 0.0])[-1][0]).gradients) == {"x", "layer1.cell.h", "layer2.cell.h", "c"}


def test_a_start_state_of_numbers_is_time_step_0():
    (h,) = RNN(1, 1, seed=1)([1.0], [0.5])[-1]
    assert list(through_time(h).gradients["h"]) == [0, 1]


def test_a_cell_in_a_loop_of_ones_own_is_found():
    cell = LSTMCell(1, 1, seed=1)
    state = cell.start()
    for t in (1, 2):
        state = cell.respond([Value(1.0)], state, f"t{t}.")
    assert list(through_time(state[0][0]).gradients["c"]) == [1, 2]


def test_several_sequences_count_together():
    rnn = RNN(1, 1, "linear", seed=1)
    both = rnn([1.0])[0][0] + 2 * rnn([5.0])[0][0]
    assert through_time(both).norms("h") == {1: math.hypot(1, 2)}


def test_sequences_of_different_lengths_share_a_table():
    network = ThroughTime("norms", {"RNN": {1: [1.0], 2: [1.0]}, "LSTM": {2: [3.0], 3: [3.0]}})
    assert [line.split() for line in str(network).splitlines()[2:5]] == [["1", "1"], ["2", "1", "3"], ["3", "3"]]


def test_networks_are_set_side_by_side():
    rnn, lstm = through_time(halving(2)), through_time(LSTM(1, 1, seed=1)([0.0, 0.0])[-1][0])
    both = side_by_side({"RNN": rnn, "LSTM": lstm}, "h")
    assert both.gradients == {"RNN": rnn.gradients["h"], "LSTM": lstm.gradients["h"]}
    assert str(both).splitlines()[0] == "norm of the gradient with respect to h"


def test_a_column_that_a_network_does_not_have_is_refused():
    message = "no column of RNN is called c: there are x, h"
    with pytest.raises(ValueError, match=message):
        side_by_side({"LSTM": through_time(LSTM(1, 1)([1.0])[0][0]), "RNN": through_time(halving(1))}, "c")


def test_a_plot_has_a_curve_for_every_column():
    chart = through_time(halving(20)).plot()
    assert "norm by time step on a logarithmic scale: x from 1.907e-06 to 1, h from 1.907e-06 to 1" in chart.description
    assert re.search(r">time step</text>", chart.svg)


def test_a_plot_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no number above 0 to draw"):
        ThroughTime("", {"h": {1: [0.0]}}).plot()


def test_an_output_without_time_steps_is_refused():
    with pytest.raises(ValueError, match=r"no node is labelled .* such as t3\.x1 or t3\.cell\.h1"):
        through_time(Value(2.0, label="x") * 3)


def test_what_is_no_value_is_refused():
    with pytest.raises(TypeError, match="gradients through time are those of a Value, not of list"):
        through_time(RNN(1, 2)([1.0]))


def test_a_latched_tanh_unit_fades_by_the_slope_of_tanh():
    # with w = 3 it rests where h = tanh(3h); there a step back multiplies by 3·(1 - h²), which is about 0.03
    h = 1.0
    for _ in range(100):
        h = math.tanh(3 * h)
    rnn = RNN(1, 1, seed=1)
    rnn.cell.neurons[0].w[1].data = 3.0
    (last,) = rnn([0.0] * 20, [h])[-1]
    assert through_time(last).factor("h") == pytest.approx(3 * (1 - h * h), rel=1e-9)


def test_a_memory_fades_as_the_forget_gate_says():
    # all weights 0: nothing but c leads back, and f = sigmoid(log 3) = 3/4
    lstm = LSTM(1, 1, seed=1)
    for p in lstm.parameters():
        p.data = 0.0
    lstm.cell.forget_gate.neurons[0].b.data = math.log(3)
    (last,) = lstm([1.0] * 20)[-1]
    assert through_time(last).factor("c") == pytest.approx(0.75, rel=1e-12)
