"""Backward as a sequence of steps: who hands what to whom, one edge at a time.

The steps are taken by the engine's own chain rule, which pauses after each edge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from functools import cached_property
from itertools import chain
from typing import Any

from .backward import add_to_leaves, assignments, chain_rule, recorded_slopes
from .graph import NOT_COMPUTED, computed_and_leaves
from .names import Names, derivative
from .ops import constant
from .value import Value


class Route:
    """The edges that backward follows from `output` down, in order; what the steps of one backward share."""

    def __init__(self, output: Value) -> None:
        if not isinstance(output, Value):
            raise TypeError(f"steps start from a Value, not {type(output).__name__}")
        self.output = output
        self.names = Names(output)
        self.computed, self.leaves = computed_and_leaves(output)

    @cached_property
    def expected(self) -> Counter[Value]:
        """How many contributions every node receives: one from each of its uses."""
        return Counter(chain.from_iterable(node.inputs for node in self.computed))

    @cached_property
    def places(self) -> dict[tuple[Value, int], int]:
        """For each edge, by its node and position, the how-manieth contribution it brings to its input."""
        arrived: Counter[Value] = Counter()
        places = {}
        for node in self.computed:
            for position, x in enumerate(node.inputs):
                arrived[x] += 1
                places[node, position] = arrived[x]
        return places


class Step:
    """One application of the chain rule: `node` hands `upstream × local` to its input at `position`.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> e = a * b; e.label = "e"
    >>> step = next(backward_steps(e))
    >>> print(step)
    ∂e/∂a += ∂e/∂e · ∂e/∂a = 1 × -3 = -3
    >>> step.upstream, step.local, step.contribution, step.before, step.after
    (1.0, -3.0, -3.0, 0.0, -3.0)
    """

    __slots__ = (
        "node",  # the one whose gradient is handed on
        "position",  # of the input among the node's inputs, from 0
        "upstream",  # d(output)/d(node), complete
        "before",  # the input's gradient before this contribution; the NOT_COMPUTED object if it is the first
        "after",  # and after it
        "route",  # what all steps of one backward share
    )
    node: Value
    position: int
    upstream: float
    before: float
    after: float
    route: Route

    @property
    def input(self) -> Value:
        """The node that receives the contribution."""
        return self.node.inputs[self.position]

    @property
    def local(self) -> float:
        """d(node)/d(input), as recorded."""
        return self.node.local_derivatives[self.position]

    @property
    def contribution(self) -> float:
        """What was added to the input's gradient."""
        return self.upstream * self.local

    @property
    def arrived(self) -> int:
        """How many of its contributions the input has now."""
        return self.route.places[self.node, self.position]

    @property
    def expected(self) -> int:
        """How many it will have in the end."""
        return self.route.expected[self.input]

    def __format__(self, digits: str) -> str:
        """The step in one line, its numbers written as `digits` says: `f"{step:.17g}"` loses nothing."""
        digits = digits or ".4g"
        upstream, local, contribution = self.upstream + 0.0, self.local + 0.0, self.contribution + 0.0  # no -0
        product = f"{upstream:{digits}} × {local:{digits}} = {contribution:{digits}}"
        share = f"   ({self.arrived} of {self.expected})" if self.expected > 1 else ""
        source = f"   [{self.node.source}]" if self.node.source else ""
        return f"{self.rule} = {product}{share}{source}"

    @property
    def rule(self) -> str:
        """The chain rule for this edge, in names."""
        names = self.route.names
        output, node, x = names[self.route.output], names[self.node], names[self.input]
        return f"{derivative(output, x)} += {derivative(output, node)} · {derivative(node, x)}"

    def __str__(self) -> str:
        return format(self)

    def __repr__(self) -> str:
        return f"<Step: {self}>"


def backward_steps(output: Value) -> Iterator[Step]:
    """The steps of `output.backward()`, one for each edge, each taken when it is asked for.

    Edges into constants give no step: nobody asks for the slope in a number, and that of an exponent is not recorded.

    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> c = a * b + a; c.label = "c"
    >>> for step in backward_steps(c):
    ...     print(step)
    ∂c/∂v1 += ∂c/∂c · ∂c/∂v1 = 1 × 1 = 1
    ∂c/∂a += ∂c/∂c · ∂c/∂a = 1 × 1 = 1   (1 of 2)
    ∂c/∂a += ∂c/∂v1 · ∂v1/∂a = 1 × 3 = 3   (2 of 2)
    ∂c/∂b += ∂c/∂v1 · ∂v1/∂b = 1 × 2 = 2
    >>> a.grad, b.grad
    (4.0, 2.0)

    Gradients grow in the graph as the steps are taken, every node starting afresh. After the last one they are what
    `backward()` leaves. If the iteration is given up on the way, or raises, they are again what they were before it.
    In between they belong to it: another backward over the same nodes, in this thread or another, mixes the two up,
    which a `Walk` does not.

    Raises: TypeError for what is not a Value; at the end what `backward` raises.
    """
    return steps_along(Route(output), add_to_leaves)


def steps_along(route: Route, finish: Callable[[list[Any], list[Any], list[Any]], None]) -> Generator[Step, None, None]:
    """Take the steps of a route, then `finish`, which is told the nodes, the leaves and all gradients from before."""
    order = route.computed + route.leaves
    had = [node.grad for node in order]
    put_back = assignments(order, had)
    try:
        for node in order:
            node.grad = NOT_COMPUTED
        route.output.grad = 1.0
        edges = chain_rule(route.computed, recorded_slopes(route.computed))
        for node in route.computed:
            upstream = node.grad
            position = 0  # by hand, as are `for … break` for `next` and a step's fields: a third of a step's time
            for x in node.inputs:
                before = x.grad
                for _ in edges:  # here the engine adds the contribution
                    break
                if x.op is not constant:
                    step = Step()
                    step.node, step.position, step.route = node, position, route
                    step.upstream, step.before, step.after = upstream, before, x.grad
                    yield step
                position += 1  # noqa: SIM113
        finish(order, route.leaves, had)
    except BaseException:
        any(put_back)
        raise
