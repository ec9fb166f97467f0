"""A listing as a Python function of one row; a large one in parts: 100,000 lines, compiled at once, take 485 MB."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from .listing import Listing
from .needed import everything, instruction
from .python_code import Lines, built, namespace

PART = 300_000  # the size of what is compiled at once, in operands: that takes 60 to 170 MB
LINE = 8  # operands for which Python's compiler takes about as much memory as for a line

Row: TypeAlias = Sequence[float]
Answer: TypeAlias = tuple[list[float], list[float]]


def python_function(listing: Listing) -> Callable[[Row, Row], Answer]:
    """The function that answers, for parameters and inputs, with the outputs and the gradients.

    >>> listing = Listing(n_parameters=1, n_inputs=1, outputs=[2], gradients=[1])
    >>> listing.add("sum", (0, 1))
    2
    >>> python_function(listing)([3.0], [-0.5])
    ([-1.5], [-0.5])

    What it is given must be floats, as many as there are parameters and inputs. What no choice takes is not computed.

    Raises, when called: ArithmeticError or ValueError where mathematics ends, OtherBranchError where a guard does not
    hold.
    """
    lines, names = Lines(listing), namespace(listing)
    if fits(listing):
        return built(names, "def function(parameters, inputs)", lines_of_one(lines))
    parts = [built(names, "def part(memory)", text) for text in part_lines(lines)]
    outputs, gradients = tuple(listing.outputs), tuple(listing.gradients)
    rest = [*listing.constants, *[0.0] * len(listing.operations)]

    def function(parameters: Row, inputs: Row) -> Answer:
        memory = [*parameters, *inputs, *rest]
        for part in parts:
            part(memory)
        return [memory[i] for i in outputs], [memory[i] + 0.0 for i in gradients]  # no gradient is -0.0

    return function


def fits(listing: Listing) -> bool:
    """Whether one function can hold it all: a GPT of 4,192 parameters takes 24 % less time so than in 9 parts."""
    ends = listing.first_constant + len(listing.outputs) + len(listing.gradients)
    return ends + sum(map(len, listing.operands)) + LINE * len(listing.operands) <= PART


def lines_of_one(lines: Lines) -> Iterator[str]:
    """The lines of a single function, which keeps all numbers under names."""
    listing = lines.listing
    names = [lines.texts[i] for i in range(listing.first_constant)]
    yield f"[{', '.join(names[: listing.n_parameters])}] = parameters"
    yield f"[{', '.join(names[listing.n_parameters :])}] = inputs"
    yield from lines.checks()
    yield from lines.filling(everything(listing), later=[*listing.outputs, *listing.gradients])
    outputs, gradients = ([lines.texts[i] for i in places] for places in (listing.outputs, listing.gradients))
    yield f"return [{', '.join(outputs)}], [{', '.join([f'{text} + 0.0' for text in gradients])}]"


def part_lines(lines: Lines) -> Iterator[list[str]]:
    """The lines of every part, which reads what it needs from memory and writes there what is needed after it."""
    parts = list(cut(lines.listing))
    last = dict.fromkeys([*lines.listing.outputs, *lines.listing.gradients], len(parts))
    for k in range(len(parts) - 1, -1, -1):
        for i in lines.reads(parts[k]):
            last.setdefault(i, k)
    if checks := [*reading(lines, [], lines.compared()), *lines.checks()]:
        yield checks
    for k, part in enumerate(parts):
        written = [place for place in part if last[place] > k]
        yield [*reading(lines, part, lines.reads(part)), *lines.filling(part, later=written), *writing(lines, written)]


def cut(listing: Listing) -> Iterator[list[int]]:
    """The instructions in parts of about the same size."""
    part: list[int] = []
    size = 0
    for place in everything(listing):
        part.append(place)
        size += len(instruction(listing, place)[1]) + LINE
        if size >= PART:
            yield part
            part, size = [], 0
    if part:
        yield part


def reading(lines: Lines, part: list[int], reads: Iterable[int]) -> Iterator[str]:
    """Lines that read from memory what a part needs more than once; the rest is read where it is needed."""
    constants = range(lines.listing.first_constant, lines.listing.first_instruction)
    own = set(part)
    for place, times in Counter(reads).items():
        if place not in own and place not in constants:
            lines.texts[place] = f"memory[{place}]"
            if times > 1:
                yield f"v{place} = memory[{place}]"
                lines.texts[place] = f"v{place}"


def writing(lines: Lines, places: list[int]) -> Iterator[str]:
    """Lines that write to memory."""
    for place in places:
        yield f"memory[{place}] = {lines.texts[place]}"
