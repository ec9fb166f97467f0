"""The chain rule: slopes along a path multiply. L = (a * b + c) * f, from the output back to a."""

from micrograd_nn import Value, tree

a, b = Value(2.0, label="a"), Value(-3.0, label="b")
c, f = Value(10.0, label="c"), Value(-2.0, label="f")
e = a * b
e.label = "e"
d = e + c
d.label = "d"
L = d * f
L.label = "L"

L.backward()
print(tree(L))

dl_dd, dd_de, de_da = L.local_derivatives[0], d.local_derivatives[0], e.local_derivatives[0]
print(f"\n∂L/∂a = ∂L/∂d · ∂d/∂e · ∂e/∂a = {dl_dd:g} × {dd_de:g} × {de_da:g} = {dl_dd * dd_de * de_da:g}")
print("backward() says", a.grad)

for leaf in (a, b, c, f):
    leaf.data += 0.01 * leaf.grad
print("One small step along the gradient raises L from", L.data, "to", ((a * b + c) * f).data)
