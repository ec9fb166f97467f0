"""Explanation: the chain rule for one gradient as text, LaTeX and Markdown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from .groups import Homes
from .ledger import without_steps
from .names import Names, derivative, title
from .notation import aligned, counted, latex_derivative, latex_note, latex_number, markdown_code, name_of
from .steps import Step
from .terms import Term, in_latex, in_latex_numbers, in_numbers, in_symbols, local_slope, operand
from .uses import added, by_time_step, whereabouts
from .value import Value

IN_ONE_LINE = 4  # uses of a value: more of them get a line each


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """The chain rule for one gradient: as text, LaTeX and Markdown; what `explain` answers."""

    value: Value
    output: Value
    names: Names
    steps: tuple[Step, ...]  # one for each use of the value
    terms: tuple[Term, ...]  # the steps that are written out, unrolled
    left: tuple[Value, ...]  # the nodes whose gradients were not unrolled, for want of room
    homes: Homes

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

    @property
    def rest(self) -> float:
        """What the uses that are not written out contribute."""
        return added(step.contribution for step in self.left_out)

    @property
    def places(self) -> list[str]:
        """Where each use that is written out is, as far as they differ in it."""
        return whereabouts([term.step for term in self.terms], self.homes)

    def by_time_step(self, digits: str) -> list[tuple[str, str, str]]:
        """The uses added up by time step, where there are too many to be written out: where, how many, their sum."""
        parts = by_time_step(self.steps, self.homes) if self.left_out else []
        return [(part.place, counted(part.uses, "use"), f"{part.sum:{digits}}") for part in parts]

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
        """Each use on a line of its own, or each time step if there are too many; the last ones summed up."""
        totals = [(*words, f"= {total}") for *words, total in self.by_time_step(digits)]
        more = [f"… {len(self.left_out)} more: {self.rest:{digits}}"] if self.left_out and not totals else []
        uses = [self.row(term, place, digits) for term, place in zip(self.terms, self.places)]
        body = [f"  {line}" for line in [*aligned(totals or uses), *more]]
        head = f"{self.slope} = the sum over its uses: {self.names[self.value]} is used {len(self.steps)} times"
        return [head, *body, f"{' ' * len(self.slope)} = {self.gradient:{digits}}"]

    def row(self, term: Term, place: str, digits: str) -> tuple[str, ...]:
        """Where a use is, its term in symbols, in numbers and as their product, and what its node computes."""
        numbers, product = in_numbers(digits).term(term), f"{term.step.contribution:{digits}}"
        made = f"where {title(term.step.node, self.names)}"
        return place, in_symbols(self.names).term(term), f"= {numbers}", f"= {product}", made

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
        if len(self.steps) > IN_ONE_LINE:
            sums[0] = [latex_note(term, place) for term, place in zip(sums[0], self.places)]
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
        rest = operand(self.rest, digits)
        return r"\cdots", rest, rest

    def markdown(self, digits: str = ".4g") -> str:
        """The result, and a table of the uses."""
        if not self.steps:
            return markdown_code(without_steps(self.value, self.output, self.names))
        rows = [self.cells(term.step, place, digits) for term, place in zip(self.terms, self.places)]
        if parts := self.by_time_step(digits):
            rows = [(f"{place}, {uses}", "", "", total) for place, uses, total in parts]
        elif self.left_out:
            rows.append((f"… {len(self.left_out)} more", "", "", f"{self.rest:{digits}}"))
        table = [" | ".join([cell and markdown_code(cell) for cell in row]) for row in rows]
        lines = ["use | upstream | local | contribution", "--- | --- | --- | ---", *table]
        result = markdown_code(f"{self.slope} = {self.gradient:{digits}}")
        often = f", used {len(self.steps)} times" if len(self.steps) > IN_ONE_LINE else ""
        return "\n".join([f"**{result}**{often}", "", *[f"| {line} |" for line in lines]])

    def cells(self, step: Step, place: str, digits: str) -> tuple[str, str, str, str]:
        """A row of the table."""
        upstream = f"{derivative(self.names[self.output], self.names[step.node])} = {step.upstream:{digits}}"
        slope = local_slope(step, self.names, digits)
        use = title(step.node, self.names) + (f", {place}" if place else "")
        return use, upstream, slope, f"{step.contribution:{digits}}"

    _repr_markdown_ = markdown
