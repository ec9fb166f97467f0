"""Data to learn from: small made-up sets, Fisher's irises, your own CSV files; scaling and splitting.

An example is a pair `(inputs, target)`: a list of floats, and the number to be learned; a class is an int 0, 1, 2, …

>>> from micrograd_nn import data
>>> data.xor()[1]
([0.0, 1.0], 1)
>>> training, held_out = data.split(data.iris(), 0.2, seed=1)
>>> scale = data.Standardize.fit([inputs for inputs, _ in training])
>>> examples = [(scale(inputs), target) for inputs, target in held_out]
>>> len(training), len(examples)
(120, 30)
"""

from .flowers import IRIS_PATH, iris
from .handwriting import DIGITS_PATH, digits
from .logic import Example, and_, nand, or_, xor
from .preparation import Preparation, preparation_from
from .scaling import MinMax, Standardize, one_hot
from .sequences import parity, remembering
from .shapes import blobs, circles, moons, noisy_line, spirals
from .sheet import TableError
from .splitting import batches, folds, shuffled, split
from .swirls import yin_yang
from .tables import Column, Table, read_csv, read_header, read_rows

__all__ = [  # in reading order
    "Example",
    "xor",
    "and_",
    "or_",
    "nand",
    "moons",
    "circles",
    "spirals",
    "blobs",
    "noisy_line",
    "yin_yang",
    "parity",
    "remembering",
    "TableError",
    "Column",
    "Table",
    "read_csv",
    "read_header",
    "read_rows",
    "IRIS_PATH",
    "iris",
    "DIGITS_PATH",
    "digits",
    "Standardize",
    "MinMax",
    "one_hot",
    "Preparation",
    "preparation_from",
    "shuffled",
    "split",
    "batches",
    "folds",
]
