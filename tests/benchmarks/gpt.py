"""python -m tests.benchmarks.gpt [rounds]: a step of a small GPT, in four ways of recording it, as a Markdown table.

The GPT of 4,192 parameters reads one name of six letters; a step is the forward pass, backward, and Adam. Each way
works in a process of its own, a step a round; rounds are interleaved, the collector is at its default, and medians of
the processor's time are compared. All must come to the same loss.
"""

import gc
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from time import process_time

from micrograd_nn import losses
from micrograd_nn.collector import collector_paused
from micrograd_nn.graph import topological_order
from micrograd_nn.layers.gpt import GPT
from micrograd_nn.optim import Adam
from tests.benchmarks.plain_gpt import PlainGPT

TOKENS = [0, 18, 15, 23, 5, 14, 1, 0]  # "rowena" between two boundaries
RATE, STEPS = 0.01, 1000  # the rate falls along a line, to 0 after so many steps
WAYS = {
    "n-ary": "n-ary nodes: `dot`, `logsumexp`",
    "expand": "plain products and sums, `expand=True`",
    "tuples": "the 2026 design: slopes in tuples, recursion, no n-ary nodes",
    "paused": "the same, its collector paused during the step and its cycles freed after it",
}
WARM_UP = 3
Step = Callable[[int], tuple[list[float], int, float]]  # what a step took, how many nodes there are, and the loss


def rate_at(t: int) -> float:
    return RATE * (1 - t / STEPS)


def ours(expand: bool) -> Step:
    """A step of this engine."""
    model = GPT(27, seed=1, expand=expand)
    optimizer = Adam(model.parameters(), rate_at, beta1=0.85, beta2=0.99)

    def step(_: int) -> tuple[list[float], int, float]:
        with collector_paused():  # as `train` does
            times = [process_time()]
            loss = losses.cross_entropy(model(TOKENS[:-1]), TOKENS[1:])
            times.append(process_time())
            optimizer.zero_grad()
            loss.backward()
            times.append(process_time())
            optimizer.step()
            times.append(process_time())
            n_nodes, data = len(topological_order(loss)), loss.data
            start = process_time()
            del loss
            times.append(times[-1] + process_time() - start)
        return times, n_nodes, data

    return step


def plain(paused: bool) -> Step:
    """A step of the plain design, from the same first parameters.

    Its graphs are cycles through its inner function, so most of its time at the default is the collector's. Paused,
    what the collector then does in one go is counted as freeing.
    """
    model = PlainGPT(matrices(GPT(27, seed=1)), n_heads=4)

    def step(t: int) -> tuple[list[float], int, float]:
        if paused:
            gc.disable()
        times = [process_time()]
        loss = model.loss(TOKENS)
        times.append(process_time())
        n_nodes = loss.backward()
        times.append(process_time())
        model.adam(rate_at(t), t + 1)
        times.append(process_time())
        data = loss.data
        del loss
        if paused:
            gc.collect()
        times.append(process_time())
        return times, n_nodes, data

    return step


def matrices(model: GPT) -> dict[str, list[list[float]]]:
    """The parameters of a GPT of one block, by what they are for."""
    (block,) = model.blocks
    heads = block.attention.heads
    found = {
        "tokens": model.embedding.rows,
        "positions": model.positions.rows,
        **{name: [n.w for head in heads for n in getattr(head, name).neurons] for name in ("query", "key", "value")},
        "mixed": [neuron.w for neuron in block.attention.output.neurons],
        "hidden": [neuron.w for neuron in block.hidden.neurons],
        "out": [neuron.w for neuron in block.output.neurons],
        "output": [neuron.w for neuron in model.output.neurons],
    }
    return {name: [[p.data for p in row] for row in rows] for name, rows in found.items()}


def work(way: str) -> None:
    """A step for each line of input; a line of what it took and came to for each."""
    step = plain(way == "paused") if way in ("tuples", "paused") else ours(expand=way == "expand")
    for t, _ in enumerate(sys.stdin):
        times, n_nodes, loss = step(t)
        print(*[after - before for before, after in pairwise(times)], n_nodes, loss, flush=True)


def measured(rounds: int) -> dict[str, tuple[list[float], int]]:
    """For each way the medians of the parts of a step and of all of it, in ms, and how many nodes it records."""
    command = [sys.executable, "-m", "tests.benchmarks.gpt", "--work"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    workers = {way: subprocess.Popen([*command, way], **pipes) for way in WAYS}
    found: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    for _ in range(rounds + WARM_UP):
        for way, worker in workers.items():
            worker.stdin.write("go\n")
            found[way].append(list(map(float, worker.stdout.readline().split())))
        check_same([rows[-1][-1] for rows in found.values()])
    for worker in workers.values():
        worker.stdin.close()
        worker.wait()
    return {way: (list(medians(rows[WARM_UP:])), int(rows[0][-2])) for way, rows in found.items()}


def check_same(found: list[float]) -> None:
    """Exit unless all ways came to the same loss."""
    if max(found) - min(found) > 1e-9:
        sys.exit(f"the losses differ: {found}")


def medians(rows: list[list[float]]) -> Iterator[float]:
    """The median of each part, and of their sums, in ms."""
    parts = [row[:-2] for row in rows]
    for column in [*zip(*parts), list(map(sum, parts))]:
        yield 1e3 * statistics.median(column)


def main() -> None:
    """Measure all ways and print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 31
    print(f"Python {platform.python_version()}, {platform.machine()}, medians of {rounds} interleaved rounds, in ms\n")
    print("| GPT, 4,192 parameters, six letters | nodes | forward | backward | Adam | freeing | step | × n-ary |")
    print("|---|---|---|---|---|---|---|---|")
    found = measured(rounds)
    for way, title in WAYS.items():
        times, n_nodes = found[way]
        cells = " | ".join(f"{ms:.1f}" for ms in times)
        print(f"| {title} | {n_nodes:,} | {cells} | {times[-1] / found['n-ary'][0][-1]:.1f} |")


if __name__ == "__main__":
    work(sys.argv[2]) if sys.argv[1:2] == ["--work"] else main()
