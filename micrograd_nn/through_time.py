"""through_time: how an output's gradient fares on its way back through time, step by step: does it vanish?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import hypot
from typing import TypeAlias

from .backward import grad
from .charts import Chart, line_chart
from .graph import reading_order
from .names import not_found, number
from .notation import aligned
from .quoting import visible
from .value import Value

AT_A_TIME = re.compile(r"t(\d+)\.((?:.+\.)?[xhc])\d+")  # the label of a number of an input or of a state
ByTime: TypeAlias = "dict[int, list[float]]"


@dataclass(frozen=True, slots=True)
class ThroughTime:
    """Gradients by time step, in one or several columns; `print` it for a table of their norms.

    >>> network = ThroughTime("norm of the gradient of L", {"h": {1: [3.0, -4.0], 2: [6.0, 8.0]}})
    >>> network.norms("h"), network.factor("h")
    ({1: 5.0, 2: 10.0}, 0.5)
    """

    title: str
    gradients: Mapping[str, ByTime]

    def norms(self, column: str) -> dict[int, float]:
        """The length √(g₁² + … + gₙ²) of a column's gradient at every time step."""
        return {t: hypot(*gradient) for t, gradient in self.gradients[column].items()}

    def factor(self, column: str) -> float | None:
        """What a norm is multiplied by on a step back, on average: below 1 the gradient vanishes.

        That is the n-th root of first norm / last norm, n steps apart. None where there is one time step only, or the
        last norm is 0.
        """
        norms = self.norms(column)
        first, last = min(norms), max(norms)
        return (norms[first] / norms[last]) ** (1 / (last - first)) if first < last and norms[last] else None

    def __str__(self) -> str:
        columns = [self.norms(column) for column in self.gradients]
        times = sorted({t for norms in columns for t in norms})
        rows = [[str(t), *[number(norms[t]) if t in norms else "" for norms in columns]] for t in times]
        factors = [self.factor(column) for column in self.gradients]
        rows.append(["a step back", *["" if f is None else f"×{number(f)}" for f in factors]])
        head = ["time step", *self.gradients]
        return "\n".join([self.title, *aligned([head, *rows], right=range(len(head)))])

    def plot(self) -> Chart:
        """The norms by time step on a logarithmic scale: what fades at an even rate is a straight line.

        >>> from micrograd_nn.layers import RNN
        >>> through_time(RNN(1, 1, seed=1)([1.0, 0.0])[-1][0]).plot().title
        'norm of the gradient of t2.cell.h1'

        Raises: ValueError where no norm is above 0.
        """
        curves = {column: list(self.norms(column).items()) for column in self.gradients}
        return line_chart(curves, title=self.title, x_label="time step", y_label="norm", log=True)


def through_time(output: Value) -> ThroughTime:
    """The gradients of an output with respect to the inputs and states of every time step; no node's `grad` changes.

    They are found by their labels, which recurrent layers give: `t3.x1` is an input at time step 3, `t3.cell.h2` a
    number of the state, `t3.cell.c2` one of an LSTM's memory. States of several layers are told apart by their paths.
    If several sequences lead to the output, a gradient is over all of them.

    In a linear RNN of one unit, h_t = 0.5·h_{t-1} + x_t, every step back halves the gradient:

    >>> from micrograd_nn.layers import RNN
    >>> rnn = RNN(1, 1, "linear", seed=1)
    >>> rnn.cell.neurons[0].w[0].data, rnn.cell.neurons[0].w[1].data = 1.0, 0.5
    >>> last = rnn([8.0, 0.0, 0.0])[-1][0]
    >>> print(through_time(last))
    norm of the gradient of t3.cell.h1
      time step     x     h
              1  0.25  0.25
              2   0.5   0.5
              3     1     1
    a step back  ×0.5  ×0.5

    Raises: TypeError for what is not a Value, ValueError where nothing behind it is labelled so.
    """
    if not isinstance(output, Value):
        raise TypeError(f"gradients through time are those of a Value, not of {type(output).__name__}")
    found = [(AT_A_TIME.fullmatch(str(node.label)), node) for node in reading_order(output)]
    places = [(place[2], int(place[1]), node) for place, node in found if place]
    if not places:
        raise ValueError("no node is labelled as an input or a state at a time step, such as t3.x1 or t3.cell.h1")
    gradients: dict[str, ByTime] = {}
    for (name, t, _), g in zip(places, grad(output, [node for _, _, node in places])):
        gradients.setdefault(name, {}).setdefault(t, []).append(g)
    title = f"norm of the gradient of {visible(str(output.label)) or 'the output'}"
    return ThroughTime(title, dict(zip(shortest(gradients), gradients.values())))


def shortest(names: Iterable[str]) -> list[str]:
    """Names without their paths, where that leaves them different.

    >>> shortest(["x", "layer1.cell.h"]), shortest(["x", "layer1.cell.h", "layer2.cell.h"])
    (['x', 'h'], ['x', 'layer1.cell.h', 'layer2.cell.h'])
    """
    names = list(names)
    letters = [name.rpartition(".")[2] for name in names]
    return [letter if letters.count(letter) == 1 else name for name, letter in zip(names, letters)]


def side_by_side(networks: Mapping[str, ThroughTime], column: str) -> ThroughTime:
    """One column of several networks, such as that of x, each under the network's name.

    >>> short = ThroughTime("", {"x": {1: [3.0, 4.0], 2: [5.0, 12.0]}})
    >>> print(side_by_side({"RNN": short, "LSTM": short}, "x"))
    norm of the gradient with respect to x
      time step      RNN     LSTM
              1        5        5
              2       13       13
    a step back  ×0.3846  ×0.3846

    Raises: ValueError for a network that has no such column.
    """
    for name, network in networks.items():
        if column not in network.gradients:
            raise ValueError(not_found(f"column of {name}", column, network.gradients))
    title = f"norm of the gradient with respect to {column}"
    return ThroughTime(title, {name: network.gradients[column] for name, network in networks.items()})
