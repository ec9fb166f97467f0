"""Pooling and flattening: published numbers, Python's max and mean, finite differences, PyTorch; labels, errors."""

import random
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import Layer, Value, check_gradients, dot, ops, total
from micrograd_nn.graph import topological_order
from micrograd_nn.layers.convolution import Conv2d
from micrograd_nn.layers.pooling import AveragePool1d, AveragePool2d, Flatten, MaxPool1d, MaxPool2d
from micrograd_nn.layers.sequential import Sequential

POOLINGS = [MaxPool1d, AveragePool1d, MaxPool2d, AveragePool2d]
MAP = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]


def data_of(nested):
    """Nested lists of Values as nested lists of their numbers."""
    return [data_of(x) for x in nested] if isinstance(nested, list) else nested.data


def as_values(nested):
    """Nested lists of numbers as nested lists of Values."""
    return [as_values(x) for x in nested] if isinstance(nested, list) else Value(nested)


def is_1d(kind):
    return kind in (MaxPool1d, AveragePool1d)


@st.composite
def cases(draw):
    """A window, a stride, and the number of channels, height and width of an input that it fits."""
    size, stride, channels = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
    height, width = draw(st.integers(size, 5)), draw(st.integers(size, 5))
    return size, stride, channels, height, width, draw(st.integers(0, 99))


def drawn_input(kind, channels, height, width, rng):
    """Different numbers: at ties a maximum has a kink."""
    image = [[[rng.gauss(0, 1) for _ in range(width)] for _ in range(height)] for _ in range(channels)]
    return [rows[0] for rows in image] if is_1d(kind) else image


# Values


def test_max_pooling_has_the_published_values():
    """Dumoulin and Visin 2016 (arXiv:1603.07285), figure 1.6."""
    assert data_of(MaxPool2d(3, stride=1)([MAP])) == [[[3, 3, 3], [3, 3, 3], [3, 2, 3]]]


def test_average_pooling_has_the_published_values():
    """Dumoulin and Visin 2016, figure 1.5, which has one decimal."""
    means = data_of(AveragePool2d(3, stride=1)([MAP]))[0]
    assert [[round(x, 1) for x in row] for row in means] == [[1.7, 1.7, 1.7], [1.0, 1.2, 1.8], [1.1, 0.8, 1.3]]


def mean(window):
    return fsum(window) / len(window)


@given(cases(), st.sampled_from(POOLINGS))
def test_pooling_is_the_maximum_or_the_mean_of_each_window(case, kind):
    size, stride, channels, height, width, seed = case
    x = drawn_input(kind, channels, height, width, random.Random(seed))
    summary = max if kind in (MaxPool1d, MaxPool2d) else mean
    down, across = range(0, height - size + 1, stride), range(0, width - size + 1, stride)
    if is_1d(kind):
        expected = [[summary(channel[i : i + size]) for i in across] for channel in x]
    else:
        square = range(size)
        expected = [
            [[summary([rows[r + i][c + j] for i in square for j in square]) for c in across] for r in down]
            for rows in x
        ]
    assert data_of(kind(size, stride)(x)) == expected


def test_windows_lie_beside_each_other_unless_a_stride_is_given():
    assert data_of(MaxPool1d(2)([[1, 2, 3, 4, 5]])) == [[2, 4]]
    assert data_of(MaxPool1d(2, stride=1)([[1, 2, 3, 4, 5]])) == [[2, 3, 4, 5]]
    assert data_of(MaxPool1d(1, stride=3)([[1, 2, 3, 4, 5]])) == [[1, 4]]


# Gradients


def test_the_gradient_of_a_maximum_goes_to_the_largest_alone():
    x = as_values([[1, 4, 3, 2]])
    MaxPool1d(4)(x)[0][0].backward()
    assert [v.grad for v in x[0]] == [0, 1, 0, 0]


def test_equal_numbers_share_the_gradient_of_their_maximum():
    x = as_values([[5, 4, 5, 0]])
    MaxPool1d(4)(x)[0][0].backward()
    assert [v.grad for v in x[0]] == [0.5, 0, 0.5, 0]


def test_the_gradient_of_a_mean_goes_to_all_in_equal_shares():
    x = as_values([[[1, 4], [3, 2]]])
    AveragePool2d(2)(x)[0][0][0].backward()
    assert [v.grad for v in Flatten()(x)] == [0.25] * 4


def test_windows_that_overlap_add_up():
    x = as_values([[1, 9, 2]])
    total(MaxPool1d(2, stride=1)(x)[0]).backward()
    assert [v.grad for v in x[0]] == [0, 2, 0]


@given(cases(), st.sampled_from(POOLINGS))
def test_gradients_agree_with_finite_differences(case, kind):
    """Along a straight line through all inputs at once, on which every output counts differently."""
    size, stride, channels, height, width, seed = case

    def along(t):
        rng = random.Random(seed)
        start = drawn_input(kind, channels, height, width, rng)
        outputs = Flatten()(kind(size, stride)(moved(start, t, rng)))
        return dot([rng.uniform(-1, 1) for _ in outputs], outputs)

    assert check_gradients(along, 0.0)[0].verdict in ("agrees", "kink within the step")


def moved(nested, t, rng):
    return [moved(x, t, rng) for x in nested] if isinstance(nested, list) else nested + t * rng.uniform(-1, 1)


@given(cases(), st.sampled_from(POOLINGS))
def test_pooling_has_pytorchs_outputs_and_gradients(case, kind):
    torch = pytest.importorskip("torch")
    size, stride, channels, height, width, seed = case
    x = drawn_input(kind, channels, height, width, random.Random(seed))
    values, tensor = as_values(x), torch.tensor(x, dtype=torch.float64, requires_grad=True)
    name = {MaxPool1d: "max_pool1d", MaxPool2d: "max_pool2d", AveragePool1d: "avg_pool1d", AveragePool2d: "avg_pool2d"}
    theirs = getattr(torch.nn.functional, name[kind])(tensor, size, stride)
    ours = Flatten()(kind(size, stride)(values))
    dot([k + 1.0 for k in range(len(ours))], ours).backward()
    (theirs * torch.arange(1.0, theirs.numel() + 1).reshape(theirs.shape)).sum().backward()
    assert [a.data for a in ours] == pytest.approx(theirs.flatten().tolist(), rel=1e-12, abs=1e-12)
    grads = [v.grad for v in Flatten()(values)]
    assert grads == pytest.approx(tensor.grad.flatten().tolist(), rel=1e-12, abs=1e-12)


# What is recorded


def test_a_maximum_is_one_node_and_a_mean_a_total_and_a_quotient():
    window = as_values([[[1, 4], [3, 2]]])
    largest, mean = MaxPool2d(2)(window)[0][0][0], AveragePool2d(2)(window)[0][0][0]
    assert (largest.op, largest.label, len(largest.inputs)) == (ops.maximum, "max1_1", 4)
    assert (mean.op, mean.label, mean.inputs[1].data) == (ops.divide, "mean1_1", 4)
    assert (mean.inputs[0].op, mean.inputs[0].label) == (ops.total, "total1_1")


def test_nodes_are_labelled_by_path_channel_and_place():
    model = Sequential(Conv2d(1, 2, 1, seed=1), MaxPool2d(1), Flatten(), Layer(8, 1, "linear", seed=1))
    output = model([[[1, 2], [3, 4]]])
    labels = [node.label for node in topological_order(output) if node.op is ops.maximum]
    assert sorted(labels) == [f"layer2.channel{c}.max{r}_{k}" for c in (1, 2) for r in (1, 2) for k in (1, 2)]
    assert [v.label for v in AveragePool1d(1)([[1, 2], [3, 4]])[1]] == ["channel2.mean1", "channel2.mean2"]


def test_pooling_has_no_parameters():
    assert [p for kind in POOLINGS for p in kind(2).parameters()] + Flatten().parameters() == []


# Flatten


@given(
    st.recursive(st.integers() | st.floats(allow_nan=False), st.lists, max_leaves=8).filter(
        lambda x: isinstance(x, list)
    )
)
def test_flattening_gives_what_is_read_from_left_to_right(nested):
    read = str(nested).replace("[", " ").replace("]", " ").replace(",", " ").split()
    assert list(map(str, Flatten()(nested))) == read


def test_flattening_leaves_values_as_they_are():
    x = as_values([[[1, 2]], [[3, 4]]])
    assert Flatten()(x) == [x[0][0][0], x[0][0][1], x[1][0][0], x[1][0][1]]


@pytest.mark.parametrize("x", [3.0, Value(1.0), "ab", [[1.0], ["a"]], [None], {"a": 1.0}])
def test_what_holds_no_numbers_is_not_flattened(x):
    with pytest.raises(TypeError, match="expected a list of numbers, or of lists, not"):
        Flatten()(x)


# Descriptions, and what is refused


@pytest.mark.parametrize("layer", [kind(3, 2) for kind in POOLINGS] + [Flatten()], ids=repr)
def test_an_architecture_makes_another_such_layer(layer):
    twin = type(layer)(**layer.architecture())
    assert (repr(twin), twin.architecture()) == (repr(layer), layer.architecture())


def test_a_repr_shows_the_window():
    assert list(map(repr, [MaxPool2d(2), AveragePool1d(3, stride=1), Flatten()])) == [
        "MaxPool2d(2)",
        "AveragePool1d(3, stride 1)",
        "Flatten()",
    ]


@pytest.mark.parametrize("kind", POOLINGS)
@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ((0,), ValueError, "size must be at least 1, not 0"),
        ((2.0,), TypeError, r"size must be a whole number, not 2\.0"),
        ((2, 0), ValueError, "stride must be at least 1, not 0"),
        ((2, True), TypeError, "stride must be a whole number, not True"),
    ],
)
def test_impossible_windows_are_refused(kind, settings, error, message):
    with pytest.raises(error, match=message):
        kind(*settings)


@pytest.mark.parametrize(
    ("layer", "x", "message"),
    [
        (MaxPool1d(3), [[1, 2]], "window of size 3 does not fit into an input of size 2: size can be at most 2$"),
        (AveragePool2d(2), [[[1, 2, 3]]], "window of size 2x2 .* input of size 1x3: size can be at most 1$"),
        (MaxPool2d(1), [[]], "input of size 0x0 is empty"),
        (AveragePool1d(1), [[]], "input of size 0 is empty"),
        (MaxPool2d(1), [], "expected 1 channel, got 0"),
        (MaxPool1d(1), [], "expected 1 channel, got 0"),
        (MaxPool2d(1), [[[1, 2], [3]]], "row 1 has 2, row 2 1"),
        (MaxPool1d(1), [[1, 2], [3]], "channel 1 has 2, channel 2 1"),
    ],
)
def test_inputs_that_do_not_fit_are_refused_with_both_sizes(layer, x, message):
    with pytest.raises(ValueError, match=message):
        layer(x)


@pytest.mark.parametrize("kind", POOLINGS)
def test_what_has_no_channels_is_refused(kind):
    with pytest.raises(TypeError, match="expected a list of channels, not float"):
        kind(2)(3.0)
