"""WebPage: one self-contained HTML file, put together from parts, to save or to show in a notebook."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from .files import write_file

PARTS = Path(__file__).parent / "pages"
NOT_IN_SCRIPT = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
FRAME = "width: 100%; height: {height}px; border: 1px solid #9aa4b0; border-radius: 6px"


class WebPage(ABC):
    """A page that needs nothing beside it: no server, no network."""

    title: str
    height = 640  # of its frame in a notebook, in pixels

    @abstractmethod
    def assemble(self) -> str:
        """The text of the page, newly made."""

    @cached_property
    def html(self) -> str:
        """The text of the page.

        Raises: what `assemble` raises.
        """
        return self.assemble()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page; the path comes back.

        Raises: ValueError unless the path ends in .html, OSError where it cannot be written.
        """
        if Path(path).suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"cannot save {os.fspath(path)!r}: a page ends in .html")
        return write_file(path, self.html.encode())

    def _repr_html_(self) -> str:
        """What Jupyter shows: the page in a frame of its own."""
        style = FRAME.format(height=self.height)
        return f'<iframe srcdoc="{html.escape(self.html)}" title="{html.escape(self.title)}" style="{style}"></iframe>'


def assembled(name: str, scripts: Sequence[str], title: str, data: dict[str, Any], **parts: str) -> str:
    """The page `name`: a document around its HTML, with style, scripts, data and other parts in their places.

    Its content policy allows no request, and no script but this one, which it knows by its digest.
    """
    script = "\n".join(map(part, scripts))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    places = {
        "title": html.escape(title),
        "policy": f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'",
        "style": part("common.css") + part(f"{name}.css"),
        "data": json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(NOT_IN_SCRIPT),
        "script": script,
        **parts,
    }
    document = part("document.html").replace("{{body}}", part(f"{name}.html"))
    return re.sub(r"\{\{(\w+)\}\}", lambda place: places[place[1]], document)


def part(name: str) -> str:
    """The text of one of the files that pages are made of."""
    return (PARTS / name).read_text(encoding="utf-8")
