"""Tape: what is computed, written down once: constants are folded, and nothing is computed twice."""

from __future__ import annotations

from typing import Any, TypeAlias

Line: TypeAlias = tuple[Any, ...]  # an operation, and the places that it reads


class Tape:
    """Lines as they come, each at the next place; constants stand at places below 0.

    >>> tape = Tape(n_inputs=2)
    >>> tape.emit("sum", 0, 1), tape.emit("exp", 2), tape.emit("sum", 0, 1)
    (2, 3, 2)
    >>> tape.constant(0.5), tape.constant(2.0), tape.constant(0.5)
    (-4, -5, -4)
    """

    __slots__ = ("answers", "constants", "lines", "n_inputs", "numbers")

    def __init__(self, n_inputs: int) -> None:
        self.n_inputs = n_inputs  # numbers that come from outside; they stand first
        self.lines: dict[Line, int] = {}  # with their places, in order
        self.constants = [1.0, -1.0, 0.0]
        self.numbers: dict[Any, int] = {1.0: ONE, -1.0: MINUS_ONE, "0.0": ZERO}  # by repr where == does not tell
        self.answers: dict[Any, bool] | None = None  # to the comparisons that a rule asks for, while it is followed

    def emit(self, *line: Any) -> int:
        """The place of what an operation makes of what stands at other places."""
        return self.lines.setdefault(line, self.n_inputs + len(self.lines))

    def constant(self, number: float) -> int:
        """The place of a number that never changes."""
        key = number if number > 0 or number < 0 else repr(number)  # 0.0 == -0.0, and nan != nan
        place = self.numbers.get(key)
        if place is None:
            self.constants.append(number)
            place = self.numbers[key] = -len(self.constants)
        return place


ONE, MINUS_ONE, ZERO = -1, -2, -3  # the places of constants that every tape has
