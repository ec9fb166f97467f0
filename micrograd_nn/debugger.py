"""debug: a debugger for backprop in the terminal, with the words of pdb."""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO

from .breakpoints import Breakpoint, as_breakpoint, operations
from .diagnose import diagnose
from .draw import draw
from .explain import explain
from .forward import forward_steps
from .ledger import ledger
from .names import number
from .notation import counted
from .page import page
from .paths import paths
from .prompt import Prompt
from .quoting import shortened
from .screen import Screen
from .steps import Step
from .value import Value
from .walk import Walk


def debug(output: Value, stdin: IO[str] | None = None, stdout: IO[str] | None = None) -> None:
    """Step through `output.backward()` at a prompt, from a program or from pdb's; no gradient changes.

    At pdb's prompt it is `!debug(y)`, because `debug` alone is a word of pdb's own.

    >>> import io
    >>> a = Value(3.0, label="a")
    >>> y = a * a; y.label = "y"
    >>> debug(y, stdin=io.StringIO("n\\nq\\n"))  # doctest: +ELLIPSIS, +NORMALIZE_WHITESPACE
    2 steps back from y = 9; n takes one, help lists the words
    ...
    (backprop) n
    step 1 of 2   ∂y/∂a += ∂y/∂y · ∂y/∂a = 1 × 3 = 3   (1 of 2)
    ...

    Raises: TypeError for what is not a Value, ValueError when there are no steps back from it.
    """
    Debugger(Walk(output), stdin, stdout).run()


class Debugger(Prompt):
    """A walk, and the commands that move and show it."""

    prompt = "(backprop) "

    def __init__(self, walk: Walk, stdin: IO[str] | None = None, stdout: IO[str] | None = None) -> None:
        super().__init__(stdin, stdout)
        self.walk = walk
        self.screen = Screen(walk, self.stdout)
        self.stops: dict[int, Breakpoint] = {}
        self.n_stops = 0

    def run(self) -> None:
        """Say where it starts and what to type, then obey."""
        name, data = self.walk.names[self.walk.output], number(self.walk.output.data)
        self.say(f"{counted(len(self.walk), 'step')} back from {name} = {data}; n takes one, help lists the words", "")
        self.show()
        super().run()

    def show(self) -> None:
        """Print where the walk is."""
        self.say(*self.screen.now())

    def completedefault(self, text: str, *rest: object) -> list[str]:
        """The names and operations that begin with what was typed, for the Tab key."""
        known = [*self.walk.names.by_name, *operations(self.walk.names)]
        return [word for word in known if word.startswith(text)]

    # Moving

    def do_next(self, count: str) -> None:
        """n(ext) [count]: take the next step, or so many."""
        more = how_many(count)
        self.walk.next()
        self.walk.go(min(self.walk.position + more - 1, len(self.walk)))
        self.show()

    def do_back(self, count: str) -> None:
        """back [count]: take the last step back, or so many."""
        more = how_many(count)
        self.walk.back()
        self.walk.go(max(self.walk.position - more + 1, 0))
        self.show()

    def do_continue(self, line: str) -> None:
        """c(ontinue): go on to the next breakpoint, or to the end."""
        self.show_stop(self.walk.until(*self.stops.values()))

    def do_rc(self, line: str) -> None:
        """rc: reverse-continue to the breakpoint before, or to the start."""
        self.show_stop(self.walk.until(*self.stops.values(), backwards=True))

    def show_stop(self, step: Step | None) -> None:
        """Print where the walk is, and which breakpoints stopped it there."""
        self.show()
        for i, stop in self.stops.items():
            if step and stop.holds(step):
                self.say(f"breakpoint {i}: {stop}")

    def do_until(self, condition: str) -> None:
        """until condition: go on until it holds once; help b says what a condition may be."""
        position = self.walk.position
        if self.walk.until(condition) is None:
            self.walk.go(position)
            raise ValueError(f"{shortened(condition)} does not happen from here on")
        self.show()

    def do_to(self, name: str) -> None:
        """to name: go, forwards or back, to where the gradient of a node is complete."""
        self.walk.to(name)
        self.show()

    def do_start(self, line: str) -> None:
        """start: go to before the first step."""
        self.walk.start()
        self.show()

    def do_end(self, line: str) -> None:
        """end: take all the steps that are left."""
        self.walk.end()
        self.show()

    # Breakpoints

    def do_break(self, condition: str) -> None:
        """b(reak) [condition]: stop there from now on; without a condition, list the breakpoints.
        A condition is
        a name (a label, or v7)    a contribution arrives at that node
        an operation (tanh or *)   the gradient goes through it
        |grad| > 100               a gradient explodes
        |grad| < 1e-6              a complete gradient vanishes
        not finite                 the first nan or infinity"""
        if condition:
            stop = as_breakpoint(condition, self.walk.names)
            self.n_stops += 1
            self.stops[self.n_stops] = stop
        self.say(*[f"{i}: {stop}" for i, stop in self.stops.items()] or ["no breakpoints"])

    def do_clear(self, place: str) -> None:
        """cl(ear) [number]: forget one breakpoint, or all of them."""
        if place and place not in map(str, self.stops):
            raise ValueError(f"there is no breakpoint {shortened(place)}: b lists them")
        self.stops = {i: stop for i, stop in self.stops.items() if place and str(i) != place}
        self.do_break("")

    def name_and_number(self, line: str, otherwise: int) -> tuple[str, int]:
        """The name and the count behind a command; a label may hold spaces."""
        name, _, count = line.rpartition(" ")
        known = {**self.walk.names.by_name, **self.walk.names.by_label}
        if line in known or name not in known:
            return line, otherwise
        return name, how_many(count)

    # Looking

    def do_where(self, line: str) -> None:
        """w(here): the current step in full: the rule that gave its slope, the line that made its node."""
        self.say(*self.screen.where())

    def do_list(self, line: str) -> None:
        """l(ist): the whole graph, with every gradient as it is at this step."""
        self.say(*self.screen.graph())

    def do_p(self, names: str) -> None:
        """p [name ...]: these nodes, or all of them: what they are, data, gradient, and how far that is."""
        known = self.walk.names
        words = [names] if names in known.by_label else names.split()
        meant = [name for word in words for name in known.by_label.get(word, [word])]
        for node in [known.find(name) for name in meant] or known.by_name.values():
            self.say(*self.screen.about(node))

    def do_forward(self, line: str) -> None:
        """forward: the forward pass, operation by operation."""
        self.say(*forward_steps(self.walk.output))

    def do_explain(self, line: str) -> None:
        """explain name [depth]: the chain rule for one gradient, in names and numbers."""
        name, depth = self.name_and_number(line, 1)
        self.say(explain(self.walk.names.find(name), of=self.walk.output, depth=depth))

    def do_paths(self, line: str) -> None:
        """paths name [how many]: the paths from a node to the output, the largest product first."""
        name, top = self.name_and_number(line, 5)
        self.say(paths(self.walk.names.find(name), of=self.walk.output, top=top))

    def do_ledger(self, name: str) -> None:
        """ledger name: the contributions that add up to the gradient of a node."""
        self.say(ledger(self.walk.names.find(name), of=self.walk.output))

    def do_diagnose(self, line: str) -> None:
        """diagnose: where gradients vanish or explode, and which slopes are to blame."""
        self.say(diagnose(self.walk.output))

    def do_draw(self, path: str) -> None:
        """draw [file]: a picture of this step (step1.svg, …); a file that ends in .html is a page to step in."""
        self.say(f"wrote {save_as(Path(path or f'step{self.walk.position}.svg'), self.walk)}")

    def do_quit(self, line: str) -> bool:
        """q(uit): leave; every gradient in the graph is what it was before."""
        return True

    do_n, do_c, do_b, do_cl, do_w, do_l, do_q = do_next, do_continue, do_break, do_clear, do_where, do_list, do_quit
    do_EOF = do_quit  # noqa: N815 - what cmd.Cmd calls the end of the input


def save_as(path: Path, walk: Walk) -> Path:
    """Save a picture of a walk where it is, or the page of its output."""
    return page(walk.output).save(path) if path.suffix.lower() == ".html" else draw(walk).save(path)


def how_many(text: str) -> int:
    """The count behind a word, 1 if there is none."""
    if text and not re.fullmatch("0*[1-9][0-9]{0,8}", text):
        raise ValueError(f"{shortened(text)} is no count: write a whole number from 1")
    return int(text or 1)
