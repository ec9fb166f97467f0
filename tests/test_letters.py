"""Letters: the rule that gives a slope gives its formula too."""

import math
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from micrograd_nn import Op, Value, dot, ops
from micrograd_nn import functions as table_functions
from micrograd_nn.letters import Letter, slope_formula
from micrograd_nn.names import Names, number
from micrograd_nn.op import TABLE
from micrograd_nn.value import record
from tests.strategies import LEAVES, arity, programs

OPERATIONS = [op for op in TABLE.values() if op not in LEAVES]
MATH = vars(math) | {"sigmoid": table_functions.stable_sigmoid}
POINTS = [(0.5, 2.0), (-0.75, 3.0), (2.0, -1.5), (0.25, 0.25), (-2.0, -0.5), (0.0, 1.0)]


def named(label: str, x: float = 2.0) -> Value:
    return Value(x, label=label)


def formulas(node: Value) -> list[str]:
    return [slope_formula(node, i, Names(node)) for i in range(len(node.inputs))]


def evaluated(formula: str, node: Value) -> float:
    """What Python makes of a formula in which nodes have their names."""
    numbers = {name: x.data for x, name in Names(node).items()}
    return eval(formula.replace("²", "**2"), MATH | numbers)


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda a, b: a + b, ["1", "1"]),
        (lambda a, b: a - b, ["1", "-1"]),
        (lambda a, b: a * b, ["b", "a"]),
        (lambda a, b: a / b, ["1 / b", "-y / b"]),
        (lambda a, b: -a, ["-1"]),
        (lambda a, b: a**2, ["2 * a", "0"]),
        (lambda a, b: a**3, ["3 * a²", "0"]),
        (lambda a, b: a**1, ["1", "0"]),
        (lambda a, b: a**0, ["0", "0"]),
        (lambda a, b: a**-1, ["-a ** -2", "0"]),
        (lambda a, b: a**0.5, ["0.5 * a ** -0.5", "0"]),
        (lambda a, b: a**b, ["b * a ** (b - 1)", "y * log(a)"]),
        (lambda a, b: 2**a, ["0", "y * log(2)"]),
        (lambda a, b: a.tanh(), ["1 - y²"]),
        (lambda a, b: a.sigmoid(), ["y * (1 - y)"]),
        (lambda a, b: a.atan(), ["1 / (1 + a²)"]),
        (lambda a, b: a.cos(), ["-sin(a)"]),
        (lambda a, b: a.sqrt(), ["0.5 / y"]),
        (lambda a, b: a.relu(), ["1"]),
        (lambda a, b: (-a).relu(), ["0"]),
        (lambda a, b: (-a).leaky_relu(), ["0.01", "v1"]),
        (lambda a, b: dot([a, b], [3.0, a], 1.0), ["3", "a", "a", "b", "1"]),
        (lambda a, b: ops.logsumexp(a, b), ["exp(a - y)", "exp(b - y)"]),
    ],
)
def test_a_formula_is_what_a_textbook_writes(write, expected):
    y = write(named("a"), named("b", 3.0))
    y.label = "y"
    assert formulas(y) == expected


ROUNDED = (ops.gelu, ops.erf, ops.maximum, ops.minimum)  # their formulas have √2 or 1/3 in four digits


@pytest.mark.parametrize("op", OPERATIONS, ids=lambda op: op.name)
def test_every_row_of_the_table_has_formulas_that_give_the_recorded_slopes(op):
    checked = 0
    for numbers in POINTS:
        inputs = [Value(x, label=f"x{i}") for i, x in enumerate((numbers * 3)[: arity(op)])]
        try:
            node = record(op, tuple(inputs))
        except (ArithmeticError, ValueError):
            continue
        node.label = "out"
        for formula, slope in zip(formulas(node), node.local_derivatives):
            if math.isfinite(slope):
                digits = 1e-3 if op in ROUNDED else 1e-12
                assert math.isclose(evaluated(formula, node), slope, rel_tol=digits, abs_tol=1e-15), formula
                checked += 1
    assert checked >= 2 * arity(op)


@given(programs(), st.data())
def test_a_formula_agrees_with_the_recorded_slope_anywhere_in_a_graph(program, data):
    output = program(*[Value(x) for x in program.points])
    assume(isinstance(output, Value) and output.inputs)
    names = Names(output)
    node = data.draw(st.sampled_from([node for node in names if node.inputs]))
    for i, slope in enumerate(node.local_derivatives):
        formula = slope_formula(node, i, names)
        assert formula
        relative, absolute = (1e-3, 1e-3) if node.op in ROUNDED else (1e-9, 1e-300)
        assert math.isclose(evaluated(formula, output), slope, rel_tol=relative, abs_tol=absolute)


def test_an_operation_of_one_s_own_has_a_formula_when_its_rule_takes_letters():
    cube = Op("cube", lambda x: x * x * x, lambda out, x: (3 * x * x,))
    assert formulas(cube(named("x"))) == ["3 * x * x"]
    halves = Op("half", lambda x: x / 2, lambda out, x: (0.5,), "{}/2")
    assert formulas(Op("own", halves, lambda out, x: (halves(x + 1) * 3,))(named("x"))) == ["((x + 1)/2) * 3"]


@pytest.mark.parametrize(
    "rule",
    [
        lambda out, x: (math.cos(x),),
        lambda out, x: (math.cos(getattr(x, "data", x)),) if isinstance(x, float) else 1 / 0,
        lambda out, x: (math.cos(x),) if isinstance(x, float) else ("cos",),
        lambda out, x: (math.cos(x),) if isinstance(x, float) else (),
    ],
)
def test_a_rule_that_cannot_take_letters_has_no_formula(rule):
    assert formulas(Op("wave", math.sin, rule)(named("x"))) == [""]


def test_a_formula_that_no_longer_gives_the_recorded_slope_is_not_shown():
    a, b = named("a"), named("b", 3.0)
    e = a * b
    b.data = 5.0
    assert formulas(e) == ["", "a"]


def test_an_undefined_slope_still_shows_its_formula():
    y = named("x", 0.0).sqrt()
    y.label = "y"
    assert formulas(y) == ["0.5 / y"]


def test_a_name_that_is_no_word_is_put_in_parentheses():
    e = named("x1*w1") * named("learning rate", 3.0)
    assert formulas(e) == ["learning rate", "x1*w1"]
    y = named("x1*w1", 0.5).tanh()
    y.label = "p + q"
    assert formulas(y) == ["1 - (p + q)²"]
    y = named("z", 0.5).tanh()
    y.label = "layer1.neuron2.a'"
    assert formulas(y) == ["1 - a'²"]


def test_parentheses_stand_only_where_they_are_needed():
    a, b, c = Letter("a", 2.0), Letter("b", 3.0), Letter("c", 5.0)
    cases = {
        a - (b - c): "a - (b - c)",
        (a - b) - c: "a - b - c",
        a / (b * c): "a / (b * c)",
        a * b / c: "a * b / c",
        -(a * b): "-(a * b)",
        (-a) ** 2: "(-a)²",
        (a * b) ** c: "(a * b) ** c",
        a ** (b + 1): "a ** (b + 1)",
        a ** -b: "a ** -b",
        (a**b) ** c: "(a ** b) ** c",
        2 * (a + b): "2 * (a + b)",
        abs(a - b): "|a - b|",
        ops.cos(a + b): "cos(a + b)",
    }  # fmt: skip
    for letter, text in cases.items():
        assert letter.text == text
        python = re.sub(r"\|(.*)\|", r"abs(\1)", text.replace("²", "**2"))
        assert math.isclose(letter.number, eval(python, MATH | {"a": 2.0, "b": 3.0, "c": 5.0}))


def test_what_makes_no_difference_is_not_written():
    a = Letter("a", 2.0)
    assert [str(x) for x in (a + 0, 0 + a, a - 0, a * 1, 1 * a, a / 1, a**1, -1 * a, 0 * a, a**0)] == [
        *["a"] * 7, "-a", "0", "1"
    ]  # fmt: skip
    assert str(0 * Letter("a", math.inf)) == "0 * a"


def test_comparisons_use_the_number():
    a = Letter("a", 2.0)
    assert (a > 1, a >= 2, a < Letter("b", 3.0), a <= 1) == (True, True, True, False)
    assert number(a.number) == "2"
