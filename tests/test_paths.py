"""Paths: counted, summed and ranked without being enumerated; compared with enumeration where that is possible."""

import time
from math import fsum, inf, isclose, isnan, nan, prod

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from micrograd_nn import Value, Walk, paths
from micrograd_nn.names import Names
from micrograd_nn.tour import lecture_expression
from micrograd_nn.value import constant
from tests.strategies import programs


def enumerated(node: Value, value: Value) -> list[tuple[tuple[Value, ...], float]]:
    """Every path from a value to a node with its product, one by one."""
    if node is value:
        return [((node,), 1.0)]
    return [
        ((*nodes, node), product * local)
        for x, local in zip(node.inputs, node.local_derivatives)
        for nodes, product in enumerated(x, value)
    ]


def doubled(times: int) -> tuple[Value, Value]:
    x = a = Value(1.0, label="a")
    for _ in range(times):
        x = x + x
    return a, x


def labels(nodes: tuple[Value, ...]) -> str:
    return "".join(node.label for node in nodes)


def test_the_paths_of_the_lecture_s_graph():
    output = lecture_expression()
    found = paths(Names(output).find("a"), of=output)
    assert (found.count, found.edges, found.total, found.size) == (1, 3, 6.0, 6.0)
    (path,) = found
    assert labels(path.nodes) == "aedL"
    assert (path.locals, path.product, path.share) == ((-3.0, 1.0, -2.0), 6.0, 1.0)
    assert str(found) == "∂L/∂a = 6: 1 path along 3 edges\n100 %  a → e → d → L  -3 × 1 × -2 = 6"


def test_paths_come_largest_first_with_their_shares():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    c, d = a + b, a * b
    c.label, d.label = "c", "d"
    output = c * d  # d/da (a + b)ab = 2ab + b² = -3; by paths: d through c, and c · b through d
    output.label = "L"
    found = paths(a, of=output)
    assert [(labels(path.nodes), path.product, path.share) for path in found] == [
        ("acL", -6.0, 6 / 9),
        ("adL", 3.0, 3 / 9),
    ]
    assert str(found).splitlines() == [
        "∂L/∂a = -3: 2 paths along 4 edges",
        " 67 %  a → c → L  1 × -6 = -6",
        " 33 %  a → d → L  -3 × -1 = 3",
        "some cancel others: their sizes add up to 9",
    ]


@given(programs(), st.data(), st.integers(1, 6))
def test_counts_sums_and_the_largest_agree_with_enumeration(program, data, top):
    leaves = [Value(x) for x in program.points]
    output = program(*leaves)
    value = data.draw(st.sampled_from(leaves))
    every = enumerated(output, value) if output.inputs else []
    assume(output.inputs and len(every) < 3000)
    found = paths(value, of=output, top=top)
    products = [product for _, product in every]
    assert found.count == len(every)
    assert isclose(found.size, fsum(map(abs, products)), rel_tol=1e-9, abs_tol=1e-300)
    assert isclose(found.total, fsum(products), rel_tol=0, abs_tol=1e-9 * found.size)
    expected = sorted(map(abs, products), reverse=True)[:top]
    assert [abs(path.product) for path in found] == pytest.approx(expected, rel=1e-9, abs=1e-300)
    assert {path.nodes for path in found} <= {nodes for nodes, _ in every}


@given(programs())
def test_the_sum_over_paths_is_the_gradient_of_every_node(program):
    output = program(*[Value(x) for x in program.points])
    found = {node: paths(node, of=output) for node in Names(output)}
    output.backward()
    for node, over in found.items():
        assert isclose(over.total, node.grad, rel_tol=0, abs_tol=1e-9 * over.size)
        for path in over:
            assert path.nodes[0] is node and path.nodes[-1] is output
            assert isclose(prod(path.locals), path.product, rel_tol=1e-9, abs_tol=1e-300)


def test_a_graph_with_more_paths_than_can_be_walked_takes_no_time():
    a, output = doubled(60)
    start = time.perf_counter()
    found = paths(a, of=output)
    assert time.perf_counter() - start < 0.1
    assert (found.count, found.total, found.edges, len(found)) == (2**60, 2.0**60, 120, 5)
    assert str(found).splitlines()[-1] == f"… {2**60 - 5} more"


def test_a_number_of_paths_too_long_to_read_is_a_power_of_two():
    a, output = doubled(1000)
    assert "more than 2^1000 paths" in str(paths(a, of=output))


def test_a_chain_of_100000_nodes_has_one_path():
    x = a = Value(1.0, label="a")
    for _ in range(100_000):
        x = -x
    found = paths(a, of=x)
    assert (found.count, found.edges, found.total) == (1, 100_000, 1.0)
    assert str(found).splitlines()[1] == (
        "100 %  a → v1 → v2 → v3 → … → v99998 → v99999 → v100000  -1 × -1 × -1 × -1 × … × -1 × -1 × -1 = 1"
    )


def test_two_uses_by_one_node_are_two_paths():
    a = Value(3.0, label="a")
    found = paths(a, of=a * a)
    assert (found.count, found.edges, [path.share for path in found]) == (2, 2, [0.5, 0.5])


def test_equal_paths_keep_the_order_of_inputs():
    a = Value(1.0, label="a")
    b, c = a + 0, a + 0
    b.label, c.label = "b", "c"
    assert [path.nodes[1].label for path in paths(a, of=b + c)] == ["b", "c"]
    assert [path.nodes[1].label for path in paths(a, of=c + b)] == ["c", "b"]


def test_of_the_output_itself_there_is_one_path_without_edges():
    a = Value(3.0, label="a")
    found = paths(a, of=a)
    assert (found.count, found.edges, found.total, found.top[0].nodes) == (1, 0, 1.0, (a,))


@pytest.mark.parametrize("value", [Value(1.0, label="q"), constant(2.0)])
def test_where_no_path_leads_the_sum_is_zero(value):
    found = paths(value, of=Value(3.0, label="a") * 2)
    assert (found.count, found.total, found.top) == (0, 0.0, ())
    assert "v1 does not depend on" in str(found)


def test_nobody_asks_for_paths_from_a_constant():
    output = Value(3.0, label="a") * 2
    assert str(paths(output.inputs[1], of=output)).startswith("2 cannot change, it is made of constants alone")


def test_a_constant_has_no_paths_because_nobody_asks_for_its_slope():
    y = Value(3.0, label="x") ** 2
    assert paths(y.inputs[1], of=y).count == 0
    assert paths(y.inputs[0], of=constant(2.0) * constant(3.0)).count == 0


def test_slopes_that_are_not_finite_come_first_and_break_nothing():
    a = Value(nan, label="a")
    found = paths(a, of=a * a + 3 * a)
    assert [isnan(path.product) for path in found] == [True, True, False]
    assert isnan(found.total) and isnan(found.top[0].share)
    a = Value(inf, label="a")
    assert [path.product for path in paths(a, of=2 * a + a * a)] == [inf, inf, 2.0]
    a = Value(0.0, label="a")
    assert isnan(paths(a, of=a.sqrt() + a).total)


def test_products_beyond_the_range_of_floats_are_no_contradiction():
    a = Value(1e-300, label="a")
    assert paths(a, of=a * 1e200 * 1e200 * 1e-200).total == inf  # from the output down it is 1e200
    a = Value(1.0, label="a")
    assert paths(a, of=a * 1e-200 * 1e-200 * 1e200).total == 0.0  # from the output down it is 1e-200
    assert paths(a, of=a * 1e200 * 1e-200 * 1e-200).total == 1e-200  # from the output down it is 0


def test_a_sum_that_is_not_what_backward_finds_is_an_error(monkeypatch):
    monkeypatch.setattr(Walk, "grad", lambda walk, node: 5.0)
    output = lecture_expression()
    with pytest.raises(ArithmeticError, match=r"the sum over paths is 6\.0, but backward finds 5\.0"):
        paths(Names(output).find("a"), of=output)


def test_slopes_of_zero_excuse_no_wrong_sum(monkeypatch):
    monkeypatch.setattr(Walk, "grad", lambda walk, node: 5.0)
    a = Value(1.0, label="a")
    with pytest.raises(ArithmeticError, match=r"the sum over paths is 3\.0, but backward finds 5\.0"):
        paths(a, of=a * 0 + a * 3)


def test_a_path_knows_all_its_digits():
    a = Value(1.0, label="a")
    assert f"{paths(a, of=a * 0.1):.17g}".splitlines()[0] == "∂v1/∂a = 0.10000000000000001: 1 path along 1 edge"


def test_paths_that_cannot_be_are_errors():
    a = Value(1.0)
    with pytest.raises(TypeError, match="paths lead from a Value to a Value, not float"):
        paths(1.0, of=a)
    with pytest.raises(TypeError, match="paths lead from a Value to a Value, not str"):
        paths(a, of="L")
    with pytest.raises(ValueError, match="top must be at least 1, not 0"):
        paths(a, of=a, top=0)


def test_no_gradient_in_the_graph_changes():
    a, output = doubled(3)
    output.backward()
    a.grad = 5.0
    paths(a, of=output)
    assert (a.grad, output.grad) == (5.0, 1.0)
