"""Graphs of any depth: order, copies, pickles, and freeing them on a small stack."""

import copy
import gc
import pickle
import subprocess
import sys
import textwrap
import threading

import pytest

from micrograd_nn import MLP, Op, Value, draw, graph, tree
from micrograd_nn.graph import NOT_COMPUTED, reading_order, topological_order

DEEP = 1_000_000


def chain(length: int) -> tuple[Value, Value]:
    x = Value(1.0, label="x")
    node = x
    for _ in range(length):
        node = node + x
    return x, node


def test_the_order_has_every_node_once_before_its_inputs():
    a = Value(1.0)
    b = a + a
    c = b * a
    assert topological_order(c * b)[1:] == [c, b, a]


def test_the_reading_order_is_as_one_would_write_it():
    a, b, c, f = (Value(1.0) for _ in range(4))
    e = a * b
    d = e + c
    output = d * f
    assert reading_order(output) == [a, b, e, c, d, f, output]


def test_a_leaf_is_its_own_order():
    a = Value(1.0)
    assert topological_order(a) == reading_order(a) == [a]


def test_a_deep_graph_needs_no_recursion_in_a_thread_with_a_small_stack():
    assert_runs_on_a_small_stack(f"""
        import copy, pickle
        from micrograd_nn import Value, grad, tree

        def work():
            x = Value(1.0)
            node = x
            for _ in range({DEEP}):
                node = node + x
            node.backward()
            assert x.grad == {DEEP} + 1
            twin = copy.deepcopy(node)
            assert twin.data == node.data and twin is not node
            back = pickle.loads(pickle.dumps(node))
            assert back.data == node.data and back.grad == 1.0
            assert len(tree(node).splitlines()) <= 61
            assert grad(node, x) == {DEEP} + 1
    """)


def assert_runs_on_a_small_stack(program: str) -> None:
    """Its `work()`, with 256 KiB, in a process of its own: an overflow would take the tests down with it."""
    program = textwrap.dedent(program) + textwrap.dedent("""
        import threading
        threading.stack_size(256 * 1024)
        thread = threading.Thread(target=lambda: (work(), print("freed")))
        thread.start()
        thread.join()
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, "freed\n"), done.stderr


def test_deep_graphs_whose_nodes_are_used_several_times_are_freed_on_a_small_stack():
    assert_runs_on_a_small_stack("""
        from micrograd_nn import Value, dot

        def work():
            for grown in (lambda x: x * x, lambda x: dot([x, x], [x, x], -1.0), lambda x: x.relu()):
                node = Value(1.0)
                for _ in range(100_000):
                    node = grown(node)
    """)


def test_what_someone_still_needs_outlives_what_was_made_of_it():
    x = Value(3.0)
    square = x * x
    output = (square + 1).tanh() * square
    del output
    assert square.inputs == (x, x)
    square.backward()
    assert x.grad == 6.0


def test_threads_that_free_graphs_at_the_same_time_leave_nothing_behind():
    def work() -> None:
        for _ in range(20):
            chain(2_000)

    gc.collect()
    before = len(gc.get_objects())
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(gc.get_objects()) - before < 200


def test_a_copy_of_the_module_s_names_keeps_nothing_alive():
    """Such as doctest makes."""
    names = dict(vars(graph))
    gc.collect()
    before = len(gc.get_objects())
    chain(2_000)
    assert len(gc.get_objects()) - before < 200
    assert names["free"] is graph.free


def test_a_deep_graph_of_gradients_is_recorded_and_freed():
    from micrograd_nn import grad

    x, node = chain(5_000)
    slope = grad(node * x, x, create_graph=True)
    assert grad(slope, x) == 2 * 5_001


def test_a_deep_graph_is_drawn_cut_short():
    pytest.importorskip("graphviz")
    _, node = chain(20_000)
    source = draw(node).source
    assert "more" in source and len(source) < 100_000


def test_a_copy_shares_inputs_and_a_deep_copy_shares_nothing():
    a = Value(2.0, label="a")
    b = a * a
    b.backward()
    shallow, deep = copy.copy(b), copy.deepcopy(b)
    assert shallow.inputs == (a, a) and shallow is not b
    assert deep.inputs[0] is deep.inputs[1] is not a
    deep.backward()
    assert (a.grad, deep.inputs[0].grad) == (4.0, 8.0)


def test_deep_copies_together_keep_what_they_share():
    a = Value(2.0)
    b = a * 3
    c, d = copy.deepcopy([b, b + a])
    assert d.inputs[0] is c and d.inputs[1] is c.inputs[0]


def test_a_pickle_keeps_everything():
    a, unused = Value(2.0, label="a"), Value(1.0)
    b = (a * a).tanh()
    b.label = "b"
    b.backward()
    again = pickle.loads(pickle.dumps(b))
    assert (again.data, again.grad, again.label, again.op) == (b.data, 1.0, "b", b.op)
    assert again.local_derivatives == b.local_derivatives
    assert again.inputs[0].inputs[0] is again.inputs[0].inputs[1]
    assert pickle.loads(pickle.dumps(unused)).grad is NOT_COMPUTED


def test_graphs_in_one_pickle_go_on_sharing_their_leaves():
    model = MLP(2, [3, 1], seed=1)
    output = model([1.0, 2.0])
    model, output = pickle.loads(pickle.dumps((model, output)))
    output.backward()
    assert all(p.grad is not NOT_COMPUTED for p in model.parameters())


def double(x):
    return 2 * x


def double_partials(out, x):
    return (2.0,)


def test_an_operation_of_ones_own_survives_a_pickle():
    y = Op("double", double, double_partials)(Value(3.0))
    again = pickle.loads(pickle.dumps(y))
    assert (again.op.name, again.op(4.0)) == ("double", 8.0)


def test_the_same_program_gives_the_same_bytes_in_every_process():
    program = """
        from micrograd_nn import MLP, draw, tree
        model = MLP(2, [3, 1], seed=1)
        output = model([1.0, 2.0])
        output.backward()
        print(output, [p.grad for p in model.parameters()], tree(output))
        print(draw(output).source)
    """
    pytest.importorskip("graphviz")
    command = [sys.executable, "-c", textwrap.dedent(program)]
    runs = {
        subprocess.run(command, capture_output=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."}, check=True).stdout
        for seed in ("0", "1", "2")
    }
    assert len(runs) == 1


def test_a_tree_writes_a_shared_node_out_once():
    a = Value(2.0, label="a")
    b = a * 3
    b.label = "b"
    text = tree(b + b)
    assert text.count("b = a * 3") == 1 and text.count("b (above)") == 1
