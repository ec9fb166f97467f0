"""Random expression graphs, as programs that run on floats, Values, dual numbers and fractions alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from micrograd_nn import ops
from micrograd_nn.op import TABLE, Op

LEAVES = (ops.constant, ops.parameter)
OPERATIONS = [op for op in TABLE.values() if op not in LEAVES]
UNARY = [ops.negate, ops.absolute, ops.exp, ops.log, ops.sqrt, ops.expm1, ops.log1p, ops.sin, ops.cos, ops.tan,
         ops.atan, ops.sinh, ops.cosh, ops.sigmoid, ops.tanh, ops.softplus, ops.relu,
         ops.elu, ops.silu, ops.gelu, ops.erf]  # fmt: skip
BINARY = [ops.add, ops.subtract, ops.multiply, ops.divide, ops.raise_to, ops.leaky_relu]
MANY = [ops.total, ops.dot, ops.logsumexp, ops.maximum, ops.minimum]
EXACT = [ops.add, ops.subtract, ops.multiply, ops.divide, ops.negate]
LARGEST = 50.0  # results beyond this are not built on: their derivatives would drown the comparison

finite = st.floats(allow_nan=False, allow_infinity=False)
moderate = st.floats(-2, 2).map(lambda x: round(x, 3))
anything = st.floats()
labels = st.text(max_size=30)


def arity(op: Op) -> int:
    """How many inputs a test gives an operation."""
    return 1 if op in UNARY else 5 if op is ops.dot else 3 if op in MANY else 2


@dataclass
class Program:
    """Inputs, and steps that each apply an operation to results so far; called, it gives the last result."""

    points: list[float]
    steps: list[tuple[Op, list[int]]] = field(default_factory=list)

    def __call__(self, *inputs: Any) -> Any:
        results = list(inputs)
        for op, places in self.steps:
            results.append(op(*[results[k] for k in places]))
        return results[-1]

    def __repr__(self) -> str:
        return f"Program({self.points}, {[(op.name, places) for op, places in self.steps]})"


@st.composite
def programs(draw: Callable[..., Any], operations: Sequence[Op] = (*UNARY, *BINARY, *MANY), most: int = 10) -> Program:
    """A program in which every step is defined and of moderate size at its points."""
    program = Program(draw(st.lists(moderate, min_size=1, max_size=3)))
    results = list(program.points)
    for _ in range(draw(st.integers(1, most))):
        op = draw(st.sampled_from(operations))
        places = [draw(st.integers(0, len(results) - 1)) for _ in range(arity(op))]
        try:
            result = op.forward(*[results[k] for k in places])
            slopes = op.partials(result, *[results[k] for k in places])
        except (ArithmeticError, ValueError):
            continue
        if all(abs(x) <= LARGEST for x in (result, *slopes)):
            program.steps.append((op, places))
            results.append(result)
    return program


@st.composite
def exact_programs(draw: Callable[..., Any]) -> Program:
    """A program whose results are small binary fractions, so that floats compute it without rounding."""
    points = [float(draw(st.integers(-4, 4))) for _ in range(draw(st.integers(1, 3)))]
    program = Program(points)
    results = [Fraction(x) for x in points]
    for _ in range(draw(st.integers(1, 4))):
        op = draw(st.sampled_from(EXACT))
        places = [draw(st.integers(0, len(results) - 1)) for _ in range(1 if op is ops.negate else 2)]
        if op is ops.divide and abs(results[places[1]]) not in (1, 2, 4):
            continue
        result = op.forward(*[results[k] for k in places])
        if abs(result) <= 256 and result.denominator <= 16:
            program.steps.append((op, places))
            results.append(result)
    return program
