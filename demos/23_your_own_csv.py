"""A CSV file of one's own, from reading to predicting. The model is written to pictures/23_flowers.json.

Columns of numbers are standardised, columns of words become a 1 among 0s; how, is found on the training rows alone and
travels with the model, so that raw rows can be given to it later.
"""

from pathlib import Path

from micrograd_nn import MLP, data, load, plot, read_metadata, save, train
from micrograd_nn.data import IRIS_PATH, Preparation, preparation_from

table = data.read_csv(IRIS_PATH, target="species")  # any file with a header
print(len(table.examples), "rows of", [column.name for column in table.columns])
rows, held_out = data.split(table.examples, 0.2, seed=1)
prepare = Preparation.fit(table, rows)
print("raw", rows[0], "-> prepared", prepare.example(*rows[0]), "\n")

model = MLP(len(prepare.input_names), [8, len(table.classes)], seed=1)
run = train(
    model,
    [prepare.example(*row) for row in rows],
    "cross_entropy",
    validation=[prepare.example(*row) for row in held_out],
    patience=20,
)
for epoch in run:
    if epoch.number % 20 == 0:
        print(epoch)
print("best:", run.history[run.best])

folder = Path("pictures")
folder.mkdir(exist_ok=True)
print("\nwrote", plot(run).save(folder / "23_flowers.svg"))
path = save(model, folder / "23_flowers.json", metadata=prepare.document())
print("wrote", path)

again = load(path)
prepare = preparation_from(read_metadata(path))
flower = [5.9, 3.0, 5.1, 1.8]
scores = again(prepare.inputs(flower))
print(f"\na flower of {flower} is {prepare.target.categories[scores.index(max(scores))]}")
