"""train: what a training run is asked for, checked before it begins."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from ..data import batches, split
from ..initial import check_sizes, generator
from ..losses import loss_function, mean_squared_error
from ..no_grad import no_grad
from ..optim import Adam
from ..optim.optimizer import Optimizer
from ..settings import not_negative, positive
from .decisions import decision_of
from .epochs import Example, at_example
from .run import Run


def train(
    model: Any,
    examples: Sequence[Example],
    loss: str | Callable[[Any, Any], Any] = mean_squared_error,
    optimizer: Optimizer | None = None,
    epochs: int = 100,
    batch_size: int | None = None,
    validation: Sequence[Example] | float | None = None,
    l1: float = 0.0,
    l2: float = 0.0,
    clip_norm: float | None = None,
    patience: int | None = None,
    rng: random.Random | None = None,
    seed: int | None = None,
) -> Run:
    """A training run, which trains the model as one iterates over it and gives an Epoch for each pass.

    >>> from micrograd_nn import MLP, data
    >>> model = MLP(2, [8, 1], seed=1)
    >>> for epoch in train(model, data.xor()):
    ...     if epoch.number % 50 == 0:
    ...         print(epoch.number, epoch.accuracy)
    50 1.0
    100 1.0

    An example is `(inputs, target)`, and the loss is of one example's output and target. A step follows the gradient of
    its mean over a batch: over all examples, or over `batch_size` of them, shuffled in every epoch. The optimizer is
    `Adam(model.parameters())` unless another is passed. `l1` and `l2` add that many times Σ|w| and Σw² to the loss;
    `clip_norm` shortens gradients that are longer. `validation` is examples that are only measured, or the share of
    the examples to set aside for that. With `patience`, the run ends when so many epochs in a row were no better than
    the best, and the model is left with the parameters of the best. Between epochs it is in the mode for use
    (`model.eval()`).

    Raises: ValueError or TypeError for what cannot be trained, naming the example; while training, DivergenceError.
    """
    rng, loss = generator(rng, seed), loss_function(loss)
    training, held_out = parts(examples, validation, rng)
    check_settings(epochs, l1, l2, clip_norm, patience)
    batches(training, batch_size)
    optimizer = optimizer or Adam(model.parameters())
    decision = decision_of(loss, [target for _, target in [*training, *held_out]], n_outputs(model, training[0]))
    if decision and len(training) > 1 and len({decision.class_of(target) for _, target in training}) == 1:
        raise ValueError(
            f"all {len(training)} examples are of one class, {training[0][1]!r}: nothing is to be told apart"
        )
    return Run(
        model, training, held_out, loss, optimizer, epochs, batch_size, l1, l2, clip_norm, patience, decision, rng
    )


def parts(
    examples: Sequence[Example], validation: Sequence[Example] | float | None, rng: random.Random
) -> tuple[list[Example], list[Example]]:
    """The examples to train on, and those that are only measured."""
    training = checked_examples(examples, "examples")
    if isinstance(validation, int | float):
        return split(training, validation, rng=rng)
    return training, [] if validation is None else checked_examples(validation, "validation examples")


def checked_examples(examples: Sequence[Example], what: str) -> list[Example]:
    """The examples as a list.

    Raises: ValueError when there are none, TypeError for what is not a pair of inputs and target.
    """
    checked = list(examples)
    if not checked:
        raise ValueError(f"training needs {what}: there are none")
    for i, example in enumerate(checked, start=1):
        if not isinstance(example, Sequence) or len(example) != 2 or isinstance(example, str):
            raise TypeError(f"example {i} must be (inputs, target), not {example!r}")
    return checked


def check_settings(epochs: int, l1: float, l2: float, clip_norm: float | None, patience: int | None) -> None:
    """Raise unless every setting is a number that makes sense."""
    check_sizes(epochs=epochs, patience=1 if patience is None else patience)
    for name, strength in (("l1", l1), ("l2", l2)):
        not_negative(name, strength)
    if clip_norm is not None:
        positive("clip_norm", clip_norm)


def n_outputs(model: Any, example: Example) -> int:
    """How many outputs the model gives."""
    with at_example(1), no_grad():
        output = model(example[0])
    return len(output) if isinstance(output, Sequence) else 1
