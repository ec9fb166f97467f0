"""A training run as a part of its model's document, so that a run that was killed goes on bit for bit."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import fields
from hashlib import sha256
from typing import Any

from ..document import Section
from ..training.epochs import Epoch, Example
from ..training.run import Run
from ..training.snapshots import Snapshots

MEASURES = [field.name for field in fields(Epoch) if field.name != "number"]
ALWAYS = ("loss", "learning_rate", "gradient_norm", "seconds")  # measures that every epoch has
STATE_WORDS = 625  # of Python's generator, the Mersenne Twister: 624 words, and the place of the next


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
        **{name: getattr(run, name) for name in ("batch_size", "l1", "l2", "clip_norm", "patience")},
        "examples": digest(run.examples),
        "validation": digest(run.validation),
    }


def digest(examples: Sequence[Example]) -> str:
    """A short text that differs where examples do."""
    plain = [([number(x) for x in inputs], number(target)) for inputs, target in examples]
    return sha256(repr(plain).encode()).hexdigest()[:16]


def number(x: Any) -> Any:
    """The number itself, of a Value its data, of a list a list of them."""
    return [number(part) for part in x] if isinstance(x, Sequence) else float(getattr(x, "data", x))


def generator_document(rng: random.Random) -> dict[str, Any]:
    """The state of a generator."""
    _, words, gauss = rng.getstate()
    return {"words": list(words), "gauss": gauss}


def continue_from(document: Section, run: Run) -> None:
    """Take a run to where a document says that it was.

    Raises: ModelFileError where the document is not what it should be, or is of another run; then nothing has changed.
    """
    training = document.section("training")
    check_same(training, run)
    n = len(run.parameters)
    history = epochs_from(training.section("history"))
    best = training.whole("best")
    if best >= len(history):
        training.fail(f"'best' must be one of {len(history)} epochs, not {best}")
    state = {
        "parameters": training.numbers("parameters", n),
        "best": best,
        "best_parameters": training.numbers("best_parameters", n),
        "optimizer": training.take("optimizer", dict, "an object"),
        "generators": generators_from(training, len(run.generators())),
    }
    training.done()
    before, had = run.state(), run.history
    run.history = history
    try:
        run.load_state(state)
    except (ValueError, TypeError) as error:
        run.history = had
        run.load_state(before)
        training.fail(str(error))
    run.snapshots = Snapshots()
    run.snapshots.take(history[-1].number, run.parameters)


def check_same(training: Section, run: Run) -> None:
    """Raise unless the run was asked for the same as the one that was saved."""
    saved = training.take("settings", dict, "an object")
    for name, asked in json.loads(json.dumps(settings(run))).items():
        if name not in saved or saved[name] != asked:
            training.fail(f"the run that was saved had {name} {saved.get(name)!r}, and this one has {asked!r}")


def epochs_from(history: Section) -> list[Epoch]:
    """The epochs whose measures a document has, one list for each measure."""
    n = len(history.take("loss", list, "a list of numbers"))
    columns = [history.numbers(name, n) if name in ALWAYS else numbers_or_null(history, name, n) for name in MEASURES]
    history.done()
    if not n:
        history.fail("there is no epoch")
    return [Epoch(i, *row) for i, row in enumerate(zip(*columns))]


def numbers_or_null(history: Section, name: str, n: int) -> list[Any]:
    """A measure that epochs may lack."""
    return history.items(name, (int, float, type(None)), "number", n)


def generators_from(training: Section, n: int) -> list[tuple[int, tuple[int, ...], float | None]]:
    """The states of so many generators, as `random.Random.setstate` takes them."""
    found = []
    for section in training.sections("generators", n):
        words = section.whole_numbers("words", STATE_WORDS)
        gauss = section.take("gauss", (float, type(None)), "a number or null")
        section.done()
        found.append((random.Random.VERSION, tuple(words), gauss))
    return found
