"""micrograd-nn sample: new names from a saved network."""

from __future__ import annotations

import argparse
import random
from typing import Any

from ..language import BOUNDARY, Vocabulary, sample
from ..language.names import MOST_LETTERS
from ..quoting import visible
from ..section import Section
from ..training.decisions import depth
from .saved import first_output, read_saved
from .texts import SAMPLES
from .train_options import of_samples


def add_sample_command(commands: Any) -> None:
    """The grammar of the command."""
    text = "print new names from a network that learned a list of names"
    command: argparse.ArgumentParser = commands.add_parser("sample", help=text, description=text)
    command.add_argument("model", help="a file that `train --save` wrote")
    of_samples(command.add_argument)
    command.add_argument("--seed", type=int, default=0, help="of what is drawn (%(default)s)")
    command.set_defaults(run=sample_command)


def sample_command(options: argparse.Namespace) -> int:
    """Print names, one a line, as they are drawn."""
    model, metadata = read_saved(options.model)
    vocabulary, most = what_was_learned(metadata)
    if depth(first_output(model, [BOUNDARY] * most, metadata)) != 1:
        metadata.fail("the network in this file does not say which character comes next")
    temperature, rng = options.temperature or 1.0, random.Random(options.seed)
    for _ in range(options.samples or SAMPLES):
        print(visible(sample(model, vocabulary, temperature, rng, most=most)), flush=True)
    return 0


def what_was_learned(metadata: Section) -> tuple[Vocabulary, int]:
    """Which characters there are, and how many of them a name has at most.

    Raises: ModelFileError where `train` has not written that.
    """
    if "vocabulary" not in metadata:
        metadata.fail("nothing says which characters there are; `micrograd-nn train names.txt --save` writes that")
    vocabulary, most = Vocabulary(metadata.take("vocabulary", str, "a text")), metadata.whole("positions", 1)
    if most > MOST_LETTERS + 1:
        metadata.fail(f"'positions' must be at most {MOST_LETTERS + 1}, not {most}")
    return vocabulary, most
