"""micrograd-nn train: a network that learns a set that is known by name, a table in a CSV file, or a list of names."""

from __future__ import annotations

import argparse
import os
import random
import sys
from contextlib import suppress
from dataclasses import replace
from errno import EACCES, ENOENT
from pathlib import Path
from time import monotonic
from typing import Any
from warnings import catch_warnings, simplefilter

from ..notation import counted
from ..programs.native import why_not
from ..saving.save import read_metadata, resume, save
from ..section import Section
from ..training.progress import progress
from ..training.run import Run
from ..training.train import train
from .goals import Goal
from .task import Task
from .tasks import SETS, task_for
from .train_options import OPTIONS
from .wording import advice_on_rise, worded_as_options

SAVE_EVERY = 1.0  # seconds
LONG = 60.0  # seconds of an epoch, which are better known before
TRIED = 10  # examples, to know them


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
        foretell(task, goal, options)
        run = run_for(task, goal, options, rng)
        if options.html:
            task.page(run)  # what is too large to show is refused now
        if options.resume and Path(options.save).exists():
            go_on(run, task, options.save)
        print(*task.summary(), run.model, f"{goal.loss.__name__}, {run.optimizer}, {sizes_of(run)}", sep="\n")
        if options.compiled:
            print(words_for_compiled(run))
        metadata = task.metadata(goal)
        status = follow(run, options.save, metadata)
    written = [save(run, options.save, metadata)] if options.save else []  # before anything is said: a pipe may break
    written += [task.page(run).save(options.html)] if options.html else []
    tell(run, task, options)
    for path in written:
        print(f"wrote {path}")
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
    same = {name: getattr(options, name) for name in ("l1", "l2", "patience", "compiled")}
    with catch_warnings():
        simplefilter("ignore")  # `words_for_compiled` says it
        return train(
            model,
            goal.examples(task.training),
            goal.loss,
            task.optimizer(model, options),
            epochs=task.epochs if options.epochs is None else options.epochs,
            batch_size=batch_size_for(task, options),
            validation=goal.examples(task.validation) or None,
            clip_norm=task.clip_norm if options.clip_norm is None else options.clip_norm,
            classes=goal.n_classes > 0,
            rng=rng,
            **same,
        )


def words_for_compiled(run: Run) -> str:
    """What runs the steps, or why they are not compiled."""
    if run.compiled.startswith("no: "):
        return f"not compiled: {run.compiled.removeprefix('no: ')}"
    return f"compiled: {run.compiled}" + (f" ({why})" if run.compiled == "Python" and (why := why_not()) else "")


def batch_size_for(task: Task, options: argparse.Namespace) -> int | None:
    """The size of a batch that was asked for, or the usual one; of fewer examples, all of them."""
    usual = task.batch_size and min(task.batch_size, len(task.training))
    return usual if options.batch_size is None else int(options.batch_size)


def go_on(run: Run, task: Task, path: str) -> None:
    """Take the run to where the one in a file was, and say so."""
    saved = Section(read_metadata(path), path)
    if words := task.difference(saved):
        saved.fail(words)
    resume(run, path)
    print(f"goes on after epoch {run.history[-1].number} of {path}")


def foretell(task: Task, goal: Goal, options: argparse.Namespace) -> None:
    """Say on stderr how long an epoch is, where that is long: from a run of its own on a few of the examples."""
    n, n_tried = len(task.training), max(TRIED, options.batch_size or task.batch_size or 0)
    if n < 10 * n_tried:
        return
    few = replace(task, training=task.training[:: n // n_tried][:n_tried], validation=())
    with suppress(ArithmeticError, ValueError):  # what is wrong, the run itself will say
        seconds = next(run_for(few, goal, options, random.Random(options.seed))).seconds * n / n_tried
        if seconds > LONG:
            print(words_for_length(n, seconds) + task.advice_on_length(), file=sys.stderr, flush=True)


def words_for_length(n_examples: int, seconds: float) -> str:
    """How long an epoch takes, and what that means.

    >>> words_for_length(30000, 615.0)
    'all 30,000 examples are measured first; then an epoch takes about 10 minutes, and Ctrl-C goes back to its start'
    """
    takes = f"then an epoch takes about {counted(round(seconds / 60), 'minute')}"
    return f"all {n_examples:,} examples are measured first; {takes}, and Ctrl-C goes back to its start"


def sizes_of(run: Run) -> str:
    """How many examples there are."""
    held_out = f", {len(run.validation)} held out" if run.validation else ""
    return f"{counted(len(run.examples), 'example')}{held_out}"


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
