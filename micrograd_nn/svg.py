"""Making Graphviz's SVG smaller for pages and animations, which say in other places what is left out here."""

from __future__ import annotations

import re

LINKS = re.compile(  # tooltips, and names that only DOT needs
    r'<!--.*?-->\n|<title>n\d[^<]*</title>\n|<g id="a_n[^"]*"><a xlink:title="[^"]*">\n|</a>\n</g>\n'
)
LOOKS = re.compile(r' (?:font-family|font-size|fill|stroke|xml:space)="[^"]*"| text-anchor="start"')
PLACES = re.compile(r' (?:d|points|x|y)="[^"]*"')
HUNDREDTHS = re.compile(r"(\.\d)\d+")


def without_links(svg: str) -> str:
    """The picture without its tooltips: every node and edge is one group of shapes and texts."""
    return LINKS.sub("", svg)


def without_looks(svg: str) -> str:
    """The picture without fonts and colours, for a style sheet to give, and its places to a tenth of a point."""
    return PLACES.sub(lambda place: HUNDREDTHS.sub(r"\1", place[0]), LOOKS.sub("", svg))
