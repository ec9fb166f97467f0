"""trace_sources: a context in which every new node remembers the line of the program that made it."""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from .contexts import inside

depth = ContextVar("depth", default=0)  # of trace_sources contexts
PACKAGE = os.path.dirname(__file__) + os.sep


class Source(NamedTuple):
    """A place in a program: `lesson.py:12`."""

    path: str
    line: int

    @property
    def code(self) -> str:
        """What stands in the line; empty where the program's text is not to be had."""
        return linecache.getline(self.path, self.line).strip()

    def __str__(self) -> str:
        return f"{os.path.basename(self.path)}:{self.line}"


class SourcedInputs(tuple[Any, ...]):
    """The inputs of a node, together with the place that made it; so a node that has none pays nothing."""

    source: Source


@contextmanager
def trace_sources() -> Iterator[None]:
    """A context in which nodes know where they were made: `node.source`, which errors, steps and pictures show.

    >>> from micrograd_nn import Value
    >>> with trace_sources():
    ...     a = Value(2.0, label="a")
    ...     e = a * 3
    >>> e.source.line - a.source.line
    1
    >>> print(Value(2.0).source)
    None

    The line is the innermost one outside this package: for a neuron it is where the model was called. Deep copies
    and pickles do not take it along.
    """
    with inside(depth):
        yield


def with_source(inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """The inputs of a new node, with its source if sources are traced."""
    if depth.get() <= 0:
        return inputs
    sourced = SourcedInputs(inputs)
    sourced.source = calling_line()
    return sourced


def calling_line() -> Source:
    """The innermost line of the program that is not in this package."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return Source(frame.f_code.co_filename, frame.f_lineno)
