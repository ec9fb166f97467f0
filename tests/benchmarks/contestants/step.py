"""Step: what every contestant is, once it stands at the start of a task."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass
class Step:
    """What takes a step of training and answers with the loss before it, and the parameters as they are now."""

    take: Callable[[], float]
    parameters: Callable[[], Iterable[float]] = tuple
