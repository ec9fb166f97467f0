"""Programs: a graph that was recorded once, as straight-line code that runs many times."""

from .compiling import compile, value_and_grad
from .guarded import OtherBranchError
from .program import Program
from .rows import Batch

__all__ = ["compile", "value_and_grad", "Program", "Batch", "OtherBranchError"]
