"""Dropout: each pass goes through another thinned network. pictures/21_dropout.svg shows one of them.

While training, an output is multiplied by 0 with probability ½, else by 2. The weights of a dropped neuron get no
gradient in that pass. In use nothing is dropped, and what the network says is near the mean of all thinned ones.
"""

from math import fsum, sqrt
from pathlib import Path

from micrograd_nn import MLP, RenderError, draw, no_grad

model = MLP(2, [4, 1], dropout=0.5, seed=7)
x = [1.0, -0.5]
print(model, "\n")

for turn in range(1, 4):
    output = model(x)
    loss = (output - 1) ** 2
    loss.label = "loss"
    model.zero_grad()
    loss.backward()
    kept = [any(w.grad for w in neuron.w) for neuron in model.layers[0].neurons]
    print(f"pass {turn}: kept {['·#'[k] for k in kept]}  output {output.data:7.4f}  loss {loss.data:.4f}")

with no_grad():
    outputs = [model(x).data for _ in range(4000)]
    inside = model.eval()(x).data
mean = fsum(outputs) / len(outputs)
error = sqrt(fsum([(y - mean) ** 2 for y in outputs]) / len(outputs) / len(outputs))
print(f"\nmean of {len(outputs)} thinned networks: {mean:.4f} ± {error:.4f};  the whole one, in use: {inside:.4f}")

folder = Path("pictures")
folder.mkdir(exist_ok=True)
try:
    print("wrote", draw(loss, legend=True).save(folder / "21_dropout.svg"))
except RenderError as problem:
    print(problem)
