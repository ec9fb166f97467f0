"""PyTorch in float64 on one thread: number by number, batched as people write it, and batched with the least calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from tests.benchmarks.contestants.plain import Functions, loss_of
from tests.benchmarks.contestants.step import Step
from tests.benchmarks.contestants.torch_gpt import gpt, tuned_gpt
from tests.benchmarks.tasks import Task, task

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def scalar(work: str) -> Step:
    """A tensor without dimensions for each number."""
    wanted = task(work)
    parameters = [torch.tensor(number, requires_grad=True) for number in wanted.start()]
    optimizer = torch.optim.SGD(parameters, wanted.rate)
    library = Functions(torch.relu, torch.tanh, torch.exp, torch.log)
    loss = trained(optimizer, lambda: loss_of(wanted, parameters, library))
    return Step(loss, lambda: [p.item() for p in parameters])


def batched(work: str) -> Step:
    """A matrix for each layer and the whole batch in one tensor, with an optimizer."""
    if work == "GPT":
        return gpt()
    wanted = task(work)
    tensors = [torch.tensor(part, requires_grad=True) for layer in wanted.layers(wanted.start()) for part in layer]
    loss = batch_loss(wanted)
    optimizer = torch.optim.SGD(tensors, wanted.rate)

    def penalized() -> torch.Tensor:
        out = loss(tensors)
        return out + wanted.penalty * sum((p * p).sum() for p in tensors) if wanted.penalty else out

    return Step(trained(optimizer, penalized), lambda: in_order(tensors))


def tuned(work: str) -> Step:
    """All parameters in one tensor, without an optimizer: the fewest calls that we found."""
    if work == "GPT":
        return tuned_gpt()
    wanted = task(work)
    parts = [torch.tensor(part) for layer in wanted.layers(wanted.start()) for part in layer]
    flat = torch.cat([part.reshape(-1) for part in parts]).requires_grad_()
    loss, sizes = batch_loss(wanted), [part.numel() for part in parts]

    def tensors() -> list[torch.Tensor]:
        return [piece.view(part.shape) for piece, part in zip(flat.split(sizes), parts)]

    def take() -> float:
        out = loss(tensors())
        out = out + wanted.penalty * (flat @ flat) if wanted.penalty else out
        (gradient,) = torch.autograd.grad(out, [flat])
        with torch.no_grad():
            flat.sub_(gradient, alpha=wanted.rate)
        return out.item()

    return Step(take, lambda: in_order(tensors()))


def trained(optimizer: Any, loss: Callable[[], torch.Tensor]) -> Callable[[], float]:
    """What takes a step of an optimizer down the loss."""

    def take() -> float:
        out = loss()
        optimizer.zero_grad()
        out.backward()
        optimizer.step()
        return out.item()

    return take


def batch_loss(wanted: Task) -> Callable[[list[torch.Tensor]], torch.Tensor]:
    """The mean loss of the batch as a function of weights and biases."""
    x, target = (torch.tensor(column) for column in zip(*wanted.examples))
    target = target.reshape(-1, 1) if wanted.loss == "hinge" else target
    activation = getattr(torch, wanted.activation)

    def loss(tensors: list[torch.Tensor]) -> torch.Tensor:
        out = x
        for depth, (w, b) in enumerate(zip(tensors[::2], tensors[1::2]), start=1):
            out = functional.linear(out, w, b)
            out = activation(out) if depth < len(wanted.shapes) else out
        return LOSSES[wanted.loss](out, target)

    return loss


def hinge(outputs: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return torch.relu(1 - target * outputs).mean()


def squares(outputs: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return ((outputs - target) ** 2).sum(dim=1).mean()


LOSSES = {"hinge": hinge, "cross_entropy": functional.cross_entropy, "squares": squares}


def in_order(tensors: list[torch.Tensor]) -> list[float]:
    """All parameters, neuron by neuron."""
    neurons = [torch.cat([w, b.reshape(-1, 1)], dim=1) for w, b in zip(tensors[::2], tensors[1::2])]
    return torch.cat([part.reshape(-1) for part in neurons]).tolist()
