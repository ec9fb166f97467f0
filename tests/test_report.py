"""The training report in a real browser: its numbers are Python's, its pictures those of the network."""

import base64
import hashlib
import json
import math
import random
import re
from pathlib import Path
from typing import Any

import pytest

from micrograd_nn import MLP, Layer, Value, data
from micrograd_nn.charts.palette import COLORS
from micrograd_nn.data import Column, Preparation
from micrograd_nn.data.scaling import Scaling
from micrograd_nn.initial import ACTIVATIONS
from micrograd_nn.names import number
from micrograd_nn.no_grad import no_grad
from micrograd_nn.optim import Adam, Cosine
from micrograd_nn.report import SCRIPTS, Report, report
from micrograd_nn.report_data import curve, report_data
from micrograd_nn.report_frames import evenly
from micrograd_nn.training import Run, train
from micrograd_nn.web_page import PARTS

CONTRAST = Path(__file__).parent / "contrast.js"
HOSTILE = ["</script><script>document.title='gone'</script>", "<img src=x onerror=\"document.title='gone'\">",
           "{{data}} {{script}}", "\u2028line\ud800\x00"]  # fmt: skip


PLAIN = Preparation.as_they_are(["x1", "x2"])


def xor_run(epochs: int = 20) -> Run:
    return train(MLP(2, [4, 1], seed=1), data.xor(), epochs=epochs).finish()


def flowers() -> Run:
    """Four inputs, three classes, a part held out."""
    model, examples = MLP(4, [5, 3], activation="relu", seed=1), data.iris()[::6]
    return train(model, examples, loss="cross_entropy", epochs=12, validation=0.2, seed=1).finish()


def parabola() -> Run:
    """One input, and a target that is no class."""
    return train(MLP(1, [4, 1], seed=1), [([x / 4], x * x / 16) for x in range(-4, 5)], epochs=15).finish()


def plane_values() -> Run:
    """Two inputs, and a target that is no class."""
    examples = [([x / 2, y / 2], x * y / 4) for x in range(-2, 3) for y in range(-2, 3)]
    return train(MLP(2, [3, 1], seed=1), examples, epochs=10).finish()


@pytest.fixture
def opened(visit, tmp_path):
    """Opens a report."""

    def open_page(page: Report, **options: Any) -> Any:
        return visit(page.save(tmp_path / "report.html"), **options)

    return open_page


# Numbers

FUNCTIONS = {"linear": lambda z: z, "tanh": math.tanh, "relu": lambda z: max(z, 0.0)}


def by_hand(run: Run, epoch: int, inputs: list[float]) -> list[list[tuple[float, float]]]:
    """The z and a of every neuron after an epoch, from its parameters in their order."""
    numbers = iter(run.snapshots[epoch])
    layers, x = [], inputs
    for layer in run.model.layers:
        zs = []
        for _ in layer.neurons:
            w = [next(numbers) for _ in x]
            zs.append(math.fsum(map(lambda a, b: a * b, w, x)) + next(numbers))
        name = "relu" if "relu" in repr(layer) else "tanh" if "tanh" in repr(layer) else "linear"
        layers.append([(z, FUNCTIONS[name](z)) for z in zs])
        x = [a for _, a in layers[-1]]
    return layers


TABLES = """() => [...document.querySelectorAll("#panel .tables table")].map((table) => {
    const rows = [...table.querySelectorAll("tr")].slice(1);
    return rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent));
})"""
FACTS = """(id) => Object.fromEntries([...document.querySelectorAll(`#${id} dl div, dl#${id} div`)].map((pair) =>
    [...pair.children].map((part) => part.textContent)))"""


@pytest.mark.parametrize("make", [xor_run, flowers])
def test_every_number_of_an_example_at_every_epoch_is_python_s(opened, make):
    run = make()
    tab = opened(report(run))
    examples = [*run.examples, *run.validation]
    for epoch in (0, 7, run.epochs):
        tab.evaluate("(epoch) => go(frames.findIndex((frame) => frame.epoch === epoch))", epoch)
        for i in (0, len(examples) - 1):
            tab.select_option("#example", str(i))
            layers = by_hand(run, epoch, examples[i][0])
            assert tab.evaluate(TABLES) == [[[number(z), number(a)] for z, a in layer] for layer in layers]
            shown = tab.evaluate("nodes.slice(1).map((column) => column.map((node) => node.number.textContent))")
            assert shown == [[number(a) for _, a in layer] for layer in layers]
            facts = tab.evaluate(FACTS, "panel")
            outputs = [a for _, a in layers[-1]]
            values = [Value(a) for a in outputs]
            loss = run.loss(values if len(values) > 1 else values[0], examples[i][1]).data
            assert facts["loss"] == number(loss)
            assert facts["outputs" if len(outputs) > 1 else "output"] == ", ".join(map(number, outputs))
            decided = run.decision(values if len(values) > 1 else values[0])
            assert facts["says"] == f"{decided} {'✓' if decided == examples[i][1] else '✗'}"
            assert facts["wanted"] == str(examples[i][1])


def test_losses_and_accuracies_beside_the_epoch_are_those_of_the_history(opened):
    run = flowers()
    tab = opened(report(run))
    for epoch in (0, 5, 12):
        tab.evaluate("(epoch) => go(epoch)", epoch)
        measured = run.history[epoch]
        assert tab.text_content("#epoch") == f"epoch {epoch} of 12"
        facts = tab.evaluate(FACTS, "measured")
        assert facts["training loss"] == number(measured.loss)
        assert facts["validation loss"] == number(measured.validation_loss)
        assert float(facts["training accuracy"].rstrip(" %")) == pytest.approx(100 * measured.accuracy, abs=0.05)


def test_weights_and_bias_of_a_neuron_are_python_s(opened):
    run = xor_run()
    tab = opened(report(run))
    tab.click("#nodes button >> nth=1")
    w1, w2, b = run.snapshots[20][3:6]
    rows = tab.locator("#panel table").first.locator("tr").all_text_contents()
    assert rows[1:] == [f"w1x1{number(w1)}", f"w2x2{number(w2)}", f"b{number(b)}"]
    assert tab.get_attribute("#nodes button >> nth=1", "aria-label") == f"layer 1 · neuron 2, tanh, bias {number(b)}"


def test_numbers_are_written_as_python_writes_them(opened):
    tab = opened(report(xor_run(1)))
    rng = random.Random(1)
    numbers = [rng.uniform(-1, 1) * 10.0 ** rng.randint(-300, 300) for _ in range(3000)]
    numbers += [rng.randint(-200_000, 200_000) / 2 ** rng.randint(0, 12) for _ in range(6000)]  # many lie between two
    numbers += [0.0, -0.0, 1234.5, 1235.5, -12345.0, 0.00012345, 9999.5, 99995.0, 0.99995, 1e-5, 1e4, 5e-324, 1.7e308]
    assert tab.evaluate("(xs) => xs.map(g4)", numbers) == list(map(number, numbers))


def test_the_forward_pass_of_the_maps_agrees_with_python(opened):
    model = MLP(2, [3] * len(ACTIVATIONS), seed=1)
    model.layers[:] = [Layer(3 if i else 2, 3, name, seed=i) for i, name in enumerate(ACTIVATIONS)]
    tab = opened(report(train(model, [([0.5, -0.5], [0.1, 0.2, 0.3])], epochs=1)))
    rng = random.Random(2)
    points = [[rng.uniform(-30, 30), rng.uniform(-3, 3)] for _ in range(50)]
    columns = [list(column) for column in zip(*points)]
    found = tab.evaluate("(columns) => forward(frame().parameters, columns).at(-1).map(({a}) => [...a])", columns)
    with no_grad():
        expected = [[output.data for output in model(point)] for point in points]
    for a, b in zip(zip(*found), expected):
        assert a == pytest.approx(b, rel=1e-9, abs=1e-9)
    assert tab.evaluate("Object.keys(ACTIVATIONS)") == list(ACTIVATIONS)


# Units

FLATS = Preparation(  # sizes of mean 90 and deviation 30, ages of 3 and 0.7; prices of mean 300 and deviation 100
    (Column("Size (m²)"), Column("district", ("Mitte", "Prenzlauer Berg")), Column("age_in_years")),
    Scaling((90.0, 3.0), (30.0, 0.7)),
    Column("price"),
    Scaling((300.0,), (100.0,)),
)
ROWS = [([60.0, "Mitte", 3.0], 200.0), ([90.0, "Prenzlauer Berg", 0.0], 300.0), ([150.0, "Mitte", 2.3], 0.0)]
FRUIT = Preparation(
    (Column("width"), Column("height")),
    Scaling((50.0, 8.0), (10.0, 2.0)),
    Column("kind", ("fig", "<b>")),
    Scaling((0.0,), (1.0,)),
)


def flats() -> Run:
    """Three columns of a table, one of two categories, and a target that is a number."""
    examples = [FLATS.example(*row) for row in ROWS]
    return train(MLP(4, [3, 1], seed=1), examples, epochs=5, validation=examples[:1]).finish()


def fruit(loss: str = "binary_cross_entropy_with_logits", n_outputs: int = 1) -> Run:
    """Two columns of a table, two classes."""
    rows = [([40.0, 6.0], "fig"), ([60.0, 10.0], "<b>"), ([50.0, 9.0], "<b>")]
    return train(MLP(2, [2, n_outputs], seed=1), [FRUIT.example(*row) for row in rows], loss=loss, epochs=5).finish()


def test_the_row_of_a_table_is_shown_as_it_stood_there(opened):
    run = flats()
    tab = opened(report(run, preparation=FLATS))
    tab.select_option("#example", "1")
    facts = tab.evaluate(FACTS, "panel")
    assert facts["Size (m²)"] == "90"
    assert facts["district=Mitte"] == "0" and facts["district=Prenzlauer Berg"] == "1"
    assert facts["age_in_years"] == "0"  # (0 - 3) / 0.7 · 0.7 + 3 is 4e-16
    assert facts["wanted"] == "300"
    assert tab.locator("#before .name").all_text_contents() == list(facts)[:4]
    assert tab.evaluate("nodes[0].map((node) => node.number.textContent)") == ["90", "0", "1", "0"]
    assert tab.text_content("#example option >> nth=3") == "3: 0 for 150, 1, 0, 2.3"


def test_outputs_are_shown_in_the_units_of_the_target_and_z_and_a_as_they_are(opened):
    run = flats()
    tab = opened(report(run, preparation=FLATS))
    for epoch in (0, 5):
        tab.evaluate("(epoch) => go(epoch)", epoch)
        tab.select_option("#example", "2")
        layers = by_hand(run, epoch, run.examples[2][0])
        assert tab.evaluate(TABLES) == [[[number(z), number(a)] for z, a in layer] for layer in layers]
        assert tab.evaluate(FACTS, "panel")["output"] == number(300 + 100 * layers[-1][0][1])
    low, high = report_data(run, FLATS)["values"]["ends"]
    assert (tab.text_content("#low"), tab.text_content("#high")) == (low, high)


def test_ticks_are_in_the_units_of_the_table_and_axes_scaled():
    found = report_data(flats(), FLATS)
    size, *_, age = found["axes"]
    # sizes from 60 to 150 with 15 % to both sides: from 46.5 to 163.5; ages from 0 to 3: from -0.45 to 3.45
    assert (size["low"], size["high"]) == pytest.approx((-43.5 / 30, 73.5 / 30))
    assert [text for _, text in size["ticks"]] == ["60", "80", "100", "120", "140", "160"]
    assert [part for part, _ in size["ticks"]] == pytest.approx([(x - 46.5) / 117 for x in range(60, 161, 20)])
    assert (age["low"], age["high"]) == pytest.approx((-3.45 / 0.7, 0.45 / 0.7))
    assert [text for _, text in age["ticks"]] == ["0", "1", "2", "3"]
    values, share = found["values"], found["values"]["ticks"][1][0] - found["values"]["ticks"][0][0]
    step = float(values["ticks"][1][1]) - float(values["ticks"][0][1])
    assert 100 * (values["high"] - values["low"]) * share == pytest.approx(step)  # a price of 100 is a deviation


def test_a_neuron_of_the_first_layer_says_that_its_inputs_are_standardised(opened):
    said = "Here the inputs are standardised."
    tab = opened(report(flats(), preparation=FLATS))
    tab.click("#nodes button >> nth=0")
    assert said in tab.text_content("#panel")
    tab.select_option("#example", "0")
    assert "·(-1) + " in tab.text_content("#panel .formula.numbers")  # 60 m² are one deviation below the mean
    tab.click("#nodes button >> nth=3")
    assert said not in tab.text_content("#panel")
    tab = opened(report(xor_run(1)))
    tab.click("#nodes button >> nth=0")
    assert said not in tab.text_content("#panel")


def test_classes_have_the_names_of_the_categories(opened):
    tab = opened(report(fruit(), preparation=FRUIT))
    tab.select_option("#example", "1")
    assert tab.evaluate(FACTS, "panel")["wanted"] == "<b>"
    assert tab.evaluate("data.names") == ["width", "height"]


def test_labels_of_a_number_are_in_its_units():
    two = Preparation((Column("x"),), Scaling((0.0,), (1.0,)), Column("y"), Scaling((30.0,), (10.0,)))
    run = train(MLP(1, [1], seed=1), [two.example([0.5], 20.0), two.example([1.5], 40.0)], epochs=1)
    assert run.decision.labels == (-1.0, 1.0)
    assert report_data(run, two)["classes"] == ["20", "40"]


@pytest.mark.parametrize(("loss", "n_outputs"), [("binary_cross_entropy_with_logits", 1), ("cross_entropy", 2)])
def test_the_probability_of_the_class_that_is_said_stands_beside_the_output(opened, loss, n_outputs):
    run = fruit(loss, n_outputs)
    tab = opened(report(run, preparation=FRUIT))
    for i, (inputs, _) in enumerate(run.examples):
        tab.select_option("#example", str(i))
        outputs = [a for _, a in by_hand(run, 5, inputs)[-1]]
        # σ of the difference to the other logit, which is 0 for a single one: at least ½ for the class that is said
        p = 1 / (1 + math.exp(-abs(outputs[0] - (outputs[1] if n_outputs == 2 else 0))))
        assert tab.evaluate(FACTS, "panel")["probability"] == number(p)


def test_several_yes_or_no_outputs_say_no_one_class():
    examples = [([0.5, 1.0], [1.0, 1.0]), ([1.0, 0.5], [0.0, 1.0])]
    run = train(MLP(2, [2], seed=1), examples, loss="binary_cross_entropy_with_logits", epochs=1)
    (first,) = report_data(run, PLAIN)["frames"]
    assert first["says"] == first["probabilities"] == []


def test_a_distance_has_no_probability(opened):
    tab = opened(report(xor_run(1)))
    tab.select_option("#example", "0")
    assert "probability" not in tab.evaluate(FACTS, "panel")


# Pictures


def test_the_boundary_lies_where_the_output_passes_the_threshold(opened):
    run = xor_run(100)
    tab = opened(report(run))
    path = tab.get_attribute("#boundary", "d")
    places = [tuple(map(float, place.split())) for place in re.findall(r"[ML]([-\d.]+ [-\d.]+)", path)]
    assert len(places) > 50
    for x, y in places[::7]:
        # the axes run from -0.15 to 1.15, over 400 units
        output = run.model([-0.15 + 1.3 * x / 400, 1.15 - 1.3 * y / 400]).data
        assert output == pytest.approx(0.5, abs=0.02)


def test_a_zero_line_crosses_a_field_where_it_is_zero(opened):
    tab = opened(report(xor_run(1)))
    # x + y - 0.5 on the corners of a square: zero in the middle of the upper and of the left side
    assert tab.evaluate("zeroLine([-0.5, 0.5, 0.5, 1.5], {columns: 2, rows: 2})") == "M200.0 0.0L0.0 200.0"
    assert tab.evaluate("zeroLine([1, 2, 3, 4], {columns: 2, rows: 2})") == ""


CORNER = """() => {
    const copy = new OffscreenCanvas(80, 80).getContext("2d", {willReadFrequently: true});
    copy.drawImage(document.getElementById("map"), 0, 0);
    return [...copy.getImageData(0, 0, 1, 1).data];
}"""


def test_the_map_has_the_color_of_the_class_and_a_neuron_s_of_its_sign(opened):
    run = xor_run(100)
    tab = opened(report(run))
    red, _, blue, _ = tab.evaluate(CORNER)
    assert run.model([-0.2, 1.2]).data > 0.5 and blue > red  # class 1 is blue
    tab.click("#nodes button >> nth=3")
    red, _, blue, _ = tab.evaluate(CORNER)
    assert (by_hand(run, 100, [-0.2, 1.2])[0][3][1] > 0) == (blue > red)


def test_examples_that_come_out_wrong_are_ringed(opened):
    run = xor_run(30)
    tab = opened(report(run))
    for epoch in (0, 30):
        tab.evaluate("(epoch) => go(epoch)", epoch)
        wrong = [(by_hand(run, epoch, x)[-1][0][1] > 0.5) != t for x, t in run.examples]
        assert tab.evaluate("marks.map((mark) => mark.classList.contains('missed'))") == wrong


def test_validation_examples_are_hollow(opened):
    run = flowers()
    tab = opened(report(run))
    held_out = tab.evaluate("marks.map((mark) => mark.classList.contains('held-out'))")
    assert held_out == [False] * len(run.examples) + [True] * len(run.validation)


def test_links_are_as_wide_as_weights_or_as_what_they_carry(opened):
    tab = opened(report(xor_run()))
    second = "links.filter((link) => link.layer === 0 && link.from === 1)"
    widths = f"{second}.map((link) => parseFloat(link.path.style.strokeWidth))"
    signs = tab.evaluate("links.map(({path, layer, from, to}) => [path.getAttribute('class'), "
                         "weights(frame().parameters)[layer][to].w[from]])")  # fmt: skip
    assert all((look == "negative") == (w < 0) for look, w in signs)
    assert max(tab.evaluate(widths)) > 1
    tab.select_option("#example", "2")  # its second input is 0
    assert set(tab.evaluate(widths)) == {0.4}


def test_a_layer_too_large_to_draw_shows_its_first_neurons(opened):
    tab = opened(report(train(MLP(2, [30, 1], seed=1), data.xor(), epochs=1).finish()))
    assert tab.locator("#nodes button").count() == 21
    assert tab.text_content(".more") == "+ 10 more"
    tab.select_option("#example", "0")
    assert tab.locator("#panel .tables table >> nth=0 >> tr").count() == 31


def test_a_function_of_one_input_is_a_curve_through_its_outputs(opened):
    run = parabola()
    tab = opened(report(run))
    assert not tab.is_visible("#map")
    path = tab.get_attribute("#curves path", "d")
    x, y = map(float, path[1:].split("L")[20].split())
    low, high = tab.evaluate("[data.axes[0].low, data.axes[0].high]")
    bottom, top = tab.evaluate("[data.values.low, data.values.high]")
    output = run.model([low + (high - low) * x / 400]).data
    assert bottom + (top - bottom) * (1 - y / 400) == pytest.approx(output, abs=1e-9)
    tab.click("#nodes button >> nth=0")
    assert "z = w1·x1 + b" in tab.text_content("#panel")


def test_values_have_a_scale_and_no_boundary(opened):
    tab = opened(report(plane_values()))
    assert tab.is_visible("#bar")
    assert tab.get_attribute("#boundary", "d") == ""
    assert tab.text_content("#low") == tab.evaluate("g4(data.values.low)")
    assert not tab.is_visible("#accuracy-chart")


def test_dots_of_values_have_the_color_of_their_target_and_a_core_for_validation(opened):
    examples = [([x / 2, y / 2], x + y) for x in range(3) for y in range(3)]
    run = train(MLP(2, [2, 1], seed=1), examples, epochs=1, validation=examples[:2]).finish()
    tab = opened(report(run))
    assert tab.locator("#classes .entry").all_text_contents() == ["fill: target", "validation"]
    fills = tab.evaluate("marks.map((mark) => getComputedStyle(mark.querySelector('.shape')).fill)")
    assert fills[:2] == fills[9:] and len(set(fills[:9])) == 5  # the sums are 0 to 4
    assert tab.evaluate("marks.map((mark) => mark.querySelector('.core') !== null)") == [False] * 9 + [True] * 2
    tab.click("#nodes button >> nth=0")
    assert tab.is_visible("#classes")


# Moving


def test_the_keyboard_moves(opened):
    tab = opened(report(xor_run()))
    for key, place in [("ArrowRight", 20), ("ArrowLeft", 19), ("Home", 0), ("ArrowLeft", 0), ("ArrowRight", 1),
                       ("End", 20)]:  # fmt: skip
        tab.keyboard.press(key)
        assert tab.evaluate("state.frame") == place
    assert tab.is_disabled("#next") and tab.is_disabled("#end")


def test_the_slider_and_the_buttons_move(opened):
    tab = opened(report(xor_run()))
    tab.fill("#slider", "4")
    assert tab.text_content("#epoch") == "epoch 4 of 20"
    tab.focus("#slider")
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("state.frame") == 5
    for button, place in [("#next", 6), ("#back", 5), ("#end", 20), ("#start", 0)]:
        tab.click(button)
        assert tab.evaluate("state.frame") == place
    assert tab.is_disabled("#back")


def test_playing_starts_over_runs_to_the_end_and_stops(opened):
    tab = opened(report(xor_run(3)))
    tab.keyboard.press(" ")
    assert tab.text_content("#play") == "Pause"
    assert tab.text_content("#epoch") == "epoch 0 of 3"
    tab.wait_for_selector("#epoch:has-text('epoch 3 of 3')", timeout=5000)
    tab.wait_for_selector("#play:has-text('Play')", timeout=5000)


def test_playing_is_slow_where_motion_is_to_be_reduced(opened):
    assert opened(report(xor_run(3)), reduced_motion="reduce").evaluate("PACE") == 500


def test_a_click_on_a_curve_moves_to_its_epoch(opened):
    tab = opened(report(xor_run()))
    box = tab.locator("#loss-chart .area").bounding_box()
    tab.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + 30)
    assert tab.text_content("#epoch") == "epoch 5 of 20"
    assert tab.evaluate("document.querySelector('#loss-chart .cursor').style.left") == "25%"
    tab.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 30)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 30)
    tab.mouse.up()
    assert tab.text_content("#epoch") == "epoch 16 of 20"


PICTURE = """() => [document.querySelector("main").innerHTML, document.getElementById("measured").textContent,
    ...[...document.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL())]"""


def test_to_the_start_and_back_is_identity(opened):
    tab = opened(report(xor_run()))
    end = tab.evaluate(PICTURE)
    tab.keyboard.press("Home")
    assert tab.evaluate(PICTURE) != end
    tab.keyboard.press("End")
    assert tab.evaluate(PICTURE) == end


def test_nothing_jumps(opened):
    tab = opened(report(flowers()))
    tab.select_option("#example", "1")
    boxes = "[...document.querySelectorAll('main > *, .node, #view, .area, #slider, #epoch, #plane-words')]"
    places = set()
    for frame in range(13):
        tab.evaluate("(k) => go(k)", frame)
        places.add(tab.evaluate(f"JSON.stringify({boxes}.map((box) => box.getBoundingClientRect()))"))
    assert len(places) == 1


# Choosing


def place_of(tab: Any, i: int) -> tuple[float, float]:
    """Where an example is on the screen."""
    box = tab.evaluate("(i) => marks[i].querySelector('.shape').getBoundingClientRect().toJSON()", i)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_an_example_goes_through_the_network_while_the_pointer_is_at_it(opened):
    tab = opened(report(xor_run()))
    tab.mouse.move(*place_of(tab, 2))
    assert tab.text_content("#panel h3") == "Example 3"
    tab.mouse.move(5, 5)
    assert tab.text_content("#panel h3") == "This run"


def test_a_click_chooses_an_example_and_escape_lets_it_go(opened):
    tab = opened(report(xor_run()))
    tab.mouse.click(*place_of(tab, 1))
    tab.mouse.move(5, 5)
    assert tab.text_content("#panel h3") == "Example 2"
    assert tab.input_value("#example") == "1"
    tab.keyboard.press("Escape")
    assert tab.text_content("#panel h3") == "This run"
    assert tab.get_attribute("#ring", "d") == ""


def test_after_escape_space_plays_instead_of_pressing_the_neuron_that_was_clicked(opened):
    tab = opened(report(xor_run()))
    tab.click("#nodes button >> nth=1")
    tab.keyboard.press("Escape")
    tab.keyboard.press(" ")
    assert tab.text_content("#play") == "Pause"
    assert tab.evaluate("state.neuron") is None


def test_examples_can_be_chosen_from_the_keyboard(opened):
    tab = opened(report(xor_run()))
    tab.focus("#example")
    tab.keyboard.press("ArrowDown")
    assert tab.text_content("#panel h3") == "Example 1"
    assert tab.evaluate("state.frame") == 20


def test_a_neuron_fills_the_plane_until_it_is_clicked_again(opened):
    tab = opened(report(xor_run()))
    neuron = tab.locator("#nodes button").nth(2)
    neuron.focus()
    tab.keyboard.press("Enter")
    assert tab.text_content("#plane-title") == "The activation of layer 1 · neuron 3"
    assert neuron.get_attribute("aria-pressed") == "true"
    assert tab.text_content("#plane-words") == "Solid: z = 0."
    tab.keyboard.press("Enter")
    assert tab.text_content("#plane-title") == "What the network says"


def test_a_neuron_s_formula_has_the_numbers_of_the_chosen_example(opened):
    run = xor_run()
    tab = opened(report(run))
    tab.click("#nodes button >> nth=0")
    tab.select_option("#example", "1")
    (w1, w2, b), [(z, a), *_] = run.snapshots[20][:3], by_hand(run, 20, [0.0, 1.0])[0]
    first, second, offset = (f"({number(x)})" if x < 0 else number(x) for x in (w1, w2, b))
    assert tab.locator("#panel .formula").all_text_contents() == [
        "z = w1·x1 + w2·x2 + b",
        "a = tanh(z)",
        f"z = {first}·0 + {second}·1 + {offset} = {number(z)}",
        f"a = tanh({number(z)}) = {number(a)}",
    ]


def test_of_many_inputs_two_are_axes_and_the_others_are_held(opened):
    run = flowers()
    tab = opened(report(run, names=["sepal length", "sepal width", "petal length", "petal width"]))
    assert tab.text_content("#held") == "others at their mean"
    tab.select_option("#across", "0")
    tab.select_option("#up", "1")
    assert tab.text_content("#across-name") == "sepal length"
    tab.select_option("#up", "0")  # then the other axis is another input
    assert tab.evaluate("state.axes") == [1, 0]
    tab.select_option("#example", "3")
    assert tab.text_content("#held") == "others as in example 4"
    held = tab.evaluate("points(CORNERS).slice(2).map((column) => [...column])")
    assert held == [[x] * 4 for x in run.examples[3][0][2:]]


def test_the_loss_is_read_on_a_logarithmic_axis_if_asked_for(opened):
    tab = opened(report(xor_run(100)))
    assert tab.is_checked("#log")  # it falls by more than 30 times
    line = tab.get_attribute("#loss-chart path.training", "d")
    tab.uncheck("#log")
    assert tab.get_attribute("#loss-chart path.training", "d") != line


# Every reader


def test_hostile_names_show_as_typed_and_execute_nothing(opened):
    model = MLP(2, [2, 4], seed=1)
    run = train(model, [([0.1 * i, 1.0], i) for i in range(4)], loss="cross_entropy", epochs=1).finish()
    tab = opened(report(run, names=HOSTILE[:2], classes=HOSTILE, title="</title><b>"))
    tab.select_option("#example", "2")
    assert tab.title() == "</title><b>"
    assert tab.evaluate("document.scripts.length") == 2
    assert tab.evaluate("document.querySelectorAll('img, iframe').length") == 0
    shown = [*HOSTILE[:2], *HOSTILE[:3], "\u2028line\\ud800\\x00"]  # as typed, control characters as Python writes them
    assert tab.locator(".name").all_text_contents() == shown
    assert tab.evaluate(FACTS, "panel")["wanted"] == HOSTILE[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(opened, scheme):
    """WCAG's 4.5 to 1."""
    tab = opened(report(flowers()), color_scheme=scheme)
    assert tab.evaluate(CONTRAST.read_text(encoding="utf-8")) == []
    tab.select_option("#example", "1")
    tab.click("#nodes button >> nth=0")
    assert tab.evaluate(CONTRAST.read_text(encoding="utf-8")) == []


def test_a_change_of_theme_changes_the_maps(opened):
    tab = opened(report(xor_run(1)))
    before = tab.evaluate("document.getElementById('map').toDataURL()")
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_function("(before) => document.getElementById('map').toDataURL() !== before", arg=before, timeout=5000)


@pytest.mark.parametrize("make", [xor_run, flowers, parabola])
def test_a_phone_needs_no_scrolling_sideways(opened, make):
    tab = opened(report(make()), width=390, height=844)
    tab.select_option("#example", "1")
    assert tab.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("width", [390, 1280])
def test_long_names_widen_nothing(opened, width):
    names, classes = ["n" * 99, "word " * 30, "x", "y"], ["c" * 99, "class " * 30, "z"]
    tab = opened(report(flowers(), names, classes, "T" * 200), width=width)
    tab.select_option("#example", "1")
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    view = tab.locator("#view").bounding_box()
    assert view["width"] == view["height"] > 180


CUT = """() => [...document.querySelectorAll(".name, #choice select")].filter((name) =>
    name.scrollWidth > name.clientWidth || name.scrollHeight > name.clientHeight + 1).map((name) => name.textContent)"""


def test_names_of_usual_length_are_not_cut(opened):
    names = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "district=Prenzlauer Berg"]
    for width in (390, 1280):
        tab = opened(report(flowers(), names, ["Adelie", "Chinstrap", "Gentoo"]), width=width)
        assert tab.evaluate(CUT) == []


def test_names_go_on_in_a_new_line_after_a_sign_and_are_whole_in_a_title(opened):
    names = ["flipper_length=short", "a", "b", "c" * 99]
    tab = opened(report(flowers(), names))
    assert tab.locator("#before .name").first.inner_html() == "flipper_<wbr>length=<wbr>short"
    assert [tab.get_attribute(f"#before .name >> nth={i}", "title") for i in range(4)] == names
    tab.select_option("#across", "0")
    assert tab.get_attribute("#across", "title") == tab.get_attribute("#across-name", "title") == names[0]


def test_names_stand_beside_their_nodes(opened):
    tab = opened(report(train(MLP(30, [3], seed=1), [([0.0] * 30, 0)], loss="cross_entropy", epochs=1).finish()))
    middles = """(what) => [...document.querySelectorAll(what)].map((found) => {
        const {top, bottom} = found.getBoundingClientRect();
        return (top + bottom) / 2;
    })"""
    for names, boxes in (("#before .name", "div.node"), ("#after .name", "button.node")):
        assert tab.evaluate(middles, names) == pytest.approx(tab.evaluate(middles, boxes), abs=1)


def test_it_works_in_a_notebook_s_frame(opened, chromium):
    tab = chromium.new_page()
    tab.set_content(f"<p>a notebook</p>{report(xor_run())._repr_html_()}")
    frame = tab.frames[1]
    frame.wait_for_selector("body[data-ready]")
    frame.click("#back")
    assert frame.text_content("#epoch") == "epoch 19 of 20"
    tab.close()


def test_a_run_that_has_not_begun_has_one_frame(opened):
    tab = opened(report(train(MLP(2, [2, 1], seed=1), data.xor())))
    assert tab.text_content("#epoch") == "epoch 0 of 0"
    assert tab.is_disabled("#start") and tab.is_disabled("#end")


# Without a browser


def test_pages_are_small():
    assert len(report(xor_run(100)).html.encode()) < 400_000
    moons = train(MLP(2, [16, 16, 1], seed=1), data.moons(seed=1), epochs=10).finish()
    frame = report_data(moons, PLAIN)["frames"][-1]
    assert len(json.dumps(frame, separators=(",", ":"))) * 43 < 2_900_000  # 43 are kept of many


def test_the_page_is_one_file_whose_only_script_is_ours():
    text = report(xor_run(1)).html
    scripts = re.findall(r"<script(?: type=\"application/json\" id=\"data\")?>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == text.count("<script") == 2
    digest = base64.b64encode(hashlib.sha256(scripts[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in text
    assert json.loads(scripts[0])["names"] == ["x1", "x2"]
    assert not re.search("[<>&]", scripts[0])


def test_our_own_parts_are_small_real_files_without_addresses():
    names = {*SCRIPTS, "document.html", "report.html", "report.css", "common.css"}
    parts = {name: (PARTS / name).read_bytes() for name in names}
    assert {f"report/{path.name}" for path in (PARTS / "report").iterdir()} == set(SCRIPTS)
    assert sum(map(len, parts.values())) <= 60_000
    assert not re.search(rb"https?://(?!www\.w3\.org/2000/svg)|@import|url\(", b"".join(parts.values()))


def test_classes_have_the_colors_of_other_pictures():
    style = (PARTS / "report.css").read_text(encoding="utf-8")
    assert tuple(re.findall(r"--class\d: (#\w+)", style)[:6]) == tuple(color.lower() for color in COLORS)


def test_frames_are_those_of_the_snapshots_and_the_last_epoch():
    run = xor_run()
    frames = report_data(run, PLAIN)["frames"]
    assert [frame["epoch"] for frame in frames] == list(range(21))
    assert frames[0]["parameters"] == list(run.snapshots[0])
    assert frames[-1]["parameters"] == run.parameters


def test_of_many_epochs_some_frames_are_kept_the_first_and_the_last_among_them():
    run = train(MLP(2, [1], seed=1), data.xor(), epochs=301).finish()
    found = report_data(run, PLAIN)
    epochs = [frame["epoch"] for frame in found["frames"]]
    assert len(epochs) <= 120 and epochs[0] == 0 and epochs[-1] == 301
    assert found["notes"] == [f"{len(epochs)} of 302 epochs are kept."]


def test_frames_hold_no_more_than_300_000_numbers():
    run = train(MLP(2, [60, 1], seed=1), data.moons(100, seed=1), epochs=25).finish()
    # 241 parameters, and z and a of 61 neurons for each of 100 examples: 12,441 numbers in a frame, 24 frames
    assert len(report_data(run, PLAIN)["frames"]) == 24


def test_of_very_many_examples_some_are_shown():
    run = train(MLP(2, [100, 1], seed=1), data.moons(100, seed=1), epochs=1).finish()
    found = report_data(run, PLAIN)
    # z and a of 101 neurons for 74 examples are just below 15,000 numbers
    assert len(found["examples"]) == 74
    assert found["examples"][-1]["number"] == 100
    assert found["notes"] == ["74 of 100 examples are shown."]


def test_a_curve_of_very_many_epochs_keeps_its_extremes():
    losses = [1.0] * 10_000
    losses[3456], losses[7891] = 5.0, 0.25
    points = curve(losses)
    assert len(points) <= 802
    assert {(0, 1.0), (3456, 5.0), (7891, 0.25), (9999, 1.0)} <= set(points)


def test_things_are_taken_evenly():
    assert evenly(range(100), 4) == [0, 33, 66, 99]


def rate_of(learning_rate: Any) -> str:
    """What a report says of a learning rate, after two epochs of one step each."""
    model = MLP(2, [1], seed=1)
    run = train(model, data.xor(), optimizer=Adam(model.parameters(), learning_rate), epochs=2).finish()
    return dict(report_data(run, PLAIN)["facts"])["learning rate"]


def test_a_schedule_is_named_beside_the_learning_rate_that_it_gave():
    assert rate_of(0.25) == "0.25"
    # half a cosine from 0.1 to 0 in 2 steps is half way at the second, step 1
    assert rate_of(Cosine(0.1, steps=2)) == "Cosine(learning_rate=0.1, steps=2, lowest=0.0), now 0.05"
    assert rate_of(lambda step: 0.5 / (step + 1)) == "a function of one's own, now 0.25"


def test_a_report_changes_no_parameter_and_no_gradient():
    run = xor_run()
    before = [(p.data, p.grad) for p in run.model.parameters()]
    report(run).html  # noqa: B018
    assert [(p.data, p.grad) for p in run.model.parameters()] == before


def test_the_same_run_gives_the_same_page():
    assert report(xor_run()).html == report(xor_run()).html


def test_a_report_is_saved_and_says_what_it_is(tmp_path):
    page = report(xor_run(2))
    assert page.save(tmp_path / "xor.html").read_text(encoding="utf-8") == page.html
    assert repr(page) == "<Report: Training of MLP(2 -> 4 tanh -> 1 linear, 17 parameters), 2 epochs>"
    with pytest.raises(ValueError, match=r"cannot save 'xor.svg': a page ends in .html"):
        page.save("xor.svg")


def own(z: Value) -> Value:
    return z * z


def begun(model: Any, examples: Any = None, loss: str = "mean_squared_error") -> Run:
    return train(model, examples or data.xor(), loss=loss, epochs=1)


@pytest.mark.parametrize(("make", "options", "error", "message"), [
    (lambda: 3, {}, TypeError, r"a report is of a run, which train\(\) gives, not of int"),
    (lambda: begun(Layer(2, 1, seed=1)), {}, ValueError, "a report shows an MLP, not Layer"),
    (lambda: begun(MLP(2, [2, 1], activation=own)), {}, ValueError, "activations linear, tanh, .* only"),
    (lambda: begun(MLP(2, [300, 1])), {}, ValueError, "300 neurons and 15,000 parameters, not 301 and 1,201"),
    (lambda: begun(MLP(2, [120, 121, 1])), {}, ValueError, "not 242 and 15,123: train a smaller network"),
    (lambda: begun(MLP(1, [1]), [([1.0], 2.5), ([1e301], 0.0)], "mean_absolute_error"), {}, ValueError,
     r"example 2 has an input of 1e\+301: to be drawn, inputs must be within ±1e\+200"),
    (xor_run, {"names": ["x"]}, ValueError, r"must be a list with one name for each input, 2 of them, not \['x'\]"),
    (xor_run, {"names": "xy"}, ValueError, "names must be a list with one name for each input, 2 of them, not 'xy'"),
    (xor_run, {"classes": ["a", "b", "c"]}, ValueError, "classes must be a list with one name for each class, 2 of"),
    (xor_run, {"preparation": FLATS}, ValueError, "the preparation makes 4 inputs, but the network takes 2"),
    (lambda: fruit("cross_entropy", 3), {"preparation": FRUIT}, ValueError,
     "the preparation has 2 classes, but the network tells 3 apart"),
    (fruit, {"preparation": FRUIT, "names": ["a", "b"]}, ValueError, "a preparation has names and classes"),
    (fruit, {"preparation": FRUIT, "classes": ["a", "b"]}, ValueError, "give either these or the preparation"),
    (fruit, {"preparation": {}}, TypeError, r"must be what Preparation.fit\(table, rows\) gives, not dict"),
    (xor_run, {"preparation": Preparation((Column("x"), Column("y")), Scaling((0.0, 0.0), (1.0, 1e250)), Column("z"),
                                          Scaling((0.0,), (1.0,)))}, ValueError, r"an input of 1e\+250: to be drawn"),
    (xor_run, {"preparation": Preparation((Column("x"), Column("y")), Scaling((0.0, 0.0), (1.0, 1e-320)), Column("z"),
                                          Scaling((0.0,), (1.0,)))}, ValueError, "a column varies by 1e-320 only"),
    (parabola, {"classes": ["a"]}, ValueError, "classes must be a list with one name for each class, 0 of them"),
])  # fmt: skip
def test_what_has_no_report_is_refused(make, options, error, message):
    with pytest.raises(error, match=message):
        report(make(), **options)
