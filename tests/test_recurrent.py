"""Recurrent cells and the loop over time: worked numbers, finite differences, PyTorch, and what is refused."""

import random
from collections import Counter
from math import exp, log, tanh

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from micrograd_nn import Layer, Neuron, Value, check_gradients, grad, train
from micrograd_nn.graph import topological_order
from micrograd_nn.layers import GRU, LSTM, RNN, GRUCell, Last, LSTMCell, RNNCell, Sequential
from tests.strategies import moderate

NETWORKS = [RNN, GRU, LSTM]
CELLS = [RNNCell, GRUCell, LSTMCell]


def set_neuron(neuron, weights, bias=0.0):
    """Give a neuron these numbers."""
    for p, number in zip([*neuron.w, neuron.b], [*weights, bias], strict=True):
        p.data = number


def one_unit(u, w):
    """A linear RNN of one unit: h_t = u·x_t + w·h_{t-1}."""
    rnn = RNN(1, 1, "linear", seed=1)
    set_neuron(rnn.cell.neurons[0], [u, w])
    return rnn


def numbers(outputs):
    """The data of every output."""
    return [h.data for step in outputs for h in step]


def squares(outputs):
    """A number that depends on every output."""
    return sum((k * h - 1) ** 2 for k, h in enumerate([h for step in outputs for h in step], start=1))


def test_a_shared_weights_gradient_is_the_sum_over_time_steps():
    # h1 = u·x1 + w·h0 = 2·3 + 5·7 = 41 and h2 = u·x2 + w·h1 = 2·11 + 5·41 = 227
    # ∂h2/∂w = h1 + w·h0 = 41 + 5·7 = 76; ∂h2/∂u = x2 + w·x1 = 11 + 5·3 = 26; ∂h2/∂h0 = w² = 25
    # ∂h2/∂b = 1 + w = 6
    rnn, h0 = one_unit(u=2.0, w=5.0), Value(7.0)
    h2 = rnn([3.0, 11.0], [h0])[-1][0]
    neuron = rnn.cell.neurons[0]
    assert h2.data == 227.0
    assert grad(h2, [neuron.w[1], neuron.w[0], h0, neuron.b]) == [76.0, 26.0, 25.0, 6.0]


WEIGHTS = {  # of the LSTM in Aidan Gomez, "Backpropogating an LSTM: A Numerical Example", 2016: of x1, x2, h, and bias
    "candidate": (0.45, 0.25, 0.15, 0.2),
    "input_gate": (0.95, 0.8, 0.8, 0.65),
    "forget_gate": (0.7, 0.45, 0.1, 0.15),
    "output_gate": (0.6, 0.4, 0.25, 0.1),
}
XS, TARGETS = [[1.0, 2.0], [0.5, 3.0]], [0.5, 1.25]


def published_lstm():
    """The LSTM of the numerical example."""
    lstm = LSTM(2, 1, seed=1)
    for name, (*weights, bias) in WEIGHTS.items():
        set_neuron(getattr(lstm.cell, name).neurons[0], weights, bias)
    return lstm


def test_an_lstm_has_the_published_outputs():
    assert numbers(published_lstm()(XS)) == pytest.approx([0.53631, 0.77198], abs=5e-6)


def test_an_lstms_gradients_are_those_of_the_equations_of_backpropagation_through_time():
    """The loss is ½ Σ (h_t - target)²; the equations are written out below on floats, for one unit."""

    def z(name, x, h):
        w1, w2, u, b = WEIGHTS[name]
        return w1 * x[0] + w2 * x[1] + u * h + b

    h, c, passed = 0.0, 0.0, []
    for x in XS:
        g = tanh(z("candidate", x, h))
        i, f, o = [1 / (1 + exp(-z(name, x, h))) for name in ("input_gate", "forget_gate", "output_gate")]
        before, c = (h, c), f * c + i * g
        h = o * tanh(c)
        passed.append((x, *before, g, i, f, o, c, h))
    expected = {name: [0.0] * 4 for name in WEIGHTS}
    dh, dc = 0.0, 0.0  # what comes back from the time step after
    for (x, h_before, c_before, g, i, f, o, c, h), target in reversed(list(zip(passed, TARGETS))):
        dh += h - target
        dc += dh * o * (1 - tanh(c) ** 2)
        dz = {
            "candidate": dc * i * (1 - g * g),
            "input_gate": dc * g * i * (1 - i),
            "forget_gate": dc * c_before * f * (1 - f),
            "output_gate": dh * tanh(c) * o * (1 - o),
        }
        for name in WEIGHTS:
            expected[name] = [e + dz[name] * v for e, v in zip(expected[name], (*x, h_before, 1.0))]
        dh, dc = sum(dz[name] * WEIGHTS[name][2] for name in WEIGHTS), dc * f
    lstm = published_lstm()
    sum(0.5 * (h - target) ** 2 for (h,), target in zip(lstm(XS), TARGETS)).backward()
    for name, gradients in expected.items():
        assert [p.grad for p in getattr(lstm.cell, name).parameters()] == pytest.approx(gradients, rel=1e-12)


def test_a_gru_keeps_its_state_as_far_as_the_update_gate_says():
    # all weights 0: n = tanh(0) = 0 and u = sigmoid(log 3) = 3/4, so h = 1/4 · 0 + 3/4 · 0.8 = 0.6
    cell = GRUCell(1, 1, seed=1)
    for p in cell.parameters():
        p.data = 0.0
    cell.update_gate.neurons[0].b.data = log(3)
    assert cell([5.0], [0.8])[0].data == pytest.approx(0.6)


def test_a_grus_reset_gate_acts_behind_the_matrix():
    # r = sigmoid(0) = 1/2 and u = 1/2; n = tanh(0 + 1/2 · (2 · 0.5 + 1)) = tanh(1), so h = tanh(1)/2 + 0.5/2
    # in front of it, the bias 1 would not be halved: n = tanh(2 · 0.25 + 1)
    cell = GRUCell(1, 1, seed=1)
    for p in cell.parameters():
        p.data = 0.0
    set_neuron(cell.candidate_from_h.neurons[0], [2.0], 1.0)
    assert cell([0.0], [0.5])[0].data == pytest.approx(tanh(1) / 2 + 0.25)


def test_a_new_lstm_remembers():
    cell = LSTMCell(2, 3, seed=1)
    assert [neuron.b.data for neuron in cell.forget_gate.neurons] == [1.0, 1.0, 1.0]
    assert {neuron.b.data for layer in (cell.input_gate, cell.output_gate) for neuron in layer.neurons} == {0.0}


def moved(network, amount, directions):
    """The network with every parameter moved by an amount in its direction."""
    for neuron in [part for part in network.modules() if isinstance(part, Neuron)]:
        neuron.w = [w + amount * next(directions) for w in neuron.w]
        neuron.b = neuron.b + amount * next(directions)
    return network


@pytest.mark.parametrize("kind", NETWORKS)
@settings(max_examples=10)
@given(data=st.data())
def test_gradients_agree_with_finite_differences(kind, data):
    """The slope of a loss along a random direction in which all parameters, inputs and the start state move."""
    n_inputs, n_outputs = data.draw(st.integers(1, 2)), data.draw(st.integers(1, 2))
    length, seed = data.draw(st.integers(1, 3)), data.draw(st.integers(0, 99))
    expand = data.draw(st.booleans())
    points = data.draw(st.lists(moderate, min_size=n_inputs * length, max_size=n_inputs * length))
    rng = random.Random(seed)
    drawn = [rng.uniform(-1, 1) for _ in range(500)]

    def loss(amount):
        directions = iter(drawn)
        network = moved(kind(n_inputs, n_outputs, expand=expand, seed=seed), amount, directions)
        xs = [x + amount * next(directions) for x in points]
        h, c = [[amount * next(directions) + 0.5 for _ in range(n_outputs)] for _ in range(2)]
        steps = [xs[k : k + n_inputs] for k in range(0, len(xs), n_inputs)]
        return squares(network(steps, (h, c) if kind is LSTM else h))

    assert check_gradients(loss, 0.0)[0].verdict == "agrees"


@pytest.mark.parametrize("kind", NETWORKS)
def test_an_expanded_network_gives_the_same_numbers(kind):
    results = []
    for expand in (False, True):
        network = kind(2, 2, expand=expand, seed=3)
        outputs = network([[0.5, -1.0], [2.0, 0.25], [0.0, 1.0]])
        squares(outputs).backward()
        results.append(numbers(outputs) + [p.grad for p in network.parameters()])
    assert results[0] == pytest.approx(results[1], rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "nodes"),
    [
        (RNN, {"dot": 1, "tanh": 1}),
        (LSTM, {"dot": 5, "sigmoid": 3, "tanh": 2, "*": 1}),  # four sums and c; the candidate, and what c shows
        (GRU, {"dot": 6, "sigmoid": 2, "tanh": 1, "-": 1}),  # four sums, what n is of, and h; 1 - u
    ],
)
def test_a_step_of_a_unit_takes_few_nodes(kind, nodes):
    (h,) = kind(1, 1, seed=1)([1.0])[0]
    assert Counter(node.op.name for node in topological_order(h) if node.inputs) == nodes


def test_an_expanded_network_has_no_weighted_sums():
    for kind in NETWORKS:
        (h,) = kind(1, 1, expand=True, seed=1)([1.0])[0]
        assert {node.op.name for node in topological_order(h) if node.inputs} <= {"+", "-", "*", "tanh", "sigmoid"}


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        (RNN, {"t2.cell.h1", "t2.cell.neuron1.z", "t2.x1"}),
        (LSTM, {"t2.cell.h1", "t2.cell.c1", "t2.cell.forget_gate.neuron1.a", "t2.cell.candidate.neuron1.z"}),
        (GRU, {"t2.cell.h1", "t2.cell.n1", "t2.cell.update_gate.neuron1.a", "t2.cell.candidate_from_h.neuron1.z"}),
    ],
)
def test_labels_say_at_which_time_step_a_node_is_computed(kind, labels):
    last = kind(1, 2, seed=1)([1.0, 2.0])[-1]
    found = {node.label for node in topological_order(squares([last])) if node.inputs or node.label == "t2.x1"}
    assert labels <= found


def test_labels_tell_stacked_networks_apart():
    model = Sequential(RNN(1, 2, seed=1), GRU(2, 1, seed=2))
    assert [h.label for (h,) in model([1.0, 0.0])] == ["t1.layer2.cell.h1", "t2.layer2.cell.h1"]
    assert model.parameters()[0].label == "layer1.cell.neuron1.w1"


@pytest.mark.parametrize("kind", NETWORKS)
def test_the_number_of_parameters_does_not_depend_on_the_length(kind):
    blocks = {RNN: 1, GRU: 3, LSTM: 4}[kind]
    biases = 3 if kind is GRU else 0  # its candidate has two, as in PyTorch
    network = kind(2, 3, seed=1)
    assert len(network.parameters()) == blocks * (2 + 3 + 1) * 3 + biases
    squares(network([[0.0, 1.0]] * 7)).backward()
    assert len(network.parameters()) == blocks * (2 + 3 + 1) * 3 + biases


@pytest.mark.parametrize("kind", NETWORKS)
@given(st.integers(1, 5), st.integers(1, 5))
def test_a_sequence_can_be_read_in_two_parts(kind, before, after):
    network = kind(1, 2, seed=1)
    xs = [0.1 * t for t in range(before + after)]
    _, state = network.read(xs[:before])
    assert numbers(network(xs[before:], state)) == numbers(network(xs)[before:])


def test_a_state_of_numbers_cuts_the_past_off():
    rnn, x = one_unit(u=2.0, w=5.0), Value(3.0)
    _, state = rnn.read([x])
    (h,) = rnn([1.0], [v.data for v in state])[0]
    assert h.data == 32.0  # 2·1 + 5·6
    assert grad(h, x) == 0.0
    assert {"t0.cell.h1"} == {node.label for node in topological_order(h) if node.label.startswith("t0")}


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_starts_from_zeros_which_are_no_parameters(kind):
    cell = kind(1, 2, seed=1)
    zeros = [0.0, 0.0]
    given_zeros = (zeros, zeros) if kind is LSTMCell else zeros
    assert [h.data for h in cell.output(cell([1.0]))] == [h.data for h in cell.output(cell([1.0], given_zeros))]


@pytest.mark.parametrize("kind", [*NETWORKS, *CELLS])
@pytest.mark.parametrize("expand", [False, True])
def test_an_architecture_makes_another_one(kind, expand):
    model = kind(2, 3, expand=expand, seed=1)
    twin = kind(**model.architecture())
    assert [path for path, _ in twin.named_parameters()] == [path for path, _ in model.named_parameters()]
    assert (repr(twin), twin.architecture()) == (repr(model), model.architecture())


def test_an_rnn_keeps_its_activation():
    assert RNN(1, 1, "relu").architecture()["activation"] == "relu"
    assert repr(RNN(1, 2, "relu")) == "RNN(1 -> 2 relu, 8 parameters)"


def test_the_same_seed_gives_the_same_bits():
    for kind in NETWORKS:
        one, two, other = [[p.data for p in kind(2, 2, seed=seed).parameters()] for seed in (5, 5, 6)]
        assert one == two != other


def test_sequences_of_different_lengths_train_one_model():
    model = Sequential(RNN(1, 2, seed=1), Last(), Layer(2, 1, "linear", seed=2))
    examples = [([1.0], 1.0), ([1.0, 0.0], 0.0), ([1.0, 0.0, 0.0], 1.0)]
    run = train(model, examples, epochs=3)
    assert run.finish().history[-1].loss < run.history[0].loss


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize(
    ("xs", "error", "message"),
    [
        ([], ValueError, "a sequence needs at least 1 time step: this one has length 0"),
        ([[1.0, 2.0], [1.0]], ValueError, "time step 2: expected 2 inputs, got 1"),
        (3.0, TypeError, "expected a sequence of vectors, not float"),
        ([["a", 1.0]], TypeError, "time step 1: .*str"),
    ],
)
def test_what_is_no_sequence_is_refused(kind, xs, error, message):
    with pytest.raises(error, match=message):
        kind(2, 3)(xs)


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize(("sizes", "name"), [((0, 1), "n_inputs"), ((1, 0), "n_outputs")])
def test_sizes_below_1_are_refused(kind, sizes, name):
    with pytest.raises(ValueError, match=f"{name} must be at least 1, not 0"):
        kind(*sizes)


@pytest.mark.parametrize(
    ("cell", "state", "error", "message"),
    [
        (RNNCell(1, 2), [1.0], ValueError, "expected 2 numbers as state h, got 1"),
        (GRUCell(1, 2), 1.0, TypeError, "expected a list of 2 numbers as state h, not float"),
        (LSTMCell(1, 2), [1.0], TypeError, r"the state of an LSTMCell must be a pair \(h, c\), not \[1.0\]"),
        (LSTMCell(1, 2), ([1.0, 2.0], [1.0]), ValueError, "expected 2 numbers as state c, got 1"),
    ],
)
def test_a_state_of_another_size_is_refused(cell, state, error, message):
    with pytest.raises(error, match=message):
        cell([1.0], state)


def test_an_unknown_activation_is_refused():
    with pytest.raises(ValueError, match="unknown activation 'tahn'"):
        RNN(1, 1, "tahn")


def gates_of(cell):
    """The layers of a cell that read x and h, in PyTorch's order."""
    if isinstance(cell, LSTMCell):
        return [cell.input_gate, cell.forget_gate, cell.candidate, cell.output_gate]
    return [cell] if isinstance(cell, RNNCell) else [cell.reset_gate, cell.update_gate]


def in_pytorchs_order(cell, read):
    """What is read of every parameter, as PyTorch keeps it: weights of x, weights of h, biases of x, biases of h."""
    n, neurons = cell.n_inputs, [neuron for layer in gates_of(cell) for neuron in layer.neurons]
    of_x, of_h = [[read(w) for w in m.w[:n]] for m in neurons], [[read(w) for w in m.w[n:]] for m in neurons]
    biases, others = [read(m.b) for m in neurons], [0.0] * len(neurons)
    if isinstance(cell, GRUCell):
        of_x += [[read(w) for w in m.w] for m in cell.candidate_from_x.neurons]
        of_h += [[read(w) for w in m.w] for m in cell.candidate_from_h.neurons]
        biases += [read(m.b) for m in cell.candidate_from_x.neurons]
        others += [read(m.b) for m in cell.candidate_from_h.neurons]
    return of_x, of_h, biases, others


@pytest.mark.parametrize("kind", NETWORKS)
def test_outputs_and_all_gradients_are_pytorchs(kind):
    torch = pytest.importorskip("torch")
    network, rng = kind(3, 4, seed=7), random.Random(8)
    for p in network.parameters():
        p.data += rng.uniform(-0.5, 0.5)
    xs = [[Value(rng.gauss(0, 1)) for _ in range(3)] for _ in range(6)]
    twin = getattr(torch.nn, kind.__name__)(3, 4, dtype=torch.float64)
    with torch.no_grad():
        for theirs, ours in zip(twin.parameters(), in_pytorchs_order(network.cell, data_of), strict=True):
            theirs.copy_(torch.tensor(ours, dtype=torch.float64))
    tensor = torch.tensor([[v.data for v in x] for x in xs], dtype=torch.float64, requires_grad=True)
    outputs, their_outputs = network(xs), twin(tensor)[0]
    factors = torch.arange(1, 25, dtype=torch.float64)
    ((factors * their_outputs.flatten() - 1) ** 2).sum().backward()
    squares(outputs).backward()
    assert_close(numbers(outputs), their_outputs)
    assert_close([[v.grad for v in x] for x in xs], tensor.grad)
    of_x, of_h, biases, others = in_pytorchs_order(network.cell, grad_of)
    assert_close(of_x, twin.weight_ih_l0.grad)
    assert_close(of_h, twin.weight_hh_l0.grad)
    assert_close(biases, twin.bias_ih_l0.grad)
    if kind is GRU:  # elsewhere the second bias does what the first does
        assert_close(others[-4:], twin.bias_hh_l0.grad[-4:])


def data_of(p):
    return p.data


def grad_of(p):
    return p.grad


def assert_close(ours, theirs):
    """All numbers agree to 1e-12 of the largest."""
    expected = theirs.flatten().tolist()
    flat = [x for row in ours for x in (row if isinstance(row, list) else [row])]
    assert flat == pytest.approx(expected, rel=1e-12, abs=1e-12 * max(map(abs, expected)))
