"""Made-up sequences: parity and a bit to remember, as data and as tasks of the command line."""

from collections import Counter
from pathlib import Path

import pytest

from micrograd_nn.__main__ import main
from micrograd_nn.data.sequences import parity, remembering


def test_parity_has_every_string_once_and_tells_it_at_every_bit():
    examples = parity(3)
    assert len({tuple(bits) for bits, _ in examples}) == 2**3 == len(examples)
    assert ([1.0, 1.0, 1.0], [1, 0, 1]) in examples  # 1, 2 and 3 ones: odd, even, odd
    assert all(told == [sum(bits[: t + 1]) % 2 for t in range(3)] for bits, told in examples)


def test_one_of_the_first_bits_is_marked_and_is_the_target():
    for steps, target in remembering(200, length=6, latest=3, seed=1):
        (marked,) = [t for t, (_, flag) in enumerate(steps) if flag]
        assert len(steps) == 6 and marked < 3
        assert steps[marked] == [2.0 * target - 1, 1.0]
        assert {bit for bit, _ in steps} <= {-1.0, 1.0}


def test_each_place_is_marked_about_as_often():
    # of 300 draws among 3 places, each is binomial with mean 100 and deviation 8.2: six deviations
    marked = Counter(t for steps, _ in remembering(300, 6, 3, seed=2) for t, (_, flag) in enumerate(steps) if flag)
    assert sorted(marked) == [0, 1, 2] and all(abs(n - 100) < 50 for n in marked.values())


def test_sequences_depend_on_the_seed_alone():
    assert remembering(seed=3) == remembering(seed=3) != remembering(seed=4)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: parity(0), "length must be at least 1, not 0"),
        (lambda: remembering(0), "n must be at least 1, not 0"),
        (lambda: remembering(length=5), "latest is at most the length, 5, not 10"),
    ],
)
def test_sizes_that_make_no_sequences_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.fixture
def train(tmp_path, monkeypatch, capsys):
    """Runs `train` in a fresh folder; the status and its two outputs."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        capsys.readouterr()
        return main(["train", *arguments]), *capsys.readouterr()

    return command


def test_parity_is_learned_at_every_bit_and_tried_on_longer_strings(train):
    status, out, _ = train("parity", "--epochs", "1")
    lines = out.splitlines()
    assert status == 0
    assert lines[:3] == [
        "reads sequences of 5 time steps",
        "learns whether the number of ones so far is odd",
        "Sequential(RNN(1 -> 8 tanh, 80 parameters), TimeDistributed(Layer(8 -> 1 linear, 9 parameters)))",
    ]
    assert lines[3].endswith(" 32 examples")
    assert lines[-1].startswith("right about ") and lines[-1].endswith(" of 100 new sequences of 20 time steps")


def test_a_bit_is_remembered_by_another_network_if_that_is_asked_for(train):
    status, out, _ = train("memory", "--model", "gru", "--width", "2", "--epochs", "1", "--validation", "0.5")
    assert status == 0
    assert "Sequential(GRU(2 -> 2, " in out and ", 100 examples, 100 held out\n" in out and "  accuracy " in out


def test_parity_that_was_learned_goes_on_to_new_strings(train):
    assert "right about 100 of 100 new sequences" in train("parity", "--epochs", "200")[1]


def test_a_saved_run_of_sequences_goes_on(train):
    asked = ["parity", "--save", "m.json", "--epochs"]
    train(*asked, "1")
    status, out, _ = train(*asked, "2", "--resume")
    assert status == 0 and out.startswith("goes on after epoch 1 of m.json\n")


def test_predict_says_that_a_network_is_for_sequences(train, capsys):
    train("memory", "--epochs", "1", "--save", "m.json")
    Path("rows.csv").write_text("x\n1\n", encoding="utf-8")
    assert main(["predict", "m.json", "rows.csv"]) == 2
    assert capsys.readouterr().err.endswith("this network is not for rows, but for sequences\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("parity --model gpt", "parity is learned by rnn, gru, lstm, not by gpt"),
        ("memory --heads 2 --loss huber", "memory is a set of sequences: --loss, --heads do not belong to it"),
    ],
)
def test_what_does_not_suit_sequences_is_refused_in_one_line(train, arguments, message):
    status, out, err = train(*arguments.split())
    assert (status, out) == (2, "") and message in err and err.count("\n") == 1
