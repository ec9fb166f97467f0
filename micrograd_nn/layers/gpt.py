"""GPT: a Transformer that says, at every position of a text, which token may come next."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from ..collector import collector_paused
from ..initial import generator
from ..module import Module
from ..nn import Layer
from ..notation import counted
from ..settings import check_sizes
from .embedding import Embedding, PositionalEmbedding
from .norms import RMSNorm
from .shapes import Steps
from .transformer import TransformerBlock
from .vectors import at_every_step

STD = 0.08  # of the embeddings at first


class GPT(Module):
    """A causal language model: for a list of tokens the logits of the next one, one list for each position.

    x_t = norm(embedding(token_t) + position_t), then the blocks, then one linear layer with an output for each token
    (Radford et al. 2018, "Improving language understanding by generative pre-training"; without biases and gains, and
    with the norm of Zhang and Sennrich 2019).

    >>> gpt = GPT(27, seed=1)
    >>> gpt
    GPT(27 tokens, width 16, 4 heads, 1 block, 16 positions, 4192 parameters)
    >>> logits = gpt([0, 5, 13])
    >>> len(logits), len(logits[0]), logits[2][5].label
    (3, 27, 't3.output.neuron6.z')

    Raises: ValueError for a size below 1 and for heads that do not divide the width; called, for a token outside its
    vocabulary, and for more tokens than positions.
    """

    def __init__(
        self,
        n_tokens: int,
        width: int = 16,
        n_heads: int = 4,
        n_blocks: int = 1,
        n_positions: int = 16,
        expand: bool = False,
        rng: random.Random | None = None,
        seed: int | None = None,
    ) -> None:
        check_sizes(n_blocks=n_blocks)
        rng = generator(rng, seed)
        self.embedding = Embedding(n_tokens, width, STD, rng)
        self.positions = PositionalEmbedding(n_positions, width, STD, rng)
        self.norm = RMSNorm(width, gain=False, expand=expand)
        self.blocks = [
            TransformerBlock(width, n_heads, causal=True, gain=False, expand=expand, rng=rng) for _ in range(n_blocks)
        ]
        self.output = Layer(width, n_tokens, "linear", expand, rng, bias=False)
        for w in self.output.parameters():
            w.data *= 0.1  # at first every token is about as likely, and the loss near log(n_tokens)
        self.label_parameters()

    def __call__(self, tokens: Sequence[int]) -> Steps:
        with collector_paused():
            xs = at_every_step(self.norm, self.positions.respond(self.embedding(tokens)))
            for block in self.blocks:
                xs = block.respond(xs)
            return at_every_step(self.output, xs)

    def architecture(self) -> dict[str, Any]:
        """What to pass to make another such model, but for its numbers."""
        return {
            "n_tokens": len(self.embedding.rows),
            "width": self.norm.width,
            "n_heads": len(self.blocks[0].attention.heads),
            "n_blocks": len(self.blocks),
            "n_positions": len(self.positions.rows),
            "expand": self.norm.expand,
        }

    def __repr__(self) -> str:
        sizes = self.architecture()
        counts = ", ".join(counted(sizes[f"n_{what}s"], what) for what in ("head", "block", "position"))
        shape = f"{counted(sizes['n_tokens'], 'token')}, width {self.norm.width}, {counts}"
        return f"GPT({shape}, {len(self.parameters())} parameters)"
