"""Text for models that guess the next character: names from a file, characters as tokens, and new names drawn.

>>> from micrograd_nn import language
>>> names = language.read_names(language.NAMES_PATH)
>>> vocabulary = language.Vocabulary.of(names)
>>> examples = language.examples(names, vocabulary, n_positions=16)
>>> len(names), len(vocabulary), examples[0]
(473, 27, ([0, 1, 1, 18, 15, 14], [1, 1, 18, 15, 14, 0]))
"""

from .names import NAMES_PATH, read_names
from .sampling import probabilities, sample, samples
from .vocabulary import BOUNDARY, Vocabulary, examples

__all__ = [  # in reading order
    "NAMES_PATH",
    "read_names",
    "BOUNDARY",
    "Vocabulary",
    "examples",
    "probabilities",
    "sample",
    "samples",
]
