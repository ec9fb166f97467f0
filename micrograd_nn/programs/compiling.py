"""compile: from a graph, or a function of Values, to a Program; and value_and_grad for a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..op import Op
from ..value import Value
from .backends import Backend, InC, InPython
from .listing import Listing
from .native import why_not
from .program import Program
from .recording import Output, recorded

BACKENDS = ("C", "Python")


def compile(
    output: Output | Callable[..., Output],
    parameters: Iterable[Value] = (),
    inputs: Iterable[Any] = (),
    *,
    gradients: bool = True,
    backend: str | None = None,
) -> Program:
    """The program that computes an output, or a list of them, and the gradient with respect to the parameters.

    Parameters and inputs are leaves of the graph: inputs are given whenever the program runs, parameters are what the
    Values then hold, and all other leaves stay what they are now.

    >>> from micrograd_nn import Value
    >>> w, x = Value(3.0, label="w"), Value(2.0, label="x")
    >>> program = compile(w * x + w, parameters=[w], inputs=[x])
    >>> program([5.0])
    (18.0, [6.0])
    >>> program.lanes([[1.0], [3.0]])  # the outputs of two rows, and the gradient of their mean
    ([6.0, 12.0], [3.0])

    What Python decided while a graph was recorded is not in the graph, nor what `create_graph` decided at a kink. A
    function of the inputs, in place of the output, is recorded here, so that its comparisons are known, but for those
    of threads that it starts: where one would come out otherwise, the program raises. The inputs beside it are numbers
    to record it with, or Values. The mask of a dropout in a graph stays as it was drawn; a function that draws one is
    refused.

    >>> larger = compile(lambda a, b: a if a > b else b, inputs=[1.0, 0.0])
    >>> larger([3.0, 2.0])
    (3.0, [])

    For the slopes in inputs, too, a function asks for them: `[y, *grad(y, [a, b], create_graph=True)]`.

    The back end is "C" where there is a compiler, else "Python"; `program.why` says why it is not C.

    Raises: TypeError for what is no Value, ValueError for parameters and inputs that are no leaves or come twice, and
    for a function that computes with `.data` of what the program would change, or for data that has changed since.
    """
    listing, several = recorded(output, listed("parameters", parameters), listed("inputs", inputs), gradients)
    runner, why = backend_for(listing, backend)
    return Program(listing, list(parameters), several, runner, why)


def value_and_grad(
    loss: Value | Callable[..., Value], parameters: Iterable[Value], inputs: Iterable[Any] = ()
) -> Program:
    """The function of inputs that gives a loss and its gradient: `compile` for one output.

    >>> from micrograd_nn import MLP, Value
    >>> model = MLP(2, [8, 1], seed=1)
    >>> def squared_error(x1, x2, target): return (model([x1, x2]) - target) ** 2
    >>> step = value_and_grad(squared_error, model.parameters(), inputs=[0.0, 0.0, 0.0])
    >>> loss, gradients = step([1.0, 0.0, 1.0])
    >>> len(gradients)
    33

    Raises: as `compile` does, and TypeError for a list of outputs.
    """
    program = compile(loss, parameters, inputs)
    if program.several:
        raise TypeError("a loss is one Value, not a list: compile() takes several outputs")
    return program


def listed(what: str, given: Iterable[Any]) -> list[Any]:
    """What was given, as a list.

    Raises: TypeError for what holds nothing.
    """
    if not isinstance(given, Iterable):
        raise TypeError(f"{what} must be a list, not {type(given).__name__}")
    return list(given)


def backend_for(listing: Listing, name: str | None) -> tuple[Backend, str]:
    """The back end with this name, or else the best there is, and why that is not C.

    Raises: ValueError for a name that there is not, and RuntimeError when C was asked for and cannot be had.
    """
    wanted = None if name is None else str(name).capitalize()
    if wanted not in (None, *BACKENDS):
        raise ValueError(f"backend must be {' or '.join(BACKENDS)}, not {name!r}")
    if wanted == "Python":
        return InPython(listing), "Python was asked for"
    why = own_operation(listing) or why_not()
    if why and wanted == "C":
        raise RuntimeError(f"a program cannot run in C here: {why}")
    return (InPython(listing) if why else InC(listing)), why


def own_operation(listing: Listing) -> str:
    """What only Python can run, in words; nothing if there is nothing."""
    op = next((op for op in listing.operations if isinstance(op, Op)), None)
    return f"{op.name} is an operation of one's own, and not arithmetic alone" if op else ""
