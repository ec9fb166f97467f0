"""Inputs of like size train faster. The picture is pictures/18_normalising_inputs.svg.

Fisher's irises with the petals in millimetres and the sepals in metres: the same flowers, but one input is a thousand
times another, and no learning rate suits the weights of both. Standardised, each input has mean 0 and deviation 1.
"""

from pathlib import Path

from micrograd_nn import MLP, DivergenceError, charts, data, train
from micrograd_nn.optim import SGD

UNITS = (0.01, 0.01, 10.0, 10.0)  # from cm to metres, and to millimetres
flowers = [([x * unit for x, unit in zip(inputs, UNITS)], species) for inputs, species in data.iris()]
training, held_out = data.split(flowers, 0.2, seed=1)
standardise = data.Standardize.fit([inputs for inputs, _ in training])  # held-out flowers have no say in it


def scaled(examples: list[data.Example]) -> list[data.Example]:
    """The examples with standardised inputs."""
    return [(standardise(inputs), species) for inputs, species in examples]


print("inputs", training[0][0], "\n    ->", [round(x, 3) for x in standardise(training[0][0])], "\n")
curves = {}
sets = {"as measured": (training, held_out), "standardised": (scaled(training), scaled(held_out))}
for name, (examples, validation) in sets.items():
    for rate in (0.01, 0.3):
        model = MLP(4, [8, 3], seed=1)
        optimizer = SGD(model.parameters(), rate)
        run = train(model, examples, "cross_entropy", optimizer, epochs=100, validation=validation, compiled=True)
        try:
            run.finish()
        except DivergenceError as error:
            print(error)
        curves[f"{name}, rate {rate}"] = [epoch.loss for epoch in run.history]
        print(f"{name:12}  rate {rate:4}  {run.history[-1]}")

folder = Path("pictures")
folder.mkdir(exist_ok=True)
picture = charts.line_chart(curves, title="The same flowers in other units")
print("\nwrote", picture.save(folder / "18_normalising_inputs.svg"))
