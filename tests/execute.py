"""execute: code run by run in plain Python, slowly: what the C interpreter does, and is held against."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

from micrograd_nn.programs.evaluate import function
from micrograd_nn.programs.runs import GATHER, LANES, QUICK, TOTAL, TOTALS, Code, Run

Row = Sequence[float]


def execute(code: Code, parameters: Row, rows: Sequence[Row] = ((),)) -> tuple[list[list[float]], list[float]]:
    """The outputs for each row of inputs, and the gradients.

    >>> from micrograd_nn.programs.listing import Listing
    >>> from micrograd_nn.programs.lanes import lanes_code
    >>> listing = Listing(n_parameters=1, n_inputs=1)
    >>> listing.outputs = [listing.add("sum", (0, 1))]  # w·x
    >>> listing.gradients = [1]  # its slope in w is x
    >>> execute(lanes_code(listing, 8), [2.0], [[1.0], [4.0]])
    ([[2.0], [8.0]], [2.5])
    """
    memory = [nan] * code.n_memory
    for offset, number in [*code.constants, *zip(code.parameters, parameters)]:
        memory[offset] = number
    outputs = []
    if code.lanes == 1:
        write_rows(code, memory, rows)
    perform(code.before, memory, code.lanes)
    memory[slice(*code.totals)] = [0.0] * (code.totals[1] - code.totals[0])
    for first in range(0, len(rows), code.lanes):
        block = rows[first : first + code.lanes]
        write_rows(code, memory, block)
        perform(code.block, memory, len(block))
        outputs += [[memory[x // 2 + lane * (x % 2)] for x in code.outputs] for lane in range(len(block))]
    for offset in range(*code.totals):
        memory[offset] /= len(rows)
    perform(code.after, memory, 1)
    return outputs, [memory[offset] for offset in code.gradients]


def write_rows(code: Code, memory: list[float], rows: Sequence[Row]) -> None:
    """Write the inputs of a block's examples into memory, each input of all examples side by side."""
    for lane, row in enumerate(rows):
        for offset, number in zip(code.inputs, row):
            memory[offset + lane] = number


def perform(runs: Sequence[Run], memory: list[float], lanes: int) -> None:
    """Do every run, in order, for this many examples."""
    for run in runs:
        n = lanes if run.n == LANES else run.n
        if run.operation == TOTAL:
            start = memory[run.out] if run.n == LANES else 0.0
            memory[run.out] = total(run, n, memory, start)
        elif run.operation == TOTALS:
            perform(apart(run), memory, lanes)
        else:
            memory[run.out : run.out + n] = [result(run, q, memory) for q in range(n)]


def apart(run: Run) -> list[Run]:
    """Totals with a shared factor as a total of each.

    >>> [(total.out, total.operands) for total in apart(Run(TOTALS, LANES, 0, (17, 33, 49)))]
    [(0, (17, 33)), (1, (17, 49))]
    """
    x, *ys = run.operands
    return [run._replace(operation=TOTAL, out=out, operands=(x, y)) for out, y in enumerate(ys, run.out)]


def result(run: Run, q: int, memory: list[float]) -> float:
    """What a run writes the q-th time."""
    if run.operation == GATHER:
        return memory[run.operands[q] // 2]
    try:
        return function(run.operation.removeprefix(QUICK))(*[memory[x // 2 + q * (x % 2)] for x in run.operands])
    except (ArithmeticError, ValueError):
        if not run.quiet:
            raise
        return nan


def total(run: Run, n: int, memory: list[float], start: float) -> float:
    """All the products of a run, added to a number."""
    for q in range(n):
        numbers = [memory[x // 2 + q * (x % 2)] for x in run.operands]
        for i in range(0, len(numbers), 2):
            start += numbers[i] * numbers[i + 1]
    return start
