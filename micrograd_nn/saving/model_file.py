"""A model as a document: its architecture, and every number in it by its path; and a model made from such a document.

The numbers are the parameters, and where there are some, the buffers: what is learned without being a parameter.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from ..module import Module
from ..section import Section
from .architecture import architecture_of, check_same, made

FORMAT, VERSION = "micrograd_nn model", 1
FREE = ("expand", "dropout", "rate")  # what may differ in a model that is loaded into: its outputs are the same


def model_document(model: Module) -> dict[str, Any]:
    """The document of a model; of a class of one's own it has the parameters, but no architecture.

    Raises: TypeError for what is no model; ValueError for a number that is not finite, for two of one name, or for an
    activation that has no name.
    """
    if not isinstance(model, Module):
        raise TypeError(f"a model is a Module, such as an MLP, not {type(model).__name__}")
    parameters: dict[str, float] = {}
    for path, p in model.named_parameters():
        if path in parameters:
            raise ValueError(f"two parameters are called {path}: in a model file each needs a name of its own")
        parameters[path] = finite(path, p.data)
    buffers = {path: [finite(path, number) for number in numbers] for path, numbers in model.named_buffers()}
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": architecture_of(model),
        "parameters": parameters,
        **({"buffers": buffers} if buffers else {}),
    }


def finite(path: str, number: float) -> float:
    """The number of a parameter or in a buffer, if a file can hold it."""
    if not isfinite(number):
        raise ValueError(f"{path} is {number}: a model file holds finite numbers")
    return number


def model_from(document: Section, into: Module | None = None) -> Module:
    """The model of a document, or `into` with the document's numbers, in the mode for use.

    Raises: ModelFileError where the document is not what it should be; then nothing has changed.
    """
    section, parameters = document.section("model"), document.section("parameters")
    if into is not None:
        check_same(section, architecture_of(into), FREE)
    model: Module = made(section, len(parameters.fields)) if into is None else into
    model.set_learned(numbers_for(model, document))
    return model.eval()


def numbers_for(model: Module, document: Section) -> list[float]:
    """The numbers of a model, in a document that has just these, in the order of `Module.learned`."""
    parameters = document.section("parameters")
    buffers = document.section("buffers") if "buffers" in document else Section({}, f"{document.where}: buffers")
    found = [parameters.number(path) for path, _ in model.named_parameters()]
    for path, numbers in model.named_buffers():
        found += buffers.numbers(path, len(numbers))
    parameters.done()
    buffers.done()
    return found


def check_format(document: Section) -> None:
    """Raise unless the document says that it is one of ours, and of a version that is known here."""
    if "format" not in document or document.text("format") != FORMAT:
        document.fail(f"this is no {FORMAT}")
    if (version := document.whole("version")) != VERSION:
        document.fail(f"version {version} is not known here: version {VERSION} is; a newer micrograd_nn may read it")
