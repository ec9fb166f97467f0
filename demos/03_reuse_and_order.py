"""Reuse, and why order matters: a node may pass its gradient on only when all of it has arrived."""

from micrograd_nn import Value
from micrograd_nn.graph import topological_order

a = Value(1.0, label="a")
b = a + a
b.label = "b"
c = b + b
c.label = "c"

c.backward()
print("c = 4a, so ∂c/∂a =", a.grad)
print("visited in the order", [node.label for node in topological_order(c)])


def too_eager(node: Value, upstream: float, gradients: dict[Value, float]) -> None:
    """Plain recursion that sends on the running total, each time some of it arrives."""
    gradients[node] = gradients.get(node, 0.0) + upstream
    for x, local in zip(node.inputs, node.local_derivatives):
        too_eager(x, gradients[node] * local, gradients)


wrong: dict[Value, float] = {}
too_eager(c, 1.0, wrong)
print("without an order, recursion that passes running totals on says", wrong[a])
