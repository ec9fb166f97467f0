"""Backprop as a sequence of steps: forward operation by operation, backward edge by edge, and back again."""

from micrograd_nn import Value, Walk, backward_steps, forward_steps

a, b = Value(2.0, label="a"), Value(-3.0, label="b")
e = a * b
e.label = "e"
L = e + a  # a is used twice
L.label = "L"

print("forward:")
for step in forward_steps(L):
    print("   ", step)

print("backward, each step taken when it is asked for:")
for step in backward_steps(L):
    print("   ", step, "   so a.grad is", a.grad)

print("a walk holds the steps, and goes back too; the graph itself stays as it is:")
walk = Walk(L)
for move in (walk.next, walk.next, walk.next, walk.back, walk.end, walk.start):
    move()
    gradients = ", ".join(f"{name} {walk.gradient(node)}" for name, node in walk.names.by_name.items())
    print(f"    {move.__name__:5} -> {walk.position} of {len(walk)} taken: {gradients}")
