"""Training: a run of gradient descent, epoch after epoch; what is measured on the way; and how far it is."""

from .decisions import Decision, decision_of
from .epochs import Epoch, Example
from .progress import progress
from .run import DivergenceError, Run
from .train import train

__all__ = ["train", "Run", "Epoch", "DivergenceError", "progress", "Decision", "decision_of", "Example"]
