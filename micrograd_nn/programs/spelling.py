"""Spelling: an instruction as Python text, made of the texts of its operands: names, literals, brackets.

Only what stands here becomes code. Labels never do: a name is made by `identifiers`, a number is written by `literal`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from .listing import AT_MOST, LESS, SUM, Operation

INFIX = {
    "/": "{0} / {1}",
    "max": "larger({0}, {1})",  # Python's own max would hide a nan
    "min": "smaller({0}, {1})",
    LESS: "{2} if {0} < {1} else {3}",
    AT_MOST: "{2} if {0} <= {1} else {3}",
}
WIDTH = 110  # a sum longer than this goes on in a line of its own


def literal(number: float) -> str:
    """The number as Python text, to the last bit.

    >>> literal(0.1), literal(-0.0), literal(float("-inf"))
    ('0.1', '-0.0', '-inf')
    """
    return repr(number) if isfinite(number) else str(number)  # nan, inf and -inf are names


def expression(operation: Operation, operands: Sequence[str], templates: Mapping[str, str]) -> str:
    """An operation applied to operands.

    >>> expression("/", ["a", "b"], INFIX), expression("tanh", ["z"], INFIX)
    ('a / b', 'tanh(z)')
    """
    if operation == SUM:
        return "".join(terms(operands))
    if operation in templates:
        return templates[str(operation)].format(*operands)
    return f"{operation}({', '.join(operands)})"


def terms(factors: Sequence[str]) -> Iterator[str]:
    """The terms of a sum of products, each with its sign; a factor of 1 or -1 is only a sign.

    >>> "".join(terms(["w", "x", "b", "1.0", "-1.0", "y"]))
    'w*x + b - y'
    """
    plus, minus = "", "-"
    for x, y in zip(factors[::2], factors[1::2]):
        x, y = (y, x) if x in ("1.0", "-1.0") else (x, y)
        yield {"1.0": plus + x, "-1.0": minus + x}.get(y, f"{plus}{x}*{y}")
        plus, minus = " + ", " - "


def sum_lines(name: str, factors: Sequence[str], width: int = WIDTH) -> Iterator[str]:
    """A sum of products as one assignment, or as several that add on to the first, in the same order.

    >>> list(sum_lines("z", ["w1", "x1", "w2", "x2", "b", "1.0"], width=20))
    ['z = w1*x1 + w2*x2', 'z = z + b']

    A single expression of many thousand terms would be deeper than Python's compiler reaches.
    """
    line = f"{name} ="
    gap = " "
    for term in terms(factors):
        if not gap and len(line) + len(term) > width:
            yield line
            line = f"{name} = {name}"
        line += gap + term
        gap = ""
    yield line
