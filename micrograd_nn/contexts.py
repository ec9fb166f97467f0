"""What contexts that change recording share: whether one was ever used, and how deep one is inside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ever_used: list[bool] = []  # asking a list, empty in most programs, is 30 ns cheaper than asking a variable


@contextmanager
def inside(depth: ContextVar[int]) -> Iterator[None]:
    """A context in which `depth` is one more, for this thread or asyncio task alone."""
    if not ever_used:
        ever_used.append(True)
    try:
        depth.set(depth.get() + 1)
        yield
    finally:
        depth.set(depth.get() - 1)
