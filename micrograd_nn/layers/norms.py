"""Norms of a vector: LayerNorm and RMSNorm, which keep the numbers inside a network of moderate size.

Both divide a vector by how large its numbers are. In the formulas n is its width, g and b are parameters: the gain, 1
at first, and the bias, 0 at first. ε keeps a vector of zeros from dividing by 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..initial import as_inputs
from ..module import Module
from ..settings import check_sizes, positive
from ..value import parameter
from .shapes import Vector
from .vectors import label_each, sum_of, sum_of_products


class Norm(Module):
    """What LayerNorm and RMSNorm share: a width, ε, and whether there are gains."""

    def __init__(self, width: int, epsilon: float = 1e-5, gain: bool = True, expand: bool = False) -> None:
        check_sizes(width=width)
        self.width, self.epsilon, self.expand = width, positive("epsilon", epsilon), expand
        self.g = [parameter(1.0) for _ in range(width)] if gain else []
        self.label_parameters()

    @property
    def n_inputs(self) -> int:
        """How many numbers a vector has."""
        return self.width

    def __call__(self, x: Sequence[Any]) -> Vector:
        return self.respond(as_inputs(x, self.width))

    def respond(self, x: Vector, when: str = "") -> Vector:
        """The vector of the norm for one that is Values already."""
        raise NotImplementedError(f"{type(self).__name__} must say what becomes of a vector")

    def rescaled(self, x: Vector, when: str) -> Vector:
        """The vector divided by the root of its mean square."""
        mean_square = sum_of_products(x, x, self.expand) / self.width
        scale = (mean_square + self.epsilon) ** -0.5
        mean_square.label, scale.label = f"{when}{self.path}mean_square", f"{when}{self.path}scale"
        return [xi * scale for xi in x]

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such norm, but for its numbers."""
        return {"width": self.width, "epsilon": self.epsilon, "gain": bool(self.g), "expand": self.expand}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.width}, {len(self.parameters())} parameters)"


class RMSNorm(Norm):
    """A vector divided by its root mean square: yᵢ = gᵢ · xᵢ / √(Σ xⱼ² / n + ε).

    >>> [round(y.data, 4) for y in RMSNorm(2)([3.0, 4.0])]
    [0.8485, 1.1314]

    The root mean square of 3 and 4 is √12.5 (Zhang and Sennrich 2019, arXiv:1910.07467, eq. 4). Without `gain` there
    are no parameters. With `expand` every product and plus is a node of its own, for lessons; the gradients are the
    same.

    Raises: ValueError for a width below 1, an ε that is not above 0, or a vector of another width.
    """

    def respond(self, x: Vector, when: str = "") -> Vector:
        """The vector of the norm for one that is Values already."""
        outputs = self.rescaled(x, when)
        outputs = [g * y for g, y in zip(self.g, outputs)] if self.g else outputs
        return label_each(outputs, f"{when}{self.path}out")


class LayerNorm(Norm):
    """A vector brought to mean 0 and variance 1: yᵢ = gᵢ · (xᵢ − μ) / √(σ² + ε) + bᵢ.

    μ = Σ xⱼ / n is the mean, σ² = Σ (xⱼ − μ)² / n the variance (Ba et al. 2016, arXiv:1607.06450, eq. 3).

    >>> [round(y.data, 4) for y in LayerNorm(3)([1.0, 2.0, 3.0])]
    [-1.2247, 0.0, 1.2247]

    Without `gain` there are neither gains nor biases. The rest is as in `RMSNorm`.
    """

    def __init__(self, width: int, epsilon: float = 1e-5, gain: bool = True, expand: bool = False) -> None:
        super().__init__(width, epsilon, gain, expand)
        self.b = [parameter(0.0) for _ in self.g]
        self.label_parameters()

    def respond(self, x: Vector, when: str = "") -> Vector:
        """The vector of the norm for one that is Values already."""
        mean = sum_of(x, self.expand) / self.width
        mean.label = f"{when}{self.path}mean"
        outputs = self.rescaled([xi - mean for xi in x], when)
        outputs = [g * y + b for g, y, b in zip(self.g, outputs, self.b)] if self.g else outputs
        return label_each(outputs, f"{when}{self.path}out")
