"""The GPT in PyTorch: the positions of one document as the rows of matrices."""

from __future__ import annotations

import torch
from torch.nn import functional

from micrograd_nn.layers.gpt import GPT
from tests.benchmarks.contestants.step import Step
from tests.benchmarks.gpt import TOKENS, matrices

N_HEADS, EPSILON = 4, 1e-5


def gpt() -> Step:
    """The parameters of this engine's GPT, and PyTorch's Adam."""
    w = {name: torch.tensor(rows, requires_grad=True) for name, rows in matrices(GPT(27, seed=1)).items()}
    optimizer = torch.optim.Adam(w.values(), 0.01, betas=(0.85, 0.99))
    tokens, targets = torch.tensor(TOKENS[:-1]), torch.tensor(TOKENS[1:])

    def take() -> float:
        loss = functional.cross_entropy(logits(w, tokens), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return Step(take, lambda: in_order(w))


def logits(w: dict[str, torch.Tensor], tokens: torch.Tensor) -> torch.Tensor:
    """The logits of what follows each token."""
    x = norm(w["tokens"][tokens] + w["positions"][: len(tokens)])
    x = x + attention(w, norm(x)) @ w["mixed"].T
    x = x + torch.relu(norm(x) @ w["hidden"].T) @ w["out"].T
    return x @ w["output"].T


def norm(x: torch.Tensor) -> torch.Tensor:
    return functional.rms_norm(x, x.shape[-1:], eps=EPSILON)


def attention(w: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """What all heads take from the tokens so far."""
    query, key, value = (
        (x @ w[name].T).view(len(x), N_HEADS, -1).transpose(0, 1) for name in ("query", "key", "value")
    )
    taken = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
    return taken.transpose(0, 1).reshape(x.shape)


def in_order(w: dict[str, torch.Tensor]) -> list[float]:
    """All parameters as the engine numbers them: query, key and value stand together, head by head."""
    heads = [w[name].chunk(N_HEADS) for name in ("query", "key", "value")]
    parts = [w["tokens"], w["positions"], *[part for head in zip(*heads) for part in head]]
    parts += [w[name] for name in ("mixed", "hidden", "out", "output")]
    return torch.cat([part.reshape(-1) for part in parts]).tolist()
