"""Stepping through backprop in pdb. Start it with: python -m pdb demos/05_stepping_in_pdb.py

Then type, and watch:

    import micrograd_nn.ops
    b micrograd_nn.ops.tanh_partials     stop in the calculus table, at tanh's rule
    c
    p out, x                             the textbook's names: out = tanh(x)
    b micrograd_nn/backward.py:CHAIN     stop at the chain rule (CHAIN is the line number printed below)
    c
    p node, x, upstream, local           who hands what to whom
    n
    p x.grad                             the gradient has grown
    q

Without pdb it runs through and prints what you would see.
"""

import micrograd_nn.backward
import micrograd_nn.ops
from micrograd_nn import Value

with open(micrograd_nn.backward.__file__, encoding="utf-8") as file:
    CHAIN = 1 + next(i for i, line in enumerate(file) if "# the chain rule" in line)
print("the chain rule stands in line", CHAIN)

w, x, b = Value(-3.0, label="w"), Value(2.0, label="x"), Value(6.5, label="b")
z = w * x + b
z.label = "z"
a = z.tanh()
a.label = "a"
print(a)
a.backward()
for node in (a, z, b, w, x):
    print(node)
