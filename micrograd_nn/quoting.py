"""Making any text safe in DOT and in a terminal: it shows as typed, and never becomes markup, an escape or a port."""

from __future__ import annotations

import html
import re
from unicodedata import combining, east_asian_width

UNPRINTABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")  # SVG cannot hold them


def visible(text: str) -> str:
    r"""The text with its control characters as Python writes them.

    >>> print(visible("two\nlines"))
    two\nlines
    """
    return UNPRINTABLE.sub(lambda found: repr(found[0])[1:-1], text)


def markup(text: str) -> str:
    """The text inside an HTML-like label, where even a backslash would begin an escape.

    >>> markup("a < b & c")
    'a &lt; b &amp; c'
    """
    return html.escape(visible(text)).replace("\\", "&#92;&#92;")


def html_label(text: str) -> str:
    """The text as a label."""
    return f"<{markup(text)}>"


def tooltip(text: str) -> str:
    """The text as a tooltip, in which Graphviz resolves backslash escapes twice over."""
    return html.escape(visible(text), quote=False).replace("\\", "\\" * 4)


def shortened(text: str, most: int = 60) -> str:
    """The text, its middle left out when it is longer than `most` characters."""
    return text if len(text) <= most else f"{text[: most // 2]}…{text[-(most // 2 - 1) :]}"


def columns(text: str) -> int:
    """How many columns of a terminal a text takes.

    >>> columns("grad"), columns("勾配")
    (4, 4)
    """
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def fitted(text: str, width: int) -> str:
    """The text in just so many columns: filled up with spaces, or cut."""
    if columns(text) <= width:
        return text + " " * (width - columns(text))
    while columns(text) > width - 1:
        text = text[:-1]
    return f"{text}…" + " " * (width - 1 - columns(text))
