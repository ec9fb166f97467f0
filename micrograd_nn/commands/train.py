"""micrograd-nn train: a network that learns a set that is known by name, a table in a CSV file, or a list of names."""

from __future__ import annotations

import argparse
import os
import random
import sys
from errno import EACCES, ENOENT
from pathlib import Path
from time import monotonic
from typing import Any

from ..saving.save import resume, save
from ..training.progress import progress
from ..training.run import Run
from ..training.train import train
from .goals import Goal
from .task import Task
from .tasks import SETS, task_for
from .train_options import OPTIONS
from .wording import advice_on_rise, worded_as_options

SAVE_EVERY = 1.0  # seconds


def add_train_command(commands: Any) -> None:
    """The grammar of the command."""
    text = "train a network, and save it or a report of how it learned"
    usage = "micrograd-nn train DATA [--target COLUMN] [--save FILE] [options]"
    command: argparse.ArgumentParser = commands.add_parser("train", help=text, description=text, usage=usage)
    command.add_argument("data", metavar="DATA", help=f"{', '.join(SETS)}, a CSV file with a header, or a text")
    for title, add_options in OPTIONS.items():
        add_options(command.add_argument_group(title).add_argument)
    command.set_defaults(run=train_command)


def train_command(options: argparse.Namespace) -> int:
    """Train as asked; the exit status is 130 after Ctrl-C, with all saved that was asked for."""
    with worded_as_options():
        check_paths(options)
        rng = random.Random(options.seed)
        task = task_for(options, rng)
        goal = task.goal(options.loss)
        run = run_for(task, goal, options, rng)
        if options.html:
            task.page(run)  # what is too large to show is refused now
        if options.resume and Path(options.save).exists():
            resume(run, options.save)
            print(f"goes on after epoch {run.history[-1].number} of {options.save}")
        print(*task.summary(), run.model, f"{goal.loss.__name__}, {run.optimizer}, {sizes_of(run)}", sep="\n")
        metadata = task.metadata(goal)
        status = follow(run, options.save, metadata)
    tell(run, task, options)
    if options.save:
        print(f"wrote {save(run, options.save, metadata)}")
    if options.html:
        print(f"wrote {task.page(run).save(options.html)}")
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


def run_for(task: Task, goal: Goal, options: argparse.Namespace, rng: random.Random) -> Run:
    """The training run that was asked for, not yet begun."""
    model = task.network(goal, options, rng)
    same = {name: getattr(options, name) for name in ("l1", "l2", "clip_norm", "patience")}
    return train(
        model,
        goal.examples(task.training),
        goal.loss,
        task.optimizer(model, options),
        epochs=task.epochs if options.epochs is None else options.epochs,
        batch_size=task.batch_size if options.batch_size is None else options.batch_size,
        validation=goal.examples(task.validation) or None,
        classes=goal.n_classes > 0,
        rng=rng,
        **same,
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
        return 130
    return 0


def tell(run: Run, task: Task, options: argparse.Namespace) -> None:
    """Print what came of it: the epoch that the model is left at, and what the task has to say beside."""
    at_best = run.patience is not None and run.over
    left_at = run.history[run.best if at_best else -1]
    print(f"{'best' if at_best else 'result'}: {left_at}", *task.results(run, options), sep="\n")
    if advice := advice_on_rise(run, left_at):
        print(advice, file=sys.stderr)
