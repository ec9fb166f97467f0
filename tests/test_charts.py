"""Charts: where lines and regions stand, what is left out, any text, any number, and files that stay small."""

import base64
import math
import os
import random
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from micrograd_nn import MLP, Value
from micrograd_nn.charts.chart import Chart, beside
from micrograd_nn.charts.contours import outlines
from micrograd_nn.charts.decision_map import decision_map
from micrograd_nn.charts.line_chart import line_chart
from micrograd_nn.charts.palette import DARK, LIGHT
from micrograd_nn.charts.plane import shade_levels
from micrograd_nn.charts.scales import linear_scale, log_scale

ROOT = Path(__file__).parent.parent
XOR = [([0.0, 0.0], 0), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], 0)]
UNIT_SQUARE = ((0.0, 1.0), (0.0, 1.0))
NUMBERS = re.compile(r"-?[\d.]+")


def paths(chart, look: str) -> list[str]:
    """The data of the paths of just this look, those of the legend left out."""
    tree = ElementTree.fromstring(chart.svg)
    groups = [part for part in tree if part.tag.endswith("}g")]
    return [part.get("d") for part in groups[-1].iter() if part.get("class") == look]


def texts(chart) -> list[str]:
    return [part.text for part in ElementTree.fromstring(chart.svg).iter() if part.tag.endswith("}text")]


def numbers(data: str) -> list[float]:
    return [float(found) for found in NUMBERS.findall(data)]


def left_of(chart, look: str) -> float:
    """The least x of a region."""
    (data,) = paths(chart, look)
    return min(numbers(data)[::2])


def right_half(x):
    return int(x[0] > 0.5)


# Scales


def test_ticks_are_round_and_the_axis_reaches_outward_to_them():
    assert linear_scale([1.0, 9.0], outward=True).ticks == (0.0, 2.0, 4.0, 6.0, 8.0, 10.0)  # 8 / 6 < 2
    assert linear_scale([1.0, 9.0]).ticks == (2.0, 4.0, 6.0, 8.0)
    assert linear_scale([-300.0, 0.0], outward=True).texts() == ["-300", "-250", "-200", "-150", "-100", "-50", "0"]


@example(1e200, -1e200)
@example(5e-324, 0.0)
@example(1e6, 1e6 + 0.01)
@given(st.floats(-1e200, 1e200), st.floats(-1e200, 1e200))
def test_an_axis_holds_its_numbers_and_its_ticks_tell_themselves_apart(x, y):
    scale = linear_scale([x, y], outward=True)
    assert scale.low <= scale.high
    assert -1e-6 <= scale.share(x) <= 1 + 1e-6
    assert 2 <= len(scale.ticks) <= 8
    assert len(set(scale.texts())) == len(scale.ticks)
    assert [float(shown) for shown in scale.texts()] == pytest.approx(scale.ticks, rel=1e-11)


@example(1e-200, 1e200)
@example(1.0, math.nextafter(1e180, math.inf))
@given(st.floats(1e-200, 1e200), st.floats(1e-200, 1e200))
def test_a_logarithmic_axis_holds_its_numbers_between_a_few_ticks(x, y):
    scale = log_scale([x, y])
    assert scale.low <= min(x, y) * (1 + 1e-9) and max(x, y) <= scale.high * (1 + 1e-9)
    assert 2 <= len(scale.ticks) <= 12
    assert scale.share(scale.low) == 0 and scale.share(scale.high) == 1


def test_logarithmic_ticks_are_powers_of_ten_with_2_and_5_where_there_is_room():
    assert log_scale([0.3, 30.0]).texts() == ["0.2", "0.5", "1", "2", "5", "10", "20", "50"]
    assert log_scale([0.001, 1000.0]).texts() == ["0.001", "0.01", "0.1", "1", "10", "100", "1000"]
    assert log_scale([0.31, 0.33]).texts() == ["0.31", "0.315", "0.32", "0.325", "0.33"]


# Curves


def test_a_curve_runs_through_its_points():
    chart = line_chart({"loss": [0.0, 1.0], "accuracy": [(0, 1), (0.5, 0.25), (1, 0)]})
    assert paths(chart, "line k0 d0") == ["M0 280 440 0"]  # the frame is 440 by 280
    assert paths(chart, "line k1 d1") == ["M0 0 220 210 440 280"]


def test_a_logarithmic_curve_runs_straight_where_numbers_halve():
    assert paths(line_chart({"loss": [1.0, 0.1, 0.01]}, log=True), "line k0 d0") == ["M0 0 220 140 440 280"]


def test_epochs_have_whole_ticks():
    assert texts(line_chart({"loss": [1.0, 0.5, 0.0]}))[1:4] == ["0", "1", "2"]


def test_a_single_point_is_a_dot():
    chart = line_chart({"loss": [3.0]})
    assert paths(chart, "line k0 d0") == []
    assert paths(chart, "dots k0") == ["M220 140h0"]  # the middle of the frame


def test_a_constant_curve_has_room_above_and_below():
    (data,) = paths(line_chart({"loss": [10.0, 10.0]}), "line k0 d0")
    assert data == "M0 140 440 140"


def test_a_training_that_diverges_breaks_off_with_a_cross():
    chart = line_chart({"loss": [0.0, 1.0, math.inf, math.nan, 0.0]})
    assert paths(chart, "line k0 d0") == ["M0 280 110 0"]
    assert paths(chart, "line k0") == ["M110 0m-4.5-4.5l9 9m0-9l-9 9"]
    assert paths(chart, "dots k0") == ["M440 280h0"]
    assert "not finite" in texts(chart)
    assert chart.description == "loss by epoch: loss from 0 to 0 (2 of 5 left out)"


def test_a_curve_that_begins_with_nan_has_its_cross_where_it_begins():
    assert paths(line_chart({"loss": [math.nan, 1.0, 0.0]}), "line k0") == ["M220 0m-4.5-4.5l9 9m0-9l-9 9"]


def test_a_curve_with_nothing_to_draw_stands_beside_the_others():
    chart = line_chart({"good": [1.0, 0.0], "bad": [math.nan, math.nan]})
    assert chart.description.endswith("bad has nothing to draw (2 of 2 left out)")
    assert "bad" in texts(chart)


def test_zero_and_below_are_left_out_of_a_logarithmic_chart():
    chart = line_chart({"loss": [1.0, 0.1, 0.0, -1.0]}, log=True)
    assert "loss by epoch on a logarithmic scale: loss from 1 to 0.1 (2 of 4 left out)" in chart.svg
    assert "not above 0, or not finite" in texts(chart)


@pytest.mark.parametrize("y", [1.7e308, -1.7e308, 1e200, 5e-324, -0.0])
def test_the_greatest_and_least_floats_can_be_drawn_beside_others(y):
    for log in (False, True):
        assert "nan" not in line_chart({"y": [1.0, y, -y, 2.0]}, log=log).body


def test_of_many_points_every_extreme_stays_and_the_file_is_small():
    rng = random.Random(1)
    ys = [rng.gauss(0, 1) for _ in range(100_000)]
    ys[54_321], ys[74_321] = 100.0, -100.0
    chart = line_chart({"loss": ys})
    (data,) = paths(chart, "line k0 d0")
    places = set(zip(numbers(data)[::2], numbers(data)[1::2]))
    assert {(round(440 * 54_321 / 99_999, 1), 0), (round(440 * 74_321 / 99_999, 1), 280)} <= places
    assert len(data) < 12_000  # a lowest and a highest for each of 441 columns: eight such curves are below 100 kB


def test_a_curve_full_of_gaps_stays_small():
    ys = [1.0 if k % 2 else math.nan for k in range(100_000)]
    assert len(line_chart({"loss": ys}).svg) < 50_000


@pytest.mark.parametrize(
    ("series", "error", "message"),
    [
        ({}, ValueError, "there is no finite number to draw; series: none"),
        ({"a": [], "b": [math.nan]}, ValueError, "there is no finite number to draw; series: a, b"),
        ({"a": [(1, 2, 3)]}, ValueError, r"a point must be y or \(x, y\), not \(1, 2, 3\) in 'a'"),
        ({"a": [(math.nan, 2)]}, ValueError, "x must be finite, not nan in 'a'"),
        ({"a": ["1"]}, TypeError, "must be a real number, not str"),
        ({"a": [Value(1.0)]}, TypeError, "use its .data"),
    ],
)
def test_what_has_no_place_in_a_chart_is_refused(series, error, message):
    with pytest.raises(error, match=message):
        line_chart(series)


def test_a_logarithmic_chart_needs_a_number_above_0():
    with pytest.raises(ValueError, match="there is no number above 0 to draw; series: loss"):
        line_chart({"loss": [0.0, -1.0]}, log=True)


# Maps


def test_a_boundary_between_classes_is_found_between_the_points_of_the_grid():
    chart = decision_map(lambda x: int(x[0] > 0.31), [], area=UNIT_SQUARE)
    assert left_of(chart, "t1 ink edge") == pytest.approx(280 * 0.31, abs=0.15)


def test_a_score_says_class_1_above_zero_as_a_float_or_a_value():
    for score in (lambda x: x[0] - 0.31, lambda x: Value(x[0]) - 0.31):
        chart = decision_map(score, [([0.1, 0.5], -1.0), ([0.9, 0.5], 1.0)], area=UNIT_SQUARE)
        assert left_of(chart, "t1 ink edge") == pytest.approx(280 * 0.31, abs=0.15)
        assert chart.description.endswith("2 of 2 examples are right")


def test_a_score_of_just_zero_is_class_0():
    chart = decision_map(lambda x: 0.0, [([0.5, 0.5], 0)], area=UNIT_SQUARE)
    assert paths(chart, "t1 ink edge") == []
    assert chart.description.endswith("1 of 1 examples are right")


def test_classes_lie_over_each_other_like_cards():
    chart = decision_map(lambda x: int(3 * x[0]), [], area=((0.0, 0.99), (0.0, 1.0)))
    lefts = [left_of(chart, f"t{k} ink edge") for k in (1, 2)]
    assert lefts == pytest.approx([280 / 2.97, 560 / 2.97], abs=0.15)


def test_where_the_function_says_nan_there_is_no_colour():
    chart = decision_map(lambda x: math.nan if x[0] < 0.5 else -1.0, [], area=UNIT_SQUARE)
    assert left_of(chart, "t0") == pytest.approx(140, abs=0.15)


def test_shades_change_at_ninths_of_the_probability():
    assert [1 / (1 + math.exp(-level)) for level in shade_levels()] == pytest.approx([k / 9 for k in range(1, 9)])
    chart = decision_map(lambda x: 8 * (x[0] - 0.5), [], shaded=True, area=UNIT_SQUARE)
    level = math.log(2 / 7) / 8 + 0.5  # where σ(8 (x - ½)) = 2/9
    assert left_of(chart, "s2") == pytest.approx(280 * level, abs=0.15)
    assert left_of(chart, "ink edge") == pytest.approx(140, abs=0.15)


def test_examples_have_the_shape_of_their_class_and_a_ring_where_they_are_wrong():
    chart = decision_map(right_half, XOR, area=((-1.0, 2.0), (-1.0, 2.0)))
    assert len(paths(chart, "point f0")) == len(paths(chart, "point f1")) == 2
    assert [d.split("m")[0] for d in paths(chart, "point f1")] == ["M93.3 93.3", "M186.7 186.7"]  # (0, 1) and (1, 0)
    (rings,) = paths(chart, "ink ring")
    assert re.findall(r"M[\d. ]+", rings) == ["M93.3 93.3", "M186.7 93.3"]  # (0, 1) and (1, 1)
    assert "wrong: 2" in texts(chart)


def test_a_line_runs_from_side_to_side_of_the_frame():
    lines = [(1.0, 1.0, -1.0), (1.0, 0.0, -0.25), (0.0, 2.0, -1.0), (1.0, 1.0, -5.0), (0.0, 0.0, 1.0)]
    chart = decision_map(right_half, [], lines=lines, area=UNIT_SQUARE)
    # x + y = 1, x = 1/4, y = 1/2; the last two pass by
    assert paths(chart, "unit") == ["M0 0 280 280M70 280 70 0M0 140 280 140"]


def test_the_axes_of_a_map_hold_all_examples_with_a_margin():
    (first, *_) = paths(decision_map(right_half, XOR), "point f0")
    assert numbers(first)[:2] == [pytest.approx(280 * 0.15 / 1.3, abs=0.06), pytest.approx(280 * 1.15 / 1.3, abs=0.06)]


def test_a_map_of_one_example_has_room_around_it():
    assert decision_map(right_half, [([3.0, 3.0], 1)]).description.endswith("1 of 1 examples are right")


def test_a_model_is_drawn_small_enough_for_a_page():
    model = MLP(2, [8, 1], seed=1)
    for shaded in (False, True):
        assert len(decision_map(model, XOR * 25, shaded=shaded).svg) < 60_000


def test_classes_take_the_names_given():
    chart = decision_map(right_half, XOR, classes=("a < b", "b"))
    assert texts(chart)[:2] == ["a < b", "b"]


@pytest.mark.parametrize(
    ("function", "examples", "options", "message"),
    [
        (right_half, [], {}, "without examples a map needs an area"),
        (right_half, [([1.0], 0)], {}, "a map is of two inputs, but an example has 1"),
        (right_half, [([1.0, math.inf], 0)], {}, r"inputs must be within ±1e\+200 .* not \(1.0, inf\)"),
        (right_half, [([1.0, 2.0], 0.5)], {}, "a class must be a whole number from 0 to 29, not 0.5"),
        (lambda x: -1, XOR, {}, "a class must be a whole number from 0 to 29, not -1"),
        (right_half, XOR, {"shaded": True}, "shades show a score"),
        (right_half, XOR, {"classes": ("one",)}, "there are 2 classes, but only 1 have a name: one"),
        (right_half, XOR, {"area": ((1.0, 0.0), (0.0, 1.0))}, "an area must rise from low to high"),
    ],
)
def test_what_has_no_place_on_a_map_is_refused(function, examples, options, message):
    with pytest.raises(ValueError, match=message):
        decision_map(function, examples, **options)


def test_a_function_that_gives_no_number_is_a_type_error():
    with pytest.raises(TypeError, match="must be a real number, not list"):
        decision_map(lambda x: [1.0, 2.0], XOR)


# Contours


def is_within(u: float, v: float, loops) -> bool:
    """Whether a ray to the right crosses the outlines an odd number of times."""
    crossed = False
    for loop in loops:
        for (a, b), (c, d) in zip(loop, loop[1:] + loop[:1]):
            if (b > v) != (d > v) and u < a + (v - b) * (c - a) / (d - b):
                crossed = not crossed
    return crossed


@given(st.lists(st.lists(st.integers(0, 2), min_size=5, max_size=5), min_size=5, max_size=5), st.integers(1, 2))
def test_outlines_hold_just_the_points_of_the_grid_that_are_high_enough(grid, level):
    loops = outlines(lambda u, v: grid[round(u)][round(v)], level, 4)
    for i in range(5):
        for j in range(5):
            assert is_within(i + 0.001, j + 0.002, loops) == (grid[i][j] >= level)


def test_the_outline_of_a_disc_has_its_area():
    (loop,) = outlines(lambda u, v: 9.0 - math.hypot(u - 10, v - 10), 0.0, 20)
    area = math.fsum(a * d - b * c for (a, b), (c, d) in zip(loop, loop[1:] + loop[:1])) / 2
    assert abs(area) == pytest.approx(math.pi * 81, rel=0.01)


# Pictures


@given(st.text(), st.text())
@example("</style><script>alert(1)</script>", "a & b\n\x00 ]]> \ud800")
def test_any_text_shows_as_typed_and_never_becomes_markup(name, title):
    chart = line_chart({name: [1.0, 2.0]}, title=title, x_label=name, y_label=title)
    tags = {part.tag.rpartition("}")[2] for part in ElementTree.fromstring(chart.svg).iter()}
    assert tags == {"svg", "title", "desc", "style", "rect", "text", "g", "path"}


def test_a_picture_says_in_words_what_it_shows():
    chart = line_chart({"training": [0.7, 0.1]}, title="XOR & more")
    tree = ElementTree.fromstring(chart.svg)
    assert tree.get("role") == "img"
    assert [part.text for part in tree[:2]] == ["XOR & more", "loss by epoch: training from 0.7 to 0.1"]
    assert repr(chart) == "<Chart: loss by epoch: training from 0.7 to 0.1>"


def test_no_two_pictures_on_a_page_share_a_name():
    chart = beside(line_chart({"a": [1.0]}), decision_map(right_half, XOR))
    assert not [part for part in ElementTree.fromstring(chart.svg).iter() if part.get("id")]


def test_a_notebook_shows_the_picture_as_an_image_of_its_own():
    chart = line_chart({'"quoted"': [1.0, 2.0]})
    image = ElementTree.fromstring(chart._repr_html_().replace(">", "/>"))
    assert base64.b64decode(image.get("src").partition(",")[2]).decode() == chart.svg
    assert '"quoted" from 1 to 2' in image.get("alt")


def test_a_chart_is_saved_as_svg_only(tmp_path):
    chart = line_chart({"loss": [1.0, 2.0]})
    assert chart.save(tmp_path / "loss.svg").read_text(encoding="utf-8") == chart.svg
    with pytest.raises(ValueError, match=r"end it in \.svg"):
        chart.save(tmp_path / "loss.png")


def test_charts_stand_in_rows_and_columns():
    sizes = [(100, 50), (60, 80), (40, 30)]
    grid = beside(*[Chart("", *size, "chart", "small") for size in sizes], title="three", columns=2)
    assert (grid.width, grid.height) == (100 + 12 + 60, 30 + 80 + 12 + 30)  # a heading, and gaps of 12
    assert re.findall(r"translate\((.*?)\)", grid.body) == ["0 30", "112 30", "0 122"]
    assert grid.description == "chart: small; chart: small; chart: small"


def test_charts_beside_each_other_need_a_chart_and_a_column():
    with pytest.raises(ValueError, match="there are no charts"):
        beside()
    with pytest.raises(ValueError, match="columns must be at least 1, not 0"):
        beside(Chart("", 1, 1, "", ""), columns=0)


def test_the_same_program_draws_the_same_bytes():
    program = """
from hashlib import sha256
from micrograd_nn.charts.decision_map import decision_map
def thirds(x): return int(3 * x[0] * x[1])
print(sha256(decision_map(thirds, [([0.5, 0.5], 0), ([0.9, 0.9], 2)]).svg.encode()).hexdigest())
"""
    seen = set()
    for seed in ("1", "2"):
        command = [sys.executable, "-c", program]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        seen.add(subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env=environment).stdout)
    assert len(seen) == 1


def luminance(color: str) -> float:
    """As in WCAG 2.1, "relative luminance"."""
    shares = [byte / 255 for byte in bytes.fromhex(color[1:])]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_texts_stand_out_on_both_papers(theme):
    for color in (theme.ink, theme.soft):
        less, more = sorted([luminance(color), luminance(theme.paper)])
        assert (more + 0.05) / (less + 0.05) >= 4.5
