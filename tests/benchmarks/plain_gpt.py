"""The plainest scalar GPT, to measure against: after the design of Karpathy's GPT in 200 lines of Python (2026).

A node keeps its inputs and its slope in each of them in tuples; sums are chains of `+`; backward visits the nodes in a
topological order that it finds by recursion; the model reads one token after the other and keeps keys and values. The
inner function of `order` refers to itself, so every graph waits for the cyclic collector.
"""

import math
from itertools import pairwise
from typing import Any

Matrix = list[list["Node"]]


class Node:
    """A number that remembers what it came from."""

    __slots__ = ("data", "grad", "inputs", "slopes")

    def __init__(self, data: float, inputs: tuple["Node", ...] = (), slopes: tuple[float, ...] = ()) -> None:
        self.data, self.grad, self.inputs, self.slopes = data, 0.0, inputs, slopes

    def __add__(self, other: Any) -> "Node":
        other = other if isinstance(other, Node) else Node(other)
        return Node(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: Any) -> "Node":
        other = other if isinstance(other, Node) else Node(other)
        return Node(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, n: float) -> "Node":
        return Node(self.data**n, (self,), (n * self.data ** (n - 1),))

    def exp(self) -> "Node":
        e = math.exp(self.data)
        return Node(e, (self,), (e,))

    def log(self) -> "Node":
        return Node(math.log(self.data), (self,), (1 / self.data,))

    def relu(self) -> "Node":
        return Node(max(0.0, self.data), (self,), (float(self.data > 0),))

    def __neg__(self) -> "Node":
        return self * -1

    def __sub__(self, other: Any) -> "Node":
        return self + -other

    def __truediv__(self, other: Any) -> "Node":
        return self * other**-1

    __radd__, __rmul__ = __add__, __mul__

    def order(self) -> list["Node"]:
        """Every node behind this one, each after its inputs."""
        found, visited = [], set()

        def visit(node: "Node") -> None:
            if node not in visited:
                visited.add(node)
                for x in node.inputs:
                    visit(x)
                found.append(node)

        visit(self)
        return found

    def backward(self) -> int:
        """Set every gradient; how many nodes there are comes back."""
        nodes = self.order()
        self.grad = 1.0
        for node in reversed(nodes):
            for x, slope in zip(node.inputs, node.slopes):
                x.grad += slope * node.grad
        return len(nodes)


def linear(x: list[Node], w: Matrix) -> list[Node]:
    return [sum(wi * xi for wi, xi in zip(row, x)) for row in w]


def softmax(zs: list[Node]) -> list[Node]:
    largest = max(z.data for z in zs)
    parts = [(z - largest).exp() for z in zs]
    whole = sum(parts)
    return [part / whole for part in parts]


def norm(x: list[Node]) -> list[Node]:
    scale = (sum(xi * xi for xi in x) * (1 / len(x)) + 1e-5) ** -0.5
    return [xi * scale for xi in x]


class PlainGPT:
    """A GPT of one block, whose parameters are matrices by name."""

    def __init__(self, matrices: dict[str, list[list[float]]], n_heads: int) -> None:
        self.w: dict[str, Matrix] = {name: [list(map(Node, row)) for row in m] for name, m in matrices.items()}
        self.n_heads = n_heads
        self.parameters = [p for m in self.w.values() for row in m for p in row]
        self.means, self.mean_squares = [0.0] * len(self.parameters), [0.0] * len(self.parameters)

    def loss(self, tokens: list[int]) -> Node:
        """The mean surprise at each next token."""
        keys, values, losses = [], [], []
        for position, (token, target) in enumerate(pairwise(tokens)):
            logits = self.logits(token, position, keys, values)
            losses.append(-softmax(logits)[target].log())
        return sum(losses) * (1 / len(losses))

    def logits(self, token: int, position: int, keys: Matrix, values: Matrix) -> list[Node]:
        """The logits of what follows a token; its keys and values join those of the tokens before."""
        w = self.w
        x = norm([t + p for t, p in zip(w["tokens"][token], w["positions"][position])])
        inner = norm(x)
        query = linear(inner, w["query"])
        keys.append(linear(inner, w["key"]))
        values.append(linear(inner, w["value"]))
        x = [a + b for a, b in zip(x, linear(self.attention(query, keys, values), w["mixed"]))]
        hidden = [z.relu() for z in linear(norm(x), w["hidden"])]
        x = [a + b for a, b in zip(x, linear(hidden, w["out"]))]
        return linear(x, w["output"])

    def attention(self, query: list[Node], keys: Matrix, values: Matrix) -> list[Node]:
        """What the heads take from the tokens so far, one after the other."""
        size, taken = len(query) // self.n_heads, []
        for start in range(0, len(query), size):
            part = slice(start, start + size)
            scores = [sum(q * k for q, k in zip(query[part], key[part])) * size**-0.5 for key in keys]
            weights = softmax(scores)
            taken += [sum(a * v for a, v in zip(weights, column)) for column in zip(*[v[part] for v in values])]
        return taken

    def adam(self, rate: float, t: int) -> None:
        """Adam's update number t, with β₁ = 0.85 and β₂ = 0.99, and gradients set back to 0."""
        for i, p in enumerate(self.parameters):
            self.means[i] = 0.85 * self.means[i] + 0.15 * p.grad
            self.mean_squares[i] = 0.99 * self.mean_squares[i] + 0.01 * p.grad**2
            m, v = self.means[i] / (1 - 0.85**t), self.mean_squares[i] / (1 - 0.99**t)
            p.data -= rate * m / (v**0.5 + 1e-8)
            p.grad = 0.0
