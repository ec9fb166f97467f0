"""plot: how a training run went, as a picture: its losses, its accuracy, and what it decides over the plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .charts import Chart, beside, decision_map, line_chart
from .losses.pairing import data_of
from .nn import MLP
from .no_grad import no_grad
from .training import Decision, Run

LOGARITHMIC = 30.0  # a loss that falls by more than this is shown on a logarithmic scale


def plot(run: Run, names: Sequence[str] = ("x1", "x2"), classes: Sequence[str] = ()) -> Chart:
    """The losses of a run by epoch, beside its accuracy, and beside the decision boundary where there are two inputs.

    >>> from micrograd_nn import MLP, data, train
    >>> run = train(MLP(2, [8, 1], seed=1), data.xor()).finish()
    >>> plot(run).save("xor.svg")                                            # doctest: +SKIP
    >>> [chart.title for chart in charts_of(run)]
    ['loss', 'accuracy', 'decision boundary']

    `names` are those of the inputs, `classes` those of the classes.

    Raises: TypeError for what is not a run.
    """
    if not isinstance(run, Run):
        raise TypeError(f"a plot is of a run, which train() gives, not of {type(run).__name__}")
    return beside(*charts_of(run, names, classes), title=str(run.model))


def charts_of(run: Run, names: Sequence[str] = ("x1", "x2"), classes: Sequence[str] = ()) -> list[Chart]:
    """The pictures that a run has."""
    losses = curves(run, "loss", "validation_loss")
    falls = max(map(max, losses.values())) > LOGARITHMIC * min(map(min, losses.values())) > 0
    charts = [line_chart(losses, title="loss", log=falls)]
    if run.decision is not None:
        charts.append(line_chart(curves(run, "accuracy", "validation_accuracy"), title="accuracy", y_label="accuracy"))
    if run.decision is not None and len(run.examples[0][0]) == 2:
        charts.append(boundary(run, run.decision, names, classes))
    return charts


def curves(run: Run, measure: str, held_out: str) -> dict[str, list[float]]:
    """A measure by epoch, on the examples trained on and on those held out."""
    found = {"training": [getattr(epoch, measure) for epoch in run.history]}
    if run.validation:
        found["validation"] = [getattr(epoch, held_out) for epoch in run.history]
    return found


def boundary(run: Run, decision: Decision, names: Sequence[str], classes: Sequence[str]) -> Chart:
    """What the model decides over the plane of its two inputs, with the zero lines of its first neurons."""

    def said(x: list[float]) -> Any:
        with no_grad():
            output = run.model(x)
        return decision(output) if decision.threshold is None else output.data - decision.threshold

    shown = [(list(map(data_of, inputs)), decision.class_of(target)) for inputs, target in run.examples]
    return decision_map(
        said, shown, classes, "decision boundary", x_label=names[0], y_label=names[1], lines=zero_lines(run.model)
    )


def zero_lines(model: Any) -> list[tuple[float, float, float]]:
    """Where the first layer's neurons have z = 0: their weights and bias."""
    if not isinstance(model, MLP) or len(model.layers) == 1:
        return []
    return [(n.w[0].data, n.w[1].data, n.b.data) for n in model.layers[0].neurons]
