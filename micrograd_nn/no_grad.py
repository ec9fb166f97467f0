"""no_grad: a context in which operations compute but do not record."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

depth = ContextVar("depth", default=0)  # of no_grad contexts, for each thread and each asyncio task
ever_used: list[bool] = []  # this or `trace_sources`: asking a list, mostly empty, is 30 ns cheaper than a variable


@contextmanager
def no_grad() -> Iterator[None]:
    """A context in which nothing is recorded: results are leaves, and cost no memory for a graph.

    >>> from micrograd_nn import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.inputs
    (9.0, ())
    """
    if not ever_used:
        ever_used.append(True)
    try:
        depth.set(depth.get() + 1)
        yield
    finally:
        depth.set(depth.get() - 1)


def recording_is_off() -> bool:
    """Whether this thread or task is inside `no_grad()`."""
    return depth.get() > 0
