"""BatchNorm: every number of a vector brought to mean 0 and variance 1, over the examples of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from ..module import Module
from ..settings import at_most_one, check_sizes, positive
from ..value import Value, constant, dot, parameter, total
from ..watching import see_reading
from .shapes import Steps, Vector, as_batch
from .vectors import label_each

Moments: TypeAlias = tuple[Value, Value]  # a mean and a variance


class BatchNorm(Module):
    """Vectors brought to mean 0 and variance 1, number by number: yᵢ = gᵢ · (xᵢ − μᵢ) / √(σᵢ² + ε) + bᵢ.

    While training, μ and σ² are those of the batch, which must be given as a whole: a list of vectors. Running ones
    follow, running ← (1 − momentum) · running + momentum · the batch's, where the variance is the estimate that divides
    by n − 1. In use (`eval`) these take the batch's place, so that an example's output depends on no other (Ioffe and
    Szegedy 2015, arXiv:1502.03167, algorithms 1 and 2).

    >>> norm = BatchNorm(1)
    >>> [[round(y.data, 3) for y in vector] for vector in norm([[1.0], [3.0]])]
    [[-1.0], [1.0]]
    >>> norm.running_mean, norm.running_variance
    ([0.2], [1.1])

    Since `train` shows a model one example at a time, a step with it is written as a loop over the batch:

    >>> from micrograd_nn import Layer, losses
    >>> hidden, output = Layer(2, 1, "linear", seed=1), Layer(1, 1, "linear", seed=2)
    >>> inputs, targets = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [1.0, 0.0, 1.0]
    >>> normed = norm([[hidden(x)] for x in inputs])
    >>> losses.mean_squared_error([output(y) for y in normed], targets).backward()

    Raises: ValueError for a width below 1, an ε not above 0, a momentum outside 0 to 1; called, for a batch that is
    empty, one of a single example while training, and vectors of another width.
    """

    buffer_names = ("running_mean", "running_variance")

    def __init__(self, width: int, momentum: float = 0.1, epsilon: float = 1e-5) -> None:
        check_sizes(width=width)
        self.momentum, self.epsilon = at_most_one("momentum", momentum), positive("epsilon", epsilon)
        self.g = [parameter(1.0) for _ in range(width)]
        self.b = [parameter(0.0) for _ in range(width)]
        self.running_mean, self.running_variance = [0.0] * width, [1.0] * width
        self.label_parameters()

    def __call__(self, batch: Sequence[Any]) -> Steps:
        vectors = as_batch(batch, len(self.g))
        if self.training and len(vectors) == 1:
            raise ValueError("a batch needs at least 2 examples while training, not 1: it has no variance; see eval()")
        columns = [list(column) for column in zip(*vectors)]
        moments = [moments_of(column) for column in columns] if self.training else self.remembered()
        normed = [self.respond(column, i, *moments[i]) for i, column in enumerate(columns)]
        if self.training:
            self.follow(moments, len(vectors))
        return [label_each(list(vector), f"{self.path}out") for vector in zip(*normed)]

    def respond(self, column: Vector, i: int, mean: Value, variance: Value) -> Vector:
        """The i-th number of every example, from 0, normed."""
        scale = (variance + self.epsilon) ** -0.5
        for node, name in ((mean, "mean"), (variance, "variance"), (scale, "scale")):
            node.label = f"{self.path}{name}{i + 1}"
        return [self.g[i] * ((x - mean) * scale) + self.b[i] for x in column]

    def remembered(self) -> list[Moments]:
        """The running means and variances."""
        return [(constant(m), constant(v)) for m, v in zip(self.running_mean, self.running_variance)]

    def follow(self, moments: list[Moments], n_examples: int) -> None:
        """Move the running means and variances towards those of a batch."""
        kept, taken = 1 - self.momentum, self.momentum
        unbiased = n_examples / (n_examples - 1)
        for i, (mean, variance) in enumerate(moments):
            see_reading(mean, variance)
            self.running_mean[i] = kept * self.running_mean[i] + taken * mean.data
            self.running_variance[i] = kept * self.running_variance[i] + taken * variance.data * unbiased

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such norm, but for its numbers."""
        return {"width": len(self.g), "momentum": self.momentum, "epsilon": self.epsilon}

    def __repr__(self) -> str:
        return f"BatchNorm({len(self.g)}, {len(self.parameters())} parameters)"


def moments_of(column: Vector) -> Moments:
    """The mean of numbers, and their variance, which divides by how many they are."""
    mean = total(column) / len(column)
    deviations = [x - mean for x in column]
    return mean, dot(deviations, deviations) / len(column)
