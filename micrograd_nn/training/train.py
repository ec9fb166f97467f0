"""train: what a training run is asked for, checked before it begins."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

from ..data import batches, split
from ..errors import identity
from ..initial import generator
from ..losses import LossFunction, loss_function, mean_squared_error
from ..losses.pairing import data_of, is_list
from ..module import Module
from ..no_grad import no_grad
from ..optim import Adam
from ..optim.optimizer import Optimizer
from ..settings import check_sizes, not_negative, positive
from .compiled import CompiledRun
from .decisions import Decision, decision_of, depth, positions
from .epochs import Epoch, Example, Tried, summary, tried
from .run import Run


def train(
    model: Any,
    examples: Sequence[Example],
    loss: str | LossFunction = mean_squared_error,
    optimizer: Optimizer | None = None,
    epochs: int = 100,
    batch_size: int | None = None,
    validation: Sequence[Example] | float | None = None,
    l1: float = 0.0,
    l2: float = 0.0,
    clip_norm: float | None = None,
    patience: int | None = None,
    classes: bool = True,
    rng: random.Random | None = None,
    seed: int | None = None,
    compiled: bool = False,
) -> Run:
    """A training run, which trains the model as one iterates over it and gives an Epoch for each pass.

    >>> from micrograd_nn import MLP, data
    >>> model = MLP(2, [8, 1], seed=1)
    >>> for epoch in train(model, data.xor()):
    ...     if epoch.number % 50 == 0:
    ...         print(epoch.number, epoch.accuracy)
    50 1.0
    100 1.0

    An example is `(inputs, target)`, and the loss is of one example's output and target. Inputs are what the model
    takes: a row of numbers, an image, a sequence of any length. Where outputs are sequences of logits, as cross_entropy
    takes them, the accuracy is the share of positions that are right. A step follows the gradient of the mean loss over
    a batch: over all examples, or over `batch_size` of them, shuffled in every epoch. The optimizer is
    `Adam(model.parameters())` unless another is passed.

    `l1` and `l2` add that many times Σ|w| and Σw², biases included, to the loss; `clip_norm` shortens gradients that
    are longer. `validation` is examples that are only measured, or the share of the examples to set aside for that.
    With `patience`, the run ends when so many epochs in a row were no better than the best, and the model is left with
    the parameters of the best. Between epochs it is in the mode for use (`model.eval()`). Targets that can be classes
    are taken for classes, which gives an accuracy, unless `classes` is False.

    With `compiled`, the same run is many times faster: its steps are programs, in C where there is a compiler. That
    needs one graph for all examples: inputs of one shape that are numbers and not tokens, and no dropout; numbers that
    are no parameters, in the loss, the model and each example, must stay as they are, which is looked at before the
    second epoch and every tenth. Where it cannot be, one warning says why, as `run.compiled` does, and the run goes on
    as without.

    Raises: ValueError or TypeError for what cannot be trained, and ArithmeticError for a loss that is not finite, all
    naming the example; while training, DivergenceError.
    """
    rng, loss = generator(rng, seed), loss_function(loss)
    optimizer = optimizer_for(model, optimizer)
    check_settings(epochs, l1, l2, clip_norm, patience)
    training, held_out = parts(model, loss, examples, validation, rng)
    batches(training, batch_size)
    output, targets = training[0][1], targets_in(training)
    decision = decision_of(loss, targets + targets_in(held_out), n_outputs(output)) if classes else None
    check_classes(decision, targets)
    untrained = Epoch(0, *summary(training, decision), *(summary(held_out, decision) if held_out else ()))
    examples, others = ([example for example, _, _ in results] for results in (training, held_out))
    settings = (loss, optimizer, epochs, batch_size, l1, l2, clip_norm, patience)
    if not compiled:
        return Run(model, examples, others, *settings, decision, rng, untrained)
    return CompiledRun(model, examples, others, *settings, decision, rng, untrained).compile(untrained)


def optimizer_for(model: Any, optimizer: Optimizer | None) -> Optimizer:
    """The optimizer that was passed, which may leave some of the model's parameters as they are; else Adam.

    Raises: TypeError for what is no model or no optimizer, ValueError for an optimizer of other parameters.
    """
    if not isinstance(model, Module):
        raise TypeError(f"model must be a Module, such as MLP(2, [8, 1]), not {type(model).__name__}")
    if optimizer is None:
        return Adam(model.parameters())
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be an Optimizer, such as SGD(model.parameters()), not {optimizer!r}")
    known = set(model.parameters())
    for p in optimizer.parameters:
        if p not in known:
            raise ValueError(f"the optimizer must be of the model's parameters: it has another{identity(p)}")
    return optimizer


def parts(
    model: Any,
    loss: LossFunction,
    examples: Iterable[Example],
    validation: Iterable[Example] | float | None,
    rng: random.Random,
) -> tuple[list[Tried], list[Tried]]:
    """The examples to train on, and those that are only measured, each tried once."""
    training = tried_examples(model, loss, examples, "example")
    if validation is None:
        return training, []
    if isinstance(validation, int | float):
        return split(training, validation, rng=rng)
    return training, tried_examples(model, loss, validation, "validation example")


def tried_examples(model: Any, loss: LossFunction, examples: Iterable[Example], kind: str) -> list[Tried]:
    """The examples, each with what comes out of the model and the loss: what is wrong with one shows at once.

    Raises: ValueError when there are none, TypeError for what is not a pair of inputs and target, and what the model or
    the loss raises, naming the example.
    """
    if not isinstance(examples, Iterable):
        raise TypeError(f"training needs a list of {kind}s, not {examples!r}")
    known = list(examples)
    if not known:
        raise ValueError(f"training needs {kind}s: there are none")
    for i, example in enumerate(known, start=1):
        if not is_list(example) or len(example) != 2:
            raise TypeError(f"{kind} {i} must be (inputs, target), not {example!r}")
    return tried(model, known, loss, kind)


def targets_in(results: Sequence[Tried]) -> list[Any]:
    """The targets of examples that were tried, those at every position where outputs are sequences."""
    return [part for (_, target), output, _ in results for part in positions(target, depth(output))]


def check_settings(epochs: int, l1: float, l2: float, clip_norm: float | None, patience: int | None) -> None:
    """Raise unless every setting is a number that makes sense."""
    check_sizes(epochs=epochs, patience=1 if patience is None else patience)
    for name, strength in (("l1", l1), ("l2", l2)):
        not_negative(name, strength)
    if clip_norm is not None:
        positive("clip_norm", clip_norm)


def check_classes(decision: Decision | None, targets: list[Any]) -> None:
    """Raise if outputs say classes, and there is but one target."""
    if decision is None or len(targets) == 1 or not decision.is_certain(targets[0]):
        return
    if len({tuple(map(data_of, target)) if is_list(target) else data_of(target) for target in targets}) == 1:
        raise ValueError(f"all {len(targets)} targets are of one class, {targets[0]!r}: nothing is to be told apart")


def output_for(model: Any, x: Any) -> Any:
    """What the model gives for inputs; nothing is recorded."""
    with no_grad():
        return model(x)


def n_outputs(output: Any) -> int:
    """How many outputs there are in an output, or at each position where it is a sequence.

    >>> n_outputs(0.5), n_outputs([0.5, 2.0]), n_outputs([[0.5, 2.0], [0.0, 1.0], [1.0, 1.0]])
    (1, 2, 2)
    """
    one = positions(output, depth(output))[0]
    return len(one) if is_list(one) else 1
