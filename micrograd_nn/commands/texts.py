"""Names in a text file as a task for networks that guess the next character."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

from .. import data
from ..data.sheet import shown
from ..language import NAMES_PATH, Vocabulary, examples, read_names, samples
from ..layers import GPT, GRU, LSTM, RNN, Embedding, Sequential, TimeDistributed
from ..losses import LossFunction, cross_entropy
from ..module import Module
from ..nn import Layer
from ..notation import counted
from ..optim import LinearDecay
from ..quoting import visible
from ..section import Section
from ..training.run import Run
from .goals import Goal
from .task import Task

RECURRENT: dict[str, Callable[..., Module]] = {"rnn": RNN, "gru": GRU, "lstm": LSTM}
MODELS = ("gpt", *RECURRENT)
WIDTH = 16
SAMPLES = 10
EPOCHS, BATCH_SIZE = 5, 1
POSITIONS = 16  # or as many as the longest name needs
OF_GPT = ("heads", "blocks", "positions")


@dataclass(frozen=True, kw_only=True)
class NamesTask(Task):
    """Names as tokens, and a network that says after each of them what may come next."""

    vocabulary: Vocabulary
    n_positions: int
    n_names: int
    n_steps: int  # in the course of which the learning rate falls to 0

    @property
    def classes(self) -> tuple[str, ...]:
        """What may come next: the end of the name, or a character."""
        return ("end", *self.vocabulary.characters)

    def goal(self, loss: LossFunction | None) -> Goal:
        """What the outputs are to be: logits, one for each token."""
        return Goal(cross_entropy, len(self.vocabulary))

    def network(self, goal: Goal, options: argparse.Namespace, rng: random.Random) -> Module:
        """A GPT, or a recurrent network between an embedding and a layer."""
        n, width = len(self.vocabulary), options.width or WIDTH
        if options.model in RECURRENT:
            output = TimeDistributed(Layer(width, n, "linear", rng=rng))
            return Sequential(Embedding(n, width, rng=rng), RECURRENT[options.model](width, width, rng=rng), output)
        return GPT(n, width, options.heads or 4, options.blocks or 1, self.n_positions, rng=rng)

    def schedule(self, rate: Any, options: argparse.Namespace) -> LinearDecay:
        """A learning rate that falls to 0 in the course of the run."""
        return LinearDecay(rate, self.n_steps)

    def summary(self) -> list[str]:
        """What is read and what is learned, line by line."""
        characters = counted(len(self.vocabulary.characters), "different character")
        return [f"reads {counted(self.n_names, 'name')} of {characters}", "learns which character comes next"]

    def metadata(self, goal: Goal) -> dict[str, Any]:
        """What the tokens stand for, and how many positions and steps there are."""
        return {"vocabulary": self.vocabulary.characters, "positions": self.n_positions, "steps": self.n_steps}

    def difference(self, saved: Section) -> str:
        """That other characters were learned, or in another number of steps."""
        known, here = saved.fields.get("vocabulary"), self.vocabulary.characters
        if isinstance(known, str) and known != here:
            learned = f"learned from {counted(len(known), 'character')}, {shown(known)}"
            return f"{learned}, and {self.name} has {len(here)}, {shown(here)}"
        n = saved.fields.get("steps", self.n_steps)
        same = "--resume needs the names, --epochs, --batch-size, --examples and --validation of then"
        return "" if n == self.n_steps else f"its learning rate falls to 0 in {n} steps, not {self.n_steps}: {same}"

    def advice_on_length(self) -> str:
        """What to do about long epochs."""
        return "; --examples N learns from N of the names"

    def results(self, run: Run, options: argparse.Namespace) -> list[str]:
        """New names."""
        n, temperature, most = options.samples or SAMPLES, options.temperature or 1.0, self.n_positions
        return list(map(visible, samples(run.model, self.vocabulary, n, temperature, seed=options.seed, most=most)))


def names_task(options: argparse.Namespace, rng: random.Random) -> Task:
    """The task of a file of names, or of those that come with the package; some are held out if that is asked for."""
    names = some(read_names(NAMES_PATH if options.data == "names" else options.data), options.examples, rng)
    vocabulary = Vocabulary.of(names)
    n_positions = options.positions or max(POSITIONS, max(map(len, names)) + 1)
    known = examples(names, vocabulary, n_positions)
    training, validation = data.split(known, options.validation, rng=rng) if options.validation else (known, [])
    steps_per_epoch = ceil(len(training) / (options.batch_size or BATCH_SIZE))
    return NamesTask(
        name=options.data,
        training=training,
        validation=validation,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        learning_rate=0.01,
        vocabulary=vocabulary,
        n_positions=n_positions,
        n_names=len(names),
        n_steps=max(1, (options.epochs or EPOCHS) * steps_per_epoch),  # a size below 1 is refused by what it is of
    )


def some(names: list[str], n: int | None, rng: random.Random) -> list[str]:
    """So many of the names, drawn at random and in their order; None is all.

    Raises: ValueError where there are not so many.
    """
    if n is None:
        return names
    if n > len(names):
        raise ValueError(f"--examples {n} asks for more names than there are, {len(names)}")
    return [names[i] for i in sorted(rng.sample(range(len(names)), n))]
