"""The same network three ways: walked edge by edge, trained, and trained as a program. See pictures/32_compiled.svg.

A graph is recorded to be seen; but it is also a program, and `compile` writes it down: a line for each node, then the
chain rule, a line for each gradient. With `compiled=True`, `train` runs such lines over all examples at once, in C
where there is a compiler. The losses are the same in all digits shown; the picture has the seconds they took.
"""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from micrograd_nn import MLP, Run, Value, backward_steps, charts, compile, data, losses, train
from micrograd_nn.optim import Adam

EPOCHS = 20
EXAMPLES = data.moons(100, noise=0.1, seed=1)
LOSS = losses.binary_cross_entropy_with_logits


def network() -> MLP:
    """The same network every time."""
    return MLP(2, [16, 16, 1], seed=1)


def walked() -> Callable[[], float]:
    """An epoch in which every edge is stopped at; the loss comes back, as from the other two."""
    model = network()
    adam = Adam(model.parameters())

    def epoch() -> float:
        adam.zero_grad()
        loss = LOSS([model(x) for x, _ in EXAMPLES], [y for _, y in EXAMPLES])
        for _ in backward_steps(loss):
            pass  # here a debugger would show the step
        adam.step()
        return LOSS([model(x) for x, _ in EXAMPLES], [y for _, y in EXAMPLES]).data

    return epoch


def trained(run: Run) -> Callable[[], float]:
    """An epoch of a training run."""
    return lambda: next(run).loss


w, b, x, y = (Value(number, label=name) for name, number in zip("wbxy", (3.0, 0.5, 2.0, 1.0)))
a = (w * x + b).tanh()
error = (a - y) ** 2
a.label, error.label = "a", "loss"
program = compile(error, parameters=[w, b], inputs=[x, y])
print(program, end="")
print("in its place:", program([2.0, 1.0]), "\n")

print(f"way        seconds to start   ms an epoch   loss after {EPOCHS} epochs")
seconds = {}
for way, started in {
    "walked": walked,
    "trained": lambda: trained(train(network(), EXAMPLES, LOSS)),
    "compiled": lambda: trained(train(network(), EXAMPLES, LOSS, compiled=True)),
}.items():
    start = perf_counter()
    epoch = started()
    seconds[way] = [perf_counter() - start]
    for _ in range(EPOCHS):
        loss = epoch()
        seconds[way].append(perf_counter() - start)
    steps = seconds[way][1:]  # without the first, in which a program is checked against Values
    an_epoch = (steps[-1] - steps[0]) / (EPOCHS - 1)
    print(f"{way:9}  {seconds[way][0]:16.3f}   {1000 * an_epoch:11.3f}   {loss:.12f}")

folder = Path("pictures")
folder.mkdir(exist_ok=True)
picture = charts.line_chart(seconds, title="One network, three ways", y_label="seconds since the start")
print("\nwrote", picture.save(folder / "32_compiled.svg"))
