"""What a label says of where its node stands: at which time step, in which module, in which row and column.

A label is `{time step}.{path of a module}.{name}{place}`, and may lack each but the name: `t3.layer1.neuron2.z` is
computed at time step 3, `kernel1.z2_1` in row 2 and column 1. Time steps, rows and columns count from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

SHARED = "t*"  # stands where a time step would, before what several have in common
TIME = re.compile(r"(t\d{1,9}|t\*)(?:\.|$)")
PLACE = re.compile(r"(?<=[^\W\d_])(\d{1,9})_(\d{1,9})$")


def path_of(label: str) -> str:
    """`layer1.neuron3` for `layer1.neuron3.w2`: the module, with its time step before it."""
    return label.rpartition(".")[0]


def time_of(path: str) -> str:
    """`t3` for `t3.layer1.neuron3`; empty where there is no time step."""
    found = TIME.match(path)
    return found[1] if found else ""


def time_step_of(path: str) -> int:
    """3 for `t3.layer1.neuron3`; 0 where there is no time step."""
    time = time_of(path)
    return int(time[1:]) if time not in ("", SHARED) else 0


def timeless(path: str) -> str:
    """`layer1.neuron3` for `t3.layer1.neuron3`."""
    time = time_of(path)
    return path[len(time) + 1 :] if time else path


def place_of(label: str) -> tuple[int, ...]:
    """`(2, 1)` for `kernel1.z2_1`: the row and the column; empty where a label names none."""
    found = PLACE.search(label)
    return (int(found[1]), int(found[2])) if found else ()


def without_place(label: str) -> str:
    """`kernel1.z` for `kernel1.z2_1`."""
    return PLACE.sub("", label)


def cut(path: str, depth: int) -> str:
    """A path with at most so many modules, its time step apart.

    >>> cut("t3.layer1.neuron3", 1), cut("t3.layer1", 0), cut("layer1", 2)
    ('t3.layer1', 't3', 'layer1')
    """
    rest = ".".join(timeless(path).split(".")[:depth])
    return ".".join(filter(None, [time_of(path), rest]))


def depth_of(path: str) -> int:
    """How many modules stand in a path."""
    rest = timeless(path)
    return rest.count(".") + 1 if rest else 0


def outer(path: str) -> list[str]:
    """The paths that a path lies within, the outermost first, itself last.

    >>> outer("t3.layer1.neuron3")
    ['t3', 't3.layer1', 't3.layer1.neuron3']
    """
    parts = path.split(".")
    return [".".join(parts[:n]) for n in range(1, len(parts) + 1)]


def common(path: str, other: str) -> str:
    """The path that two paths lie within; empty where there is none."""
    return path if path == other else ".".join(shared_start([path.split("."), other.split(".")]))


def shared_start(parts: Sequence[Sequence[str]]) -> Sequence[str]:
    """What lists begin with, all of them."""
    n = next((i for i, column in enumerate(zip(*parts)) if len(set(column)) > 1), min(map(len, parts)))
    return parts[0][:n]


def told_apart(names: Iterable[str]) -> list[str]:
    """The last parts of names; where several end alike, with what tells them apart.

    >>> told_apart(["input_gate.neuron1.a", "candidate.neuron1.a", "candidate.neuron1.w1"])
    ['input_gate.a', 'candidate.a', 'w1']
    """
    names = list(names)
    alike: dict[str, dict[str, None]] = {}
    for name in names:
        alike.setdefault(name.rpartition(".")[2], {})[name] = None
    short = {name: told for group in alike.values() for name, told in zip(group, ends(list(group)))}
    return [short[name] or name for name in names]


def ends(alike: list[str]) -> list[str]:
    """Names with the same last part: that part, after the one part in which they all differ, or after all that do."""
    parts = [name.split(".") for name in alike]
    for k in range(2, min(map(len, parts)) + 1) if len(alike) > 1 else ():
        if len({part[-k] for part in parts}) == len(alike):
            return [f"{part[-k]}.{part[-1]}" for part in parts]
    same = len(shared_start([part[:-1] for part in parts]))
    return [".".join(part[same:]) for part in parts]


def from_afar(name: str, here: str) -> str:
    """The last part of a name as read in a module, after whose it is: the module's own, that of one beside it, or all.

    >>> from_afar("layer1.neuron1.z", "layer1.neuron1"), from_afar("cell.output_gate.neuron1.a", "cell")
    ('z', 'output_gate.a')
    >>> from_afar("layer2.neuron1.a", "")
    'layer2.neuron1.a'
    """
    path, _, last = name.rpartition(".")
    around = common(path, here)
    whose = path.removeprefix(around).lstrip(".") if around else path
    return ".".join(filter(None, [whose.partition(".")[0] if here else whose, last]))


def heading(path: str) -> str:
    """A path as a person reads it.

    >>> heading("layer1.neuron3"), heading("t3.cell.input_gate")
    ('layer 1 · neuron 3', 'time step 3 · cell · input gate')
    """
    time, rest = time_of(path), timeless(path)
    words = re.sub(r"(?<=[a-z])(\d+)", r" \1", rest).replace("_", " ").replace(".", " · ")
    when = "shared by time steps" if time == SHARED else f"time step {time[1:]}" if time else ""
    return " · ".join(filter(None, [when, words]))
