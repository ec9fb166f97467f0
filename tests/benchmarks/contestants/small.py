"""Small works of the scalar engines beside the networks: an expression, a tree of sums for its memory, a long chain."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Callable
from typing import Any

LEAVES = 1 << 14
CHAIN = 1_000_000


def expression(kind: type) -> float:
    """micrograd's README: the slope of g in a."""
    a, b = kind(-4.0), kind(2.0)
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


def tree_of_sums(kind: type) -> float:
    """Traced bytes for each node of a balanced tree of sums, leaves included."""
    tracemalloc.start()
    level = [kind(1.0) for _ in range(LEAVES)]
    while len(level) > 1:
        level = [x + y for x, y in zip(level[::2], level[1::2])]
    size = tracemalloc.get_traced_memory()[0] / (2 * LEAVES - 1)
    tracemalloc.stop()
    return size


def chain(kind: type) -> float:
    """Record, differentiate and free a million additions, in a thread with 256 KiB of stack: the slope of x."""
    found = []

    def work() -> None:
        x = node = kind(1.0)
        for _ in range(CHAIN):
            node = node + x
        node.backward()
        found.append(x.grad)

    threading.stack_size(256 * 1024)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return found[0]


SMALL: dict[str, Callable[[Any], float]] = {"expression": expression, "memory": tree_of_sums, "chain": chain}
