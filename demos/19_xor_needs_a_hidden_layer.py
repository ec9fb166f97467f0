"""XOR needs a hidden layer: a single neuron fails, and must. The picture is pictures/19_xor.svg.

The neuron says 1 where w1·x1 + w2·x2 + b > 0. XOR asks for four things at once:

    b < 0,   w2 + b > 0,   w1 + b > 0,   w1 + w2 + b < 0

The middle two add up to w1 + w2 + 2b > 0, the outer two to w1 + w2 + 2b < 0: no line does both. With two hidden
neurons there are two lines, and the network tells what lies between them from what lies outside.
"""

from pathlib import Path

from micrograd_nn import MLP, Neuron, charts, data, train
from micrograd_nn.plot import zero_lines

LOSS = "binary_cross_entropy_with_logits"


def learned(model: MLP | Neuron, title: str, lines: list[tuple[float, float, float]]) -> charts.Chart:
    """The picture of what a trained model says of the plane."""
    right = [(model(x) > 0) == (y > 0) for x, y in data.xor()].count(True)
    print(f"{title}: {right} of 4 right, outputs {[round(model(x).data, 2) for x, _ in data.xor()]}")
    return charts.decision_map(lambda x: model(x).data, data.xor(), title=title, lines=lines)


runs = [train(Neuron(2, activation="linear", seed=seed), data.xor(), LOSS, epochs=30).finish() for seed in range(100)]
best = max(runs, key=lambda run: run.history[-1].accuracy)
print(f"of a hundred neurons the best has {best.history[-1].accuracy:.0%} right\n")

model = MLP(2, [2, 1], seed=3)
train(model, data.xor(), LOSS, epochs=300).finish()
picture = charts.beside(
    learned(best.model, "One neuron: no line will do", []),
    learned(model, "Two hidden neurons: two lines", zero_lines(model)),
    title="b < 0 < w1 + b, w2 + b would make w1 + w2 + b > -b > 0, but XOR is 0 there",
)
folder = Path("pictures")
folder.mkdir(exist_ok=True)
print("\nwrote", picture.save(folder / "19_xor.svg"))
