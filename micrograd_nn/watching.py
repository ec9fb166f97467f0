"""watching: a context in which what leaves the graph is seen: every comparison, and every number that is read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from .contexts import inside
from .sources import PACKAGE, calling_line


class Note(NamedTuple):
    """What was seen: `x < y` was True at this line, or the data of `x` was read, or numbers were drawn at random."""

    relation: str  # one of < <= > >=, or "data", or "draw"
    x: Any
    y: Any  # None, as the outcome is, where data was read; where numbers were drawn, x is None as well
    outcome: bool | None
    where: str  # the line of the program: "lesson.py:12"


class Watch(NamedTuple):
    """What one context looks at, and what it has seen."""

    leaves: frozenset[Any]
    notes: list[Note]


depth = ContextVar("depth", default=0)  # of watching contexts
watches: ContextVar[tuple[Watch, ...]] = ContextVar("watches", default=())


@contextmanager
def watching(leaves: Iterable[Any] = ()) -> Iterator[list[Note]]:
    """A context that gives a list, in which it notes what is decided by numbers in the graph, or read from it.

    A program that runs the graph again, with other numbers, would not know of either.

    >>> from micrograd_nn import Value
    >>> x = Value(3.0)
    >>> with watching() as notes:
    ...     y = x * x if x > 0 else -x
    >>> notes[0].relation, notes[0].y, notes[0].outcome
    ('>', 0, True)

    Noted are all comparisons of this thread or task; `bool(x)` is two, with 0. Data counts in nodes that were computed
    and in these leaves: where code outside this package reads it, where `no_grad()` does not record what is made of it,
    where gradients of it are taken as floats, where such a leaf is copied, and where mathematics ends.
    """
    watch = Watch(frozenset(leaves), [])
    with inside(depth):
        try:
            watches.set((*watches.get(), watch))
            yield watch.notes
        finally:
            watches.set(tuple([other for other in watches.get() if other is not watch]))


def see_comparison(relation: str, x: Any, y: Any, outcome: bool) -> None:
    """Note that `x relation y` was asked, and what came out."""
    for watch in watches.get():
        watch.notes.append(Note(relation, x, y, outcome, str(calling_line())))


def see_reading(*nodes: Any) -> None:
    """Note that what comes next is made of the numbers in these nodes, and not of the nodes."""
    for watch in watches.get():
        for node in nodes:
            if node.inputs or node in watch.leaves:
                watch.notes.append(Note("data", node, None, None, str(calling_line())))


def see_drawing() -> None:
    """Note that numbers are drawn at random."""
    for watch in watches.get():
        watch.notes.append(Note("draw", None, None, None, str(calling_line())))


def see_data(node: Any) -> None:
    """Note that `node.data` was read, unless this package reads it."""
    if watches.get() and not sys._getframe(2).f_code.co_filename.startswith(PACKAGE):
        see_reading(node)
