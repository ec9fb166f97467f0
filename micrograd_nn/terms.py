"""The terms of the chain rule, whose upstream factors can be unrolled further back towards the output."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .letters import slope_formula
from .names import Names, derivative, number
from .notation import latex_derivative, latex_number
from .steps import Step
from .value import Value

MOST_TERMS = 64  # in one explanation; also bounds how deep parentheses are nested


@dataclass(slots=True, eq=False)
class Term:
    """One product of the chain rule: upstream · local, or (a sum of such products) · local once it is unrolled."""

    step: Step
    upstream: list[Term] = field(default_factory=list)

    def __iter__(self) -> Iterator[Term]:
        yield self
        for term in self.upstream:
            yield from term


def unroll(terms: Sequence[Term], arriving: Mapping[Value, list[Step]], times: int) -> list[Value]:
    """Write the upstream factors as sums themselves, so many times over; the nodes for which there was no room."""
    room = MOST_TERMS - len(terms)
    level = list(terms)
    while level and times > 0:
        room -= sum(len(arriving.get(term.step.node, ())) for term in level)
        if room < 0:
            return list(dict.fromkeys(term.step.node for term in level))
        for term in level:
            term.upstream = [Term(step) for step in arriving.get(term.step.node, ())]
        level = [below for term in level for below in term.upstream]
        times -= 1
    return []


@dataclass(frozen=True, slots=True)
class Style:
    """How a term is written: its two factors, and what stands between and around them."""

    upstream: Callable[[Step], str]
    local: Callable[[Step], str]
    times: str
    opening: str = "("
    closing: str = ")"

    def term(self, term: Term) -> str:
        """A term in this style."""
        upstream = self.upstream(term.step)
        if term.upstream:
            upstream = " + ".join(map(self.term, term.upstream))
        if len(term.upstream) > 1:
            upstream = f"{self.opening}{upstream}{self.closing}"
        return f"{upstream}{self.times}{self.local(term.step)}"


def in_symbols(names: Names) -> Style:
    """`∂L/∂c · ∂c/∂a`."""
    return Style(
        lambda step: derivative(names[names.output], names[step.node]),
        lambda step: derivative(names[step.node], names[step.input]),
        " · ",
    )


def in_numbers(digits: str) -> Style:
    """`3 × -2`."""
    return Style(lambda step: f"{step.upstream:{digits}}", lambda step: f"{step.local:{digits}}", " × ")


def in_latex(names: Names) -> Style:
    """The symbols in LaTeX."""
    return Style(
        lambda step: latex_derivative(names[names.output], names[step.node]),
        lambda step: latex_derivative(names[step.node], names[step.input]),
        r" \cdot ",
        r"\left(",
        r"\right)",
    )


def in_latex_numbers(digits: str) -> Style:
    """The numbers in LaTeX."""
    return Style(lambda step: operand(step.upstream, digits), lambda step: operand(step.local, digits), r" \cdot ")


def operand(x: float, digits: str) -> str:
    """A number in LaTeX, in parentheses if it has a sign."""
    written = latex_number(f"{x:{digits}}")
    return f"({written})" if written.startswith("-") else written


def local_slope(step: Step, names: Names, digits: str = ".4g") -> str:
    """`∂d/∂a = b = -3`: the local derivative of a step as formula and number; the number alone where that is all."""
    formula = slope_formula(step.node, step.position, names)
    middle = f" = {formula}" if formula not in ("", number(step.local)) else ""
    return f"{derivative(names[step.node], names[step.input])}{middle} = {step.local:{digits}}"
