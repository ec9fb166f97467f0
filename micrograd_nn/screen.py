"""What the terminal debugger shows: the step, and the graph as text with the current edge marked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from shutil import get_terminal_size
from typing import IO

from .names import NOT_REACHED, derivative, title
from .terms import local_slope
from .tree import lines, tree_rows
from .value import Value
from .walk import Walk

SIZE = (0, 26)  # columns and lines where there is no terminal: as wide as it comes
OTHER_LINES = 7  # of a screen, beside the graph: the step, the counts above and below, a breakpoint, the prompt
BOLD, DIM, PLAIN = "\033[1m", "\033[2m", "\033[0m"


class Screen:
    """The text of a walk, wherever it is; with bold and dim where the terminal has them and NO_COLOR is not set."""

    def __init__(self, walk: Walk, terminal: IO[str]) -> None:
        self.walk, self.terminal = walk, terminal
        self.rows = list(tree_rows(walk.output, walk.names))
        self.row_of = {(row.user, row.position): i for i, row in enumerate(self.rows)}
        self.styled = terminal.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def now(self) -> list[str]:
        """The step just taken, and the graph around its edge."""
        step, walk = self.walk.step, self.walk
        at = self.row_of[step.node, step.position] if step else 0
        head = f"step {walk.position} of {len(walk)}   {step}" if step else f"step 0 of {len(walk)}   {self.seed()}"
        columns, rows = self.size()
        wrapped = len(head) // columns if columns else 0
        around = max(rows - OTHER_LINES - wrapped, 0) // 2
        return [head, "", *self.graph(max(at - around, 0), at + around + 1), *self.last_words()]

    def size(self) -> tuple[int, int]:
        """Columns and lines of the terminal."""
        return get_terminal_size(SIZE) if self.terminal.isatty() else SIZE

    def seed(self) -> str:
        """How backward starts."""
        name = self.walk.names[self.walk.output]
        return f"{derivative(name, name)} = 1"

    def last_words(self) -> list[str]:
        """What is to be said at the end."""
        if self.walk.position < len(self.walk):
            return []
        problem = self.walk.problem
        return ["", f"the end; backward() raises: {problem}" if problem else "the end: every gradient is complete"]

    def graph(self, first: int = 0, last: int | None = None) -> list[str]:
        """Lines of the graph, `->` before the current edge; how many there are above and below."""
        rows = self.rows[first:last]
        step = self.walk.step
        texts = []
        for row, line in zip(rows, lines(rows, self.walk.gradient, max(self.size()[0] - 3, 0))):
            here = step is not None and (row.user, row.position) == (step.node, step.position)
            texts.append(self.styled_line(line, here, self.walk.gradient(row.node) == NOT_REACHED))
        above = [f"   … {first} lines above"] if first else []
        below = len(self.rows) - first - len(rows)
        return above + texts + ([f"   … {below} lines below; l shows all"] if below else [])

    def styled_line(self, line: str, here: bool, waiting: bool) -> str:
        """A line with its mark, bold for the current edge, dim where no gradient has arrived."""
        marked = f"-> {line}" if here else f"   {line}"
        if not self.styled or not (here or waiting):
            return marked
        return f"{BOLD if here else DIM}{marked}{PLAIN}"

    def where(self) -> list[str]:
        """The current step in full: which rule gave the slope, and which line of the program made the node."""
        step = self.walk.step
        if step is None:
            return self.now()
        names, slope = self.walk.names, local_slope(step, self.walk.names, "")
        return [*self.now(), "", f"{title(step.node, names)}   so   {slope}", *made_at(step.node)]

    def about(self, node: Value) -> list[str]:
        """A node in full."""
        walk, state = self.walk, self.walk.state(node)
        grad = NOT_REACHED if state == "not reached" else repr(walk.grad(node) + 0.0)
        share = f", {walk.arrived(node)} of {walk.expected[node]}" if state == "partial" else ""
        return [f"{title(node, walk.names)}   data {node.data!r}   grad {grad} ({state}{share})", *made_at(node)]


def made_at(node: Value) -> Iterator[str]:
    """The line of the program that made a node, if sources were traced."""
    if node.source:
        yield f"   made at {node.source}: {node.source.code}"
