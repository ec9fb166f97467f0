"""The graph that all examples have in common: that of one example, with leaves in place of the example's numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from ..losses import LossFunction
from ..losses.pairing import as_value
from ..programs.finishing import finished
from ..programs.listing import Listing
from ..programs.recording import RecordedLeaf, guards_of
from ..programs.runs import Numbers
from ..programs.tracing import Traced
from ..value import Value
from ..watching import Note, watching
from .descent import penalty
from .epochs import Example, checked_loss
from .example_rows import NotOneGraphError, flat, in_place_of


class Recorded(NamedTuple):
    """An example as it was recorded: its leaves, what came of them, and what was seen to leave the graph."""

    leaves: list[Value]
    output: Any
    cost: Value
    notes: list[Note]


Places: TypeAlias = "tuple[list[int], list[int]]"  # of outputs and of gradients
Writer: TypeAlias = Callable[[Traced, Recorded], Places]  # puts what is wanted on a tape


def common_listing(graphs: Sequence[Recorded], parameters: Sequence[Value], write: Writer) -> Listing:
    """The listing of some recorded examples, from parameters and an example's row to what `write` puts on the tape.

    Raises: NotOneGraphError where it is not the same for all of them, or holds for one only.
    """
    found = [listing_of(graph, parameters, write) for graph in graphs]
    if any(contents(other) != contents(found[0]) for other in found):
        raise NotOneGraphError("what is computed differs from example to example")
    return found[0]


def record(model: Any, loss: LossFunction, example: Example, row: Numbers, parameters: Sequence[Value]) -> Recorded:
    """An example on leaves.

    Raises: NotOneGraphError when the model or the loss needs the numbers themselves, as an embedding needs its tokens.
    """
    leaves: list[Value] = [RecordedLeaf(number) for number in row]
    try:
        with watching([*parameters, *leaves]) as notes:
            x, target = in_place_of(example, iter(leaves))
            output = model(x)
            return Recorded(leaves, output, checked_loss(loss(output, target)), notes)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise NotOneGraphError(f"it needs the numbers of an example themselves, as for tokens: {error}") from error


def listing_of(graph: Recorded, parameters: Sequence[Value], write: Writer) -> Listing:
    """The listing of a recorded example.

    Raises: NotOneGraphError where a number left the graph: what was made of it would stay as it is.
    """
    traced = Traced([*parameters, *graph.leaves])
    try:
        outputs, gradients = write(traced, graph)
        return finished(traced.tape, len(parameters), outputs, gradients, guards_of(traced, graph.notes))
    except ValueError as error:
        raise NotOneGraphError(str(error)) from None


def slopes_of(trained: Sequence[Value], l1: float, l2: float) -> Writer:
    """What puts on a tape the slopes of the loss and the penalties in the parameters that are trained, and the loss.

    It stands behind them as if it were a slope: so a program gives the mean of the examples' losses.
    """

    def write(traced: Traced, graph: Recorded) -> Places:
        slopes = traced.gradients(graph.cost + penalty(trained, l1, l2), trained)
        return [], [*slopes, traced.place(graph.cost)]

    return write


def loss_alone(traced: Traced, graph: Recorded) -> Places:
    """Put the loss on a tape."""
    return [traced.place(graph.cost)], []


def loss_and_output(traced: Traced, graph: Recorded) -> Places:
    """Put the loss on a tape, and the outputs."""
    return [traced.place(node) for node in (graph.cost, *map(as_value, flat(graph.output)))], []


def contents(listing: Listing) -> tuple[Any, ...]:
    """What a listing does, to be compared."""
    constants = list(map(repr, listing.constants))  # nan is not equal to itself
    return listing.operations, listing.operands, constants, listing.outputs, listing.gradients, listing.guards
