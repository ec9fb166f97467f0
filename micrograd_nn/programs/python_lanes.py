"""A listing as a Python function of a batch: a loop over rows; what is the same for all of them comes before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from .listing import Listing
from .needed import everything, varying
from .python_code import Lines, built, namespace
from .python_function import Row, python_function

MOST = 50_000  # operands in one loop; more are a function for each row

Lanes: TypeAlias = Callable[[Row, Sequence[Row]], tuple[list[list[float]], list[float]]]


def python_lanes(listing: Listing) -> Lanes:
    """The function that answers, for parameters and rows, with each row's outputs and the mean of their gradients.

    >>> listing = Listing(n_parameters=1, n_inputs=1, outputs=[2], gradients=[1])
    >>> listing.add("sum", (0, 1))
    2
    >>> python_lanes(listing)([3.0], [[-0.5], [1.5]])
    ([[-1.5], [4.5]], [0.5])

    Gradients are added up in the order of the rows. Raises as what `python_function` gives.
    """
    if sum(map(len, listing.operands)) > MOST:
        return row_by_row(listing)
    return built(namespace(listing), "def lanes(parameters, rows)", lane_lines(listing))


def row_by_row(listing: Listing) -> Lanes:
    """The function for a batch that calls another for every row."""
    function = python_function(listing)

    def lanes(parameters: Row, rows: Sequence[Row]) -> tuple[list[list[float]], list[float]]:
        outputs = []
        totals = [0.0] * len(listing.gradients)
        for row in rows:
            output, gradients = function(parameters, row)
            outputs.append(output)
            totals = [total + gradient for total, gradient in zip(totals, gradients)]
        return outputs, [total / len(rows) + 0.0 for total in totals]

    return lanes


def lane_lines(listing: Listing) -> list[str]:
    """The lines of the function: what is the same for all rows, the loop, and the means."""
    inner = varying(listing)
    lines = Lines(listing, inner)
    order = everything(listing)
    inside = [place for place in order if place in inner]
    summed = [place for place in dict.fromkeys(listing.gradients) if place in inner]
    shared = {*lines.reads(inside), *lines.compared(), *listing.outputs, *listing.gradients}
    before = list(lines.filling([place for place in order if place not in inner], later=[*shared, *shared]))
    each = [*lines.checks(), *lines.filling(inside, later=[*listing.outputs, *summed])]
    names = [f"v{i}" for i in range(listing.first_constant)]
    return [
        *first_named([lines.texts[place] for place in inside]),
        f"[{', '.join(names[: listing.n_parameters])}] = parameters",
        *before,
        "outputs = []",
        *[f"g{place} = 0.0" for place in summed],
        f"for [{', '.join(names[listing.n_parameters :])}] in rows:",
        *[f"    {line}" for line in each],
        f"    outputs.append([{', '.join([lines.texts[i] for i in listing.outputs])}])",
        *[f"    g{place} += {lines.texts[place]}" for place in summed],
        "n = len(rows)",
        f"return outputs, [{', '.join([mean(lines, i, i in inner) for i in listing.gradients])}]",
    ]


def first_named(texts: list[str]) -> Iterator[str]:
    """A line that only names what the loop fills: a function's first 256 names are reached faster, which saves 6 %."""
    names = [text for text in texts if text.isidentifier()]
    if names:
        yield f"{' = '.join(names)} = 0.0"


def mean(lines: Lines, place: int, summed: bool) -> str:
    """The mean of a gradient, as an expression; no gradient is -0.0."""
    return f"g{place}/n + 0.0" if summed else f"{lines.texts[place]} + 0.0"
