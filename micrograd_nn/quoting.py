"""Making any text safe in DOT: it shows as it was typed, and never becomes markup, an escape or a port."""

from __future__ import annotations

import html
import re

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


def shortened(text: str, most: int = 48) -> str:
    """The text, its middle left out when it is longer than `most` characters."""
    return text if len(text) <= most else f"{text[: most // 2]}…{text[-(most // 2 - 1) :]}"
