"""Attention learns where to look: to copy five digits, or to reverse them. See pictures/29_attention.svg.

One head of attention reads the digits and their positions, and a layer says a digit at every position. Nothing tells
it where to look. After 400 steps on sequences from a list of 1,000 it says 200 others right, every digit of them, in
each of three runs of either task (half a minute in all). Its weights have become the rule itself, a diagonal: to copy,
every position looks at itself; to reverse, the first looks at the last. The picture has them as matrices.
"""

import random
from pathlib import Path

from micrograd_nn import Layer, layers, losses, no_grad, optim
from micrograd_nn.charts import beside
from micrograd_nn.charts.heat_map import heat_map

LENGTH, WIDTH, SHOWN = 5, 16, [2, 7, 1, 8, 3]
TASKS = {"copy": lambda digits: digits, "reverse": lambda digits: digits[::-1]}


def network(rng):
    """Rows for digits and positions, one head, and what it takes turned into the logits of ten digits."""
    return layers.Sequential(
        layers.Embedding(10, WIDTH, rng=rng),
        layers.PositionalEmbedding(LENGTH, WIDTH, rng=rng),
        layers.MultiHeadAttention(WIDTH, n_heads=1, rng=rng),
        layers.TimeDistributed(Layer(WIDTH, 10, "linear", rng=rng)),
    )


def learn(model, task, sequences, steps, rng):
    """Take steps of four sequences each, at a rate that falls to 0."""
    adam = optim.Adam(model.parameters(), optim.LinearDecay(0.02, steps))
    for _ in range(steps):
        batch = rng.sample(sequences, 4)
        logits = [z for digits in batch for z in model(digits)]
        loss = losses.cross_entropy(logits, [digit for digits in batch for digit in task(digits)])
        adam.zero_grad()
        loss.backward()
        adam.step()


def said(model, digits):
    """The digit with the largest logit, at every position."""
    with no_grad():
        return [max(range(10), key=lambda digit: logits[digit].data) for logits in model(digits)]


def looks(model, title):
    """Who looks at whom, while the model reads the digits that are shown."""
    (weights,) = layers.attention_weights(model(SHOWN)).values()
    words = [f"{t}. says {digit}" for t, digit in enumerate(said(model, SHOWN), start=1)]
    return heat_map(weights, words, [str(digit) for digit in SHOWN], title, column_label="looks at")


def main(steps=400, runs=3, n_seen=1000, n_unseen=200):
    n_parameters = len(network(random.Random(1)).parameters())
    print(f"{n_parameters} parameters\ntask      run   unseen sequences said right")
    pictures = []
    for name, task in TASKS.items():
        for run in range(1, runs + 1):
            rng = random.Random(run)
            drawn = [[int(c) for c in f"{n:0{LENGTH}}"] for n in rng.sample(range(10**LENGTH), n_seen + n_unseen)]
            model = network(rng)
            if not pictures:
                pictures.append(looks(model, "before training"))
            learn(model, task, drawn[:n_seen], steps, rng)
            right = sum(said(model, digits) == task(digits) for digits in drawn[n_seen:])
            print(f"{name:8}  {run:3}   {right / n_unseen:27.1%}")
            if run == 1:
                pictures.append(looks(model, f"trained to {name}"))
    folder = Path("pictures")
    folder.mkdir(exist_ok=True)
    print("\nwrote", beside(*pictures).save(folder / "29_attention.svg"))


if __name__ == "__main__":
    main()
