"""python -m tests.benchmarks.networks [rounds]: what a step costs for each type of network, as a Markdown table.

A step is forward, backward and Adam, on a batch as the demo of that network takes it. Medians of the processor's time.
"""

import random
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import process_time
from typing import Any

from micrograd_nn import MLP, Layer, data, language, losses, optim
from micrograd_nn.collector import collector_paused
from micrograd_nn.graph import topological_order
from micrograd_nn.layers import (
    GPT,
    LSTM,
    RNN,
    Conv2d,
    Embedding,
    Flatten,
    Last,
    MaxPool2d,
    MultiHeadAttention,
    PositionalEmbedding,
    Sequential,
    TimeDistributed,
)
from micrograd_nn.value import Value, total


@dataclass
class Row:
    """A network, the batch that a step takes, and the loss of an example."""

    title: str
    model: Any
    batch: list[tuple[Any, Any]]
    loss: Callable[[Any, Any], Any] = losses.binary_cross_entropy_with_logits


def bits(rng: random.Random, length: int) -> list[float]:
    return [float(rng.randrange(2)) for _ in range(length)]


def convolutional(rng: random.Random) -> Row:
    kernels = Conv2d(1, 4, 3, activation="relu", rng=rng)
    model = Sequential(kernels, MaxPool2d(2), Flatten(), Layer(36, 3, "linear", rng=rng))
    return Row("convolutional: 10 digits", model, data.digits((3, 5, 8))[:10], losses.cross_entropy)


def recurrent(rng: random.Random) -> Row:
    model = Sequential(RNN(1, 8, rng=rng), Last(), Layer(8, 1, "linear", rng=rng))
    return Row("recurrent: 4 strings of 5 bits", model, [(bits(rng, 5), 1.0) for _ in range(4)])


def lstm(rng: random.Random) -> Row:
    model = Sequential(LSTM(2, 4, rng=rng), Last(), Layer(4, 1, "linear", rng=rng))
    flagged = [([[bit, float(t == 0)] for t, bit in enumerate(bits(rng, 20))], 1.0) for _ in range(10)]
    return Row("LSTM: 10 sequences of 20", model, flagged)


def attention(rng: random.Random) -> Row:
    model = Sequential(
        Embedding(10, 16, rng=rng),
        PositionalEmbedding(5, 16, rng=rng),
        MultiHeadAttention(16, 1, rng=rng),
        TimeDistributed(Layer(16, 10, "linear", rng=rng)),
    )
    batch = [([2, 7, 1, 8, 3], [3, 8, 1, 7, 2])] * 4
    return Row("attention: 4 sequences of 5 digits", model, batch, losses.cross_entropy)


def transformer(rng: random.Random) -> Row:
    names = language.read_names(language.NAMES_PATH)
    vocabulary = language.Vocabulary.of(names)
    batch = language.examples([next(name for name in names if len(name) == 6)], vocabulary, 16)
    return Row("Transformer (GPT): 1 name of 6 letters", GPT(len(vocabulary), rng=rng), batch, losses.cross_entropy)


def feedforward(rng: random.Random) -> Row:
    return Row("feedforward: 100 moons", MLP(2, [16, 16, 1], rng=rng), data.moons(100, noise=0.1, rng=rng))


ROWS = (feedforward, convolutional, recurrent, lstm, attention, transformer)


def step(row: Row, optimizer: optim.Adam) -> Value:
    """Take one step; its loss, with the graph that it recorded."""
    with collector_paused():
        cost = total([row.loss(row.model(x), target) for x, target in row.batch]) / len(row.batch)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
    return cost


def measured(row: Row, rounds: int) -> tuple[int, float]:
    """The nodes of a step, and the median of the milliseconds it takes."""
    optimizer, times = optim.Adam(row.model.parameters(), 0.001), []
    cost = step(row, optimizer)  # to warm up
    for _ in range(rounds):
        start = process_time()
        cost = step(row, optimizer)
        times.append(1000 * (process_time() - start))
    return len(topological_order(cost)), statistics.median(times)


def main(rounds: int = 15) -> None:
    print("| network | parameters | nodes in a step | ms |\n|---|---:|---:|---:|")
    for make in ROWS:
        row = make(random.Random(1))
        nodes, milliseconds = measured(row, rounds)
        print(f"| {row.title} | {len(row.model.parameters()):,} | {nodes:,} | {milliseconds:.1f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
