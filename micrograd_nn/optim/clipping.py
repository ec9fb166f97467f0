"""Gradient clipping: a step no longer than it should be, where the loss falls off a cliff.

R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks", 2013, arXiv:1211.5063.
Both ways change gradients in place, between `backward` and the optimizer's step.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum, isfinite, sqrt

from ..backward import assignments
from ..graph import NOT_COMPUTED
from ..settings import positive
from ..value import Value


def gradient_norm(parameters: Iterable[Value]) -> float:
    """The length of the gradient as a vector: √(g₁² + … + gₙ²). Gradients not yet computed count as 0.

    >>> a, b = Value(0.0), Value(0.0)
    >>> (3 * a + 4 * b).backward()
    >>> gradient_norm([a, b])
    5.0
    """
    gradients = [abs(p.grad) for p in with_gradient(parameters)]
    if not all(map(isfinite, gradients)):
        return fsum(gradients)
    largest = max(gradients, default=0.0) or 1.0
    return largest * sqrt(fsum([(g / largest) ** 2 for g in gradients]))  # the square of a large g would overflow


def clip_by_norm(parameters: Iterable[Value], limit: float) -> float:
    """Shorten the gradient to a norm of `limit` if it is longer; the norm that it had comes back.

    Its direction stays: g ← g · limit / norm (Pascanu et al., algorithm 1). PyTorch's `clip_grad_norm_` divides by
    norm + 10⁻⁶ instead, so its gradients come out a little shorter.

    >>> a, b = Value(0.0), Value(0.0)
    >>> (3 * a + 4 * b).backward()
    >>> clip_by_norm([a, b], limit=1.0)
    5.0
    >>> a.grad, b.grad
    (0.6, 0.8)

    Raises: ValueError for a limit that is not above 0, OverflowError when the norm is not finite.
    """
    limit = positive("limit", limit)
    clipped = with_gradient(parameters)
    norm = gradient_norm(clipped)
    if not isfinite(norm):
        raise OverflowError(f"a gradient cannot be clipped whose norm is {norm}: a gradient of it is too large or nan")
    if norm > limit:
        any(assignments(clipped, [p.grad / norm * limit for p in clipped]))
    return norm


def clip_by_value(parameters: Iterable[Value], limit: float) -> None:
    """Bring every gradient between -limit and limit, each by itself; a nan stays one.

    >>> a, b = Value(0.0), Value(0.0)
    >>> (3 * a - 0.5 * b).backward()
    >>> clip_by_value([a, b], limit=1.0)
    >>> a.grad, b.grad
    (1.0, -0.5)

    Raises: ValueError for a limit that is not above 0.
    """
    limit = positive("limit", limit)
    for p in with_gradient(parameters):
        p.grad = limit if p.grad > limit else -limit if p.grad < -limit else p.grad


def with_gradient(parameters: Iterable[Value]) -> list[Value]:
    """The parameters whose gradient has been computed."""
    return [p for p in parameters if p.grad is not None and p.grad is not NOT_COMPUTED]
