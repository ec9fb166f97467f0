"""XOR: no straight line separates it, so one neuron fails; a hidden layer of four learns it."""

from micrograd_nn import MLP, Module, Neuron, data, total

EXAMPLES = data.xor()


def train(model: Module, epochs: int = 500, learning_rate: float = 0.1) -> None:
    for epoch in range(epochs + 1):
        loss = total([(model(x) - y) ** 2 for x, y in EXAMPLES]) / len(EXAMPLES)
        if epoch % 100 == 0:
            print(f"  epoch {epoch:3}  loss {loss.data:.6f}")
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= learning_rate * p.grad


for model in (Neuron(2, activation="sigmoid", seed=1), MLP(2, [4, 1], seed=1)):
    print(model)
    train(model)
    outputs = [model(x).data for x, _ in EXAMPLES]
    correct = sum((output > 0.5) == (y > 0.5) for output, (_, y) in zip(outputs, EXAMPLES))
    print("  outputs", [round(output, 3) for output in outputs], f"  {correct}/4 correct\n")
