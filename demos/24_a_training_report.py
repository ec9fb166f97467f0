"""A page that shows how a network learned: pictures/24_xor.html, and pictures/24_moons.html.

Open one in a browser: the slider goes through the epochs, a click on a point sends it through the network, a click on a
neuron shows what it has learned over the plane.
"""

from pathlib import Path

from micrograd_nn import MLP, data, losses, report, train

folder = Path("pictures")
folder.mkdir(exist_ok=True)
TASKS = {"xor": (data.xor(), [4, 1]), "moons": (data.moons(100, noise=0.1, seed=1), [8, 8, 1])}

for name, (examples, sizes) in TASKS.items():
    run = train(MLP(2, sizes, seed=3), examples, losses.binary_cross_entropy_with_logits, epochs=100).finish()
    print(run.model, run.history[-1])
    print("wrote", report(run, title=name).save(folder / f"24_{name}.html"))
