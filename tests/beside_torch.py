"""Layers of Values beside PyTorch's tensors: what the tests of several layers share."""

from typing import Any

import pytest

from micrograd_nn import Value


def tensor(values: Any) -> Any:
    """A float64 tensor of the numbers in nested lists of Values, which collects gradients."""
    torch = pytest.importorskip("torch")
    return torch.tensor(numbers(values), dtype=torch.float64, requires_grad=True)


def weights_of(layer: Any) -> list[list[Value]]:
    """The weights of a Layer, a row for each neuron."""
    return [neuron.w for neuron in layer.neurons]


def numbers(values: Any, field: str = "data") -> Any:
    """Nested lists of what Values have in a field; numbers stand for themselves."""
    if isinstance(values, list | tuple):
        return [numbers(v, field) for v in values]
    return getattr(values, field) if isinstance(values, Value) else float(values)


def flat(values: Any) -> list[Any]:
    """What nested lists hold, in reading order."""
    return [v for part in values for v in flat(part)] if isinstance(values, list | tuple) else [values]


def weighted(values: Any) -> Value:
    """A loss in which each of the Values counts differently: Σ cₖ · vₖ, with cₖ = 1, 2, 1, 2, …"""
    return sum((v * (1 + k % 2) for k, v in enumerate(flat(values))), start=Value(0.0))


def weighted_tensor(values: Any) -> Any:
    """The same loss of a tensor."""
    torch = pytest.importorskip("torch")
    entries = values.flatten()
    return (entries * (1 + torch.arange(len(entries)) % 2)).sum()


def assert_close(ours: Any, theirs: Any) -> None:
    """Every number is PyTorch's, to 1e-12 of the largest."""
    found, expected = flat(ours), theirs.detach().flatten().tolist()
    scale = max(1.0, *map(abs, expected))
    assert found == pytest.approx(expected, rel=0, abs=1e-12 * scale)


def assert_the_same_gradients(pairs: list[tuple[Any, Any]]) -> None:
    """Every gradient is PyTorch's, for Values in nested lists and the tensor that stands for them."""
    for values, theirs in pairs:
        assert_close(numbers(values, "grad"), theirs.grad)
