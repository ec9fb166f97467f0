"""What a node computes as a formula: an operation on words, and the words for a node's inputs beside it."""

from __future__ import annotations

from collections.abc import Mapping

from . import ops
from .op import Op
from .places import path_of, timeless
from .quoting import visible
from .value import Value


def formula(op: Op, words: list[str]) -> str:
    """The operation on its inputs, cut short where there are many."""
    if op is ops.dot:
        n = len(words) // 2
        products = [f"{w}·{x}" for w, x in zip(words[:n], words[n:-1])]
        return " + ".join([*shortened(products, 2), *filter(None, words[-1:])])
    if op is ops.total:
        return " + ".join(shortened(words, 3))
    return visible(op.written(*(words if op.form else shortened(words, 4))))


def shortened(words: list[str], most: int) -> list[str]:
    """The words, or their first ones and the last with an ellipsis between when there are more than `most`."""
    return words if len(words) <= most else [*words[: max(most - 2, 1)], "…", words[-1]]


def names_beside(node: Value, named: Mapping[Value, str]) -> list[str]:
    """What the inputs of a node are called beside it: without the path of a module that they share with it.

    The parameters of the module have no time step before their path; they go without it all the same.
    """
    module = path_of(named[node])
    paths = [f"{path}." for path in dict.fromkeys((module, timeless(module))) if path]
    full = [named[x] for x in node.inputs]
    short = [name if x.op is ops.constant else without_path(name, paths) for name, x in zip(full, node.inputs)]
    return short if len(set(short)) == len(set(full)) else full


def without_path(name: str, paths: list[str]) -> str:
    """A name without the first of these paths that it begins with, if anything is left."""
    return next((name[len(path) :] for path in paths if name.startswith(path) and name != path), name)


def without_silent(node: Value, words: list[str]) -> list[str]:
    """The words for a node's inputs, an empty one for the bias of a sum that was given none."""
    return [*words[:-1], ""] if has_silent_bias(node) else words


def has_silent_bias(node: Value) -> bool:
    """Whether a node is a weighted sum without a bias: its last input is a 0 that nobody named."""
    bias = node.inputs[-1] if node.op is ops.dot else None
    return bias is not None and bias.op is ops.constant and not bias.label and not bias.data
