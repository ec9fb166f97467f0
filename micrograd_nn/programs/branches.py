"""both_ways: what a rule answers whichever way its comparisons come out."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import Any

from .symbols import NOT_KNOWN, Number, Undecided
from .tape import Tape

MOST_QUESTIONS = 10  # of one rule, 0.1 s a node; a loop that runs until a number is small would ask for ever


def both_ways(tape: Tape, rule: Callable[..., tuple[Number, ...]], *inputs: Number) -> tuple[Number, ...]:
    """What a rule answers, its `if`s having become choices between what it answers one way and the other.

    >>> from micrograd_nn.ops import relu_partials
    >>> from micrograd_nn.programs.symbols import Symbol
    >>> tape = Tape(n_inputs=2)
    >>> (slope,) = both_ways(tape, relu_partials, Symbol(tape, 0), Symbol(tape, 1))
    >>> list(tape.lines)  # 1 if 0 < x else 0
    [('<', -3, 1, -1, -3)]

    Raises: TypeError when the rule needs to know its numbers.
    """
    return followed(tape, rule, inputs, {})


def followed(
    tape: Tape, rule: Callable[..., tuple[Number, ...]], inputs: tuple[Number, ...], answers: dict[Any, bool]
) -> tuple[Number, ...]:
    """What a rule answers when some comparisons come out like this."""
    if len(answers) > MOST_QUESTIONS:
        raise TypeError(NOT_KNOWN)
    before, tape.answers = tape.answers, answers
    try:
        return rule(*inputs)
    except Undecided as question:
        comparison = question.comparison
    except (ArithmeticError, ValueError):  # the way that the table's rules say that there is no slope
        return (nan,) * len(inputs)
    finally:
        tape.answers = before
    yes = followed(tape, rule, inputs, answers | {comparison.key: True})
    no = followed(tape, rule, inputs, answers | {comparison.key: False})
    return tuple([comparison.choose(a, b) for a, b in zip(yes, no)])
