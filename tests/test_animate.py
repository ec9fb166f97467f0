"""animate: one picture that moves without a script, and the same steps as frames."""

import re
import struct
import xml.etree.ElementTree as ElementTree

import pytest

from micrograd_nn import MLP, Value, Walk, animate
from micrograd_nn.graph import topological_order
from micrograd_nn.tour import lecture_expression

pytestmark = pytest.mark.usefixtures("renderer")


def texts_at(tab, seconds: float) -> list[str]:
    """The texts that are to be seen after so many seconds."""
    return tab.evaluate(
        """(time) => {
            for (const animation of document.getAnimations()) { animation.pause(); animation.currentTime = time; }
            return [...document.querySelectorAll("text")]
                .filter((text) => getComputedStyle(text).visibility === "visible").map((text) => text.textContent);
        }""",
        1000 * seconds,
    )


def test_each_step_is_seen_in_its_time(chromium, tmp_path):
    walk = Walk(lecture_expression())
    tab = chromium.new_page()
    tab.goto(animate(lecture_expression(), seconds=2.0).save(tmp_path / "moving.svg").as_uri())
    for seconds in (1, 3, 5, 7, 9, 11, 13, 17, 18.5):
        walk.go(min(int(seconds / 2), 6) if seconds < 18 else 0)
        texts = texts_at(tab, seconds)
        assert texts[-1] == (str(walk.step) if walk.step else "∂L/∂L = 1")
        assert [text for text in texts if text.startswith("grad ")] == [
            f"grad {walk.gradient(walk.names.find(name))}" for name in drawn(texts)
        ]
    tab.close()


def drawn(texts: list[str]) -> list[str]:
    """The names of the nodes, in the order of their boxes."""
    return [texts[i - 2].split(" = ")[0] for i, text in enumerate(texts) if text.startswith("grad ")]


def test_where_motion_is_not_wanted_it_shows_the_end(chromium, tmp_path):
    context = chromium.new_context(reduced_motion="reduce")
    tab = context.new_page()
    tab.goto(animate(lecture_expression()).save(tmp_path / "moving.svg").as_uri())
    assert tab.evaluate("document.getAnimations().length") == 0
    assert texts_at(tab, 0)[-1] == "∂L/∂b += ∂L/∂e · ∂e/∂b = -2 × 2 = -4"
    context.close()


def test_it_is_well_formed_without_script_or_address():
    x = Value(2.0, label="</style><script>alert(1)</script>")
    svg = animate(x * x + Value(1.0, label="a & b ]]>")).svg
    tree = ElementTree.fromstring(svg)
    assert not [part for part in tree.iter() if part.tag.endswith(("script", "image", "a", "foreignObject"))]
    assert "http" not in svg.replace("http://www.w3.org/", "")
    assert len(re.findall(r'\bid="', svg)) == len(set(re.findall(r'\bid="([^"]*)"', svg)))
    assert "backprop of v2, 4 steps" in svg


def test_it_changes_no_gradient_and_is_the_same_each_time():
    output = lecture_expression()
    output.backward()
    before = [x.grad for x in topological_order(output)]
    assert animate(output).svg == animate(lecture_expression()).svg
    assert [x.grad for x in topological_order(output)] == before


def test_frames_are_all_of_one_size(tmp_path):
    frames = animate(lecture_expression()).save_frames(tmp_path / "frames")
    assert [path.name for path in frames] == [f"step{k:03}.png" for k in range(7)]
    assert len({struct.unpack(">II", path.read_bytes()[16:24]) for path in frames}) == 1
    assert len({path.read_bytes() for path in frames}) == 7


def test_what_cannot_be_animated_is_refused(tmp_path):
    with pytest.raises(ValueError, match="at most 100 steps, not 233: page"):
        animate(MLP(4, [12, 4, 1], seed=1)([1.0, 2.0, 3.0, 4.0]))
    with pytest.raises(ValueError, match="seconds must be a number above 0, not -1"):
        animate(lecture_expression(), seconds=-1)
    with pytest.raises(ValueError, match="there are no steps"):
        animate(Value(1.0))
    with pytest.raises(TypeError, match="steps start from a Value, not str"):
        animate("a")
    with pytest.raises(ValueError, match=r"cannot save 'a.png': end it in .svg"):
        animate(lecture_expression()).save("a.png")


def test_in_a_notebook_it_is_an_image_of_its_own(chromium):
    tab = chromium.new_page()
    moving = animate(lecture_expression())
    tab.set_content(moving._repr_html_() * 2)
    assert tab.evaluate("[...document.images].every((image) => image.naturalWidth > 400)")
    assert repr(moving) == "<Animation: backprop of L, 6 steps>"
    tab.close()
