"""Remember a bit over 20 steps: none of ten RNNs can, all of ten LSTMs do. See pictures/27_remembering.svg.

At every time step a random bit is read, -1 or 1, beside a flag, which marks one of the first ten. After 20 steps the
network is asked for the marked bit. An RNN mixes what it reads into all it remembers: every other bit washes over the
marked one, and the gradient fades on its way back to it. An LSTM learns to open its gates at the flag.

All make the same 120 steps of Adam on the same sequences; there is an RNN with as many units as the LSTM, and one with
as many parameters. They are tried on new sequences whose first bit is marked, so many steps before they are asked. A
network knows it if 95 % of its answers are right. Five times as many steps do not help the RNNs. Takes 80 seconds.
Luck has a part in it: of ten LSTMs with the seeds 10 to 19, eight know it, and of as many RNNs none.
"""

import random
from pathlib import Path
from statistics import mean
from time import process_time

from micrograd_nn import Layer, charts, no_grad, train
from micrograd_nn.layers import LSTM, RNN, Last, Sequential
from micrograd_nn.optim import Adam

NETWORKS = {"RNN, 4 units": (RNN, 4), "RNN, 9 units": (RNN, 9), "LSTM, 4 units": (LSTM, 4)}
HELD = (5, 10, 15, 20, 30, 40)  # for how many steps the bit is remembered


def sequence(rng: random.Random, marked: int, length: int) -> tuple[list[list[float]], float]:
    """Random bits with their flags, and as the target whether the marked one is 1."""
    bits = [rng.choice([-1.0, 1.0]) for _ in range(length)]
    return [[bit, float(t == marked)] for t, bit in enumerate(bits)], float(bits[marked] > 0)


def trained(kind, units: int, seed: int, epochs: int) -> tuple[Sequential, float]:
    """A network after training, and how long a step took in milliseconds."""
    rng = random.Random(seed)
    examples = [sequence(rng, rng.randrange(10), 20) for _ in range(60)]
    model = Sequential(kind(2, units, rng=rng), Last(), Layer(units, 1, "linear", rng=rng))
    loss, optimizer = "binary_cross_entropy_with_logits", Adam(model.parameters(), 0.03)
    run = train(model, examples, loss, optimizer, epochs, batch_size=10, clip_norm=1.0, seed=seed)
    start = process_time()
    run.finish()
    return model, 1000 * (process_time() - start) / optimizer.steps


def accuracy(model: Sequential, held: int) -> float:
    """The share of 100 sequences whose first bit a network still knows so many steps later."""
    rng = random.Random(held)
    with no_grad():
        return mean((model(bits) > 0) == target for bits, target in (sequence(rng, 0, held + 1) for _ in range(100)))


def main(n_networks: int = 10, epochs: int = 20) -> None:
    steps = " ".join(f"{held:5}" for held in HELD)
    print(f"network        parameters  ms a step  know it after 20   known after {steps} steps")
    curves = {}
    for name, (kind, units) in NETWORKS.items():
        rows, times = [], []
        for seed in range(n_networks):
            model, milliseconds = trained(kind, units, seed, epochs)
            rows.append([accuracy(model, held) for held in HELD])
            times.append(milliseconds)
        right = list(map(mean, zip(*rows)))
        sure = f"{sum(row[HELD.index(20)] >= 0.95 for row in rows)} of {n_networks}"
        shares = [f"{share:5.0%}" for share in right]
        print(f"{name:13}  {len(model.parameters()):10}  {mean(times):9.1f}  {sure:>16}   {'':11}", *shares)
        curves[name] = list(zip(HELD, right))
    chart = charts.line_chart(curves, "A bit remembered", "steps since it was read", "share that knows it")
    folder = Path("pictures")
    folder.mkdir(exist_ok=True)
    print("wrote", chart.save(folder / "27_remembering.svg"))


if __name__ == "__main__":
    main()
