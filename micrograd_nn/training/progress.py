"""progress: shows people how far a training run is, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import IO

from ..names import number
from .epochs import Epoch, Update, ignore
from .run import Run

LINES = 10  # where there is no terminal, about so many
SOON, LONG = 1.0, 10.0  # seconds after which a bar, and lines, show what the steps have come to


class Pace:
    """What the steps of an epoch have come to so far: their mean loss, and how many tokens a second were learned from.

    >>> pace = Pace()
    >>> for i, loss in enumerate([3.0, 2.0], start=1):
    ...     pace.add(Update(i, loss, gradient_norm=1.0, n_targets=7, n_examples=1, seconds=0.02))
    >>> print(pace)
    loss 2.5  350 tokens per second
    """

    def __init__(self) -> None:
        self.n_targets = self.n_examples = 0
        self.loss = self.seconds = self.unseen = 0.0  # `unseen` is the seconds since something was shown

    def add(self, step: Update) -> None:
        """Take a step into account; the first one of an epoch begins anew."""
        if step.number == 1:
            self.n_targets, self.n_examples, self.loss, self.seconds = 0, 0, 0.0, 0.0
        self.n_targets += step.n_targets
        self.n_examples += step.n_examples
        self.loss += (step.loss - self.loss) / step.number
        self.seconds += step.seconds
        self.unseen += step.seconds

    @property
    def speed(self) -> str:
        """How many tokens were learned from in a second; empty where examples are no sequences of them."""
        sequences = self.n_targets > self.n_examples and self.seconds > 0
        return f"  {self.n_targets / self.seconds:.0f} tokens per second" if sequences else ""

    def __str__(self) -> str:
        return f"loss {number(self.loss)}{self.speed}"


def progress(run: Run, stream: IO[str] | None = None) -> Iterator[Epoch]:
    """The epochs of a run, shown as they pass: as a bar on a terminal, if tqdm is installed; else as ten lines.

    >>> import sys
    >>> from micrograd_nn import MLP, data, train
    >>> for epoch in progress(train(MLP(2, [4, 1], seed=1), data.xor(), epochs=2), stream=sys.stdout):
    ...     pass                                                             # doctest: +ELLIPSIS
    epoch 1  loss ...  accuracy ... %
    epoch 2  loss ...  accuracy ... %

    Where an epoch takes long, its steps are shown as well.
    """
    stream = stream or sys.stderr
    if stream is None or stream.closed:  # there is no stderr under pythonw
        return run
    return bar(run, stream) if stream.isatty() and find_spec("tqdm") else lines(run, stream)


@contextmanager
def watched(run: Run, on_step: Callable[[Update], None]) -> Iterator[None]:
    """A context in which a function is told of every step of a run."""
    run.on_step = on_step
    try:
        yield
    finally:
        run.on_step = ignore


def lines(run: Run, stream: IO[str]) -> Iterator[Epoch]:
    """The epochs, with a line for every tenth part of them and for the last; within long ones, every ten seconds."""
    pace, n = Pace(), run.steps_per_epoch

    def stepped(step: Update) -> None:
        pace.add(step)
        if pace.unseen > LONG and step.number < n:
            say(f"epoch {len(run.history)}, step {step.number} of {n}  {pace}")

    def say(text: str) -> None:
        print(text, file=stream, flush=True)
        pace.unseen = 0.0

    with watched(run, stepped):
        for epoch in run:
            if epoch.number * LINES // run.epochs > (epoch.number - 1) * LINES // run.epochs or run.over:
                say(f"{epoch}{pace.speed}")
            yield epoch


def bar(run: Run, stream: IO[str]) -> Iterator[Epoch]:
    """The epochs, with a bar that fills step by step."""
    from tqdm import tqdm

    pace, n = Pace(), run.steps_per_epoch
    sizes = {"total": run.epochs * n, "initial": run.history[-1].number * n, "unit": " epochs" if n == 1 else " steps"}

    def stepped(step: Update) -> None:
        pace.add(step)
        if step.number < n:  # the last one is shown with what the epoch came to
            if pace.unseen > SOON:
                shown.set_postfix_str(f"epoch {len(run.history)}  {pace}", refresh=False)
            shown.update()

    with tqdm(**sizes, file=stream, dynamic_ncols=True, leave=False) as shown, watched(run, stepped):
        for epoch in run:
            shown.set_postfix_str(str(epoch).partition("  ")[2] + pace.speed, refresh=False)
            shown.update()
            pace.unseen = 0.0
            yield epoch
