"""The same graphs in PyTorch, where it is installed."""

import math

import pytest
from hypothesis import given

from micrograd_nn import MLP, Value, data, ops, optim, train
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
    "max": lambda *xs: torch.stack(xs).amax(),  # which shares its slope between equals, as we do
    "min": lambda *xs: torch.stack(xs).amin(),
    "elu": torch.nn.functional.elu,
    "silu": torch.nn.functional.silu,
    "gelu": torch.nn.functional.gelu,
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


@given(programs([op for op in (*UNARY, *BINARY, ops.maximum, ops.minimum) if op is not ops.raise_to]))
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


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "softplus", "elu", "silu", "gelu"])
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


def torch_twin(model: MLP):
    """The same network with the same numbers."""
    parts = []
    for layer in model.layers:
        linear = torch.nn.Linear(layer.n_inputs, len(layer.neurons), dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(to_tensor([[w.data for w in neuron.w] for neuron in layer.neurons]))
            linear.bias.copy_(to_tensor([neuron.b.data for neuron in layer.neurons]))
        parts += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*parts[:-1])


def to_tensor(rows):
    return torch.tensor(rows, dtype=torch.float64)


BINARY_LOSS = "binary_cross_entropy_with_logits"
CASES = [
    (data.moons(20, seed=1), 1, BINARY_LOSS, torch.nn.functional.binary_cross_entropy_with_logits),
    (data.blobs(21, seed=1), 3, "cross_entropy", torch.nn.functional.cross_entropy),
    (data.noisy_line(20, seed=1), 1, "mean_squared_error", torch.nn.functional.mse_loss),
    (data.noisy_line(20, seed=1), 1, "mean_absolute_error", torch.nn.functional.l1_loss),
    (data.noisy_line(20, seed=1), 1, "huber", torch.nn.functional.huber_loss),
]


@pytest.mark.parametrize(("examples", "n_outputs", "loss", "torch_loss"), CASES, ids=[case[2] for case in CASES])
@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "AdamW"])
def test_a_training_run_has_pytorchs_losses(examples, n_outputs, loss, torch_loss, optimizer):
    model = MLP(len(examples[0][0]), [5, n_outputs], seed=1)
    twin, xs = torch_twin(model), to_tensor([x for x, _ in examples])
    ys = torch.tensor([y for _, y in examples]) if n_outputs > 1 else to_tensor([[y] for _, y in examples])
    settings = {} if optimizer == "SGD" else {"weight_decay": 0.01}
    run = train(
        model, examples, loss, getattr(optim, optimizer)(model.parameters(), 0.03, **settings), epochs=40, l2=1e-3
    )
    theirs = getattr(torch.optim, optimizer)(twin.parameters(), lr=0.03, **settings)
    for epoch in run:
        theirs.zero_grad()
        penalty = sum((p * p).sum() for p in twin.parameters())
        (torch_loss(twin(xs), ys) + 1e-3 * penalty).backward()
        theirs.step()
        assert epoch.loss == pytest.approx(torch_loss(twin(xs), ys).item(), rel=1e-11)
