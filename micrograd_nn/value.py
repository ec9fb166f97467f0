"""Value: a number that remembers how it was computed, and backpropagation through what it remembers.

Read this file first. Recording: every operation on Values makes a new Value, which keeps the operation, its inputs
and its local derivative with respect to each of them. Backward: from the output down, every node passes
`its gradient × local derivative` to each input. That is the chain rule, and it is all of backpropagation.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterable, Sequence
from math import isfinite, nan
from typing import Any, NoReturn

from . import graph, ops
from .backward import backward
from .contexts import in_use
from .errors import NUMBERS, as_float, checked_result, undefined
from .graph import NOT_COMPUTED
from .no_grad import recording_is_off
from .op import Op
from .sources import Source, with_source
from .watching import see_comparison, see_data, see_reading

new = object.__new__


# Recording


def record(op: Op, inputs: tuple[Any, ...]) -> Value:
    """The Value that `op` makes of its inputs; numbers among them become constants.

    Raises: what the mathematics asks for, naming the operation, its operands and their labels.
    """
    try:
        numbers = tuple([x._data for x in inputs])
    except AttributeError:
        return record(op, tuple([x if isinstance(x, Value) else constant(x) for x in inputs]))
    try:
        data = op.forward(*numbers)
    except (ArithmeticError, ValueError) as error:
        if all(map(isfinite, numbers)):
            raise undefined(op, inputs, error) from None
        data = nan  # what someone put in is passed on
    try:
        local_derivatives = op.partials(data, *numbers)
    except (ArithmeticError, ValueError):
        local_derivatives = (nan,) * len(inputs)  # an error only if a gradient needs it
    if op.own:
        data, local_derivatives = checked_result(op, inputs, data, local_derivatives)
    return new_node(op, inputs, data, local_derivatives)


def new_node(op: Op, inputs: tuple[Value, ...], data: float, local_derivatives: tuple[float, ...]) -> Value:
    """A new Value in the graph."""
    if data - data != 0.0 and all(isfinite(x._data) for x in inputs):  # inf - inf and nan - nan are nan
        raise undefined(op, inputs, OverflowError() if data == data else ValueError())
    if in_use:
        if recording_is_off():
            see_reading(*inputs)
            return Value(data)
        inputs = with_source(inputs)
    out: Value = new(Value)
    out._data = data
    out.grad = NOT_COMPUTED
    out.label = ""
    out.op = op
    out.inputs = inputs
    out.local_derivatives = local_derivatives
    return out


def unary(op: Op) -> Callable[[Value], Value]:
    """`record` for one input, as a method; without lists and tuples of numbers a node costs half."""
    forward, partials = op.forward, op.partials

    def method(self: Value) -> Value:
        x = self._data
        try:
            data = forward(x)
            local_derivatives = partials(data, x)
        except (ArithmeticError, ValueError):
            return record(op, (self,))
        return new_node(op, (self,), data, local_derivatives)

    method.__name__, method.__qualname__ = op.name, f"Value.{op.name}"  # for tracebacks, and to be pickled by name
    return method


def binary(op: Op) -> tuple[Callable[[Value, Any], Value], Callable[[Value, Any], Value]]:
    """`record` for two inputs, as the two methods that Python asks for: Value op other, and number op Value."""
    forward, partials = op.forward, op.partials

    def method(self: Value, other: Any) -> Value:
        if not isinstance(other, Value) and (other := operand(other)) is NotImplemented:
            return NotImplemented
        x, y = self._data, other._data
        try:
            data = forward(x, y)
            local_derivatives = partials(data, x, y)
        except (ArithmeticError, ValueError):
            return record(op, (self, other))
        if data - data != 0.0 or in_use:
            return new_node(op, (self, other), data, local_derivatives)
        out: Value = new(Value)  # `new_node` written out: a call less is 4 % of a small expression's time
        out._data = data
        out.grad = NOT_COMPUTED
        out.label = ""
        out.op = op
        out.inputs = (self, other)
        out.local_derivatives = local_derivatives
        return out

    return method, reflected(method)


def reflected(method: Callable[[Value, Any], Value]) -> Callable[[Value, Any], Value]:
    """The method for a number on the left."""

    def swapped(self: Value, other: Any) -> Value:
        other = operand(other)
        return NotImplemented if other is NotImplemented else method(other, self)

    return swapped


def operand(number: Any) -> Any:
    """The constant for a number beside a Value; NotImplemented for what is not a number, as Python asks."""
    try:
        leaf = Value(number)
    except TypeError:
        return NotImplemented
    leaf.op = ops.constant
    return leaf


def comparison(relation: str, compare: Callable[[float, Any], bool]) -> Callable[[Value, Any], bool]:
    """A comparison of data with a Value or a number, as a method."""

    def method(self: Value, other: Any) -> bool:
        y = other._data if isinstance(other, Value) else other
        if not isinstance(y, NUMBERS):
            return NotImplemented
        outcome = compare(self._data, y)
        if in_use:
            see_comparison(relation, self, other, outcome)
        return outcome

    return method


class Value:
    """A number in a computation graph.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> e = a * b + 10
    >>> e.backward()
    >>> e.data, a.grad, b.grad
    (4.0, -3.0, 2.0)

    Raises: TypeError when data is not a real number.
    """

    __slots__ = (
        "_data",  # the number in this node, a float; read and set through `data`
        "grad",  # d(output)/d(this node), once output.backward() has run
        "label",  # the name that a person gave it
        "op",  # the operation that it came from; None for a leaf
        "inputs",  # the Values it was computed from, in order, with repeats
        "local_derivatives",  # d(this node)/d(input) for each input, as floats, taken when it was recorded
    )
    __array_ufunc__ = None  # a NumPy array does not spread itself over a Value

    _data: float
    op: Op | None
    inputs: tuple[Value, ...]
    local_derivatives: tuple[float, ...]

    def __init__(self, data: Any, label: str = "") -> None:
        self._data = data if type(data) is float else as_float(data)
        self.grad: Any = NOT_COMPUTED
        self.label = label
        self.op = None
        self.inputs = with_source(()) if in_use else ()
        self.local_derivatives = ()

    @property
    def data(self) -> float:
        """The number in this node. Setting it does not change what was computed from it."""
        if in_use:
            see_data(self)
        return self._data

    @data.setter
    def data(self, number: Any) -> None:
        self._data = as_float(number)

    @property
    def source(self) -> Source | None:
        """The line that made this node, if it was made inside `trace_sources()`."""
        return getattr(self.inputs, "source", None)

    __add__, __radd__ = binary(ops.add)
    __sub__, __rsub__ = binary(ops.subtract)
    __mul__, __rmul__ = binary(ops.multiply)
    __truediv__, __rtruediv__ = binary(ops.divide)
    __rpow__ = binary(ops.exponential)[1]
    __neg__ = unary(ops.negate)
    __abs__ = unary(ops.absolute)

    exp, log, sqrt = unary(ops.exp), unary(ops.log), unary(ops.sqrt)
    sin, cos, tan, atan = unary(ops.sin), unary(ops.cos), unary(ops.tan), unary(ops.atan)
    tanh, sigmoid = unary(ops.tanh), unary(ops.sigmoid)
    relu, softplus = unary(ops.relu), unary(ops.softplus)
    elu, silu, gelu, erf = unary(ops.elu), unary(ops.silu), unary(ops.gelu), unary(ops.erf)

    __lt__, __le__ = comparison("<", operator.lt), comparison("<=", operator.le)
    __gt__, __ge__ = comparison(">", operator.gt), comparison(">=", operator.ge)

    def leaky_relu(self, slope: Any = 0.01) -> Value:
        """x above zero, slope · x below."""
        return record(ops.leaky_relu, (self, slope))

    def __pow__(self, exponent: Any) -> Value:
        if isinstance(exponent, Value):
            return record(ops.raise_to, (self, exponent))
        return to_the_power_of_a_number(self, exponent)

    backward = backward

    def apply_op(self, op: Op, inputs: tuple[Any, ...]) -> Value:
        """Record `op`: what an operation that was called with a Value does."""
        return record(op, inputs)

    def __pos__(self) -> Value:
        return self

    def __bool__(self) -> bool:
        if in_use:
            return not (self <= 0.0) & (self >= 0.0)  # both are asked, so that they can be seen
        return self._data != 0.0

    def __float__(self) -> NoReturn:
        raise TypeError(
            "a Value does not turn into a float by itself: use v.exp() and the like to stay in the graph, "
            "or v.data to leave it"
        )

    __int__ = __float__

    def __repr__(self) -> str:
        grad = "" if self.grad is NOT_COMPUTED else f", grad={self.grad!r}"
        op = "" if self.op is None else f", op={self.op.name!r}"
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._data!r}{grad}{op}{label})"

    def __copy__(self) -> Value:
        twin: Value = graph.shallow_copy(self)
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        twin: Value = graph.deep_copy(self, memo)
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        return graph.pickled(self)

    if sys.version_info[:2] == (3, 13):  # this Python alone frees nested objects deeper than a small stack allows
        __del__ = graph.free


to_the_power_of_a_number = binary(ops.power)[0]


def constant(number: Any) -> Value:
    """A leaf for a number that was written into an expression."""
    leaf = Value(number)
    leaf.op = ops.constant
    return leaf


def parameter(number: Any, label: str = "") -> Value:
    """A leaf that training changes."""
    leaf = Value(number, label)
    leaf.op = ops.parameter
    return leaf


def dot(weights: Sequence[Any], inputs: Sequence[Any], bias: Any = 0.0) -> Value:
    """The weighted sum w₁x₁ + … + wₙxₙ + b as one node: the `z` of a neuron.

    >>> dot([Value(-3.0), Value(1.0)], [2.0, 0.5], bias=Value(7.0)).data
    1.5

    Raises: ValueError unless there is one input for each weight.
    """
    if len(weights) != len(inputs):
        raise ValueError(f"dot needs one input for each weight: got {len(weights)} weights, {len(inputs)} inputs")
    return record(ops.dot, (*weights, *inputs, bias))


def total(values: Iterable[Any]) -> Value:
    """The sum of Values and numbers as one node, correctly rounded.

    >>> total([Value(0.1)] * 10).data
    1.0
    """
    inputs = tuple(values)
    return record(ops.total, inputs) if inputs else constant(0.0)
