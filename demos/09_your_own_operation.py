"""Your own operation: a name, a function on floats, and its partial derivatives. Nothing else."""

import math

from micrograd_nn import Op, Value, check_gradients, grad, ops


def softsign_partials(out, x):
    return (1 / (1 + ops.absolute(x)) ** 2,)


softsign = Op("softsign", lambda x: x / (1 + abs(x)), softsign_partials)

x = Value(1.5, label="x")
y = softsign(x)
y.backward()
print(y, x)
for check in check_gradients(softsign, 1.5):
    print(check)


def hypotenuse_partials(out, x, y):
    return (x / out, y / out)


hypotenuse = Op("hypotenuse", math.hypot, hypotenuse_partials)
a, b = Value(3.0, label="a"), Value(4.0, label="b")
c = hypotenuse(a, b)
c.backward()
print(c, a.grad, b.grad)

print("Its rule is arithmetic, so its derivative can be differentiated again:")
first = grad(hypotenuse(a, b), a, create_graph=True)
print("∂c/∂a =", first.data, " ∂²c/∂a² =", grad(first, a), " b²/c³ =", 4.0**2 / 5.0**3)
