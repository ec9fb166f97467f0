"""python -m tests.benchmarks [--only SECTION …] [--quick]: this engine beside its peers, as text and as Markdown.

Whoever is installed takes part: micrograd, PyTorch, JAX, CasADi, and what the C compiler makes of a step written by
hand. All keep to one thread and one processor, take the same steps from the same numbers, and are held against the
engine before they are timed; rounds are interleaved and medians compared. Behind ± stands half of what lies between
the quartiles; `compile` is the time until our first step was taken, recording included and imports not; `memory` is
the most that our process held. It exits with 1 when a target was missed, and says which.

To have them all: pip install micrograd==0.1.0 torch==2.13.0 jax casadi.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable, Iterator
from functools import partial

from tests.benchmarks import graphs, limits, rows, stepping
from tests.benchmarks.contest import Effort
from tests.benchmarks.growth import growing
from tests.benchmarks.lines import measured
from tests.benchmarks.table import NOTHING, Line, in_markdown, in_text

SECTIONS: dict[str, Callable[[Effort], Iterator[Line]]] = {
    "moons": partial(measured, rows.MOONS),
    "classes": partial(measured, rows.CLASSES),
    "gpt": partial(measured, rows.TRANSFORMER),
    "eager": partial(measured, rows.EAGER),
    "batches": partial(growing, rows.BATCHES),
    "widths": partial(growing, rows.WIDTHS),
    "graphs": graphs.lines,
    "limits": limits.lines,
    "stepping": stepping.lines,
}
QUICK = Effort(rounds=3, slow_rounds=1, seconds=0.005)


def main(arguments: list[str] | None = None) -> int:
    """Measure what was asked for, and print the tables and what fell short."""
    options = parser().parse_args(arguments)
    print(f"Python {platform.python_version()}, {platform.machine()}, one thread\n")
    found: list[Line] = []
    for name in options.only or SECTIONS:
        lines = section(name, QUICK if options.quick else Effort())
        print(f"{in_text(lines)}\n", flush=True)
        found += lines
    print(f"{in_markdown(found)}\n")
    short = [line for line in found if line.reached is False]
    for line in short:
        print("fell short:", ", ".join(cell for cell in line.cells()[:5] if cell != NOTHING))
    return 1 if short else 0


def section(name: str, effort: Effort) -> list[Line]:
    """The lines of a section; one that says so if it has no engine to be held against."""
    try:
        return list(SECTIONS[name](effort))
    except RuntimeError as error:
        return [Line(name, str(error), reached=False)]


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    found = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.split("\n\n")[1])
    found.add_argument("--only", nargs="+", choices=SECTIONS, metavar="SECTION", help=", ".join(SECTIONS))
    found.add_argument("--quick", action="store_true", help="few and short rounds, to see that everything runs")
    return found


if __name__ == "__main__":
    sys.exit(main())
