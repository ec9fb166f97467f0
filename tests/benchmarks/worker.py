"""python -m tests.benchmarks.worker CONTESTANT WORK: one contestant in a process of its own, which does as it is told.

Of its own, because the collector's work depends on what else lives in a process, and so do its memory, the threads that
a library starts, and the modes that it sets. It keeps to one processor. A line of JSON answers each line of input.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from tests.benchmarks.contestants import CONTESTANTS
from tests.benchmarks.contestants.step import Step

STATUS = Path("/proc/self/status")


def keep_to_one_processor() -> None:
    """Stay on one processor, where the system has that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def steps(step: Step, n: int) -> dict[str, Any]:
    """The processor's seconds for each of n steps, which others on the machine disturb less than the clock's.

    A quarter as many come before them, because others had the processor's caches in the meantime.
    """
    for _ in range(n // 4):
        step.take()
    start = process_time()
    for _ in range(n):
        loss = step.take()
    return {"seconds": (process_time() - start) / n, "loss": loss, "memory": peak_memory()}


def peak_memory() -> float:
    """The most megabytes that this process has held, its libraries included; 0 where the system does not say."""
    lines = STATUS.read_text().splitlines() if STATUS.exists() else []
    return sum(int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM"))


def main(contestant: str, work: str) -> None:
    """Say how long it took until the first step was taken, imports aside, and what came of it; then do as told.

    A line with a number asks for so many steps, and 0 for the parameters.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # where somebody presses Ctrl-C, one traceback is enough
    keep_to_one_processor()
    make = CONTESTANTS[contestant].loaded()
    start = perf_counter()
    step = make(work)
    before = list(step.parameters())
    say(loss=step.take(), compile=perf_counter() - start, start=before, parameters=list(step.parameters()))
    for line in sys.stdin:
        n = int(line)
        say(**steps(step, n)) if n else say(parameters=list(step.parameters()))


def say(**answer: Any) -> None:
    """Answer a line."""
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
