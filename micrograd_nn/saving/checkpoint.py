"""A training run as a part of its model's document, so that a run that was killed goes on bit for bit."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import fields
from hashlib import sha256
from typing import Any

from ..losses.pairing import data_of, is_list
from ..optim import Optimizer
from ..section import SHORT, Section
from ..training.epochs import Epoch, Example
from ..training.run import Run
from ..training.snapshots import Snapshots

OTHERS = {
    "examples": "other examples",
    "validation": "other validation examples",
}
MEASURES = [field.name for field in fields(Epoch) if field.name != "number"]
STATE_WORDS = 624  # of Python's generator, the Mersenne Twister; after them comes the place of the next word


def training_document(run: Run) -> dict[str, Any]:
    """All that the rest of a run depends on, what it was asked for, and what it measured so far."""
    return {
        "settings": settings(run),
        **run.state(),
        "generators": [generator_document(rng) for rng in run.generators()],
        "history": {name: [getattr(epoch, name) for epoch in run.history] for name in MEASURES},
    }


def settings(run: Run) -> dict[str, Any]:
    """What a run was asked for, but for the number of epochs: only a run that was asked for the same can go on."""
    return {
        "loss": getattr(run.loss, "__name__", "a loss of one's own"),
        "optimizer": type(run.optimizer).__name__,
        **run.optimizer.settings(),
        "batch_size": run.batch_size,
        "l1": float(run.l1),
        "l2": float(run.l2),
        "clip_norm": run.clip_norm and float(run.clip_norm),
        "patience": run.patience,
        "examples": digest(run.examples),
        "validation": digest(run.validation),
    }


def digest(examples: Sequence[Example]) -> str:
    """A short text that differs where examples do."""
    numbers = [(plain(inputs), plain(target)) for inputs, target in examples]
    return sha256(repr(numbers).encode()).hexdigest()[:16]


def plain(x: Any) -> Any:
    """The inputs or the target of an example as floats, in lists where they are lists; a text stays one.

    Raises: TypeError for what is none of these.
    """
    if isinstance(x, str):
        return x
    if is_list(x):
        return [plain(part) for part in x]
    try:
        return data_of(x)
    except TypeError:
        made_of = "numbers, texts and lists of them"
        raise TypeError(f"a run is saved whose examples are made of {made_of}, not of {type(x).__name__}") from None


def generator_document(rng: random.Random) -> dict[str, Any]:
    """The state of a generator."""
    _, words, gauss = rng.getstate()
    return {"words": list(words), "gauss": gauss}


def continue_from(document: Section, run: Run) -> None:
    """Take a run to where a document says that it was.

    Raises: ModelFileError where the document is not what it should be, or is of another run; then nothing has changed.
    """
    training = document.section("training")
    check_same(training.section("settings"), run)
    history = epochs_from(training.section("history"), run.history[0])
    state = state_from(training, run)
    training.done()
    before, had = run.state(), run.history
    try:
        run.history = history
        run.load_state(state)
    except BaseException as error:
        run.history = had
        run.load_state(before)
        if isinstance(error, ValueError):
            training.fail(f"optimizer: {error}")
        raise
    run.snapshots = Snapshots()
    run.snapshots.take(history[-1].number, run.parameters)


def check_same(saved: Section, run: Run) -> None:
    """Raise unless the run was asked for the same as the one that was saved."""
    for name, asked in json.loads(json.dumps(settings(run))).items():
        found = saved.take(name, object, "a setting")
        if found != asked or isinstance(found, bool) != isinstance(asked, bool):
            differ = f"{name} {SHORT.repr(found)}, and this one has {SHORT.repr(asked)}"
            saved.fail(f"the run that was saved had {OTHERS.get(name, differ)}")
    saved.done()


def epochs_from(history: Section, first: Epoch) -> list[Epoch]:
    """The epochs whose measures a document has, a list for each measure: null for those that the first one lacks."""
    n = len(history.take("loss", list, "a list of numbers"))
    if not n:
        history.fail("there is no epoch")
    columns = [
        history.items(name, type(None), "null", n) if getattr(first, name) is None else history.numbers(name, n)
        for name in MEASURES
    ]
    history.done()
    return [Epoch(i, *row) for i, row in enumerate(zip(*columns))]


def state_from(training: Section, run: Run) -> dict[str, Any]:
    """The state that a document has, as `Run.load_state` takes it."""
    n = len(run.parameters)
    return {
        "parameters": training.numbers("parameters", n),
        "best_parameters": training.numbers("best_parameters", n),
        "optimizer": optimizer_from(training.section("optimizer"), run.optimizer),
        "generators": [generator_from(part) for part in training.sections("generators", len(run.generators()))],
    }


def optimizer_from(section: Section, optimizer: Optimizer) -> dict[str, Any]:
    """The state of an optimizer, a number for each of its parameters in each memory."""
    memories = {name: section.numbers(name, len(optimizer.parameters)) for name in optimizer.memory_names}
    state = {"steps": section.whole("steps"), **memories}
    section.done()
    return state


def generator_from(section: Section) -> tuple[int, tuple[int, ...], float | None]:
    """The state of a generator, as `random.Random.setstate` takes it."""
    *state, place = section.whole_numbers("words", STATE_WORDS + 1)
    if max(state) >= 2**32 or place > STATE_WORDS:
        section.fail(f"'words' must be {STATE_WORDS} numbers below 2**32, and a place among them")
    gauss = section.take("gauss", (float, type(None)), "a number or null")
    section.done()
    return random.Random.VERSION, (*state, place), gauss
