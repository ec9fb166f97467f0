"""Colours that people with every kind of colour vision tell apart, on light and on dark paper, as one style sheet.

The colours are Okabe and Ito's (2008, "Color Universal Design"), vermillion first and blue second. In the style sheet
`k` and `f` before a number are a colour as stroke and as fill, `t` is its tint, and `s` are the shades between the
first two colours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

COLORS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
N_SHADES = 9


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a paper and of what stands on it."""

    paper: str
    ink: str
    soft: str
    grid: str
    colors: tuple[str, ...] = COLORS

    def rules(self) -> Iterator[str]:
        """The rules of the style sheet that say a colour."""
        yield f".chart text {{ fill: {self.ink} }} .chart .soft {{ fill: {self.soft} }}"
        yield f".chart .paper {{ fill: {self.paper} }} .chart .point {{ stroke: {self.paper} }}"
        yield f".chart .ink {{ stroke: {self.ink} }} .chart .grid {{ stroke: {self.grid} }}"
        yield f".chart .axis, .chart .unit {{ stroke: {self.soft} }}"
        for k, color in enumerate(self.colors):
            tint = mixed(color, self.paper, 0.76)
            yield f".chart .k{k} {{ stroke: {color} }} .chart .f{k} {{ fill: {color} }} .chart .t{k} {{ fill: {tint} }}"
        for k in range(N_SHADES):
            yield f".chart .s{k} {{ fill: {self.shade(k)} }}"

    def shade(self, k: int) -> str:
        """One of the shades, from the first colour over the paper's to the second."""
        middle = N_SHADES // 2
        return mixed(self.colors[k > middle], self.paper, 1 - 0.55 * abs(k - middle) / middle)


def mixed(color: str, other: str, share: float) -> str:
    """The colour with a share of another in it.

    >>> mixed("#000000", "#ff8000", 0.5)
    '#804000'
    """
    pairs = zip(bytes.fromhex(color[1:]), bytes.fromhex(other[1:]))
    return "#" + bytes(int((1 - share) * x + share * y + 0.5) for x, y in pairs).hex()


LIGHT = Theme("#ffffff", "#1c2126", "#59636e", "#e3e7eb")
DARK = Theme("#16191d", "#e6e9ed", "#a3adb8", "#2d343c", tuple([mixed(color, "#ffffff", 0.2) for color in COLORS]))
LOOKS = """.chart text { font: 12px Helvetica, Arial, sans-serif }
.chart .title { font-size: 15px; font-weight: 600 }
.chart .end { text-anchor: end } .chart .middle { text-anchor: middle }
.chart path { fill: none }
.chart .line { stroke-width: 2; stroke-linejoin: round }
.chart .d1 { stroke-dasharray: 8 3 } .chart .d2 { stroke-dasharray: 2 2.5 }
.chart .d3 { stroke-dasharray: 10 3 2 3 } .chart .d4 { stroke-dasharray: 16 4 }
.chart .dots { stroke-width: 7; stroke-linecap: round }
.chart .edge { stroke-width: 2; stroke-linejoin: round }
.chart .unit { stroke-width: 1.2; stroke-dasharray: 5 4 }
.chart .point { stroke-width: 1.2 } .chart .ring { stroke-width: 1.6 }"""
DARK_RULES = ["@media (prefers-color-scheme: dark) {", *DARK.rules(), "}"]
STYLE = "\n".join(["<style>", LOOKS, *LIGHT.rules(), *DARK_RULES, "</style>"])
