"""How boxes and edges look: shape says the role, colour and dashes the sign, an HTML-like label the lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any

from .names import number
from .value import Value

ZERO = "#767676"
WARNING = "#B00020"
EVERY_BOX = {"shape": "box", "fontname": "Helvetica", "fontsize": "11", "margin": "0.1,0.05", "height": "0.3"}
EVERY_EDGE = {"fontname": "Helvetica", "fontsize": "10", "arrowsize": "0.6"}
FRAME = {"style": "rounded", "color": "#9AA4B0", "fontsize": "11"}
ROLES: dict[str, dict[str, str]] = {
    "input": {"style": "filled", "fillcolor": "#E6E6E6"},
    "parameter": {"style": "rounded,filled", "fillcolor": "#FFFFFF", "penwidth": "2.4"},
    "constant": {"shape": "plaintext", "width": "0", "margin": "0.04,0.02"},
    "computed": {"style": "rounded,filled", "fillcolor": "#FFFFFF"},
    "output": {"style": "filled", "fillcolor": "#FFFFFF", "peripheries": "2"},
    "use": {"style": "rounded,dashed,filled", "fillcolor": "#FFFFFF", "penwidth": "1.6"},
    "module": {"style": "filled", "fillcolor": "#E3EEF6"},
    "image": {"style": "filled", "fillcolor": "#FFFFFF"},
    "operation": {"shape": "circle", "margin": "0.02", "width": "0.3"},
    "more": {"shape": "plaintext", "fontcolor": "#595959"},
}
RARER = {"use": "use of a shared parameter", "module": "module or time step"}


def sign_of(number: float) -> str:
    """The class of an edge that shows a number."""
    return "positive" if number > 0 else "negative" if number < 0 else "zero" if number == 0 else "undefined"


def flagged(name: str, text: str) -> str:
    """`data -6`, with a warning where it is not a finite number."""
    return f'{name} <FONT COLOR="{WARNING}">⚠ {text}</FONT>' if text in ("nan", "inf", "-inf") else f"{name} {text}"


def table(rows: list[str], room: str = "") -> str:
    """An HTML-like label of lines, which are markup already; `room` is an attribute of their cells."""
    lines = "".join(f'<TR><TD ALIGN="LEFT"{room}>{row}</TD></TR>' for row in rows)
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{lines}</TABLE>>'


def grid(title: str, rows: list[list[Value]], gradient: Callable[[Value], str] | None = None, below: str = "") -> str:
    """An HTML-like label of numbers where they stand, the larger the darker; title and line below are markup."""
    numbers = [node.data for row in rows for node in row]
    lowest, reach = min(numbers), max(numbers) - min(numbers)
    line = f'<TR><TD BORDER="0" COLSPAN="{max(map(len, rows))}">'
    lines = [f"{line}{title}</TD></TR>"]
    for row in rows:
        cells = [
            f'<TD BGCOLOR="{grey((x.data - lowest) / reach if reach else 0.0)}">{number(x.data)}'
            + (f'<BR/><FONT POINT-SIZE="9">grad {gradient(x)}</FONT></TD>' if gradient else "</TD>")
            for x in row
        ]
        lines.append(f"<TR>{''.join(cells)}</TR>")
    lines += [f"{line}{below}</TD></TR>"] if below else []
    return f'<<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="3">{"".join(lines)}</TABLE>>'


def grey(darkness: float) -> str:
    """White for 0, and for 1 a grey on which black can still be read.

    >>> grey(0.0), grey(1.0)
    ('#ffffff', '#a0a0a0')
    """
    level = round(255 - 95 * darkness) if isfinite(darkness) else 255
    return f"#{level:02x}{level:02x}{level:02x}"


def add_legend(dot: Any, positive: str, negative: str, rarer: Iterable[str]) -> None:
    """A frame that shows what shapes and colours mean; of the rarer roles those that a picture has."""
    with dot.subgraph(name="cluster_legend") as frame:
        frame.attr(label="legend", style="rounded,dashed", color="#9AA4B0", fontsize="11")
        for role in ("input", "parameter", "computed", "output", "constant"):
            frame.node(f"legend_{role}", role, **ROLES[role])
        for role in rarer:
            frame.node(f"legend_{role}", RARER[role], **ROLES[role])
        frame.edge("legend_input", "legend_computed", "slope > 0", color=positive, fontcolor=positive)
        frame.edge("legend_parameter", "legend_computed", "slope < 0", color=negative, fontcolor=negative)
        frame.edge("legend_constant", "legend_computed", color=ZERO)
        frame.edge("legend_computed", "legend_output", "slope = 0", color=ZERO, fontcolor=ZERO, style="dashed")
