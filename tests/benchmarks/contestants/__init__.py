"""Contestants: whoever can take the steps of a task. What each is called, where it stands, and what it needs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

from tests.benchmarks.contestants.step import Step


class Contestant(NamedTuple):
    """A function in a module of this folder, which makes its Step for a work."""

    module: str
    function: str
    needs: str = ""  # a library or a program
    backend: str = ""  # of a program of ours; what MICROGRAD_NN_BACKEND is in its process

    @property
    def missing(self) -> str:
        """What is not there, in words; empty where nothing is missing."""
        found = not self.needs or find_spec(self.needs) or shutil.which(self.needs)
        return "" if found else f"{self.needs} is not installed"

    def loaded(self) -> Callable[[str], Step]:
        """What makes its Step for a work, its libraries imported."""
        function: Callable[[str], Step] = getattr(import_module(f"{__name__}.{self.module}"), self.function)
        return function


CONTESTANTS = {
    "eager": Contestant("scalar", "eager"),
    "eager, expanded": Contestant("scalar", "expanded"),
    "micrograd": Contestant("scalar", "micrograd", "micrograd"),
    "PyTorch batched": Contestant("in_torch", "batched", "torch"),
    "PyTorch batched, tuned": Contestant("in_torch", "tuned", "torch"),
    "PyTorch scalar": Contestant("in_torch", "scalar", "torch"),
    "JAX": Contestant("in_jax", "batched", "jax"),
    "CasADi matrices": Contestant("in_casadi", "batched", "casadi"),
    "CasADi scalar": Contestant("in_casadi", "scalar", "casadi"),
    "C by hand": Contestant("in_c", "by_hand", "cc"),
    "C by hand, fast-math": Contestant("in_c", "by_hand_and_fast", "cc"),
    "C lanes": Contestant("compiled", "lanes", "cc"),
    "C whole": Contestant("compiled", "whole", "cc"),
    "Python lanes": Contestant("compiled", "lanes", backend="python"),
    "Python whole": Contestant("compiled", "whole", backend="python"),
}
