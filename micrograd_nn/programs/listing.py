"""Listing: a computation as straight-line code, each line of which fills one more place with a number.

Places are counted from 0: first come the parameters, then the inputs, then the constants, then one place for each
instruction. An instruction is the name of its operation and the places it reads, all of them before its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from ..op import Op

Operation: TypeAlias = str | Op  # a row of the table by its name, or an operation of one's own
Places: TypeAlias = tuple[int, ...]

SUM = "sum"  # of products: a b c d is a·b + c·d, added from left to right; everything made of +, - and × is one
LESS, AT_MOST = "<", "<="  # choices: x y a b is a if x < y else b


class Guard(NamedTuple):
    """A comparison that Python made while a graph was recorded: the program holds where it comes out the same."""

    relation: str  # "<" or "<="
    x: int
    y: int
    outcome: bool
    where: str  # the line that compared


@dataclass(eq=False, repr=False)
class Listing:
    """A computation, line by line.

    >>> square_plus_one = Listing(n_parameters=1, n_inputs=0, constants=[1.0])
    >>> square_plus_one.add("sum", (0, 0, 1, 1))  # place 2 is x·x + 1·1
    2
    >>> [line for line in square_plus_one.lines()]
    [(2, 'sum', (0, 0, 1, 1))]
    """

    n_parameters: int  # what a gradient is taken of, shared by all examples
    n_inputs: int  # the numbers of one example
    constants: list[float] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    operands: list[Places] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    gradients: list[int] = field(default_factory=list)  # for each output, its slope in each parameter
    names: dict[int, str] = field(default_factory=dict)  # labels of places, as people gave them
    guards: list[Guard] = field(default_factory=list)
    maybe: set[int] = field(default_factory=set)  # places that only some choice may need: there, undefined is nan

    @property
    def first_constant(self) -> int:
        """The place of the first constant."""
        return self.n_parameters + self.n_inputs

    @property
    def first_instruction(self) -> int:
        """The place that the first instruction fills."""
        return self.first_constant + len(self.constants)

    def add(self, operation: Operation, operands: Places) -> int:
        """The place of a new instruction."""
        self.operations.append(operation)
        self.operands.append(operands)
        return self.first_instruction + len(self.operations) - 1

    def lines(self) -> Iterator[tuple[int, Operation, Places]]:
        """Every instruction, with the place that it fills."""
        return zip(range(self.first_instruction, len(self)), self.operations, self.operands)

    def __len__(self) -> int:
        """How many places there are."""
        return self.first_instruction + len(self.operations)
