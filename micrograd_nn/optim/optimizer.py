"""Optimizer: what all rules that turn gradients into new parameters share; they stand in descent.py and adaptive.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import signature
from itertools import chain, repeat
from math import isfinite, sqrt
from typing import Any, NoReturn

from ..errors import identity
from ..graph import NOT_COMPUTED
from ..settings import not_negative
from ..value import Value
from .schedule import Schedule
from .schedules import Constant, as_schedule
from .state import Column, Row, checked_state


class Optimizer:
    """A rule that turns gradients into new parameters, one update a step.

    `learning_rate` η is a number above 0, or a schedule: a function of the number of steps taken so far. What a rule
    remembers from step to step is a row of numbers for each parameter, all 0 at the start. `weight_decay` λ draws
    every parameter towards 0: it adds λw to the gradient, which is the slope of the penalty ½λw².

    A rule of one's own is a subclass with an `update` that computes with plain numbers. It takes roots by `self.sqrt`,
    and functions from `ops`: then it can be compiled as well.

    >>> class SignDescent(Optimizer):
    ...     def update(self, eta, w, g):
    ...         return (w - eta * (g > 0) + eta * (g < 0),)
    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> SignDescent([w], learning_rate=0.5).step()
    >>> w.data
    2.5

    Raises: TypeError or ValueError for parameters that are not Values, for none at all, for one given twice, and for
    settings out of their range.
    """

    memory_names: tuple[str, ...] = ()
    update: Callable[..., Row]  # the rule: from η, w, g and the memory of one parameter to its new w and new memory
    sqrt: Callable[[Any], Any] = staticmethod(sqrt)  # of floats: with `ops.sqrt`, Adam takes a fifth longer

    def __init__(self, parameters: Iterable[Value], learning_rate: Any, weight_decay: float = 0.0) -> None:
        self.parameters = checked_parameters(parameters)
        self.schedule = as_schedule(learning_rate)
        self.weight_decay = not_negative("weight_decay", weight_decay)
        self.steps = 0
        self.memory: list[Column] = [[0.0] * len(self.parameters) for _ in self.memory_names]

    @property
    def learning_rate(self) -> float:
        """The rate of the next step; setting it, to a number or a schedule, replaces the schedule."""
        return not_negative("learning_rate", self.schedule(self.steps))

    @learning_rate.setter
    def learning_rate(self, rate: Any) -> None:
        self.schedule = as_schedule(rate)

    def prepare(self) -> None:
        """Set attributes to the numbers that all parameters share in the coming step; most rules have none."""

    def decay(self, eta: float, w: float, g: float) -> tuple[float, float]:
        """The w and g that the update starts from, where there is a weight decay."""
        return w, g + self.weight_decay * w

    def step(self) -> None:
        """Update every parameter from its gradient; one that has none yet counts as 0.

        Raises: OverflowError naming a parameter whose update is not finite; then, as after Ctrl-C, nothing has changed.
        """
        self.prepare()
        eta = self.learning_rate
        ws: Any = [p.data for p in self.parameters]
        gs: Any = [float(p.grad or 0.0) for p in self.parameters]  # a grad of None is as good as 0
        if self.weight_decay:  # a call for each parameter is a fifth of Adam's step
            ws, gs = zip(*map(self.decay, repeat(eta), ws, gs))
        rows = list(map(self.update, repeat(eta), ws, gs, *self.memory))  # a loop takes a tenth longer
        if not all(map(isfinite, chain.from_iterable(rows))):  # all at once: row by row takes a quarter longer
            self.raise_not_finite(eta, rows)
        new, *memory = zip(*rows)
        owners = [*self.parameters, self, self]
        names = [*["_data"] * len(new), "memory", "steps"]
        contents = [*new, memory, self.steps + 1]
        any(map(setattr, owners, names, contents))  # a single call into C, which Ctrl-C cannot cut in two

    def raise_not_finite(self, eta: float, rows: list[Row]) -> NoReturn:
        """Raise what names the first parameter whose update is not finite."""
        p = next(p for p, row in zip(self.parameters, rows) if not all(map(isfinite, row)))
        where = f"data {p.data!r} and gradient {p.grad!r}{identity(p)} with learning rate {eta!r}"
        raise OverflowError(f"the update is not finite at {where}")

    def zero_grad(self) -> None:
        """Forget the gradients of every parameter."""
        for p in self.parameters:
            p.grad = NOT_COMPUTED

    def settings(self) -> dict[str, Any]:
        """The keywords that make the same optimizer for other parameters, as JSON can hold them.

        Raises: TypeError when the schedule is a function of one's own, or a keyword of one's own is not kept.
        """
        own = [name for name in signature(type(self)).parameters if name not in ("parameters", "learning_rate")]
        for name in own:
            if not hasattr(self, name):
                raise TypeError(f"{type(self).__name__} must keep its keyword {name!r} as an attribute of that name")
        return {"learning_rate": self.rate_setting(), **{name: getattr(self, name) for name in own}}

    def rate_setting(self) -> Any:
        """The learning rate as JSON can hold it: a number, or the settings of a schedule."""
        if not isinstance(self.schedule, Schedule):
            raise TypeError(f"a schedule of one's own has no settings to write: {self.schedule!r}")
        return self.schedule.learning_rate if isinstance(self.schedule, Constant) else self.schedule.settings()

    def state(self) -> dict[str, Any]:
        """How far it has come, as JSON can hold it: the steps, and each memory as a list in the parameters' order."""
        return {"steps": self.steps, **dict(zip(self.memory_names, map(list, self.memory)))}

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on from a state, with the same bits as if there had been no break.

        Raises: ValueError naming the key that is wrong; then nothing has changed.
        """
        self.steps, self.memory = checked_state(state, self.memory_names, len(self.parameters))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.parameters)} parameters, {self.steps} steps)"


def checked_parameters(parameters: Iterable[Value]) -> list[Value]:
    """The parameters as a list: Values, at least one, each once."""
    if not isinstance(parameters, Iterable):
        raise TypeError(f"parameters must be a list, such as model.parameters(), not {type(parameters).__name__}")
    found = list(parameters)
    if not found:
        raise ValueError("an optimizer needs at least one parameter, got none")
    seen: set[Value] = set()
    for p in found:
        if not isinstance(p, Value):
            raise TypeError(f"a parameter must be a Value, not {type(p).__name__}")
        if p in seen:
            raise ValueError(f"a parameter must be given once, not twice: {p!r}")
        seen.add(p)
    return found
