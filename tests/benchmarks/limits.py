"""What this engine promises of itself alone: agreement after training, memory, and a long chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from tests.benchmarks.contest import Effort, Entrant, distance
from tests.benchmarks.contestants import CONTESTANTS
from tests.benchmarks.contestants.small import CHAIN
from tests.benchmarks.rows import TITLES
from tests.benchmarks.table import NOTHING, Line, duration, three_digits

STEPS, CLOSE = 20, 1e-12
PROGRAMS = [
    *[("moons", name) for name in ("C lanes", "C whole", "Python lanes")],
    ("classes", "C lanes"),
    *[("GPT", name) for name in ("C whole", "Python whole")],
]
MOST_BYTES, LONGEST_CHAIN = 150.0, 4.0


def agreement(work: str, name: str) -> Line:
    """How far parameters are from the engine's after training, relative to the largest."""
    title = f"{TITLES[work]}: parameters after {STEPS} steps"
    if missing := CONTESTANTS[name].missing:
        return Line(title, f"{name}: {missing}")
    try:
        found = distance(trained(name, work), trained("eager", work))
    except RuntimeError as error:
        return Line(title, f"{name}: {error}", reached=False)
    return Line(title, f"{name} {found:.1e}", "eager", target=f"≤ {CLOSE:g}", reached=found <= CLOSE)


def trained(name: str, work: str) -> list[float]:
    """The parameters after training."""
    with closing(Entrant(name, work)) as entrant:
        for _ in range(STEPS - 1):  # one is taken already
            entrant.steps(1)
        return entrant.parameters()


def memory() -> Line:
    """Bytes for each node, in both scalar engines."""
    found = {}
    for name in ("eager", "micrograd"):
        if not CONTESTANTS[name].missing:
            with closing(Entrant(name, "memory")) as entrant:
                entrant.steps(1)
                found[name] = entrant.loss
    ours, *theirs = [f"{name} {three_digits(size)} B" for name, size in found.items()]
    reached = found["eager"] <= MOST_BYTES
    return Line(
        "memory per node, balanced tree of sums",
        ours,
        *theirs or [NOTHING],
        target=f"≤ {MOST_BYTES:g} B",
        reached=reached,
    )


def chain(effort: Effort) -> Line:
    """The time of a long chain, whose slope is the number of its leaves."""
    with closing(Entrant("eager", "chain")) as entrant:
        seconds = min(entrant.steps(1) for _ in range(effort.slow_rounds))
    title, shown = f"{CHAIN:,} additions: record, backward, free", f"eager {duration(seconds)}"
    reached = seconds <= LONGEST_CHAIN and entrant.loss == CHAIN + 1
    return Line(title, shown, target=f"≤ {LONGEST_CHAIN:g} s", reached=reached)


def lines(effort: Effort) -> Iterator[Line]:
    """All of it."""
    yield from (agreement(work, name) for work, name in PROGRAMS)
    yield memory()
    yield chain(effort)
