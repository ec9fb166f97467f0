"""The demos: each is short, runs alone, and shows what it says."""

import os
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
    "25": "wrote pictures/25_digits.svg",
    "26": "wrote pictures/26_parity.svg",
    "27": "wrote pictures/27_remembering.svg",
    "28": "a step back",
    "29": "wrote pictures/29_attention.svg",
    "30": "different names of 100",
    "31": "attention of the second token: [0.13",
    "32": "in its place: (2.0436263726672",
}
SMALLER = {  # what trains for a minute runs here with fewer steps
    "25": "seeds=1, epochs=1",
    "26": "n_networks=1, steps=40",
    "27": "n_networks=1, epochs=1",
    "28": "n_networks=2",
    "29": "steps=3, runs=1, n_unseen=5",
    "30": "**NAMES, steps=40, width=4, heads=2",
}
NAMES = "NAMES = dict(names='names.txt', blocks=1, positions=16, temperature=0.5, kept=None, go_on=False)"


@cache
def output_of(number: str) -> str:
    """What a demo prints; it writes its pictures into a folder that is gone afterwards."""
    path = next(path for path in DEMOS if path.stem.startswith(number))
    with TemporaryDirectory() as folder:
        if number not in SMALLER:
            return run(path, Path(folder), text="")
        Path(folder, "names.txt").write_text("anna\nbob\ncarla\n" * 10, encoding="utf-8")
        program = f"import runpy, sys\n{NAMES}\nrunpy.run_path(sys.argv[1])['main']({SMALLER[number]})"
        return run(path, Path(folder), "-c", program)


def run(path: Path, folder: Path, *options: str, text: str | None = None) -> str:
    command = [sys.executable, "-X", "utf8", *options, str(path)]
    surroundings = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}  # where there may be a compiler
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=folder, env=surroundings, input=text
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("path", DEMOS, ids=lambda path: path.stem)
def test_a_demo_runs_and_shows_what_it_says(path, request):
    if path.stem[:2] in ("14", "21", "31"):
        request.getfixturevalue("renderer")
    assert SHOWS[path.stem[:2]] in output_of(path.stem[:2])


@pytest.mark.parametrize("path", DEMOS, ids=lambda path: path.stem)
def test_a_demo_is_short_and_says_what_it_is_about(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= (80 if path.stem >= "25" else 60)  # those that train a network to do something real
    assert lines[0].startswith('"""')


def whole_output_of(number: str) -> str:
    """What a demo prints that trains for a minute."""
    with TemporaryDirectory() as folder:
        return run(next(path for path in DEMOS if path.stem.startswith(number)), Path(folder))


@pytest.mark.search
def test_kernels_tell_at_least_95_of_100_digits_held_out_apart():
    row = re.search(r"with_kernels +\d+ +(\S+)% +(\S+)%", whole_output_of("25"))
    assert all(float(share) >= 95.0 for share in row.groups())  # in the mean, and with the worst seed


@pytest.mark.search
def test_an_rnn_learns_parity_from_strings_that_grow():
    assert re.search(r"growing .* 100% +5 of 5 networks", whole_output_of("26"))


@pytest.mark.search
def test_lstms_remember_a_bit_over_20_steps_and_rnns_do_not():
    output = whole_output_of("27")
    assert re.search(r"^LSTM, 4 units.* 10 of 10 ", output, re.M)
    assert len(re.findall(r"^RNN, \d units.* 0 of 10 ", output, re.M)) == 2


@pytest.mark.search
def test_attention_learns_to_copy_and_to_reverse_in_every_run():
    assert len(re.findall(r"^(?:copy|reverse) .* 100.0%$", whole_output_of("29"), re.M)) == 6


@pytest.mark.search
def test_a_gpt_surprises_less_than_counting_pairs_of_letters():
    output = whole_output_of("30")
    pairs, gpt = (float(re.search(rf"{words} (\d\.\d+)", output)[1]) for words in ("counting pairs", "validation loss"))
    assert gpt < pairs


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
