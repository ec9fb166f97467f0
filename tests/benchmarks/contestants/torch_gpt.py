"""The GPT in PyTorch, the positions of one document as the rows of matrices: as people write it, and tuned."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn import functional

from micrograd_nn.layers.gpt import GPT
from tests.benchmarks.contestants.step import Step
from tests.benchmarks.gpt import TOKENS, matrices

N_HEADS, EPSILON = 4, 1e-5
PROJECTIONS = ("query", "key", "value")
Tensors = dict[str, torch.Tensor]


def gpt() -> Step:
    """The parameters of this engine's GPT, and PyTorch's Adam."""
    w = {name: torch.tensor(rows, requires_grad=True) for name, rows in matrices(GPT(27, seed=1)).items()}
    return Step(trained(w, logits), lambda: in_order(w))


def tuned_gpt() -> Step:
    """The fewest calls that we found: one matrix for query, key and value, and Adam in one."""
    parts = {name: torch.tensor(rows) for name, rows in matrices(GPT(27, seed=1)).items()}
    w = {"all": torch.cat([parts.pop(name) for name in PROJECTIONS]), **parts}
    for tensor in w.values():
        tensor.requires_grad_()
    return Step(trained(w, fewer_calls(), fused=True), lambda: in_order(w | dict(zip(PROJECTIONS, w["all"].chunk(3)))))


def trained(
    w: Tensors, respond: Callable[[Tensors, torch.Tensor], torch.Tensor], fused: bool = False
) -> Callable[[], float]:
    """What takes a step of Adam."""
    optimizer = torch.optim.Adam(w.values(), 0.01, betas=(0.85, 0.99), fused=fused)
    tokens, targets = torch.tensor(TOKENS[:-1]), torch.tensor(TOKENS[1:])

    def take() -> float:
        loss = functional.cross_entropy(respond(w, tokens), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return take


def logits(w: Tensors, tokens: torch.Tensor) -> torch.Tensor:
    """The logits of what follows each token."""
    x = norm(w["tokens"][tokens] + w["positions"][: len(tokens)])
    x = x + attention(w, norm(x)) @ w["mixed"].T
    x = x + torch.relu(norm(x) @ w["hidden"].T) @ w["out"].T
    return x @ w["output"].T


def norm(x: torch.Tensor) -> torch.Tensor:
    return functional.rms_norm(x, x.shape[-1:], eps=EPSILON)


def attention(w: Tensors, x: torch.Tensor) -> torch.Tensor:
    """What all heads take from the tokens so far."""
    query, key, value = ((x @ w[name].T).view(len(x), N_HEADS, -1).transpose(0, 1) for name in PROJECTIONS)
    taken = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
    return taken.transpose(0, 1).reshape(x.shape)


def fewer_calls() -> Callable[[Tensors, torch.Tensor], torch.Tensor]:
    """What gives the same logits."""
    n = len(TOKENS) - 1
    later = torch.full((n, n), -torch.inf).triu(1)

    def respond(w: Tensors, tokens: torch.Tensor) -> torch.Tensor:
        x = norm_in_pieces(functional.embedding(tokens, w["tokens"]) + w["positions"][:n])
        query, key, value = functional.linear(norm_in_pieces(x), w["all"]).view(n, 3, N_HEADS, -1).permute(1, 2, 0, 3)
        weights = torch.baddbmm(later, query, key.transpose(1, 2), alpha=query.shape[-1] ** -0.5).softmax(-1)
        x = x + functional.linear((weights @ value).transpose(0, 1).reshape(x.shape), w["mixed"])
        x = x + functional.linear(torch.relu(functional.linear(norm_in_pieces(x), w["hidden"])), w["out"])
        return functional.linear(x, w["output"])

    return respond


def norm_in_pieces(x: torch.Tensor) -> torch.Tensor:
    return x * (x.square().mean(-1, keepdim=True) + EPSILON).rsqrt()


def in_order(w: Tensors) -> list[float]:
    """All parameters as the engine numbers them: query, key and value stand together, head by head."""
    heads = [w[name].chunk(N_HEADS) for name in PROJECTIONS]
    parts = [w["tokens"], w["positions"], *[part for head in zip(*heads) for part in head]]
    parts += [w[name] for name in ("mixed", "hidden", "out", "output")]
    return torch.cat([part.reshape(-1) for part in parts]).tolist()
