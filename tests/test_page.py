"""The page in a real browser: it shows what Python computed, and nothing a label says is executed or fetched."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from micrograd_nn import MLP, Op, Value, Walk, page, trace_sources
from micrograd_nn.graph import topological_order
from micrograd_nn.stepped import product
from micrograd_nn.tour import lecture_expression
from micrograd_nn.web_page import PARTS

CONTRAST = Path(__file__).parent / "contrast.js"
HOSTILE = ["</script><script>document.title='gone'</script>", "<img src=x onerror=\"document.title='gone'\">",
           "]]>",
           "{|}", "a \"b\" 'c' `d`", "\u202eright to left\u202c", "tab\tnew\nline\x00\x07", "{{data}} {{script}}",
           "&lt;b&gt;", "\\N\\G", "\u2028line\u2029", "𝛁 ∂ é", "n0", "__proto__"]  # fmt: skip
pytestmark = pytest.mark.usefixtures("renderer")


def labelled(node: Value, label: str) -> Value:
    node.label = label
    return node


def with_reuse() -> Value:
    """L = tanh(a*b + a − b): a and b are used twice, b is subtracted."""
    a, b = Value(0.5, label="a"), Value(-3.0, label="b")
    e = labelled(a * b, "e")
    return labelled(labelled(e + a - b, "d").tanh(), "L")


def network_loss() -> Value:
    return (MLP(2, [3, 1], seed=1)([1.0, -2.0]) - 1) ** 2


@pytest.fixture
def opened(visit, tmp_path):
    """Opens the page of an output."""

    def open_page(output: Value, **options: Any) -> Any:
        return visit(page(output).save(tmp_path / "backprop.html"), **options)

    return open_page


SHOWN = """() => ({
    rule: document.getElementById("rule").textContent,
    position: document.getElementById("position").textContent,
    gradients: nodes.map((node, i) => [node.name, boxes[i].grad.textContent, state(i)]),
    edges: steps.map((step) => [...edges.get(step.edge).texts].map((text) => text.textContent)),
})"""


def expected(walk: Walk) -> dict[str, Any]:
    """What the page is to show where the walk is."""
    name = walk.names[walk.output]
    words = {"not reached": "waiting", "partial": "partial", "final": "done"}
    nodes = [node for node in walk.names if node.op is None or node.op.name != "constant"]
    return {
        "rule": re.sub(r" +", " ", str(walk.step).split("   [")[0] if walk.step else f"∂{name}/∂{name} = 1"),
        "position": f"step {walk.position} of {len(walk)}",
        "gradients": [[walk.names[x], f"grad {walk.gradient(x)}", words[walk.state(x)]] for x in nodes],
        "edges": [list(product(step)) if i < walk.position else [f"{step.local:.4g}", "\u00a0"]
                  for i, step in enumerate(walk)],
    }  # fmt: skip


def shown(tab: Any) -> dict[str, Any]:
    found = tab.evaluate(SHOWN)
    return found | {"rule": re.sub(r" +", " ", found["rule"])}


@pytest.mark.parametrize(
    "make", [lecture_expression, with_reuse, lambda: (MLP(2, [3, 1], seed=1)([1.0, -2.0]) - 1) ** 2]
)
def test_every_number_at_every_step_is_python_s(opened, make):
    output = make()
    tab, walk = opened(output), Walk(output)
    for _ in walk:
        assert shown(tab) == expected(walk)
        tab.click("#next")
        walk.next()
    assert shown(tab) == expected(walk)
    while walk.position:
        tab.keyboard.press("ArrowLeft")
        walk.back()
        assert shown(tab) == expected(walk)


def test_to_the_end_and_back_is_identity(opened):
    tab = opened(with_reuse())
    start = tab.evaluate("document.getElementById('picture').innerHTML")
    tab.keyboard.press("End")
    assert "step 7 of 7" in tab.text_content("#position")
    tab.keyboard.press("Home")
    assert tab.evaluate("document.getElementById('picture').innerHTML") == start


def test_the_keyboard_moves(opened):
    tab = opened(with_reuse())
    for key, position in [("ArrowLeft", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", 7),
                          ("ArrowRight", 7), ("Home", 0)]:  # fmt: skip
        tab.keyboard.press(key)
        assert tab.evaluate("position") == position
    tab.keyboard.press(" ")
    assert tab.text_content("#play") == "Pause"
    tab.wait_for_selector("#position:has-text('step 2 of 7')", timeout=5000)
    tab.keyboard.press(" ")
    assert tab.text_content("#play") == "Play"


def test_the_slider_and_the_buttons_move(opened):
    tab = opened(with_reuse())
    tab.fill("#slider", "4")
    assert tab.evaluate("position") == 4
    tab.focus("#slider")
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("position") == 5
    tab.click("#end")
    assert tab.is_disabled("#next") and tab.is_disabled("#continue")
    tab.click("#start")
    assert tab.is_disabled("#back")


def test_a_click_on_a_node_shows_its_sum_and_its_line(opened):
    with trace_sources():
        output = with_reuse()
    tab = opened(output)
    tab.keyboard.press("End")
    tab.click("#n0")  # a
    words = tab.text_content("#details")
    walk = Walk(output)
    for step in walk:
        if step.input.label == "a":
            assert str(step).split("   ")[0].split(" += ")[1] in words
    assert f"{Path(__file__).name}:" in words and 'a, b = Value(0.5, label="a")' in words
    output.backward()
    assert repr(next(x.grad for x in topological_order(output) if x.label == "a")) in words


def test_a_click_on_an_edge_shows_its_product_and_lights_the_paths(opened):
    tab = opened(with_reuse())
    tab.keyboard.press("End")
    step = tab.evaluate("steps.findIndex((step) => nodes[step.input].name === 'e')")
    tab.evaluate("(k) => edges.get(steps[k].edge).group.dispatchEvent(new MouseEvent('click'))", step)
    assert tab.text_content("#details h2") == "∂L/∂e += ∂L/∂v1 · ∂v1/∂e"
    lit = tab.evaluate("[...document.querySelectorAll('.onpath')].length")
    assert lit == 3  # e to v1 to d to L


def test_breakpoints_are_those_of_walk_until(opened):
    output = network_loss()
    tab = opened(output)
    texts = ["tanh", "dot", "layer1.neuron2.b", "|grad| > 1", "|grad|<0.01", "grad >= 1e-1", "not finite"]
    texts += ["v1", "**", "-", "power", " layer1.neuron2.b  "]
    for text in texts:
        tab.evaluate("go(0); stops.length = 0; 0")
        tab.fill("#condition", text)
        tab.click("#add button")
        assert tab.text_content("#mistake") == ""
        walk = Walk(output)
        while True:
            walk.until(text)
            tab.evaluate("onward()")
            assert tab.evaluate("position") == walk.position
            if walk.position == len(walk):
                break


@pytest.mark.parametrize("text", ["|grad| > 1_0", "|grad| > inf", "|grad| > \u0661", "|grad| > nan", "|grad| > 0x1",
                                  "|grad| > -1", "", "NOT FINITE", "tahn"])  # fmt: skip
def test_what_means_nothing_to_walk_until_means_nothing_here(opened, text):
    with pytest.raises(ValueError):
        Walk(with_reuse()).until(text)
    tab = opened(with_reuse())
    tab.fill("#condition", text)
    tab.click("#add button")
    assert tab.text_content("#mistake") != ""
    assert tab.text_content("#stops") == ""


def test_of_two_nodes_with_one_label_each_has_its_breakpoint_and_the_label_means_both(opened):
    tab = opened(labelled(Value(2.0, label="w") * Value(3.0, label="w"), "y"))
    dots = tab.locator("#picture .stop")
    dots.first.click()
    assert tab.evaluate("steps.map((step) => stops.some((stop) => stop.holds(step)))") == [True, False]
    assert tab.locator("#picture .stop.set").count() == 1
    tab.fill("#condition", "w")
    tab.click("#add button")
    assert tab.evaluate("steps.map((step) => stops.some((stop) => stop.holds(step)))") == [True, True]


def test_an_unknown_breakpoint_says_what_there_is(opened):
    tab = opened(with_reuse())
    tab.fill("#condition", "tahn")
    tab.keyboard.press("Enter")
    assert "called tahn: there are a, b, e, *" in tab.text_content("#mistake")
    assert tab.text_content("#stops") == ""


def test_a_breakpoint_is_set_and_cleared_by_a_click_and_playing_stops_at_it(opened):
    tab = opened(with_reuse())
    dot = "#picture .node .stop"
    tab.locator(dot).first.click()
    assert tab.text_content("#stops li").startswith("a")
    tab.keyboard.press("c")
    assert shown(tab)["rule"].startswith("∂L/∂a")
    tab.locator(dot).first.click()
    assert tab.text_content("#stops") == ""


def predict(tab: Any, typed: str) -> str:
    tab.fill("#answer", typed)
    tab.keyboard.press("Enter")
    return tab.text_content("#verdict")


def test_predict_mode_asks_tells_mistakes_and_reveals(opened):
    output = labelled(Value(3.0, label="a") * Value(0.5, label="b"), "c")
    a = output.inputs[0]
    output = labelled(labelled(output * 2, "d") - a, "L")  # ∂L/∂a is -1 first, then -1 + 2 × 0.5 = 0
    tab = opened(output)
    tab.check("#predict")
    assert "?" in shown(tab)["edges"][0]
    walk = Walk(output)
    tab.click("#next")
    assert predict(tab, "what") == "Type a number, such as -1.5 or 2/3."
    assert tab.evaluate("position") == 0
    assert predict(tab, "1").startswith("Right: 1 × 1 = 1")
    walk.next()
    assert shown(tab)["gradients"] == expected(walk)["gradients"]
    tab.click("#next")
    assert "a is subtracted: its slope in L is -1" in predict(tab, "1")
    assert predict(tab, "-1").startswith("Right")
    tab.click("#next")
    assert predict(tab, "2,0").startswith("Right")  # ∂L/∂c
    tab.click("#next")
    assert tab.evaluate("nodes[steps[3].input].name") == "a"
    assert "a is used 2 times: add this contribution" in predict(tab, "1")
    assert "the slope of a product in a is the other factor, not a itself" in predict(tab, "5")
    assert "that takes the slope of c in a alone" in predict(tab, "-1/2")
    assert "that takes the slope of c in a alone" in predict(tab, "0.5")  # alone, and added to what was there
    assert predict(tab, "17") == "Not quite. Multiply the gradient of c by the slope of c in a."
    assert predict(tab, "17") == "Not quite. The gradient of c is 2.0; what is the slope of c = a * b in a?"
    assert predict(tab, "17") == "Not quite. The slope is b."
    for typed in ("0x10", "1/0", "1_0", "", "1//2", "--1"):
        assert predict(tab, typed) == "Type a number, such as -1.5 or 2/3."
    assert tab.evaluate("position") == 3
    tab.click("#reveal")
    assert tab.text_content("#verdict") == "It is 0: -1 + 2 × 0.5 = 0."
    assert tab.evaluate("position") == 4


def test_the_derivative_at_the_output_is_recognised(opened):
    x = Value(1.0, label="x")
    tab = opened(labelled(x.sin() * 1.0, "y"))
    tab.check("#predict")
    tab.click("#next")
    assert predict(tab, "1").startswith("Right")
    tab.click("#next")
    assert "derivative at the output v1; it belongs at the input x" in predict(tab, "0.666")  # cos(sin 1)
    assert predict(tab, "0.5403").startswith("Right")


def test_two_digits_suffice_for_a_small_gradient_and_a_mistake_is_no_rounding(opened):
    tab = opened(labelled(Value(-6.0, label="x").tanh(), "y"))
    tab.check("#predict")
    tab.click("#next")
    assert predict(tab, "2.5e-5").startswith("Right")  # 2.458e-05
    p = Value(100.0, label="p")
    tab = opened(labelled(p * 100.5, "y"))
    tab.check("#predict")
    tab.click("#next")
    assert "the other factor, not p itself" in predict(tab, "100")
    assert predict(tab, "100.5").startswith("Right")


@pytest.mark.parametrize(("data", "typed"), [(204.0, "203"), (204.0, "204.4"), (10.4, "10"), (1.0, "1,000")])
def test_a_short_number_is_not_rounded(opened, data, typed):
    tab = opened(labelled(Value(17.0, label="a") * Value(data, label="b"), "y"))
    tab.check("#predict")
    tab.click("#next")
    assert not predict(tab, typed).startswith("Right")
    assert predict(tab, f"{data:g}").startswith("Right")


def test_an_infinite_gradient_is_not_just_any_number(opened):
    tab = opened(labelled(Value(1e-300, label="x") * 1.0 * 1e200 * 1e200, "y"))
    tab.keyboard.press("End")
    tab.keyboard.press("ArrowLeft")
    tab.check("#predict")
    tab.click("#next")
    assert not predict(tab, "5").startswith("Right")
    assert not predict(tab, "-inf").startswith("Right")
    assert predict(tab, "inf").startswith("Right")


def test_what_cancels_is_zero_and_nan_can_be_typed(opened):
    x = Value(1.0, label="x")
    tab = opened(labelled(x * 0.1 + x * 0.2 - x * 0.3, "y"))
    tab.keyboard.press("End")
    tab.keyboard.press("ArrowLeft")
    tab.check("#predict")
    tab.click("#next")
    assert predict(tab, "0").startswith("Right")
    tab = opened(labelled(Value(0.0, label="x").sqrt(), "y"))
    tab.check("#predict")
    tab.click("#next")
    assert predict(tab, "inf").startswith("Not quite")
    assert predict(tab, "NaN").startswith("Right")


def test_never_more_than_one_edge_is_current(opened):
    tab = opened(with_reuse())
    tab.check("#predict")
    for key in ["ArrowRight", "Home", "ArrowRight", "End", "ArrowLeft", "ArrowRight", "ArrowLeft"]:
        tab.focus("#picture")
        tab.keyboard.press(key)
        assert tab.evaluate("document.querySelectorAll('.current').length") <= 1


def test_the_node_that_receives_is_always_to_be_seen(opened):
    tab = opened((MLP(3, [6, 4, 1], seed=1, expand=True)([1.0, 2.0, -1.0]) - 1) ** 2)
    assert not tab.evaluate("document.getElementById('picture').classList.contains('fit')")
    while not tab.is_disabled("#next"):
        tab.keyboard.press("ArrowRight")
        assert tab.evaluate("""() => {
            const node = document.querySelector(".receiving").getBoundingClientRect();
            const frame = document.getElementById("picture").getBoundingClientRect();
            const beside = node.left >= frame.left && node.right <= frame.right;
            return beside && node.top >= frame.top && node.bottom <= frame.bottom;
        }""")


def test_nothing_jumps(opened):
    tab = opened(with_reuse())
    tops = set()
    for key in ["ArrowRight"] * 7:
        tab.keyboard.press(key)
        tops.add(tab.evaluate("document.getElementById('picture').getBoundingClientRect().top"))
    assert len(tops) == 1


def test_operations_of_one_s_own_have_a_page(opened):
    def root_partials(out, x):
        return (0.5 / (out + 3),)

    root = Op("my root\ud800", lambda x: x**0.5 - 3, root_partials)  # of its own output, -1, it is complex
    tab = opened(labelled(root(Value(4.0, label="x")), "y"))
    tab.click("#next")
    assert "= 1 × 0.25 = 0.25" in tab.text_content("#rule")


def test_hostile_labels_show_as_typed_and_execute_nothing(opened):
    values = [Value(float(i), label=label) for i, label in enumerate(HOSTILE)]
    output = labelled(sum(values[1:], start=values[0]), "</title><b>")
    with trace_sources():
        tab = opened(output)
    title = tab.title()
    assert title == "backprop of </title><b>"
    assert tab.evaluate("document.scripts.length") == 2
    assert tab.evaluate("document.querySelectorAll('img, iframe, body b:not(#legend b)').length") == 0
    walk = Walk(output)
    assert [row[0] for row in shown(tab)["gradients"]] == [walk.names[x] for x in walk.names]
    for _ in walk:
        tab.keyboard.press("ArrowRight")
        walk.next()
        assert shown(tab)["rule"] == expected(walk)["rule"]
    drawn = tab.evaluate("boxes.map(({group}) => group.querySelector('text').textContent)")
    for label in HOSTILE[:5]:
        assert label in drawn
    for i in range(len(HOSTILE)):
        tab.evaluate("(i) => choose(i)", i)
    assert tab.title() == title


def test_numbers_that_are_not_finite_are_shown_and_the_error_is_told(opened):
    y = labelled(Value(0.0, label="x").sqrt(), "y")
    tab = opened(y)
    tab.click("#next")
    assert "= 1 × nan = nan" in tab.text_content("#rule")
    assert "backward() raises: sqrt (node 'y') has no finite derivative in x" in tab.text_content("#slope")
    assert tab.evaluate("boxes[0].grad.textContent") == "grad nan"


def test_it_works_in_a_notebook_s_frame(opened, chromium):
    tab = chromium.new_page()
    tab.set_content(f"<p>a notebook</p>{page(with_reuse())._repr_html_()}")
    frame = tab.frames[1]
    frame.wait_for_selector("body[data-ready]")
    frame.click("#next")
    assert frame.evaluate("position") == 1
    tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(opened, scheme):
    """WCAG's 4.5 to 1, for every text in the picture and around it."""
    tab = opened(with_reuse(), color_scheme=scheme)
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    poor = tab.evaluate(CONTRAST.read_text(encoding="utf-8"))
    assert poor == []


def test_nodes_can_be_reached_and_heard(opened):
    tab = opened(with_reuse(), reduced_motion="reduce")
    label = tab.get_attribute("#n0", "aria-label")
    assert label == "a, data 0.5, gradient ·, not reached"
    tab.focus("#n0")
    tab.keyboard.press("Enter")
    assert tab.text_content("#details h2") == "a"
    assert tab.get_attribute("#rule", "aria-live") == "polite"
    assert tab.locator("#picture").get_by_role("button").count() == 6
    assert tab.evaluate("getComputedStyle(boxes[0].group.querySelector('polygon')).transitionDuration") in ("0s", "")


def test_a_page_for_150_nodes_is_small_and_works(opened, tmp_path):
    output = (MLP(3, [6, 4, 1], seed=1, expand=True)([1.0, 2.0, -1.0]) - 1) ** 2
    assert 140 <= len(topological_order(output)) <= 170
    assert len(page(output).html.encode()) <= 400_000
    tab = opened(output)
    tab.keyboard.press("End")
    n_steps = len(Walk(output))
    assert tab.text_content("#position") == f"step {n_steps} of {n_steps}"


# Without a browser


def test_our_own_parts_are_small_real_files_without_addresses():
    parts = {
        path.name: path.read_bytes() for path in [*PARTS.glob("page.*"), PARTS / "document.html", PARTS / "common.css"]
    }
    assert set(parts) == {"document.html", "page.html", "page.css", "page.js", "common.css"}
    assert sum(map(len, parts.values())) <= 60_000
    assert not re.search(rb"https?://(?!www\.w3\.org/2000/svg)|@import|url\(", b"".join(parts.values()))


def test_the_page_is_one_file_whose_only_script_is_ours():
    text = page(lecture_expression()).html
    scripts = re.findall(r"<script(?: type=\"application/json\" id=\"data\")?>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == text.count("<script") == 2
    digest = base64.b64encode(hashlib.sha256(scripts[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text
    assert "default-src 'none'" in text
    assert not re.search(
        "[<>&]", page(Value(1.0, label="<a & b>") * 2).html.split('id="data">')[1].split("</script>")[0]
    )
    assert "current" not in text.split("<svg")[1].split("</svg>")[0]
    assert [node["name"] for node in json.loads(scripts[0])["nodes"]] == ["a", "b", "e", "c", "d", "f", "L"]


def test_a_page_changes_no_gradient():
    output = lecture_expression()
    output.backward()
    before = [x.grad for x in topological_order(output)]
    page(output)
    assert [x.grad for x in topological_order(output)] == before


def test_the_same_program_gives_the_same_page():
    assert page(with_reuse()).html == page(with_reuse()).html


def test_what_has_no_page_is_refused(tmp_path):
    with pytest.raises(TypeError, match="steps start from a Value, not int"):
        page(3)
    with pytest.raises(ValueError, match="was not computed from anything"):
        page(Value(3.0))
    with pytest.raises(ValueError, match=r"at most 300 nodes and 600 steps, not \d+ and \d+: take one example"):
        page(sum([MLP(2, [8, 1], seed=1)([x, 1.0]) for x in range(30)]))
    with pytest.raises(ValueError, match=r"cannot save 'page.svg': a page ends in .html"):
        page(lecture_expression()).save("page.svg")
    with pytest.raises(OSError):
        page(lecture_expression()).save(tmp_path / "missing" / "page.html")
    assert repr(page(lecture_expression())) == "<Page: backprop of L, 6 steps>"
