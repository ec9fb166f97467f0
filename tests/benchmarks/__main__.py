"""python -m tests.benchmarks [rounds]: this engine beside micrograd 0.1.0, as a Markdown table.

Each engine works in a process of its own, because the collector's work depends on what else lives there; rounds are
interleaved, the collector is at its default, and medians are compared. It exits with 1 if a floor was missed.
"""

import platform
import statistics
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec

from tests.benchmarks import stepping


@dataclass
class Row:
    """One kind of work; floor and aim are how many times faster than micrograd, or a size or time for ours alone."""

    work: str
    title: str
    floor: float
    aim: float
    peer: str = ""
    unit: str = "ms"


ROWS = [
    Row("dot", "moons step, MLP(2, [16, 16, 1]), 100 points, `dot` nodes", 50, 75, "expanded"),
    Row("expanded", "the same with `expand=True`, 65,000 nodes", 9, 12, "expanded"),
    Row("expression", "micrograd's README expression", 2, 2.8, "expression"),
    Row("memory", "memory per node, balanced tree of sums", 150, 120, "memory", "B"),
    Row("chain", "1,000,000 additions: record, backward, free", 4, 2, "", "s"),
]


class Worker:
    """An engine at work in its own process."""

    def __init__(self, engine: str, work: str) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.worker", engine, work]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def round(self) -> tuple[float, str]:
        """Seconds, and what came out."""
        self.process.stdin.write("go\n")
        seconds, result = self.process.stdout.readline().split()
        return float(seconds), result

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def measure(row: Row, rounds: int, peers: bool) -> tuple[float, float | None]:
    """What this engine and micrograd take: medians, in the row's unit."""
    engines = [Worker("micrograd_nn", row.work)]
    if row.peer and peers:
        engines.append(Worker("micrograd", row.peer))
    found: list[list[float]] = [[] for _ in engines]
    for turn in range(rounds + 1):
        for engine, numbers in zip(engines, found):
            seconds, result = engine.round()
            if turn or rounds == 1:  # the first round warms up
                numbers.append({"memory": float(result) if row.work == "memory" else 0.0}.get(row.work, seconds))
    for engine in engines:
        engine.close()
    medians = [statistics.median(numbers) for numbers in found]
    return medians[0], medians[1] if len(medians) > 1 else None


def report(row: Row, ours: float, theirs: float | None) -> tuple[str, bool]:
    """The row of the table, and whether its floor was reached."""
    scale = {"ms": 1e3, "B": 1.0, "s": 1.0}[row.unit]
    unit = row.unit
    if row.work == "expression":
        scale, unit = 1e6 / 200, "µs"
    shown = "–" if theirs is None else f"{theirs * scale:.4g} {unit}"
    if row.unit == "ms":
        good = theirs is None or theirs / ours >= row.floor
        ratio = "–" if theirs is None else f"{theirs / ours:.1f}×"
        figures = f"{ratio} | ≥ {row.floor:g}× | {row.aim:g}×"
    else:
        good = ours <= row.floor
        figures = f"{ours:.4g} {unit} | ≤ {row.floor:g} {unit} | {row.aim:g} {unit}"
    verdict = "–" if row.peer and theirs is None and row.unit == "ms" else "yes" if good else "NO"
    return f"| {row.title} | {shown} | {ours * scale:.4g} {unit} | {figures} | {verdict} |", good


def main() -> int:
    """Measure every row and print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    peers = find_spec("micrograd") is not None
    if not peers:
        print("micrograd is not installed: pip install micrograd==0.1.0 for the comparison", file=sys.stderr)
    print(f"Python {platform.python_version()}, {platform.machine()}, medians of {rounds} interleaved rounds\n")
    print("| work | micrograd | micrograd_nn | measured | floor | aim | floor reached |\n|---|---|---|---|---|---|---|")
    reached = []
    for row in ROWS:
        line, good = report(row, *measure(row, 3 if row.work in ("chain", "memory") else rounds, peers))
        print(line, flush=True)
        reached.append(good)
    print("\n| stepping | measured | limit | kept |\n|---|---|---|---|")
    for line, good in stepping.rows(rounds):
        print(line, flush=True)
        reached.append(good)
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
