"""Module: whatever has parameters, found in its attributes, in lists and dictionaries, and in the modules it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Self

from . import ops
from .graph import NOT_COMPUTED
from .value import Value


class Module:
    """Whatever has parameters: its own, and those of the modules it holds, alone or in lists and dictionaries.

    A parameter is what `parameter(number)` makes; a plain Value among the attributes is not one. A module that holds
    others calls `self.label_parameters()` last in its `__init__`: then pictures and texts know all by their paths.

    >>> from micrograd_nn import parameter
    >>> class Parabola(Module):
    ...     def __init__(self):
    ...         self.w = [parameter(1.0), parameter(0.0)]
    ...         self.b = parameter(0.5)
    ...     def __call__(self, x):
    ...         return self.w[0] * x[0] ** 2 + self.w[1] * x[0] + self.b
    >>> model = Parabola()
    >>> model, model([3.0]).data
    (Parabola(3 parameters), 9.5)
    """

    training = True  # the mode that a new module is in
    path = ""  # what the labels of its nodes begin with, such as `layer1.neuron3.`
    buffer_names: tuple[str, ...] = ()  # of the attributes that are lists of numbers, learned but no parameters

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
        return (part for _, part in self.named_parts() if isinstance(part, Module))

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Every parameter with its path, such as `layer1.neuron3.w2`; an attribute in a list counts from 1.

        >>> from micrograd_nn import Layer
        >>> [name for name, p in Layer(1, 2).named_parameters()]
        ['neuron1.w1', 'neuron1.b', 'neuron2.w1', 'neuron2.b']
        """
        for path, part in self.named_parts():
            if isinstance(part, Value) and part.op is ops.parameter:
                yield path, part

    def named_parts(self) -> Iterator[tuple[str, Any]]:
        """Itself without a path, and every Module and Value in it with its first path; each comes once."""
        found: set[int] = set()  # by identity: modules of one's own may be equal, or have no hash
        ahead: list[tuple[str, Any]] = [("", self)]
        while ahead:
            path, part = ahead.pop()
            if id(part) not in found:
                found.add(id(part))
                yield path, part
                if isinstance(part, Module):
                    ahead += reversed([(f"{path}.{name}".removeprefix("."), inner) for name, inner in part.parts()])

    def parts(self) -> Iterator[tuple[str, Any]]:
        """The Modules and Values among the attributes, those in lists and dictionaries one by one."""
        for name, attribute in vars(self).items():
            yield from held(name, attribute)

    def parameters(self) -> list[Value]:
        """Every parameter once, in the order of `named_parameters`; without the names it takes half the time."""
        found: dict[int, Any] = {}  # by identity, as above
        ahead: list[Any] = [self]
        while ahead:
            part = ahead.pop()
            if isinstance(part, list | tuple):
                ahead += reversed(part)
            elif isinstance(part, dict):
                ahead += reversed(part.values())
            elif isinstance(part, Module | Value) and id(part) not in found:
                found[id(part)] = part
                if isinstance(part, Module):
                    ahead += reversed(vars(part).values())
        return [part for part in found.values() if isinstance(part, Value) and part.op is ops.parameter]

    def named_buffers(self) -> Iterator[tuple[str, list[float]]]:
        """Every list of numbers that is learned and no parameter, such as running statistics, with its path.

        >>> class Counter(Module):
        ...     buffer_names = ("counts",)
        ...     def __init__(self):
        ...         self.counts = [0.0, 0.0]
        >>> list(Counter().named_buffers())
        [('counts', [0.0, 0.0])]
        """
        for path, part in self.named_parts():
            if isinstance(part, Module):
                for name in part.buffer_names:
                    yield f"{path}.{name}".removeprefix("."), getattr(part, name)

    def learned(self) -> list[float]:
        """All that training changes: the data of every parameter, then the buffers.

        >>> from micrograd_nn import Layer
        >>> layer = Layer(1, 1)
        >>> layer.set_learned([2.0, -1.0])
        >>> layer.learned(), layer.neurons[0].b.data
        ([2.0, -1.0], -1.0)
        """
        buffers = [number for _, buffer in self.named_buffers() for number in buffer]
        return [p.data for p in self.parameters()] + buffers

    def set_learned(self, numbers: Sequence[float]) -> None:
        """Take all of that back from a list that `learned()` gave."""
        ahead = iter(numbers)
        for p, data in zip(self.parameters(), ahead):
            p.data = data
        for _, buffer in self.named_buffers():
            buffer[:] = islice(ahead, len(buffer))

    def label_parameters(self, prefix: str = "") -> None:
        """Give every parameter its path as its label, and every module the path that it labels its nodes with."""
        for path, part in self.named_parts():
            if isinstance(part, Module):
                part.path = f"{prefix}{path}." if path else prefix
            elif part.op is ops.parameter:
                part.label = prefix + path

    def zero_grad(self) -> None:
        """Forget the gradients of every parameter."""
        for p in self.parameters():
            p.grad = NOT_COMPUTED

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.parameters())} parameters)"


def held(name: str, thing: Any) -> Iterator[tuple[str, Any]]:
    """The Modules and Values that a thing is or holds, by name: `layer1`, `layer2`, … in a list `layers`.

    >>> [name for name, _ in held("rows", [[Value(1.0), Value(2.0)], {"up": Value(3.0)}])]
    ['row1.1', 'row1.2', 'row2.up']
    """
    if isinstance(thing, Module | Value):
        yield name, thing
    elif isinstance(thing, list | tuple):
        one = f"{name}." if name[-1:].isdigit() else name.removesuffix("s")
        for i, part in enumerate(thing, start=1):
            yield from held(f"{one}{i}", part)
    elif isinstance(thing, dict):
        for key, part in thing.items():
            yield from held(f"{name}.{key}", part)
