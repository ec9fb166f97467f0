"""explain and ledger: the chain rule for one gradient, in symbols and numbers, as text, LaTeX and Markdown."""

import html
import math
import re
import string
from math import inf, isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from micrograd_nn import Op, Value, explain, ledger, parameter, total
from micrograd_nn.graph import NOT_COMPUTED, topological_order, varying
from micrograd_nn.names import Names, derivative
from micrograd_nn.notation import IN_LATEX, joined, latex_name, latex_number, markdown_code, quantity
from micrograd_nn.quoting import UNPRINTABLE, visible
from micrograd_nn.terms import MOST_TERMS
from micrograd_nn.tour import lecture_expression
from tests.strategies import labels, programs

HOSTILE = [
    "a|b", "`code`", "<script>alert(1)</script>", "*bold* _it_", "[x](javascript:1)", "two\nlines", "$x^2$", "![i](u)",
    r"\input{/etc/passwd}", "100 % #1 & {x} ~", "a_1", "# title", "https://example.org", "&lt;", "</code>", "\\", "}",
]  # fmt: skip


def two_uses() -> tuple[Value, Value]:
    """L = (a + b) · 2 + ab at a = 2, b = -3; dL/da = 2 + b = -1."""
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    c, d = a + b, a * b
    output = c * 2 + d
    for node, label in zip((c, d, output.inputs[0], output), "cdeL"):
        node.label = label
    return a, output


def used(times: int) -> tuple[Value, Value]:
    """L = 0a + 1a + 2a + …, whose slope in a is 0 + 1 + 2 + …"""
    a = Value(0.5, label="a")
    output = total([a * i for i in range(times)])
    output.label = "L"
    return a, output


def doubled(times: int) -> tuple[Value, Value]:
    x = a = Value(1.0, label="a")
    for _ in range(times):
        x = x + x
    return a, x


def kernel() -> tuple[Value, Value]:
    """One weight w = 2 at the six places of an image 1 … 6: L = Σ w·x, so ∂L/∂w = 21."""
    w = parameter(2.0, label="kernel1.w1")
    places = [(r, c) for r in (1, 2) for c in (1, 2, 3)]
    uses = [w * float(3 * (r - 1) + c) for r, c in places]
    for (r, c), z in zip(places, uses):
        z.label = f"kernel1.z{r}_{c}"
    output = total(uses)
    output.label = "L"
    return w, output


def recurrent(steps: int, heads: int = 1) -> tuple[Value, Value]:
    """h_t = h_{t-1} + t·w in each head: a weight that is used once at every time step, and ∂L/∂w = heads · Σ t."""
    w = parameter(1.0, label="cell.w1")
    states = []
    for k in range(1, heads + 1):
        h = Value(0.0, label=f"start{k}")
        for t in range(1, steps + 1):
            z, h = w * t, h + 0
            h = h + z
            z.label, h.label = f"t{t}.head{k}.z", f"t{t}.head{k}.h"
        states.append(h)
    output = total(states)
    output.label = "L"
    return w, output


def lecture(name: str) -> tuple[Value, Value]:
    output = lecture_expression()
    return Names(output).find(name), output


def recorded(program) -> Value:
    output = program(*[Value(x) for x in program.points])
    assume(output.inputs)
    return output


# The text


def test_an_explanation_has_symbols_numbers_contributions_the_result_and_the_slopes():
    assert str(explain(*two_uses())).splitlines() == [
        "∂L/∂a = ∂L/∂c · ∂c/∂a + ∂L/∂d · ∂d/∂a",
        "      = 2 × 1 + 1 × -3",
        "      = 2 + -3",
        "      = -1",
        "where c = a + b  so ∂c/∂a = 1",
        "      d = a * b  so ∂d/∂a = b = -3",
    ]


def test_one_use_needs_no_sum():
    assert str(explain(*lecture("a"))).splitlines() == [
        "∂L/∂a = ∂L/∂e · ∂e/∂a",
        "      = -2 × -3",
        "      = 6",
        "where e = a * b  so ∂e/∂a = b = -3",
    ]


@pytest.mark.parametrize(
    ("depth", "symbols", "numbers"),
    [
        (2, "∂L/∂d · ∂d/∂e · ∂e/∂a", "-2 × 1 × -3"),
        (3, "∂L/∂L · ∂L/∂d · ∂d/∂e · ∂e/∂a", "1 × -2 × 1 × -3"),
        (1000000, "∂L/∂L · ∂L/∂d · ∂d/∂e · ∂e/∂a", "1 × -2 × 1 × -3"),
    ],
)
def test_depth_unrolls_the_upstream_factors_until_the_output(depth, symbols, numbers):
    lines = str(explain(*lecture("a"), depth=depth)).splitlines()
    assert lines[:2] == [f"∂L/∂a = {symbols}", f"      = {numbers}"]
    assert "d = e + c  so ∂d/∂e = 1" in lines[4]


def test_an_unrolled_factor_of_several_uses_is_a_sum_in_parentheses():
    a, output = doubled(2)
    assert str(explain(a, of=output, depth=2)).splitlines() == [
        "∂v2/∂a = (∂v2/∂v2 · ∂v2/∂v1 + ∂v2/∂v2 · ∂v2/∂v1) · ∂v1/∂a + (∂v2/∂v2 · ∂v2/∂v1 + ∂v2/∂v2 · ∂v2/∂v1) · ∂v1/∂a",
        "       = (1 × 1 + 1 × 1) × 1 + (1 × 1 + 1 × 1) × 1",
        "       = 2 + 2",
        "       = 4",
        "where v1 = a + a    so ∂v1/∂a = 1, 2 times",
        "      v2 = v1 + v1  so ∂v2/∂v1 = 1, 2 times",
    ]


def test_unrolling_stops_before_it_explodes_and_says_where():
    a, output = doubled(50)
    explanation = explain(a, of=output, depth=50)
    assert sum(1 for term in explanation.terms for _ in term) == 2 + 4 + 8 + 16 + 32 <= MOST_TERMS
    assert str(explanation).splitlines()[-1] == "… left as ∂v50/∂v5: there would be too many terms"
    a = x = Value(1.0, label="a")
    for _ in range(100_000):
        x = -x
    assert "… left as ∂v100000/∂v64" in str(explain(a, of=x, depth=100_000))


def test_both_places_of_one_node_are_uses():
    a = Value(2.0, label="a")
    s = a / a
    s.label = "s"
    assert str(explain(a, of=s)).splitlines()[1:] == [
        "      = 1 × 0.5 + 1 × -0.5",
        "      = 0.5 + -0.5",
        "      = 0",
        "where s = a / a  so ∂s/∂a = 1 / a = 0.5",
        "      s = a / a  so ∂s/∂a = -s / a = -0.5",
    ]
    assert "s = a * a  so ∂s/∂a = a = 2, 2 times" in str(explain(a, of=a * a)).replace("v1", "s")


def test_more_than_four_uses_have_a_line_each():
    assert str(explain(*used(5))).splitlines() == [
        "∂L/∂a = the sum over its uses: a is used 5 times",
        "  ∂L/∂v1 · ∂v1/∂a  = 1 × 0  = 0  where v1 = a * 0",
        "  ∂L/∂v2 · ∂v2/∂a  = 1 × 1  = 1  where v2 = a * 1",
        "  ∂L/∂v3 · ∂v3/∂a  = 1 × 2  = 2  where v3 = a * 2",
        "  ∂L/∂v4 · ∂v4/∂a  = 1 × 3  = 3  where v4 = a * 3",
        "  ∂L/∂v5 · ∂v5/∂a  = 1 × 4  = 4  where v5 = a * 4",
        "      = 10",
    ]


def test_four_uses_stand_in_one_line():
    assert str(explain(*used(4))).splitlines()[1:4] == [
        "      = 1 × 0 + 1 × 1 + 1 × 2 + 1 × 3",
        "      = 0 + 1 + 2 + 3",
        "      = 6",
    ]


def test_more_than_twelve_uses_are_summed_in_one_line():
    lines = str(explain(*used(100))).splitlines()
    assert len(lines) == 15
    assert lines[-2:] == ["  … 88 more: 4884", "      = 4950"]  # 4950 = 99 · 100 / 2, of it 66 in the lines


def test_uses_in_one_module_are_told_apart_by_row_and_column():
    lines = str(explain(*kernel())).splitlines()
    assert lines[0] == "∂L/∂kernel1.w1 = the sum over its uses: kernel1.w1 is used 6 times"
    assert lines[1] == (
        "  at row 1, column 1  ∂L/∂kernel1.z1_1 · ∂kernel1.z1_1/∂kernel1.w1  = 1 × 1  = 1  where kernel1.z1_1 = w1 * 1"
    )
    assert [line.split("  ")[1] for line in lines[1:-1]] == [
        f"at row {r}, column {c}" for r in (1, 2) for c in (1, 2, 3)
    ]
    assert lines[-1].split() == ["=", "21"]


def test_uses_in_several_heads_and_time_steps_say_both():
    lines = str(explain(*recurrent(3, heads=2))).splitlines()
    assert {line.split("  ")[1] for line in lines[1:-1]} == {
        f"at time step {t}, in head {k}" for t in (1, 2, 3) for k in (1, 2)
    }


def test_uses_that_no_label_tells_apart_have_no_place():
    w = parameter(3.0, label="layer1.w")
    uses = [w * i for i in range(6)]
    for z in uses:
        z.label = "layer1.z"
    assert str(explain(w, of=total(uses))).splitlines()[1].startswith("  ∂v1/∂layer1.z#1 · ")


def test_unlabelled_uses_are_where_what_reads_them_is():
    w = parameter(3.0, label="cell.w")
    sums = [w * t + 1.0 for t in range(1, 6)]
    for t, z in enumerate(sums, start=1):
        z.label = f"t{t}.cell.z"
    assert "  at time step 4  ∂v6/∂v4 · ∂v4/∂cell.w  = 1 × 4  = 4" in str(explain(w, of=total(sums)))


def test_many_uses_are_added_up_by_time_step():
    assert str(explain(*recurrent(10, heads=2))).splitlines() == [
        "∂L/∂cell.w1 = the sum over its uses: cell.w1 is used 20 times",
        *[f"  at time step {t:<2}  2 uses  = {2 * t}" for t in range(1, 11)],
        "            = 110",  # 2 · (1 + … + 10)
    ]


def test_time_steps_beyond_the_first_forty_are_one_line():
    lines = str(explain(*recurrent(60))).splitlines()
    assert len(lines) == 43
    assert lines[-2].split() == ["…", "20", "more", "time", "steps", "20", "uses", "=", "1010"]  # 41 + … + 60
    assert lines[-1].split() == ["=", "1830"]


def test_an_operation_of_one_s_own_without_a_formula_shows_the_number():
    wave = Op("wave", math.sin, lambda out, x: (math.cos(x),))
    x = Value(0.0, label="x")
    assert str(explain(x, of=wave(x))).splitlines()[-1] == "where v1 = wave(x)  so ∂v1/∂x = 1"


def test_what_has_no_steps_is_a_sentence():
    a, output = two_uses()
    assert str(explain(output, of=output)) == str(ledger(output, of=output)) == "∂L/∂L = 1"
    q = Value(1.0, label="q")
    assert str(explain(q, of=output)) == str(ledger(q, of=output)) == "L does not depend on q: ∂L/∂q = 0"
    assert (explain(q, of=output).gradient, ledger(q, of=output).total, explain(a, of=a).gradient) == (0.0, 0.0, 1.0)
    two = output.inputs[0].inputs[1]
    assert str(explain(two, of=output)) == (
        "2 cannot change, it is made of constants alone: nobody asks for ∂L/∂(2)"
    )  # fmt: skip
    assert str(explain(Value(1.0), of=Value(2.0))) == "v1 does not depend on the value: ∂v1/∂(the value) = 0"
    assert explain(q, of=output).markdown() == markdown_code(str(explain(q, of=output)))
    assert r"\frac{\partial L}{\partial q} &= 0" in explain(q, of=output).latex()


@given(programs(), st.data())
def test_the_numbers_of_the_text_come_to_the_gradient_in_all_digits(program, data):
    output = recorded(program)
    moving = [node for node in varying(topological_order(output)) if node is not output]
    explanation = explain(data.draw(st.sampled_from(moving)), of=output)
    lines = f"{explanation:.17g}".splitlines()
    expected = explanation.gradient
    if len(explanation.steps) <= 4:
        numbers = [line.partition(" = ")[2] for line in lines if not line.startswith(("where", "      v"))][1:]
        sums = [eval(line.replace("×", "*"), {"inf": inf}) for line in numbers if set(line) <= set("0123456789.e+-× ")]
        assert len(sums) >= 2
    else:
        sums = [sum(float(re.findall(r"= (\S+)", line)[1]) for line in lines[1:-1] if "×" in line)]
        sums[0] += float(lines[-2].rpartition(" ")[2]) if "more:" in lines[-2] else 0.0
        assert float(lines[-1].rpartition(" ")[2]) == expected
    size = sum(abs(step.contribution) for step in explanation.steps)
    assert all(isclose(x, expected, rel_tol=0, abs_tol=1e-12 * size) for x in sums)


@given(programs())
def test_the_gradients_are_those_of_backward_and_the_graph_stays_as_it_is(program):
    output = recorded(program)
    moving = varying(topological_order(output))[:5]
    explained = [(explain(node, of=output).gradient, ledger(node, of=output).total) for node in moving]
    assert all(node.grad is NOT_COMPUTED for node in topological_order(output))
    output.backward()
    assert explained == [(node.grad, node.grad) for node in moving]


# The ledger


def test_a_ledger_has_a_signed_line_for_each_contribution_and_their_sum():
    account = ledger(*two_uses())
    assert str(account).splitlines() == [
        "+2  through c = a + b  2 × 1",
        "-3  through d = a * b  1 × -3",
        "--",
        "-1  = ∂L/∂a, 2 contributions",
    ]
    assert [step.contribution for step in account] == [2.0, -3.0] and len(account) == 2


def test_a_ledger_says_where_each_contribution_comes_from():
    assert str(ledger(*kernel())).splitlines()[:2] == [
        "+1  at row 1, column 1  through kernel1.z1_1 = w1 * 1  1 × 1",
        "+2  at row 1, column 2  through kernel1.z1_2 = w1 * 2  1 × 2",
    ]


@given(programs(), st.data())
def test_a_ledger_adds_up_to_the_gradient(program, data):
    output = recorded(program)
    moving = [node for node in varying(topological_order(output)) if node is not output]
    account = ledger(data.draw(st.sampled_from(moving)), of=output)
    lines = f"{account:.17g}".splitlines()
    amounts = [float(line.split()[0]) for line in lines[:-2]]
    size = sum(map(abs, amounts))
    assert len(amounts) == len(account)
    assert float(lines[-1].split()[0]) == account.total
    assert isclose(sum(amounts), account.total, rel_tol=0, abs_tol=1e-12 * size)


def test_a_long_ledger_ends_in_one_line_for_the_rest():
    lines = str(ledger(*used(100))).splitlines()
    assert lines[40].split() == ["+4170", "through", "60", "more"]  # 4950 less 0 + … + 39 = 780
    assert lines[42].split()[0] == "+4950"


# LaTeX and Markdown


def test_latex_has_fractions_and_the_same_lines():
    assert explain(*two_uses()).latex().splitlines() == [
        r"\begin{aligned}",
        r"  \frac{\partial L}{\partial a} &= \frac{\partial L}{\partial c} \cdot \frac{\partial c}{\partial a}"
        r" + \frac{\partial L}{\partial d} \cdot \frac{\partial d}{\partial a} \\",
        r"  &= 2 \cdot 1 + 1 \cdot (-3) \\",
        r"  &= 2 + (-3) \\",
        r"  &= -1",
        r"\end{aligned}",
    ]


def test_latex_of_many_uses_breaks_its_lines_and_sums_the_rest():
    lines = explain(*used(100)).latex().splitlines()
    assert lines.count(r"  &\quad {} + \cdots \\") == 1
    assert lines.count(r"  &\quad {} + 4884 \\") == 2
    assert lines[-2] == "  &= 4950"
    a = Value(3.0, label="a")
    b = a * a
    assert r"\left(\frac{\partial v3}" not in explain(a, of=b, depth=2).latex()  # a product needs none
    assert r"\left(\frac{" in explain(a, of=b * b, depth=2).latex()


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("a", "a"),
        ("w1", r"\mathrm{w1}"),
        ("%", r"\mathrm{\%}"),
        ("_#%&${}", r"\mathrm{\_\#\%\&\$\{\}}"),
        (r"\^~", r"\mathrm{\backslash \hat{\ }{\sim}}"),
        ("a b", r"\mathrm{a\ b}"),
    ],
)
def test_names_are_escaped_in_latex(name, latex):
    assert latex_name(name) == latex


@given(labels | st.sampled_from(HOSTILE))
def test_no_label_is_more_than_its_letters_in_latex(label):
    name = visible(label)
    inside = latex_name(name).removeprefix(r"\mathrm{") if len(name) != 1 or not name.isalpha() else name + "}"
    read = ""
    while inside != "}":
        itself = ord(inside[0]), inside[0]
        letter, escape = next((pair for pair in IN_LATEX.items() if inside.startswith(pair[1])), itself)
        assert len(escape) > 1 or escape not in "\\{}_#%&$^~"
        read += chr(letter)
        inside = inside[len(escape) :]
    assert read == name


def test_numbers_in_latex_have_powers_of_ten():
    assert [latex_number(x) for x in ("1e-06", "-2.5e+20", "-inf", "nan", "3")] == [
        r"1 \times 10^{-6}", r"-2.5 \times 10^{20}", r"-\infty", r"\mathrm{nan}", "3"
    ]  # fmt: skip


def test_markdown_is_the_result_and_a_table_of_uses():
    text = html.unescape(explain(*two_uses()).markdown()).replace("<code>", "").replace("</code>", "")
    assert text.splitlines() == [
        "**∂L/∂a = -1**",
        "",
        "| use | upstream | local | contribution |",
        "| --- | --- | --- | --- |",
        "| c = a + b | ∂L/∂c = 2 | ∂c/∂a = 1 | 2 |",
        "| d = a * b | ∂L/∂d = 1 | ∂d/∂a = b = -3 | -3 |",
    ]
    assert explain(*two_uses())._repr_markdown_() == explain(*two_uses()).markdown()
    assert explain(*used(100)).markdown().endswith("| <code>… 88 more</code> |  |  | <code>4884</code> |")


def test_latex_says_below_each_use_where_it_is():
    lines = explain(*kernel()).latex().splitlines()
    assert lines[1].endswith(r"}_{\mathrm{at\ row\ 1,\ column\ 1}} \\") and r"\underbrace{\frac{" in lines[1]
    assert sum(r"\underbrace" in line for line in lines) == 6
    assert r"\underbrace" not in explain(*used(6)).latex()


def test_markdown_says_how_often_a_value_is_used_and_where():
    lines = html.unescape(explain(*kernel()).markdown()).splitlines()
    assert lines[0].endswith("**, used 6 times")
    assert lines[4].startswith("| <code>kernel1.z1_1 = w1 * 1, at row 1, column 1</code> |")
    many = html.unescape(explain(*recurrent(10, heads=2)).markdown()).splitlines()
    assert many[6] == "| <code>at time step 3, 2 uses</code> |  |  | <code>6</code> |" and len(many) == 14


@given(labels | st.sampled_from(HOSTILE))
def test_a_label_shows_as_typed_in_markdown_and_cannot_become_markup(label):
    a = Value(2.0, label=label)
    output = a * a
    output.label = label
    assume(label)
    lines = explain(a, of=output).markdown().split("\n")
    assert len(lines) == 6
    for line in lines[4:]:
        cells = line.split("|")
        assert len(cells) == 6
        for cell in cells[1:-1]:
            inside = re.fullmatch("<code>(.*)</code>", cell.strip())[1]
            assert not set(re.sub(r"&#\d+;", "", inside)) & set(string.punctuation)
            assert not UNPRINTABLE.search(inside)
        assert visible(label) in html.unescape(cells[1])


# Words


def test_what_is_no_word_is_put_in_parentheses():
    assert derivative("L", "layer1.neuron2.w3") == "∂L/∂layer1.neuron2.w3"
    assert derivative("x + y", "3") == "∂(x + y)/∂(3)"


def test_long_rows_and_numbers_are_shortened():
    assert joined(["a"], "·") == "a" and joined([], "·") == ""
    assert joined(list("abcdefghi"), "") == "abcd…ghi"
    assert (quantity(2**100 - 1), quantity(2**100)) == (str(2**100 - 1), "more than 2^100")


# Errors


def test_explaining_what_is_no_value_is_an_error():
    a = Value(1.0)
    for ask in (explain, ledger):
        with pytest.raises(TypeError, match="a gradient is of a Value with respect to a Value, not float"):
            ask(1.0, of=a)
        with pytest.raises(TypeError, match="a gradient is of a Value with respect to a Value, not NoneType"):
            ask(a, of=None)
    with pytest.raises(ValueError, match="depth must be at least 1, not 0"):
        explain(a, of=a, depth=0)


def test_infinite_slopes_are_explained_where_backward_raises():
    x = Value(0.0, label="x")
    assert str(explain(x, of=x.sqrt())).splitlines()[-1] == "where v1 = sqrt(x)  so ∂v1/∂x = 0.5 / v1 = nan"
