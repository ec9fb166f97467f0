"""micrograd-nn train: a network that learns a made-up set, the irises, or a table in a CSV file."""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable
from errno import EACCES, ENOENT
from pathlib import Path
from time import monotonic
from typing import Any

from ..initial import ACTIVATIONS
from ..losses import LOSSES, loss_function
from ..nn import MLP
from ..optim import OPTIMIZERS
from ..report import report
from ..saving.save import resume, save
from ..settings import below_one
from ..training.progress import progress
from ..training.run import Run
from ..training.train import train
from .goals import Goal, usual_loss
from .tasks import FEW, HELD_OUT, SETS, Task, task_for

SAVE_EVERY = 1.0  # seconds


def add_train_command(commands: Any) -> None:
    """The grammar of the command."""
    text = "train a network, and save it or a report of how it learned"
    usage = "micrograd-nn train DATA [--target COLUMN] [--save FILE] [options]"
    command: argparse.ArgumentParser = commands.add_parser("train", help=text, description=text, usage=usage)
    command.add_argument("data", metavar="DATA", help=f"{', '.join(SETS)}, or a CSV file with a header")
    for title, add_options in OPTIONS.items():
        add_options(command.add_argument_group(title).add_argument)
    command.set_defaults(run=train_command)


def of_data(add: Callable[..., Any]) -> None:
    """What is learned."""
    add("--target", metavar="COLUMN", help="the column of the CSV file to learn")
    add("--classes", action="store_true", help="the target names classes, even if it is made of numbers")
    add(
        "--validation", type=share, metavar="SHARE", help=f"share held out ({HELD_OUT} of tables of {FEW} rows or more)"
    )
    add("--seed", type=int, default=0, help="of everything random (%(default)s)")


def of_network(add: Callable[..., Any]) -> None:
    """What learns it."""
    add("--hidden", type=sizes, metavar="8,8", help="sizes of the hidden layers; 0 for none (suits the data)")
    add("--activation", default="tanh", choices=ACTIVATIONS, metavar="NAME", help=f"{', '.join(ACTIVATIONS)} (tanh)")
    add("--dropout", type=float, default=0.0, metavar="RATE", help="share of hidden neurons left out at random (0)")


def of_training(add: Callable[..., Any]) -> None:
    """How it is learned."""
    add("--epochs", type=int, metavar="N", help="passes over the examples (100 for most data)")
    add("--batch-size", type=int, metavar="N", help="examples in a step (all)")
    add("--loss", choices=LOSSES, metavar="NAME", help=f"{', '.join(LOSSES)} (suits the target)")
    add("--optimizer", default="adam", choices=OPTIMIZERS, metavar="NAME", help=f"{', '.join(OPTIMIZERS)} (adam)")
    add("--learning-rate", type=float, metavar="RATE", help="how far a step goes (suits the optimizer)")
    add("--weight-decay", type=float, metavar="RATE", help="draw parameters towards 0 (adamw 0.01, else 0)")
    add("--l1", type=float, default=0.0, metavar="STRENGTH", help="add so many times Σ|w| to the loss (0)")
    add("--l2", type=float, default=0.0, metavar="STRENGTH", help="add so many times Σw² to the loss (0)")
    add("--clip-norm", type=float, metavar="NORM", help="shorten gradients that are longer")
    add("--patience", type=int, metavar="N", help="stop when N epochs were no better than the best, and keep that")


def of_files(add: Callable[..., Any]) -> None:
    """What becomes of it."""
    add("--save", metavar="FILE", help="write the model and where training is, as .json")
    add("--resume", action="store_true", help="go on from the file to save to, if it is there")
    add("--html", metavar="FILE", help="write a report of how it learned, as a page")


OPTIONS = {"data": of_data, "network": of_network, "training": of_training, "files": of_files}


def sizes(text: str) -> list[int]:
    """The sizes in `8,8`; 0 alone is none."""
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"sizes are whole numbers, such as 8,8, not {text!r}") from None
    if min(found) < 1 and found != [0]:
        raise argparse.ArgumentTypeError(f"a layer has at least 1 neuron, and 0 alone is no layer, not {text!r}")
    return [] if found == [0] else found


def share(text: str) -> float:
    """The part of the whole that a number from 0 to below 1 is."""
    try:
        return below_one("a share", float(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"a share is a number from 0 to below 1, not {text!r}") from None


def train_command(options: argparse.Namespace) -> int:
    """Train as asked; the exit status is 130 after Ctrl-C, with all saved that was asked for."""
    check_paths(options)
    rng = random.Random(options.seed)
    task = task_for(options.data, options.target, options.classes, options.validation, rng)
    n_classes = len(task.classes or ())
    goal = Goal(loss_function(options.loss) if options.loss else usual_loss(n_classes), n_classes)
    run = run_for(task, goal, options, rng)
    if options.resume and Path(options.save).exists():
        resume(run, options.save)
        print(f"goes on after epoch {run.history[-1].number} of {options.save}")
    print(f"learns {task.learned}\n{run.model}\n{goal.loss.__name__}, {run.optimizer}, {sizes_of(run)}")
    metadata = {"preparation": task.preparation.document(), "loss": goal.loss.__name__}
    status = follow(run, options.save, metadata)
    print(f"best: {run.history[run.best]}" if run.patience and run.over else run.history[-1])
    if options.save:
        print(f"wrote {save(run, options.save, metadata)}")
    if options.html:
        print(f"wrote {report(run, task.preparation.input_names, task.classes).save(options.html)}")
    return status


def check_paths(options: argparse.Namespace) -> None:
    """Raise at once where it could not be written in the end."""
    if options.resume and not options.save:
        raise ValueError("--resume goes on from the file that --save names: --save FILE --resume")
    for path, kind in ((options.save, ".json"), (options.html, ".html")):
        if path is None:
            continue
        if Path(path).suffix.lower() != kind:
            raise ValueError(f"cannot write {path}: end it in {kind}")
        folder = Path(path).resolve().parent
        if not folder.is_dir():
            raise FileNotFoundError(ENOENT, "there is no such folder", str(folder))
        if not os.access(folder, os.W_OK) or Path(path).is_dir():
            raise PermissionError(EACCES, "nothing can be written there", path)


def run_for(task: Task, goal: Goal, options: argparse.Namespace, rng: random.Random) -> Run:
    """The training run that was asked for, not yet begun."""
    hidden = task.hidden_sizes if options.hidden is None else options.hidden
    model = MLP(
        len(task.training[0][0]),
        [*hidden, goal.n_outputs],
        options.activation,
        rng=rng,
        output_activation=goal.output_activation,
        dropout=options.dropout,
    )
    asked = {name: getattr(options, name) for name in ("learning_rate", "weight_decay")}
    rates = {name: rate for name, rate in asked.items() if rate is not None}
    return train(
        model,
        goal.examples(task.training),
        goal.loss,
        OPTIMIZERS[options.optimizer](model.parameters(), **rates),
        epochs=task.epochs if options.epochs is None else options.epochs,
        batch_size=options.batch_size,
        validation=goal.examples(task.validation) or None,
        l1=options.l1,
        l2=options.l2,
        clip_norm=options.clip_norm,
        patience=options.patience,
        rng=rng,
    )


def sizes_of(run: Run) -> str:
    """How many examples there are."""
    held_out = f", {len(run.validation)} held out" if run.validation else ""
    return f"{len(run.examples)} examples{held_out}"


def follow(run: Run, path: str | None, metadata: dict[str, Any]) -> int:
    """Train to the end, saving on the way; after Ctrl-C, the run is where the last whole epoch left it."""
    saved = monotonic()
    try:
        for _ in progress(run):
            if path and monotonic() - saved > SAVE_EVERY:
                save(run, path, metadata)
                saved = monotonic()
    except KeyboardInterrupt:
        print(f"stopped after epoch {run.history[-1].number} of {run.epochs}", file=sys.stderr)
        return 130
    return 0
