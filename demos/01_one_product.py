"""One product: how much does e = a * b move when a or b moves a little?"""

from micrograd_nn import Value

a = Value(2.0, label="a")
b = Value(-3.0, label="b")
e = a * b

print("e =", e.data)
print("It remembers its operation and inputs:", e.op, e.inputs)
print("and its local derivatives, (b, a):", e.local_derivatives)

e.backward()
print("∂e/∂a =", a.grad, "  ∂e/∂b =", b.grad)

h = 0.001
print("nudge a by 0.001: e moves by", (Value(2.0 + h) * -3.0).data - e.data, "≈ ∂e/∂a × 0.001")
