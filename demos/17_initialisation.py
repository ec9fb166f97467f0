"""Where weights start decides whether a network can learn. The picture is pictures/17_initialisation.svg.

All alike, the neurons of a layer get the same gradients and stay alike for ever: the layer is one neuron, many times.
Too large, tanh is flat where the signals are: little gradient comes through, and it learns slowly. Xavier's choice
lies between. A neuron counts as flat here where its slope 1 - a² is below 0.01.
"""

from pathlib import Path

from micrograd_nn import MLP, charts, data, train

examples = data.moons(100, seed=1)


def started(scale: float) -> MLP:
    """A network whose Xavier weights are scaled."""
    model = MLP(2, [8, 8, 1], seed=1)
    for p in model.parameters():
        p.data *= scale
    return model


def alike() -> MLP:
    """A network in which all weights are the same."""
    model = MLP(2, [8, 8, 1], seed=1)
    for p in model.parameters():
        p.data = 0.3
    return model


def flat(model: MLP) -> float:
    """The share of flat neurons in the first layer, over all examples."""
    slopes = [1 - a.data**2 for x, _ in examples for a in model.layers[0](x)]
    return sum(slope < 0.01 for slope in slopes) / len(slopes)


curves = {}
print("start               loss   after 100   accuracy   flat at first   different neurons in layer 1")
for name, model in (("all alike", alike()), ("30 times too large", started(30.0)), ("Xavier", started(1.0))):
    run = train(model, examples, "binary_cross_entropy_with_logits", epochs=100, compiled=True)
    at_first = flat(model)
    first, last = run.history[0], run.finish().history[-1]
    different = len({tuple(w.data for w in neuron.w) for neuron in model.layers[0].neurons})
    print(f"{name:18} {first.loss:5.3f}   {last.loss:9.4f}  {last.accuracy:9.0%}  {at_first:14.0%}   {different:2}")
    curves[name] = [epoch.loss for epoch in run.history]

folder = Path("pictures")
folder.mkdir(exist_ok=True)
picture = charts.line_chart(curves, title="One network, three starts", log=True)
print("\nwrote", picture.save(folder / "17_initialisation.svg"))
