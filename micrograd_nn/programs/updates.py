"""traced_update: an optimizer's rule as a listing whose examples are the parameters, so that it is written only once.

The rule is asked once, with Symbols for numbers. All of the optimizer's attributes that are numbers are Symbols too, so
that a program takes them as they are at each step: Adam's corrections, or a momentum that someone changes.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from numbers import Real
from operator import attrgetter
from typing import Any

from .. import ops
from ..optim.optimizer import Optimizer
from .branches import both_ways
from .finishing import finished
from .listing import Listing
from .symbols import Number, Symbol, place_of
from .tape import Tape

NOT_FOLLOWED = "a step that is the optimizer's own, and no rule for one parameter"


def traced_update(optimizer: Optimizer, clipped: bool = False) -> Listing:
    """The listing of a step: from w, g and the memory of a parameter to its new w and memory, weight decay included.

    Its parameters are what all of them share: η; where gradients are clipped, what they are divided by, and then
    multiplied by; and the optimizer's attributes that are numbers.

    >>> from micrograd_nn import Value, optim
    >>> from micrograd_nn.programs.evaluate import evaluate
    >>> sgd = optim.SGD([Value(3.0)])
    >>> listing = traced_update(sgd)
    >>> numbers = evaluate(listing, [0.1, *shared_attributes(sgd)(sgd)], [3.0, 6.0])  # w = 3, g = 6
    >>> round(numbers[listing.outputs[0]], 12)
    2.4

    Raises: TypeError, or what the rule raises, when it needs to know its numbers or changes the optimizer.
    """
    if type(optimizer).step is not Optimizer.step:
        raise TypeError(NOT_FOLLOWED)
    optimizer = alone(optimizer)
    names = shared_names(optimizer)
    n_of_a_step = 3 if clipped else 1
    n_shared, n_memory = n_of_a_step + len(names), len(optimizer.memory_names)
    tape = Tape(n_inputs=n_shared + 2 + n_memory)
    numbers: list[Any] = [Symbol(tape, i) for i in range(tape.n_inputs)]
    twin = symbolic(optimizer, dict(zip(names, numbers[n_of_a_step:])))
    eta, *clip = numbers[:n_of_a_step]

    def rule(w: Number, g: Number, *memory: Number) -> tuple[Number, ...]:
        g = g / clip[0] * clip[1] if clipped else g
        return twin.update(eta, *twin.decay(eta, w, g), *memory)

    before = dict(vars(twin))
    row = both_ways(tape, rule, *numbers[n_shared:])
    if len(row) != 1 + n_memory or changed(before, vars(twin)):
        raise TypeError("a rule gives the new w and memory, and changes nothing else")
    return finished(tape, n_shared, [place_of(tape, number) for number in row])


def shared_attributes(optimizer: Optimizer) -> Callable[[Optimizer], tuple[float, ...]]:
    """The function that gives an optimizer's attributes that are numbers, as they then are.

    >>> from micrograd_nn import Value, optim
    >>> momentum = optim.Momentum([Value(1.0)])
    >>> shared_attributes(momentum)(momentum)  # weight_decay, steps, momentum
    (0.0, 0, 0.9)
    """
    return attrgetter(*shared_names(optimizer))


def shared_names(optimizer: Optimizer) -> list[str]:
    """The names of the attributes that are numbers."""
    return [name for name, x in vars(optimizer).items() if isinstance(x, Real) and not isinstance(x, bool)]


def alone(optimizer: Optimizer) -> Optimizer:
    """A copy that is prepared for a step, without parameters and memory: a rule that looks at them is no program."""
    twin = copy(optimizer)
    for name in ("parameters", "memory"):
        vars(twin).pop(name, None)
    twin.prepare()
    return twin


def may_change(optimizer: Optimizer) -> set[str]:
    """The names of the attributes that a program takes as they are at each step; all others stay as they were.

    >>> from micrograd_nn import Value, optim
    >>> sorted(may_change(optim.SGD([Value(1.0)])))
    ['memory', 'parameters', 'schedule', 'steps', 'weight_decay']
    """
    return {*shared_names(optimizer), "schedule", "parameters", "memory"}


def changed(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether attributes are no longer the same objects: Symbols cannot be compared."""
    return before.keys() != after.keys() or any(after[name] is not x for name, x in before.items())


def symbolic(optimizer: Optimizer, numbers: dict[str, Symbol]) -> Optimizer:
    """A copy of the optimizer for which these attributes are not known, and which takes roots of Symbols."""
    twin = copy(optimizer)
    vars(twin).update(numbers, sqrt=ops.sqrt)
    return twin
