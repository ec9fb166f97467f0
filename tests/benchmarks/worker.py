"""One engine in a process of its own: does a round of the work that it is asked for, and says how long it took."""

import math
import random
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

ENGINE, WORK = sys.argv[1:3]
if ENGINE == "micrograd":
    from micrograd.engine import Value
    from micrograd.nn import MLP
else:
    from micrograd_nn import MLP, Value

EXPRESSIONS = 200  # in a round of the README's
LEAVES = 1 << 14
CHAIN = 1_000_000


def moons(n: int, rng: random.Random) -> tuple[list[list[float]], list[int]]:
    points, labels = [], []
    for i in range(n):
        t, up = math.pi * rng.random(), i % 2
        x, y = (math.cos(t), math.sin(t)) if up else (1 - math.cos(t), 0.5 - math.sin(t))
        points.append([x + rng.gauss(0, 0.1), y + rng.gauss(0, 0.1)])
        labels.append(2 * up - 1)
    return points, labels


def moons_step() -> Callable[[], Any]:
    """micrograd's demo: one step of gradient descent on 100 points, hinge loss and L2, all of it in its own words."""
    rng = random.Random(1337)
    points, labels = moons(100, rng)
    options = {} if ENGINE == "micrograd" else {"activation": "relu", "expand": WORK == "expanded"}
    model = MLP(2, [16, 16, 1], **options)
    for p in model.parameters():
        p.data = rng.uniform(-0.5, 0.5)

    def step() -> float:
        inputs = [list(map(Value, point)) for point in points]
        scores = list(map(model, inputs))
        losses = [(1 + -y * score).relu() for y, score in zip(labels, scores)]
        data_loss = sum(losses) * (1.0 / len(losses))
        total_loss = data_loss + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        total_loss.backward()
        for p in model.parameters():
            p.data -= 0.1 * p.grad
        return total_loss.data

    return step


def expression() -> Any:
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    return a.grad


def expressions() -> Any:
    for _ in range(EXPRESSIONS):
        found = expression()
    return found


def tree_of_sums() -> Any:
    """Traced bytes for each node of a balanced tree of sums, leaves included."""
    tracemalloc.start()
    level = [Value(1.0) for _ in range(LEAVES)]
    while len(level) > 1:
        level = [x + y for x, y in zip(level[::2], level[1::2])]
    size = tracemalloc.get_traced_memory()[0] / (2 * LEAVES - 1)
    tracemalloc.stop()
    return size


def chain() -> str:
    """Record, differentiate and free a million additions, in a thread with 256 KiB of stack."""

    def work() -> None:
        x = Value(1.0)
        node = x
        for _ in range(CHAIN):
            node = node + x
        node.backward()
        assert x.grad == CHAIN + 1

    threading.stack_size(256 * 1024)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return "done"


def main() -> None:
    """A round for each line of input; a line of seconds and of what came out for each."""
    works = {"expression": expressions, "memory": tree_of_sums, "chain": chain}
    work = works.get(WORK) or moons_step()
    for _ in sys.stdin:
        start = time.perf_counter()
        result = work()
        print(time.perf_counter() - start, result, flush=True)


if __name__ == "__main__":
    main()
