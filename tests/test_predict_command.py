"""micrograd-nn predict: raw rows in, answers out, and what is said of files that do not fit."""

import csv
import io
import json
import os
import subprocess
import sys
from math import exp, tanh
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import MLP, save
from micrograd_nn.__main__ import main

ROOT = Path(__file__).parent.parent
NAMES = ('small, "red"', "big; blue", "x\ty")  # of classes: a comma and quotes, a semicolon, a tab


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with tables, and with networks that learned them."""
    path = tmp_path_factory.mktemp("predict")
    with open(path / "fruit.csv", "w", newline="", encoding="utf-8") as file:
        rows = [[i % 7 + 0.5, ("red", "green")[i % 2], 1e6 + i, NAMES[i % 3]] for i in range(30)]
        csv.writer(file).writerows([["width, cm", "colour", "price", "kind"], *rows])
    (path / "xor.csv").write_text("x1,x2\n0,0\n0,1\n1,0\n1,1\n")
    table = str(path / "fruit.csv")
    for name, arguments in {
        "xor": ["xor"],
        "price": [table, "--target", "price", "--epochs", "30"],
        "kind": [table, "--target", "kind", "--epochs", "5"],
        "margin": ["xor", "--loss", "hinge", "--epochs", "2"],
        "distance": [table, "--target", "kind", "--loss", "huber", "--epochs", "2"],
    }.items():
        assert main(["train", *arguments, "--save", str(path / f"{name}.json")]) == 0
    return path


@pytest.fixture
def predict(folder, capsys):
    """Runs the command on a model and a file of the folder; the status and its two outputs."""
    capsys.readouterr()

    def run(model, rows):
        status = main(["predict", str(folder / model), str(folder / rows)])
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def fruit(folder):
    """The table of fruit, cells as text, and a way to write another one."""
    with open(folder / "fruit.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    def write(rows):
        with open(folder / "other.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        return "other.csv"

    return rows, write


def answers(out, column):
    return [row[column] for row in csv.DictReader(io.StringIO(out))]


def by_hand(document, inputs):
    """The outputs of MLP(n, [m, k]) with tanh, from the numbers in its file."""
    parameters = document["parameters"]

    def layer(n, xs):
        size = document["model"]["sizes"][n - 1]
        names = [f"layer{n}.neuron{j}" for j in range(1, size + 1)]
        return [parameters[f"{j}.b"] + sum(parameters[f"{j}.w{i}"] * x for i, x in enumerate(xs, 1)) for j in names]

    return layer(2, list(map(tanh, layer(1, inputs))))


def test_xor_is_said_of_raw_rows(predict):
    status, out, err = predict("xor.json", "xor.csv")
    assert (status, err) == (0, "")
    assert answers(out, "predicted y") == ["0", "1", "1", "0"]
    assert all(0.9 < float(p) <= 1.0 for p in answers(out, "probability"))


def test_a_number_is_that_of_scaling_and_formula(folder, predict, fruit):
    document = json.loads((folder / "price.json").read_text(encoding="utf-8"))
    prepared = document["metadata"]["preparation"]
    [shift], [scale], goal = prepared["shifts"], prepared["scales"], prepared["target"]
    colours, kinds = [column["categories"] for column in prepared["columns"][1:]]
    _, out, _ = predict("price.json", "fruit.csv")
    for row, said in zip(fruit[0], answers(out, "predicted price")):
        inputs = [(float(row["width, cm"]) - shift) / scale]
        inputs += [float(row["colour"] == c) for c in colours] + [float(row["kind"] == k) for k in kinds]
        [output] = by_hand(document, inputs)
        assert float(said) == pytest.approx(output * goal["scales"][0] + goal["shifts"][0], rel=1e-9)


def test_a_class_and_its_probability_are_those_of_softmax(folder, predict, fruit):
    document = json.loads((folder / "kind.json").read_text(encoding="utf-8"))
    prepared = document["metadata"]["preparation"]
    _, out, _ = predict("kind.json", "fruit.csv")
    for row, said, p in zip(fruit[0], answers(out, "predicted kind"), answers(out, "probability")):
        numbers = [float(row["width, cm"]), float(row["price"])]
        width, price = [(x - m) / s for x, m, s in zip(numbers, prepared["shifts"], prepared["scales"])]
        colours = [float(row["colour"] == c) for c in prepared["columns"][1]["categories"]]
        powers = list(map(exp, by_hand(document, [width, *colours, price])))
        assert said == prepared["target"]["categories"][powers.index(max(powers))]
        assert float(p) == pytest.approx(max(powers) / sum(powers), abs=5e-5)


def test_a_predicted_number_has_ten_digits(predict):
    _, out, _ = predict("price.json", "fruit.csv")
    numbers = answers(out, "predicted price")  # a million and some
    assert all(len(said) <= len("1000000.123") for said in numbers)
    assert any(len(said) == len("1000000.123") for said in numbers)


def test_names_with_commas_and_quotes_are_read_back(predict, fruit):
    _, out, _ = predict("kind.json", "fruit.csv")
    rows = list(csv.DictReader(io.StringIO(out), strict=True))
    assert list(rows[0]) == ["width, cm", "colour", "price", "kind", "predicted kind", "probability"]
    assert {row["predicted kind"] for row in rows} <= set(NAMES)


def test_rows_stay_as_they_are_written(folder, predict):
    text = 'id,x2,note,x1\n007,1.00,"a ""b"", c",+0\n,0e0,,1.\n'
    (folder / "rows.csv").write_text(text)
    _, out, _ = predict("xor.json", "rows.csv")
    assert [line[: len(row)] for line, row in zip(out.splitlines(), text.splitlines())] == text.splitlines()
    assert answers(out, "predicted y") == ["1", "1"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("x1,x2\nNA,1\n0,1\n?,\n", "2 rows have a missing cell: their prediction is empty\n"),
        ("x1,x2\n0,1\n0,\n", "1 row has a missing cell: its prediction is empty\n"),
        ("x1,x2,y\n-,1,1\n", "1 row has a missing cell: its prediction is empty\n"),
    ],
)
def test_rows_with_a_missing_cell_have_an_empty_prediction(rows, message, folder, predict):
    (folder / "rows.csv").write_text(rows)
    status, out, err = predict("xor.json", "rows.csv")
    assert (status, err) == (0, message)
    incomplete = [any(cell in ("NA", "?", "", "-") for cell in row.split(",")) for row in rows.splitlines()[1:]]
    assert [p == "" for p in answers(out, "predicted y")] == incomplete
    assert [p == "" for p in answers(out, "probability")] == incomplete


def test_only_rows_with_a_prediction_are_compared(folder, predict):
    (folder / "rows.csv").write_text("x1,x2,y\n0,1,1\nNA,1,0\n1,1,0\n")
    assert predict("xor.json", "rows.csv")[2].splitlines()[-1] == "y: 2 of 2 right, 100 %"


def test_a_missing_cell_of_another_column_hinders_nothing(folder, predict):
    (folder / "rows.csv").write_text("x1,x2,note\n0,1,NA\n")
    assert predict("xor.json", "rows.csv")[2] == ""


@pytest.mark.parametrize(("model", "rows"), [("margin.json", "xor.csv"), ("distance.json", "fruit.csv")])
def test_a_margin_or_a_distance_gives_no_probability(model, rows, predict):
    status, out, _ = predict(model, rows)
    assert status == 0
    assert "probability" not in out.splitlines()[0]


def test_the_order_of_columns_and_others_beside_them_do_not_matter(predict, fruit):
    rows, write = fruit
    _, straight, _ = predict("price.json", "fruit.csv")
    other = write([{"id": f"no {i}", **dict(reversed(row.items()))} for i, row in enumerate(rows)])
    assert answers(predict("price.json", other)[1], "predicted price") == answers(straight, "predicted price")


def test_the_target_column_may_be_missing_and_then_nothing_is_compared(predict, fruit):
    rows, write = fruit
    status, out, err = predict(
        "price.json", write([{name: row[name] for name in row if name != "price"} for row in rows])
    )
    assert (status, err) == (0, "")
    assert answers(out, "predicted price") == answers(predict("price.json", "fruit.csv")[1], "predicted price")


def test_answers_are_compared_with_those_of_the_file(predict, fruit):
    rows, write = fruit
    _, out, err = predict("kind.json", "fruit.csv")
    right = [said == row["kind"] for said, row in zip(answers(out, "predicted kind"), rows)].count(True)
    assert err.startswith(f"kind: {right} of 30 right, ")
    _, out, _ = predict("price.json", "fruit.csv")
    other = write([row | {"price": float(said) + 2.5} for row, said in zip(rows, answers(out, "predicted price"))])
    assert predict("price.json", other)[2] == "price: off by 2.5 in the mean\n"


@pytest.mark.parametrize(
    ("model", "cell", "message"),
    [
        (
            "price.json",
            "",
            "not compared: other.csv, line 2, column 'price': an empty cell, and 29 more rows have one\n",
        ),
        ("kind.json", "plum", "not compared: other.csv, line 2, column 'kind': unknown category 'plum'"),
    ],
)
def test_a_target_that_is_not_known_hinders_nothing(model, cell, message, predict, fruit):
    rows, write = fruit
    name = model.removesuffix(".json")
    status, out, err = predict(model, write([row | {name: cell} for row in rows]))
    assert status == 0
    assert len(answers(out, f"predicted {name}")) == 30
    assert message in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("model", "rows", "message"),
    [
        ("price.json", "width,colour\n1,red\n", "no column 'width, cm': there are 'width', 'colour'"),
        ("xor.json", "x1\n1\n", "no column 'x2': there are 'x1'"),
        ("price.json", '"width, cm",colour,kind\n1,pink,"x\ty"\n', "line 2, column 'colour': unknown category 'pink'"),
        ("xor.json", "x1,x2\n1,one\n", "rows.csv, line 2, column 'x2': 'one' is not a number"),
        ("xor.json", "x1,x2\n1,inf\n", "rows.csv, line 2, column 'x2': 'inf' is not a number"),
        (
            "xor.json",
            "x1,x2,predicted y\n1,1,0\n",
            "rows.csv: column 'predicted y' is where an answer goes: rename it or leave it out",
        ),
        ("xor.json", "probability,x1,x2\n1,1,0\n", "rows.csv: column 'probability' is where an answer goes"),
        ("xor.json", "x1,x2\n1,2,3\n", "rows.csv, line 2: 3 cells, but the header has 2"),
        ("xor.json", "x1,x2\n", "rows.csv: no rows below the header"),
        ("xor.json", "", "rows.csv: the file is empty"),
        ("nothing.json", "x1,x2\n1,2\n", "nothing.json: No such file"),
        ("rows.csv", "x1,x2\n1,2\n", "rows.csv: "),
        (
            "library.json",
            "x1,x2\n1,2\n",
            "nothing says how rows become inputs; `micrograd-nn train --save` writes that",
        ),
        (".", "x1,x2\n1,2\n", "Is a directory"),
    ],
)
def test_a_mistake_is_one_line_that_names_its_place(model, rows, message, folder, predict):
    save(MLP(2, [1], seed=1), folder / "library.json")
    (folder / "rows.csv").write_text(rows)
    status, out, err = predict(model, "rows.csv")
    assert (status, out) == (2, "")
    assert err.startswith("micrograd-nn: ") and err.count("\n") == 1
    assert message in err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"loss": "hinges"}, "metadata: unknown loss 'hinges': there are mean_squared_error,"),
        ({"loss": "hinge"}, "hinge tells two classes apart, and here are 3"),
        ({"loss": 1}, "metadata: 'loss' must be a text, not 1"),
        ({"preparation": 1}, "metadata: 'preparation' must be an object, not 1"),
        ({"loss": None}, "metadata: 'loss' must be a text, not null"),
    ],
)
def test_a_model_file_that_was_changed_is_refused_at_its_place(change, message, folder, predict):
    document = json.loads((folder / "kind.json").read_text(encoding="utf-8"))
    document["metadata"] |= change
    (folder / "changed.json").write_text(json.dumps(document))
    status, out, err = predict("changed.json", "fruit.csv")
    assert (status, out) == (2, "")
    assert message in err and err.count("\n") == 1


def test_a_model_whose_outputs_are_not_those_of_its_classes_is_refused(folder, predict):
    metadata = json.loads((folder / "kind.json").read_text(encoding="utf-8"))["metadata"]
    save(MLP(4, [2], seed=1), folder / "narrow.json", metadata=metadata)
    status, _, err = predict("narrow.json", "fruit.csv")
    assert status == 2
    assert "narrow.json: metadata: what was learned needs 3 outputs, and the model has 2" in err


@st.composite
def places(draw, document):
    """A place in a document: the keys and indices that lead to it."""
    path, part = [], document
    while isinstance(part, dict | list) and part and (not path or draw(st.booleans())):
        key = draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
        path.append(key)
        part = part[key]
    return path


@given(data=st.data())
def test_no_change_of_a_model_file_gives_a_traceback(data, folder):
    document = json.loads((folder / "kind.json").read_text(encoding="utf-8"))
    del document["training"]
    *path, last = data.draw(places(document))
    part = document
    for key in path:
        part = part[key]
    part[last] = data.draw(st.sampled_from([None, True, -1, 0, 1e308, 10**19, "", "a", [], {}, [1.0], [[]], {"a": 1}]))
    (folder / "changed.json").write_text(json.dumps(document))
    assert main(["predict", str(folder / "changed.json"), str(folder / "fruit.csv")]) in (0, 2)


def test_rows_can_come_through_a_pipe(folder):
    script = f"cat fruit.csv | {sys.executable} -m micrograd_nn predict price.json /dev/stdin"
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=folder, env=environment)
    assert done.returncode == 0
    assert done.stdout.count("\n") == 31
    assert done.stderr.startswith("price: off by ")


def test_a_reader_that_stops_early_ends_it_quietly(folder):
    script = f"{sys.executable} -u -m micrograd_nn predict xor.json many.csv | head -1; echo ${{PIPESTATUS[0]}}"
    (folder / "many.csv").write_text("x1,x2\n" + "0,1\n" * 5000)  # more than a pipe holds
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=folder, env=environment)
    assert (done.stdout, done.stderr) == ("x1,x2,predicted y,probability\n0\n", "")


def test_without_an_output_nothing_is_printed_and_nothing_breaks(folder, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["predict", str(folder / "xor.json"), str(folder / "xor.csv")]) == 0
