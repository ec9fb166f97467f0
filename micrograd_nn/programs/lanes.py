"""lanes_code: the graph of one example, as code for a block of examples side by side.

A place that depends on no input is uniform: one number, computed once. The others are varying: they stand in `lanes`
numbers, one for each example of the block, and a run goes through them all.
"""

from __future__ import annotations

from collections.abc import Sequence

from .joining import side_by_side, together
from .listing import SUM, Listing, Operation, Places
from .needed import means, varying
from .runs import LANES, QUICK, TOTAL, Code, Run

HAVE_QUICK = ("exp", "tanh")  # most of the functions in a network: a step of three classes takes 11 µs, not 20


def lanes_code(listing: Listing, lanes: int) -> Code:
    """The code of one example's graph for blocks of `lanes` examples; its gradients are those of the outputs' means.

    >>> listing = Listing(n_parameters=1, n_inputs=1)
    >>> listing.outputs = [listing.add("sum", (0, 1))]  # w·x
    >>> listing.gradients = [1]  # its slope in w is x
    >>> [run.operation for run in lanes_code(listing, 8).block]
    ['total', 'sum']

    Raises: ValueError unless `lanes` is a multiple of 8.
    """
    if lanes < 8 or lanes % 8:
        raise ValueError(f"lanes must be a multiple of 8, not {lanes!r}")
    writer = Writer(listing, lanes)
    writer.place_uniform()
    writer.write_block()
    writer.write_after()
    return writer.code


def last_readers(listing: Listing) -> list[int]:
    """The place of the last instruction that reads each place; its own where none does, past the end for outputs."""
    last = list(range(len(listing)))
    for place, _, operands in listing.lines():
        for x in operands:
            last[x] = place
    for place in listing.outputs:
        last[place] = len(listing)
    return last


class Slots:
    """Stretches of memory of one size, taken and given back: measured on a network, less than half the memory."""

    def __init__(self, start: int, size: int) -> None:
        self.end, self.size = start, size
        self.free: list[int] = []

    def take(self) -> int:
        """The offset of a stretch that nobody has."""
        if self.free:
            return self.free.pop()
        self.end += self.size
        return self.end - self.size


class Writer:
    """Writes the code of a listing in lanes."""

    def __init__(self, listing: Listing, lanes: int) -> None:
        self.listing = listing
        self.one = len(listing)  # one place more, for the number 1
        self.varying = varying(listing)
        self.means = means(listing, self.varying, self.one)
        self.split = {place for place, (own, _) in self.means.items() if place not in own}  # never written as such
        self.reading = [0] * (len(listing) + 1)  # how a run reads each place
        self.code = Code(0, lanes, [], [], [], [], [])

    def place_uniform(self) -> None:
        """Find room for what is one number for all examples: uniform places, then the means."""
        listing, code = self.listing, self.code
        uniform = [place for place in range(len(self.reading)) if place not in self.varying]
        for offset, place in enumerate(uniform):
            self.reading[place] = 2 * offset
        code.totals = (len(uniform), len(uniform) + len(self.means))
        self.total = dict(zip(self.means, range(*code.totals)))
        code.n_memory = code.totals[1]
        code.parameters = [self.reading[place] // 2 for place in range(listing.n_parameters)]
        numbers = [*enumerate(listing.constants, listing.first_constant), (self.one, 1.0)]
        code.constants = [(self.reading[place] // 2, number) for place, number in numbers]

    def write_block(self) -> None:
        """Write the instructions in order: uniform ones before the blocks, varying ones in lanes, means as totals."""
        listing, code = self.listing, self.code
        self.slots = Slots(-(-code.n_memory // 8) * 8, code.lanes)
        self.last = last_readers(listing)
        for place in range(listing.n_parameters, listing.first_constant):
            code.inputs.append(self.take(place))
            self.write_total(place)
        for place, operation, operands in listing.lines():
            if place not in self.varying:
                code.before.append(self.run(place, operation, operands, 1, self.reading[place] // 2))
            elif place not in self.split:
                code.block.append(self.run(place, operation, operands, LANES, self.take(place)))
            self.write_total(place)
            self.give_back(place, operands)
        code.block = list(together(code.block))
        code.n_memory = self.slots.end

    def take(self, place: int) -> int:
        """The offset of a varying place."""
        offset = self.slots.take()
        self.reading[place] = 2 * offset + 1
        return offset

    def give_back(self, place: int, operands: Places) -> None:
        """Free the memory of the varying places that are read at this place for the last time."""
        for x in dict.fromkeys((*operands, place)):
            if self.last[x] == place and self.reading[x] % 2:
                self.slots.free.append(self.reading[x] // 2)

    def run(self, place: int, operation: Operation, operands: Sequence[int], n: int, out: int) -> Run:
        """A run over the operands of a place."""
        reading = tuple([self.reading[x] for x in operands])
        name = f"{QUICK}{operation}" if n == LANES and operation in HAVE_QUICK else str(operation)
        return Run(name, n, out, reading, place in self.listing.maybe)

    def write_total(self, place: int) -> None:
        """Add the varying products of a mean to its total."""
        if place in self.means:
            self.code.block.append(self.run(place, TOTAL, self.means[place][0], LANES, self.total[place]))

    def write_after(self) -> None:
        """Write where results stand, and what a mean still lacks: its uniform products, the same for all examples."""
        code = self.code
        code.outputs = [self.reading[place] for place in self.listing.outputs]
        for place, total in self.total.items():
            self.reading[place] = 2 * total
            if operands := self.means[place][1]:
                code.after.append(self.run(place, SUM, (place, self.one, *operands), 1, code.n_memory))
                self.reading[place] = 2 * code.n_memory
                code.n_memory += 1
        code.after = list(side_by_side(code.after))
        code.gradients = [self.reading[place] // 2 for place in self.listing.gradients]
