"""Operations of one's own in programs: what can be followed becomes lines, all else is called."""

import math

import pytest

from micrograd_nn import Op, Value, compile


def answered(op, recorded, given):
    """The output and the slopes that a program, recorded with some numbers, gives for others."""
    leaves = [Value(x) for x in recorded]
    program = compile(op(*leaves), leaves)
    for leaf, x in zip(leaves, given):
        leaf.data = x
    return program()


def engine(op, given):
    """The output and the slopes of a graph that is recorded with these numbers."""
    leaves = [Value(x) for x in given]
    output = op(*leaves)
    output.backward()
    return output.data, [leaf.grad for leaf in leaves]


def flat(out, *xs):
    return (0.0,) * len(xs)


def with_a_way_out(x):
    try:
        return math.exp(x)
    except Exception:
        return 0.0


def within_a_way_out(x):
    try:
        return (5.0 if x > 0 else 7.0) * x
    except Exception:
        return 0.0


def picky(x):
    assert x > -10
    return x.is_integer() + 2.0


@pytest.mark.parametrize(
    ("forward", "recorded", "given"),
    [
        (lambda x, y: 1.0 if (x > 0) == (y > 0) else -1.0, (1.0, 1.0), (1.0, -1.0)),
        (lambda x: 1.0 if (x > 0) is True else -1.0, (1.0,), (-1.0,)),
        (lambda x: {True: 2.0, False: 3.0}[x > 0], (1.0,), (-1.0,)),
        (lambda x: 2.0 if (x > 0) in (True,) else 3.0, (1.0,), (-1.0,)),
        (lambda x: 2 * x if isinstance(x, float) else 3 * x, (1.0,), (5.0,)),
        (lambda x: float(len(str(x))), (1.0,), (1.25,)),
        (with_a_way_out, (1.0,), (2.0,)),
        (within_a_way_out, (3.0,), (-2.0,)),
        (picky, (2.0,), (2.5,)),
        (lambda x: int(x) * 10**17 + 1, (1.0,), (3.0,)),
    ],
)
def test_what_a_function_does_with_its_type_or_with_a_comparison_is_not_taken_for_arithmetic(forward, recorded, given):
    op = Op("odd", forward, flat)
    assert answered(op, recorded, given) == engine(op, given)


def test_a_rule_that_asks_what_it_is_given_is_called():
    op = Op("double", lambda x: 2 * x, lambda out, x: (2.0 if isinstance(x, float) else 3.0,))
    assert answered(op, (1.0,), (5.0,)) == (10.0, [2.0])


def test_a_function_that_refuses_numbers_does_so_in_its_own_words():
    def positive(x):
        if x <= 0:
            raise ValueError("only above 0")
        return x * 2

    with pytest.raises(ValueError, match=r"positive is undefined at x = -1.0: only above 0"):
        answered(Op("positive", positive, lambda out, x: (2.0,)), (1.0,), (-1.0,))


@pytest.mark.parametrize("hidden", [math.nan, math.inf])
def test_what_is_no_number_is_not_hidden_by_what_comes_next(hidden):
    hole = Op("hole", lambda x: hidden if math.floor(x) == 3 else x, lambda out, x: (1.0,))
    program = compile(lambda x: 1 / hole(x) if hole(x) > -5 else x, inputs=[1.0])
    assert program([2.0]) == (0.5, [])
    with pytest.raises((ValueError, OverflowError), match=r"hole (is undefined|overflows) at x = 3.5"):
        program([3.5])
