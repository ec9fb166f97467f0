"""report: one self-contained HTML file that shows how a network learned.

Its network, its examples, the boundary it draws between them and the course of its training, epoch by epoch. Every
number in it comes from here, as data; the page's script repeats the forward pass for the colours of its maps only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .charts.scales import LARGEST
from .initial import ACTIVATIONS, as_inputs
from .names import number
from .nn import MLP
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

    def __init__(self, run: Run, names: list[str], classes: list[str], title: str) -> None:
        self.run, self.names, self.classes, self.title = run, names, classes, title

    def assemble(self) -> str:
        """The text of the page, newly made from where the run is."""
        return assembled("report", SCRIPTS, self.title, report_data(self.run, self.names, self.classes))

    def __repr__(self) -> str:
        return f"<Report: {self.title}, {len(self.run.history) - 1} epochs>"


def report(
    run: Run, names: Sequence[str] | None = None, classes: Sequence[str] | None = None, title: str = ""
) -> Report:
    """A page on a training run: network, examples, decision boundary and progress, at every epoch.

    >>> from micrograd_nn import MLP, data
    >>> from micrograd_nn.training import train
    >>> run = train(MLP(2, [4, 1], seed=1), data.xor(), epochs=20)
    >>> report(run.finish(), title="XOR")
    <Report: XOR, 20 epochs>

    `.save("xor.html")` writes it. `names` are those of the inputs, x1, x2, … unless given; `classes` those of the
    classes, else their labels. The run and its model stay as they are.

    Raises: TypeError for what is not a run; ValueError for a model other than an MLP with named activations, or for
    one of more than 300 neurons or 15,000 parameters, for inputs that are not finite, for a wrong number of names.
    """
    if not isinstance(run, Run):
        raise TypeError(f"a report is of a run, which train() gives, not of {type(run).__name__}")
    check_model(run.model)
    check_inputs(run)
    n_inputs = run.model.layers[0].n_inputs
    labels = run.decision.labels if run.decision else ()
    names = checked_names("names", names, [f"x{i}" for i in range(1, n_inputs + 1)], "input")
    classes = checked_names("classes", classes, [number(label) for label in labels], "class")
    return Report(run, names, classes, visible(title) or f"Training of {run.model!r}")


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


def check_inputs(run: Run) -> None:
    """Raise unless every example has a place in the plane."""
    for i, (x, _) in enumerate([*run.examples, *run.validation], start=1):
        for value in as_inputs(x, run.model.layers[0].n_inputs):
            if not abs(value.data) <= LARGEST:
                raise ValueError(f"example {i} has an input of {value.data}: to be drawn, inputs must be finite")


def checked_names(what: str, given: Sequence[str] | None, usual: list[str], of: str) -> list[str]:
    """The names that were given, as they show, or else the usual ones.

    Raises: ValueError unless there is one for each.
    """
    if given is None:
        return usual
    if isinstance(given, str) or len(given) != len(usual):
        raise ValueError(f"{what} must be a list with one name for each {of}, {len(usual)} of them, not {given!r}")
    return [visible(str(name)) for name in given]
