"""micrograd-nn sample: new names from a saved network."""

from __future__ import annotations

import argparse
from typing import Any

from ..language import Vocabulary, samples
from ..language.names import MOST_LETTERS
from ..saving.save import load, read_metadata
from ..section import Section
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
    """Print names, one a line."""
    model, metadata = load(options.model), Section(read_metadata(options.model), f"{options.model}: metadata")
    if "vocabulary" not in metadata:
        metadata.fail("nothing says which characters there are; `micrograd-nn train names.txt --save` writes that")
    vocabulary, most = Vocabulary(metadata.take("vocabulary", str, "a text")), metadata.whole("positions", 1)
    if most > MOST_LETTERS + 1:
        metadata.fail(f"'positions' must be at most {MOST_LETTERS + 1}, not {most}")
    n, temperature = options.samples or SAMPLES, options.temperature or 1.0
    print(*samples(model, vocabulary, n, temperature, seed=options.seed, most=most), sep="\n")
    return 0
