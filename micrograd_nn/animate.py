"""animate: backward as one moving picture, without a script, for a README or slides; or as frames."""

from __future__ import annotations

import base64
import html
import os
import re
from collections.abc import Iterator
from itertools import groupby
from math import inf
from pathlib import Path

from .draw import draw
from .drawing import STYLE as COLORS
from .files import write_file
from .names import derivative, number
from .quoting import shortened, visible
from .render import render
from .svg import without_links
from .value import Value
from .walk import Walk

MOST_STEPS = 100  # each is laid out by Graphviz, and nobody watches longer
WIDTH = re.compile(r'viewBox="\S+ \S+ (\S+) ')
LETTER = 7.3  # points, of a caption
BELOW = 26  # points for a line of text
CAPTION = '<text x="8" y="-8" class="caption">%s</text>\n'
PART = re.compile(r'<g id="([^"]*)" class="((?:node|edge)[^"]*)">\n(.*?)</g>\n', re.DOTALL)
SIZE = re.compile(r'<svg width="(\d+)pt" height="(\d+)pt"\s+viewBox="0.00 0.00 ([\d.]+) ([\d.]+)"')
STYLE = """<style>
.version { visibility: hidden; }
.last { visibility: visible; }
.micrograd .caption { font: 600 12px Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1c2126; }
@media (prefers-color-scheme: dark) { .micrograd .caption { fill: #e6e9ed; } }
@media (prefers-reduced-motion: no-preference) {
%s
}
</style>
"""


class Animation:
    """A backward pass as pictures, one for each step: `.svg` is a moving one."""

    def __init__(self, walk: Walk, seconds: float) -> None:
        self.walk, self.seconds = walk, seconds
        self.title = f"backprop of {visible(walk.names[walk.output])}, {len(walk)} steps"

    def __repr__(self) -> str:
        return f"<Animation: {self.title}>"

    def pictures(self) -> Iterator[str]:
        """The DOT of the picture after each step, the start first; all laid out the same."""
        for position in range(len(self.walk) + 1):
            self.walk.go(position)
            yield draw(self.walk, max_nodes=None).source

    def captions(self) -> Iterator[str]:
        """What is said at each step."""
        name = self.walk.names[self.walk.output]
        yield f"{derivative(name, name)} = 1"
        yield from map(str, self.walk)

    @property
    def svg(self) -> str:
        """The moving picture: what changes stands in it in every version, and style sheet rules show one at a time.

        Where motion is not wanted it shows the last step. Raises: RenderError where there is no Graphviz.
        """
        frames = [without_links(render(source).decode()) for source in self.pictures()]
        versions = [dict(zip(parts(frame), PART.finditer(frame))) for frame in frames]
        times = Times(len(frames), self.seconds)

        def moving(part: re.Match[str]) -> str:
            seen = [versions[k][part[1]] for k in range(len(frames))]
            return "".join(times.shown(spell, found[2], found[3]) for spell, found in spells(seen))

        picture = PART.sub(moving, frames[-1][frames[-1].index("<svg") :])
        fitting = int(float(match[1]) / LETTER) if (match := WIDTH.search(picture)) else 60
        lines = [CAPTION % html.escape(shortened(visible(text), fitting)) for text in self.captions()]
        caption = "".join(times.shown(range(k, k + 1), "", line) for k, line in enumerate(lines))
        return with_caption(picture, html.escape(self.title), times.style(), caption)

    def _repr_html_(self) -> str:
        """What Jupyter shows: the moving picture, as an image of its own, so that two do not share a style sheet."""
        image = base64.b64encode(self.svg.encode()).decode()
        return f'<img alt="{html.escape(self.title)}" src="data:image/svg+xml;base64,{image}">'

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the moving picture.

        Raises: ValueError unless the path ends in .svg, OSError where it cannot be written.
        """
        if Path(path).suffix.lower() != ".svg":
            raise ValueError(f"cannot save {os.fspath(path)!r}: end it in .svg, or save_frames as .png in a folder")
        return write_file(path, self.svg.encode())

    def save_frames(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write the picture after each step as `step000.png`, `step001.png`, … into a folder, all of one size."""
        Path(folder).mkdir(parents=True, exist_ok=True)
        return [
            write_file(Path(folder) / f"step{k:03}.png", render(source, "png"))
            for k, source in enumerate(self.pictures())
        ]


def animate(output: Value, seconds: float = 1.2) -> Animation:
    """`output.backward()` as a moving picture that rests so many `seconds` on each step.

    >>> x = Value(3.0, label="x")
    >>> y = x * x; y.label = "y"
    >>> animate(y)
    <Animation: backprop of y, 2 steps>

    `.save("backprop.svg")` writes an SVG without a script, `.save_frames("frames")` a PNG for each step.

    Raises: TypeError for what is not a Value; ValueError when there are no steps back from it, takes
    more than 100 steps, or for `seconds` that are not above 0.
    """
    walk = Walk(output)
    if len(walk) > MOST_STEPS:
        raise ValueError(f"an animation has at most {MOST_STEPS} steps, not {len(walk)}: page(output) holds more")
    if not 0 < seconds < inf:
        raise ValueError(f"seconds must be a number above 0, not {number(seconds)}")
    return Animation(walk, seconds)


class Times:
    """When each version is seen: the last step rests three times as long, then it all starts again."""

    def __init__(self, n_frames: int, seconds: float) -> None:
        self.n_frames = n_frames
        self.beats = n_frames + 2
        self.duration = self.beats * seconds
        self.spells: dict[range, None] = {}

    def shown(self, spell: range, look: str, content: str) -> str:
        """A version that is seen in a spell of frames."""
        if spell == range(self.n_frames):
            return f'<g class="{look}">\n{content}</g>\n'
        self.spells[spell] = None
        last = " last" if spell.stop == self.n_frames else ""
        return f'<g class="{look} version{last} s{spell.start}-{spell.stop}">\n{content}</g>\n'

    def style(self) -> str:
        """The rules for all spells so far."""
        return STYLE % "\n".join(map(self.rule, self.spells))

    def rule(self, spell: range) -> str:
        """The rule that shows a spell of frames and hides the others."""
        name = f"s{spell.start}-{spell.stop}"
        shown, hidden = (f"{100 * k / self.beats:.3f}%" for k in (spell.start, spell.stop))
        off = "" if spell.stop == self.n_frames else f" {hidden} {{ visibility: hidden }}"
        frames = f"0% {{ visibility: hidden }} {shown} {{ visibility: visible }}{off}"
        if spell.start == 0:
            frames = frames.removeprefix("0% { visibility: hidden } ")
        return f"@keyframes {name} {{ {frames} }} .{name} {{ animation: {name} {self.duration:g}s step-end infinite }}"


def parts(frame: str) -> list[str]:
    """The ids of the nodes and edges of a picture."""
    return [found[1] for found in PART.finditer(frame)]


def spells(seen: list[re.Match[str]]) -> Iterator[tuple[range, re.Match[str]]]:
    """The versions of a part, each with the frames in which it stays the same."""
    for _, frames in groupby(range(len(seen)), key=lambda k: seen[k][0]):
        spell = list(frames)
        yield range(spell[0], spell[-1] + 1), seen[spell[0]]


def with_caption(picture: str, description: str, style: str, caption: str) -> str:
    """The picture, made higher for a line of text below it."""
    found = SIZE.match(picture)
    if found is None:
        return picture
    width, height = float(found[3]), float(found[4]) + BELOW
    size = f'width="{width:.0f}pt" height="{height:.0f}pt" viewBox="0 0 {width} {height}"'
    head = f'<svg {size} class="micrograd" role="img"'
    paper = f'<g><polygon fill="#ffffff" points="0,0 {width},0 {width},{height} 0,{height}"/></g>\n'
    below = f'<g transform="translate(0 {height})">\n{caption}</g>\n</svg>'
    body = picture[found.end() :].replace(">", f">\n<desc>{description}</desc>\n{COLORS}\n{style}{paper}", 1)
    return head + body.replace("</svg>", below)
