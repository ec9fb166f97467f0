"""Lines of figures, as a table of text or of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

NOTHING = "–"


@dataclass(frozen=True)
class Line:
    """A line of the table, in words; `reached` is None where there is no target or nothing to hold against it."""

    work: str
    ours: str
    peer: str = NOTHING
    ratio: str = NOTHING
    target: str = NOTHING
    reached: bool | None = None
    compile: str = NOTHING
    memory: str = NOTHING

    def cells(self) -> list[str]:
        """What stands in each column."""
        verdict = {True: "yes", False: "NO", None: NOTHING}[self.reached]
        return [self.work, self.ours, self.peer, self.ratio, self.target, verdict, self.compile, self.memory]


COLUMNS = [field.name for field in fields(Line)]


def in_text(lines: Iterable[Line]) -> str:
    """The table for a terminal: columns side by side."""
    rows = [COLUMNS, *[line.cells() for line in lines]]
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def in_markdown(lines: Iterable[Line]) -> str:
    """The table for a README."""
    rule = "---|" * len(COLUMNS)
    return "\n".join([bars(COLUMNS), f"|{rule}", *[bars(line.cells()) for line in lines]])


def bars(cells: Sequence[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def duration(seconds: float) -> str:
    """A time with three digits, in the unit that suits it.

    >>> duration(9.04e-6), duration(0.206), duration(3.2e-10)
    ('9.04 µs', '206 ms', '0.32 ns')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{three_digits(seconds / size)} {unit}"
    return f"{three_digits(seconds / 1e-9)} ns"


def three_digits(number: float) -> str:
    """A number with three digits that count, without an exponent.

    >>> three_digits(0.0123456), three_digits(9.0), three_digits(15234.0)
    ('0.0123', '9', '15,234')
    """
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def megabytes(number: float) -> str:
    """Memory in words."""
    return f"{number:,.0f} MB" if number else NOTHING
