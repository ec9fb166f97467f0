"""The commands of the command line: what there is to see of an expression, and networks trained and used."""

from .expression import add_expression_commands, with_minus_signs
from .predict import add_predict_command
from .sample import add_sample_command
from .train import add_train_command

__all__ = [
    "add_expression_commands",
    "add_train_command",
    "add_predict_command",
    "add_sample_command",
    "with_minus_signs",
]
