"""Second derivatives: a gradient is a graph too, so it can be differentiated, drawn and checked."""

from micrograd_nn import Value, check_gradients, grad, tree

x = Value(3.0, label="x")
y = x**3
print("y = x³ at 3:", y.data)
derivative = y
for order in (1, 2, 3, 4):
    derivative = grad(derivative, x, create_graph=True)
    print(f"derivative {order}:", derivative.data)

first = grad(x**3, x, create_graph=True)
print("\nthe first derivative as a graph:")
print(tree(first))

print("\nNewton's method finds where tanh(x) - x/2 has slope 0:")
x = Value(1.0)
for step in range(6):
    slope = grad(x.tanh() - x / 2, x, create_graph=True)
    curvature = grad(slope, x)
    print(f"  step {step}: x = {x.data:.12f}, slope {slope.data: .2e}")
    x = Value(x.data - slope.data / curvature)

print("\n", check_gradients(lambda v: grad(v.sin() * v, v, create_graph=True), 0.7)[0], sep="")
