"""Moons: two half circles, a network of 337 parameters, hinge loss and L2, as in micrograd's demo."""

import math
import random

from micrograd_nn import MLP, Value, no_grad, total


def moons(n: int, noise: float, rng: random.Random) -> list[tuple[list[float], float]]:
    """Points on two interleaved half circles, labelled +1 and -1."""
    examples = []
    for i in range(n):
        t = math.pi * rng.random()
        x, y = (math.cos(t), math.sin(t)) if i % 2 else (1 - math.cos(t), 0.5 - math.sin(t))
        examples.append(([x + rng.gauss(0, noise), y + rng.gauss(0, noise)], 1.0 if i % 2 else -1.0))
    return examples


def loss(model: MLP, examples: list[tuple[list[float], float]]) -> Value:
    """Mean hinge loss max(0, 1 - y·score), and a penalty on large weights."""
    hinges = [(1 - y * model(x)).relu() for x, y in examples]
    return total(hinges) / len(hinges) + 1e-4 * total([p * p for p in model.parameters()])


examples = moons(100, 0.1, random.Random(1337))
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
