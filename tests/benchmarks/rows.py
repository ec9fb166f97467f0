"""The rows of the table: who meets whom at which work, and how many times faster ours should be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """Two contestants at a work; without a target it is there to be seen."""

    work: str
    ours: str
    peer: str
    target: float | None = None
    at_most: bool = False  # the target is how many times the peer's time ours may take, not how many times faster it is


MOONS = [
    Row("moons", "C lanes", "PyTorch batched", 15),
    Row("moons", "C lanes", "PyTorch batched, tuned"),
    Row("moons", "C lanes", "PyTorch scalar"),
    Row("moons", "C lanes", "JAX"),
    Row("moons", "C lanes", "CasADi matrices"),
    Row("moons", "C lanes", "C by hand", 3, at_most=True),
    Row("moons", "C lanes", "C by hand, fast-math"),
    Row("moons", "C whole", "PyTorch batched", 7),
    Row("moons", "C whole", "CasADi scalar"),
    Row("moons", "Python lanes", "micrograd", 500),
]
CLASSES = [
    Row("classes", "C lanes", "PyTorch batched", 12),
    Row("classes", "C lanes", "PyTorch batched, tuned"),
    Row("classes", "C lanes", "JAX"),
    Row("classes", "C lanes", "CasADi matrices"),
    Row("classes", "C lanes", "C by hand"),
    Row("classes", "C lanes", "C by hand, fast-math"),
]
TRANSFORMER = [
    Row("GPT", "C whole", "PyTorch batched", 15),
    Row("GPT", "C whole", "PyTorch batched, tuned"),
    Row("GPT", "C whole", "eager, expanded"),
    Row("GPT", "Python whole", "eager, expanded", 20),
    Row("GPT", "Python whole", "eager"),
]
EAGER = [
    Row("moons", "eager", "micrograd", 50),
    Row("moons", "eager, expanded", "micrograd", 9),
    Row("expression", "eager", "micrograd", 2),
]
BATCHES = [Row(f"moons {n}", "C lanes", "PyTorch batched") for n in (1, 10, 100, 1000, 10_000, 100_000)]
WIDTHS = [Row(f"wide {n}", "C lanes", "PyTorch batched") for n in (8, 16, 32, 64, 128, 256)]
TITLES = {
    "moons": "moons step, MLP(2, [16, 16, 1]), batch 100",
    "classes": "3-class step, MLP(2, [8, 3]), tanh, cross-entropy, batch 100",
    "GPT": "GPT step, 4,192 parameters, 6 letters",
    "expression": "micrograd's README expression",
    **{row.work: f"moons step, batch {int(row.work.split()[1]):,}" for row in BATCHES},
    **{row.work: "step of MLP({0}, [{0}, {0}]), tanh, batch 100".format(row.work.split()[1]) for row in WIDTHS},
}
