"""The batch size: many noisy steps, or few exact ones. The picture is pictures/16_batch_size.svg.

A step follows the mean gradient of its batch. Smaller batches make more steps in an epoch, for the same work, but each
follows a noisier gradient: how noisy is measured first, at the start, for the gradient of a single weight.
"""

from pathlib import Path
from statistics import pstdev

from micrograd_nn import MLP, charts, data, grad, losses, train
from micrograd_nn.optim import SGD

examples = data.moons(100, seed=1)
LOSS = losses.binary_cross_entropy_with_logits

model = MLP(2, [8, 1], seed=1)
weight = model.parameters()[0]
slopes = [grad(LOSS(model(x), y), weight) for x, y in examples]
print(f"the first gradient of {weight.label}:")
for size in (1, 10, 100):
    means = [sum(batch) / size for batch in data.batches(data.shuffled(slopes, seed=1), size)]
    print(f"batches of {size:3}: the slope varies by {pstdev(means):.3f} around {sum(means) / len(means):.3f}")

print("\nbatch size  steps   loss after 20 epochs  accuracy")
curves = {}
for size in (100, 10, 1):
    model = MLP(2, [8, 1], seed=1)
    optimizer = SGD(model.parameters(), 0.1)
    run = train(model, examples, LOSS, optimizer, epochs=20, batch_size=size, seed=1).finish()
    curves[f"batch size {size}"] = [epoch.loss for epoch in run.history]
    print(f"{size:10}  {optimizer.steps:5}  {run.history[-1].loss:21.4f}  {run.history[-1].accuracy:8.0%}")

folder = Path("pictures")
folder.mkdir(exist_ok=True)
picture = charts.line_chart(curves, title="Full batch, mini-batch, stochastic")
print("\nwrote", picture.save(folder / "16_batch_size.svg"))
