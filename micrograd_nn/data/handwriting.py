"""Handwritten digits: 750 images of 8 x 8 points, 75 of each digit.

E. Alpaydin and C. Kaynak 1998, "Optical recognition of handwritten digits", UCI Machine Learning Repository,
https://archive.ics.uci.edu/dataset/80, licensed under CC BY 4.0. `digits.csv` has the first 75 images of each digit in
its test set, as scikit-learn ships it (`load_digits`), in their order. A point, such as x3_5 in row 3 and column 5, is
a number from 0 to 16: how many are dark among the 4 x 4 points of the scan there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from .tables import Cell, read_csv

DIGITS_PATH = Path(__file__).with_name("digits.csv")
SIDE = 8  # points
DARKEST = 16

Picture: TypeAlias = list[list[list[float]]]  # one channel of rows


def digits(classes: Sequence[int] = tuple(range(10))) -> list[tuple[Picture, int]]:
    """The 75 images of each of these digits, as `(image, class)`: classes are counted from 0 in the order given.

    An image is a list of one channel, which is a list of 8 rows of 8 numbers, from 0 for paper to 1 for ink.

    >>> examples = digits([3, 5, 8])
    >>> image, target = examples[1]
    >>> len(examples), target, len(image), len(image[0]), image[0][0]
    (225, 1, 1, 8, [0.0, 0.0, 0.75, 0.625, 0.0, 0.0, 0.0, 0.0])

    Raises: TypeError for what is no list of whole numbers, ValueError unless they are different digits, at least one.
    """
    check_digits(classes)
    wanted = {str(digit): k for k, digit in enumerate(classes)}
    table = read_csv(DIGITS_PATH, target="digit", classes=True)
    return [(picture(row), wanted[digit]) for row, digit in table.examples if digit in wanted]


def picture(row: Sequence[Cell]) -> Picture:
    """The image in a row of the file."""
    points = [float(cell) / DARKEST for cell in row]
    return [[points[start : start + SIDE] for start in range(0, SIDE * SIDE, SIDE)]]


def check_digits(classes: Sequence[int]) -> None:
    """Raise unless these are different digits, at least one."""
    if not isinstance(classes, Sequence) or isinstance(classes, str):
        raise TypeError(f"classes must be a list of digits, such as [0, 1, 2], not {classes!r}")
    for digit in classes:
        if not isinstance(digit, int) or isinstance(digit, bool):
            raise TypeError(f"a class must be a digit, a whole number, not {digit!r}")
        if not 0 <= digit <= 9:
            raise ValueError(f"a class must be a digit from 0 to 9, not {digit}")
    if not classes or len(set(classes)) < len(classes):
        raise ValueError(f"classes must be different digits, at least one, not {list(classes)}")
