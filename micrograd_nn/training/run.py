"""A training run: gradient descent on a model's parameters, one epoch at a time.

An epoch is one pass over the training examples, in batches; a step is one update, on one batch: forward, the mean of
the examples' losses, backward, and the optimizer's rule.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import InitVar, dataclass, field
from math import ceil, fsum
from time import perf_counter
from typing import Any

from ..collector import collector_paused
from ..data import batches, shuffled
from ..losses import LossFunction
from ..optim.optimizer import Optimizer
from .decisions import Decision
from .descent import descend
from .epochs import Epoch, Example, Update, ignore, measured, score
from .snapshots import Snapshots


class DivergenceError(ArithmeticError):
    """Training left the range of numbers: in which epoch, at which example, and what to try."""


@dataclass(eq=False, repr=False)
class Run(Iterator[Epoch]):
    """A training run: iterating over it trains, and gives an Epoch for each pass over the examples.

    If an epoch fails, or Ctrl-C comes, everything is as the last whole epoch left it.

    >>> from micrograd_nn import MLP, data, train
    >>> run = train(MLP(2, [8, 1], seed=1), data.xor())
    >>> first = next(run)
    >>> len(run.history), run.finish().over, len(run.history)
    (2, True, 101)
    """

    model: Any
    examples: list[Example]  # an error's `example 1` is the first of these
    validation: list[Example]
    loss: LossFunction
    optimizer: Optimizer
    epochs: int
    batch_size: int | None
    l1: float
    l2: float
    clip_norm: float | None
    patience: int | None
    decision: Decision | None  # how outputs are read as classes
    rng: random.Random  # shuffles the examples
    untrained: InitVar[Epoch]  # what the model comes to before training

    history: list[Epoch] = field(default_factory=list)  # what was measured so far, the model before training first
    snapshots: Snapshots = field(default_factory=Snapshots)  # parameters as they were
    parameters: list[float] = field(default_factory=list)  # as the last epoch left them, and buffers after them
    best: int = 0  # the number of the epoch with the lowest validation loss; without validation, with the lowest loss
    best_parameters: list[float] = field(default_factory=list)
    on_step: Callable[[Update], None] = ignore  # is told of every update
    compiled: str = "no"  # what runs the steps: "C" or "Python", where they are compiled; else "no", or "no: " and why

    def __post_init__(self, untrained: Epoch) -> None:
        self.add(untrained)

    def __next__(self) -> Epoch:
        if self.over:
            raise StopIteration
        before, done = self.state(), len(self.history)
        try:
            self.add(self.one_epoch())
        except BaseException:
            del self.history[done:]
            self.load_state(before)
            raise
        return self.history[-1]

    def finish(self) -> Run:
        """Itself, trained to the end."""
        for _ in self:
            pass
        return self

    @property
    def over(self) -> bool:
        """Whether all epochs are done, or none was better than the best for as many as `patience` says."""
        done = self.history[-1].number
        return done >= self.epochs or (self.patience is not None and done - self.best >= self.patience)

    def one_epoch(self) -> Epoch:
        """Train on every example once, and measure what that came to."""
        start, rate = perf_counter(), self.optimizer.learning_rate
        try:
            norms = self.one_pass()
            return self.measure(rate, fsum(norms) / len(norms), start)
        except (ArithmeticError, ValueError) as error:
            advice = f"a learning rate below {rate:g}, clip_norm=1, or inputs scaled to about -1 to 1"
            raise DivergenceError(f"training diverged in epoch {len(self.history)}: {error}; try {advice}") from error

    def one_pass(self) -> list[float]:
        """Take a step on every batch; the norms of the gradients come back."""
        self.model.train()
        norms = self.steps()
        self.optimizer.zero_grad()  # whoever looks at the model next begins afresh
        return norms

    def steps(self) -> list[float]:
        """A step on every batch, in the mode that the model is in."""
        return [self.step(i, batch).gradient_norm for i, batch in enumerate(self.batches(), start=1)]

    def batches(self) -> Iterator[list[tuple[int, Example]]]:
        """The numbered examples in batches; shuffled, unless they all make one batch."""
        numbered = list(enumerate(self.examples, start=1))
        if self.batch_size is None or self.batch_size == len(numbered):
            return iter([numbered])
        return batches(shuffled(numbered, rng=self.rng), self.batch_size)

    @property
    def steps_per_epoch(self) -> int:
        """How many batches the examples make."""
        return 1 if self.batch_size is None else ceil(len(self.examples) / self.batch_size)

    def step(self, number: int, batch: list[tuple[int, Example]]) -> Update:
        """Update the parameters once."""
        start = perf_counter()
        with collector_paused():  # on the moons an eighth less time, with expand=True a quarter
            measures = self.update(batch)  # a call, so that its graph is gone before the collector runs again
        step = Update(number, *measures, len(batch), perf_counter() - start)
        self.on_step(step)
        return step

    def update(self, batch: list[tuple[int, Example]]) -> tuple[float, float, int]:
        """A step on a batch: its mean loss comes back, the norm of the gradient, and how many targets there were."""
        return descend(self.model, batch, self.loss, self.optimizer, self.l1, self.l2, self.clip_norm)

    def measure(self, rate: float, norm: float, start: float) -> Epoch:
        """The Epoch that has just been done."""
        loss, accuracy = self.measured(self.examples)
        held_out = self.measured(self.validation, "validation example") if self.validation else (None, None)
        return Epoch(len(self.history), loss, accuracy, held_out[0], held_out[1], rate, norm, perf_counter() - start)

    def measured(self, examples: list[Example], kind_of_example: str = "example") -> tuple[float, float | None]:
        """The mean loss on some examples, and the accuracy."""
        return measured(self.model, examples, self.loss, self.decision, kind_of_example)

    def learned(self) -> list[float]:
        """All that training changes, as it is now."""
        return self.model.learned()

    def add(self, epoch: Epoch) -> None:
        """Note what the epoch came to; when the run is over for lack of patience, go back to its best epoch."""
        self.parameters = self.learned()
        self.snapshots.take(epoch.number, self.parameters)
        if not self.history or score(epoch) < score(self.history[self.best]):
            self.best, self.best_parameters = epoch.number, self.parameters
        self.history.append(epoch)
        if self.over and self.patience is not None:
            self.model.set_learned(self.best_parameters)

    def state(self) -> dict[str, Any]:
        """All that the next epoch depends on beside the history, as lists and numbers that JSON can hold."""
        return {
            "parameters": self.parameters,
            "best_parameters": self.best_parameters,
            "optimizer": self.optimizer.state(),
            "generators": [rng.getstate() for rng in self.generators()],
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Go back to where `state()` was taken; the history is what it was then."""
        self.parameters, self.best_parameters = state["parameters"], state["best_parameters"]
        self.best = min(self.history, key=score).number
        self.model.set_learned(self.best_parameters if self.over and self.patience is not None else self.parameters)
        self.optimizer.load_state(state["optimizer"])
        for rng, (version, words, gauss) in zip(self.generators(), state["generators"]):
            rng.setstate((version, tuple(words), gauss))
        self.model.eval()

    def generators(self) -> list[random.Random]:
        """Every generator that the run draws from: its own, and those of dropout."""
        inside = [part for module in self.model.modules() for part in vars(module).values()]
        return list(dict.fromkeys([self.rng, *[part for part in inside if isinstance(part, random.Random)]]))

    def __repr__(self) -> str:
        return f"<Run: {self.model}, {self.history[-1]}, of {self.epochs}>"
