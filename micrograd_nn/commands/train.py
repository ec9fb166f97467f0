"""micrograd-nn train: a network that learns a made-up set, the irises, or a table in a CSV file."""

from __future__ import annotations

import argparse
import os
import random
import sys
from errno import EACCES, ENOENT
from pathlib import Path
from time import monotonic
from typing import Any

from ..nn import MLP
from ..no_grad import no_grad
from ..notation import counted
from ..optim import OPTIMIZERS
from ..report import Report, report
from ..saving.save import resume, save
from ..training.progress import progress
from ..training.run import Run
from ..training.train import train
from .goals import Goal, usual_loss
from .tasks import SETS, Task, task_for
from .train_options import OPTIONS
from .wording import advice_on_rise, off_by, worded_as_options

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


def train_command(options: argparse.Namespace) -> int:
    """Train as asked; the exit status is 130 after Ctrl-C, with all saved that was asked for."""
    with worded_as_options():
        check_paths(options)
        rng = random.Random(options.seed)
        task = task_of(options, rng)
        n_classes = len(task.classes or ())
        goal = Goal(options.loss or usual_loss(n_classes), n_classes)
        run = run_for(task, goal, options, rng)
        if options.html:
            page(run, task)  # what is too large to show is refused now
        if options.resume and Path(options.save).exists():
            resume(run, options.save)
            print(f"goes on after epoch {run.history[-1].number} of {options.save}")
        print(*task.summary(), run.model, f"{goal.loss.__name__}, {run.optimizer}, {sizes_of(run)}", sep="\n")
        metadata = {"preparation": task.preparation.document(), "loss": goal.loss.__name__}
        status = follow(run, options.save, metadata)
    tell(run, task)
    if options.save:
        print(f"wrote {save(run, options.save, metadata)}")
    if options.html:
        print(f"wrote {page(run, task).save(options.html)}")
    if status:
        rest = "--resume goes on" if options.save else "nothing was saved: --save FILE would have"
        print(f"stopped after epoch {run.history[-1].number} of {run.epochs}; {rest}", file=sys.stderr)
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


def task_of(options: argparse.Namespace, rng: random.Random) -> Task:
    """What is to be learned."""
    reading = {name: getattr(options, name) for name in ("target", "classes", "without", "skip_incomplete")}
    return task_for(options.data, options.validation, rng, **reading)


def run_for(task: Task, goal: Goal, options: argparse.Namespace, rng: random.Random) -> Run:
    """The training run that was asked for, not yet begun."""
    hidden = task.hidden_sizes if options.hidden is None else options.hidden
    model = MLP(
        len(task.training[0][0]),
        [*hidden, goal.n_outputs],
        options.activation or task.activation,
        rng=rng,
        output_activation=goal.output_activation,
        dropout=options.dropout,
    )
    asked = {name: getattr(options, name) for name in ("learning_rate", "weight_decay")}
    rates = {name: rate for name, rate in asked.items() if rate is not None}
    same = {name: getattr(options, name) for name in ("batch_size", "l1", "l2", "clip_norm", "patience")}
    return train(
        model,
        goal.examples(task.training),
        goal.loss,
        OPTIMIZERS[options.optimizer](model.parameters(), **rates),
        epochs=task.epochs if options.epochs is None else options.epochs,
        validation=goal.examples(task.validation) or None,
        classes=goal.n_classes > 0,
        rng=rng,
        **same,
    )


def sizes_of(run: Run) -> str:
    """How many examples there are."""
    held_out = f", {len(run.validation)} held out" if run.validation else ""
    return f"{len(run.examples)} examples{held_out}"


def page(run: Run, task: Task) -> Report:
    """The report of how a task is learned."""
    return report(run, title=task.title, preparation=task.preparation)


def follow(run: Run, path: str | None, metadata: dict[str, Any]) -> int:
    """Train to the end, saving on the way; after Ctrl-C, the run is where the last whole epoch left it."""
    saved = monotonic()
    try:
        for _ in progress(run):
            if path and monotonic() - saved > SAVE_EVERY:
                save(run, path, metadata)
                saved = monotonic()
    except KeyboardInterrupt:
        return 130
    return 0


def tell(run: Run, task: Task) -> None:
    """Print what came of it: the epoch that the model is left at, and of numbers how far they are off."""
    at_best = run.patience is not None and run.over
    left_at = run.history[run.best if at_best else -1]
    print(f"{'best' if at_best else 'result'}: {left_at}")
    if task.classes is None:
        print(distance(run, task))
    if advice := advice_on_rise(run, left_at):
        print(advice, file=sys.stderr)


def distance(run: Run, task: Task) -> str:
    """How far the model is off in the unit of the target, on the rows held out if there are some."""
    rows, which = (run.validation, "held out") if run.validation else (run.examples, "trained on")
    read = task.preparation.reading
    with no_grad():
        said = [read(run.model(inputs).data) for inputs, _ in rows]
    words = off_by(task.preparation.target.name, said, [read(target) for _, target in rows])
    return f"{words} on {counted(len(rows), 'row')} {which}"
