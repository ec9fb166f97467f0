"""python -m tests.benchmarks.graphs ROWS ROUNDS: what a graph of so many moons takes to be compiled, and to run.

The loss is recorded with a node for each product and plus, as micrograd's demo has it. In a process of its own for the
memory; a line of JSON comes out.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from array import array
from collections.abc import Iterator
from time import process_time
from typing import Any

from micrograd_nn import MLP, Value, compile
from micrograd_nn.collector import collector_paused
from micrograd_nn.graph import topological_order
from micrograd_nn.programs.native import why_not
from micrograd_nn.programs.program import Program
from tests.benchmarks.contest import Effort
from tests.benchmarks.contestants import CONTESTANTS
from tests.benchmarks.contestants.scalar import loss_of
from tests.benchmarks.table import NOTHING, Line, duration, megabytes
from tests.benchmarks.tasks import task
from tests.benchmarks.worker import keep_to_one_processor, peak_memory

ROWS = (1, 15, 153, 1540)  # 646 nodes each, and 1,000 for the penalty
LONGEST_COMPILE, LONGEST_RUN = 5e-6, 1e-9  # seconds for each node
FIRST = 0.020  # seconds to compile one example
CALL = 5e-6  # seconds that it takes Python to call anything of the kind: in a graph that runs no longer, no node counts
AT_ONCE = 100_000  # nodes that a round runs at least


def measure(n_rows: int, rounds: int) -> dict[str, Any]:
    """How many nodes there are, seconds to have compiled and run once, seconds to run again, megabytes."""
    why_not()  # the interpreter is built once a machine, and loaded as libraries are imported
    wanted = task(f"moons {n_rows}")
    model = MLP(2, wanted.sizes[1:], activation="relu", expand=True, seed=1)
    with collector_paused():
        loss = loss_of(wanted, Value, model)
    start = process_time()
    program = compile(loss, model.parameters(), backend="C")
    program()
    compiled = process_time() - start
    nodes = len(topological_order(loss))
    times = [run(program, AT_ONCE // nodes + 1) for _ in range(rounds)]
    return {"nodes": nodes, "compile": compiled, "run": statistics.median(times), "memory": peak_memory()}


def run(program: Program, n: int) -> float:
    """Seconds to run it once, of n times."""
    parameters, (outputs, gradients) = program.numbers(), program.room(1)
    start = process_time()
    for _ in range(n):
        program.runner.whole(parameters, array("d"), outputs, gradients)
    return (process_time() - start) / n


def measured(n_rows: int, rounds: int) -> dict[str, Any]:
    """What `measure` finds in a process of its own.

    Raises: CalledProcessError where that fails.
    """
    command = [sys.executable, "-m", "tests.benchmarks.graphs", str(n_rows), str(rounds)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def lines(effort: Effort) -> Iterator[Line]:
    """One about compiling one example, and two for each size: compiling and running, by the node."""
    if missing := CONTESTANTS["C whole"].missing:
        yield Line("graphs, compiled and run", missing)
        return
    for n_rows in ROWS:
        try:
            found = measured(n_rows, effort.rounds)
            yield from [one_example(found["compile"])] if n_rows == 1 else []
            yield from both(found)
        except subprocess.CalledProcessError as error:
            yield Line(
                f"moons step, batch {n_rows:,}, whole", f"gave up with exit code {error.returncode}", reached=False
            )


def one_example(seconds: float) -> Line:
    """The line about the time until a program of one example has run, in a process that has compiled no other."""
    shown, target = duration(seconds), f"≤ {duration(FIRST)}"
    return Line("compile one example of moons", shown, target=target, reached=seconds <= FIRST, compile=shown)


def both(found: dict[str, Any]) -> Iterator[Line]:
    """The line about compiling a graph, and the one about running it."""
    graph = f"a graph of {found['nodes']:,} nodes"
    compiled, memory = duration(found["compile"]), megabytes(found["memory"])
    yield by_node(
        f"compile {graph}", found["compile"], found["nodes"], LONGEST_COMPILE, compile=compiled, memory=memory
    )
    yield by_node(f"run {graph}", found["run"], found["nodes"], LONGEST_RUN if found["run"] > CALL else None)


def by_node(title: str, seconds: float, nodes: int, limit: float | None, **more: str) -> Line:
    """A line about the seconds for each node."""
    shown, target = f"{duration(seconds / nodes)} a node", f"≤ {duration(limit)}" if limit else NOTHING
    return Line(title, shown, target=target, reached=seconds <= limit * nodes if limit else None, **more)


if __name__ == "__main__":
    keep_to_one_processor()
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
