"""A neuron: z = w1*x1 + w2*x2 + b, then a = tanh(z). Two nodes, or every product and sum."""

from micrograd_nn import Neuron, Value, tree

for expand in (False, True):
    x = [Value(2.0, label="x1"), Value(0.0, label="x2")]
    neuron = Neuron(2, activation="tanh", expand=expand)
    neuron.w[0].data, neuron.w[1].data, neuron.b.data = -3.0, 1.0, 6.8813735870195432
    a = neuron(x)
    a.backward()
    print(f"expand={expand}")
    print(tree(a), "\n")

print("w1 gets tanh'(z) · x1 =", neuron.w[0].grad)
print("w2 gets tanh'(z) · x2 =", neuron.w[1].grad, "because x2 = 0: where the input is 0, the weight does not matter")
