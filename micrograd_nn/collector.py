"""Pausing Python's cyclic garbage collector while a graph grows."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """A context in which the collector does not run, unless it was off already: then it stays off.

    A graph of Values has no cycles and is freed by counting references, so the collector looks through it for
    nothing. Measured on a step of the moons demo with `expand=True`: a fifth less time.
    """
    running = gc.isenabled()
    try:
        gc.disable()
        yield
    finally:
        if running:
            gc.enable()
