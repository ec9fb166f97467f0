"""A listing as Python text to be read, as a Python file that stands alone, and as PyTorch and as JAX source."""

from __future__ import annotations

from .library import FOR_JAX, FOR_PYTHON, FOR_TORCH, IN_JAX, IN_TORCH, in_python, with_definitions
from .listing import Listing
from .needed import own_operations
from .source import ARRAYS, PYTHON, Dialect, Text

OF_ROWS = """\
An input may also be an array, with a number for each row of a batch; then so is what depends on it.
Where mathematics ends, Python raises; here it gives nan or an infinity.
"""
OF_JAX = f"""\
{OF_ROWS}On a CPU, JAX takes numbers below 2.3e-308 for 0. Checks, if there are any, cannot be made within jax.jit.
"""


def python_text(listing: Listing) -> str:
    """The listing as a Python function, to be read.

    >>> listing = Listing(n_parameters=2, n_inputs=1, constants=[1.0], outputs=[4], gradients=[2, 3])
    >>> listing.names = {0: "w", 1: "b", 2: "x", 4: "z"}
    >>> listing.add("sum", (0, 2, 1, 3))
    4
    >>> print(python_text(listing), end="")
    def program(parameters, inputs):
        [w, b] = parameters
        [x] = inputs
    <BLANKLINE>
        # forward
        z = w*x + b
    <BLANKLINE>
        outputs = [z]
        gradients = [x, 1.0]
        return outputs, gradients
    """
    return Text(listing, PYTHON).function()


def python_source(listing: Listing) -> str:
    """A Python file with the function `program`, which needs the standard library only and gives the same numbers.

    Raises: ValueError for an operation of one's own, which no file can hold.
    """
    return described(listing, "Python") + with_definitions(stand_alone(listing, PYTHON), in_python(), FOR_PYTHON)


def torch_source(listing: Listing) -> str:
    """A Python file with the function `program` in PyTorch, whose inputs may be a batch.

    Raises: ValueError for an operation of one's own.
    """
    text = with_definitions(stand_alone(listing, ARRAYS), IN_TORCH, FOR_TORCH)
    return described(listing, "PyTorch", OF_ROWS) + text


def jax_source(listing: Listing) -> str:
    """A Python file with the function `program` in JAX, whose inputs may be a batch.

    Raises: ValueError for an operation of one's own.
    """
    return described(listing, "JAX", OF_JAX) + with_definitions(stand_alone(listing, ARRAYS), IN_JAX, FOR_JAX)


def stand_alone(listing: Listing, dialect: Dialect) -> str:
    """The function, if everything in it can be written down.

    Raises: ValueError otherwise.
    """
    for own in own_operations(listing):
        raise ValueError(f"{own.name} is an operation of one's own, which no file can hold: write it with Values")
    return Text(listing, dialect).function()


def described(listing: Listing, language: str, more: str = "") -> str:
    """What a file says about itself: how its function is called, and the shapes of what comes and goes."""
    n_outputs, n, m = len(listing.outputs), listing.n_parameters, listing.n_inputs
    each = "each parameter" if n_outputs == 1 else "each parameter, of each output in turn"
    return (
        f'"""Straight-line {language}: outputs, gradients = program(parameters, inputs)\n\n'
        f"Parameters: {n}. Inputs: {m}. Outputs: {n_outputs}. Gradients: {len(listing.gradients)}, one for {each}.\n"
        f'{more}"""\n\n'
    )
