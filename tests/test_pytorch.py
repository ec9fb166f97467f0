"""The same graphs in PyTorch, where it is installed."""

import math

import pytest
from hypothesis import given

from micrograd_nn import MLP, Value, ops
from tests.strategies import BINARY, UNARY, programs

torch = pytest.importorskip("torch")

TORCH = {
    "+": torch.add,
    "-": torch.sub,
    "*": torch.mul,
    "/": torch.div,
    "neg": torch.neg,
    "abs": torch.abs,
    "**": torch.pow,
    "max": torch.maximum,
    "min": torch.minimum,
    "leaky_relu": lambda x, slope: torch.where(x > 0, x, slope * x),
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "relu": torch.relu,
}


class Tensor:
    """A tensor that operations of the table act on."""

    def __init__(self, tensor):
        self.tensor = tensor

    def apply_op(self, op, inputs):
        function = TORCH.get(op.name) or getattr(torch, op.name)
        return Tensor(function(*[x.tensor for x in inputs]))


@given(programs([op for op in (*UNARY, *BINARY) if op is not ops.raise_to]))
def test_values_and_gradients_agree_with_pytorch(program):
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in program.points]
    theirs = program(*map(Tensor, tensors)).tensor
    inputs = [Value(x) for x in program.points]
    ours = program(*inputs)
    assert math.isclose(ours.data, theirs.item(), rel_tol=1e-12, abs_tol=1e-12)
    theirs.backward()
    ours.backward()
    for x, tensor in zip(inputs, tensors):
        expected = 0.0 if tensor.grad is None else tensor.grad.item()
        scale = max(1.0, abs(expected))
        assert math.isclose(x.grad / scale, expected / scale, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "softplus"])
def test_a_network_has_pytorchs_output_and_gradients(activation):
    model = MLP(3, [4, 4, 2], activation=activation, seed=5)
    x = [0.3, -1.2, 0.8]
    for p in model.parameters():
        p.data += 0.01
    a = torch.tensor(x, dtype=torch.float64)
    weights = []
    for i, layer in enumerate(model.layers):
        w = torch.tensor([[p.data for p in n.w] for n in layer.neurons], dtype=torch.float64, requires_grad=True)
        b = torch.tensor([n.b.data for n in layer.neurons], dtype=torch.float64, requires_grad=True)
        weights.append((w, b))
        z = w @ a + b
        a = z if i == 2 else getattr(torch.nn.functional, activation)(z)
    ours = model(x)
    (ours[0] * 2 + ours[1] ** 2).backward()
    (a[0] * 2 + a[1] ** 2).backward()
    assert [y.data for y in ours] == pytest.approx(a.tolist(), rel=1e-12)
    for layer, (w, b) in zip(model.layers, weights):
        for neuron, dw, db in zip(layer.neurons, w.grad, b.grad):
            assert [p.grad for p in neuron.w] == pytest.approx(dw.tolist(), rel=1e-12)
            assert neuron.b.grad == pytest.approx(db.item(), rel=1e-12)
