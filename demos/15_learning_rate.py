"""The learning rate: too low is slow, too high is unstable. The picture is pictures/15_learning_rate.svg.

A line is fitted to noisy points, y = w·x + b, by plain gradient descent on the mean squared error. That loss is a
bowl: with the curvature c along its steepest direction a step multiplies the distance to the bottom by 1 - rate·c, so
below 2/c it shrinks, and above it grows.
"""

from math import hypot
from pathlib import Path

from micrograd_nn import DivergenceError, Neuron, charts, data, train
from micrograd_nn.optim import SGD

points = data.noisy_line(50, seed=1)
n = len(points)
ww, wb, bb = (2 * sum(x**k for (x,), _ in points) / n for k in (2, 1, 0))  # the second derivatives of the loss
curvature = (ww + bb) / 2 + hypot((ww - bb) / 2, wb)  # the larger eigenvalue of their matrix
print(f"the steepest curvature is {curvature:.3f}, so the limit is a rate of 2/{curvature:.3f} = {2 / curvature:.3f}\n")

curves = {}
for share, word in ((0.01, "too low"), (0.5, "good"), (0.98, "at the limit"), (1.1, "too high")):
    rate = share * 2 / curvature
    line = Neuron(1, activation="linear", seed=1)
    run = train(line, points, optimizer=SGD(line.parameters(), rate), epochs=60)
    try:
        run.finish()
    except DivergenceError as error:
        print(error)
    curves[f"{rate:.3f}: {word}"] = [epoch.loss for epoch in run.history]
    before, after = run.history[0].loss, run.history[-1].loss
    w, b = line.w[0].data, line.b.data
    print(f"rate {rate:.3f} {word:12}  loss {before:.3f} -> {after:.4g}  w {w:.3f}  b {b:.4g}")

folder = Path("pictures")
folder.mkdir(exist_ok=True)
picture = charts.line_chart(curves, title="One bowl, four learning rates", log=True)
print("\nwrote", picture.save(folder / "15_learning_rate.svg"))
