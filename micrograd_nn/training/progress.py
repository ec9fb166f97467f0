"""progress: shows people how far a training run is, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import IO

from .epochs import Epoch
from .run import Run

LINES = 10  # where there is no terminal, about so many


def progress(run: Run, stream: IO[str] | None = None) -> Iterator[Epoch]:
    """The epochs of a run, shown as they pass: as a bar on a terminal, if tqdm is installed; else as ten lines.

    >>> import sys
    >>> from micrograd_nn import MLP, data, train
    >>> for epoch in progress(train(MLP(2, [4, 1], seed=1), data.xor(), epochs=2), stream=sys.stdout):
    ...     pass                                                             # doctest: +ELLIPSIS
    epoch 1  loss ...  accuracy ... %
    epoch 2  loss ...  accuracy ... %
    """
    stream = stream or sys.stderr
    if stream is None or stream.closed:  # there is no stderr under pythonw
        return run
    return bar(run, stream) if stream.isatty() and find_spec("tqdm") else lines(run, stream)


def lines(run: Run, stream: IO[str]) -> Iterator[Epoch]:
    """The epochs, with a line for every tenth part of them and for the last."""
    for epoch in run:
        if epoch.number * LINES // run.epochs > (epoch.number - 1) * LINES // run.epochs or run.over:
            print(epoch, file=stream, flush=True)
        yield epoch


def bar(run: Run, stream: IO[str]) -> Iterator[Epoch]:
    """The epochs, with a bar that fills."""
    from tqdm import tqdm

    first = run.history[-1].number
    with tqdm(total=run.epochs, initial=first, file=stream, unit=" epochs", dynamic_ncols=True, leave=False) as shown:
        for epoch in run:
            shown.set_postfix_str(str(epoch).partition("  ")[2], refresh=False)
            shown.update()
            yield epoch
