"""A model as a document: its architecture, and every parameter by its path; and a model made from such a document."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import pairwise
from math import isfinite
from typing import Any

from ..document import Section
from ..module import Module
from ..nn import MLP, Layer, Neuron

FORMAT, VERSION = "micrograd_nn model", 1
KINDS: dict[str, type[Neuron] | type[Layer] | type[MLP]] = {"Neuron": Neuron, "Layer": Layer, "MLP": MLP}


def model_document(model: Module) -> dict[str, Any]:
    """The document of a model; of a class of one's own it has the parameters, but no architecture.

    Raises: ValueError for a parameter that is not finite, or an activation that has no name.
    """
    kind = type(model).__name__
    architecture = model.architecture() if type(model) is KINDS.get(kind) else {}
    parameters = {path: p.data for path, p in model.named_parameters()}
    for path, data in parameters.items():
        if not isfinite(data):
            raise ValueError(f"{path} is {data}: a model file holds finite numbers")
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": {"kind": kind, **architecture},
        "parameters": parameters,
    }


def model_from(document: Section, into: Module | None = None) -> Module:
    """The model of a document, or `into` with the document's parameters, in the mode for use.

    Raises: ModelFileError where the document is not what it should be; then nothing has changed.
    """
    model, parameters = document.section("model"), document.section("parameters")
    made = built(model, len(parameters.fields)) if into is None else into
    numbers = {path: parameters.number(path) for path, _ in made.named_parameters()}
    parameters.done()
    for path, p in made.named_parameters():
        p.data = numbers[path]
    return made.eval()


def check_format(document: Section) -> None:
    """Raise unless the document says that it is one of ours, and of a version that is known here."""
    if "format" not in document or document.text("format") != FORMAT:
        document.fail(f"this is no {FORMAT}")
    if (version := document.whole("version")) != VERSION:
        document.fail(f"version {version} is not known here: version {VERSION} is; a newer micrograd_nn may read it")


def built(section: Section, n_parameters: int) -> Module:
    """A new model of an architecture, once that has been found to need as many parameters as there are."""
    kind = section.text("kind")
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, 1)
        hint = f"; did you mean {near[0]}?" if near else "; make one and pass it: load(path, into=model)"
        section.fail(f"kind {kind!r} cannot be made from a file{hint}")
    arguments = architecture(section, kind)
    section.done()
    widths = [arguments["n_inputs"], *arguments.get("sizes", [arguments.get("n_outputs", 1)])]
    needed = sum((n + 1) * m for n, m in pairwise(widths))
    if needed != n_parameters:
        section.fail(f"this architecture has {needed:,} parameters, but the file {n_parameters:,}")
    try:
        return KINDS[kind](**arguments, seed=0)
    except (ValueError, TypeError) as error:
        section.fail(str(error))


def architecture(section: Section, kind: str) -> dict[str, Any]:
    """What the constructor of a kind of model takes, read from its document."""
    found: dict[str, Any] = {
        "n_inputs": section.whole("n_inputs", 1),
        "activation": section.text("activation"),
        "expand": section.flag("expand"),
    }
    if kind == "Layer":
        found["n_outputs"] = section.whole("n_outputs", 1)
    if kind == "MLP":
        found["sizes"] = section.whole_numbers("sizes", least=1)
        found["output_activation"] = section.text("output_activation")
        found["dropout"] = section.number("dropout")
    return found
