"""Stopping where you say, in a network. At the end it opens the debugger; python -m pdb can start it too:

    python -m pdb demos/12_breakpoints.py

Then type, and watch:

    import micrograd_nn.ops
    b micrograd_nn.ops.tanh_partials     stop in the calculus table, while the network is recorded
    c
    p out, x                             out = tanh(x)
    cl 1
    tbreak 12_breakpoints.py:29          where the loss is there
    c
    p loss                               one line for a Value
    !debug(loss)                         our debugger, from pdb's prompt (debug alone is a word of pdb's)
    until tanh                           ours from here on: the gradient goes through a tanh
    w
    q
    q
"""

from micrograd_nn import MLP, Walk, debug, trace_sources

model = MLP(2, [3, 1], seed=1)
with trace_sources():
    loss = (model([1.0, -2.0]) - 1.0) ** 2
loss.label = "loss"

walk = Walk(loss)


def shrinks(step):
    return 0 < abs(step.local) < 0.1


for condition in ["tanh", "layer1.neuron2.w1", "|grad| > 1.5", shrinks]:
    walk.start()
    print(getattr(condition, "__name__", condition), "->", walk.until(condition))
debug(loss)
