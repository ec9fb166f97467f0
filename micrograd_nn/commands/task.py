"""A task of the command line: what there is to learn, a network that suits it, and what is said of both."""

from __future__ import annotations

import argparse
import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..losses import LossFunction
from ..module import Module
from ..optim import OPTIMIZERS
from ..optim.optimizer import Optimizer
from ..report import Report, report
from ..section import Section
from ..training.epochs import Example
from ..training.run import Run
from .goals import Goal, usual_loss


@dataclass(frozen=True, kw_only=True)
class Task(ABC):
    """Examples to learn from and to measure on, and how long that usually takes; its kinds stand in files beside."""

    name: str
    training: Sequence[Example]
    validation: Sequence[Example]
    epochs: int = 100
    batch_size: int | None = None  # all examples make one step
    learning_rate: float | None = None  # as the optimizer has it
    clip_norm: float | None = None

    @property
    @abstractmethod
    def classes(self) -> tuple[str, ...] | None:
        """The names of the classes; None where a number is to be learned."""

    @property
    def title(self) -> str:
        """What is learned."""
        return self.name

    def goal(self, loss: LossFunction | None) -> Goal:
        """What the outputs are to be, for a loss that was asked for or the usual one."""
        n_classes = len(self.classes or ())
        return Goal(loss or usual_loss(n_classes), n_classes)

    @abstractmethod
    def network(self, goal: Goal, options: argparse.Namespace, rng: random.Random) -> Module:
        """A new network for the task."""

    def optimizer(self, model: Module, options: argparse.Namespace) -> Optimizer:
        """The optimizer that was asked for, with the settings that were."""
        rate = self.learning_rate if options.learning_rate is None else options.learning_rate
        asked = {"learning_rate": self.schedule(rate, options), "weight_decay": options.weight_decay}
        settings = {name: setting for name, setting in asked.items() if setting is not None}
        return OPTIMIZERS[options.optimizer](model.parameters(), **settings)

    def schedule(self, rate: Any, options: argparse.Namespace) -> Any:
        """The learning rate, or how it changes from step to step."""
        return rate

    @abstractmethod
    def summary(self) -> list[str]:
        """What is read and what is learned, line by line."""

    @abstractmethod
    def metadata(self, goal: Goal) -> dict[str, Any]:
        """What is to be known of the network later, beside its numbers."""

    def difference(self, saved: Section) -> str:
        """Why a run that was saved with these metadata cannot go on, if the run itself does not say it better."""
        return ""

    def advice_on_length(self) -> str:
        """What to do about long epochs."""
        return ""

    def results(self, run: Run, options: argparse.Namespace) -> list[str]:
        """What came of it beside losses and accuracy, line by line."""
        return []

    def page(self, run: Run) -> Report:
        """The report of how it is learned."""
        return report(run, title=self.title)
