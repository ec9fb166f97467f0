"""A saved network, as the commands that use one read it."""

from __future__ import annotations

from typing import Any

from ..saving.save import load, read_metadata
from ..section import Section
from ..training.train import output_for


def read_saved(path: str) -> tuple[Any, Section]:
    """The network in a file, and what `train` wrote beside it.

    Raises: ModelFileError where it is no such file, OSError where it cannot be read.
    """
    return load(path), Section(read_metadata(path), f"{path}: metadata")


def first_output(model: Any, x: Any, metadata: Section) -> Any:
    """What the network says of inputs such as the metadata describe.

    Raises: ModelFileError where it cannot read them: then these metadata are not its own.
    """
    try:
        return output_for(model, x)
    except (TypeError, ValueError, ArithmeticError) as error:
        metadata.fail(f"the network in this file cannot have learned this: {error}")
