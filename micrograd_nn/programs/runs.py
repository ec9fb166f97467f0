"""Code: what the C interpreter runs, as arrays of numbers.

Its memory is an array of doubles. A Run does one operation n times over: the q-th time it reads each operand at
`offset + q` or, where the operand is the same for all, at `offset`, and writes to `out + q`.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

Numbers: TypeAlias = "array[float]"  # doubles, of typecode "d"
GATHER, TOTAL, TOTALS = "gather", "total", "totals"
QUICK = "quick "  # before the name of a function that is right within some units in the last place, and not libm's


class Run(NamedTuple):
    """One operation, n times over.

    `operation` is one of a listing's names, or
    - gather: the q-th time, the number at the q-th operand (all of them offsets that stay) goes to `out + q`;
    - total: all n sums of products add up to one number at `out`; where n is LANES, it is added to what is there;
    - totals: of x y₁ y₂ …, which all move on, the total of x·y₁ is added to what is at `out`, that of x·y₂ to what is
      behind it, and so on; n is LANES;
    - quick exp, quick tanh: within 1.1 and 3 units in the last place, for many numbers at a time.
    """

    operation: str
    n: int  # how often; LANES stands for once for each example of the block
    out: int
    operands: tuple[int, ...]  # 2 · offset + 1 where it moves on with q, 2 · offset where it stays
    quiet: bool = False  # only some choice may need it: undefined is nan there, and no trouble


LANES = 0


@dataclass
class Code:
    """All that the interpreter needs: runs before, in each block of examples and after, and where numbers stand."""

    n_memory: int  # doubles
    lanes: int  # examples in a block, a multiple of 8; 1 for a whole graph
    constants: list[tuple[int, float]]  # offset and number: written once
    parameters: list[int]  # the offset that each parameter is written to, before all runs
    inputs: list[int]  # the offset that each input of a block's first example is written to; the others follow it
    outputs: list[int]  # as operands: of each example (2 · offset + 1), or the same for all (2 · offset)
    gradients: list[int]  # offsets, read after all runs
    totals: tuple[int, int] = (0, 0)  # offsets from … to: 0 before the blocks, divided by the examples after them
    before: list[Run] = field(default_factory=list)
    block: list[Run] = field(default_factory=list)
    after: list[Run] = field(default_factory=list)
