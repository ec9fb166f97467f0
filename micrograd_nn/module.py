"""Module: whatever has parameters, found in its attributes, in those of the modules it holds, and in lists of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from . import ops
from .graph import NOT_COMPUTED
from .value import Value


class Module:
    """Whatever has parameters: its own, and those of the modules it holds, alone or in lists.

    A parameter is what `parameter(number)` makes; a plain Value among the attributes is not one.
    """

    training = True  # the mode that a new module is in

    def train(self) -> Self:
        """Itself, now in the mode for training: dropout drops."""
        return self.set_mode(training=True)

    def eval(self) -> Self:
        """Itself, now in the mode for being used: dropout lets everything through.

        >>> from micrograd_nn import MLP
        >>> MLP(2, [8, 1], dropout=0.5, seed=1).eval().training
        False
        """
        return self.set_mode(training=False)

    def set_mode(self, training: bool) -> Self:
        """Itself, and all modules in it, in the one mode or the other."""
        for module in self.modules():
            module.training = training
        return self

    def modules(self) -> Iterator[Module]:
        """Itself, and every module in it; one that is held twice comes once."""
        found: dict[Module, None] = {}
        ahead: list[Module] = [self]
        while ahead:
            module = ahead.pop()
            if module not in found:
                found[module] = None
                ahead += reversed([part for _, part in module.parts() if isinstance(part, Module)])
        return iter(found)

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Every parameter with its path, such as `layer1.neuron3.w2`; an attribute in a list counts from 1.

        >>> from micrograd_nn import Layer
        >>> [name for name, p in Layer(1, 2).named_parameters()]
        ['neuron1.w1', 'neuron1.b', 'neuron2.w1', 'neuron2.b']
        """
        seen: set[Value] = set()
        for name, part in self.parts():
            found = part.named_parameters() if isinstance(part, Module) else [("", part)]
            for path, p in found:
                if p.op is ops.parameter and p not in seen:  # a shared parameter is one parameter
                    seen.add(p)
                    yield f"{name}.{path}" if path else name, p

    def parts(self) -> Iterator[tuple[str, Any]]:
        """The Modules and Values among the attributes, lists of them one by one."""
        for name, attribute in vars(self).items():
            if isinstance(attribute, Module | Value):
                yield name, attribute
            elif isinstance(attribute, list | tuple):
                for i, part in enumerate(attribute, start=1):
                    if isinstance(part, Module | Value):
                        yield f"{name.removesuffix('s')}{i}", part

    def parameters(self) -> list[Value]:
        """Every parameter once, in the order of `named_parameters`; without the names it takes a third of the time."""
        found: dict[Value, None] = {}
        for attribute in vars(self).values():
            for part in attribute if isinstance(attribute, list | tuple) else [attribute]:
                if isinstance(part, Module):
                    found |= dict.fromkeys(part.parameters())
                elif isinstance(part, Value) and part.op is ops.parameter:
                    found[part] = None
        return list(found)

    def label_parameters(self, prefix: str = "") -> None:
        """Give every parameter its path as its label."""
        for path, p in self.named_parameters():
            p.label = prefix + path

    def zero_grad(self) -> None:
        """Forget the gradients of every parameter."""
        for p in self.parameters():
            p.grad = NOT_COMPUTED
