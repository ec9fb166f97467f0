"""Growth: batches from 1 to 100,000 rows, layers from 8 to 256 wide, and where PyTorch overtakes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.benchmarks.contest import Effort, contest
from tests.benchmarks.contestants import CONTESTANTS
from tests.benchmarks.lines import line
from tests.benchmarks.rows import TITLES, Row
from tests.benchmarks.table import Line


def growing(rows: Sequence[Row], effort: Effort) -> Iterator[Line]:
    """The lines of rows of growing size, and one that says from which on the peer is faster.

    The peer is what ours must agree with: it agrees with the engine at the sizes for which the engine has the memory.
    """
    if missing := CONTESTANTS[rows[0].peer].missing:
        yield Line(f"{TITLES[rows[0].work]} and larger", missing)
        return
    faster = []
    for row in rows:
        results = contest(row.work, [row.ours, row.peer], effort, reference=row.peer)
        yield line(row, results[row.ours], results[row.peer])
        times = results[row.ours].times and results[row.peer].times
        faster += [row] if times and results[row.peer].median < results[row.ours].median else []
    yield Line(f"{rows[0].peer} is faster", f"from {TITLES[faster[0].work]} on" if faster else "nowhere among these")
