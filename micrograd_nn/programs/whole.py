"""whole_code: a graph as it was recorded, as code in which equal instructions run side by side where they can.

Whatever is found, every number is computed by the same operation from the same operands, in the same order; but long
sums may be added up in another (total).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .adding import LONG, Rows, added
from .arranging import FEW, Arrangement
from .kinds import Kind
from .listing import SUM, Listing
from .memory import Memory, Offsets
from .runs import Code, Run
from .stretches import reading, starts, steps

WELL = 8  # instructions in a run, on average, that need no help


def whole_code(listing: Listing) -> Code:
    """The code of a whole graph.

    >>> listing = Listing(n_parameters=8, n_inputs=0)
    >>> listing.outputs = [listing.add("exp", (i,)) for i in range(8)]
    >>> [(run.operation, run.n) for run in whole_code(listing).before]
    [('exp', 8)]
    """
    arrangement = Arrangement(listing)
    memory, offsets = Memory(arrangement), arrangement.offsets
    for kind in arrangement.kinds:
        rows = [[offsets[x] for x in operands] for operands in arrangement.operands(kind)]
        write(memory, kind, rows, offsets[kind.places[0]])
    return Code(
        n_memory=memory.end,
        lanes=1,
        constants=memory.constants,
        parameters=offsets[: listing.n_parameters],
        inputs=offsets[listing.n_parameters : listing.first_constant],
        outputs=[2 * offsets[place] for place in listing.outputs],
        gradients=[offsets[place] for place in listing.gradients],
        before=memory.runs,
    )


def write(memory: Memory, kind: Kind, rows: Rows, out: int) -> None:
    """Write the instructions of a kind, which read the offsets in `rows`, and write to `out` and behind it."""
    if kind.operation == SUM and len(rows[0]) >= 2 * LONG and len(cuts(memory, list(zip(*rows)))) * WELL > len(rows):
        rows = added(memory, kind.quiet, rows, out)
    if len(rows) >= FEW:
        write_runs(memory, kind, rows, out)
    else:
        memory.runs += [alone(kind, row, offset) for offset, row in enumerate(rows, out)]


def write_runs(memory: Memory, kind: Kind, rows: Rows, out: int) -> None:
    """Write instructions, as many in a run as can be."""
    columns = list(zip(*rows))
    for first, end in pairwise([*cuts_with_copies(memory, columns), len(rows)]):
        if end == first + 1:
            run = alone(kind, rows[first], out + first)
        else:
            operands = tuple([memory.read(column[first:end]) for column in columns])
            run = Run(kind.operation, end - first, out + first, operands, kind.quiet)
        memory.runs.append(run)


def alone(kind: Kind, row: Sequence[int], out: int) -> Run:
    """The run of one instruction."""
    return Run(kind.operation, 1, out, tuple([2 * x for x in row]), kind.quiet)


def cuts(memory: Memory, columns: Sequence[Offsets]) -> list[int]:
    """Where runs must start, so that every operand stays or moves on; but constants can always be copied."""
    return starts([steps(column) for column in columns if not memory.all_constant(column)])


def cuts_with_copies(memory: Memory, columns: Sequence[Offsets]) -> list[int]:
    """Where runs start, once those operands are copied that jump too often; as they are, if copies cost too much."""
    plain, n = cuts(memory, columns), len(columns[0])
    if len(plain) * WELL <= n:
        return plain
    fewer = cuts(memory, [column for column in columns if is_calm(steps(column))])
    ranges = list(pairwise([*fewer, n]))
    needed = {column[first:end] for column in columns for first, end in ranges}
    copied = sum([len(x) for x in needed if reading(x) is None and x not in memory.copies])
    return fewer if len(fewer) * FEW <= n and 4 * copied <= n * len(columns) else plain


def is_calm(steps_of_column: Sequence[int]) -> bool:
    """Whether at least three of four steps are 0 or 1."""
    return 4 * (steps_of_column.count(0) + steps_of_column.count(1)) >= 3 * len(steps_of_column)
