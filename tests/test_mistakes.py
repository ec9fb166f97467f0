"""The classic mistakes: which wrong answer comes from which."""

from math import cos, exp, isclose, sin

from hypothesis import given

from micrograd_nn import Value, Walk, dot
from micrograd_nn.graph import topological_order, varying
from micrograd_nn.mistakes import KINDS, mistakes
from tests.strategies import Program, programs


def answers(step) -> dict[str, float]:
    return {mistake.kind: mistake.answer for mistake in reversed(mistakes(step))}


def test_forgetting_to_add_the_second_use():
    a = Value(3.0, label="a")
    _, second = Walk(a * 2 + a * 5)[-2:]
    assert answers(Walk(a * 2 + a * 5)[-1])["not added"] in (2.0, 5.0)
    assert second.after == 7.0


def test_the_sign_of_a_subtraction():
    a, b = Value(3.0), Value(4.0)
    assert answers(Walk(a - b)[1])["subtraction"] == 1.0


def test_forgetting_what_comes_from_above_or_the_slope():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    step = Walk((a * b) * 7)[1]
    assert step.after == -21.0
    assert answers(step) == {"own factor": 14.0, "no upstream": -3.0, "no slope": 7.0, "sum": 4.0, "sign": 21.0}


def test_a_mistake_is_known_alone_and_added_to_what_was_there():
    a, b = Value(2.0, label="a"), Value(5.0, label="b")
    step = Walk((a * b) * 3 + a)[-2]  # a had 1 and gets 3 · 5
    assert (step.before, step.after) == (1.0, 16.0)
    kinds = dict(mistakes(step))
    assert [kinds[answer] for answer in (15.0, 1.0, 7.0, 6.0, 5.0, 4.0, 3.0)] == [
        "not added", "nothing", "own factor", "no upstream", "no upstream", "no slope", "no slope"
    ]  # fmt: skip


def test_the_own_factor_is_a_mistake_in_a_neuron_too():
    w, x = Value(2.0, label="w"), Value(7.0, label="x")
    assert answers(Walk(dot([w], [x], 1.0))[0])["own factor"] == 2.0


def test_the_derivative_at_the_output():
    step = Walk(Value(1.0).sin())[0]
    assert isclose(answers(step)["at the output"], cos(sin(1.0)))
    s = 1 / (1 + exp(-1.0))
    t = 1 / (1 + exp(-s))
    assert isclose(answers(Walk(Value(1.0).sigmoid())[0])["at the output"], t * (1 - t))


@given(programs())
def test_no_mistake_is_the_right_answer_and_each_has_words(program: Program):
    output = program(*[Value(x) for x in program.points])
    if not varying(topological_order(output))[1:]:
        return
    for step in Walk(output):
        found = mistakes(step)
        assert step.after not in [mistake.answer for mistake in found]
        assert len({mistake.answer for mistake in found}) == len(found)
        assert all(KINDS[mistake.kind].format(x="x", y="y", n=2) for mistake in found)
