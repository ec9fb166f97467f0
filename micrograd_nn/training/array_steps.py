"""A model's parameters in an array, and the programs that take steps there and measure what they came to."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, repeat
from math import isclose, isfinite
from typing import Any

from ..no_grad import no_grad
from ..optim.optimizer import Optimizer
from ..programs.backends import Backend
from ..programs.compiling import backend_for
from ..programs.runs import Numbers
from .array_measures import Measures
from .array_norm import Norm
from .array_rules import NONE, TOLERANCE, ArrayRule, LoopRule, ProgramRule, array_rule, close, shortening, zeros
from .common_graph import common_listing, loss_alone, loss_and_output, record, slopes_of
from .decisions import depth, positions
from .descent import Batch, slopes
from .epochs import Epoch, Example
from .example_rows import NotOneGraphError, rows_of, with_probabilities
from .run import Run

OTHER_BRANCH = "an example takes another branch than the one that was recorded"
CHANGED = "the first example has another loss: something that is no parameter has changed since it was recorded"
LOSSES_DIFFER = "the losses differ: something is computed outside of the graph, such as a choice by =="


class ArraySteps:
    """The parameters of a run's model as an array of weights, those that the optimizer changes first.

    Raises: NotOneGraphError, with the reason, where no program serves all examples.
    """

    def __init__(self, run: Run) -> None:
        self.settings, self.generators = settings(run), run.generators()
        trained, all_parameters = run.optimizer.parameters, run.model.parameters()
        self.parameters = list(dict.fromkeys([*trained, *all_parameters]))
        places = {p: i for i, p in enumerate(self.parameters)}
        self.order = [places[p] for p in all_parameters] if all_parameters != self.parameters else []
        self.gradients = zeros(len(trained) + 1)  # and the loss, behind them
        self.norm = Norm(len(trained))
        self.rule: ArrayRule = array_rule(run.optimizer, run.clip_norm)
        self.make_programs(run)
        self.load()

    def make_programs(self, run: Run) -> None:
        """Record an example, and look whether another has the same graph; then turn all of them into rows."""
        if any(run.model.named_buffers()):
            raise NotOneGraphError("the model has buffers, which its steps change")
        with no_grad():
            output = run.model.eval()(run.examples[0][0])
        examples = [with_probabilities(e, run.loss, output) for e in (*run.examples, *run.validation)]
        rows, n = rows_of(examples), len(run.examples)
        self.backend, measuring = self.backends(run, [(examples[i], rows[i]) for i in dict.fromkeys((0, n - 1))])
        self.rows, self.all_rows = [row.tobytes() for row in rows[:n]], array("d", chain.from_iterable(rows[:n]))
        self.n_targets = len(positions(output, depth(output)))
        self.training = Measures(measuring, rows[:n], run.examples, output, run.decision)
        self.validation = Measures(measuring, rows[n:], run.validation, output, run.decision)

    def backends(self, run: Run, some: Sequence[tuple[Example, Numbers]]) -> tuple[Backend, Backend]:
        """What computes the slopes of a step, in the mode for training; and the measures, in the mode for use."""
        with nothing_drawn(self.generators):
            graphs = [record(run.model.train(), run.loss, *example, self.parameters) for example in some]
        steps = common_listing(graphs, self.parameters, slopes_of(run.optimizer.parameters, run.l1, run.l2))
        graphs = [record(run.model.eval(), run.loss, *example, self.parameters) for example in some]
        measures = common_listing(graphs, self.parameters, loss_and_output if run.decision else loss_alone)
        return backend_for(steps, None)[0], backend_for(measures, None)[0]

    @property
    def weights(self) -> Numbers:
        """The parameters as they are."""
        return self.rule.weights

    def load(self) -> None:
        """Take what the Values hold, and what the optimizer remembers."""
        self.rule.load(array("d", [p._data for p in self.parameters]))  # p.data takes four times as long

    def store(self) -> None:
        """Give both back."""
        any(map(setattr, self.parameters, repeat("_data"), self.weights))
        self.rule.store()

    def learned(self) -> list[float]:
        """The weights in the model's order."""
        return list(map(self.weights.__getitem__, self.order)) if self.order else self.weights.tolist()

    def fits(self, run: Run) -> bool:
        """Whether the run is still what the programs were made of."""
        return self.settings == settings(run) and self.rule.fits()

    def step(self, batch: Batch) -> tuple[float, float, int]:
        """A step: the mean loss comes back, the norm of the gradient, and how many targets there were.

        Raises: ArithmeticError or ValueError where something is not defined; then nothing has changed.
        """
        loss, norm = self.slopes(batch)
        self.rule.apply(self.gradients, norm)
        return loss, norm, self.n_targets * len(batch)

    def slopes(self, batch: Batch) -> tuple[float, float]:
        """Compute the gradient of the mean loss and the penalties; the mean loss comes back, and the norm."""
        n = len(batch)
        rows = self.all_rows if n == len(self.rows) else array("d", b"".join([self.rows[i - 1] for i, _ in batch]))
        if n > 1:
            failed = self.backend.lanes(self.weights, rows, n, NONE, self.gradients)
        else:  # one example alone takes a third of the time, or a fifth
            failed = self.backend.whole(self.weights, rows, NONE, self.gradients)
        if failed:
            raise ArithmeticError("a loss or a slope is not defined")
        norm = self.norm(self.gradients)
        if not isfinite(norm):
            raise OverflowError("the gradient is too long")
        return self.gradients[-1], norm

    def give_gradients(self, optimizer: Optimizer, norm: float, clip_norm: float | None) -> None:
        """Let the Values have the gradients of the last step, as an optimizer's step leaves them."""
        divisor, limit = shortening(norm, clip_norm)
        gradients = self.gradients if divisor == limit else [g / divisor * limit for g in self.gradients]
        any(map(setattr, optimizer.parameters, repeat("grad"), gradients))

    def check_measures(self, known: Epoch) -> None:
        """Hold the losses of all examples against what is known of them.

        Raises: NotOneGraphError where one differs.
        """
        for measures, loss in ((self.training, known.loss), (self.validation, known.validation_loss)):
            try:
                same = loss is None or close(measures(self.weights)[0], loss)
            except ArithmeticError:
                raise NotOneGraphError(OTHER_BRANCH) from None
            if not same:
                raise NotOneGraphError(LOSSES_DIFFER)

    def check_first(self, run: Run) -> None:
        """Hold the loss of the first example against the engine's.

        Raises: NotOneGraphError where it differs.
        """
        self.load()
        x, target = run.examples[0]
        try:
            self.training(self.weights)
            with no_grad():
                loss = run.loss(run.model.eval()(x), target).data
        except (ArithmeticError, ValueError):
            return  # the epoch itself will say what is not defined
        if not close(self.training.results[0], loss):
            raise NotOneGraphError(CHANGED)

    def verify(self, run: Run, batch: Batch) -> None:
        """Hold a step on a batch against one on the graph of Values; where only the rule differs, follow it in a loop.

        Raises: NotOneGraphError where the loss or a gradient differs, and what the graph itself raises.
        """
        _, loss = slopes(run.model.train(), batch, run.loss, run.optimizer, run.l1, run.l2)
        wanted = [*[p.grad or 0.0 for p in run.optimizer.parameters], loss]
        run.optimizer.zero_grad()
        try:
            _, norm = self.slopes(batch)
        except OverflowError as error:
            raise NotOneGraphError(str(error)) from None
        except ArithmeticError:
            raise NotOneGraphError(OTHER_BRANCH) from None
        tolerance = TOLERANCE * max(1.0, norm)
        if not all(isclose(x, y, rel_tol=TOLERANCE, abs_tol=tolerance) for x, y in zip(self.gradients, wanted)):
            raise NotOneGraphError("its first step differs: something is computed outside of the graph")
        if isinstance(self.rule, ProgramRule) and not self.rule.agrees(self.gradients, norm):
            self.rule = LoopRule(run.optimizer, run.clip_norm)
            self.load()


def settings(run: Run) -> tuple[Any, ...]:
    """What programs are made of: after a change of it, they are made anew."""
    lists: tuple[list[Any], ...] = run.examples, run.validation, run.optimizer.parameters
    made_of = run.model, run.loss, run.optimizer, run.l1, run.l2, run.clip_norm, run.decision
    return *made_of, *map(id, lists), *map(len, lists)


@contextmanager
def nothing_drawn(generators: Sequence[random.Random]) -> Iterator[None]:
    """A context in which nothing may be drawn at random; the generators, and Python's own, are as before after it.

    Raises: NotOneGraphError where something was.
    """
    sources: list[Any] = [*generators, random]
    before = [rng.getstate() for rng in sources]
    try:
        yield
        if [rng.getstate() for rng in sources] != before:
            raise NotOneGraphError("random numbers are drawn anew for every example, as dropout draws them")
    finally:
        for rng, state in zip(sources, before):
            rng.setstate(state)
