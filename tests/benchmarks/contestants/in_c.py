"""A step written by hand in C, for one network: the limit. The system's compiler builds it for this very machine."""

from __future__ import annotations

import subprocess
import tempfile
from ctypes import CDLL, c_double
from pathlib import Path

from tests.benchmarks.contestants.step import Step
from tests.benchmarks.tasks import Task, task

SOURCE = Path(__file__).with_name("step.c")
FLAGS = ("-O3", "-march=native", "-shared", "-fPIC")


def by_hand(work: str, *flags: str) -> Step:
    """What the compiler makes of step.c for this task."""
    wanted = task(work)
    inputs, targets = zip(*wanted.examples)
    library = built(wanted, *flags)
    library.prepare(doubles([x for row in inputs for x in row]), doubles(targets))
    library.step.restype = c_double
    parameters = doubles(wanted.start())
    return Step(lambda: library.step(parameters), lambda: parameters)


def by_hand_and_fast(work: str) -> Step:
    """The same with sums in any order, without nan, and with the C library's vectors of tanh and exp."""
    return by_hand(work, "-ffast-math")


def doubles(numbers: list[float]) -> c_double:
    """The numbers as C has them."""
    return (c_double * len(numbers))(*numbers)


def built(wanted: Task, *flags: str) -> CDLL:
    """The library, loaded; its file is gone by then."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "step.so"
        command = ["cc", *FLAGS, *flags, *definitions(wanted), str(SOURCE), "-o", str(library), "-lm"]
        subprocess.run(command, check=True)
        return CDLL(str(library))


def definitions(wanted: Task) -> list[str]:
    """What the compiler is told of the task."""
    known = {
        "SIZES": ",".join(map(str, wanted.sizes)),
        "N_LAYERS": len(wanted.shapes),
        "N_ROWS": len(wanted.examples),
        "WIDEST": max(wanted.sizes),
        "RELU": int(wanted.activation == "relu"),
        "HINGE": int(wanted.loss == "hinge"),
        "PENALTY": wanted.penalty,
        "RATE": wanted.rate,
    }
    return [f"-D{name}={value}" for name, value in known.items()]
