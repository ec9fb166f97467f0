"""whole_code: a graph as it was recorded, as code in which equal instructions run side by side where they can.

Whatever is found, every number is computed by the same operation from the same operands, in the same order; but long
sums may be added up in another (total).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .adding import LONG, added
from .arranging import Arrangement
from .kinds import Kind
from .listing import SUM, Listing
from .memory import Memory, Offsets
from .planning import RUN, planned
from .runs import Code, Run


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
        columns = [tuple(map(offsets.__getitem__, places)) for places in zip(*arrangement.operands(kind))]
        write(memory, kind, columns, offsets[kind.places[0]])
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


def write(memory: Memory, kind: Kind, columns: Sequence[Offsets], out: int) -> None:
    """Write the instructions of a kind, which read the offsets in the columns, and write to `out` and behind it."""
    n, plan = len(columns[0]), planned(memory, columns)
    total = RUN + len(columns) // 8  # what it costs: measured, 6 ns for 16 products and 11 for 64
    if kind.operation == SUM and len(columns) >= 2 * LONG and plan.cost > n * total:
        columns = added(memory, kind.quiet, columns, out)
        if not columns:
            return
        plan = planned(memory, columns)
    for first, end in pairwise([*plan.starts, n]):
        if end == first + 1:
            operands = [2 * column[first] for column in columns]
        else:
            operands = [memory.read(column[first:end]) for column in columns]
        memory.runs.append(Run(kind.operation, end - first, out + first, tuple(operands), kind.quiet))
