"""Which boxes of a picture are drawn where there are too many: the nearest to the output, and how many are behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from .boxes import Box
from .value import Value

NEIGHBOURHOOD = 50  # boxes around the output, where a graph is too large to draw as a whole


def nearest(output: Value, box_of: Callable[[Value], Box], order: Sequence[Value], most: int | None) -> list[Box]:
    """The boxes to draw: all of them, or when there are more than `most` a neighbourhood of the output."""
    boxes = list(dict.fromkeys(map(box_of, order)))
    if most is None or len(boxes) <= most:
        return boxes
    most = min(most, NEIGHBOURHOOD)
    members: dict[Box, list[Value]] = {}
    for node in order:
        members.setdefault(box_of(node), []).append(node)
    near: dict[Box, None] = {}
    ahead = deque([box_of(output)])
    while ahead and len(near) < most:
        box = ahead.popleft()
        if box not in near:
            near[box] = None
            ahead.extend(box_of(x) for node in members[box] for x in node.inputs if box_of(x) in members)
    return list(near)


def left_out(order: Sequence[Value], box_of: Callable[[Value], Box], drawn: set[Box]) -> dict[Box, int]:
    """How many nodes are not drawn behind each box that is; each is counted once, for the first that leads to it."""
    behind: dict[Box, int] = {}
    owner: dict[Value, Box] = {}
    for node in order:
        box = box_of(node)
        if box not in drawn:
            box = owner[node]
            behind[box] = behind.get(box, 0) + 1
        for x in node.inputs:
            owner.setdefault(x, box)
    return behind
