"""Conv1d and Conv2d: published numbers, naive loops, finite differences, PyTorch; shapes, labels, errors."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import MLP, Value, check_gradients, dot, ops, total
from micrograd_nn.graph import topological_order
from micrograd_nn.layers.convolution import Conv1d, Conv2d

# Dumoulin and Visin 2016 (arXiv:1603.07285), figures 1.1 and 1.2
MAP = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
KERNEL = [0, 1, 2, 2, 2, 0, 0, 1, 2]


def with_weights(layer, *kernels):
    """The layer with these weights and biases: (w, b) for each kernel."""
    for kernel, (w, b) in zip(layer.kernels, kernels, strict=True):
        for p, number in zip(kernel.parameters(), [*w, b], strict=True):
            p.data = number
    return layer


def data_of(nested):
    """Nested lists of Values as nested lists of their numbers."""
    return [data_of(x) for x in nested] if isinstance(nested, list) else nested.data


def flat(nested):
    """All that stands in nested lists, in reading order."""
    return [x for part in nested for x in flat(part)] if isinstance(nested, list) else [nested]


# Numbers that others published


def test_a_convolution_has_the_published_values():
    layer = with_weights(Conv2d(1, 1, 3), (KERNEL, 0))
    assert data_of(layer([MAP])) == [[[12, 12, 17], [10, 17, 19], [9, 6, 14]]]


def test_a_convolution_with_padding_1_and_stride_2_has_the_published_values():
    layer = with_weights(Conv2d(1, 1, 3, stride=2, padding=1), (KERNEL, 0))
    assert data_of(layer([MAP])) == [[[6, 17, 3], [8, 17, 13], [6, 4, 4]]]


def test_several_channels_have_the_published_values():
    """Zhang et al., "Dive into Deep Learning" (d2l.ai), section 7.4: two channels in, three out."""
    image = [[[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]]
    weights = [0, 1, 2, 3, 1, 2, 3, 4]
    kernels = [([w + more for w in weights], 0) for more in (0, 1, 2)]
    expected = [[[56, 72], [104, 120]], [[76, 100], [148, 172]], [[96, 128], [192, 224]]]
    assert data_of(with_weights(Conv2d(2, 3, 2), *kernels)(image)) == expected


def test_padding_adds_zeros_on_every_side():
    """Dive into Deep Learning, figure 7.3.2."""
    layer = with_weights(Conv2d(1, 1, 2, padding=1), ([0, 1, 2, 3], 0))
    expected = [[0, 3, 8, 4], [9, 19, 25, 10], [21, 37, 43, 16], [6, 7, 8, 0]]
    assert data_of(layer([[[0, 1, 2], [3, 4, 5], [6, 7, 8]]])) == [expected]


def test_a_kernel_is_not_turned_round():
    layer = with_weights(Conv1d(1, 1, 2), ([1, 10], 0))
    assert data_of(layer([[1, 2, 3]])) == [[21, 32]]  # 1 · 1 + 10 · 2, 1 · 2 + 10 · 3


# A shared weight


def test_the_gradient_of_a_shared_weight_is_the_sum_over_all_places():
    """The sum of z = w1·x[i] + w2·x[i+1] + b over i = 1, 2, 3, for x = 2, 3, 5, 7."""
    layer = Conv1d(1, 1, 2, seed=1)
    total(layer([[2, 3, 5, 7]])[0]).backward()
    w1, w2 = layer.kernels[0].w
    assert (w1.grad, w2.grad, layer.kernels[0].b.grad) == (2 + 3 + 5, 3 + 5 + 7, 3)


def test_the_gradient_of_an_input_is_the_sum_over_all_windows_that_see_it():
    layer = with_weights(Conv1d(1, 1, 2), ([10, 1], 0))
    xs = [Value(1.0) for _ in range(4)]
    total(layer([xs])[0]).backward()
    assert [x.grad for x in xs] == [10, 11, 11, 1]  # the first number is seen by the first weight alone


# Against a loop over all sums, in exact fractions


def naive(image, weights, biases, size, stride, padding):
    """Every output as a sum over channels and places, where places outside the image count 0."""

    def at(channel, r, c):
        inside = 0 <= r < len(channel) and 0 <= c < len(channel[0])
        return Fraction(channel[r][c]) if inside else Fraction(0)

    def z(w, b, r, c):
        out = Fraction(b)
        for k, channel in enumerate(image):
            for i in range(size[0]):
                for j in range(size[1]):
                    place = (k * size[0] + i) * size[1] + j
                    out += Fraction(w[place]) * at(channel, r + i - padding[0], c + j - padding[1])
        return out

    rows = range(0, len(image[0]) + 2 * padding[0] - size[0] + 1, stride)
    columns = range(0, len(image[0][0]) + 2 * padding[1] - size[1] + 1, stride)
    return [[[float(z(w, b, r, c)) for c in columns] for r in rows] for w, b in zip(weights, biases)]


@st.composite
def cases(draw):
    """Numbers of channels, a kernel, a stride and a padding, and an input's height and width that they fit."""
    n_inputs, n_outputs, size = draw(st.integers(1, 2)), draw(st.integers(1, 2)), draw(st.integers(1, 3))
    stride, padding = draw(st.integers(1, 3)), draw(st.integers(0, 2))
    least = max(1, size - 2 * padding)
    height, width = draw(st.integers(least, least + 2)), draw(st.integers(least, least + 2))
    return n_inputs, n_outputs, size, stride, padding, height, width, draw(st.integers(0, 99))


def drawn(n, rng):
    """Numbers whose products and sums are exact in floats."""
    return [rng.randint(-16, 16) / 8 for _ in range(n)]


@given(cases())
def test_conv2d_is_the_naive_loop(case):
    n_inputs, n_outputs, size, stride, padding, height, width, seed = case
    rng = random.Random(seed)
    image = [[drawn(width, rng) for _ in range(height)] for _ in range(n_inputs)]
    kernels = [(drawn(n_inputs * size * size, rng), rng.randint(-2, 2)) for _ in range(n_outputs)]
    layer = with_weights(Conv2d(n_inputs, n_outputs, size, stride, padding), *kernels)
    weights, biases = zip(*kernels)
    assert data_of(layer(image)) == naive(image, weights, biases, (size, size), stride, (padding, padding))


@given(cases())
def test_conv1d_is_the_naive_loop_over_an_image_of_one_row(case):
    n_inputs, n_outputs, size, stride, padding, _, width, seed = case
    rng = random.Random(seed)
    signal = [drawn(width, rng) for _ in range(n_inputs)]
    kernels = [(drawn(n_inputs * size, rng), rng.randint(-2, 2)) for _ in range(n_outputs)]
    layer = with_weights(Conv1d(n_inputs, n_outputs, size, stride, padding), *kernels)
    weights, biases = zip(*kernels)
    expected = naive([[channel] for channel in signal], weights, biases, (1, size), stride, (0, padding))
    assert data_of(layer(signal)) == [rows[0] for rows in expected]


# Gradients


@given(cases(), st.sampled_from([Conv1d, Conv2d]))
def test_gradients_agree_with_finite_differences(case, kind):
    """Along a straight line through all inputs and all weights at once, on which every output counts differently."""
    n_inputs, n_outputs, size, stride, padding, height, width, seed = case
    rng = random.Random(seed)
    layer = kind(n_inputs, n_outputs, size, stride, padding, "tanh", seed=seed)

    def moved(nested, t):
        return [moved(x, t) for x in nested] if isinstance(nested, list) else nested + t * rng.uniform(-1, 1)

    def along(t):
        rng.seed(seed)
        x = [[0.5] * width] * n_inputs if kind is Conv1d else [[[0.5] * width] * height] * n_inputs
        twin = kind(**layer.architecture(), seed=seed)
        for kernel, start in zip(twin.kernels, layer.kernels):
            kernel.w, kernel.b = moved([w.data for w in start.w], t), moved(start.b.data, t)
        outputs = flat(twin(moved(x, t)))
        return dot([rng.uniform(-1, 1) for _ in outputs], outputs)

    assert check_gradients(along, 0.25)[0].verdict == "agrees"


@given(cases(), st.sampled_from(["linear", "tanh", "relu"]), st.sampled_from([Conv1d, Conv2d]))
def test_a_convolution_has_pytorchs_outputs_and_gradients(case, activation, kind):
    torch = pytest.importorskip("torch")
    n_inputs, n_outputs, size, stride, padding, height, width, seed = case
    rng = random.Random(seed)
    shape = [n_inputs, width] if kind is Conv1d else [n_inputs, height, width]
    x = torch.tensor([rng.gauss(0, 1) for _ in range(torch.Size(shape).numel())], dtype=torch.float64).reshape(shape)
    layer = kind(n_inputs, n_outputs, size, stride, padding, activation, seed=seed)
    w = torch.tensor([[p.data for p in kernel.w] for kernel in layer.kernels], dtype=torch.float64)
    w = w.reshape([n_outputs, n_inputs] + [size] * (len(shape) - 1)).requires_grad_()
    b = torch.zeros(n_outputs, dtype=torch.float64, requires_grad=True)
    x.requires_grad_()
    convolve = torch.nn.functional.conv1d if kind is Conv1d else torch.nn.functional.conv2d
    z = convolve(x, w, b, stride, padding)
    theirs = z if activation == "linear" else getattr(torch, activation)(z)
    (theirs * torch.arange(1.0, theirs.numel() + 1).reshape(theirs.shape)).sum().backward()
    values = as_values(x.tolist())
    ours = layer(values)
    dot([k + 1.0 for k in range(theirs.numel())], flat(ours)).backward()
    assert data_of(ours) == approximately(theirs.tolist())
    assert [v.grad for v in flat(values)] == approximately(x.grad.flatten().tolist())
    assert [p.grad for kernel in layer.kernels for p in kernel.w] == approximately(w.grad.flatten().tolist())
    assert [kernel.b.grad for kernel in layer.kernels] == approximately(b.grad.tolist())


def as_values(nested):
    """Nested lists of numbers as nested lists of Values."""
    return [as_values(x) for x in nested] if isinstance(nested, list) else Value(nested)


def approximately(nested):
    """To 1e-12 of the size of a number, and of 1: sums of several terms may cancel."""
    if isinstance(nested[0], list):
        return [approximately(x) for x in nested]
    return pytest.approx(nested, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("kind", [Conv1d, Conv2d])
def test_expanded_kernels_have_the_same_gradients(kind):
    x = [[0.5, -1.0, 2.0]] if kind is Conv1d else [[[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]]]
    results = []
    for expand in (False, True):
        layer = kind(1, 2, 2, padding=1, activation="tanh", expand=expand, seed=3)
        outputs = flat(layer(x))
        total(outputs).backward()
        results.append([*[a.data for a in outputs], *[p.grad for p in layer.parameters()]])
    assert results[0] == pytest.approx(results[1], rel=1e-12)


# What is recorded


def test_parameters_are_named_by_kernel():
    named = dict(Conv2d(2, 3, 2).named_parameters())
    assert list(named)[:9] == [*[f"kernel1.w{i}" for i in range(1, 9)], "kernel1.b"]
    assert len(named) == 3 * (2 * 2 * 2 + 1)
    assert all(p.label == path for path, p in named.items())


def test_nodes_are_labelled_by_kernel_and_place():
    maps = Conv2d(1, 2, 2, activation="relu", seed=1)([[[1, 2, 3], [4, 5, 6]]])
    assert [[a.label for row in rows for a in row] for rows in maps] == [
        ["kernel1.a1_1", "kernel1.a1_2"],
        ["kernel2.a1_1", "kernel2.a1_2"],
    ]
    assert maps[1][0][1].inputs[0].label == "kernel2.z1_2"
    assert [z.label for z in Conv1d(1, 1, 2)([[1, 2, 3]])[0]] == ["kernel1.z1", "kernel1.z2"]


def test_every_output_is_one_weighted_sum():
    maps = Conv2d(3, 2, 2, seed=1)([[[1, 2], [3, 4]]] * 3)
    assert [a.op for a in flat(maps)] == [ops.dot, ops.dot]
    assert len(maps[0][0][0].inputs) == 2 * 3 * 2 * 2 + 1


@pytest.mark.parametrize(
    ("layer", "x"), [(Conv1d(2, 3, 3, padding=2), [[1.0], [2.0]]), (Conv2d(2, 3, 2, padding=1), [[[1.0]], [[2.0]]])]
)
def test_padding_is_one_constant(layer, x):
    order = topological_order(total(flat(layer(x))))
    assert [(node.data, node.label) for node in order if node.op is ops.constant] == [(0.0, "")]


def test_values_that_are_passed_in_stay_part_of_the_graph():
    x = Value(2.0, label="dark")
    out = with_weights(Conv1d(1, 1, 1), ([3], 1))([[x]])[0][0]
    out.backward()
    assert (out.data, x.grad, x.label) == (7.0, 3.0, "dark")


# Initial weights


@pytest.mark.parametrize(
    ("kind", "activation", "limit"),
    [
        (Conv2d, "relu", (6 / (2 * 9)) ** 0.5),  # He: 2 channels of 3 x 3 come in
        (Conv2d, "tanh", (6 / (2 * 9 + 40 * 9)) ** 0.5),  # Glorot: and a number goes into 3 x 3 places of 40 maps
        (Conv1d, "tanh", (6 / (2 * 3 + 40 * 3)) ** 0.5),
    ],
)
def test_initial_weights_suit_the_size_of_the_kernel(kind, activation, limit):
    layer = kind(2, 40, 3, activation=activation, seed=1)
    weights = [abs(w.data) for kernel in layer.kernels for w in kernel.w]
    assert 0.95 * limit < max(weights) <= limit
    assert all(kernel.b.data == 0.0 for kernel in layer.kernels)


def test_the_same_seed_gives_the_same_bits():
    first, second = ([p.data for p in Conv2d(1, 2, 3, seed=5).parameters()] for _ in range(2))
    passed = [p.data for p in Conv2d(1, 2, 3, rng=random.Random(5)).parameters()]
    assert first == second == passed != [p.data for p in Conv2d(1, 2, 3, seed=6).parameters()]


# Descriptions, and what is refused


@pytest.mark.parametrize(
    "layer", [Conv1d(2, 3, 4, 2, 1, "relu", True), Conv2d(1, 4, 3), Conv2d(3, 1, 1, activation="gelu")]
)
def test_an_architecture_makes_another_such_layer(layer):
    twin = type(layer)(**layer.architecture())
    assert repr(twin) == repr(layer)
    assert twin.architecture() == layer.architecture()
    assert [p.label for p in twin.parameters()] == [p.label for p in layer.parameters()]


def test_a_repr_shows_kernels_and_what_they_are_made_of():
    assert repr(Conv2d(1, 4, 3, activation="relu")) == "Conv2d(1 -> 4, kernel 3x3 relu, 40 parameters)"
    shown = "Conv1d(2 -> 3, kernel 5 linear, stride 2, padding 1, 33 parameters)"
    assert repr(Conv1d(2, 3, 5, stride=2, padding=1)) == shown


@pytest.mark.parametrize("kind", [Conv1d, Conv2d])
@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"n_inputs": 0}, ValueError, "n_inputs must be at least 1, not 0"),
        ({"n_outputs": 1.0}, TypeError, r"n_outputs must be a whole number, not 1\.0"),
        ({"kernel_size": 0}, ValueError, "kernel_size must be at least 1, not 0"),
        ({"kernel_size": (3, 3)}, TypeError, r"kernel_size must be a whole number, not \(3, 3\)"),
        ({"stride": 0}, ValueError, "stride must be at least 1, not 0"),
        ({"padding": -1}, ValueError, "padding must be 0 or above, not -1"),
        ({"padding": 0.5}, TypeError, r"padding must be a whole number, not 0\.5"),
        ({"padding": True}, TypeError, "padding must be a whole number, not True"),
        ({"activation": "rleu"}, ValueError, "did you mean 'relu'"),
        ({"rng": random.Random(1), "seed": 1}, ValueError, "not both"),
    ],
)
def test_impossible_layers_are_refused(kind, settings, error, message):
    with pytest.raises(error, match=message):
        kind(**{"n_inputs": 1, "n_outputs": 1, "kernel_size": 2} | settings)


@pytest.mark.parametrize(
    ("layer", "x", "message"),
    [
        (Conv2d(1, 1, 3), [[[1, 2, 3], [4, 5, 6]]], "kernel of size 3x3 .* input of size 2x3: .* at most 2$"),
        (Conv2d(1, 1, 5, padding=1), [[[1, 2]]], "5x5 .* size 1x2 with padding 1: kernel_size can be at most 3$"),
        (Conv1d(1, 1, 3), [[1, 2]], "kernel of size 3 does not fit into an input of size 2: .* at most 2$"),
        (Conv1d(1, 1, 2, padding=1), [[]], "input of size 0 is empty"),
        (Conv2d(1, 1, 2, padding=1), [[]], "input of size 0x0 is empty"),
        (Conv2d(1, 1, 2, padding=1), [[[], []]], "input of size 2x0 is empty"),
        (Conv2d(2, 1, 1), [[[1.0]]], "expected 2 channels, got 1"),
        (Conv1d(1, 1, 1), [[1.0], [2.0]], "expected 1 channel, got 2"),
        (Conv2d(1, 1, 1), [], "expected 1 channel, got 0"),
        (Conv2d(1, 1, 1), [[[1, 2], [3]]], "row 1 has 2, row 2 1"),
        (Conv2d(2, 1, 1), [[[1, 2]], [[1, 2], [3, 4]]], "channel 1 has 1 rows, channel 2 2"),
        (Conv1d(2, 1, 1), [[1, 2], [3]], "channel 1 has 2, channel 2 1"),
    ],
)
def test_inputs_of_another_size_are_refused_with_both_sizes(layer, x, message):
    with pytest.raises(ValueError, match=message):
        layer(x)


@pytest.mark.parametrize("x", [3.0, [1.0], "ab", [["a"]]])
def test_what_is_no_image_is_refused(x):
    with pytest.raises(TypeError, match=r"expected a (list|channel|row)|must be a real number"):
        Conv2d(1, 1, 1)(x)


def test_a_kernel_as_large_as_the_image_is_a_neuron():
    layer = Conv2d(1, 1, 2, activation="tanh", seed=2)
    network = MLP(4, [1], output_activation="tanh")
    for p, q in zip(network.parameters(), layer.parameters(), strict=True):
        p.data = q.data
    assert layer([[[1, 2], [3, 4]]])[0][0][0].data == network([1, 2, 3, 4]).data
