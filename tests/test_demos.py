"""The demos: each is short, runs alone, and shows what it says."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).parent.parent
DEMOS = sorted((ROOT / "demos").glob("[0-9]*.py"))
SHOWS = {
    "01": "∂e/∂a = -3.0   ∂e/∂b = 2.0",
    "02": "= -2 × 1 × -3 = 6\nbackward() says 6.0",
    "03": "so ∂c/∂a = 4.0",
    "04": "w1 gets tanh'(z) · x1 = 0.9999999999999996",
    "05": "grad=1.5728954659318548, label='w'",
    "06": "wrote pictures",
    "07": "4/4 correct",
    "08": "100/100 correct",
    "09": "∂c/∂a = 0.6",
    "10": "derivative 4: 0.0",
    "11": "back  -> 2 of 4 taken: a 1 (1 of 2), b ·, e 1, L 1",
    "12": "tanh -> ∂loss/∂layer1.neuron1.z += ",
    "13": "1152921504606846976 paths along 120 edges",
    "14": "wrote pictures/backprop.html",
    "15": "too high        rate 0.482 to 0.482  loss 8.837 -> 7.005e+05",
    "16": "         1   2000",
    "17": "all alike          1.236      0.2257        89%              0%    1",
    "18": "standardised  rate  0.3  epoch 100  loss 0.09534  accuracy 98.3 %",
    "19": "Two hidden neurons: two lines: 4 of 4 right",
    "20": "wrote pictures/20_overfitting.svg",
    "21": "the whole one, in use:",
    "22": "wrote pictures/22_optimizers.svg",
    "23": "is virginica",
    "24": "wrote pictures/24_moons.html",
}


@cache
def output_of(number: str) -> str:
    """What a demo prints; it writes its pictures into a folder that is gone afterwards."""
    with TemporaryDirectory() as folder:
        return run(next(path for path in DEMOS if path.stem.startswith(number)), Path(folder), text="")


def run(path: Path, folder: Path, *options: str, text: str | None = None) -> str:
    command = [sys.executable, "-X", "utf8", *options, str(path)]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=folder, env={"PYTHONPATH": str(ROOT)}, input=text
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("path", DEMOS, ids=lambda path: path.stem)
def test_a_demo_runs_and_shows_what_it_says(path, request):
    if path.stem[:2] in ("14", "21"):
        request.getfixturevalue("renderer")
    assert SHOWS[path.stem[:2]] in output_of(path.stem[:2])


@pytest.mark.parametrize("path", DEMOS, ids=lambda path: path.stem)
def test_a_demo_is_short_and_says_what_it_is_about(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    assert lines[0].startswith('"""')


def test_a_single_neuron_does_not_learn_xor():
    neuron, network = output_of("07").split("MLP(")
    assert "4/4" not in neuron and "4/4" in network


def test_the_best_of_a_hundred_single_neurons_has_three_of_four_right():
    assert "of a hundred neurons the best has 75% right" in output_of("19")


def test_every_cure_of_overfitting_lowers_the_loss_on_unseen_points():
    output = output_of("20")
    rows = {line[:18].strip(): [float(x.strip("%")) for x in line[18:].split()] for line in output.splitlines()[1:6]}
    trained, unseen = {name: row[0] for name, row in rows.items()}, {name: row[1] for name, row in rows.items()}
    assert len(rows) == 5
    assert all(
        trained["nothing"] < trained[name] and unseen[name] < unseen["nothing"] / 2
        for name in rows
        if name != "nothing"
    )


def test_the_whole_network_is_near_the_mean_of_the_thinned_ones(renderer):
    output = output_of("21")
    mean, error, whole = map(float, re.search(r"networks: (\S+) ± (\S+);.*in use: (\S+)", output).groups())
    assert abs(mean - whole) < 4 * error


def test_the_pdb_demo_does_what_it_says_one_should_type(tmp_path):
    path = ROOT / "demos/05_stepping_in_pdb.py"
    chain = re.search(r"line (\d+)", run(path, tmp_path))[1]
    listing = re.findall(r"^    (\w.*)$", path.read_text(encoding="utf-8"), re.M)[:10]
    typed = [line.split("   ")[0] for line in listing]
    assert typed[0] == "import micrograd_nn.ops" and typed[-1] == "q"
    breakpoints = "\n".join(typed).replace("CHAIN", chain).replace("b micrograd_nn/", f"b {ROOT}/micrograd_nn/")
    output = run(path, tmp_path, "-m", "pdb", text=breakpoints + "\n")
    assert "tanh_partials()" in output
    assert "(0.46211715726000974, 0.5)" in output
    assert "# the chain rule" in output
    assert "label='z'), 1.0, 0.7864477329659274)" in output
    assert "(Pdb) 0.7864477329659274" in output


def test_the_breakpoint_demo_does_in_pdb_what_it_says_one_should_type(tmp_path):
    path = ROOT / "demos/12_breakpoints.py"
    listing = re.findall(r"^    (\S.*)$", path.read_text(encoding="utf-8").split('"""')[1], re.M)
    typed = [line.split("   ")[0] for line in listing]
    assert typed[0] == "python -m pdb demos/12_breakpoints.py" and typed[-2:] == ["q", "q"]
    output = run(path, tmp_path, "-m", "pdb", text="\n".join(typed[1:]) + "\n")
    assert "tanh_partials()" in output
    assert "(Pdb) (-0.9809995156260634, -2.3234461649910663)" in output  # out, x
    assert "(Pdb) Value(data=0.8361296123572797, op='power', label='loss')" in output
    assert "(backprop) until tanh\nstep 10 of 27" in output
    assert "so   ∂layer1.neuron1.a/∂layer1.neuron1.z = 1 - a² = 0.0376" in output
    assert "made at 12_breakpoints.py:" in output
