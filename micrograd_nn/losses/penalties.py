"""Penalties: what is added to a loss so that parameters stay small, and a network simple (regularisation)."""

from __future__ import annotations

from collections.abc import Iterable

from ..value import Value, dot, total


def l1_penalty(parameters: Iterable[Value]) -> Value:
    """The sum of sizes Σ |w|: added to a loss, it drives small parameters to 0 (Tibshirani 1996, the lasso).

    >>> l1_penalty([Value(3.0), Value(-4.0)]).data
    7.0
    """
    return total(map(abs, parameters))


def l2_penalty(parameters: Iterable[Value]) -> Value:
    """The sum of squares Σ w², as one node: added to a loss, it keeps parameters small (Hoerl and Kennard 1970, ridge).

    >>> l2_penalty([Value(3.0), Value(-4.0)]).data
    25.0
    """
    ws = list(parameters)
    return dot(ws, ws)
