"""Progress: lines or a bar beside a run, which stays the run that it is."""

import io
import sys
from functools import partial

import pytest

from micrograd_nn import MLP, DivergenceError, Layer, data, layers, progress, train
from micrograd_nn.optim import SGD
from micrograd_nn.training import progress as progress_function
from micrograd_nn.training.epochs import Update, ignore
from micrograd_nn.training.progress import Pace

progress_module = sys.modules[progress_function.__module__]  # its name in the package is that of the function


class Terminal(io.StringIO):
    """A stream that says that a person is looking at it."""

    def isatty(self):
        return True


def new_run(epochs=100, **keywords):
    return train(MLP(2, [2, 1], seed=1), data.xor(), epochs=epochs, **keywords)


def numbers_in(stream):
    """The epochs that lines were written for."""
    return [int(line.split()[1]) for line in stream.getvalue().splitlines()]


@pytest.fixture
def without_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)


@pytest.fixture
def with_tqdm(monkeypatch):
    tqdm = pytest.importorskip("tqdm")
    monkeypatch.setattr(tqdm, "tqdm", partial(tqdm.tqdm, mininterval=0))  # draws at every epoch, not ten times a second


# Lines


@pytest.mark.parametrize(
    ("epochs", "expected"),
    [
        (100, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]),
        (25, [3, 5, 8, 10, 13, 15, 18, 20, 23, 25]),  # the first epochs at or beyond 2.5, 5, 7.5, …
        (10, list(range(1, 11))),
        (3, [1, 2, 3]),
        (1, [1]),
    ],
)
def test_where_there_is_no_terminal_there_is_a_line_for_every_tenth_part(epochs, expected):
    stream = io.StringIO()
    run = new_run(epochs)
    assert list(progress(run, stream)) == run.history[1:]
    assert numbers_in(stream) == expected


def test_a_line_is_the_epoch_as_text():
    stream = io.StringIO()
    run = new_run(2)
    list(progress(run, stream))
    assert stream.getvalue() == f"{run.history[1]}\n{run.history[2]}\n"


def test_lines_go_to_stderr_unless_told_otherwise(capsys):
    list(progress(new_run(2)))
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 2


def test_the_epoch_in_which_patience_ends_has_a_line():
    # a learning rate of 1e-300 changes nothing: no epoch is better than the untrained model
    model = MLP(2, [2, 1], seed=1)
    run = train(model, data.xor(), optimizer=SGD(model.parameters(), 1e-300), epochs=100, patience=3)
    stream = io.StringIO()
    list(progress(run, stream))
    assert numbers_in(stream) == [3]


def test_a_run_that_was_begun_goes_on_where_it_is():
    run = new_run()
    for epoch in run:
        if epoch.number == 55:
            break
    stream = io.StringIO()
    assert next(progress(run, stream)).number == 56
    assert [epoch.number for epoch in progress(run, stream)] == list(range(57, 101))
    assert numbers_in(stream) == [60, 70, 80, 90, 100]


def test_without_stderr_nothing_is_shown(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    assert len(list(progress(new_run(5)))) == 5


def test_on_a_closed_stream_nothing_is_shown():
    stream = io.StringIO()
    stream.close()
    assert len(list(progress(new_run(5), stream))) == 5


@pytest.mark.usefixtures("without_tqdm")
def test_on_a_terminal_without_tqdm_there_are_lines():
    stream = Terminal()
    list(progress(new_run(20), stream))
    assert numbers_in(stream) == list(range(2, 21, 2))


# Long epochs


def of_names(epochs=1):
    """A run of sequences, in three steps an epoch."""
    examples = [([0, 1], [1, 0]), ([0, 1, 1], [1, 1, 0]), ([0, 0], [0, 1])]
    model = layers.Sequential(layers.Embedding(2, 2, seed=1), layers.TimeDistributed(Layer(2, 2, "linear", seed=2)))
    return train(model, examples, "cross_entropy", epochs=epochs, batch_size=1, seed=1)


def step(number, loss, n_targets=1, n_examples=1, seconds=0.5):
    return Update(number, loss, 1.0, n_targets, n_examples, seconds)


def test_the_pace_is_the_mean_loss_and_the_tokens_per_second_of_an_epoch():
    pace = Pace()
    for each in (step(1, 9.0), step(2, 9.0), step(1, 3.0, n_targets=4), step(2, 1.0, n_targets=6)):
        pace.add(each)
    assert str(pace) == "loss 2  10 tokens per second"  # 10 in a second; the first epoch is over


def test_where_every_example_has_one_target_nothing_is_said_of_tokens():
    pace = Pace()
    pace.add(step(1, 0.25, n_targets=8, n_examples=8))
    assert str(pace) == "loss 0.25"


def test_within_a_long_epoch_there_are_lines_of_its_steps(monkeypatch):
    monkeypatch.setattr(progress_module, "LONG", -1.0)
    stream = io.StringIO()
    list(progress(of_names(2), stream))
    begin = [line.partition("  loss")[0] for line in stream.getvalue().splitlines()]
    assert begin == [f"epoch {n}{step}" for n in (1, 2) for step in (", step 1 of 3", ", step 2 of 3", "")]
    assert all(line.endswith(" tokens per second") for line in stream.getvalue().splitlines())


def test_within_a_short_epoch_there_are_none():
    stream = io.StringIO()
    list(progress(of_names(), stream))
    assert len(stream.getvalue().splitlines()) == 1


@pytest.mark.usefixtures("with_tqdm")
@pytest.mark.parametrize(("soon", "shown"), [(-1.0, True), (60.0, False)])
def test_a_bar_moves_at_every_step_and_says_what_a_long_epoch_has_come_to(monkeypatch, soon, shown):
    monkeypatch.setattr(progress_module, "SOON", soon)
    stream = Terminal()
    list(progress(of_names(2), stream))
    drawn = stream.getvalue()
    assert all(f" {n}/6 " in drawn for n in range(7))
    assert ("epoch 1  loss " in drawn) == shown
    assert " tokens per second" in drawn


def test_nothing_is_told_of_steps_when_it_is_over(stream):
    run = of_names(2)
    list(progress(run, stream))
    assert run.on_step is ignore


# A bar


@pytest.mark.usefixtures("with_tqdm")
def test_on_a_terminal_there_is_a_bar_that_fills_and_goes():
    stream = Terminal()
    run = new_run(20)
    assert list(progress(run, stream)) == run.history[1:]
    drawn = stream.getvalue().split("\r")
    for epoch in run.history[1:]:
        measures = str(epoch).partition("  ")[2]
        assert any(f" {epoch.number}/20 " in text and measures in text for text in drawn)
    assert "\n" not in stream.getvalue()
    assert is_blank(last_line(stream))


@pytest.mark.usefixtures("with_tqdm")
def test_a_bar_of_a_run_that_was_begun_starts_where_it_is():
    run = new_run(20)
    for epoch in run:
        if epoch.number == 15:
            break
    stream = Terminal()
    assert [epoch.number for epoch in progress(run, stream)] == [16, 17, 18, 19, 20]
    assert "15/20" in stream.getvalue() and " 0/20" not in stream.getvalue()


def last_line(stream):
    """What stands in the one line of the bar in the end: what was written over it since its last start."""
    return stream.getvalue().rstrip("\r").rpartition("\r")[2]


def is_blank(text):
    return text.replace("\x1b[A", "").strip() == ""


@pytest.fixture(params=["lines", "bar"])
def stream(request):
    if request.param == "bar":
        pytest.importorskip("tqdm")
        return Terminal()
    return io.StringIO()


def test_ctrl_c_passes_through_and_leaves_no_bar(stream):
    calls = iter(range(10**6))

    def loss(output, target):
        if next(calls) == 50:
            raise KeyboardInterrupt
        return (output - target) ** 2

    run = train(MLP(2, [2, 1], seed=1), data.xor(), loss)
    with pytest.raises(KeyboardInterrupt):
        list(progress(run, stream))
    # 4 calls to try the examples and 4 to measure them, then 8 an epoch: number 50 is in the sixth
    assert run.history[-1].number == 5
    assert not stream.isatty() or is_blank(last_line(stream))
    assert [epoch.number for epoch in progress(run, stream)][-1] == 100


def test_divergence_passes_through_and_leaves_no_bar(stream):
    model = MLP(2, [2, 1], seed=1)
    run = train(model, data.xor(), optimizer=SGD(model.parameters(), 1e300))
    with pytest.raises(DivergenceError, match="in epoch 1"):
        list(progress(run, stream))
    assert not stream.isatty() or is_blank(last_line(stream))


def test_a_loop_that_breaks_leaves_a_run_that_can_go_on_and_no_bar(stream):
    run = new_run(20)
    shown = progress(run, stream)
    for epoch in shown:
        if epoch.number == 7:
            break
    shown.close()
    assert not stream.isatty() or is_blank(last_line(stream))
    assert next(run).number == 8


def test_an_error_in_the_loop_leaves_no_bar(stream):
    shown = progress(new_run(20), stream)
    next(shown)
    with pytest.raises(ZeroDivisionError):
        shown.throw(ZeroDivisionError())
    assert not stream.isatty() or is_blank(last_line(stream))


def test_a_run_that_is_over_shows_no_epochs(stream):
    assert list(progress(new_run(2).finish(), stream)) == []


def test_shown_epochs_have_the_bits_of_those_that_are_not(stream):
    shown = [epoch.loss for epoch in progress(new_run(10), stream)]
    assert shown == [epoch.loss for epoch in new_run(10)]
