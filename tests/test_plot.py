"""Plot: which pictures a run has, and that they show what it measured."""

import xml.etree.ElementTree as ET

import pytest

from micrograd_nn import MLP, Layer, Module, Neuron, Value, data, layers, parameter, plot, train
from micrograd_nn.data import Column, Preparation
from micrograd_nn.data.scaling import Scaling
from micrograd_nn.optim import SGD
from micrograd_nn.plot import charts_of, curves, unscaled_line, zero_lines

XOR = data.xor()


def finished(examples=XOR, loss="mean_squared_error", sizes=(4, 1), epochs=3, **keywords):
    return train(MLP(len(examples[0][0]), list(sizes), seed=1), examples, loss, epochs=epochs, **keywords).finish()


def titles(run):
    return [chart.title for chart in charts_of(run)]


def test_a_run_of_classes_over_the_plane_has_three_pictures():
    assert titles(finished()) == ["loss", "accuracy", "decision boundary"]


def test_a_run_of_classes_of_other_inputs_has_no_boundary():
    assert titles(finished([([1.0], 0), ([2.0], 1)])) == ["loss", "accuracy"]
    assert titles(finished(data.iris()[::10], "cross_entropy", (3,), 1)) == ["loss", "accuracy"]


def test_a_run_of_tokens_or_of_sequences_or_images_has_no_boundary():
    each = layers.TimeDistributed(Layer(2, 2, "linear", seed=1))
    of_tokens = layers.Sequential(layers.Embedding(2, 2, seed=1), layers.Last(), Layer(2, 1, "linear", seed=1))
    of_steps = layers.Sequential(layers.RNN(1, 2, seed=1), each)
    of_images = layers.Sequential(layers.Flatten(), Layer(4, 1, "linear", seed=1))
    for model, examples in (
        (of_tokens, [([0, 1], 1), ([1, 0], 0)]),
        (of_steps, [([0.5, 1.0], [0, 1]), ([1.0, 0.0], [1, 0])]),
        (of_images, [([[1.0, 0.0], [0.0, 1.0]], 1), ([[0.0, 1.0], [1.0, 0.0]], 0)]),
    ):
        loss = "cross_entropy" if model is of_steps else "mean_squared_error"
        run = train(model, examples, loss, epochs=1).finish()
        assert titles(run) == ["loss", "accuracy"] and plot(run).svg


def test_a_run_of_numbers_has_its_loss_alone():
    assert titles(finished([([x, 0.0], x / 2) for x in (0.0, 1.0, 2.0)])) == ["loss"]


def test_the_curves_are_what_was_measured():
    run = finished(validation=[([0.5, 0.9], 1), ([0.1, 0.2], 0)])
    assert curves(run, "loss", "validation_loss") == {
        "training": [epoch.loss for epoch in run.history],
        "validation": [epoch.validation_loss for epoch in run.history],
    }
    assert list(curves(finished(), "accuracy", "validation_accuracy")) == ["training"]


class Weight(Module):
    """A model that answers with its only parameter, 1 at first."""

    def __init__(self):
        self.w = parameter(1.0)

    def __call__(self, x):
        return self.w


def halving(epochs):
    """A run whose loss w² starts at 1 and is a quarter after each epoch: w ← w − ¼ · 2w."""
    model = Weight()
    return train(model, [([1.0], 0.0)], optimizer=SGD([model.w], 0.25), epochs=epochs).finish()


@pytest.mark.parametrize(("epochs", "logarithmic"), [(2, False), (3, True)])
def test_a_loss_that_falls_far_is_on_a_logarithmic_scale(epochs, logarithmic):
    # a sixteenth is not, and a sixty-fourth is, less than a thirtieth
    (chart,) = charts_of(halving(epochs))
    assert ("logarithmic" in chart.description) == logarithmic


def test_a_loss_that_reaches_zero_is_drawn_to_the_end():
    run = finished([(x, 2 * y - 1) for x, y in XOR], "hinge", (8, 1), 200)
    assert run.history[-1].loss == 0.0
    assert charts_of(run)[0].description.endswith("to 0")


def test_a_run_that_has_not_begun_has_pictures():
    assert plot(train(MLP(2, [4, 1], seed=1), XOR)).svg


@pytest.mark.parametrize(
    ("loss", "sizes", "examples"),
    [
        ("hinge", (4, 1), [(x, 2 * y - 1) for x, y in XOR]),
        ("binary_cross_entropy_with_logits", (4, 1), XOR),
        ("cross_entropy", (4, 3), [(x, i % 3) for i, (x, _) in enumerate(XOR)]),
        ("mean_squared_error", (4, 2), [(x, [1 - y, y]) for x, y in XOR]),
        ("mean_squared_error", (4, 1), [([Value(x) for x in inputs], Value(y)) for inputs, y in XOR]),
        ("mean_squared_error", (1,), [(tuple(inputs), 2 * y - 1) for inputs, y in XOR]),
    ],
    ids=["hinge", "logits", "classes", "one among zeros", "values", "signs"],
)
def test_the_boundary_counts_as_right_what_the_accuracy_counts_as_right(loss, sizes, examples):
    run = finished(examples, loss, sizes)
    n_right = round(4 * run.history[-1].accuracy)
    assert charts_of(run)[2].description.endswith(f"over x1 and x2: {n_right} of 4 examples are right")


def test_the_boundary_is_that_of_the_model_as_it_is_used():
    run = train(MLP(2, [8, 1], dropout=0.5, seed=1), XOR, epochs=3).finish()
    before = run.model.dropout.rng.getstate()
    assert plot(run).svg == plot(run).svg
    assert run.model.dropout.rng.getstate() == before


def test_inputs_and_classes_have_the_names_that_are_passed():
    svg = plot(finished(), names=("length", "width"), classes=("same", "different")).svg
    assert all(name in svg for name in ("length", "width", "same", "different"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": ["same"]}, r"classes must be a list with one name for each class, 2 of them, not \['same'\]"),
        ({"classes": ["a", "b", "c"]}, "classes must be a list with one name for each class, 2 of them"),
        ({"names": ["length"]}, r"names must be a list with one name for each input, 2 of them, not \['length'\]"),
        ({"names": "ab"}, "names must be a list with one name for each input, 2 of them, not 'ab'"),
        ({"preparation": Preparation.as_they_are("abc")}, "makes 3 inputs, but the network takes 2"),
    ],
)
def test_another_number_of_names_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        plot(finished(), **options)


class Table(Module):
    """A row of logits for a letter, or for the first of several things."""

    def __init__(self):
        self.rows = {letter: [parameter(0.0), parameter(0.1)] for letter in "ab"}

    def __call__(self, x):
        return self.rows[x[0] if isinstance(x, str) else "ab"[int(x if isinstance(x, int) else x[0][0])]]


@pytest.mark.parametrize("inputs", [(0, 1), ("ab", "ba"), ([[0.0], [1.0]], [[1.0]])])
def test_inputs_that_are_no_places_have_no_boundary(inputs):
    run = train(Table(), list(zip(inputs, (0, 1))), "cross_entropy", epochs=1).finish()
    assert [chart.title for chart in charts_of(run)] == ["loss", "accuracy"]
    assert plot(run).svg


def test_a_value_alone_may_be_the_input():
    assert titles(train(MLP(1, [1], seed=1), [(Value(1.0), 1), (Value(2.0), 0)], epochs=1)) == ["loss", "accuracy"]


def test_the_lines_are_the_first_layers():
    model = MLP(2, [3, 1], seed=1)
    assert zero_lines(model) == [(n.w[0].data, n.w[1].data, n.b.data) for n in model.layers[0].neurons]
    assert zero_lines(MLP(2, [1])) == zero_lines(Neuron(2)) == []


TABLE = Preparation(  # sizes of mean 90 and deviation 30, ages of 3 and 0.5
    (Column("size"), Column("age")), Scaling((90.0, 3.0), (30.0, 0.5)), Column("kind", ("flat", "house")),
    Scaling((0.0,), (1.0,)),
)  # fmt: skip


def prepared():
    """A run of four rows of a table: sizes 60 and 120, ages 2 and 4."""
    rows = [([size, age], "house" if age == 4.0 else "flat") for size in (60.0, 120.0) for age in (2.0, 4.0)]
    return finished([TABLE.example(*row) for row in rows])


def test_with_a_preparation_inputs_are_as_they_stood_in_the_table():
    run = prepared()
    chart = charts_of(run, TABLE)[2]
    texts = {element.text for element in ET.fromstring(plot(run, preparation=TABLE).svg).iter() if element.text}
    assert {"size", "age", "flat", "house", "60", "80", "100", "120", "2", "3", "4"} <= texts
    n_right = round(4 * run.history[-1].accuracy)
    assert chart.description.endswith(f"2 classes over size and age: {n_right} of 4 examples are right")


def test_lines_pass_where_they_did_before_scaling():
    (w1, w2, b), scaled = unscaled_line((2.0, -1.0, 0.25), TABLE.input_scaling), TABLE.input_scaling([75.0, 2.5])
    assert w1 * 75.0 + w2 * 2.5 + b == pytest.approx(2 * scaled[0] - scaled[1] + 0.25)


def test_names_beside_a_preparation_are_refused():
    for names in ({"names": ("a", "b")}, {"classes": ("a", "b")}):
        with pytest.raises(ValueError, match="a preparation has names and classes: give either these or the prep"):
            plot(prepared(), preparation=TABLE, **names)
    with pytest.raises(TypeError, match=r"must be what Preparation.fit\(table, rows\) gives, not Scaling"):
        plot(prepared(), preparation=TABLE.scaling)


def test_a_plot_is_one_svg_and_saves_itself(tmp_path):
    chart = plot(finished(), names=("<a>", "b & c"))
    root = ET.parse(chart.save(tmp_path / "run.svg")).getroot()
    assert root.tag.endswith("svg")
    assert root.find("{http://www.w3.org/2000/svg}title").text == "MLP(2 -> 4 tanh -> 1 linear, 17 parameters)"
    assert {"<a>", "b & c"} <= {element.text for element in root.iter() if element.text}


def test_plotting_changes_nothing():
    run = finished()
    before = run.state()
    plot(run)
    assert run.state() == before and len(run.history) == 4


def test_the_same_run_gives_the_same_picture():
    assert plot(finished()).svg == plot(finished()).svg


def test_only_a_run_can_be_plotted():
    with pytest.raises(TypeError, match=r"a plot is of a run, which train\(\) gives, not of MLP"):
        plot(MLP(2, [1]))
