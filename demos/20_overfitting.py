"""Overfitting and its cures: a large network learns twenty noisy points by heart. See pictures/20_overfitting.svg.

What counts is the loss on 200 points it has never seen: how many are right hardly changes, but by heart it is sure
where it is wrong. L2 keeps weights small, dropout keeps neurons from relying on each other, and early stopping ends
training when the loss on ten points set aside no longer falls. The table has the means of three draws of the points;
the picture shows the first, shaded by how sure a network is.
"""

from pathlib import Path
from statistics import mean

from micrograd_nn import MLP, Run, charts, data, losses, train

LOSS = losses.binary_cross_entropy_with_logits
AREA = ((-1.6, 2.8), (-1.5, 1.9))
CURES = {
    "nothing": {},
    "L2": {"l2": 0.01},
    "dropout": {"dropout": 0.5},
    "early stopping": {"patience": 20},
    "smaller network": {"sizes": [3, 1]},
}


def learned(seed: int, sizes=(16, 16, 1), dropout=0.0, patience=None, **options) -> Run:
    """A run on the points of one draw; a mask that is drawn anew at every step cannot be compiled."""
    points, aside = data.moons(20, noise=0.3, seed=seed), None
    if patience is not None:  # it has to set points aside, which the others may learn from
        points, aside = data.split(points, 0.5, seed=seed)
    model = MLP(2, sizes, dropout=dropout, seed=seed)
    options |= {"validation": aside, "patience": patience, "compiled": not dropout}
    return train(model, points, LOSS, epochs=120, **options)


print("cure                training loss   loss on unseen points   accuracy there   Σw²")
pictures = []
for name, options in CURES.items():
    rows = []
    for seed in range(3):
        run = learned(seed, **options).finish()
        unseen = data.moons(200, noise=0.3, seed=100 + seed)
        outputs = [run.model(x) for x, _ in unseen]
        loss = mean(LOSS(z, y).data for z, (_, y) in zip(outputs, unseen))
        right = mean((z > 0) == (y > 0) for z, (_, y) in zip(outputs, unseen))
        best = run.history[run.best if run.patience else -1]
        rows.append((best.loss, loss, right, losses.l2_penalty(run.model.parameters()).data))
        if seed == 0:
            title = f"{name}: unseen {loss:.2f}"
            pictures.append(
                charts.decision_map(
                    lambda x, run=run: run.model(x).data, run.examples, title=title, shaded=True, area=AREA
                )
            )
    trained, loss, right, weights = map(mean, zip(*rows))
    print(f"{name:18}  {trained:13.4f}   {loss:21.3f}   {right:14.1%}   {weights:.0f}")

folder = Path("pictures")
folder.mkdir(exist_ok=True)
print("\nwrote", charts.beside(*pictures, columns=3).save(folder / "20_overfitting.svg"))
