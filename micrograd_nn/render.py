"""Rendering DOT with the `dot` program or the Graphviz inside pygraphviz's wheel, in a subprocess with a timeout."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec

FORMATS = ("svg", "png", "pdf")
TIMEOUT = 60.0  # seconds
PYGRAPHVIZ = """
import sys, pygraphviz
graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog="dot"))
"""


class RenderError(RuntimeError):
    """A picture could not be made."""


def render(source: str, format: str = "svg", timeout: float = TIMEOUT) -> bytes:
    """The picture of a DOT source.

    Raises: RenderError when there is no Graphviz, when it takes longer than `timeout` seconds, or when it fails.
    """
    try:
        done = subprocess.run(
            renderer(format), input=source.encode(), capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise RenderError(
            f"Graphviz took longer than {timeout:g} s: draw fewer nodes (max_nodes), or save as .dot and render that"
        ) from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit status {done.returncode}"]
        raise RenderError(f"Graphviz could not render {format}: {said[-1]}")
    return done.stdout


def renderer(format: str) -> list[str]:
    """The command that reads DOT and writes a picture."""
    program = shutil.which("dot")
    if program:
        return [program, f"-T{format}"]
    if find_spec("pygraphviz"):
        return [sys.executable, "-P", "-c", PYGRAPHVIZ, format]
    raise RenderError(
        "no Graphviz found: install its dot program (apt install graphviz, brew install graphviz), "
        "or pip install 'micrograd_nn[render]', whose pygraphviz brings one along"
    )
