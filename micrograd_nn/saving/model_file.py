"""A model as a document: its architecture, and every parameter by its path; and a model made from such a document."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import pairwise
from math import isfinite
from typing import Any

from ..module import Module
from ..nn import MLP, Layer, Neuron
from ..section import Section
from ..value import Value

FORMAT, VERSION = "micrograd_nn model", 1
FREE = ("expand", "dropout")  # what may differ in a model that is loaded into: its outputs are the same
KINDS: dict[str, type[Neuron] | type[Layer] | type[MLP]] = {"Neuron": Neuron, "Layer": Layer, "MLP": MLP}


def model_document(model: Module) -> dict[str, Any]:
    """The document of a model; of a class of one's own it has the parameters, but no architecture.

    Raises: TypeError for what is no model; ValueError for a parameter that is not finite, for two of one name, or for
    an activation that has no name.
    """
    if not isinstance(model, Module):
        raise TypeError(f"a model is a Module, such as an MLP, not {type(model).__name__}")
    parameters: dict[str, float] = {}
    for path, p in model.named_parameters():
        if path in parameters:
            raise ValueError(f"two parameters are called {path}: in a model file each needs a name of its own")
        if not isfinite(p.data):
            raise ValueError(f"{path} is {p.data}: a model file holds finite numbers")
        parameters[path] = p.data
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": {"kind": type(model).__name__, **architecture_of(model)},
        "parameters": parameters,
    }


def architecture_of(model: Module) -> dict[str, Any]:
    """What to pass to make another such model; nothing for a class of one's own.

    Raises: ValueError for a model that was changed into what its class does not make.
    """
    if not isinstance(model, Neuron | Layer | MLP) or type(model) not in KINDS.values():
        return {}
    arguments = model.architecture()
    if neurons(type(model)(**arguments, seed=0)) != neurons(model):
        raise ValueError(f"neurons of {model} were replaced by others, which no {type(model).__name__} is made of")
    return arguments


def neurons(model: Module) -> list[dict[str, Any]]:
    """The architecture of every neuron in a model."""
    return [module.architecture() for module in model.modules() if isinstance(module, Neuron)]


def model_from(document: Section, into: Module | None = None) -> Module:
    """The model of a document, or `into` with the document's parameters, in the mode for use.

    Raises: ModelFileError where the document is not what it should be; then nothing has changed.
    """
    model, parameters = document.section("model"), document.section("parameters")
    if into is not None:
        check_same_model(model, into, FREE)
    made = built(model, len(parameters.fields)) if into is None else into
    for p, data in numbers_for(made, parameters):
        p.data = data
    return made.eval()


def numbers_for(model: Module, parameters: Section) -> list[tuple[Value, float]]:
    """Every parameter of a model with its number in a document that has just these parameters."""
    found = [(p, parameters.number(path)) for path, p in model.named_parameters()]
    parameters.done()
    return found


def check_same_model(section: Section, model: Module, free: tuple[str, ...] = ()) -> None:
    """Raise unless the architecture is that of the model, but for what is free; a class of one's own has none.

    The name of a class says nothing by itself: it may have been changed, or be that of one of ours.
    """
    kind, wanted = section.text("kind"), architecture_of(model)
    saved = architecture(section, kind) if kind in KINDS and len(section.fields) > 1 else {}
    section.done()
    if saved and wanted:
        saved["kind"] = kind
        for name, argument in {"kind": type(model).__name__, **wanted}.items():
            if name not in free and saved[name] != argument:
                section.fail(f"{name} is {saved[name]!r}, and of the model {argument!r}")


def check_format(document: Section) -> None:
    """Raise unless the document says that it is one of ours, and of a version that is known here."""
    if "format" not in document or document.text("format") != FORMAT:
        document.fail(f"this is no {FORMAT}")
    if (version := document.whole("version")) != VERSION:
        document.fail(f"version {version} is not known here: version {VERSION} is; a newer micrograd_nn may read it")


def built(section: Section, n_parameters: int) -> Module:
    """A new model of an architecture, once that has been found to need as many parameters as there are."""
    kind = section.text("kind")
    if kind not in KINDS or len(section.fields) == 1:  # a class of one's own, which may be called MLP
        near = get_close_matches(kind, KINDS.keys() - {kind}, 1)
        hint = f"; did you mean {near[0]}?" if near else "; make one and pass it: load(path, into=model)"
        section.fail(f"kind {kind!r} cannot be made from a file{hint}")
    arguments = architecture(section, kind)
    section.done()
    widths = [arguments["n_inputs"], *arguments.get("sizes", [arguments.get("n_outputs", 1)])]
    needed = sum((n + arguments["bias"]) * m for n, m in pairwise(widths))
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
        "bias": section.flag("bias") if "bias" in section else True,  # older files have none of it
    }
    if kind == "Layer":
        found["n_outputs"] = section.whole("n_outputs", 1)
    if kind == "MLP":
        found["sizes"] = section.whole_numbers("sizes", least=1)
        found["output_activation"] = section.text("output_activation")
        found["dropout"] = section.number("dropout")
    return found
