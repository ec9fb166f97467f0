"""The picture of one step of backward, laid out the same at every step: only texts and classes change."""

from __future__ import annotations

from collections.abc import Sequence

from .names import number
from .picture import Picture
from .steps import Step
from .value import Value
from .walk import Walk

EM = 0.58  # the width of an average character, in font sizes; Helvetica's digits have 0.556
LIT = "#FFF0B8"
CURRENT = {"penwidth": "4", "arrowsize": "0.9"}


class StepPicture(Picture):
    """A Picture that shows the gradients of a walk, where it is now, and marks the current edge."""

    in_steps = True

    def __init__(
        self,
        walk: Walk,
        max_nodes: int | None,
        separate: bool,
        positive: str,
        negative: str,
        collapse: str | Sequence[str] | None = None,
        mark: bool = True,
    ) -> None:
        self.walk, self.mark = walk, mark
        self.step_at: dict[tuple[Value, int], Step] = {(step.node, step.position): step for step in walk}
        self.place = {edge: i for i, edge in enumerate(self.step_at, start=1)}
        self.widest: dict[Value, int] = {}
        for step in walk:
            width = len(f"grad {gradient_after(step)}")
            self.widest[step.input] = max(width, self.widest.get(step.input, 0))
        super().__init__(walk.output, max_nodes, separate, positive, negative, collapse)

    def grad(self, node: Value) -> float:
        """The gradient at this step."""
        return self.walk.grad(node)

    def flow(self, node: Value, i: int) -> float:
        """How much gradient the edge carries in the end: lines keep their width."""
        step = self.step_at.get((node, i))
        return step.contribution if step else 0.0

    def gradient(self, node: Value) -> str:
        """`·`, `2 (1 of 3)` or `6`."""
        return self.walk.gradient(node)

    def room(self, node: Value) -> str:
        """Cells as wide as the widest gradient that this node will ever show."""
        return f' WIDTH="{round(11 * EM * self.widest.get(node, 6))}"'

    def value_look(self, node: Value) -> dict[str, str]:
        """The attributes of a box; the one that has just received is lit."""
        step = self.walk.step
        look = super().value_look(node)
        if not self.mark or not step or step.input is not node:
            return look
        return look | {"fillcolor": LIT, "class": f"{look['class']} lit"}

    def look(self, node: Value, i: int) -> dict[str, str]:
        """The attributes of an edge; the current one is marked."""
        look = super().look(node, i)
        if not self.mark or self.place.get((node, i)) != self.walk.position:
            return look
        return look | CURRENT | {"class": f"{look['class']} current"}

    def shown(self, node: Value, i: int) -> float:
        """The local derivative; once the step is taken, the contribution."""
        step = self.step_at.get((node, i))
        taken = step and self.place[node, i] <= self.walk.position
        return step.contribution if step and taken else super().shown(node, i)

    def edge_label(self, node: Value, i: int) -> str:
        """The local derivative; once the step is taken, the product, with room for it from the start."""
        step = self.step_at.get((node, i))
        if step is None:
            return super().edge_label(node, i)
        taken = self.place[node, i] <= self.walk.position
        texts = product(step) if taken else (super().edge_label(node, i), "\N{NO-BREAK SPACE}")
        room = f' WIDTH="{round(10 * EM * max(map(len, product(step))))}"'
        cells = "".join(f"<TR><TD{room}>{text}</TD></TR>" for text in texts)
        return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{cells}</TABLE>>'


def product(step: Step) -> tuple[str, str]:
    """What an edge says once its step is taken, in two lines."""
    return f"{number(step.upstream)} × {number(step.local)}", f"= {number(step.contribution)}"


def gradient_after(step: Step) -> str:
    """What the input's box says after a step."""
    share = f" ({step.arrived} of {step.expected})" if step.arrived < step.expected else ""
    return number(step.after) + share
