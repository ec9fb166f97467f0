"""A contest: contestants at one work, each in its own process, held against the engine and then timed in turn."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.contestants import CONTESTANTS

ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
}
AGREEMENT = 1e-9  # of the loss, and of what the first step changes
SLOW = 0.2  # seconds for a step, from which on a few rounds must do


@dataclass(frozen=True)
class Effort:
    """How many rounds there are, how many for the slow, and the seconds that a round should take."""

    rounds: int = 15
    slow_rounds: int = 3
    seconds: float = 0.02


class Entrant:
    """A contestant at work in its own process, after its first step.

    Raises: RuntimeError when the process ends without an answer.
    """

    def __init__(self, name: str, work: str) -> None:
        self.name, self.work, self.memory = name, work, 0.0
        self.times: list[float] = []  # of a step, round by round
        command = [sys.executable, "-m", "tests.benchmarks.worker", name, work]
        surroundings = os.environ | ONE_THREAD | {"MICROGRAD_NN_BACKEND": CONTESTANTS[name].backend}
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        self.process = subprocess.Popen(command, env=surroundings, **pipes)
        first = self.answer()
        self.loss, self.compile = first["loss"], first["compile"]
        self.moves = [after - before for after, before in zip(first["parameters"], first["start"])]

    def answer(self) -> dict[str, Any]:
        """What the process says next."""
        line = self.process.stdout.readline()
        if not line:
            self.close()
            raise RuntimeError(f"gave up at {self.work} with exit code {self.process.returncode}")
        return json.loads(line)

    def ask(self, n: int) -> dict[str, Any]:
        """The answer to a number: what n steps took or, for 0, the parameters."""
        self.process.stdin.write(f"{n}\n")
        return self.answer()

    def steps(self, n: int) -> float:
        """Take n steps: seconds for each."""
        answer = self.ask(n)
        self.memory, self.loss = answer["memory"], answer["loss"]
        return answer["seconds"]

    def parameters(self) -> list[float]:
        """The parameters as they are now."""
        return self.ask(0)["parameters"]

    def close(self) -> None:
        """Let the process end."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@dataclass
class Result:
    """What a contestant came to; where it was not timed, why not, and whether that is a fault."""

    name: str
    why_not: str = ""
    at_fault: bool = False
    times: list[float] = field(default_factory=list)
    compile: float = 0.0  # seconds until the first step was taken, imports aside
    memory: float = 0.0  # megabytes at most, libraries included

    @property
    def median(self) -> float:
        """Seconds for a step."""
        return statistics.median(self.times)

    @property
    def spread(self) -> float:
        """Half of what lies between the quartiles, as a share of the median."""
        first, median, third = statistics.quantiles(self.times * 2, method="inclusive")  # doubled, one time is enough
        return (third - first) / 2 / median


def contest(work: str, names: Iterable[str], effort: Effort, reference: str = "eager") -> dict[str, Result]:
    """What each contestant came to; timed are those that are installed and agree with the reference."""
    results = {name: Result(name, CONTESTANTS[name].missing) for name in names}
    with ExitStack() as stack:
        engine = stack.enter_context(closing(Entrant(reference, work)))
        entrants = [e for name in results for e in entered(results[name], engine, stack)]
        time_in_turn(entrants, effort)
        for entrant in entrants:
            result = results[entrant.name]
            result.times, result.compile, result.memory = entrant.times, entrant.compile, entrant.memory
    return results


def entered(result: Result, engine: Entrant, stack: ExitStack) -> Iterator[Entrant]:
    """The contestant in its process, if there is one that agrees with the engine; otherwise its result says why not."""
    if result.why_not:
        return
    try:
        entrant = stack.enter_context(closing(Entrant(result.name, engine.work)))
    except RuntimeError as error:
        result.why_not, result.at_fault = str(error), True
        return
    error = disagreement(entrant, engine)
    if error <= AGREEMENT:
        yield entrant
    else:
        result.why_not, result.at_fault = f"differs from {engine.name} by {error:.1e}", True


def disagreement(entrant: Entrant, engine: Entrant) -> float:
    """By how much the loss and the parameters' moves in the first step differ; moves are gradients times a rate."""
    return max(distance([entrant.loss], [engine.loss]), distance(entrant.moves, engine.moves))


def distance(found: Sequence[float], wanted: Sequence[float]) -> float:
    """The largest difference, relative to the largest wanted number; infinite where one is nan."""
    size = max(map(abs, wanted), default=0.0) or 1.0
    differences = [abs(x - y) for x, y in zip(found, wanted, strict=True)]
    return max(differences, default=0.0) / size if all(d == d for d in differences) else float("inf")


def time_in_turn(entrants: Sequence[Entrant], effort: Effort) -> None:
    """Give every entrant its times: a round each, in turn, after two to warm up and to find how many steps fill one."""
    counts = dict.fromkeys(entrants, 1)
    for _ in range(2):
        counts = {entrant: max(1, int(effort.seconds / entrant.steps(n))) for entrant, n in counts.items()}
    for turn in range(effort.rounds):
        for entrant, n in counts.items():
            if turn < effort.slow_rounds or entrant.times[0] < SLOW:
                entrant.times.append(entrant.steps(n))
