"""Fisher's irises: 150 flowers of three species, four measurements each.

R. A. Fisher, "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7 (1936), pages 179–188;
measured by Edgar Anderson. `iris.csv` agrees with Fisher's table; the widespread copy of the UCI repository differs
from it in flowers 35 and 38.
"""

from __future__ import annotations

from pathlib import Path

from .logic import Example
from .tables import read_csv

IRIS_PATH = Path(__file__).with_name("iris.csv")
SPECIES = ("setosa", "versicolor", "virginica")


def iris() -> list[Example]:
    """The 150 examples: sepal length and width, petal length and width in cm; setosa 0, versicolor 1, virginica 2.

    >>> iris()[0], len(iris())
    (([5.1, 3.5, 1.4, 0.2], 0), 150)
    """
    table = read_csv(IRIS_PATH, target="species")
    return [([float(cell) for cell in row], SPECIES.index(species)) for row, species in table.examples]
