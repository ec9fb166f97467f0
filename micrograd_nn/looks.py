"""How boxes and edges look: shape says the role, colour and dashes the sign, an HTML-like label the lines of text."""

from __future__ import annotations

from typing import Any

ZERO = "#767676"
WARNING = "#B00020"
EVERY_BOX = {"shape": "box", "fontname": "Helvetica", "fontsize": "11", "margin": "0.1,0.05", "height": "0.3"}
EVERY_EDGE = {"fontname": "Helvetica", "fontsize": "10", "arrowsize": "0.6"}
ROLES: dict[str, dict[str, str]] = {
    "input": {"style": "filled", "fillcolor": "#E6E6E6"},
    "parameter": {"style": "rounded,filled", "fillcolor": "#FFFFFF", "penwidth": "2.4"},
    "constant": {"shape": "plaintext", "width": "0", "margin": "0.04,0.02"},
    "computed": {"style": "rounded,filled", "fillcolor": "#FFFFFF"},
    "output": {"style": "filled", "fillcolor": "#FFFFFF", "peripheries": "2"},
    "module": {"style": "filled", "fillcolor": "#E3EEF6"},
    "operation": {"shape": "circle", "margin": "0.02", "width": "0.3"},
    "more": {"shape": "plaintext", "fontcolor": "#595959"},
}


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


def add_legend(dot: Any, positive: str, negative: str) -> None:
    """A frame that shows what shapes and colours mean."""
    with dot.subgraph(name="cluster_legend") as frame:
        frame.attr(label="legend", style="rounded,dashed", color="#9AA4B0", fontsize="11")
        for role in ("input", "parameter", "computed", "output", "constant"):
            frame.node(f"legend_{role}", role, **ROLES[role])
        frame.edge("legend_input", "legend_computed", "slope > 0", color=positive, fontcolor=positive)
        frame.edge("legend_parameter", "legend_computed", "slope < 0", color=negative, fontcolor=negative)
        frame.edge("legend_constant", "legend_computed", color=ZERO)
        frame.edge("legend_computed", "legend_output", "slope = 0", color=ZERO, fontcolor=ZERO, style="dashed")
