"""Walk: a recorded backward in which one can go forwards and back, and see every gradient at any step."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from operator import index
from typing import Any

from .backward import add_to_leaves, assignments, one_at_a_time
from .breakpoints import Breakpoint, Condition, as_breakpoint
from .collector import collector_paused
from .graph import NOT_COMPUTED
from .names import NOT_REACHED, number
from .ops import constant
from .steps import Route, Step, steps_along
from .value import Value


class Walk(Sequence[Step]):
    """The steps of `output.backward()`, and a place among them; no `grad` in the graph changes.

    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> c = a * b + a; c.label = "c"
    >>> walk = Walk(c)
    >>> print(walk.next())
    ∂c/∂v1 += ∂c/∂c · ∂c/∂v1 = 1 × 1 = 1
    >>> print(walk.until("a"))
    ∂c/∂a += ∂c/∂c · ∂c/∂a = 1 × 1 = 1   (1 of 2)
    >>> walk.gradient(a), walk.gradient(b)
    ('1 (1 of 2)', '·')
    >>> walk.back() is walk[1], walk.position
    (True, 1)

    It is a sequence of its steps, and `position` says how many of them are taken. Each move takes the same
    short time a step. What the methods take as a node may also be its name.

    Raises: TypeError for what is not a Value, ValueError when there are no steps back from it.
    """

    def __init__(self, output: Value) -> None:
        route = Route(output)
        self.output, self.names, self.expected = output, route.names, route.expected
        self.problem: Exception | None = None  # what backward() would raise
        self.steps: list[Step] = []
        taking = closing(steps_along(route, check_only))  # whatever comes in between, gradients are put back
        with one_at_a_time, collector_paused(), taking as steps:  # paused: a third of the time
            try:
                self.steps.extend(steps)
            except (ValueError, OverflowError) as error:
                self.problem = error
        if not self.steps:
            why = "was computed from numbers alone" if output.inputs else "was not computed from anything"
            raise ValueError(f"{self.names[output]} {why}: there are no steps back from it")
        self.completed = {step.input: i for i, step in enumerate(self.steps, start=1)} | {output: 0}
        self.start()

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, i: Any) -> Any:
        return self.steps[i]

    def __repr__(self) -> str:
        return f"<Walk back from {self.names[self.output]}: {self.position} of {len(self)} steps taken>"

    # Where it is

    @property
    def step(self) -> Step | None:
        """The step taken last; None at the start."""
        return self.steps[self.position - 1] if self.position else None

    def node(self, node: Value | str) -> Value:
        """The node itself, or the one that a name means.

        Raises: ValueError for what is not in the graph.
        """
        if isinstance(node, str):
            return self.names.find(node)
        if node not in self.names:
            raise ValueError(f"{node!r} is not in the graph of {self.names[self.output]}")
        return node

    def grad(self, node: Value | str) -> float:
        """The gradient that a node has at this step; 0.0 while nothing has reached it."""
        return self.grads.get(self.node(node), NOT_COMPUTED)

    def arrived(self, node: Value | str) -> int:
        """How many of its contributions a node has; `expected[node]` says how many there will be."""
        return self.received.get(self.node(node), 0)

    def state(self, node: Value | str) -> str:
        """`not reached`, `partial` or `final`: how far a node's gradient is."""
        node = self.node(node)
        if node is self.output:
            return "final"
        arrived = self.received.get(node, 0)
        return "not reached" if not arrived else "final" if arrived == self.expected[node] else "partial"

    def gradient(self, node: Value | str) -> str:
        """A node's gradient as pictures and texts write it: `·`, `2 (1 of 3)` or `6`; nothing for a constant."""
        node = self.node(node)
        if node.op is constant:
            return ""
        state = self.state(node)
        share = f" ({self.arrived(node)} of {self.expected[node]})" if state == "partial" else ""
        return NOT_REACHED if state == "not reached" else number(self.grad(node)) + share

    # Moving

    def start(self) -> None:
        """Go to before the first step, where the output alone has a gradient: 1."""
        self.position = 0
        self.grads: dict[Value, float] = {self.output: 1.0}
        self.received: dict[Value, int] = {}

    def next(self) -> Step:
        """Take the next step.

        Raises: IndexError at the end.
        """
        if self.position == len(self):
            raise IndexError(f"this is the end: all {len(self)} steps are taken")
        step = self.steps[self.position]
        self.position += 1
        self.grads[step.input] = step.after
        self.received[step.input] = self.received.get(step.input, 0) + 1
        return step

    def back(self) -> Step:
        """Take the last step back, and return it.

        Raises: IndexError at the start.
        """
        if not self.position:
            raise IndexError("this is the start: there is no step to take back")
        self.position -= 1
        step = self.steps[self.position]
        self.grads[step.input] = step.before
        self.received[step.input] -= 1
        return step

    def go(self, position: int) -> Step | None:
        """Go to where so many steps are taken, and return the last of them.

        Raises: IndexError for a position that is not there.
        """
        if not 0 <= index(position) <= len(self):
            raise IndexError(f"there is no step {position}: the walk has steps 0 to {len(self)}")
        while self.position < position:
            self.next()
        while self.position > position:
            self.back()
        return self.step

    def end(self) -> Step | None:
        """Take all the steps that are left."""
        return self.go(len(self))

    def to(self, node: Value | str) -> Step | None:
        """Go, forwards or back, to the step that completes the gradient of a node, given itself or by name.

        Raises: ValueError for a node that no step reaches, or that is not in the graph.
        """
        found = self.node(node)
        if found not in self.completed:
            raise ValueError(f"no step reaches {self.names[found]}")
        return self.go(self.completed[found])

    def until(self, *conditions: Condition | Breakpoint, backwards: bool = False) -> Step | None:
        """Go on to the next step, or back to the step before, at which a condition holds; None if there is none.

        A condition is a node, text such as `"tanh"` or `"|grad| > 100"` (see `breakpoints`), or a function of a
        step. If none holds, the walk ends at the end, or at the start. If one raises, it stays where it is.

        Raises: ValueError for text that means nothing here, or when a condition raises.
        """
        stops = [as_breakpoint(condition, self.names) for condition in conditions]
        places = range(self.position - 1, 0, -1) if backwards else range(self.position + 1, len(self) + 1)
        for place in places:
            if any(stop.holds(self.steps[place - 1]) for stop in stops):
                return self.go(place)
        self.go(0 if backwards else len(self))
        return None


def check_only(order: list[Any], leaves: list[Any], before: list[Any]) -> None:
    """Finish a backward by seeing that it could finish, then put every gradient back."""
    add_to_leaves(order, leaves, before)
    any(assignments(order, before))
