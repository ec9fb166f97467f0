"""What labels say of where their nodes stand, and how names are cut short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn.places import common, cut, heading, outer, path_of, place_of, time_of, timeless, told_apart

paths = st.text("t12.*_ab#", max_size=12)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("layer1.neuron3", "layer 1 · neuron 3"),
        ("t3.layer1", "time step 3 · layer 1"),
        ("t12", "time step 12"),
        ("head2", "head 2"),
        ("kernel1", "kernel 1"),
        ("cell.input_gate", "cell · input gate"),
        ("t*.cell", "shared by time steps · cell"),
        ("tokens", "tokens"),
        ("t", "t"),
        ("", ""),
    ],
)
def test_a_path_is_read_as_words(path, expected):
    assert heading(path) == expected


def test_a_label_says_when_in_which_module_and_where():
    label = "t3.conv.kernel1.z12_4"
    assert (time_of(label), timeless(path_of(label)), place_of(label)) == ("t3", "conv.kernel1", (12, 4))
    assert (time_of("tanh1.z"), path_of("z"), place_of("x_1"), place_of("z3"), place_of("2_1")) == ("", "", (), (), ())


def test_a_path_is_cut_to_some_modules_but_keeps_its_time_step():
    assert [cut("t2.block1.head1.query", depth) for depth in (0, 1, 2, 5)] == [
        "t2", "t2.block1", "t2.block1.head1", "t2.block1.head1.query"
    ]  # fmt: skip


def test_what_two_paths_have_in_common_is_whole_modules():
    assert common("layer1.neuron1", "layer1.neuron12") == "layer1"
    assert common("layer1", "layer12") == ""


@given(paths, paths)
def test_both_paths_lie_within_what_they_have_in_common(path, other):
    shared = common(path, other)
    assert shared == common(other, path)
    assert not shared or (shared in outer(path) and shared in outer(other))


@given(st.lists(paths, max_size=6))
def test_names_stay_different_when_they_are_cut_short(names):
    short = told_apart(names)
    assert len(set(zip(names, short))) == len(set(names)) == len(set(short))
    assert all(name.endswith(end.rpartition(".")[2]) for name, end in zip(names, short))


def test_names_with_the_same_end_are_told_apart_by_the_one_part_in_which_they_all_differ():
    assert told_apart(["cell.input_gate.neuron1.a", "cell.candidate.neuron1.a", "cell.c1"]) == [
        "input_gate.a", "candidate.a", "c1"
    ]  # fmt: skip


def test_names_without_such_a_part_are_told_apart_by_all_that_follows_what_they_share():
    names = ["head1.query.neuron1.z", "head1.query.neuron2.z", "head1.key.neuron1.z"]
    assert told_apart(names) == ["query.neuron1.z", "query.neuron2.z", "key.neuron1.z"]
