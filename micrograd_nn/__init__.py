"""micrograd_nn: a scalar autograd engine that people read, step through and draw, and networks built from it.

>>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
>>> loss = (a * b + 10).tanh()
>>> loss.backward()
>>> round(a.grad, 6), round(b.grad, 6)
(-0.004023, 0.002682)
"""

from . import charts, data, language, layers, losses, optim
from .animate import animate
from .backward import grad
from .debugger import debug
from .diagnose import diagnose
from .draw import draw, draw_dot
from .drawing import Drawing
from .dropout import Dropout
from .explain import explain
from .forward import ForwardStep, forward_steps
from .gradcheck import GradientMismatchError, check_gradients
from .ledger import ledger
from .module import Module
from .nn import MLP, Layer, Neuron
from .no_grad import no_grad
from .op import Op
from .page import page
from .paths import paths
from .plot import plot
from .programs import OtherBranchError, Program, compile, value_and_grad
from .render import RenderError
from .report import report
from .saving import load, read_metadata, resume, save
from .section import ModelFileError
from .sources import trace_sources
from .steps import Step, backward_steps
from .through_time import ThroughTime, side_by_side, through_time
from .training import DivergenceError, Epoch, Run, progress, train
from .tree import tree
from .value import Value, dot, parameter, total
from .walk import Walk

__version__ = "0.1.0"

__all__ = [  # in reading order
    "Value",
    "grad",
    "no_grad",
    "dot",
    "total",
    "parameter",
    "Op",
    "check_gradients",
    "GradientMismatchError",
    "Module",
    "Neuron",
    "Layer",
    "MLP",
    "Dropout",
    "layers",
    "losses",
    "optim",
    "data",
    "language",
    "train",
    "Run",
    "Epoch",
    "DivergenceError",
    "progress",
    "save",
    "load",
    "resume",
    "read_metadata",
    "ModelFileError",
    "compile",
    "value_and_grad",
    "Program",
    "OtherBranchError",
    "report",
    "plot",
    "charts",
    "trace_sources",
    "backward_steps",
    "forward_steps",
    "Step",
    "ForwardStep",
    "Walk",
    "explain",
    "ledger",
    "paths",
    "diagnose",
    "through_time",
    "side_by_side",
    "ThroughTime",
    "debug",
    "tree",
    "draw",
    "draw_dot",
    "Drawing",
    "page",
    "animate",
    "RenderError",
]
