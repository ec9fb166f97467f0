"""What a network made of its examples at some epochs: parameters, the z and a of every neuron, losses, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any, TypeVar

from .data import Preparation
from .data.preparation import unscaled
from .initial import as_inputs
from .losses.pairing import data_of, is_list
from .names import number
from .nn import MLP, alone
from .no_grad import no_grad
from .training import Run
from .training.decisions import probabilities
from .training.epochs import Example, percent
from .value import Value, dot

MOST_FRAMES = 120
MOST_NUMBERS = 300_000  # of all frames: a page of about three megabytes
MOST_IN_A_FRAME = 15_000  # z and a, so that there are ten frames at least
T = TypeVar("T")


def frames_of(run: Run, examples: Sequence[Example], preparation: Preparation) -> list[dict[str, Any]]:
    """A frame for each epoch whose parameters the run kept, fewer where there are many; its model stays as it is."""
    kept = {**run.snapshots, run.history[-1].number: run.parameters}
    twin = deepcopy(run.model)
    size = len(run.parameters) + 2 * n_neurons(twin) * len(examples)
    frames = []
    with no_grad():
        for epoch in evenly(list(kept), min(MOST_FRAMES, max(2, MOST_NUMBERS // size))):
            for p, data in zip(twin.parameters(), kept[epoch]):
                p.data = data
            frames.append(frame(run, twin, epoch, examples, preparation))
    return frames


def frame(run: Run, model: MLP, epoch: int, examples: Sequence[Example], preparation: Preparation) -> dict[str, Any]:
    """What stands in the page for one epoch: numbers as texts, and by example what the network made of it."""
    passes = [forward(model, inputs) for inputs, _ in examples]
    outputs = [alone([a for _, a in layers[-1]]) for layers in passes]
    says = [run.decision(output) for output in outputs] if run.decision else []
    found = [probabilities(run.loss, output) for output in outputs] if says else []
    return {
        "epoch": epoch,
        "measured": measured_texts(run, epoch),
        "parameters": [p.data for layer in model.layers for neuron in layer.neurons for p in (*neuron.w, neuron.b)],
        "z": [[[rounded(z.data) for z, _ in layer] for layer in layers] for layers in passes],
        "a": [[[rounded(a.data) for _, a in layer] for layer in layers] for layers in passes],
        "outputs": [[rounded(y) for y in in_units(preparation, output)] for output in outputs],
        "losses": [rounded(run.loss(output, target).data) for output, (_, target) in zip(outputs, examples)],
        "says": says,
        "probabilities": [rounded(by_class[k]) for by_class, k in zip(found, says) if by_class],
    }


def in_units(preparation: Preparation, numbers: Any) -> list[float]:
    """Outputs, or targets, in the units of the table; there may be one or several."""
    listed = numbers if is_list(numbers) else [numbers]
    return [y for x in listed for y in unscaled(preparation.target_scaling, [data_of(x)])]


def forward(model: MLP, inputs: Sequence[Any]) -> list[list[tuple[Value, Value]]]:
    """The z and a of every neuron, layer by layer; nothing is dropped.

    >>> [(z, a)], [(output_z, output)] = forward(MLP(1, [1, 1], seed=1), [2.0])
    >>> a.data == z.tanh().data, output is output_z
    (True, True)
    """
    layers, x = [], as_inputs(inputs, model.layers[0].n_inputs)
    for layer in model.layers:
        zs = [dot(neuron.w, x, neuron.b) for neuron in layer.neurons]
        x = [neuron.activation(z) for neuron, z in zip(layer.neurons, zs)]
        layers.append(list(zip(zs, x)))
    return layers


def measured_texts(run: Run, epoch: int) -> list[tuple[str, str]]:
    """What was measured after an epoch, as a person reads it."""
    measured = run.history[epoch]
    losses = [("training loss", measured.loss), ("validation loss", measured.validation_loss)]
    shares = [("training accuracy", measured.accuracy), ("validation accuracy", measured.validation_accuracy)]
    texts = [(name, number(loss)) for name, loss in losses if loss is not None]
    return texts + [(name, percent(share)) for name, share in shares if share is not None]


def n_neurons(model: MLP) -> int:
    """How many neurons the network has."""
    return sum(len(layer.neurons) for layer in model.layers)


def rounded(x: float) -> float:
    """The number to four significant digits, as it is printed.

    >>> rounded(2 / 3), rounded(123456.0)
    (0.6667, 123500.0)
    """
    return float(number(x))


def evenly(things: Sequence[T], most: int) -> list[T]:
    """At most so many of the things, evenly spaced, the first and the last among them.

    >>> evenly(range(11), 5), evenly("abc", 5)
    ([0, 2, 5, 7, 10], ['a', 'b', 'c'])
    """
    last = len(things) - 1
    return list(things) if last < most else [things[k * last // (most - 1)] for k in range(most)]
