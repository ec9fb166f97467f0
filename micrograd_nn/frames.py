"""The frames of a picture: a time step around its modules, a module around those it holds that are in the picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from .boxes import Box, Grid, Use
from .groups import Homes
from .places import cut, depth_of, outer, time_of, timeless

MOST_FRAMES = 12  # with more modules than these, what holds them is framed instead
MOST_IN_A_STEP = 6  # and with more at a time step


class Frames:
    """Which boxes are framed together, and which frames stand in which.

    A module that has no box of its own gets no frame: `layer 1 · neuron 3` is one, not two.
    """

    def __init__(self, found: Homes, boxes: Iterable[Box]) -> None:
        self.found = found
        self.depth = deepest(set(filter(timeless, found.values())))
        self.boxes: dict[str, list[Box]] = {}  # by the path of their frame; those in none by the empty path
        for box in boxes:
            self.boxes.setdefault(self.path(box), []).append(box)
        self.inside = inside(dict.fromkeys(way for path in self.boxes for way in (time_of(path), path) if way))

    def path(self, box: Box) -> str:
        """The path of the frame that a box stands in; empty where it stands in none."""
        if isinstance(box, str):
            return time_of(box) if time_of(box) != box else ""
        return cut(box.path if isinstance(box, Use | Grid) else self.found.get(box, ""), self.depth)


def inside(paths: Collection[str]) -> dict[str, list[str]]:
    """The frames that stand in each frame; the outermost by the empty path.

    >>> inside(["t1", "t1.head1", "t1.head1.key.neuron1", "layer2"])
    {'': ['t1', 'layer2'], 't1': ['t1.head1'], 't1.head1': ['t1.head1.key.neuron1']}
    """
    found: dict[str, list[str]] = {}
    for path in paths:
        around = next((way for way in outer(path)[-2::-1] if way in paths), "")
        found.setdefault(around, []).append(path)
    return found


def deepest(paths: set[str]) -> int:
    """How many modules of a path are told in frames: as many as possible with few frames, but at least one."""
    most = MOST_IN_A_STEP if any(map(time_of, paths)) else MOST_FRAMES
    for depth in range(max(map(depth_of, paths), default=1), 1, -1):
        frames = Counter(time_of(path) for path in {cut(path, depth) for path in paths})
        if max(frames.values()) <= most:
            return depth
    return 1
