"""report: one self-contained HTML file that shows how a network learned.

Its network, its examples, the boundary it draws between them and the course of its training, epoch by epoch. Every
number in it comes from here, as data; the page's script repeats the forward pass for the colours of its maps only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .charts.scales import LARGEST, SMALLEST
from .data import Preparation
from .initial import ACTIVATIONS, as_inputs
from .nn import MLP
from .plot import either
from .quoting import visible
from .report_data import report_data
from .report_frames import n_neurons
from .training import Run
from .web_page import WebPage, assembled

MOST_NEURONS = 300
MOST_PARAMETERS = 15_000
SCRIPTS = [  # in the order in which they are put together
    *("report/numbers.js", "report/network.js", "report/colors.js", "report/contours.js", "report/elements.js"),
    *("report/state.js", "report/layers.js", "report/plane.js", "report/progress.js", "report/panel.js"),
    "report/controls.js",
]


class Report(WebPage):
    """A page on a training run."""

    height = 800

    def __init__(self, run: Run, preparation: Preparation, title: str) -> None:
        self.run, self.preparation, self.title = run, preparation, title

    def assemble(self) -> str:
        """The text of the page, newly made from where the run is."""
        return assembled("report", SCRIPTS, self.title, report_data(self.run, self.preparation))

    def __repr__(self) -> str:
        return f"<Report: {self.title}, {len(self.run.history) - 1} epochs>"


def report(
    run: Run,
    names: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
    title: str = "",
    preparation: Preparation | None = None,
) -> Report:
    """A page on a training run: network, examples, decision boundary and progress, at 120 epochs or fewer.

    >>> from micrograd_nn import MLP, data
    >>> from micrograd_nn.training import train
    >>> run = train(MLP(2, [4, 1], seed=1), data.xor(), epochs=20)
    >>> report(run.finish(), title="XOR")
    <Report: XOR, 20 epochs>

    `.save("xor.html")` writes it. The epochs are spaced evenly. `names` are those of the inputs, x1, x2, … unless
    given; `classes` those of the classes, else their labels. Both come from the `preparation` where there is one, and
    so do the units: inputs and targets are shown as they stood in the table. The run and its model stay as they are.

    Raises: TypeError for what is not a run, or no preparation; ValueError for a model other than an MLP with named
    activations, or for one of more than 300 neurons or 15,000 parameters, for inputs too large to be drawn, for a wrong
    number of names, and for names beside a preparation.
    """
    if not isinstance(run, Run):
        raise TypeError(f"a report is of a run, which train() gives, not of {type(run).__name__}")
    check_model(run.model)
    found = either(run, preparation, names, classes)
    check_inputs(run, found)
    return Report(run, found, visible(title) or f"Training of {run.model!r}")


def check_model(model: Any) -> None:
    """Raise unless the page's script can repeat the forward pass of the model."""
    if not isinstance(model, MLP):
        raise ValueError(f"a report shows an MLP, not {type(model).__name__}")
    unknown = {neuron.activation for layer in model.layers for neuron in layer.neurons} - set(ACTIVATIONS.values())
    if unknown:
        raise ValueError(f"a report knows the activations {', '.join(ACTIVATIONS)} only, not functions of one's own")
    neurons, parameters = n_neurons(model), len(model.parameters())
    if neurons > MOST_NEURONS or parameters > MOST_PARAMETERS:
        most = f"{MOST_NEURONS} neurons and {MOST_PARAMETERS:,} parameters"
        raise ValueError(f"a report shows at most {most}, not {neurons} and {parameters:,}: train a smaller network")


def check_inputs(run: Run, preparation: Preparation) -> None:
    """Raise unless every example has a place in the plane, scaled and as it was."""
    narrowest = min((*preparation.input_scaling.scales, *preparation.target_scaling.scales))
    if narrowest < SMALLEST:
        raise ValueError(f"a column varies by {narrowest} only: to be drawn, columns must vary by {SMALLEST:g} or more")
    for i, (x, _) in enumerate([*run.examples, *run.validation], start=1):
        inputs = [value.data for value in as_inputs(x, run.model.layers[0].n_inputs)]
        far = beyond(inputs) or beyond(preparation.input_scaling.inverse(inputs))
        if far:
            raise ValueError(f"example {i} has an input of {far[0]}: to be drawn, inputs must be within ±{LARGEST:g}")


def beyond(numbers: list[float]) -> list[float]:
    """Those of the numbers that have no place on an axis."""
    return [x for x in numbers if not abs(x) <= LARGEST]
