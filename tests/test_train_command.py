"""micrograd-nn train: what it prints and writes, what it goes on from, and what it says to bad input."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from micrograd_nn import load
from micrograd_nn.__main__ import main
from micrograd_nn.commands import train as command
from micrograd_nn.commands.tables import RECIPES
from tests.benchmarks import learning

ROOT = Path(__file__).parent.parent
ROWS = [["size", "colour", "price"], *[[f"{i % 7}.5", ("red", "blue")[i % 2], str(3 * i)] for i in range(30)]]


def table(rows=ROWS, comma=",", newline="\n"):
    """The text of a CSV file."""
    return "".join(comma.join(row) + newline for row in rows)


@pytest.fixture
def train(tmp_path, monkeypatch, capsys):
    """Runs the command in a fresh folder; the status and its two outputs."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        capsys.readouterr()
        try:
            status = main(["train", *arguments])
        except SystemExit as stopped:
            status = stopped.code
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def interrupted_after(monkeypatch):
    """Ctrl-C, or something worse, when epoch n is over; after None never."""
    progress = command.progress

    def arrange(n, error=KeyboardInterrupt):
        def until(run):
            for epoch in progress(run):
                yield epoch
                if epoch.number == n:
                    raise error

        monkeypatch.setattr(command, "progress", until)

    return arrange


def without_seconds(path):
    """A file of a run, but for the time that it took."""
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    del document["training"]["history"]["seconds"]
    return document


def test_xor_is_learned_as_it_comes(train):
    status, out, err = train("xor")
    assert status == 0
    assert out.startswith("reads x1, x2\nlearns y, one of 2 classes\nMLP(2 -> 8 tanh -> 1 linear, 33 parameters)\n")
    assert out.splitlines()[-1].startswith("result: epoch 100 ") and out.endswith("accuracy 100 %\n")
    assert err.count("\n") == 10


@pytest.mark.parametrize("name", [*RECIPES, "iris"])
def test_every_set_can_be_learned(name, train):
    status, out, _ = train(name, "--epochs", "1")
    assert status == 0
    assert "\nresult: epoch 1  loss " in out


@pytest.mark.parametrize("loss", ["mean_squared_error", "huber", "hinge", "binary_cross_entropy", "cross_entropy"])
def test_two_classes_are_learned_with_every_loss(loss, train):
    status, out, _ = train("or", "--loss", loss, "--learning-rate", "0.1")
    assert status == 0
    assert out.splitlines()[3].startswith(f"{loss}, ")
    assert out.endswith("accuracy 100 %\n")


@pytest.mark.parametrize("seed", ["0", "-1", "99999999999999999999999"])
def test_the_same_seed_prints_the_same_and_another_something_else(seed, train):
    _, out, _ = train("moons", "--epochs", "2", "--batch-size", "50", "--seed", seed)
    assert train("moons", "--epochs", "2", "--batch-size", "50", "--seed", seed)[1] == out
    assert train("moons", "--epochs", "2", "--batch-size", "50", "--seed", "7")[1] != out


@pytest.mark.parametrize(
    ("hidden", "model"),
    [("3", "2 -> 3 tanh -> 1"), ("4,2", "2 -> 4 tanh -> 2 tanh -> 1"), ("0", "2 -> 1")],
)
def test_hidden_layers_are_as_asked(hidden, model, train):
    assert f"MLP({model} linear" in train("xor", "--epochs", "1", "--hidden", hidden)[1]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + table().encode(),
        table(newline="\r\n").encode(),
        table(newline="\r").encode(),
        table(comma=";").encode(),
        table(comma="\t").encode(),
        b"\n\n" + table(newline="\n\n").encode(),
        table([[f'"{cell}"' for cell in row] for row in ROWS]).encode(),
        table([[f" {cell} " for cell in row] for row in ROWS]).encode(),
        table().rstrip().encode(),
    ],
    ids=["BOM", "CRLF", "CR", "semicolons", "tabs", "empty lines", "quotes", "spaces", "no last newline"],
)
def test_how_a_table_is_written_makes_no_difference(content, train):
    Path("a.csv").write_bytes(table().encode())
    Path("b.csv").write_bytes(content)
    status, out, _ = train("a.csv", "--target", "price", "--epochs", "2")
    assert status == 0
    assert train("b.csv", "--target", "price", "--epochs", "2")[1] == out


def test_numbers_that_may_be_classes_are_learned_as_numbers_and_it_says_so(train):
    Path("xor.csv").write_text("a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    _, out, _ = train("xor.csv", "--target", "y")
    assert out.startswith(
        "reads a, b\nlearns y, a number; its 2 different values are learned as classes with --classes\n"
    )
    assert "mean_squared_error, " in out
    _, out, _ = train("xor.csv", "--target", "y", "--classes")
    assert out.startswith("reads a, b\nlearns y, one of 2 classes\n")
    assert "binary_cross_entropy_with_logits, " in out and out.endswith("accuracy 100 %\n")


@pytest.mark.parametrize(
    "rows",
    [
        [["x", "y"], ["1", "2"], ["2", "4"]],
        [["x", "same", "y"], *[[str(i), "7", str(i)] for i in range(25)]],
        [["x", "y"], *[[f"{i}e200", f"{i}e-200"] for i in range(25)]],
        [["x", "y"], *[[str(i), str(i * i)] for i in range(2000)]],
    ],
    ids=["two rows", "a constant column", "huge and tiny numbers", "two thousand rows"],
)
def test_a_table_may_be_unusual(rows, train):
    Path("t.csv").write_text(table(rows))
    status, out, _ = train("t.csv", "--target", "y", "--epochs", "1")
    assert status == 0
    assert "\nresult: epoch 1  loss " in out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "t.csv: the file is empty"),
        (b"x,y\n", "t.csv: no rows below the header"),
        (b"x,y\n1,2\n", "t.csv: column 'y' is 2.0 in every row: nothing to learn"),
        (b"x,y\n1,a\n2,a\n", "t.csv: column 'y' is 'a' in every row: nothing to learn"),
        (b"x,Y\n1,2\n", "no column 'y': there are 'x', 'Y'"),
        (b"x,years\n1,2\n", "no column 'y': there are 'x', 'years'"),
        (b"x,y\n1,2\n3\n", "t.csv, line 3: 1 cell, but the header has 2"),
        (b"x,y\n1,2\n,3\n", "t.csv, line 3, column 'x': an empty cell: --skip-incomplete leaves such rows out"),
        (
            b"x,y\n1,NA\n,3\n3,4\n",
            "line 2, column 'y': a missing cell, 'NA', and 1 more row has one: --skip-incomplete",
        ),
        (b"x,y\n1,2\n2,two\n3,4\n", "t.csv, line 3, column 'y': 'two' is not a number"),
        (b"x,y\n" + b"".join(b"%d,y%d\n" % (i, i) for i in range(60)), "60 different texts in 60 rows are no classes"),
        (
            b"the name,y\n" + b"".join(b"x%d,%d\n" % (i, i) for i in range(60)),
            "60 different texts in 60 rows are no categories: --without 'the name' leaves the column out",
        ),
        (
            b"\"a, 'b'\",y\n" + b"".join(b"x%d,%d\n" % (i, i) for i in range(60)),
            """no categories: --without '"a, '"'"'b'"'"'"' leaves the column out""",
        ),
        (b"x,y\n1,2\n2,1e400\n3,4\n", "t.csv, line 3, column 'y': '1e400' is not a number"),
        (b"x,x,y\n1,2,3\n", "t.csv, line 1: 2 columns are called 'x'"),
        (b"y\n1\n2\n", "t.csv: no columns beside the target 'y'"),
        (b"1,2\n3,4\n", "t.csv: the first row has only numbers, where a header with names is needed"),
        (b'x,y\n"1,2\n3,4\n', "t.csv, line 2: unexpected end of data; is a quote left open?"),
        ("x,y\n1,é\n".encode("latin-1"), "t.csv, line 2: byte 0xe9 is not UTF-8; save as UTF-8"),
        (b"x,y\n1,\0\n", "t.csv, line 2: a NUL byte"),
        (b"x,y\n1e308,1.7e308\n1,1.7e308\n2,-1.7e308\n", "column 'y', scaled to deviations from the mean, must be"),
    ],
)
def test_a_table_that_cannot_be_learned_is_one_line_that_names_its_place(content, message, train):
    Path("t.csv").write_bytes(content)
    status, out, err = train("t.csv", "--target", "y", "--save", "t.json")
    assert (status, out) == (2, "")
    assert message in err
    assert err.startswith("micrograd-nn: ") and err.count("\n") == 1
    assert not Path("t.json").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "the following arguments are required: DATA; see micrograd-nn train --help"),
        ("moon", "nothing to learn is called 'moon': did you mean moons?"),
        ("t.csv", "t.csv: there is no such file"),
        (".", ".: Is a directory"),
        ("xor --target y", "xor is a made-up set: --target does not belong to it"),
        ("xor --classes --without x1", "xor is a made-up set: --classes, --without do not belong to it"),
        ("iris --skip-incomplete", "iris is a set with columns of its own: --skip-incomplete does not belong to it"),
        ("xor --hidden 8,,8", "argument --hidden: sizes are whole numbers, such as 8,8, not '8,,8'"),
        ("xor --hidden 0,0", "argument --hidden: a layer has at least 1 neuron"),
        ("xor --hidden -1", "argument --hidden: a layer has at least 1 neuron"),
        ("xor --activation tan", "argument --activation: invalid choice: 'tan' (choose from"),
        ("xor --dropout 0.5 --hidden 0", "dropout 0.5 needs a hidden layer"),
        ("xor --dropout 1", "the rate of dropout must be at least 0 and below 1, not 1.0"),
        ("xor --epochs 0", "epochs must be at least 1, not 0"),
        ("xor --epochs ten", "argument --epochs: invalid int value: 'ten'"),
        ("xor --batch-size 0", "batch_size must be at least 1, not 0"),
        ("xor --batch-size 5", "batch_size 5 is larger than the number of examples, 4"),
        ("xor --loss l2", "argument --loss: unknown loss 'l2': there are mean_squared_error, "),
        ("xor --loss hing", "cross_entropy; did you mean 'hinge'?"),
        ("xor --loss MSE", "cross_entropy; did you mean 'mean_squared_error'?"),
        ("xor --loss mae", "cross_entropy; did you mean 'mean_absolute_error'?"),
        ("xor --loss bce", "cross_entropy; did you mean 'binary_cross_entropy'?"),
        ("xor --loss logloss", "cross_entropy; did you mean 'binary_cross_entropy'?"),
        ("xor --loss ce", "cross_entropy; did you mean 'cross_entropy'?"),
        ("xor --loss CrossEntropy", "cross_entropy; did you mean 'cross_entropy'?"),
        ("xor --loss softmax", "cross_entropy; did you mean 'cross_entropy'?"),
        ("blobs --loss hinge", "hinge tells two classes apart, and here are 3"),
        ("line --loss cross_entropy", "cross_entropy tells classes apart, and the target is a number"),
        ("xor --optimizer Adam", "argument --optimizer: invalid choice: 'Adam' (choose from"),
        ("xor --learning-rate 0", "learning_rate must be above 0 and finite, not 0.0"),
        ("xor --learning-rate nan", "learning_rate must be above 0 and finite, not nan"),
        ("line --optimizer sgd --learning-rate 1e300", "training diverged in epoch "),
        ("line --optimizer sgd --learning-rate 1e300", "; try --learning-rate below 1e+300, --clip-norm 1, or "),
        ("xor --l1 -1", "l1 must be 0 or above and finite, not -1.0"),
        ("xor --l2 inf", "l2 must be 0 or above and finite, not inf"),
        ("xor --clip-norm 0", "clip_norm must be above 0 and finite, not 0.0"),
        ("xor --validation 1", "argument --validation: a share is a number from 0 to below 1, not '1'"),
        ("xor --validation -0.1", "argument --validation: a share is a number from 0 to below 1, not '-0.1'"),
        ("xor --validation nan", "argument --validation: a share is a number from 0 to below 1, not 'nan'"),
        ("xor --validation 0.1", "0.1 of 4 examples holds out 0; at least one must be held out"),
        ("xor --patience 0", "patience must be at least 1, not 0"),
        ("xor --resume", "--resume goes on from the file that --save names: --save FILE --resume"),
        ("xor --save xor.txt", "cannot write xor.txt: end it in .json"),
        ("xor --html xor.txt", "cannot write xor.txt: end it in .html"),
        ("xor --save nowhere/xor.json", "nowhere: there is no such folder"),
        ("xor --save file/xor.json", "file: there is no such folder"),
        ("xor --html folder.html", "folder.html: nothing can be written there"),
        ("xor --svg xor.svg", "unrecognized arguments: --svg xor.svg"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_is_needed(arguments, message, train):
    Path("file").touch()
    Path("folder.html").mkdir()
    status, _, err = train(*arguments.split())
    assert status == 2
    assert message in err.splitlines()[-1]
    assert err.startswith(("micrograd-nn: ", "epoch ")) and "Traceback" not in err and "usage:" not in err


@pytest.mark.parametrize(
    "arguments", ["line --target y", "t.csv --target y", "line --optimizer sgd --learning-rate 1e300"]
)
def test_a_mistake_leaves_existing_files_as_they_are(arguments, train):
    for name in ("m.json", "m.html"):
        Path(name).write_text("old")
    assert train(*arguments.split(), "--save", "m.json", "--html", "m.html")[0] == 2
    assert {Path(name).read_text() for name in ("m.json", "m.html")} == {"old"}


OPTIONS = [
    *("--hidden", "--activation", "--dropout", "--epochs", "--batch-size", "--loss", "--optimizer", "--learning-rate"),
    *("--l1", "--l2", "--clip-norm", "--patience", "--validation", "--seed", "--target", "--without"),
]
TEXTS = st.one_of(
    st.sampled_from(["", "0", "1", "-1", "2,2", "nan", "inf", "-inf", "1e300", "1e-300", "0.5", "3.0", "hinge", "%s"]),
    st.text(max_size=3),
    st.floats(-1e3, 3.0).map(str),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(OPTIONS), TEXTS, max_size=3))
def test_no_option_gives_a_traceback(train, options):
    status, _, err = train("xor", "--epochs=2", *[f"{name}={text}" for name, text in options.items()])
    assert status in (0, 2)
    assert status == 0 or err.splitlines()[-1].startswith("micrograd-nn: ")


def test_columns_are_left_out_as_in_a_row_of_a_csv_file(train):
    Path("t.csv").write_text('id,"width, cm",x,y\n' + "".join(f"a{i},{i},{i},{i}\n" for i in range(9)))
    status, out, _ = train("t.csv", "--target", "y", "--epochs", "1", "--without", 'id, "width, cm"')
    assert (status, out.splitlines()[0]) == (0, "reads x")
    _, again, _ = train("t.csv", "--target", "y", "--epochs", "1", "--without", "id", "--without", '"width, cm"')
    assert again == out


def test_names_of_columns_stand_in_one_line(train):
    _, _, err = train("t.csv", "--without", "a\nb")
    assert "argument --without: names stand in one line, such as id,name, not 'a\\nb'" in err


def test_incomplete_rows_are_left_out_and_it_says_so(train):
    Path("t.csv").write_text("x,y\n" + "".join(f"{i if i % 4 else 'NA'},{i}\n" for i in range(12)))
    status, out, _ = train("t.csv", "--target", "y", "--epochs", "1", "--skip-incomplete")
    assert (status, out.splitlines()[0]) == (0, "left out 3 incomplete rows")
    assert ", 9 examples\n" in out


def test_a_number_is_measured_on_the_rows_held_out_if_there_are_some(train):
    Path("t.csv").write_text(table())
    _, out, _ = train("t.csv", "--target", "price", "--epochs", "2")
    assert re.fullmatch(r"price: off by \d+(\.\d+)? in the mean on 6 rows held out", out.splitlines()[-1])


def test_the_mean_distance_on_the_rows_is_that_of_predict(train, capsys):
    Path("t.csv").write_text("x,price\n" + "".join(f"{i},{1000 * i * i}\n" for i in range(12)))
    _, out, _ = train("t.csv", "--target", "price", "--epochs", "20", "--save", "m.json")
    assert main(["predict", "m.json", "t.csv"]) == 0
    assert out.splitlines()[-2] == capsys.readouterr().err.rstrip() + " on 12 rows trained on"


def test_classes_have_no_distance(train):
    assert "off by" not in train("iris", "--epochs", "1")[1]


def test_a_loss_that_rose_gets_advice(train):
    status, out, err = train("moons", "--optimizer", "sgd", "--learning-rate", "1e6", "--epochs", "3")
    last = re.search(r"result: epoch 3  loss (\S+)", out)[1]
    advice = rf"the loss rose from 0\.\d+ to {re.escape(last)}: try a smaller --learning-rate \(it is 1e\+06\)\n"
    assert status == 0
    assert re.fullmatch(advice, err.splitlines(keepends=True)[-1])


def test_a_loss_that_fell_gets_none(train):
    assert "rose" not in train("moons", "--epochs", "3")[2]


def test_a_network_too_large_for_a_report_is_refused_before_training(train):
    status, out, err = train("xor", "--html", "xor.html", "--hidden", "300")
    assert (status, out) == (2, "")  # 300 · 3 parameters of the hidden neurons, and 301 of the last
    message = "a report shows at most 300 neurons and 15,000 parameters, not 301 and 1,201: train a smaller network"
    assert err == f"micrograd-nn: {message}\n"


def test_what_is_saved_is_the_model_that_was_trained(train):
    status, out, _ = train("xor", "--save", "xor.json")
    assert (status, out.splitlines()[-1]) == (0, "wrote xor.json")
    model = load("xor.json")
    assert [model(x).data > 0 for x in ([0, 0], [0, 1], [1, 0], [1, 1])] == [False, True, True, False]


def test_the_model_that_patience_leaves_is_the_best(train):
    arguments = ["moons", "--epochs", "40", "--learning-rate", "1", "--validation", "0.3", "--patience", "3"]
    _, out, _ = train(*arguments, "--save", "m.json")
    history = without_seconds("m.json")["training"]["history"]["validation_loss"]
    best = history.index(min(history))
    assert best < len(history) - 1
    assert out.splitlines()[4].startswith(f"best: epoch {best} ")
    saved = json.loads(Path("m.json").read_text(encoding="utf-8"))
    assert list(saved["parameters"].values()) == saved["training"]["best_parameters"]


def test_a_report_is_one_page(train):
    status, out, _ = train("xor", "--epochs", "3", "--html", "xor.html")
    assert (status, out.splitlines()[-1]) == (0, "wrote xor.html")
    page = Path("xor.html").read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert "<title>xor: y</title>" in page


RUN = ["moons", "--epochs", "6", "--batch-size", "30", "--dropout", "0.2", "--optimizer", "momentum", "--seed", "3"]


def test_ctrl_c_saves_and_a_resumed_run_ends_with_the_same_bits(train, interrupted_after):
    train(*RUN, "--save", "whole.json")
    interrupted_after(2)
    status, out, err = train(*RUN, "--save", "m.json", "--html", "m.html")
    assert status == 130
    assert out.endswith("wrote m.json\nwrote m.html\n")
    assert err.endswith("stopped after epoch 2 of 6; --resume goes on\n")
    interrupted_after(None)
    status, out, _ = train(*RUN, "--save", "m.json", "--resume")
    assert status == 0
    assert out.startswith("goes on after epoch 2 of m.json\n")
    assert without_seconds("m.json") == without_seconds("whole.json")


def test_ctrl_c_with_nothing_to_save_says_where_it_stopped(train, interrupted_after):
    interrupted_after(2)
    status, out, err = train("moons")
    assert status == 130
    assert out.splitlines()[-1].startswith("result: epoch 2 ")
    assert err.endswith("stopped after epoch 2 of 100; nothing was saved: --save FILE would have\n")
    assert not list(Path().iterdir())


def test_a_compiled_run_prints_the_same_and_what_runs_it(train):
    plain, compiled = (train("xor", "--epochs", "20", *more)[1].splitlines() for more in ([], ["--compiled"]))
    assert [line for line in compiled if not line.startswith(("compiled: C", "compiled: Python"))] == plain
    assert len(compiled) == len(plain) + 1


def test_what_cannot_be_compiled_is_said_in_one_line(train):
    status, out, err = train("xor", "--epochs", "2", "--dropout", "0.5", "--compiled")
    assert status == 0 and "warning" not in err.lower()
    assert "not compiled: random numbers are drawn anew for every example, as dropout draws them" in out.splitlines()


def test_ctrl_c_with_patience_calls_nothing_the_best(train, interrupted_after):
    interrupted_after(2)
    assert train("moons", "--patience", "50")[1].splitlines()[-1].startswith("result: epoch 2 ")


def test_a_run_that_was_killed_goes_on_from_where_it_last_saved(train, interrupted_after, monkeypatch):
    train(*RUN, "--save", "whole.json")
    monkeypatch.setattr(command, "SAVE_EVERY", -1.0)  # so after every epoch
    interrupted_after(4, SystemExit)  # past all that would save in the end
    train(*RUN, "--save", "m.json")
    interrupted_after(None)
    assert train(*RUN, "--save", "m.json", "--resume")[1].startswith("goes on after epoch 4 of m.json\n")
    assert without_seconds("m.json") == without_seconds("whole.json")


def test_without_a_file_to_go_on_from_a_run_begins(train):
    status, out, _ = train("xor", "--epochs", "2", "--save", "m.json", "--resume")
    assert (status, out.splitlines()[0]) == (0, "reads x1, x2")


def test_more_epochs_can_be_asked_for(train):
    train("moons", "--epochs", "5", "--save", "whole.json")
    train("moons", "--epochs", "2", "--save", "m.json")
    assert train("moons", "--epochs", "5", "--save", "m.json", "--resume")[0] == 0
    assert without_seconds("m.json") == without_seconds("whole.json")


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ("--hidden 3", "sizes"),
        ("--learning-rate 0.5", "learning_rate"),
        ("--optimizer sgd", "optimizer"),
        ("--batch-size 7", "batch_size"),
        ("--loss hinge", "loss"),
        ("--validation 0.5", "examples"),
        ("--seed 1", "examples"),
        ("--activation relu", "activation"),
        ("--dropout 0.5", "dropout"),
    ],
)
def test_only_the_run_that_was_saved_can_go_on(other, message, train):
    train("moons", "--epochs", "1", "--save", "m.json")
    before = Path("m.json").read_bytes()
    status, _, err = train("moons", "--epochs", "2", "--save", "m.json", "--resume", *other.split())
    assert status == 2
    assert err.startswith("micrograd-nn: m.json: ") and message in err and err.count("\n") == 1
    assert Path("m.json").read_bytes() == before


@pytest.mark.parametrize("content", ["", "{}", "[]", "old", '{"format": "micrograd_nn model", "version": 1}'])
def test_a_file_that_holds_no_run_cannot_go_on_and_stays(content, train):
    Path("m.json").write_text(content)
    status, _, err = train("xor", "--save", "m.json", "--resume")
    assert status == 2
    assert err.startswith("micrograd-nn: m.json: ") and err.count("\n") == 1
    assert Path("m.json").read_text() == content


@pytest.mark.parametrize("arguments", [["--help"], *[[name, "--help"] for name in ("train", "predict", "sample")]])
def test_help_fits_into_80_columns(arguments, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def start(*arguments, cwd):
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
    pipe = subprocess.PIPE
    arguments = [sys.executable, "-m", "micrograd_nn", "train", *arguments]
    return subprocess.Popen(arguments, stdout=pipe, stderr=pipe, text=True, cwd=cwd, env=environment)


def test_a_real_ctrl_c_ends_with_130_and_a_file_that_loads(tmp_path):
    with start("xor", "--epochs", "1000000", "--save", "m.json", cwd=tmp_path) as process:
        for _ in range(4):
            process.stdout.readline()  # what is read and learned, by what, and how: from here on it trains
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130
    assert out.endswith("wrote m.json\n")
    assert err.startswith("stopped after epoch ") and err.count("\n") == 1
    assert repr(load(tmp_path / "m.json")) == "MLP(2 -> 8 tanh -> 1 linear, 33 parameters)"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_an_output_without_room_is_one_line_and_2(tmp_path):
    command = [sys.executable, "-m", "micrograd_nn", "train", "xor", "--epochs", "1"]
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment)
    assert done.returncode == 2
    assert done.stderr.endswith("micrograd-nn: cannot write the output: No space left on device\n")
    assert "Traceback" not in done.stderr


def test_a_reader_that_stops_early_hinders_no_saving(tmp_path):
    script = f"{sys.executable} -m micrograd_nn train xor --save m.json 2>&- | true; echo ${{PIPESTATUS[0]}}"
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.stdout == "0\n"
    assert repr(load(tmp_path / "m.json")) == "MLP(2 -> 8 tanh -> 1 linear, 33 parameters)"


def test_without_outputs_it_trains_and_saves(train, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert train("xor", "--epochs", "1", "--save", "m.json")[0] == 0
    assert Path("m.json").exists()


@pytest.mark.parametrize("name", ["xor", "blobs"])
def test_the_benchmark_of_learning_has_the_runs_of_the_command(name, capsys):
    run = learning.default_run(name, seed=3)
    assert main(["train", name, "--seed", "3"]) == 0
    assert f"result: {run.history[-1]}" in capsys.readouterr().out.splitlines()


def test_a_balanced_target_of_two_numbers_is_learned_as_a_number(tmp_path, capsys):
    rows = "".join(f"{i},{i % 2}\n" for i in range(20))
    path = tmp_path / "t.csv"
    path.write_text("x,y\n" + rows, encoding="utf-8")
    assert main(["train", str(path), "--target", "y", "--epochs", "2"]) == 0
    out = capsys.readouterr().out
    assert "learns y, a number; its 2 different values are learned as classes with --classes" in out
    assert "accuracy" not in out
