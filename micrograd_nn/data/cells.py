"""What the text of a cell is: missing, a number, or meant as a number that is written otherwise."""

from __future__ import annotations

import re
from math import isfinite

MISSING = ("", "na", "n/a", "nan", "null", "none", "?", "-")  # what people and programs write for what they do not know
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([., '’\u00a0\u202f])\d{3}(?:\1\d{3})*(?:(?!\1)[.,]\d+)?", re.ASCII)
MONEY = "$€£¥₹₽₩₺₫₴₪₱¢"
UNIT = rf"\s*[{MONEY}%‰]|\s*[a-zµ°][\w/]*|\s+[^\W\d][\w/]*"
MEASURE = re.compile(rf"([+-]?)\s*[{MONEY}]?\s*([+-]?\d(?:[\d.,'’\s]*\d)?)(?:{UNIT})?")


def is_missing(cell: str) -> bool:
    """Whether a cell says that nothing is known: it is empty, or NA, N/A, NaN, null, None, ? or -, in any case.

    >>> is_missing("n/a"), is_missing("0")
    (True, False)
    """
    return cell.casefold() in MISSING


def is_number(cell: str) -> bool:
    """Whether a cell is a finite number in digits: not nan, inf or 1_000, which float() reads too.

    >>> is_number("-2.5e3"), is_number("1,5")
    (True, False)
    """
    return NUMBER.fullmatch(cell) is not None and isfinite(float(cell))


def readings(cell: str) -> list[str]:
    """The numbers that a cell may be, if it has a decimal comma or marks between thousands.

    >>> readings("1,5"), readings("1.234.567,8"), readings("12,500"), readings("12 cm")
    (['1.5'], ['1234567.8'], ['12500', '12.500'], [])
    """
    grouped = THOUSANDS.fullmatch(cell)
    whole = [cell.replace(grouped[1], "").replace(",", ".")] if grouped else []
    return [found for found in dict.fromkeys([*whole, cell.replace(",", ".", 1)]) if is_number(found)]


def measures(cell: str) -> list[str]:
    """The numbers that a cell may be, if a currency sign, % or a unit stands beside them.

    >>> measures("€ 316640"), measures("-45 %"), measures("12cm"), measures("no 12"), measures("1e400")
    (['316640'], ['-45'], ['12'], [], [])
    """
    found = None if NUMBER.fullmatch(cell) else MEASURE.fullmatch(cell)  # e400 is no unit, but beyond all floats
    return readings(cell) or (readings(found[1] + found[2]) if found else [])
