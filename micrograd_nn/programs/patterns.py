"""Pattern: the slopes of an operation, whose rule is followed once for all nodes that the operation made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from ..op import Op
from .branches import both_ways
from .listing import Places
from .symbols import Number, Symbol, place_of
from .tape import MINUS_ONE, ONE, ZERO, Tape

COMMON = (ZERO, MINUS_ONE, ONE)  # constants count from the end


class Pattern:
    """What a rule writes on a tape where its result and its inputs stand at 0, 1, 2, …; moved to where nodes stand.

    >>> from micrograd_nn import ops
    >>> tape = Tape(n_inputs=9)
    >>> Pattern(ops.multiply, 2).slopes_at(tape, (8, 6, 7))[:2]  # y and x
    (7, 6)
    >>> Pattern(ops.sqrt, 1).slopes_at(tape, (8, 6))[:1], list(tape.lines)  # 0.5 / out
    ((9,), [('/', -4, 8)])
    """

    __slots__ = ("chosen", "constants", "fixed", "lines", "plain")

    def __init__(self, op: Op, n_inputs: int) -> None:
        tape = Tape(n_inputs=1 + n_inputs)
        slopes = both_ways(tape, op.partials, *[Symbol(tape, i) for i in range(1 + n_inputs)])
        places = slope_places(tape, slopes)
        self.lines = list(tape.lines)
        self.constants = tape.constants[len(COMMON) :]
        self.plain = not self.lines and not self.constants  # slopes are inputs, the result, or 1, −1 and 0
        self.fixed = places if set(places) <= set(COMMON) else None  # a sum's slopes are 1, wherever its inputs stand
        self.chosen = itemgetter(*places, 0)  # one more than is asked for, or a single one were no tuple

    def slopes_at(self, tape: Tape, given: Places) -> Sequence[int]:
        """The places of the slopes, and one more, where the result and the inputs stand at these, no two the same."""
        if self.plain:
            return self.chosen(given + COMMON)
        constants = [tape.constant(number) for number in self.constants]
        places = [*given, *[0] * len(self.lines), *reversed(constants), *COMMON]
        for place, (operation, *operands) in enumerate(self.lines, start=len(given)):
            places[place] = tape.emit(operation, *[places[i] for i in operands])
        return self.chosen(places)


class Patterns(dict[tuple[Op, int], Any]):
    """The pattern of each operation of so many inputs; None where its rule has to be followed for each node."""

    def __missing__(self, key: tuple[Op, int]) -> Pattern | None:
        self[key] = pattern = None if key[0].own else pattern_of(*key)
        return pattern


def pattern_of(op: Op, n_inputs: int) -> Pattern | None:
    """The pattern of an operation; None if its rule needs to know its numbers."""
    try:
        return Pattern(op, n_inputs)
    except TypeError:
        return None


def slope_places(tape: Tape, slopes: Iterable[Number]) -> list[int]:
    """The places of slopes; −0 counts as 0: nothing is passed on."""
    return [ZERO if type(slope) is float and not slope else place_of(tape, slope) for slope in slopes]
