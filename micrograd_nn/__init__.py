"""micrograd_nn: a scalar autograd engine that people read, step through and draw, and networks built from it.

>>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
>>> loss = (a * b + 10).tanh()
>>> loss.backward()
>>> round(a.grad, 6), round(b.grad, 6)
(-0.004023, 0.002682)
"""

from .animate import animate
from .backward import grad
from .debugger import debug
from .diagnose import diagnose
from .draw import draw, draw_dot
from .drawing import Drawing
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
from .render import RenderError
from .sources import trace_sources
from .steps import Step, backward_steps
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
    "debug",
    "tree",
    "draw",
    "draw_dot",
    "Drawing",
    "page",
    "animate",
    "RenderError",
]
