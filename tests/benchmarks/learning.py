"""python -m tests.benchmarks.learning [seeds]: what the default settings of `micrograd-nn train` learn, seed by seed.

It exits with 1 if a floor was missed. Seeds are shared out among the machine's cores.
"""

import os
import random
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pool

from micrograd_nn import MLP, Run, data, train
from micrograd_nn.__main__ import parser
from micrograd_nn.commands.tasks import task_for
from micrograd_nn.commands.train import run_for


def default_run(name: str, seed: int) -> Run:
    """The run of `micrograd-nn train NAME --seed SEED`, trained to the end."""
    options = parser().parse_args(["train", name, "--seed", str(seed)])
    rng = random.Random(seed)
    task = task_for(options, rng)
    return run_for(task, task.goal(options.loss), options, rng).finish()


def accuracy(name: str, seed: int) -> float:
    """The accuracy on the examples that a run was trained on, as a share."""
    return default_run(name, seed).history[-1].accuracy


def xor(seed: int) -> float:
    return accuracy("xor", seed)


def xor_by_default(seed: int) -> float:
    """XOR with the defaults of `train` itself: the mean squared error."""
    return train(MLP(2, [8, 1], seed=seed), data.xor()).finish().history[-1].accuracy


def moons(seed: int) -> float:
    return accuracy("moons", seed)


def circles(seed: int) -> float:
    return accuracy("circles", seed)


def spirals(seed: int) -> float:
    return accuracy("spirals", seed)


def iris(seed: int) -> float:
    """The share of irises that are right when each is held out once, in 10-fold cross-validation."""
    right = []
    for training, held_out in data.folds(data.iris(), 10, seed=seed):
        scale = data.Standardize.fit([inputs for inputs, _ in training])
        training, held_out = [[(scale(inputs), y) for inputs, y in part] for part in (training, held_out)]
        model = MLP(4, [8, 3], seed=seed)
        epoch = train(model, training, "cross_entropy", validation=held_out).finish().history[-1]
        right.append(round(epoch.validation_accuracy * len(held_out)))
    return sum(right) / 150


@dataclass
class Row:
    """What is to be learned; the floor is of each seed's accuracy, or of the mean."""

    title: str
    learn: Callable[[int], float]
    floor: float
    of_mean: bool = False
    seeds: int = 0  # more than asked for


ROWS = [
    Row("XOR, 4 examples, 100 epochs", xor, 1.0, seeds=100),
    Row("XOR with `train`'s own defaults", xor_by_default, 1.0, seeds=100),
    Row("moons, 100 points, noise 0.1, 100 epochs", moons, 1.0),
    Row("circles, 100 points", circles, 0.98),
    Row("spirals, 100 points", spirals, 0.98),
    Row("iris, 10-fold cross-validation", iris, 0.95, of_mean=True),
]


def main() -> int:
    """Learn everything from every seed and print the table."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print("| what | seeds | lowest | mean | floor | kept | seed by seed |\n|---|---|---|---|---|---|---|")
    kept = []
    with Pool(os.cpu_count()) as pool:
        for row in ROWS:
            n = max(seeds, row.seeds)
            found = pool.map(row.learn, range(n), chunksize=1)
            mean, lowest = statistics.mean(found), min(found)
            kept.append((mean if row.of_mean else lowest) >= row.floor)
            floor = f"{'mean' if row.of_mean else 'each'} ≥ {row.floor:.0%}"
            each = " ".join(f"{100 * x:.1f}".removesuffix(".0") for x in found) if n <= 20 or lowest < 1 else "all 100"
            verdict = "yes" if kept[-1] else "NO"
            print(f"| {row.title} | {n} | {lowest:.1%} | {mean:.2%} | {floor} | {verdict} | {each} |", flush=True)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
