"""finished: the listing of what stands on a tape: only what is needed, and chains of + and × as single sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from .listing import AT_MOST, LESS, SUM, Guard, Listing, Places
from .tape import ONE, ZERO, Tape

Kept: TypeAlias = dict[int, list[int]]  # the operands of what becomes an instruction, by its place on the tape


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
    >>> product = tape.emit("sum", (0, 1))
    >>> outputs = [tape.emit("sum", (product, ONE, 0, ONE))]
    >>> finished(tape, 2, outputs).operands  # x·y + x·1
    [(0, 1, 0, 2)]
    """
    names = names or {}
    roots = [*outputs, *gradients, *[place for guard in guards for place in (guard.x, guard.y, ZERO, ONE)]]
    kept = joined(tape, counted_uses(tape, roots), names)
    listing = Listing(n_parameters, tape.n_inputs - n_parameters)
    new = renumbered(tape, kept, roots, listing)
    for place, operands in kept.items():
        listing.add(tape.operations[place - tape.n_inputs], tuple([new[i] for i in operands]))
    listing.outputs, listing.gradients = [new[i] for i in outputs], [new[i] for i in gradients]
    listing.guards = [guard._replace(x=new[guard.x], y=new[guard.y]) for guard in guards]
    listing.names = {new[i]: name for i, name in names.items() if i in kept or 0 <= i < tape.n_inputs}
    listing.maybe = {new[i] for i in only_chosen(tape, kept, roots)}
    return listing


def counted_uses(tape: Tape, roots: Iterable[int]) -> list[int]:
    """How often each place is read by what is needed; 0 where nobody needs it."""
    n_inputs = tape.n_inputs
    uses = [0] * (n_inputs + len(tape.operations) + len(tape.constants))  # constants count from the end
    for i in roots:
        uses[i] += 1
    place = n_inputs + len(tape.operations)
    for operands in reversed(tape.operands):
        place -= 1
        if uses[place]:
            for i in operands:
                uses[i] += 1
    return uses


def joined(tape: Tape, uses: list[int], names: Mapping[int, str]) -> Kept:
    """The operands of every instruction that is needed; a sum or product read once, by a sum, goes into that sum.

    Nothing is added in another order than it was written: a sum goes only to the front of another, a product anywhere.
    A node that has a label stays.
    """
    kept: Kept = {}
    for place, (operation, operands) in enumerate(zip(tape.operations, tape.operands), start=tape.n_inputs):
        if uses[place]:
            kept[place] = summed(tape, kept, uses, names, operands) if operation is SUM else list(operands)
    return kept


def summed(tape: Tape, kept: Kept, uses: list[int], names: Mapping[int, str], operands: Places) -> list[int]:
    """The factors of a sum, those of sums that go into it included; lists grow in place: long ones are not copied."""
    factors: list[int] = []
    for k in range(0, len(operands), 2):
        x, y = operands[k], operands[k + 1]
        inner = kept.get(x) if y == ONE and uses[x] == 1 and x not in names else None
        if inner is None or tape.operations[x - tape.n_inputs] is not SUM or (k and len(inner) > 2):
            factors += (x, y)
        elif k:
            factors += kept.pop(x)
        else:
            factors = kept.pop(x)
    return factors


def renumbered(tape: Tape, kept: Kept, roots: Iterable[int], listing: Listing) -> list[int]:
    """The place in the listing for every place on the tape; constants that are needed become the listing's."""
    new = list(range(tape.n_inputs)) + [0] * (len(tape.operations) + len(tape.constants))
    needed = {i for operands in kept.values() for i in operands if i < 0} | {i for i in roots if i < 0}
    for i in sorted(needed, reverse=True):
        new[i] = len(listing)
        listing.constants.append(tape.constants[-1 - i])
    for k, place in enumerate(kept):
        new[place] = listing.first_instruction + k
    return new


def only_chosen(tape: Tape, kept: Kept, roots: Iterable[int]) -> set[int]:
    """The places that are read only where a choice falls on them: there, undefined is no error."""
    choices = (LESS, AT_MOST)
    if not any(tape.operations[place - tape.n_inputs] in choices for place in kept):
        return set()
    needed = set(roots)
    for place in reversed(kept):
        if place in needed:
            operands = kept[place]
            needed.update(operands[:2] if tape.operations[place - tape.n_inputs] in choices else operands)
    return {place for place in kept if place not in needed}
