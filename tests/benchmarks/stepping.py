"""What stepping costs: beside backward on the same graph, in memory, on 2^60 paths, and in a page."""

import gc
import random
import shutil
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from micrograd_nn import MLP, Value, Walk, backward_steps, page, paths
from micrograd_nn.graph import topological_order
from tests.benchmarks.contest import Effort
from tests.benchmarks.table import Line
from tests.browser import CHROMIUM_OPTIONS

EXAMPLES = 52  # of the moons network with every product and sum a node of its own: 65,000 edges


def network_loss() -> Value:
    rng = random.Random(1)
    model = MLP(2, [16, 16, 1], activation="relu", expand=True, seed=1)
    outputs = [model([rng.random(), rng.random()]) for _ in range(EXAMPLES)]
    return sum([(1 - output).relu() for output in outputs[1:]], start=outputs[0]) * (1 / EXAMPLES)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def take_all(loss: Value) -> None:
    for _step in backward_steps(loss):
        pass


def stepping(rounds: int) -> float:
    """How many times longer it takes to step to the end than to call backward."""
    loss = network_loss()
    taken: list[list[float]] = [[], []]
    for _ in range(rounds):
        taken[0].append(seconds(loss.backward))
        taken[1].append(seconds(lambda: take_all(loss)))
    return statistics.median(taken[1]) / statistics.median(taken[0])


def walk_memory(rounds: int) -> float:
    """Megabytes that a walk over the network takes, its names and counts included."""
    loss = network_loss()
    gc.collect()
    tracemalloc.start()
    walk = Walk(loss)
    walk.end()
    str(walk.step)
    size = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    return size


def many_paths(rounds: int) -> float:
    """Seconds for the best of 2^60 paths."""
    x = y = Value(1.0, label="x")
    for _ in range(60):
        y = y + y
    return statistics.median(seconds(lambda: paths(x, of=y, top=5)) for _ in range(rounds))


def page_of_150_nodes() -> Value:
    loss = (MLP(3, [6, 4, 1], seed=1, expand=True)([1.0, 2.0, -1.0]) - 1) ** 2
    assert len(topological_order(loss)) >= 150
    return loss


def page_size(rounds: int) -> float:
    """Kilobytes of a page for 150 nodes."""
    return len(page(page_of_150_nodes()).html.encode()) / 1e3


def page_interactive(rounds: int) -> float:
    """Seconds from asking for the page to its first step being possible."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_OPTIONS)
        address = page(page_of_150_nodes()).save(Path(folder) / "page.html").as_uri()
        tab = browser.new_page()

        def open_and_step() -> None:
            tab.goto(address)
            tab.wait_for_selector("body[data-ready]")
            tab.keyboard.press("ArrowRight")

        return statistics.median(seconds(open_and_step) for _ in range(rounds))


def lines(effort: Effort) -> Iterator[Line]:
    """A line of the table for each measure."""
    measures: list[tuple[str, Callable[[int], float], float, str]] = [
        ("stepping 65,000 edges, beside `backward()`", stepping, 2, "×"),
        ("memory of a Walk over 65,000 edges", walk_memory, 60, " MB"),
        ("`paths` on 2^60 paths", many_paths, 0.1, " s"),
    ]
    if shutil.which("dot") or find_spec("pygraphviz"):
        measures.append(("page for 150 nodes", page_size, 400, " kB"))
        if shutil.which("chromium") and find_spec("playwright"):
            measures.append(("page for 150 nodes: opened, and the first step taken", page_interactive, 1, " s"))
    for title, measure, limit, unit in measures:
        found = measure(effort.rounds)
        yield Line(title, f"{found:.3g}{unit}", target=f"≤ {limit:g}{unit}", reached=found <= limit)
