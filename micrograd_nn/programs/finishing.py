"""finished: the listing of what stands on a tape: only what is needed, and chains of + and × as single sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from .listing import AT_MOST, LESS, SUM, Guard, Listing, Operation
from .tape import ONE, ZERO, Line, Tape

Kept: TypeAlias = dict[
    int, tuple[Operation, Sequence[int]]
]  # the lines that become instructions, by their places on the tape


def finished(
    tape: Tape,
    n_parameters: int,
    outputs: Sequence[int],
    gradients: Sequence[int] = (),
    guards: Sequence[Guard] = (),
    names: Mapping[int, str] | None = None,
) -> Listing:
    """The listing that leads from a tape's inputs to outputs, gradients, and what guards compare.

    >>> tape = Tape(n_inputs=2)
    >>> product = tape.emit("sum", 0, 1)
    >>> outputs = [tape.emit("sum", product, ONE, 0, ONE)]
    >>> finished(tape, 2, outputs).operands  # x·y + x·1
    [(0, 1, 0, 2)]
    """
    names = names or {}
    roots = [*outputs, *gradients, *[place for guard in guards for place in (guard.x, guard.y, ZERO, ONE)]]
    lines = list(tape.lines)
    uses = counted_uses(tape, lines, roots)
    for i in names:
        uses[i] *= 2  # what has a label stays
    kept = joined(tape, lines, uses)
    listing = Listing(n_parameters, tape.n_inputs - n_parameters)
    new = renumbered(tape, kept, uses, listing)
    listing.operations = [operation for operation, _ in kept.values()]
    listing.operands = [tuple([new[i] for i in operands]) for _, operands in kept.values()]
    listing.outputs, listing.gradients = [new[i] for i in outputs], [new[i] for i in gradients]
    listing.guards = [guard._replace(x=new[guard.x], y=new[guard.y]) for guard in guards]
    listing.names = {new[i]: name for i, name in names.items() if i in kept or 0 <= i < tape.n_inputs}
    listing.maybe = {new[i] for i in only_chosen(kept, roots)}
    return listing


def counted_uses(tape: Tape, lines: list[Line], roots: Iterable[int]) -> list[int]:
    """How often each place is read by what is needed; 0 where nobody needs it."""
    uses = [0] * (tape.n_inputs + len(lines) + len(tape.constants))  # constants count from the end
    for i in roots:
        uses[i] += 1
    place = tape.n_inputs + len(lines)
    for line in reversed(lines):
        place -= 1
        if uses[place]:
            for i in line[1:]:
                uses[i] += 1
    return uses


def joined(tape: Tape, lines: list[Line], uses: list[int]) -> Kept:
    """The lines that are needed; a sum or product that is read once, by a sum, goes into that sum, and is used no more.

    Nothing is added in another order than it was written: a sum goes only to the front of another, a product anywhere.
    """
    kept = []
    place = len(lines) + tape.n_inputs
    for line in reversed(lines):
        place -= 1
        if uses[place]:
            long = line[0] is SUM and len(line) > 3 and ONE in line[2::2]
            kept.append((place, (line[0], summed(tape, lines, uses, line) if long else line[1:])))
    return dict(reversed(kept))


def summed(tape: Tape, lines: list[Line], uses: list[int], line: Line) -> list[int]:
    """The factors of a sum, with those of the sums that go into it; from the last to the first, then turned round."""
    factors: list[int] = []
    while line:
        outer, line = line, ()
        for k in range(len(outer) - 2, 0, -2):
            x, y = outer[k], outer[k + 1]
            inner = lines[x - tape.n_inputs] if y == ONE and x >= tape.n_inputs and uses[x] == 1 else ()
            if not inner or inner[0] is not SUM or (k > 1 and len(inner) > 3):
                factors += (y, x)
                continue
            uses[x] = 0
            uses[ONE] -= 1
            if k > 1:
                factors += (inner[2], inner[1])
            else:
                line = inner
    return factors[::-1]


def renumbered(tape: Tape, kept: Kept, uses: list[int], listing: Listing) -> list[int]:
    """The place in the listing for every place on the tape; constants that are used become the listing's."""
    new = list(range(tape.n_inputs)) + [0] * (len(uses) - tape.n_inputs)
    for i, number in enumerate(tape.constants, start=1):
        if uses[-i]:
            new[-i] = len(listing)
            listing.constants.append(number)
    for i, place in enumerate(kept, start=listing.first_instruction):
        new[place] = i
    return new


def only_chosen(kept: Kept, roots: Iterable[int]) -> set[int]:
    """The places that are read only where a choice falls on them: there, undefined is no error."""
    choices = (LESS, AT_MOST)
    if not any(i in kept for operation, operands in kept.values() if operation in choices for i in operands[2:]):
        return set()
    needed = set(roots)
    for place in reversed(kept):
        if place in needed:
            operation, operands = kept[place]
            needed.update(operands[:2] if operation in choices else operands)
    return {place for place in kept if place not in needed}
