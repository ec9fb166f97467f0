"""recorded: the listing of a function or of a graph that is there already, with all that it depends on beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any, TypeAlias

from ..collector import collector_paused
from ..errors import identity
from ..losses.pairing import is_list
from ..value import Value
from ..watching import Note, see_data, watching
from .finishing import finished
from .listing import AT_MOST, LESS, Guard, Listing
from .symbols import Symbol, place_of
from .tracing import Traced

Output: TypeAlias = Value | Sequence[Value]


class RecordedLeaf(Value):
    """A number to record with: as a Value it equals itself only, so whoever asks needs the number, which is noted."""

    __hash__ = Value.__hash__

    def __eq__(self, other: object) -> bool:
        if self is not other:
            see_data(self)
        return self is other


def recorded(
    output: Output | Callable[..., Output], parameters: Sequence[Value], inputs: Sequence[Any], gradients: bool
) -> tuple[Listing, bool]:
    """The listing, and whether there is a list of outputs rather than one.

    Raises: TypeError for what is no Value, ValueError for leaves that are none, and for what would stay as recorded.
    """
    with collector_paused():  # on 400,000 nodes it takes up to half as long again
        leaves = as_leaves(output, inputs)
        check_leaves("parameter", parameters, set())
        check_leaves("input", leaves, set(parameters))
        found, notes = outputs_of(output, leaves, parameters)
        several = not isinstance(found, Value)
        outputs: list[Any] = list(found) if isinstance(found, list | tuple) else [found]
        check_outputs(outputs)
        return listing_of(outputs, parameters, leaves, notes, gradients), several


def listing_of(
    outputs: Sequence[Value],
    parameters: Sequence[Value],
    inputs: Sequence[Value],
    notes: Sequence[Note],
    gradients: bool,
) -> Listing:
    """The listing that computes outputs, and their slopes in the parameters, of what the leaves hold."""
    traced = Traced([*parameters, *inputs])
    if len(outputs) > 1:
        traced.write_all(outputs)
    places = [traced.place(output) for output in outputs]
    slopes = [i for output in outputs for i in traced.gradients(output, parameters)] if gradients else []
    guards = guards_of(traced, notes)
    names = {place: node.label for node, place in traced.places.items() if node.label and place is not None}
    tape = traced.tape
    del traced  # of a million nodes 8 % less memory
    return finished(tape, len(parameters), places, slopes, guards, names)


def outputs_of(
    output: Output | Callable[..., Output], leaves: Sequence[Value], parameters: Sequence[Value]
) -> tuple[Output, Sequence[Note]]:
    """The outputs, and what was noted while a function made them."""
    if not callable(output):
        return output, ()
    check_arguments(output, leaves)
    with watching([*parameters, *leaves]) as notes:
        return output(*leaves), notes


def check_arguments(function: Callable[..., Any], inputs: Sequence[Any]) -> None:
    """Raise unless the function takes so many inputs, as far as that is known."""
    try:
        signature(function).bind(*inputs)
    except ValueError:  # the signature of a builtin may be unknown
        return
    except TypeError as error:
        raise TypeError(f"with {len(inputs)} inputs, {error}: inputs=[…] needs a number for each argument") from None


def guards_of(traced: Traced, notes: Sequence[Note]) -> list[Guard]:
    """The comparisons on which the graph depends.

    Raises: ValueError where something was made of a number that left the graph, or was drawn at random.
    """
    guards: dict[Guard, None] = {}
    traced.write_all([node for note in notes for node in (note.x, note.y) if isinstance(node, Value)])
    for relation, x, y, outcome, where in notes:
        if relation == "draw":
            raise ValueError(f"a mask was drawn at random at {where}: it would stay as it was drawn; call eval() first")
        numbers = [traced.number(node) if isinstance(node, Value) else node for node in (x, y)]
        if Symbol not in map(type, numbers):
            continue
        if relation == "data":
            left = f"data{identity(x)} was read at {where}: what is made of it would stay as it was recorded"
            raise ValueError(f"{left}; compute with Values (grad with create_graph=True), or give it as an input")
        first, second = (place_of(traced.tape, number) for number in numbers)
        if relation in (">", ">="):
            first, second = second, first
        guards[Guard(LESS if relation in ("<", ">") else AT_MOST, first, second, bool(outcome), where)] = None
    return list(guards)


def as_leaves(output: Any, inputs: Sequence[Any]) -> list[Any]:
    """The inputs as leaves: a function's may be numbers, which are named as its parameters are."""
    if not callable(output):
        return list(inputs)
    labels = [*argument_names(output), *[""] * len(inputs)]
    return [as_leaf(i, x, label) for i, (x, label) in enumerate(zip(inputs, labels), start=1)]


def as_leaf(i: int, x: Any, label: str) -> Value:
    """The i-th input as a Value."""
    try:
        return x if isinstance(x, Value) else RecordedLeaf(x, label=label)
    except (TypeError, OverflowError) as error:
        if is_list(x):
            what = "is a list of numbers; each is an input of its own"
            raise TypeError(f"input {i} of a program {what}: compile(lambda a, b: model([a, b]), …)") from None
        raise type(error)(f"input {i} of a program: {error}") from None


def argument_names(function: Callable[..., Any]) -> list[str]:
    """The names of a function's arguments, as far as they are known."""
    try:
        return [name for name, p in signature(function).parameters.items() if p.kind is not p.VAR_POSITIONAL]
    except (TypeError, ValueError):
        return []


def check_leaves(kind: str, nodes: Sequence[Any], seen: set[Any]) -> None:
    """Raise unless these are Values that were not computed, each given once."""
    for i, node in enumerate(nodes, start=1):
        if not isinstance(node, Value):
            hint = "; a function of numbers is compiled as a function" if kind == "input" else ""
            raise TypeError(f"{kind} {i} of a program must be a Value, not {type(node).__name__}{hint}")
        if node.inputs:
            raise ValueError(f"{kind} {i} of a program must be a leaf; this was computed: {node!r}")
        if node in seen:
            raise ValueError(f"{kind} {i} was given twice: {node!r}")
        seen.add(node)


def check_outputs(outputs: Sequence[Any]) -> None:
    """Raise unless there is something to compute."""
    if not outputs:
        raise ValueError("a program needs an output to compute: got an empty list")
    for output in outputs:
        if not isinstance(output, Value):
            raise TypeError(f"a program computes a Value, or a list of them, not {type(output).__name__}")
