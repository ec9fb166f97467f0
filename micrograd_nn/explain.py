"""explain: the chain rule for one gradient, in symbols, in numbers and in its result."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from operator import index

from .ledger import added, arrivals, without_steps
from .names import Names, derivative, title
from .notation import aligned, latex_derivative, latex_number, markdown_code, name_of
from .steps import Step
from .terms import Term, in_latex, in_latex_numbers, in_numbers, in_symbols, local_slope, operand, unroll
from .value import Value

IN_ONE_LINE = 4  # uses of a value: more of them get a line each
MOST_LINES = 12  # uses that are written out: the others are summed in one line


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """The chain rule for one gradient: as text, LaTeX and Markdown; what `explain` answers."""

    value: Value
    output: Value
    names: Names
    steps: tuple[Step, ...]  # one for each use of the value
    terms: tuple[Term, ...]  # the steps that are written out, unrolled
    left: tuple[Value, ...]  # the nodes whose gradients were not unrolled, for want of room

    @property
    def gradient(self) -> float:
        """d(output)/d(value)."""
        return self.steps[-1].after if self.steps else float(self.value is self.output)

    @property
    def slope(self) -> str:
        """What is explained: `∂L/∂a`."""
        return derivative(name_of(self.output, self.names), name_of(self.value, self.names))

    @property
    def left_out(self) -> tuple[Step, ...]:
        """The uses that are not written out."""
        return self.steps[len(self.terms) :]

    # As text

    def __format__(self, digits: str) -> str:
        """The text, its numbers written as `digits` says: `f"{explain(a, of=L):.17g}"` loses nothing."""
        digits = digits or ".4g"
        if not self.steps:
            return without_steps(self.value, self.output, self.names)
        body = self.in_one_line(digits) if len(self.steps) <= IN_ONE_LINE else self.line_by_line(digits)
        left = [derivative(self.names[self.output], self.names[x]) for x in self.left]
        return "\n".join([*body, *([f"… left as {', '.join(left)}: there would be too many terms"] if left else [])])

    def in_one_line(self, digits: str) -> list[str]:
        """The sum over all uses in symbols, in numbers and added up, and where the slopes come from."""
        sums = [" + ".join(map(style.term, self.terms)) for style in (in_symbols(self.names), in_numbers(digits))]
        if len(self.steps) > 1:
            sums.append(" + ".join([f"{step.contribution:{digits}}" for step in self.steps]))
        sums.append(f"{self.gradient:{digits}}")
        heads = [self.slope] + [" " * len(self.slope)] * len(sums)
        return [f"{head} = {line}" for head, line in zip(heads, sums)] + self.sources(digits)

    def sources(self, digits: str) -> list[str]:
        """What each node on the way computes, and its slope as a formula and a number."""
        places = {(term.step.node, term.step.position): term.step for below in self.terms for term in below}
        made = [(title(x.node, self.names), local_slope(x, self.names, digits)) for x in places.values()]
        words = [
            (what, f"so {slope}" + (f", {n} times" if n > 1 else "")) for (what, slope), n in Counter(made).items()
        ]
        return [("      " if i else "where ") + line for i, line in enumerate(aligned(words))]

    def line_by_line(self, digits: str) -> list[str]:
        """Each use on a line of its own, the last ones summed up if there are too many."""
        symbols, numbers = in_symbols(self.names), in_numbers(digits)
        rows = [
            (symbols.term(term), f"= {numbers.term(term)}", f"= {term.step.contribution:{digits}}", self.made(term))
            for term in self.terms
        ]
        more = f"  … {len(self.left_out)} more: {added(self.left_out):{digits}}"
        uses = f"{self.slope} = the sum over {len(self.steps)} uses"
        body = [f"  {line}" for line in aligned(rows)] + ([more] if self.left_out else [])
        return [uses, *body, f"{' ' * len(self.slope)} = {self.gradient:{digits}}"]

    def made(self, term: Term) -> str:
        """What the node of a term computes."""
        return f"where {title(term.step.node, self.names)}"

    def __str__(self) -> str:
        return format(self)

    __repr__ = __str__

    # For papers and notebooks

    def latex(self, digits: str = ".4g") -> str:
        """The same lines as a LaTeX `aligned`, to stand in an equation."""
        head = latex_derivative(name_of(self.output, self.names), name_of(self.value, self.names))
        result = latex_number(f"{self.gradient:{digits}}")
        styles = in_latex(self.names), in_latex_numbers(digits)
        sums = [[style.term(x) for x in self.terms] for style in styles] if self.steps else []
        if len(self.steps) > 1:
            sums.append([operand(term.step.contribution, digits) for term in self.terms])
        if self.left_out:
            sums = [[*words, more] for words, more in zip(sums, self.latex_rest(digits))]
        between = " \\\\\n  &\\quad {} + " if len(self.steps) > IN_ONE_LINE else " + "
        lines = [between.join(words) for words in sums]
        equations = " \\\\\n  &= ".join([*lines, result])
        return f"\\begin{{aligned}}\n  {head} &= {equations}\n\\end{{aligned}}"

    def latex_rest(self, digits: str) -> tuple[str, str, str]:
        """What stands for the uses that are not written out: in the symbols, in the products, in their sum."""
        rest = operand(added(self.left_out), digits)
        return r"\cdots", rest, rest

    def markdown(self, digits: str = ".4g") -> str:
        """The result, and a table of the uses."""
        if not self.steps:
            return markdown_code(without_steps(self.value, self.output, self.names))
        rows = [self.cells(term.step, digits) for term in self.terms]
        if self.left_out:
            rows.append((f"… {len(self.left_out)} more", "", "", f"{added(self.left_out):{digits}}"))
        table = [" | ".join([cell and markdown_code(cell) for cell in row]) for row in rows]
        lines = ["use | upstream | local | contribution", "--- | --- | --- | ---", *table]
        result = markdown_code(f"{self.slope} = {self.gradient:{digits}}")
        return "\n".join([f"**{result}**", "", *[f"| {line} |" for line in lines]])

    def cells(self, step: Step, digits: str) -> tuple[str, str, str, str]:
        """A row of the table."""
        upstream = f"{derivative(self.names[self.output], self.names[step.node])} = {step.upstream:{digits}}"
        slope = local_slope(step, self.names, digits)
        return title(step.node, self.names), upstream, slope, f"{step.contribution:{digits}}"

    _repr_markdown_ = markdown


def explain(value: Value, of: Value, depth: int = 1) -> Explanation:
    """The chain rule for one gradient: ∂L/∂a = Σ over the uses of a of ∂L/∂(the use) · ∂(the use)/∂a.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c, d = a + b, a * b
    >>> c.label, d.label = "c", "d"
    >>> L = 3 * c + 2 * d; L.label = "L"
    >>> print(explain(a, of=L))
    ∂L/∂a = ∂L/∂c · ∂c/∂a + ∂L/∂d · ∂d/∂a
          = 3 × 1 + 2 × -3
          = 3 + -6
          = -3
    where c = a + b  so ∂c/∂a = 1
          d = a * b  so ∂d/∂a = b = -3

    With a `depth` above 1 the upstream factors are explained in the same way, so many steps back. No `grad` in the
    graph changes. In a notebook it shows itself as a table; `latex()` is for a paper.

    Raises: TypeError for what is not a Value, ValueError for a depth below 1.
    """
    if index(depth) < 1:
        raise ValueError(f"depth must be at least 1, not {depth}")
    names, arriving = arrivals(value, of)
    steps = arriving.get(value, [])
    terms = [Term(step) for step in steps[:MOST_LINES]]
    left = unroll(terms, arriving, depth - 1)
    return Explanation(value, of, names, tuple(steps), tuple(terms), tuple(left))
