"""micrograd-nn train on names and digits, and micrograd-nn sample: what they print and write, what they refuse."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from micrograd_nn import MLP, Layer, load, save
from micrograd_nn.__main__ import main, parser
from micrograd_nn.commands import images
from micrograd_nn.commands import train as command
from micrograd_nn.commands.tasks import COLUMNS, NETWORK, OF_GPT, TEXT
from micrograd_nn.data.handwriting import digits
from micrograd_nn.language import NAMES_PATH, read_names
from micrograd_nn.layers import LSTM, Last, Sequential

ROOT = Path(__file__).parent.parent
NAMES = "anna\nben\nbob\neva\nava\nnan\n"  # six names of a, b, e, n, o and v
SMALL = ["--width", "4", "--heads", "2", "--epochs", "2"]


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command in a fresh folder that has names.txt; the status and its two outputs."""
    monkeypatch.chdir(tmp_path)
    Path("names.txt").write_text(NAMES, encoding="utf-8")

    def command(*arguments):
        capsys.readouterr()
        try:
            status = main(arguments)
        except SystemExit as stopped:
            status = stopped.code
        return status, *capsys.readouterr()

    return command


@pytest.fixture
def few_digits(monkeypatch):
    """The command sees only every twelfth of the digits."""
    monkeypatch.setattr(images, "digits", lambda: digits()[::12])


def without_seconds(path):
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    del document["training"]["history"]["seconds"]
    return document


# Names


def test_names_are_learned_by_a_gpt_and_new_ones_printed(run):
    status, out, err = run("train", "names.txt", *SMALL, "-n", "3")
    lines = out.splitlines()
    assert status == 0
    assert lines[:3] == [
        "reads 6 names of 6 different characters",
        "learns which character comes next",
        # 7 tokens of width 4 in and out, 16 positions, 4 matrices of 4 x 4, and 4 -> 16 -> 4
        f"GPT(7 tokens, width 4, 2 heads, 1 block, 16 positions, {2 * 7 * 4 + 16 * 4 + 4 * 16 + 2 * 64} parameters)",
    ]
    assert lines[3].startswith("cross_entropy, Adam(") and lines[3].endswith(" 6 examples")
    assert lines[4].startswith("result: epoch 2  loss ") and len(lines) == 5 + 3
    assert set("".join(lines[5:])) <= set("abenov")
    assert all(line.endswith(" tokens per second") for line in err.splitlines())


@pytest.mark.parametrize("model", ["rnn", "gru", "lstm"])
def test_names_are_learned_by_recurrent_networks(run, model):
    status, out, _ = run("train", "names.txt", "--model", model, "--width", "3", "--epochs", "1", "--save", "m.json")
    assert status == 0
    assert f"Sequential(Embedding(7 -> 3, 21 parameters), {model.upper()}(3 -> 3" in out
    assert run("sample", "m.json", "-n", "2")[0] == 0


def test_the_names_that_come_with_the_package_have_a_name_themselves():
    options = parser().parse_args(["train", "names"])
    assert command.task_for(options, None).n_names == len(read_names(NAMES_PATH))


def test_a_text_may_have_another_ending_if_a_model_is_named(run):
    Path("names.txt").rename("names.csv")
    assert run("train", "names.csv", *SMALL, "--model", "gpt")[0] == 0
    assert "which column of names.csv is to be learned?" in run("train", "names.csv")[2]
    assert run("train", "names.csv")[2].endswith("; as a list of names, it is learned with --model gpt\n")


def test_a_table_may_end_in_txt_if_a_column_is_named(run):
    Path("t.txt").write_text("x,y\n1,2\n2,4\n3,5\n")
    assert run("train", "t.txt", "--target", "y", "--epochs", "1")[1].startswith("reads x\nlearns y, a number\n")


def test_positions_are_as_many_as_the_longest_name_needs(run):
    Path("long.txt").write_text("a" * 20 + "\nab\n")
    assert " 21 positions," in run("train", "long.txt", *SMALL, "--epochs", "1")[1]
    assert run("train", "long.txt", *SMALL, "--positions", "20")[2].endswith(
        "has 20 characters, but with 20 positions there is room for 19: use 21 positions, or leave it out\n"
    )


def test_the_learning_rate_falls_to_0_in_the_course_of_the_run(run):
    run("train", "names.txt", *SMALL, "--batch-size", "4", "--learning-rate", "0.02", "--save", "m.json")
    settings = without_seconds("m.json")["training"]["settings"]
    assert settings["learning_rate"] == {
        "kind": "LinearDecay",
        "learning_rate": 0.02,
        "steps": 2 * 2,
    }  # 6 names in fours


def test_names_can_be_held_out(run):
    status, out, _ = run("train", "names.txt", *SMALL, "--validation", "0.5")
    assert status == 0
    assert ", 3 examples, 3 held out\n" in out and "  validation loss " in out


def test_the_same_seed_prints_the_same_and_another_something_else(run):
    _, out, _ = run("train", "names.txt", *SMALL)
    assert run("train", "names.txt", *SMALL)[1] == out != run("train", "names.txt", *SMALL, "--seed", "1")[1]


def interrupt(monkeypatch, after):
    """Ctrl-C when so many epochs are over."""
    progress = command.progress

    def until(run):
        for epoch in progress(run):
            yield epoch
            if epoch.number == after:
                raise KeyboardInterrupt

    monkeypatch.setattr(command, "progress", until)


@pytest.mark.parametrize("model", ["gpt", "lstm"])
def test_ctrl_c_saves_and_a_resumed_run_ends_with_the_same_bits(run, monkeypatch, model):
    asked = ["train", "names.txt", "--model", model, "--width", "4", "--epochs", "3", "--save"]
    run(*asked, "whole.json")
    with monkeypatch.context() as patch:
        interrupt(patch, after=1)
        status, out, err = run(*asked, "m.json")
    assert status == 130
    assert out.endswith("wrote m.json\n") and err.endswith("stopped after epoch 1 of 3; --resume goes on\n")
    status, out, _ = run(*asked, "m.json", "--resume")
    assert status == 0 and out.startswith("goes on after epoch 1 of m.json\n")
    assert without_seconds("m.json") == without_seconds("whole.json")


def test_other_names_are_no_continuation(run):
    run("train", "names.txt", *SMALL, "--save", "m.json")
    Path("names.txt").write_text(NAMES.replace("bob", "bab").replace("ben", "bon"))
    before = Path("m.json").read_bytes()
    status, _, err = run("train", "names.txt", *SMALL, "--save", "m.json", "--resume")
    assert status == 2 and "the run that was saved had other examples" in err
    assert Path("m.json").read_bytes() == before


def test_characters_that_were_never_learned_are_no_continuation(run):
    run("train", "names.txt", *SMALL, "--save", "m.json")
    Path("names.txt").write_text(NAMES.replace("bob", "boz"))
    before = Path("m.json").read_bytes()
    status, out, err = run("train", "names.txt", *SMALL, "--save", "m.json", "--resume")
    assert (status, out) == (2, "") and Path("m.json").read_bytes() == before
    assert err == "micrograd-nn: m.json: learned from 6 characters, 'abenov', and names.txt has 7, 'abenovz'\n"


@pytest.mark.parametrize(
    ("options", "steps"),
    [  # 2 epochs of 6 steps were asked for
        (["--epochs", "4"], 24),
        (["--batch-size", "2"], 6),
        (["--validation", "0.5"], 6),
    ],
)
def test_a_learning_rate_that_falls_otherwise_is_no_continuation_and_says_which_options_to_repeat(run, options, steps):
    run("train", "names.txt", *SMALL, "--save", "m.json")
    before = Path("m.json").read_bytes()
    status, out, err = run("train", "names.txt", *SMALL, *options, "--save", "m.json", "--resume")
    assert (status, out) == (2, "") and Path("m.json").read_bytes() == before
    assert f"m.json: its learning rate falls to 0 in 12 steps, not {steps}: --resume needs the names, --epochs, " in err


def test_so_many_of_the_names_are_drawn_and_the_same_ones_again(run):
    asked = ["train", "names.txt", *SMALL, "--examples", "3", "--save"]
    status, out, _ = run(*asked, "m.json")
    assert status == 0 and out.startswith("reads 3 names of ") and ", 3 examples\n" in out
    run(*asked, "again.json")
    assert without_seconds("again.json") == without_seconds("m.json")


def test_how_long_an_epoch_takes_is_said_before_it_begins(run, monkeypatch):
    Path("many.txt").write_text("anna\nben\n" * 50)
    monkeypatch.setattr(command, "LONG", 0.0)
    err = run("train", "many.txt", *SMALL, "--epochs", "1")[2]
    assert err.startswith("all 100 examples are measured first; then an epoch takes about 0 minutes, and Ctrl-C ")
    assert "; --examples N learns from N of the names\nepoch 1" in err


def test_short_epochs_are_not_spoken_of_and_the_trial_changes_nothing(run, monkeypatch):
    Path("many.txt").write_text("anna\nben\n" * 50)
    asked = ["train", "many.txt", *SMALL, "--epochs", "1", "--save"]
    assert run(*asked, "m.json")[2].startswith("epoch 1")
    monkeypatch.setattr(command, "TRIED", 1000)
    run(*asked, "untried.json")
    assert without_seconds("untried.json") == without_seconds("m.json")


def test_names_that_a_terminal_would_obey_are_printed_as_text(run):
    Path("n.txt").write_bytes(b"\x1b[31m\n\x07\n")
    _, out, _ = run("train", "n.txt", *SMALL, "--save", "m.json", "-n", "20")
    sampled = run("sample", "m.json", "-n", "20")[1]
    assert out.splitlines()[5:-1] == sampled.splitlines()
    assert "\\x1b" in sampled and "\x1b" not in out and "\x07" not in out


@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(28, "no room"), KeyboardInterrupt()])
def test_names_that_cannot_be_printed_do_not_cost_the_network(run, monkeypatch, error):
    def tell(*_):
        raise error

    monkeypatch.setattr(command, "tell", tell)
    monkeypatch.setattr("micrograd_nn.__main__.silence_output", lambda: None)
    run("train", "names.txt", *SMALL, "--save", "m.json")
    assert len(load("m.json").parameters()) == 312


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "n.txt: there are no names, where one a line is needed"),
        (b"anna\0\n", "n.txt, line 1: a NUL byte"),
        (b"anna\n\xff\xfe\n", "n.txt, line 2: byte 0xff is not UTF-8"),
        (b"anna\n" + b"b" * 300, "n.txt, line 2: 300 characters, where a name has at most 200"),
    ],
)
def test_a_file_that_has_no_names_is_one_line_and_nothing_is_written(run, content, message):
    Path("n.txt").write_bytes(content)
    status, out, err = run("train", "n.txt", "--save", "m.json")
    assert (status, out) == (2, "") and message in err
    assert err.startswith("micrograd-nn: ") and err.count("\n") == 1
    assert not Path("m.json").exists()


def test_windows_line_ends_make_no_difference(run):
    Path("windows.txt").write_bytes(b"\xef\xbb\xbf" + NAMES.replace("\n", "\r\n").encode())
    assert run("train", "windows.txt", *SMALL)[1] == run("train", "names.txt", *SMALL)[1]


# Digits


@pytest.mark.usefixtures("few_digits")
def test_digits_are_learned_by_kernels_and_saved(run):
    status, out, _ = run("train", "digits", "--epochs", "1", "--save", "m.json")
    assert status == 0
    assert out.startswith(
        "reads images of 8 x 8 points\nlearns the digit, one of 10 classes\nSequential(Conv2d(1 -> 4, "
    )
    # a map of 6 x 6 from each of 4 kernels, of which 3 x 3 are left: 36 numbers
    assert "Flatten(), Layer(36 -> 10 linear, 370 parameters))" in out
    assert ", 50 examples, 13 held out\n" in out  # a fifth of 63
    assert len(load("m.json").parameters()) == 40 + 370


@pytest.mark.usefixtures("few_digits")
def test_digits_are_learned_with_another_loss(run):
    status, out, _ = run("train", "digits", "--epochs", "1", "--loss", "mean_squared_error", "--validation", "0")
    assert status == 0
    assert "mean_squared_error, " in out and ", 63 examples\n" in out and "  accuracy " in out


@pytest.mark.usefixtures("few_digits")
def test_of_fewer_digits_than_a_usual_batch_all_make_one(run):
    status, out, _ = run("train", "digits", "--epochs", "1", "--validation", "0.97")  # 61 of 63
    assert status == 0 and ", 2 examples, 61 held out\n" in out


# Options that do not belong


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("digits --hidden 8", "digits is a set of images: --hidden does not belong to it"),
        ("digits --html d.html", "digits is a set of images: --html does not belong to it"),
        ("digits --target x --model gpt", "digits is a set of images: --target, --model do not belong to it"),
        ("moons --samples 3", "moons is a made-up set: --samples does not belong to it"),
        ("names --hidden 8 --html n.html", "names is a list of names for gpt: --hidden, --html do not belong to it"),
        ("names.txt --model rnn --heads 2", "names.txt is a list of names for rnn: --heads does not belong to it"),
        ("names.txt --loss hinge", "names.txt is a list of names for gpt: --loss does not belong to it"),
        ("names.txt --model gtp", "argument --model: invalid choice: 'gtp' (choose from "),
        ("names.txt --width 6", "n_heads must divide the width: 6 is no multiple of 4"),
        ("names.txt --examples 7", "--examples 7 asks for more names than there are, 6"),
        ("names.txt --batch-size -2", "batch_size must be at least 1, not -2"),
        ("names.txt --epochs -1", "epochs must be at least 1, not -1"),
        ("names.csv", "names.csv: there is no such file"),
        ("names.txt --width 0", "argument --width: a whole number from 1 is needed, not '0'"),
        ("names.txt --samples x", "argument -n/--samples: a whole number from 1 is needed, not 'x'"),
        ("names.txt --temperature 0", "argument --temperature: a temperature is a number above 0, not '0'"),
        ("names.txt --temperature nan", "argument --temperature: a temperature is a number above 0, not 'nan'"),
        ("names.txt --epochs 0", "epochs must be at least 1, not 0"),
        ("names.txt --batch-size 7", "batch_size 7 is larger than the number of examples, 6"),
        ("none.txt", "none.txt: there is no such file"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_is_needed(run, arguments, message):
    status, out, err = run("train", *arguments.split())
    assert (status, out) == (2, "") and message in err and err.count("\n") == 1


def test_every_special_option_is_an_option():
    known = vars(parser().parse_args(["train", "xor"]))
    assert {*NETWORK, *COLUMNS, *TEXT, *OF_GPT} <= set(known)


# Sampling


@pytest.fixture
def saved(run):
    """Runs `sample` on a network that learned the names."""
    run("train", "names.txt", *SMALL, "--save", "m.json")
    return lambda *arguments: run("sample", "m.json", *arguments)


def test_a_saved_network_makes_names_one_a_line(saved):
    status, out, err = saved("-n", "7", "--temperature", "0.8", "--seed", "1")
    assert (status, err) == (0, "")
    assert len(out.split("\n")) == 8 and set(out) <= set("abenov\n")


def test_sampling_depends_on_the_seed_alone(saved):
    assert saved("--seed", "3")[1] == saved("--seed", "3")[1] != saved("--seed", "4")[1]
    assert len(saved()[1].splitlines()) == 10


def test_names_at_the_end_of_training_are_those_that_sample_gives(run, saved):
    _, out, _ = run("train", "names.txt", *SMALL, "--save", "m.json", "--seed", "5")
    assert out.splitlines()[-11:-1] == saved("--seed", "5")[1].splitlines()


def test_names_are_printed_while_they_are_drawn(saved, tmp_path):
    script = f"{sys.executable} -m micrograd_nn sample m.json -n 1000000000000 | head -n 2"
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.stdout.splitlines() == saved("-n", "2")[1].splitlines() and done.stderr == ""


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (MLP(4, [3], seed=1), "cannot have learned this: expected 4 inputs, got 16"),
        (Sequential(LSTM(1, 2, seed=1), Last()), "does not say which character comes next"),
        (Layer(16, 7, seed=1), "does not say which character comes next"),
    ],
)
def test_a_network_that_is_not_what_its_metadata_say_makes_no_names(saved, run, model, message):
    metadata = json.loads(Path("m.json").read_text(encoding="utf-8"))["metadata"] if saved() else {}
    save(model, "other.json", metadata=metadata)
    status, out, err = run("sample", "other.json")
    assert (status, out) == (2, "") and "other.json: metadata: the network in this file " + message in err


def test_predict_says_that_a_network_cannot_have_learned_rows(saved, run):
    run("train", "xor", "--epochs", "1", "--save", "x.json")
    metadata = json.loads(Path("x.json").read_text(encoding="utf-8"))["metadata"] if saved() else {}
    save(load("m.json"), "other.json", metadata=metadata)
    Path("rows.csv").write_text("x1,x2\n1,0\n")
    status, out, err = run("predict", "other.json", "rows.csv")
    assert (status, out) == (2, "") and err.count("\n") == 1
    assert "other.json: metadata: the network in this file cannot have learned this: time step 1: a token must " in err


def test_predict_says_that_a_network_is_for_names_or_images(run, saved, few_digits):
    Path("rows.csv").write_text("x\n1\n")
    assert run("predict", "m.json", "rows.csv")[2].endswith(
        "m.json: metadata: this network is not for rows, but for names: `micrograd-nn sample` makes new ones\n"
    )
    run("train", "digits", "--epochs", "1", "--save", "d.json")
    assert run("predict", "d.json", "rows.csv")[2].endswith("this network is not for rows, but for images\n")


def test_sample_says_that_a_network_is_not_for_names(run):
    run("train", "xor", "--epochs", "1", "--save", "x.json")
    status, out, err = run("sample", "x.json")
    assert (status, out) == (2, "")
    assert "nothing says which characters there are; `micrograd-nn train names.txt --save` writes that" in err


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("vocabulary", "ab", "the model has 7 logits a token, but the vocabulary 3 tokens"),
        ("vocabulary", 3, "m.json: metadata: 'vocabulary' must be a text, not 3"),
        ("vocabulary", "", "a vocabulary needs at least one character"),
        ("positions", 40, "a sequence of 40 time steps is longer than the 16 positions"),
        ("positions", 0, "m.json: metadata: 'positions' must be at least 1, not 0"),
        ("positions", 10**9, "m.json: metadata: 'positions' must be at most 201, not 1000000000"),
        ("positions", None, "m.json: metadata: 'positions' must be a whole number, not null"),
    ],
)
def test_a_file_that_was_changed_is_refused_in_one_line(saved, field, value, message):
    document = json.loads(Path("m.json").read_text(encoding="utf-8"))
    document["metadata"][field] = value
    Path("m.json").write_text(json.dumps(document), encoding="utf-8")
    status, out, err = saved()
    assert (status, out) == (2, "") and message in err and err.count("\n") == 1


@pytest.mark.parametrize("name", ["nothing.json", "names.txt"])
def test_what_is_no_model_file_is_refused_in_one_line(run, name):
    status, _, err = run("sample", name)
    assert status == 2 and err.startswith(f"micrograd-nn: {name}: ") and err.count("\n") == 1
