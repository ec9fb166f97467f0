"""Made-up sequences of bits as tasks for recurrent networks: parity, and a bit to remember."""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .. import data
from ..data.sequences import parity, remembering
from ..layers import Last, Sequential, TimeDistributed
from ..losses import LossFunction, binary_cross_entropy_with_logits
from ..losses.pairing import is_list
from ..module import Module
from ..nn import Layer
from ..no_grad import no_grad
from ..notation import counted
from ..training.epochs import Example
from ..training.run import Run
from .goals import Goal
from .task import Task
from .texts import RECURRENT

TRIED_LENGTH, N_TRIED = 20, 100  # new sequences, on which what was learned is tried


@dataclass(frozen=True, kw_only=True)
class SequencesTask(Task):
    """Sequences, each with a bit to tell at its end or at every time step, and a recurrent network that suits them."""

    what: str  # the bit is
    model: str
    width: int
    new: Sequence[Example]

    @property
    def classes(self) -> tuple[str, ...]:
        """What the bit may be."""
        return ("0", "1")

    def goal(self, loss: LossFunction | None) -> Goal:
        """What an output is to be: the logit of a 1."""
        return Goal(binary_cross_entropy_with_logits, len(self.classes))

    def network(self, goal: Goal, options: argparse.Namespace, rng: random.Random) -> Module:
        """A recurrent network, and a neuron that reads its last state or all of them."""
        (first, *_), target = self.training[0]
        model, width = options.model or self.model, options.width or self.width
        reader = RECURRENT[model](len(first) if is_list(first) else 1, width, rng=rng)
        output = Layer(width, goal.n_outputs, "linear", rng=rng)
        return Sequential(reader, TimeDistributed(output)) if is_list(target) else Sequential(reader, Last(), output)

    def summary(self) -> list[str]:
        """What is read and what is learned, line by line."""
        steps = counted(len(self.training[0][0]), "time step")
        return [f"reads sequences of {steps}", f"learns {self.what}"]

    def metadata(self, goal: Goal) -> dict[str, Any]:
        """What the outputs mean."""
        return {"sequences": self.what, "loss": goal.loss.__name__}

    def results(self, run: Run, options: argparse.Namespace) -> list[str]:
        """How many new sequences are told right in the end."""
        with no_grad():
            right = [(last(run.model(steps)).data > 0) == last(target) for steps, target in self.new].count(True)
        return [f"right about {right} of {counted(len(self.new), 'new sequence')} of {len(self.new[0][0])} time steps"]


def last(x: Any) -> Any:
    """The last of a list; what is none, itself."""
    return x[-1] if is_list(x) else x


def parity_task(options: argparse.Namespace, rng: random.Random) -> Task:
    """Whether the number of ones so far is odd: learned from all strings of 5 bits, tried on longer ones."""
    bits = [[float(rng.randrange(2)) for _ in range(TRIED_LENGTH)] for _ in range(N_TRIED)]
    new = [(string, int(sum(string)) % 2) for string in bits]
    what = "whether the number of ones so far is odd"
    return sequences_task(options, rng, parity(), new=new, what=what, model="rnn", width=8, epochs=200, batch_size=4)


def memory_task(options: argparse.Namespace, rng: random.Random) -> Task:
    """What the marked one of many random bits was."""
    known, new = remembering(rng=rng), remembering(N_TRIED, TRIED_LENGTH, rng=rng)
    what = "what the marked bit was, at the end"
    return sequences_task(options, rng, known, new=new, what=what, model="lstm", width=4, epochs=20, batch_size=10)


def sequences_task(options: argparse.Namespace, rng: random.Random, known: list[Any], **settings: Any) -> Task:
    """The task of some sequences; some are held out if that is asked for.

    Raises: ValueError for a model that is not recurrent.
    """
    if options.model not in (None, *RECURRENT):
        raise ValueError(f"{options.data} is learned by {', '.join(RECURRENT)}, not by {options.model}")
    training, validation = data.split(known, options.validation, rng=rng) if options.validation else (known, [])
    return SequencesTask(
        name=options.data,
        training=training,
        validation=validation,
        learning_rate=0.03,
        clip_norm=1.0,
        **settings,
    )
