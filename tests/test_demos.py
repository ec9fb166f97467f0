"""The demos: each is short, runs alone, and shows what it says."""

import re
import subprocess
import sys
from pathlib import Path

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
}


def run(path: Path, folder: Path, *options: str, text: str | None = None) -> str:
    command = [sys.executable, "-X", "utf8", *options, str(path)]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=folder, env={"PYTHONPATH": str(ROOT)}, input=text
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("path", DEMOS, ids=lambda path: path.stem)
def test_a_demo_runs_and_shows_what_it_says(path, tmp_path, request):
    if path.stem[:2] == "14":
        request.getfixturevalue("renderer")
    assert SHOWS[path.stem[:2]] in run(path, tmp_path, text="")


@pytest.mark.parametrize("path", DEMOS, ids=lambda path: path.stem)
def test_a_demo_is_short_and_says_what_it_is_about(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    assert lines[0].startswith('"""')


def test_a_single_neuron_does_not_learn_xor(tmp_path):
    output = run(ROOT / "demos/07_xor.py", tmp_path)
    neuron, network = output.split("MLP(")
    assert "4/4" not in neuron and "4/4" in network


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
