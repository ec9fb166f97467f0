"""CompiledRun: a training run whose steps are taken, and whose epochs are measured, by programs on arrays.

The Values follow at the end of every epoch, and after a step that someone is told of. Where a program says that
something is not defined, the step is taken on Values: that raises what is wrong, and at which example.
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from warnings import warn_explicit

from ..sources import calling_line
from .array_steps import ArraySteps
from .epochs import Epoch, Example, ignore
from .example_rows import NotOneGraphError
from .run import Run


@dataclass(eq=False, repr=False)
class CompiledRun(Run):
    """A training run that is compiled, as far as the examples have one graph in common: `compiled` says what runs it.

    >>> from micrograd_nn import MLP, data, train
    >>> run = train(MLP(2, [8, 1], seed=1), data.xor(), compiled=True)
    >>> run.finish().history[-1].accuracy, run.compiled in ("C", "Python")
    (1.0, True)
    """

    arrays: ArraySteps | None = None  # once it was compiled, and where it could be
    verified: bool = False  # whether a step was held against one on Values

    def compile(self, known: Epoch) -> Self:
        """Itself, with programs that give the losses that are known, or with a note why there are none."""
        try:
            arrays = ArraySteps(self)
            arrays.check_measures(known)
            self.arrays, self.verified, self.compiled = arrays, False, arrays.backend.name
        except NotOneGraphError as error:
            self.go_on_uncompiled(error)
        finally:
            self.model.eval()
        return self

    def go_on_uncompiled(self, reason: Exception) -> None:
        """Take all steps on Values from now on, and say why, beside the line of the program that trains."""
        self.arrays, self.compiled = None, f"no: {reason}"
        warn_explicit(f"training is not compiled: {reason}", UserWarning, *calling_line())

    def one_pass(self) -> list[float]:
        """Take a step on every batch; the norms of the gradients come back."""
        self.look_again()
        if self.on_step is ignore:  # else every step begins with it
            self.prepare()
        if not self.arrays:
            return super().one_pass()
        norms = self.steps()
        if self.arrays:
            self.arrays.store()
        self.optimizer.zero_grad()
        if self.model.training:
            self.model.eval()
        return norms

    def look_again(self) -> None:
        """Before the second epoch and every tenth, which is cheap, look whether anything else has changed."""
        epoch = len(self.history)
        if self.arrays and (epoch == 2 or epoch % 10 == 0) and self.arrays.fits(self):
            try:
                self.arrays.check_first(self)
            except NotOneGraphError as error:
                self.go_on_uncompiled(error)

    def prepare(self) -> None:
        """Take what the Values hold; where the run is no longer what was compiled, compile it anew."""
        if self.arrays and not self.arrays.fits(self):
            self.compile(self.known())
        if self.arrays:
            self.arrays.load()
            self.verify()
        if not self.arrays:
            self.model.train()

    def known(self) -> Epoch:
        """The losses of the model as it is, measured on Values."""
        loss, accuracy = super().measured(self.examples)
        others = super().measured(self.validation, "validation example") if self.validation else ()
        return Epoch(0, loss, accuracy, *others)

    def verify(self) -> None:
        """Hold the first step against one on Values, once; drawing its batch beforehand changes nothing."""
        if self.verified or not self.arrays:
            return
        state = self.rng.getstate()
        batch = next(self.batches())
        self.rng.setstate(state)
        try:
            self.arrays.verify(self, batch)
            self.verified = True
        except NotOneGraphError as error:
            self.go_on_uncompiled(error)
        finally:
            self.model.eval()

    def update(self, batch: list[tuple[int, Example]]) -> tuple[float, float, int]:
        """A step on a batch: its mean loss comes back, the norm of the gradient, and how many targets there were."""
        watched = self.on_step is not ignore
        if watched and self.arrays:
            self.prepare()
        if not self.arrays:
            return super().update(batch)
        try:
            done = self.arrays.step(batch)
        except (ArithmeticError, ValueError):
            return self.on_values(self.arrays, batch)
        if watched:
            self.arrays.store()
            self.arrays.give_gradients(self.optimizer, done[1], self.clip_norm)
        return done

    def on_values(self, arrays: ArraySteps, batch: list[tuple[int, Example]]) -> tuple[float, float, int]:
        """The step that a program could not take."""
        arrays.store()
        self.model.train()
        done = super().update(batch)
        self.model.eval()
        arrays.load()
        return done

    def measured(self, examples: list[Example], kind_of_example: str = "example") -> tuple[float, float | None]:
        """The mean loss on some examples, and the accuracy."""
        if self.arrays:
            measures = self.arrays.validation if examples is self.validation else self.arrays.training
            with suppress(ArithmeticError):
                return measures(self.arrays.weights)
        return super().measured(examples, kind_of_example)

    def learned(self) -> list[float]:
        """All that training changes, as it is now."""
        return self.arrays.learned() if self.arrays else super().learned()

    def generators(self) -> list[random.Random]:
        """Every generator that the run draws from: its own, and those of dropout."""
        return self.arrays.generators if self.arrays else super().generators()
