"""save and load: a model as a JSON file, and back, bit for bit; and a training run that goes on where it was.

The file has the architecture, every parameter and buffer by its path at full precision, and whatever else was to
travel with the model. It is validated before anything is made from it, and nothing in it is ever executed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..document import document_from, read_document
from ..files import write_file
from ..module import Module
from ..section import Section
from ..training.run import Run
from .architecture import architecture_of, check_same
from .checkpoint import continue_from, training_document
from .model_file import check_format, model_document, model_from, numbers_for

PARTS = ("format", "version", "model", "parameters", "buffers", "metadata", "training")


def save(model: Module | Run, path: str | os.PathLike[str], metadata: Mapping[str, Any] | None = None) -> Path:
    """Write a model to a JSON file, or a training run with its model; the path comes back.

    >>> import os, tempfile
    >>> from micrograd_nn import MLP
    >>> path = os.path.join(tempfile.mkdtemp(), "model.json")
    >>> model = MLP(2, [3, 1], seed=1)
    >>> copy = load(save(model, path))
    >>> copy, copy([0.5, -1.0]).data == model([0.5, -1.0]).data
    (MLP(2 -> 3 tanh -> 1 linear, 13 parameters), True)

    `metadata` is what else is to travel with it, for `read_metadata(path)` to give back: names of classes, a scaling.
    A kill at any moment leaves the old file or the new one.

    Raises: ValueError for a parameter that is not finite, two of one name, an activation of one's own, or metadata that
    such a file cannot hold; TypeError for what is no model, a schedule of one's own, or examples of a run that are
    made of other things than numbers, texts and lists; OSError where it cannot be written.
    """
    document = model_document(model.model if isinstance(model, Run) else model)
    if isinstance(model, Run):
        document["training"] = training_document(model)
        as_json("the settings of a run", document["training"]["settings"])
    if not isinstance(metadata, Mapping | None):
        raise ValueError(f"metadata must be what JSON can hold as an object, not {type(metadata).__name__}")
    document["metadata"] = dict(metadata or {})
    content = as_json("metadata", document)
    document_from(content, os.fspath(path))  # what could not be read again is not written
    return write_file(path, content)


def as_json(what: str, document: dict[str, Any]) -> bytes:
    """The document as it stands in a file; `what` is the part of it that may not be JSON.

    Raises: ValueError if it is not.
    """
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{what} must be what JSON can hold: {error}") from None


def load(path: str | os.PathLike[str], into: Module | None = None) -> Any:
    """The model in a file, in the mode for use; with `into`, that model with the file's parameters.

    A model of a class of one's own is made first, and passed as `into`; so is one whose modules share parameters.

    >>> import os, tempfile
    >>> from micrograd_nn import Neuron
    >>> path = save(Neuron(2, seed=1), os.path.join(tempfile.mkdtemp(), "neuron.json"))
    >>> load(path)
    Neuron(2 -> 1 tanh, 3 parameters)

    Raises: ModelFileError, a ValueError, saying what is wrong where in the file; OSError where it cannot be read.
    """
    return model_from(read_model_file(path), into)


def resume(run: Run, path: str | os.PathLike[str]) -> Run:
    """The run, taken to where the saved one was: from there on, both give the same bits.

    >>> import os, tempfile
    >>> from micrograd_nn import MLP, data, train
    >>> path = os.path.join(tempfile.mkdtemp(), "run.json")
    >>> run = train(MLP(2, [4, 1], seed=1), data.xor(), epochs=20)
    >>> first = next(run)
    >>> saved = save(run, path)
    >>> again = resume(train(MLP(2, [4, 1], seed=1), data.xor(), epochs=20), path)
    >>> next(again).loss == next(run).loss
    True

    Raises: ModelFileError where the file has no run, or one that was asked for something else; OSError where it cannot
    be read. Then nothing has changed.
    """
    document = read_model_file(path)
    if "training" not in document:
        document.fail("there is a model in it, but no training run to go on with")
    check_same(document.section("model"), architecture_of(run.model))
    numbers_for(run.model, document)
    continue_from(document, run)
    return run


def read_metadata(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What was saved beside the model.

    >>> import os, tempfile
    >>> from micrograd_nn import Neuron
    >>> path = save(Neuron(2), os.path.join(tempfile.mkdtemp(), "neuron.json"), metadata={"inputs": ["age", "size"]})
    >>> read_metadata(path)
    {'inputs': ['age', 'size']}

    Raises: as `load` does.
    """
    metadata: dict[str, Any] = read_model_file(path).section("metadata").fields
    return metadata


def read_model_file(path: str | os.PathLike[str]) -> Section:
    """The document in a model file, with no parts that do not belong there."""
    document = read_document(path)
    check_format(document)
    document.taken.update(PARTS)
    document.done()
    document.section("metadata")
    return document
