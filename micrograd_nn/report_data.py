"""What a training report shows, as plain data: names, examples, axes, curves and frames.

Lists by layer, neuron, example, class or epoch are in the run's order; numbers that are printed come as they are
printed, to four significant digits. What the network computes with is as it is; what is printed of inputs, outputs
and targets, and at their axes, is in the units of the table that they were prepared from.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from .charts.marks import SHAPES
from .charts.plane import axis
from .charts.scales import Scale, linear_scale, log_scale
from .data import Preparation
from .data.preparation import unscaled
from .data.scaling import Scaling
from .initial import as_inputs, name_of
from .losses.pairing import data_of, is_list
from .names import number
from .optim.schedule import Schedule
from .optim.schedules import Constant
from .plot import curves
from .quoting import visible
from .report_frames import MOST_IN_A_FRAME, evenly, frames_of, in_units, n_neurons, rounded
from .training import Run
from .training.decisions import LOGITS
from .training.epochs import Example

SURE = 3.0  # a difference of logits that shows as sure: a probability of 0.95
STRETCHES = 400  # of a curve, each with its lowest and its highest point


def report_data(run: Run, preparation: Preparation) -> dict[str, Any]:
    """All that a report shows."""
    everything = [*run.examples, *run.validation]
    places = evenly(range(len(everything)), MOST_IN_A_FRAME // (2 * n_neurons(run.model)))
    classes = class_names(run, preparation)
    examples = [example_data(run, i, everything[i], preparation, classes) for i in places]
    frames = frames_of(run, [everything[i] for i in places], preparation)
    rows = [unscaled(preparation.input_scaling, example["inputs"]) for example in examples]
    return {
        "names": list(map(visible, preparation.input_names)),
        "classes": classes,
        "layers": [[name_of(neuron.activation) for neuron in layer.neurons] for layer in run.model.layers],
        "reading": reading(run),
        "examples": examples,
        "axes": axes_data([axis(column) for column in zip(*rows)], preparation.input_scaling),
        "standardised": preparation.input_scaling != Preparation.as_they_are(preparation.input_names).input_scaling,
        "values": values_data(axis(values(run, examples, frames[-1], preparation)), preparation.target_scaling),
        "reach": reach(frames),
        "curves": {"loss": loss_curves(run), "accuracy": accuracy_curves(run)},
        "epochs": scale_data(linear_scale([0.0, max(1.0, len(run.history) - 1.0)], whole=True)),
        "facts": facts(run),
        "notes": notes(len(frames), len(run.history), len(examples), len(everything)),
        "shapes": SHAPES,
        "frames": frames,
    }


def class_names(run: Run, preparation: Preparation) -> list[str]:
    """What the classes are called: the categories of the target, or their labels where those are numbers."""
    if run.decision is None:
        return []
    labels = map(number, in_units(preparation, run.decision.labels))
    return list(map(visible, preparation.target.categories or labels))


def example_data(run: Run, i: int, example: Example, preparation: Preparation, classes: list[str]) -> dict[str, Any]:
    """An example: its number, where it stands, what stood in its row of the table, and what is wanted of it."""
    inputs, target = example
    numbers = [x.data for x in as_inputs(inputs, run.model.layers[0].n_inputs)]
    k = run.decision.class_of(target) if run.decision else None
    return {
        "number": i + 1,
        "inputs": numbers,
        "row": list(map(number, unscaled(preparation.input_scaling, numbers))),
        "targets": [data_of(t) for t in target] if is_list(target) else [data_of(target)],
        "class": k,
        "wanted": ", ".join(map(number, in_units(preparation, target))) if k is None else classes[k],
        "held_out": i >= len(run.examples),
    }


def reading(run: Run) -> dict[str, Any]:
    """How outputs are read, and the difference between two outputs, or to the threshold, that shows as sure."""
    if run.decision is None:
        return {"kind": "value"}
    labels, threshold = run.decision.labels, run.decision.threshold
    if threshold is None:
        return {"kind": "largest", "sure": SURE if run.loss in LOGITS else 1.0}
    sure = SURE if run.loss in LOGITS else (labels[1] - labels[0]) / 2
    return {"kind": "threshold", "threshold": threshold, "sure": sure}


def scale_data(scale: Scale) -> dict[str, Any]:
    """An axis, with its ticks as pairs of a share of its length and a text."""
    ticks = [[scale.share(tick), text] for tick, text in zip(scale.ticks, scale.texts())]
    return {"low": scale.low, "high": scale.high, "log": scale.log, "ticks": ticks}


def axes_data(axes: list[Scale], scaling: Scaling) -> list[dict[str, Any]]:
    """Axes whose ticks are in the units of a table, and whose ends are scaled: an affine scale keeps all shares."""
    lows, highs = scaling([scale.low for scale in axes]), scaling([scale.high for scale in axes])
    return [scale_data(scale) | {"low": low, "high": high} for scale, low, high in zip(axes, lows, highs)]


def values_data(scale: Scale, scaling: Scaling) -> dict[str, Any]:
    """The axis of the outputs, in the units of the target, with its ends as texts."""
    (found,) = axes_data([scale], scaling)
    return found | {"ends": [number(scale.low), number(scale.high)]}


def values(run: Run, examples: list[dict[str, Any]], last: dict[str, Any], preparation: Preparation) -> list[float]:
    """What the outputs came to in the end; of outputs that are no classes the first, and what it was to come to."""
    if run.decision:
        return [y for numbers in last["outputs"] for y in numbers]
    targets = [in_units(preparation, example["targets"]) for example in examples]
    return [numbers[0] for numbers in last["outputs"] + targets]


def reach(frames: list[dict[str, Any]]) -> list[list[float]]:
    """The largest size of each neuron's activation, by layer, for any example in any frame; 1 where all are 0."""
    passes = [layers for frame in frames for layers in frame["a"]]
    return [[max(map(abs, column)) or 1.0 for column in zip(*layer)] for layer in zip(*passes)]


def loss_curves(run: Run) -> dict[str, Any]:
    """The loss by epoch, with a linear axis, and a logarithmic one unless a loss is 0."""
    lines = [curve(losses) for losses in curves(run, "loss", "validation_loss").values()]
    numbers = [y for line in lines for _, y in line]
    scales = [linear_scale([0.0, *numbers], outward=True)]
    if min(numbers) > 0:
        scales.append(log_scale(numbers))
    return {"lines": lines, "scales": [scale_data(scale) for scale in scales]}


def accuracy_curves(run: Run) -> dict[str, Any] | None:
    """The accuracy by epoch, if there is one."""
    if run.decision is None:
        return None
    lines = [curve(shares) for shares in curves(run, "accuracy", "validation_accuracy").values()]
    percents = Scale(0.0, 1.0, (0.0, 0.5, 1.0))
    ticks = [[share, text] for share, text in zip(percents.ticks, ("0 %", "50 %", "100 %"))]
    return {"lines": lines, "scales": [scale_data(percents) | {"ticks": ticks}]}


def curve(numbers: Sequence[Any]) -> list[tuple[int, float]]:
    """The points (epoch, number); of very many the lowest and the highest in every stretch.

    >>> curve([0.7, 0.25])
    [(0, 0.7), (1, 0.25)]
    """
    points = [(epoch, rounded(y)) for epoch, y in enumerate(numbers)]
    if len(points) <= 2 * STRETCHES:
        return points
    size = ceil(len(points) / STRETCHES)
    stretches = [points[k : k + size] for k in range(0, len(points), size)]
    extremes = {extreme(stretch, key=by_height) for stretch in stretches for extreme in (min, max)}
    return sorted({points[0], points[-1]} | extremes)


def by_height(point: tuple[int, float]) -> float:
    """What points are compared by."""
    return point[1]


def facts(run: Run) -> list[tuple[str, str]]:
    """What was trained, and how."""
    held_out = f", {len(run.validation)} for validation" if run.validation else ""
    return [
        ("network", repr(run.model)),
        ("loss", getattr(run.loss, "__name__", "one's own").replace("_", " ")),
        ("optimizer", type(run.optimizer).__name__),
        ("learning rate", learning_rate(run)),
        ("batch size", str(run.batch_size or len(run.examples))),
        ("examples", f"{len(run.examples)} for training{held_out}"),
        ("best epoch", f"{run.best} of {len(run.history) - 1}"),
    ]


def learning_rate(run: Run) -> str:
    """The learning rate; under a schedule also what that is, and what it gave the last epoch."""
    schedule = run.optimizer.schedule
    if isinstance(schedule, Constant):
        return number(schedule.learning_rate)
    name = repr(schedule) if isinstance(schedule, Schedule) else "a function of one's own"
    return f"{name}, now {number(run.history[-1].learning_rate)}"


def notes(n_frames: int, n_epochs: int, n_shown: int, n_examples: int) -> list[str]:
    """What the page leaves out."""
    found = [f"{n_frames} of {n_epochs} epochs are kept."] if n_frames < n_epochs else []
    return found + ([f"{n_shown} of {n_examples} examples are shown."] if n_shown < n_examples else [])
