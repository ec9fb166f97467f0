"""Machine: code in the hands of the C interpreter."""

from __future__ import annotations

import ctypes
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from threading import Lock
from typing import TypeAlias
from weakref import WeakSet

from .building import NoCompiler, interpreter
from .listing import AT_MOST, LESS, SUM
from .quietly import ENDS
from .runs import GATHER, QUICK, TOTAL, TOTALS, Code, Numbers, Run

Columns: TypeAlias = "Sequence[array[float]]"
Integers: TypeAlias = "array[int]"  # of typecode "i"

HUSH, HEED, FINITE = "hush", "heed", "finite"  # around quiet runs; and a number where it is finite, else nan
OPERATIONS = (  # in the order of `enum operation` in interpreter.c
    *(HUSH, HEED, GATHER, TOTAL, TOTALS, SUM),
    *("/", "max", "min", "leaky_relu", LESS, AT_MOST, "relu", "abs", "sqrt", "power", FINITE),
    *("exp", "log", "expm1", "log1p", "sin", "cos", "tan", "atan", "sinh", "cosh", "tanh", "erf"),
    *("sigmoid", "softplus", "elu", "silu", "gelu"),
    *(f"{QUICK}exp", f"{QUICK}tanh"),
)
NUMBERS = {operation: number for number, operation in enumerate(OPERATIONS)}
CAN_FAIL = (*ENDS, f"{QUICK}exp")
ALIGNMENT = 8  # doubles: a vector of the widest kind, and a line of the processor's cache


def why_not() -> str:
    """Why there is no C interpreter here, in one line; nothing where there is one."""
    try:
        interpreter()
    except NoCompiler as error:
        return str(error)
    return ""


class Layout(ctypes.Structure):
    """`struct machine` of interpreter.c."""

    _fields_ = (
        ("memory", ctypes.c_void_p),
        *((name, ctypes.c_void_p) for runs in ("before", "block", "after") for name in (runs, f"{runs}_end")),
        *((name, ctypes.c_void_p) for name in ("parameters", "inputs", "outputs", "gradients")),
        *((name, ctypes.c_int64) for name in ("n_parameters", "n_inputs", "n_outputs", "n_gradients")),
        *((name, ctypes.c_int64) for name in ("lanes", "totals", "totals_end")),
        *((name, ctypes.c_void_p) for name in ("columns", "results")),
    )


class Machine:
    """Code in the hands of the interpreter, with the memory that it works in.

    Raises: NoCompiler where there is no interpreter, ValueError for an operation that it does not know.
    """

    def __init__(self, code: Code) -> None:
        self.by_rows, self.by_columns = interpreter().run, interpreter().run_columns
        self.sizes = (len(code.parameters), len(code.inputs), len(code.outputs), len(code.gradients))
        self.runs = [words(runs) for runs in (code.before, code.block, code.after)]
        self.offsets = [array("i", offsets) for offsets in (code.parameters, code.inputs, code.outputs, code.gradients)]
        self.room = (ctypes.c_double * (code.n_memory + ALIGNMENT))()
        first = -(ctypes.addressof(self.room) // 8) % ALIGNMENT
        for offset, number in code.constants:
            self.room[first + offset] = number
        memory = ctypes.addressof(self.room) + 8 * first
        self.addresses = array("q", bytes(8 * (len(code.inputs) + len(code.outputs))))  # of columns
        columns = (start(self.addresses), start(self.addresses) + 8 * len(code.inputs))
        runs = [edge(integers) for integers in self.runs for edge in (start, end)]
        offsets = map(start, self.offsets)
        self.layout = Layout(memory, *runs, *offsets, *self.sizes, code.lanes, *code.totals, *columns)
        self.address = ctypes.addressof(self.layout)
        self.one_at_a_time = Lock()  # threads would work in the same memory
        machines.add(self)

    def run(self, parameters: Numbers, rows: Numbers, n_rows: int, outputs: Numbers, gradients: Numbers) -> int:
        """Fill outputs (n_rows × n_outputs) and gradients (of the mean over the rows); 0 comes back if all went well.

        Else bits: 1 a division by zero, 2 an overflow, 4 what is undefined, 8 an output or gradient that is not finite.
        A nan or an infinity among the numbers given may set them too.

        Raises: ValueError where the length of an array is wrong.
        """
        p, n_parameters = parameters.buffer_info()
        x, n_inputs = rows.buffer_info()
        y, n_outputs = outputs.buffer_info()
        g, n_gradients = gradients.buffer_info()
        if n_rows < 1 or (n_parameters, n_inputs / n_rows, n_outputs / n_rows, n_gradients) != self.sizes:
            raise ValueError(self.expected(n_rows))
        with self.one_at_a_time:
            return int(self.by_rows(self.address, p, x, n_rows, y, g))

    def run_columns(
        self, parameters: Numbers, columns: Columns, n_rows: int, outputs: Columns, gradients: Numbers
    ) -> int:
        """What `run` does, where each input and each output has an array of its own, with n_rows numbers or more.

        Raises: ValueError where the length of an array is wrong, or how many there are.
        """
        p, n_parameters = parameters.buffer_info()
        g, n_gradients = gradients.buffer_info()
        starts, lengths = zip(*[column.buffer_info() for column in (*columns, *outputs)])
        sizes = (n_parameters, len(columns), len(outputs), n_gradients)
        if not 1 <= n_rows <= min(lengths) or sizes != self.sizes:
            raise ValueError(self.expected(n_rows))
        with self.one_at_a_time:
            self.addresses[:] = array("q", starts)
            return int(self.by_columns(self.address, p, n_rows, g))

    def expected(self, n_rows: int) -> str:
        """What is said where the length of an array is wrong."""
        n_parameters, n_inputs, n_outputs, n_gradients = self.sizes
        rows = f"{n_rows} rows of {n_inputs} inputs and {n_outputs} outputs" if n_rows > 0 else "at least one row"
        return f"expected {n_parameters} parameters, {n_gradients} gradients and {rows}"


machines: WeakSet[Machine] = WeakSet()


def unlock() -> None:
    """Give every machine a new lock: in a forked process, the thread that held the old one is no more."""
    for machine in machines:
        machine.one_at_a_time = Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=unlock)


def words(runs: Iterable[Run]) -> Integers:
    """The runs as the interpreter reads them: operation, n, out, the number of operands, and these.

    >>> words([Run("exp", 1, 8, (4,))]).tolist()[1:]
    [1, 8, 1, 4]

    Raises: ValueError for an operation that it does not know.
    """
    found = array("i")
    try:
        for quiet, group in groupby(runs, attrgetter("quiet")):
            for operation, n, out, operands, _ in hushed(group) if quiet else group:
                found.extend((NUMBERS[operation], n, out, len(operands), *operands))
    except KeyError as error:
        raise ValueError(f"the C interpreter does not know {error}") from None
    return found


def hushed(runs: Iterable[Run]) -> Iterator[Run]:
    """Quiet runs with all that makes them so: undefined is nan, as in the slow reference, and no trouble."""
    yield Run(HUSH, 1, 0, ())
    for run in runs:
        yield run
        if run.operation in CAN_FAIL:
            yield Run(FINITE, run.n, run.out, (2 * run.out + 1,))
    yield Run(HEED, 1, 0, ())


def start(integers: Integers) -> int:
    """The address of the first one."""
    return integers.buffer_info()[0]


def end(integers: Integers) -> int:
    """The address behind the last one."""
    address, length = integers.buffer_info()
    return address + length * integers.itemsize
