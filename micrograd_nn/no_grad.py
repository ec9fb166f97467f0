"""no_grad: a context in which operations compute but do not record."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .contexts import inside

depth = ContextVar("depth", default=0)  # of no_grad contexts


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
    with inside(depth):
        yield


def recording_is_off() -> bool:
    """Whether this thread or task is inside `no_grad()`."""
    return depth.get() > 0
