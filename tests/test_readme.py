"""The README: its code runs and prints what it says, and its picture is the one that its code draws."""

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from micrograd_nn import animate
from micrograd_nn.tour import lecture_expression

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_code_prints_what_the_readme_says(elsewhere, renderer):
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False, encoding="utf-8")
    assert failed == 0
    assert tried >= 20
    assert texts(ROOT / "demos/readme.svg") == texts(Path("graph.svg"))
    assert texts(ROOT / "demos/moons.svg") == texts(Path("moons.svg"))


def texts(path: Path) -> list[str]:
    """The texts of a picture; where they stand depends on the Graphviz that drew it."""
    return sorted(re.findall(r"<text[^>]*>([^<]+)", path.read_text(encoding="utf-8")))


def test_the_moving_picture_is_the_one_of_the_lecture_s_graph(elsewhere, renderer):
    assert texts(ROOT / "demos/backprop.svg") == texts(animate(lecture_expression()).save("backprop.svg"))


def test_the_transcript_is_what_the_debugger_says():
    shown = re.search(r"```console\n\$ \.venv/bin/python (-m micrograd_nn step [^\n]*)\n(.*?)```", README, re.DOTALL)
    typed = "".join(f"{line}\n" for line in re.findall(r"^\(backprop\) (.*)$", shown[2], re.M))
    command = [sys.executable, "-X", "utf8", *shlex.split(shown[1])]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, encoding="utf-8", cwd=ROOT)
    assert done.stdout.endswith("\n" + shown[2])


def test_code_and_its_result_stand_on_the_first_screen():
    lines = README.splitlines()
    assert next(i for i, line in enumerate(lines) if line.startswith("(1.57")) < 20


def test_there_are_two_set_up_commands():
    commands = re.findall(r"^python3 -m venv .*$", README, re.M)
    assert len(commands) == 2
    assert "'.[render]'" in commands[0] and commands[0].endswith("python -m micrograd_nn")
    assert "'.[test]'" in commands[1] and commands[1].endswith("python -m pytest")


COMMANDS = re.findall(r"^\.venv/bin/python (-m micrograd_nn .*)$", README, re.M)
LEARNING = [command for command in COMMANDS if re.search(" train | predict | sample ", command)]


def run(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *shlex.split(command)], capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}
    )


@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in LEARNING])
def test_the_commands_run(command, elsewhere, renderer):
    done = run(command)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_network_is_trained_on_a_csv_file_and_used_on_its_rows(elsewhere):
    (elsewhere / "micrograd_nn").symlink_to(ROOT / "micrograd_nn")
    train, predict = map(run, [command for command in LEARNING if "flowers.json" in command])
    assert (train.returncode, predict.returncode) == (0, 0)
    assert sorted(path.name for path in elsewhere.glob("flowers.*")) == ["flowers.html", "flowers.json"]
    assert predict.stdout.count("\n") == 151
    assert re.fullmatch(r"species: 14\d of 150 right, 9\d(\.\d)? %\n", predict.stderr)


def test_digits_and_names_are_learned_and_new_names_drawn(elsewhere):
    shorter = {"digits": " --epochs 1 --validation 0.9", "names": " --epochs 1 --width 2 --heads 1"}
    digits, _, names, sample = [command for command in LEARNING if "flowers.json" not in command]
    assert re.search(r"^result: epoch 1 .* accuracy ", run(digits + shorter["digits"]).stdout, re.M)
    assert run(names + shorter["names"]).stdout.endswith("wrote names.json\n")
    assert run(sample).stdout.count("\n") == 5


def test_the_pictures_of_networks_are_those_that_their_demo_draws(elsewhere, renderer):
    subprocess.run([sys.executable, ROOT / "demos/31_network_types.py"], env={"PYTHONPATH": str(ROOT)}, check=True)
    drawn = sorted(Path("pictures").glob("31_*.svg"))
    assert len(drawn) == 5
    for path in drawn:
        assert texts(path) == texts(ROOT / "demos" / path.name.removeprefix("31_"))


@pytest.mark.parametrize("path", re.findall(r"\]\(((?!http)[^)]+)\)", README))
def test_the_links_lead_somewhere(path):
    assert (ROOT / path).exists()
