"""Random listings: every operation, any numbers, shared places, several outputs, guards; and a network by hand."""

import math
from collections.abc import Callable
from math import inf, nan
from typing import Any

from hypothesis import strategies as st

from micrograd_nn.op import Op
from micrograd_nn.programs.evaluate import evaluate
from micrograd_nn.programs.listing import AT_MOST, LESS, SUM, Guard, Listing

UNARY = ("exp", "log", "sqrt", "expm1", "log1p", "sin", "cos", "tan", "atan", "sinh", "cosh", "sigmoid", "tanh",
         "softplus", "relu", "elu", "silu", "gelu", "erf", "abs")  # fmt: skip
BINARY = ("/", "power", "max", "min", "leaky_relu")
CHOICES = (LESS, AT_MOST)
CONSTANTS = [1.0, -1.0, 0.0, -0.0, 2.0, -0.5, nan, inf, -inf, 5e-324, 1e308]

labels = st.text(max_size=8) | st.sampled_from(
    [
        "z",
        "w1",
        "x₁",
        "exp",
        "if",
        "None",
        "__debug__",
        '"""',
        "a\nb",
        "v1",
        "p1",
        "number",
        "import os",
        "ﬁ",
        "fi",
        "é",
    ]
)


def cube_partials(out: Any, x: Any) -> tuple[Any, ...]:
    return (3 * x * x,)


def cubed(x: float) -> float:
    return math.pow(x, 3.0)  # which raises where it overflows, as a program does


cube = Op("cube", cubed, cube_partials)


@st.composite
def listings(draw: Callable[..., Any], own: tuple[Op, ...] = (cube,)) -> Listing:
    """A listing in which everything that is computed counts: what nothing reads is an output or a gradient."""
    listing = Listing(draw(st.integers(0, 3)), draw(st.integers(0, 2)))
    listing.constants = draw(st.lists(st.sampled_from(CONSTANTS), min_size=1, max_size=4))
    for _ in range(draw(st.integers(0, 12))):
        operation = draw(st.sampled_from([*UNARY, *BINARY, *CHOICES, *[SUM] * 12, *own]))
        listing.add(operation, tuple([draw(places(listing)) for _ in range(draw(arity(operation)))]))
    some = st.lists(places(listing), max_size=2)
    read = {i for operands in listing.operands for i in operands}
    unread = [i for i in range(listing.first_instruction, len(listing)) if i not in read]
    listing.outputs = draw(some) + unread[::2]
    listing.gradients = draw(some) + unread[1::2]
    listing.names = draw(st.dictionaries(places(listing), labels, max_size=4))
    listing.maybe = needed_by_choices_only(listing)
    return listing


def places(listing: Listing) -> Any:
    """A place that is filled already."""
    return st.integers(0, len(listing) - 1)


def arity(operation: Any) -> Any:
    """How many operands an operation has."""
    if operation == SUM:
        return st.integers(1, 4).map(lambda n: 2 * n)
    return st.just(4 if operation in CHOICES else 2 if operation in BINARY else 1)


def needed_by_choices_only(listing: Listing) -> set[int]:
    """The instructions that are read by nothing but the two sides of choices, or by what is such itself."""
    needed = {*listing.outputs, *listing.gradients, *[i for guard in listing.guards for i in (guard.x, guard.y)]}
    for place, operation, operands in reversed(list(listing.lines())):
        if place in needed:
            needed.update(operands[:2] if operation in CHOICES else operands)
    return set(range(listing.first_instruction, len(listing))) - needed


def guarded(listing: Listing, relation: str, x: int, y: int, outcome: bool) -> Listing:
    """The listing with one more guard."""
    listing.guards.append(Guard(relation, x, y, outcome, "lesson.py:3"))
    listing.maybe = needed_by_choices_only(listing)
    return listing


def answers(listing: Listing, parameters: list[float], inputs: list[float]) -> tuple[list[float], list[float]]:
    """Outputs and gradients, line by line."""
    numbers = evaluate(listing, parameters, inputs)
    return [numbers[i] for i in listing.outputs], [numbers[i] + 0.0 for i in listing.gradients]


def neuron() -> Listing:
    """a = relu(w1·x1 + w2·x2 + b) and its slopes in w1, w2 and b, by hand."""
    listing = Listing(3, 2, constants=[1.0, 0.0], names={0: "w1", 1: "w2", 2: "b", 3: "x1", 4: "x2"})
    z = listing.add(SUM, (0, 3, 1, 4, 2, 5))
    a = listing.add("relu", (z,))
    slope = listing.add(LESS, (6, z, 5, 6))
    listing.names |= {z: "z", a: "a"}
    listing.outputs = [a]
    listing.gradients = [listing.add(SUM, (slope, 3)), listing.add(SUM, (slope, 4)), slope]
    return listing
