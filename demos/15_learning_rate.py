"""The learning rate: too low is slow, too high is unstable. The picture is pictures/15_learning_rate.svg.

A line is fitted to noisy points, y = w·x + b, by plain gradient descent on the mean squared error. That loss is a bowl:
with the curvature c along its steepest direction a step multiplies the distance to the bottom by 1 - rate·c, so below
2/c it shrinks, and above it grows. A schedule starts high and ends low.
"""

from math import hypot
from pathlib import Path

from micrograd_nn import DivergenceError, Neuron, charts, data, train
from micrograd_nn.optim import SGD, Cosine

points = [([x + 1], y) for (x,), y in data.noisy_line(50, seed=1)]
ww, wb, bb = (2 * sum(x**k for (x,), _ in points) / len(points) for k in (2, 1, 0))  # second derivatives of the loss
curvature = (ww + bb) / 2 + hypot((ww - bb) / 2, wb)  # the larger eigenvalue of their matrix
limit = 2 / curvature
print(f"the steepest curvature is {curvature:.3f}, so the limit is a rate of 2/{curvature:.3f} = {limit:.3f}\n")

RATES = {
    "too low": 0.02 * limit,
    "good": 0.6 * limit,
    "near the limit": 0.99 * limit,
    "cosine": Cosine(0.99 * limit, steps=60),
    "too high": 1.05 * limit,
}
curves = {}
for name, rate in RATES.items():
    line = Neuron(1, activation="linear", seed=1)
    run = train(line, points, optimizer=SGD(line.parameters(), rate), epochs=60)
    try:
        run.finish()
    except DivergenceError as error:
        print(error)
    first, last = run.history[1], run.history[-1]
    shown = f"{first.learning_rate:.3f} to {last.learning_rate:.3f}"
    curves[f"{name}: {shown if name == 'cosine' else shown[:5]}"] = [epoch.loss for epoch in run.history]
    w, b = line.w[0].data, line.b.data
    print(f"{name:14}  rate {shown}  loss {run.history[0].loss:.3f} -> {last.loss:.4g}  w {w:.3f}  b {b:.3f}")

folder = Path("pictures")
folder.mkdir(exist_ok=True)
picture = charts.line_chart(curves, title="One bowl, five learning rates", log=True)
print("\nwrote", picture.save(folder / "15_learning_rate.svg"))
