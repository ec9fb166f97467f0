"""The smallest data sets: functions of two bits, four examples each."""

from __future__ import annotations

from typing import TypeAlias

Example: TypeAlias = "tuple[list[float], float]"  # inputs and target


def truth_table(*targets: int) -> list[Example]:
    """The examples whose targets stand in the order of the inputs 00, 01, 10, 11."""
    return [([x, y], target) for (x, y), target in zip([(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)], targets)]


def xor() -> list[Example]:
    """The four examples of exclusive or: 1 if the inputs differ. No single neuron can learn it.

    >>> xor()
    [([0.0, 0.0], 0), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], 0)]
    """
    return truth_table(0, 1, 1, 0)


def and_() -> list[Example]:
    """The four examples of and: 1 if both inputs are 1.

    >>> [target for _, target in and_()]
    [0, 0, 0, 1]
    """
    return truth_table(0, 0, 0, 1)


def or_() -> list[Example]:
    """The four examples of or: 1 if an input is 1.

    >>> [target for _, target in or_()]
    [0, 1, 1, 1]
    """
    return truth_table(0, 1, 1, 1)


def nand() -> list[Example]:
    """The four examples of not-and: 0 if both inputs are 1. Every logic circuit can be built from it.

    >>> [target for _, target in nand()]
    [1, 1, 1, 0]
    """
    return truth_table(1, 1, 1, 0)
