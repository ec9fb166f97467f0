"""The terminal debugger: pdb's words, a screen that can be read, mistakes that cost nothing."""

import inspect
import io
import os
import pty
import re
import shlex
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from micrograd_nn import MLP, Value, debug, trace_sources
from micrograd_nn.debugger import Debugger
from micrograd_nn.graph import topological_order
from micrograd_nn.quoting import columns
from micrograd_nn.screen import Screen
from micrograd_nn.tour import lecture_expression
from micrograd_nn.tree import lines, tree_rows
from micrograd_nn.walk import Walk

ROOT = Path(__file__).parent.parent
STEP = [sys.executable, "-X", "utf8", "-m", "micrograd_nn", "step", "(a*b + c) * f", "a=2", "b=-3", "c=10", "f=-2"]


def session(*typed: str, output: Value | None = None) -> list[str]:
    """What the debugger answers to each line; the first answer is its welcome."""
    terminal = io.StringIO()
    lines = "".join(f"{line}\n" for line in (*typed, "q"))
    debug(lecture_expression() if output is None else output, stdin=io.StringIO(lines), stdout=terminal)
    answers = terminal.getvalue().split("(backprop) ")
    assert [answer.partition("\n")[0] for answer in answers[1:]] == [*typed, "q"]
    return [answers[0], *[answer.partition("\n")[2] for answer in answers[1:-1]]]


def heads(*typed: str) -> list[str]:
    """The first line of each answer."""
    return [answer.partition("\n")[0] for answer in session(*typed)[1:]]


def test_it_begins_with_where_it_is_and_what_to_type():
    welcome = session()[0]
    assert welcome.startswith("6 steps back from L = -8; n takes one, help lists the words\n")
    assert "step 0 of 6   ∂L/∂L = 1\n\n   L = d * f        data -8  grad 1\n" in welcome


def test_next_marks_the_edge_and_shows_three_states_of_a_gradient():
    a = Value(3.0, label="a")
    y = a * a + 1
    y.label = "y"
    assert session("n", "n", "n", output=y)[2:] == [
        "step 2 of 3   ∂y/∂a += ∂y/∂v1 · ∂v1/∂a = 1 × 3 = 3   (1 of 2)\n\n"
        "   y = v1 + 1     data 10  grad 1\n"
        "   ├─ v1 = a * a  data 9   grad 1\n"
        "-> │  ├─ a        data 3   grad 3 (1 of 2)\n"
        "   │  └─ a        data 3   grad 3 (1 of 2)\n"
        "   └─ 1           data 1\n",
        "step 3 of 3   ∂y/∂a += ∂y/∂v1 · ∂v1/∂a = 1 × 3 = 3   (2 of 2)\n\n"
        "   y = v1 + 1     data 10  grad 1\n"
        "   ├─ v1 = a * a  data 9   grad 1\n"
        "   │  ├─ a        data 3   grad 6\n"
        "-> │  └─ a        data 3   grad 6\n"
        "   └─ 1           data 1\n\n"
        "the end: every gradient is complete\n",
    ]


def test_an_empty_line_repeats_and_counts_are_taken():
    assert heads("n", "", "n 3", "back 2", "start", "end") == [
        "step 1 of 6   ∂L/∂d += ∂L/∂L · ∂L/∂d = 1 × -2 = -2",
        "step 2 of 6   ∂L/∂f += ∂L/∂L · ∂L/∂f = 1 × 4 = 4",
        "step 5 of 6   ∂L/∂a += ∂L/∂e · ∂e/∂a = -2 × -3 = 6",
        "step 3 of 6   ∂L/∂e += ∂L/∂d · ∂d/∂e = -2 × 1 = -2",
        "step 0 of 6   ∂L/∂L = 1",
        "step 6 of 6   ∂L/∂b += ∂L/∂e · ∂e/∂b = -2 × 2 = -4",
    ]


def test_breakpoints_are_set_listed_met_both_ways_and_cleared():
    answers = heads("b", "b +", "b b", "c", "c", "rc", "rc", "cl 1", "c", "cl", "c")
    assert answers[0] == "no breakpoints"
    assert [answer.split("   ")[0] for answer in answers[3:7]] == [
        "step 3 of 6",
        "step 4 of 6",
        "step 3 of 6",
        "step 0 of 6",
    ]
    assert answers[7] == "2: b"
    assert answers[8].startswith("step 6 of 6")
    assert answers[9] == "no breakpoints"


def test_it_says_which_breakpoint_stopped_it_and_numbers_stay():
    answers = session("b +", "b b", "c", "cl 1", "b e", "c")
    assert answers[3].endswith("\nbreakpoint 1: +\n")
    assert answers[5] == "2: b\n3: e\n"
    assert answers[6].endswith("breakpoint 2: b\n")


def test_a_deep_graph_starts_at_once_and_takes_little_room():
    node = Value(1.0, label="x")
    for _ in range(20_000):
        node = node + 1
    tracemalloc.start()
    answers = session("n", "end", output=node)
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size < 100e6  # 5 kB a node; as a square of branches it was gigabytes
    assert all(len(line) < 160 for answer in answers for line in answer.splitlines())


def test_until_and_to_go_where_they_say():
    assert heads("until |grad| > 3", "to a", "to L") == [
        "step 2 of 6   ∂L/∂f += ∂L/∂L · ∂L/∂f = 1 × 4 = 4",
        "step 5 of 6   ∂L/∂a += ∂L/∂e · ∂e/∂a = -2 × -3 = 6",
        "step 0 of 6   ∂L/∂L = 1",
    ]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("back", "this is the start: there is no step to take back"),
        ("what is this", "no such command as what: help lists them"),
        ("b dd", "no node or operation is called dd: did you mean d?"),
        ("to x", "no node is called x: there are a, b, e, c, d, f, L"),
        ("until not finite", "not finite does not happen from here on"),
        ("until |grad| > high", "high is no size: write |grad| > 0.001"),
        ("until", "stop where? at a name, an operation, |grad| > 100"),
        ("n many", "many is no count: write a whole number from 1"),
        ("n 0", "0 is no count"),
        ("n -1", "-1 is no count"),
        ("explain a x", "x is no count: write a whole number from 1"),
        ("cl 3", "there is no breakpoint 3: b lists them"),
        ("cl x", "there is no breakpoint x"),
        ("p zz", "no node is called zz"),
        ("explain", "which node? give its label, or its name such as v7"),
        ("explain a 0", "0 is no count"),
        ("paths q", "no node is called q"),
        ("draw /nowhere/x.svg", "/nowhere/x.svg: No such file or directory"),
        ("draw x.jpg", "cannot save 'x.jpg': end it in .svg, .png, .pdf or .dot"),
        ("help x", "no such command as x"),
    ],
)
def test_a_mistake_is_one_line_and_the_session_goes_on(typed, answer, renderer):
    found = session(typed, "n")
    assert found[1].startswith("*** ") and found[1].count("\n") == 1
    assert answer in found[1]
    assert found[2].startswith("step 1 of 6")


def test_the_end_is_the_end():
    assert heads("end", "n") == [heads("end")[0], "*** this is the end: all 6 steps are taken"]


def test_where_p_and_list_say_all_there_is():
    with trace_sources():
        a = Value(0.5, label="a")
        y = a.tanh()
    y.label = "y"
    answers = session("n", "w", "p", "p a", "l", output=y)
    assert "y = tanh(a)   so   ∂y/∂a = 1 - y² = 0.7864477329659274\n   made at test_debugger.py:" in answers[2]
    assert "a   data 0.5   grad 0.7864477329659274 (final)\n   made at test_debugger.py:" in answers[3]
    assert answers[4] in answers[3]
    assert answers[5].startswith("   y = tanh(a)  data 0.4621")


def test_a_large_graph_is_shown_around_the_edge_only():
    answers = session("n", "n 40", "l", output=MLP(3, [4, 4, 1], seed=1)([1.0, 2.0, 3.0]))
    assert "lines below; l shows all" in answers[1]
    assert "lines above" in answers[2] and "\n-> " in answers[2]
    assert all(answer.count("\n") <= 28 for answer in answers[:3])
    assert "lines" not in answers[3] and answers[3].count("\n") > 60


def test_the_explaining_words_answer():
    answers = session("explain a", "explain a 2", "paths a", "paths a 1", "ledger a", "diagnose", "forward")
    assert "∂L/∂a = ∂L/∂e · ∂e/∂a\n" in answers[1]
    assert "∂L/∂d · ∂d/∂e" in answers[2]
    assert "∂L/∂a = 6: 1 path along 3 edges" in answers[3]
    assert answers[4] == answers[3]
    assert answers[5] == "+6  through e = a * b  -2 × -3\n--\n+6  = ∂L/∂a, 1 contribution\n"
    assert answers[6] == "nothing suspicious: |grad| from 2 to 6 over 4 leaves\n"
    assert answers[7] == "e = a * b = 2 * -3 = -6\nd = e + c = -6 + 10 = 4\nL = d * f = 4 * -2 = -8\n"


def test_a_label_with_spaces_can_be_named():
    x = Value(3.0, label="the first x")
    y = x * 2
    answers = session("explain the first x", "b the first x", "to the first x", output=y)
    assert answers[1].startswith("∂v1/∂(the first x) = ∂v1/∂v1 · ∂v1/∂(the first x)\n")
    assert answers[2] == "1: the first x\n"
    first, second = Value(2.0, label="w"), Value(5.0, label="w 1")
    assert "= 2\n" in session("explain w 1", output=first * second)[1]  # the node of that name, not w once


def test_a_label_that_several_nodes_share_is_answered_with_their_names():
    y = Value(2.0, label="x y") * Value(3.0, label="x y")
    answers = session("p x y", "explain x y 2", "explain x y#1", output=y)
    assert answers[1].startswith("x y#1   data 2.0") and "x y#2   data 3.0" in answers[1]
    assert answers[2] == "*** 2 nodes are called x y: x y#1, x y#2\n"
    assert answers[3].startswith("∂v1/∂(x y#1) = ")


def test_a_constant_with_a_label_does_not_hide_a_node():
    y = Value(2.0, label="x") + 3
    y.inputs[1].label = "x"
    assert session("to x", output=y)[1].startswith("step 1 of 1")


def test_help_lists_every_command_once_and_explains_one():
    answers = session("help", "help b")
    lines = answers[1].splitlines()
    assert len(lines) == len(set(lines)) == 21
    assert "n(ext) [count]: take the next step, or so many." in lines
    assert answers[2].count("\n") == 7


def test_draw_writes_this_step_and_a_page(tmp_path, renderer, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answers = session("n 5", "draw", "draw here.html")
    assert answers[2] == "wrote step5.svg\n"
    assert "&#45;2 × &#45;3" in (tmp_path / "step5.svg").read_text()
    assert "<!DOCTYPE html>" in (tmp_path / "here.html").read_text()


def test_a_session_changes_no_gradient():
    output = lecture_expression()
    output.backward()
    before = [x.grad for x in topological_order(output)]
    session("n", "end", "start", "n 3", output=output)
    assert [x.grad for x in topological_order(output)] == before


def test_it_says_at_the_end_what_backward_raises():
    assert "the end; backward() raises: sqrt (node 'y') has no finite derivative" in session(
        "until not finite", output=named(Value(0.0, label="x").sqrt(), "y")
    )[1]  # fmt: skip


def named(node: Value, label: str) -> Value:
    node.label = label
    return node


def test_what_cannot_be_stepped_is_refused():
    with pytest.raises(TypeError, match="steps start from a Value, not float"):
        debug(3.0)
    with pytest.raises(ValueError, match="there are no steps"):
        debug(Value(3.0))


def test_tab_completes_names_operations_and_commands():
    debugger = Debugger(Walk(lecture_expression()), io.StringIO(), io.StringIO())
    assert debugger.completedefault("", "b ", 2, 2) == ["a", "b", "e", "c", "d", "f", "L", "*", "+"]
    assert debugger.completenames("d") == ["diagnose", "draw"]


def test_ctrl_c_interrupts_a_command_not_the_session(monkeypatch):
    terminal = io.StringIO()
    debugger = Debugger(Walk(lecture_expression()), io.StringIO("end\nn\nq\n"), terminal)
    presses = [KeyboardInterrupt]

    def interrupted(position: int) -> None:
        raise presses.pop() if presses else AssertionError

    monkeypatch.setattr(debugger.walk, "end", lambda: interrupted(0))
    debugger.run()
    assert "interrupted; q quits" in terminal.getvalue()
    assert "step 1 of 6" in terminal.getvalue()


# As a program


def run(typed: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        STEP, input=typed, capture_output=True, text=True, encoding="utf-8", cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip


def test_it_works_piped_and_ends_with_its_input():
    for typed in ("n\nn\nq\n", "n\nn\n"):
        done = run(typed)
        assert (done.returncode, done.stderr) == (0, "")
        assert "step 2 of 6   ∂out/∂f += ∂out/∂out · ∂out/∂f = 1 × 4 = 4" in done.stdout
        assert "\033" not in done.stdout


def test_a_reader_that_has_seen_enough_is_no_error():
    command = f"{' '.join(map(shlex.quote, STEP))} | head -2"
    shell, environment = ["bash", "-o", "pipefail", "-c"], {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    typed = "n\n" * 50 + "q\n"
    done = subprocess.run([*shell, command], input=typed, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 2)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_closed_stream_is_no_traceback(closed):
    command = " ".join(map(shlex.quote, STEP)) + f" {closed}"
    done = subprocess.run(["bash", "-c", command], input="q\n", capture_output=True, text=True, cwd=ROOT,
                          env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def on_a_terminal(typed: bytes, **environment: str) -> str:
    """What a terminal shows."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(STEP, stdin=follower, stdout=follower, stderr=follower, cwd=ROOT,
                               env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment})  # fmt: skip
    os.close(follower)
    os.write(leader, typed)
    shown = b""
    while True:
        try:
            part = os.read(leader, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(leader)
    assert process.wait() == 0
    return shown.decode()


def test_a_terminal_has_bold_and_dim_unless_it_is_dumb_or_does_not_want_them():
    assert re.search("\033\\[1m-> .*grad -2.*\033\\[0m", on_a_terminal(b"n\nq\n", TERM="xterm"))
    assert "\033[1m" not in on_a_terminal(b"n\nq\n", TERM="dumb")
    assert "\033[1m" not in on_a_terminal(b"n\nq\n", TERM="xterm", NO_COLOR="1")


def test_it_starts_from_pdb_s_prompt(tmp_path):
    script = tmp_path / "lesson.py"
    script.write_text("from micrograd_nn import Value, debug\na = Value(3.0, label='a')\ny = a * a\nprint(y)\n")
    typed = "n\nn\nn\n!debug(y)\nn\nq\np a.grad\nq\n"
    done = subprocess.run([sys.executable, "-X", "utf8", "-m", "pdb", str(script)], input=typed, capture_output=True,
                          text=True, encoding="utf-8", env={"PYTHONPATH": str(ROOT)})  # fmt: skip
    assert "step 1 of 2   ∂v1/∂a += ∂v1/∂v1 · ∂v1/∂a = 1 × 3 = 3   (1 of 2)" in done.stdout
    assert done.stdout.rstrip().endswith("(Pdb) 0.0\n(Pdb)")


# In other debuggers


def test_vs_code_shows_a_value_s_parts():
    """What debugpy answers when its variables pane is opened."""
    pytest.importorskip("debugpy", reason="no debugpy: pip install '.[dev]'")
    import debugpy._vendored.force_pydevd  # noqa: F401
    from _pydevd_bundle.pydevd_resolver import defaultResolver

    with trace_sources():
        e = Value(2.0, label="a") * Value(-3.0, label="b")
    found = {row[0]: row[1] for row in defaultResolver.get_contents_debug_adapter_protocol(e)}
    shown = {name: found[name] for name in found if not name.startswith("_") and not inspect.ismethod(found[name])}
    assert set(shown) == {"data", "grad", "label", "op", "inputs", "local_derivatives", "source"}
    assert shown["local_derivatives"] == (-3.0, 2.0)
    assert repr(e) == "Value(data=-6.0, op='*')"


def test_in_a_narrow_terminal_a_deep_row_keeps_its_name():
    x = Value(0.5, label="x")
    for _ in range(40):
        x = (x * 1.1 + 0.1).tanh()
    walk = Walk(x)
    for width in (40, 80):
        shown = lines(list(tree_rows(x, walk.names)), walk.gradient, width)
        assert max(map(columns, shown)) <= width
        assert all(re.search(r"(v\d+ =|\bx\b|[\d.]+) ", line) for line in shown)
        assert "v120 = tanh(v119)" in shown[0] and any("v3 = tanh(v2)" in line for line in shown[100:])


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
def test_a_step_fits_the_terminal_with_its_formula(monkeypatch, size):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("micrograd_nn.screen.get_terminal_size", lambda _: size)
    walk = Walk((MLP(2, [3, 1], seed=1)([1.0, -2.0]) - 1) ** 2)
    screen = Screen(walk, Terminal())
    screen.styled = False
    for _ in walk:
        walk.next()
        if walk.position < len(walk):
            taken = sum(-(-max(columns(line), 1) // size[0]) for line in screen.now())
            assert taken <= size[1] - 1  # and the prompt
