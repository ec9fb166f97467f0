"""Results as lines of the table: ours, the peer's, how they compare, and whether that is what was wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.benchmarks.contest import Effort, Result, contest
from tests.benchmarks.rows import TITLES, Row
from tests.benchmarks.table import NOTHING, Line, duration, megabytes, three_digits


def measured(rows: Sequence[Row], effort: Effort) -> Iterator[Line]:
    """The lines of rows; all who meet at one work are in one contest."""
    for work in dict.fromkeys(row.work for row in rows):
        here = [row for row in rows if row.work == work]
        names = dict.fromkeys(name for row in here for name in (row.ours, row.peer))
        results = contest(work, names, effort)
        yield from (line(row, results[row.ours], results[row.peer]) for row in here)


def line(row: Row, ours: Result, peer: Result) -> Line:
    """The line of a row; who was not timed says why where the time would stand."""
    return Line(
        TITLES[row.work],
        shown(ours),
        shown(peer),
        ratio(row, ours, peer) if ours.times and peer.times else NOTHING,
        NOTHING if row.target is None else f"{'≤' if row.at_most else '≥'} {row.target:g}×",
        reached(row, ours, peer),
        duration(ours.compile) if ours.times else NOTHING,
        megabytes(ours.memory),
    )


def shown(result: Result) -> str:
    """Who it is, and the median of its times with their spread."""
    if result.why_not:
        return f"{result.name}: {result.why_not}"
    return f"{result.name} {duration(result.median)} ± {result.spread:.0%}"


def ratio(row: Row, ours: Result, peer: Result) -> str:
    """How many times faster ours is or, where the target is a limit, how many times the peer's time it takes."""
    found = peer.median / ours.median
    if row.at_most or found < 1:
        return f"{three_digits(1 / found)}× its time"
    return f"{three_digits(found)}× faster"


def reached(row: Row, ours: Result, peer: Result) -> bool | None:
    """Whether the target was reached; never by one that failed or disagreed, and unknown without a peer."""
    if ours.at_fault or peer.at_fault:
        return False
    if row.target is None or not ours.times or not peer.times:
        return None
    return ours.median <= row.target * peer.median if row.at_most else peer.median >= row.target * ours.median
