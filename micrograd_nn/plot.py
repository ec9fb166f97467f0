"""plot: how a training run went, as a picture: its losses, its accuracy, and what it decides over the plane."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from numbers import Real
from typing import Any

from .charts import Chart, beside, decision_map, line_chart
from .charts.plane import Line
from .data import Preparation
from .data.scaling import Scaling
from .layers import Embedding
from .losses.pairing import data_of, is_list
from .nn import MLP
from .no_grad import no_grad
from .training import Decision, Run
from .training.decisions import depth
from .training.train import output_for
from .value import Value

AS_THEY_ARE = Preparation.as_they_are(("x1", "x2"))
LOGARITHMIC = 30.0  # a loss that falls by more than this is shown on a logarithmic scale


def plot(
    run: Run,
    names: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
    preparation: Preparation | None = None,
) -> Chart:
    """The losses of a run by epoch, beside its accuracy, and beside the decision boundary where there are two inputs.

    >>> from micrograd_nn import MLP, data, train
    >>> run = train(MLP(2, [8, 1], seed=1), data.xor()).finish()
    >>> plot(run).title, [chart.title for chart in charts_of(run)]
    ('MLP(2 -> 8 tanh -> 1 linear, 33 parameters)', ['loss', 'accuracy', 'decision boundary'])

    `.save("xor.svg")` writes it. `names` are those of the inputs, `classes` those of the classes. Both come from the
    `preparation` where there is one, and then the inputs are shown as they stood in the table.

    Raises: TypeError for what is not a run, or no preparation; ValueError for a wrong number of names, for names beside
    a preparation, and for inputs that have no place in the plane.
    """
    if not isinstance(run, Run):
        raise TypeError(f"a plot is of a run, which train() gives, not of {type(run).__name__}")
    return beside(*charts_of(run, either(run, preparation, names, classes)), title=str(run.model))


def either(
    run: Run, preparation: Preparation | None, names: Sequence[str] | None, classes: Sequence[str] | None
) -> Preparation:
    """The preparation, or else one that leaves numbers as they are, under these names or x1, x2, …

    Raises: TypeError for what is no preparation, ValueError for names beside one, and for one that does not suit.
    """
    n_inputs, n_classes = shape(run)
    if preparation is None:
        check_names("names", names, n_inputs, "input")
        check_names("classes", classes, n_classes, "class")
        return Preparation.as_they_are(names or [f"x{i}" for i in range(1, n_inputs + 1)], classes)
    if not isinstance(preparation, Preparation):
        kind = type(preparation).__name__
        raise TypeError(f"preparation must be what Preparation.fit(table, rows) gives, not {kind}")
    if names is not None or classes is not None:
        raise ValueError("a preparation has names and classes: give either these or the preparation")
    check_preparation(preparation, n_inputs, n_classes)
    return preparation


def shape(run: Run) -> tuple[int, int]:
    """How many inputs an example has, and how many classes are told apart; none where numbers are learned."""
    inputs = run.examples[0][0]
    return len(inputs) if isinstance(inputs, Sized) else 1, len(run.decision.labels) if run.decision else 0


def check_names(what: str, given: Sequence[str] | None, n: int, of: str) -> None:
    """Raise unless there are no names, or one for each."""
    if given is not None and (isinstance(given, str) or len(given) != n):
        raise ValueError(f"{what} must be a list with one name for each {of}, {n} of them, not {given!r}")


def check_preparation(preparation: Preparation, n_inputs: int, n_classes: int) -> None:
    """Raise unless the preparation makes inputs for the network, and targets of as many classes as it tells apart."""
    made, classes = len(preparation.input_names), len(preparation.target.categories or ())
    if made != n_inputs:
        raise ValueError(f"the preparation makes {made} inputs, but the network takes {n_inputs}")
    if n_classes and classes not in (0, n_classes):
        raise ValueError(f"the preparation has {classes} classes, but the network tells {n_classes} apart")


def charts_of(run: Run, preparation: Preparation = AS_THEY_ARE) -> list[Chart]:
    """The pictures that a run has."""
    losses = curves(run, "loss", "validation_loss")
    falls = max(map(max, losses.values())) > LOGARITHMIC * min(map(min, losses.values())) > 0
    charts = [line_chart(losses, title="loss", log=falls)]
    if run.decision is not None:
        charts.append(line_chart(curves(run, "accuracy", "validation_accuracy"), title="accuracy", y_label="accuracy"))
    if run.decision is not None and has_plane(run):
        charts.append(boundary(run, run.decision, preparation))
    return charts


def has_plane(run: Run) -> bool:
    """Whether examples are places in a plane, each with one output: two numbers, but not the tokens of a text."""
    inputs = [x for x, _ in run.examples]
    of_tokens = any(isinstance(part, Embedding) for part in run.model.modules())
    return all(map(is_place, inputs)) and not of_tokens and depth(output_for(run.model, inputs[0])) == 0


def is_place(inputs: Any) -> bool:
    """Whether inputs are two numbers; a model of one's own may take sequences, texts, or what it likes.

    >>> is_place([0.5, 2.0]), is_place([[0.5], [2.0]]), is_place("ab")
    (True, False, False)
    """
    return is_list(inputs) and len(inputs) == 2 and all(isinstance(x, Value | Real) for x in inputs)


def curves(run: Run, measure: str, held_out: str) -> dict[str, list[float]]:
    """A measure by epoch, on the examples trained on and on those held out."""
    found = {"training": [getattr(epoch, measure) for epoch in run.history]}
    if run.validation:
        found["validation"] = [getattr(epoch, held_out) for epoch in run.history]
    return found


def boundary(run: Run, decision: Decision, preparation: Preparation) -> Chart:
    """What the model decides over the plane of its two inputs, with the zero lines of its first neurons."""
    scaling, (x_label, y_label) = preparation.input_scaling, preparation.input_names

    def said(x: list[float]) -> Any:
        with no_grad():
            output = run.model(scaling(x))
        return decision(output) if decision.threshold is None else data_of(output) - decision.threshold

    shown = [
        (scaling.inverse(list(map(data_of, inputs))), decision.class_of(target)) for inputs, target in run.examples
    ]
    lines = [unscaled_line(line, scaling) for line in zero_lines(run.model)]
    classes = preparation.target.categories or ()
    return decision_map(said, shown, classes, "decision boundary", x_label, y_label, lines)


def unscaled_line(line: Line, scaling: Scaling) -> Line:
    """Where w1·x1 + w2·x2 + b = 0, for inputs as they were before they were scaled.

    >>> unscaled_line((1.0, 4.0, 0.0), Scaling((10.0, 0.0), (2.0, 1.0)))     # (x1 - 10) / 2 + 4 x2
    (0.5, 4.0, -5.0)
    """
    w1, w2 = [w / scale for w, scale in zip(line, scaling.scales)]
    m1, m2 = scaling.shifts
    return w1, w2, line[2] - w1 * m1 - w2 * m2


def zero_lines(model: Any) -> list[tuple[float, float, float]]:
    """Where the first layer's neurons have z = 0: their weights and bias."""
    if not isinstance(model, MLP) or len(model.layers) == 1:
        return []
    return [(n.w[0].data, n.w[1].data, n.b.data) for n in model.layers[0].neurons]
