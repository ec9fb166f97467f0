"""What a page shows at every step, as plain data: texts as they stand in it, numbers as Python writes them."""

from __future__ import annotations

from typing import Any

from . import ops
from .breakpoints import words_of
from .letters import slope_formula
from .looks import sign_of
from .mistakes import KINDS, mistakes
from .names import differential, label_of, number, title, with_numbers
from .paths import paths
from .quoting import visible
from .stepped import StepPicture, gradient_after, product
from .steps import Step
from .value import Value

PATHS = 2  # of a node, shown when it is clicked


def page_data(picture: StepPicture) -> dict[str, Any]:
    """The nodes, the edges as they are before their step, and the steps."""
    walk = picture.walk
    nodes = [node for node in walk.names if node.op is not ops.constant]
    place = {node: i for i, node in enumerate(nodes)}
    return {
        "output": place[walk.output],
        "nodes": [node_data(picture, node) for node in nodes],
        "steps": [step_data(picture, step) | {"node": place[step.node], "input": place[step.input]} for step in walk],
        "kinds": KINDS,
        "problem": str(walk.problem) if walk.problem else "",
    }


def node_data(picture: StepPicture, node: Value) -> dict[str, Any]:
    """What is to be said of a node at any time."""
    walk = picture.walk
    role = picture.role(node)
    return {
        "id": picture.id[node],
        "name": walk.names[node],
        "differential": differential(walk.names[node]),
        "label": label_of(node),
        "title": title(node, walk.names),
        "role": role,
        "data": repr(node.data),
        "forward": f"{with_numbers(node)} = {node.data!r}" if node.inputs else "",
        "words": [visible(word) for word in words_of(node)],
        "expected": walk.expected[node],
        "paths": path_texts(picture, node),
        "source": visible(f"{node.source}: {node.source.code}") if node.source else "",
    }


def path_texts(picture: StepPicture, node: Value) -> list[str]:
    """The paths from a node to the output, the largest product first."""
    if node is picture.output or not picture.walk.expected[node]:
        return []
    return str(paths(node, of=picture.output, top=PATHS)).splitlines()


def step_data(picture: StepPicture, step: Step) -> dict[str, Any]:
    """What a step changes, and what is to be said of it."""
    return {
        "edge": f"{picture.id[step.input]}-{picture.id[step.node]}-{step.position}",
        "lines": product(step),
        "local": number(step.local),
        "before": number(step.before) if step.arrived > 1 else "",
        "after": number(step.after),
        "formula": visible(slope_formula(step.node, step.position, picture.named)),
        "exact": [repr(step.upstream), repr(step.local), repr(step.contribution), repr(step.after)],
        "text": gradient_after(step),
        "arrived": step.arrived,
        "signs": [sign_of(step.local), sign_of(step.contribution)],
        "mistakes": [[repr(answer), kind] for answer, kind in mistakes(step)],
    }
