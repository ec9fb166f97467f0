"""Moons: two half circles, a network of 337 parameters, hinge loss and L2, as in micrograd's demo."""

from micrograd_nn import MLP, Value, data, no_grad, total


def loss(model: MLP, examples: list[tuple[list[float], float]]) -> Value:
    """Mean hinge loss max(0, 1 - y·score), and a penalty on large weights."""
    hinges = [(1 - y * model(x)).relu() for x, y in examples]
    return total(hinges) / len(hinges) + 1e-4 * total([p * p for p in model.parameters()])


examples = [(x, 2.0 * y - 1) for x, y in data.moons(100, noise=0.1, seed=1337)]
model = MLP(2, [16, 16, 1], activation="relu", seed=1)
print(model)

for step in range(101):
    current = loss(model, examples)
    model.zero_grad()
    current.backward()
    for p in model.parameters():
        p.data -= (1.0 - 0.9 * step / 100) * p.grad
    if step % 20 == 0:
        correct = sum((model(x) > 0) == (y > 0) for x, y in examples)
        print(f"step {step:3}  loss {current.data:.4f}  {correct}/100 correct")

print("\nwhat it learned, over the plane:")
with no_grad():
    for row in range(12):
        points = [[-1.5 + 4 * column / 47, 1.5 - 2.5 * row / 11] for column in range(48)]
        print("".join("#" if model(point) > 0 else "." for point in points))
