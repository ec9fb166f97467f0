"""Why is this gradient what it is? The chain rule in symbols and numbers, as a sum over paths, and what went wrong."""

from micrograd_nn import MLP, Value, diagnose, explain, ledger, paths, total
from micrograd_nn.tour import lecture_expression

x, y = Value(2.0, label="x"), Value(3.0, label="y")
c = x * y
c.label = "c"
d = c.tanh() + x * c
d.label = "d"

for account in (explain(x, of=d), explain(x, of=d, depth=2), ledger(x, of=d), paths(x, of=d)):
    print(account, end="\n\n")
print("for slides:", explain(y, of=d).latex(), "", sep="\n")

doubled = x
for _ in range(60):
    doubled = doubled + doubled
print(paths(x, of=doubled, top=1), end="\n\n")

print("a healthy graph:", diagnose(lecture_expression()), sep="\n")
model = MLP(2, [4, 1], activation="relu", seed=1)
for p in model.parameters():
    if p.label.endswith("neuron2.b"):
        p.data = -50.0  # this relu will never let anything through
loss = total([model([x1, x2]) ** 2 for x1 in (0.0, 1.0) for x2 in (0.0, 1.0)])
print("\nan unhealthy one:", diagnose(loss), sep="\n")
