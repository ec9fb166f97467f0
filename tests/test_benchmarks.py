"""The benchmarks: contestants that disagree are not timed, missing ones are named, tables say what was reached."""

from types import SimpleNamespace

import pytest

from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks import contest as contests
from tests.benchmarks import graphs, growth, lines, rows, tasks
from tests.benchmarks.contest import Effort, Result, contest, disagreement, distance
from tests.benchmarks.contestants import CONTESTANTS, Contestant
from tests.benchmarks.contestants.compiled import given
from tests.benchmarks.rows import Row
from tests.benchmarks.table import Line, duration, in_markdown, in_text, three_digits

LEAST = Effort(rounds=1, slow_rounds=1, seconds=0.0)
SMALL = "moons 4"


@pytest.fixture(autouse=True)
def titles(monkeypatch):
    monkeypatch.setitem(rows.TITLES, SMALL, "four moons")


def result(name: str, *times: float, **more: object) -> Result:
    return Result(name, times=list(times), **more)


def test_a_table_of_text_has_columns_side_by_side():
    table = in_text([Line("w", "a 1 µs", "b 9 µs", "9×", "≥ 5×", True), Line("longer work", "c")])
    assert table == (
        "work         ours    peer    ratio  target  reached  compile  memory\n"
        "w            a 1 µs  b 9 µs  9×     ≥ 5×    yes      –        –\n"
        "longer work  c       –       –      –       –        –        –"
    )


def test_a_table_of_markdown_has_a_rule_under_its_head():
    head, rule, line = in_markdown([Line("w", "a", reached=False)]).splitlines()
    assert head == "| work | ours | peer | ratio | target | reached | compile | memory |"
    assert rule == "|---|---|---|---|---|---|---|---|"
    assert line == "| w | a | – | – | – | NO | – | – |"


@pytest.mark.parametrize(
    ("seconds", "words"), [(2.5, "2.5 s"), (0.206, "206 ms"), (9.04e-6, "9.04 µs"), (3.2e-10, "0.32 ns")]
)
def test_durations_have_the_unit_that_suits_them(seconds, words):
    assert duration(seconds) == words


def test_numbers_have_three_digits_and_no_exponent():
    assert [three_digits(x) for x in (0.0123456, 9.0, 15234.4)] == ["0.0123", "9", "15,234"]


def test_a_spread_is_half_the_distance_of_the_quartiles_by_the_median():
    """Twice 1, 2, 3, 4, 5: the quartiles are 2 and 4, the median is 3."""
    assert result("a", 1.0, 2.0, 3.0, 4.0, 5.0).spread == pytest.approx(1 / 3)
    assert result("a", 7.0).spread == 0.0


@pytest.mark.parametrize(
    ("row", "peer", "ratio", "reached"),
    [
        (Row(SMALL, "a", "b", 3.0), 6e-6, "3× faster", True),
        (Row(SMALL, "a", "b", 4.0), 6e-6, "3× faster", False),
        (Row(SMALL, "a", "b"), 6e-6, "3× faster", None),
        (Row(SMALL, "a", "b", 3.0), 1e-6, "2× its time", False),
        (Row(SMALL, "a", "b", 2.0, at_most=True), 1e-6, "2× its time", True),
        (Row(SMALL, "a", "b", 1.5, at_most=True), 1e-6, "2× its time", False),
    ],
)
def test_a_line_says_how_ours_compares(row, peer, ratio, reached):
    found = lines.line(row, result("a", 2e-6), result("b", peer))
    assert (found.ours, found.ratio, found.reached) == ("a 2 µs ± 0%", ratio, reached)


def test_a_target_is_open_without_its_peer_and_missed_with_a_wrong_one():
    row, ours = Row(SMALL, "a", "b", 3.0), result("a", 2e-6)
    assert lines.line(row, ours, Result("b", "b is not installed")).reached is None
    assert lines.line(row, ours, Result("b", "differs", at_fault=True)).reached is False
    assert lines.line(row, ours, Result("b", "differs", at_fault=True)).peer == "b: differs"


def test_distances_are_relative_and_a_nan_is_infinitely_far():
    assert distance([1.0, 3.0], [2.0, 4.0]) == 0.25
    assert distance([], []) == 0.0
    assert distance([float("nan")], [0.0]) == float("inf")


def test_contestants_that_agree_are_timed():
    found = contest(SMALL, ["eager, expanded"], LEAST)["eager, expanded"]
    assert (len(found.times), found.why_not, found.compile > 0) == (1, "", True)


def test_a_contestant_with_other_numbers_is_not_timed(monkeypatch):
    monkeypatch.setattr(contests, "disagreement", lambda entrant, engine: disagreement(entrant, engine) + 1e-8)
    found = contest(SMALL, ["eager"], LEAST)["eager"]
    assert (found.times, found.at_fault) == ([], True)
    assert found.why_not == "differs from eager by 1.0e-08"


def test_wrong_gradients_are_a_disagreement_even_where_the_loss_is_right():
    right, wrong = SimpleNamespace(loss=0.5, moves=[0.1, -0.2]), SimpleNamespace(loss=0.5, moves=[0.1, 0.2])
    assert disagreement(right, right) == 0.0
    assert disagreement(wrong, right) == 2.0  # 0.4 of 0.2


def test_one_who_is_not_installed_is_named_and_not_timed(monkeypatch):
    monkeypatch.setitem(CONTESTANTS, "nobody", Contestant("nowhere", "nothing", "a_library_that_is_not_there"))
    found = contest(SMALL, ["nobody"], LEAST)["nobody"]
    assert (found.why_not, found.at_fault) == ("a_library_that_is_not_there is not installed", False)


def test_one_who_fails_is_at_fault(capfd):
    found = contest("GPT", ["Python lanes"], LEAST)["Python lanes"]  # a text has no lanes
    assert (found.why_not, found.at_fault) == ("gave up at GPT with exit code 1", True)
    assert "KeyError" in capfd.readouterr().err


def test_growth_says_from_where_on_the_peer_is_faster(monkeypatch):
    times = {"moons 1": (1.0, 2.0), "moons 10": (3.0, 2.0), "moons 100": (4.0, 2.0)}

    def timed(work, names, effort, reference):
        return {name: result(name, seconds) for name, seconds in zip(names, times[work])}

    monkeypatch.setattr(growth, "contest", timed)
    monkeypatch.setattr(Contestant, "missing", "")
    *_, last = growth.growing(rows.BATCHES[:3], LEAST)
    assert (last.work, last.ours) == ("PyTorch batched is faster", "from moons step, batch 10 on")


def test_graphs_are_not_measured_in_python_against_the_targets_of_c(monkeypatch):
    monkeypatch.setattr(Contestant, "missing", "cc is not installed")
    (line,) = graphs.lines(LEAST)
    assert (line.ours, line.reached) == ("cc is not installed", None)


def test_what_falls_short_is_listed_and_is_an_exit_code(monkeypatch, capsys):
    found = [Line("fast", "a", reached=True), Line("slow", "b", target="≥ 2×", reached=False), Line("seen", "c")]
    monkeypatch.setitem(benchmarks.SECTIONS, "moons", lambda effort: iter(found))
    assert benchmarks.main(["--only", "moons", "--quick"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "fell short: slow, b, ≥ 2×"
    found[1:2] = []
    assert benchmarks.main(["--only", "moons"]) == 0


def test_a_section_that_fails_falls_short_and_the_others_go_on(monkeypatch, capsys):
    def failing(effort):
        raise RuntimeError("gave up")

    monkeypatch.setitem(benchmarks.SECTIONS, "moons", failing)
    monkeypatch.setitem(benchmarks.SECTIONS, "gpt", lambda effort: iter([Line("fast", "a", reached=True)]))
    assert benchmarks.main(["--only", "moons", "gpt"]) == 1
    printed = capsys.readouterr().out
    assert "fell short: moons, gave up" in printed
    assert "| fast | a |" in printed


def test_parameters_are_cut_into_layers():
    task = tasks.Task((2, 2, 1), "tanh", "hinge", [])
    assert list(task.layers(list(range(9)))) == [([[0, 1], [3, 4]], [2, 5]), ([[6, 7]], [8])]
    assert len(task.start()) == 9


def test_a_class_is_given_to_a_program_as_probabilities():
    assert given(tasks.task("classes 3"), 1) == [0.0, 1.0, 0.0]


@pytest.mark.parametrize(
    "row", [row for section in (rows.MOONS, rows.CLASSES, rows.TRANSFORMER, rows.EAGER) for row in section]
)
def test_rows_name_contestants_that_there_are(row):
    assert {row.ours, row.peer} <= set(CONTESTANTS)
    assert row.work in rows.TITLES
