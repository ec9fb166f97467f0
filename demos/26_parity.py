"""Parity: is the number of ones in a string of bits odd? An RNN learns it. The picture is pictures/26_parity.svg.

It has to flip its state at every 1, whatever came before; then it is right about strings of any length. Which examples
it sees decides whether it finds that. All 32 strings of 5 bits teach it nothing: the answer needs every bit at once.
With shorter ones among them, one network of five gets there. All do if the strings grow: up to 2 bits, which is XOR,
then up to 3, 4 and 5; so trained, they are right about strings of 40 bits too. To be told the parity so far at each of
5 bits is nearly as good. Every training is of 1800 steps of about 1.4 ms; together they take about a minute.
"""

import random
from itertools import accumulate, product
from operator import xor
from pathlib import Path
from statistics import mean

from micrograd_nn import Layer, charts, no_grad, train
from micrograd_nn.layers import RNN, Last, Sequential, TimeDistributed
from micrograd_nn.optim import Adam

LENGTHS = (5, 8, 12, 20, 40)  # that are tried
BATCH_SIZE, UNITS = 4, 8
TRAININGS = {  # the lengths of the strings, stage by stage
    "5 bits": [[5]],
    "1 to 5 bits": [[1, 2, 3, 4, 5]],
    "growing": [[1, 2], [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5]],
    "5 bits, told at each": [[5]],
}


def trained(training: str, seed: int, steps: int) -> Sequential:
    """A network after one of the trainings."""
    rng = random.Random(seed)
    rnn, output = RNN(1, UNITS, rng=rng), Layer(UNITS, 1, "linear", rng=rng)
    model = learner = Sequential(rnn, Last(), output)
    stages = [[bits for n in lengths for bits in product((0, 1), repeat=n)] for lengths in TRAININGS[training]]
    examples = [[(bits, sum(bits) % 2) for bits in stage] for stage in stages]
    if "each" in training:  # not only at the end, but the parity so far
        learner = Sequential(rnn, TimeDistributed(output))
        examples = [[(bits, list(accumulate(bits, xor))) for bits in stage] for stage in stages]
    epochs = steps // sum(-(-len(stage) // BATCH_SIZE) for stage in stages)
    loss, options = "binary_cross_entropy_with_logits", {"batch_size": BATCH_SIZE, "clip_norm": 1.0, "classes": False}
    for stage in examples:
        train(learner, stage, loss, Adam(model.parameters(), 0.03), epochs, seed=seed, **options).finish()
    return model


def accuracy(model: Sequential, length: int) -> float:
    """The share of 200 random strings of a length that a network gets right."""
    rng = random.Random(length)
    strings = [[rng.randrange(2) for _ in range(length)] for _ in range(200)]
    with no_grad():
        return mean((model(bits) > 0) == sum(bits) % 2 for bits in strings)


def main(n_networks: int = 5, steps: int = 1800) -> None:
    print(trained("5 bits", 0, 8))
    print("trained on        right about:", *[f"{length:3} bits" for length in LENGTHS], "  right about all")
    curves = {}
    for training in TRAININGS:
        rows = []
        for seed in range(n_networks):
            model = trained(training, seed, steps)
            rows.append([accuracy(model, length) for length in LENGTHS])
        means = list(map(mean, zip(*rows)))
        perfect = sum(min(row) == 1 for row in rows)
        print(f"{training:30}", *[f"{share:8.0%}" for share in means], f"  {perfect} of {n_networks} networks")
        curves[training] = list(zip(LENGTHS, means))
    chart = charts.line_chart(curves, "Parity, learned from at most 5 bits", "bits", "share that is right")
    folder = Path("pictures")
    folder.mkdir(exist_ok=True)
    print("wrote", chart.save(folder / "26_parity.svg"))


if __name__ == "__main__":
    main()
