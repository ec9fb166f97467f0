"""The command line: what it prints, where, and what it says to bad input."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import micrograd_nn
from micrograd_nn.__main__ import main
from micrograd_nn.expressions import FUNCTIONS, Expression, ExpressionError

ROOT = Path(__file__).parent.parent
NEURON = ["tanh(w1*x1 + w2*x2 + b)", "w1=-3", "w2=1", "x1=2", "x2=0", "b=6.8813735870195432"]


def command(*arguments: str, bare: bool = False) -> list[str]:
    return [sys.executable, *(["-S"] if bare else []), "-X", "utf8", "-m", "micrograd_nn", *arguments]


def run(*arguments: str, cwd: Path, bare: bool = False) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    return subprocess.run(
        command(*arguments, bare=bare), capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=environment
    )


def test_a_long_flat_sum_is_not_nested(capsys):
    assert main(["grad", "+".join(["a"] * 2000), "a=1"]) == 0
    assert "2000.0" in capsys.readouterr().out


def test_a_picture_without_gradients_is_drawn_where_they_do_not_exist(tmp_path, capsys):
    pytest.importorskip("graphviz")
    assert main(["draw", "sqrt(a)", "a=0", "-o", str(tmp_path / "graph.dot")]) == 0
    assert "drawn without gradients: sqrt has no finite derivative" in capsys.readouterr().err
    assert "grad ·" in (tmp_path / "graph.dot").read_text(encoding="utf-8")


def test_the_version_is_the_packages(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"micrograd_nn {micrograd_nn.__version__}\n"


def test_a_reader_that_stops_early_ends_it_quietly(tmp_path):
    script = f"{sys.executable} -m micrograd_nn grad 'a*b' a=1 b=2 | head -1; echo ${{PIPESTATUS[0]}}"
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert (done.stdout, done.stderr) == ("a*b = 2.0\n0\n", "")


def test_a_terminal_without_unicode_gets_question_marks(tmp_path):
    environment = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "micrograd_nn", "grad", "a*a", "a=2"], capture_output=True, cwd=tmp_path, env=environment
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"??? a" in done.stdout or b"?? a" in done.stdout


def test_grad_prints_the_value_and_every_gradient_with_its_check(capsys):
    assert main(["grad", *NEURON]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "= 0.70710678118654" in out
    rows = {line.split()[0]: line.split() for line in out.splitlines() if line.endswith("agrees")}
    assert set(rows) == {"w1", "w2", "x1", "x2", "b"}
    assert float(rows["x1"][2]) == pytest.approx(-1.5, abs=1e-12)


def test_an_expression_may_begin_with_a_minus_sign(capsys):
    assert main(["grad", "-a*b", "a=1", "b=-2"]) == 0
    assert "-a*b = 2.0" in capsys.readouterr().out


def test_options_may_come_first(tmp_path, capsys):
    pytest.importorskip("graphviz")
    assert main(["draw", "-o", str(tmp_path / "graph.dot"), "-a*b", "a=1", "b=2"]) == 0
    assert (tmp_path / "graph.dot").exists()


def test_a_gradient_at_a_kink_says_so_and_is_no_failure(capsys):
    assert main(["grad", "relu(x)", "x=0"]) == 0
    assert "kink within the step" in capsys.readouterr().out


def test_an_expression_of_numbers_alone_has_a_value(capsys):
    assert main(["grad", "2*3 + pi"]) == 0
    assert "= 9.14159" in capsys.readouterr().out


def test_draw_writes_the_picture(tmp_path, capsys, renderer):
    path = tmp_path / "graph.svg"
    assert main(["draw", *NEURON, "-o", str(path)]) == 0
    assert capsys.readouterr().out == f"wrote {path}\n"
    assert path.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grad", "tanh(w", "w=1"], "was never closed"),
        (["grad", "1 +* 2"], "column"),
        (["grad", "a + c", "a=1"], "c has no value, give it one: c=1.5: a + »c«"),
        (["grad", "tnh(a)", "a=1"], "did you mean tanh?: »tnh«(a)"),
        (["grad", "tanh", "a=1"], "tanh is a function: write tanh(…)"),
        (["grad", "__import__('os').system('x')"], "no such function"),
        (["grad", "(1).__class__"], "only numbers, names"),
        (["grad", "a if a else 1", "a=1"], "»a if a else 1«"),
        (["grad", "a < 2", "a=1"], "only numbers, names"),
        (["grad", "'text'"], "only numbers, names"),
        (["grad", "True"], "only numbers, names"),
        (["grad", "2j"], "only numbers, names"),
        (["grad", "log(-a)", "a=1"], "log is undefined at x = -1.0: »log(-a)«"),
        (["grad", "1/(a-1)", "a=1"], "/ is undefined at x = 1.0, y = 0.0: »1/(a-1)«"),
        (["grad", "(-8)**(1/3)"], "»(-8)**(1/3)«"),
        (["grad", "tanh(a, a)", "a=1"], "tanh does not take 2 inputs: »tanh(a, a)«"),
        (["grad", "max(*a)", "a=1"], "no such function"),
        (["grad", "sqrt(a)", "a=0"], "sqrt has no finite derivative in x (node 'a') at x = 0.0 (node 'a')"),
        (["grad", "a", "a"], "expected name=value, such as a=2, not 'a'"),
        (["grad", "a", "a=x"], "a='x' is not a number"),
        (["grad", "a", "a=1", "a=2"], "a is given twice"),
        (["grad", "a", "2a=1"], "expected name=value"),
        (["grad", ""], "something is missing at the end of: an empty expression"),
        (["grad", "a *", "a=1"], "something is missing at the end of: a *"),
        (["grad", "a^2", "a=1"], "and a power is **: »a^2«"),
        (["grad", "ln(a)", "a=1"], "did you mean log?: »ln«(a)"),
        (["grad", "1e308*10"], "* overflows at x = 1e+308, y = 10.0: »1e308*10«"),
        (["grad", "(x*1e300)*1e300", "x=1e-300"], "the gradient of node 'x' overflows"),
        (["grad", "total()"], "total does not take 0 inputs"),
        (["grad", "a", "a=1e400"], "a=1e400 is beyond the largest float"),
        (["grad", "(" * 250 + "1" + ")" * 250], "nested"),
        (["grad", "+".join("1" * 6000)], "at most 10000 characters"),
        (["grad", "-" * 9000 + "1"], "nested too deeply"),
        (["draw", "a*a", "a=1", "-o", "graph.bmp"], "end it in .svg, .png, .pdf or .dot"),
        (
            ["draw", "a*a", "a=1", "-o", "/nowhere/graph.dot"],
            "/nowhere/graph.dot: No such file",
        ),
    ],
)
def test_bad_input_gets_one_line_that_points_at_the_spot(arguments, message, capsys):
    if arguments[0] == "draw":
        pytest.importorskip("graphviz")
    assert main(arguments) == 2
    _, err = capsys.readouterr()
    assert message in err
    assert err.startswith("micrograd-nn: ") and err.count("\n") == 1


def test_an_unknown_command_is_refused_with_2(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["fly"])
    assert stopped.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_help_has_examples(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    assert 'micrograd-nn grad "tanh' in capsys.readouterr().out


@pytest.mark.parametrize("bare", [True, False])
def test_the_tour_learns_xor_and_writes_pictures_or_says_how_to_get_them(bare, tmp_path):
    done = run(cwd=tmp_path, bare=bare)
    assert done.returncode == 0
    losses = [float(line.split()[1]) for line in done.stdout.splitlines() if line.endswith("/4")]
    assert losses == sorted(losses, reverse=True) and losses[-1] < 0.001
    assert "4/4" in done.stdout
    pictures = sorted(path.name for path in tmp_path.rglob("*.svg"))
    assert pictures == ["expression.svg", "xor.svg"] or "[render]" in done.stderr
    if bare:
        assert not pictures


def test_the_tour_says_where_it_cannot_write(tmp_path, renderer):
    (tmp_path / "file").write_text("")
    done = run("--pictures", "file", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("micrograd-nn: ") and "file" in done.stderr


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """A process whose two outputs the test reads or closes."""
    return subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}
    )


def test_a_closed_pipe_ends_quietly():
    with start("-m", "micrograd_nn", "grad", *NEURON) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


WAITING = """
import time
import micrograd_nn.__main__ as command_line
command_line.tour = lambda folder: (print("waiting", flush=True), time.sleep(30))
raise SystemExit(command_line.main([]))
"""


def test_ctrl_c_ends_quietly():
    with start("-c", WAITING) as process:
        process.stdout.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b""
    assert process.returncode == 130


def test_every_function_of_the_table_can_be_typed():
    assert {"tanh", "log", "relu", "max", "min", "abs", "leaky_relu", "total"} <= set(FUNCTIONS)
    assert Expression("max(1, 2) + abs(-3) + total(1, 2, 3)").value({}).data == 11.0


def test_an_expression_error_is_a_value_error():
    with pytest.raises(ValueError, match="»b«") as caught:
        Expression("2*b").value({})
    assert isinstance(caught.value, ExpressionError)
