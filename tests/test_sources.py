"""trace_sources: nodes know the line that made them, and errors, steps and pictures show it."""

import asyncio
import copy
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from micrograd_nn import MLP, Value, backward_steps, draw, no_grad, trace_sources

HERE = Path(__file__).name


def this_line() -> int:
    return sys._getframe(1).f_lineno


def test_every_kind_of_node_knows_its_line():
    with trace_sources():
        a, line = Value(2.0), this_line()
        made = [a, a * 3, 3 - a, -a, a**2, 2**a, a.tanh(), a.leaky_relu(), abs(a)]
    assert {node.source.line for node in made[1:]} == {line + 1}
    assert (a.source.line, Path(a.source.path).name) == (line, HERE)
    assert made[1].inputs[1].source == made[1].source
    assert str(a.source) == f"{HERE}:{line}"
    assert a.source.code == "a, line = Value(2.0), this_line()"


def test_a_network_s_nodes_come_from_the_line_that_called_it():
    model = MLP(2, [2, 1], seed=1)
    with trace_sources():
        line = this_line() + 1
        output = model([1.0, 2.0])
    assert output.source.line == line
    assert {x.source and x.source.line for x in output.inputs} == {line, None}  # parameters were made before


def test_outside_the_context_nodes_know_nothing():
    with trace_sources():
        pass
    assert Value(2.0).source is None
    assert (Value(2.0) * 3).source is None


def test_the_context_is_of_one_thread_and_one_task():
    found = []

    async def other() -> None:
        found.append(Value(1.0).source)

    async def tracing() -> None:
        with trace_sources():
            await asyncio.gather(asyncio.to_thread(lambda: None))
            found.append(Value(1.0).source is not None)

    async def both() -> None:
        await asyncio.gather(tracing(), other())

    asyncio.run(both())
    with trace_sources():
        thread = threading.Thread(target=lambda: found.append(Value(1.0).source))
        thread.start()
        thread.join()
    assert found == [None, True, None]


def test_contexts_nest_also_in_no_grad():
    with trace_sources(), no_grad():
        with trace_sources():
            x = Value(1.0) * 2
        assert x.source is not None and x.inputs == ()
        assert Value(1.0).source is not None


def test_gradients_are_the_same_and_copies_and_pickles_work():
    with trace_sources():
        x = Value(2.0, label="x")
        y = (x * x).tanh()
    y.backward()
    z = Value(2.0)
    (z * z).tanh().backward()
    assert x.grad == z.grad
    for twin in (copy.copy(y), copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        twin.backward()
        assert twin.data == y.data


def test_an_error_in_backward_says_where_the_node_was_made():
    with trace_sources():
        x, line = Value(0.0, label="x"), this_line()
        y = x.sqrt()
    with pytest.raises(ValueError) as caught:
        y.backward()
    assert str(caught.value) == (
        f"sqrt ({HERE}:{line + 1}) has no finite derivative in x (node 'x', {HERE}:{line})"
        f" at x = 0.0 (node 'x', {HERE}:{line})"
    )


def test_an_error_while_recording_says_where_the_operand_was_made():
    with trace_sources():
        x, line = Value(-1.0), this_line()
    with pytest.raises(ValueError, match=rf"^log is undefined at x = -1.0 \({HERE}:{line}\)$"):
        x.log()


def test_steps_and_pictures_show_the_line():
    pytest.importorskip("graphviz")
    with trace_sources():
        x, line = Value(2.0, label="x"), this_line()
        y = x * x
    assert str(next(backward_steps(y))).endswith(f"   (1 of 2)   [{HERE}:{line + 1}]")
    assert f"grad = not computed, made at {HERE}:{line + 1}" in draw(y).source


def test_tracing_works_at_a_prompt():
    program = "from micrograd_nn import *\nwith trace_sources(): x = Value(1.0)\n\nprint(x.source, repr(x.source.code))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=Path(__file__).parent.parent
    )
    assert done.stdout.startswith("<string>:2 ")  # its text is to be had from Python 3.13 on


def test_after_the_context_recording_costs_what_it_did_before():
    from micrograd_nn.contexts import in_use

    with trace_sources(), no_grad():
        assert len(in_use) == 2
    assert in_use == []
