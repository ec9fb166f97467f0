"""The vanishing gradient and its cure: what an early input counts for after 20 steps. See pictures/28_vanishing.svg.

New networks of 8 units read 20 random bits, -1 or 1; the output is the sum of the last state. Going back in time, an
RNN's gradient is multiplied at every step by its weights and by tanh', which is at most 1. So all depends on weights:
as drawn, a step back leaves 83 % of it; halved, 52 %, and the first bit's gradient is 4e-7. An LSTM's memory hands its
gradient on multiplied by the forget gate instead: about sigmoid(1) = 0.73 in a new one, whose bias is 1, and
sigmoid(4) = 0.98 where the bias has grown to 4. Then hardly anything is lost, whatever the weights: 96 % stays even
when they are halved. All numbers are medians of ten networks.
"""

import random
from pathlib import Path
from statistics import median

from micrograd_nn import charts, total
from micrograd_nn.layers import LSTM, RNN
from micrograd_nn.through_time import ThroughTime, through_time

LENGTH, UNITS = 20, 8
NETWORKS = {"RNN": (RNN, 0.0), "LSTM": (LSTM, 1.0), "LSTM, forget bias 4": (LSTM, 4.0)}


def norms(kind, forget_bias: float, scale: float, seed: int) -> dict[int, float]:
    """How much the output of a network, its weights scaled, depends on the input at every time step."""
    network = kind(1, UNITS, seed=seed)
    for weight in network.parameters():
        weight.data *= scale
    for neuron in network.cell.forget_gate.neurons if kind is LSTM else []:
        neuron.b.data = forget_bias
    rng = random.Random(seed)
    last = network([rng.choice([-1.0, 1.0]) for _ in range(LENGTH)])[-1]
    return through_time(total(last)).norms("x")


def medians(kind, forget_bias: float, scale: float, n_networks: int) -> dict[int, list[float]]:
    """The medians of several networks, by time step."""
    rows = [norms(kind, forget_bias, scale, seed) for seed in range(n_networks)]
    return {t: [median(row[t] for row in rows)] for t in rows[0]}


def main(n_networks: int = 10) -> None:
    pictures = []
    for title, scale in (("weights as drawn", 1.0), ("weights halved", 0.5)):
        columns = {name: medians(*network, scale, n_networks) for name, network in NETWORKS.items()}
        comparison = ThroughTime(f"gradient in the input, {title}", columns)
        print(comparison, end="\n\n")
        pictures.append(comparison.plot())
    folder = Path("pictures")
    folder.mkdir(exist_ok=True)
    print("wrote", charts.beside(*pictures).save(folder / "28_vanishing.svg"))


if __name__ == "__main__":
    main()
