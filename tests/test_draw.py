"""Pictures: what stands in them, that any text is safe, that large graphs are cut short, and how they are rendered."""

import re
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from micrograd_nn import MLP, RenderError, Value, Walk, draw, draw_dot, grad, no_grad, ops, parameter, render, total
from micrograd_nn.graph import topological_order
from micrograd_nn.layers import RNN
from micrograd_nn.names import Names
from micrograd_nn.places import heading
from micrograd_nn.quoting import visible
from micrograd_nn.tour import lecture_expression as lecture
from tests.strategies import labels, programs

pytest.importorskip("graphviz")

HOSTILE = [
    "</script><script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "]]>",
    "{a|<port> b}",
    "a:b:c",
    "\\N \\G \\n \\",
    "\"quotes\" and 'quotes'",
    "&lt; &amp; &#92;",
    "<b>bold</b>",
    "new\nline\ttab\x00nul\x1besc",
    "مرحبا \u202e reversed",
    "∂L/∂w · 🙂",
    "node",
    "  two  spaces  ",
    "%s {0} ${x}",
    "lone \udc80 surrogate",
]


def nodes(source: str) -> dict[str, str]:
    """The lines of the nodes by what they show first."""
    return {re.search(r"<B>(.*?)</B>", line)[1]: line for line in source.splitlines() if "<B>" in line}


def texts(svg: str) -> list[str]:
    return [
        (text.text or "").replace("\xa0", " ") for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


def test_a_node_shows_what_it_computes_its_data_and_its_gradient():
    output = lecture()
    output.backward()
    found = nodes(draw(output).source)
    assert list(found) == ["a", "b", "e = a * b", "c", "d = e + c", "f", "L = d * f"]
    assert "data -6<" in found["e = a * b"] and "grad -2<" in found["e = a * b"]


def test_a_gradient_not_computed_shows_as_a_dot_and_never_as_0():
    output = lecture()
    assert "grad ·" in nodes(draw(output).source)["a"]
    (output * 0).backward()
    assert "grad 0" in nodes(draw(output).source)["a"]


def test_numbers_have_four_digits_and_all_of_them_in_the_tooltip():
    line = nodes(draw(Value(1 / 3, "x") * 1e-6).source)
    assert "data 0.3333<" in line["x"] and "0.3333333333333333" in line["x"]
    assert "data 3.333e-07<" in line["v1 = x * 1e-06"]


def test_nan_and_infinity_are_flagged():
    found = nodes(draw(Value(float("nan"), "n") + Value(float("inf"), "i")).source)
    assert "⚠ nan" in found["n"] and "⚠ inf" in found["i"]


def test_roles_are_told_by_shape():
    found = nodes(draw(MLP(1, [1], seed=1, activation="tanh")([2.0]) + 1).source)
    assert "class=input" in found["x1"] and "fillcolor" in found["x1"]
    assert "class=parameter" in found["w1"] and "penwidth=2.4" in found["w1"]
    assert "class=computed" in found["z = w1·x1 + b"] and "rounded" in found["z = w1·x1 + b"]
    assert "class=output" in found["v1 = z + 1"] and "peripheries=2" in found["v1 = z + 1"]


def test_a_constant_is_bare_text():
    line = next(line for line in draw(Value(1.0, "x") * 7).source.splitlines() if "class=constant" in line)
    assert "label=7 " in line and "plaintext" in line


def test_edges_carry_the_local_derivative_in_the_colour_of_its_sign():
    edges = [line for line in draw(lecture()).source.splitlines() if "->" in line]
    assert len(edges) == 6
    assert "label=-3" in edges[0] and "#D55E00" in edges[0] and "class=negative" in edges[0]
    assert "label=2" in edges[1] and "#0072B2" in edges[1] and "class=positive" in edges[1]
    zero = [line for line in draw(Value(0.0, "x") * Value(0.0, "y")).source.splitlines() if "->" in line]
    assert all("dashed" in line and "label=0" in line for line in zero)


def test_there_is_one_edge_for_each_use():
    x = Value(3.0, "x")
    assert draw(x * x).source.count("->") == 2


def test_pen_width_grows_with_the_gradient_that_flows():
    output = lecture()
    output.backward()
    edges = [line for line in draw(output).source.splitlines() if "->" in line]
    flows = [6, 4, 2, 2, 2, 4]  # |∂L/∂input| along each edge, worked out by hand
    widths = [float(re.search(r"penwidth=([\d.]+)", line)[1]) for line in edges]
    assert [width == max(widths) for width in widths] == [flow == 6 for flow in flows]
    assert sorted(range(6), key=lambda i: (flows[i], i)) == sorted(range(6), key=lambda i: (widths[i], i))


def test_operations_can_be_nodes_of_their_own_as_lectures_draw_them():
    source = draw_dot(lecture()).source
    assert list(nodes(source)) == ["a", "b", "e", "c", "d", "f", "L"]
    assert source.count("shape=circle") == 3 and source.count("->") == 9


def test_neurons_are_framed_up_to_a_dozen_and_layers_above():
    few = draw(MLP(2, [3, 1], seed=1)([1.0, 2.0])).source
    assert re.findall(r"label=<(layer.*?)>", few) == [f"layer 1 · neuron {i}" for i in (1, 2, 3)] + [
        "layer 2 · neuron 1"
    ]
    many = draw(MLP(2, [13, 1], seed=1)([1.0, 2.0])).source
    assert re.findall(r"label=<(layer.*?)>", many) == ["layer 1", "layer 2"]


def test_a_label_with_a_dot_makes_no_frame():
    assert "cluster" not in draw(Value(1.0, "version 1.0") * Value(2.0, "a.b")).source


def test_a_large_network_is_drawn_by_neuron():
    output = MLP(2, [8, 8, 1], expand=True, seed=1)([1.0, 2.0])
    assert len(topological_order(output)) > 200
    found = nodes(draw(output).source)
    assert len([name for name in found if name.startswith("layer")]) == 17
    assert "9 parameters" in found["layer 2 · neuron 8"] and "26 nodes" in found["layer 2 · neuron 8"]


def test_a_larger_network_is_drawn_by_layer():
    model = MLP(2, [100, 100, 1], seed=1)
    found = nodes(draw(model([1.0, 2.0])).source)
    assert set(found) == {"x1", "x2", "layer 1", "layer 2", "layer 3"}
    assert "10100 parameters" in found["layer 2"]


def test_a_graph_without_modules_is_drawn_near_the_output_and_says_how_much_more_there_is():
    node = x = Value(1.0, "x")
    for _ in range(500):
        node = node + x
    source = draw(node).source
    shown = len(nodes(source))
    assert shown == 50
    assert f"+{501 - shown} more" in source
    assert len(nodes(draw(node, max_nodes=None).source)) == 501


@given(programs(most=30), st.integers(1, 12))
def test_what_is_drawn_and_what_is_left_out_make_up_the_graph(program, most):
    output = program(*[Value(x) for x in program.points])
    source = draw(output, max_nodes=most).source
    shown = len(re.findall(r"^\tn\d+ \[", source, re.M))
    left_out = sum(map(int, re.findall(r"\+(\d+) more", source)))
    assert shown <= most
    assert shown + left_out == len(topological_order(output))


def test_a_legend_names_the_roles():
    source = draw(lecture(), legend=True).source
    assert all(f"legend_{role}" in source for role in ("input", "parameter", "computed", "output", "constant"))
    assert "legend_use" not in source and "legend_module" not in source


def test_a_legend_names_dashed_boxes_and_modules_where_there_are_some():
    output = RNN(1, 1, seed=1)([1.0, 2.0])[-1][0]
    assert "use of a shared parameter" in draw(output, legend=True).source
    assert "module or time step" in draw(output, legend=True, collapse="module").source


def test_a_person_can_override_colours_and_size():
    source = draw(lecture(), positive="#111111", negative="#222222", rankdir="TB", size="8,5").source
    assert "#0072B2" not in source and "#111111" in source and "rankdir=TB" in source and 'size="8,5"' in source


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (("not a Value",), TypeError, "draw needs a Value or a Walk, not str"),
        ((Value(1.0), 0), ValueError, "max_nodes must be at least 1, not 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments, kind, message):
    with pytest.raises(kind, match=message):
        draw(*arguments)


@pytest.mark.parametrize("label", HOSTILE)
def test_any_text_shows_as_typed_and_is_never_markup(label, renderer):
    svg = draw(Value(1.0, label) + 1).svg()
    root = ET.fromstring(svg)
    shown = [text for text in texts(svg) if not text.startswith(("data", "grad", "v1", "1"))]
    assert visible(label) in shown
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "desc", "style", "g", "title", "polygon", "path", "text", "a", "ellipse", "polyline"}
    tooltips = [e.get("{http://www.w3.org/1999/xlink}title") for e in root.iter() if e.tag.endswith("}a")]
    assert any(tooltip.replace("\xa0", " ").startswith(visible(label)) for tooltip in tooltips)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=labels)
def test_any_label_is_in_its_tooltip(label, renderer):
    root = ET.fromstring(draw(Value(1.0, label) * 2).svg())
    tooltips = [e.get("{http://www.w3.org/1999/xlink}title") or "" for e in root.iter() if e.tag.endswith("}a")]
    words = f"{visible(label) or 'v1'}: data = 1.0, grad = not computed".split()
    assert words in [tooltip.split() for tooltip in tooltips]


@pytest.mark.parametrize("path", [*HOSTILE, "legend", "a\\"])
def test_any_text_may_be_the_path_of_a_module(path, renderer):
    path = path.replace(".", "")
    svg = draw(parameter(2.0, f"{path}.w") * 3, legend=True).svg()
    shown = [text for text in texts(svg) if not text.startswith(("data", "grad"))]
    assert visible(heading(path)) in shown and "legend" in shown


def test_a_description_is_text(renderer):
    assert "<desc>computation graph of a\\b &lt;c&gt;: 1 node</desc>" in draw(Value(1.0, "a\\b <c>")).svg()


def test_a_slope_that_is_not_finite_is_flagged():
    source = draw(Value(0.0, "x").sqrt()).source
    assert "⚠ nan" in source and "class=undefined" in source


def test_a_picture_has_a_description_and_a_dark_theme(renderer):
    svg = draw(lecture()).svg()
    assert svg.startswith("<svg")
    assert "<desc>computation graph of L: 7 nodes</desc>" in svg
    assert "prefers-color-scheme: dark" in svg


@pytest.mark.parametrize(
    ("ending", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("dot", b"digraph")]
)
def test_a_picture_is_saved_as_its_ending_says(ending, start, tmp_path, renderer):
    path = draw(lecture()).save(tmp_path / f"graph.{ending}")
    assert path.read_bytes().startswith(start)
    assert [p.name for p in tmp_path.iterdir()] == [f"graph.{ending}"]


def test_an_unknown_ending_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"end it in \.svg, \.png, \.pdf or \.dot"):
        draw(lecture()).save(tmp_path / "graph.bmp")


def test_a_folder_that_is_not_there_is_an_error_and_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        draw(lecture()).save(tmp_path / "nowhere" / "graph.dot")
    assert not list(tmp_path.iterdir())


def test_jupyter_shows_the_picture_and_the_tree(renderer):
    bundle = draw(lecture())._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    assert bundle["text/plain"].startswith("L = d * f")


def test_jupyter_never_sees_a_traceback(monkeypatch):
    def fail(source, format="svg"):
        raise RenderError("no Graphviz found")

    monkeypatch.setattr("micrograd_nn.drawing.render", fail)
    bundle = draw(lecture())._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert "no Graphviz found" in bundle["text/plain"]


def test_without_graphviz_one_error_names_both_remedies(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("micrograd_nn.render.find_spec", lambda name: None)
    with pytest.raises(RenderError, match=r"dot program.*\[render\]"):
        draw(lecture()).svg()


def test_the_dot_program_is_preferred(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/dot")
    assert render.renderer("png") == ["/usr/bin/dot", "-Tpng"]


def a_renderer(monkeypatch, program: str) -> None:
    monkeypatch.setattr("micrograd_nn.render.renderer", lambda format: [sys.executable, "-c", textwrap.dedent(program)])


def test_a_renderer_that_hangs_is_stopped(monkeypatch):
    a_renderer(monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(RenderError, match=r"took longer than 0\.3 s: draw fewer nodes"):
        render.render("digraph {}", timeout=0.3)


def test_a_renderer_that_fails_is_quoted(monkeypatch):
    a_renderer(monkeypatch, "import sys; sys.exit('syntax error in line 1')")
    with pytest.raises(RenderError, match="could not render svg: syntax error in line 1"):
        render.render("digraph {}")


def test_drawing_without_the_graphviz_package_says_how_to_get_it():
    program = """
        import sys
        sys.modules["graphviz"] = None
        from micrograd_nn import Value, draw
        try:
            draw(Value(1.0))
        except ImportError as error:
            print(error)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True)
    assert "pip install 'micrograd_nn[render]'" in done.stdout


def test_gradients_and_results_without_a_graph_can_be_drawn():
    x = Value(3.0, "x")
    assert "v" in draw(grad(x**3, x, create_graph=True)).source
    with no_grad():
        y = x * 2
    assert list(nodes(draw(y).source)) == ["v1"]


def test_wide_sums_are_written_short():
    values = [Value(float(i), f"x{i}") for i in range(9)]
    assert "v1 = x0 + … + x8" in nodes(draw(total(values)).source)
    assert "v1 = max(x0, x1, …, x8)" in nodes(draw(ops.maximum(*values)).source)
    assert "v1 = logsumexp(x0, x1, x2, x3)" in nodes(draw(ops.logsumexp(*values[:4])).source)
    assert "z = w1·x1 + … + w3·x3 + b" in nodes(draw(MLP(3, [1], seed=1)([1.0, 2.0, 3.0])).source)


@pytest.mark.parametrize("make", [lecture, lambda: (MLP(2, [2, 1], seed=1)([1.0, -2.0]) - 1) ** 2])
def test_a_walk_s_pictures_are_laid_out_the_same_at_every_step(make, renderer):
    walk = Walk(make())
    places = set()
    for position in range(len(walk) + 1):
        walk.go(position)
        svg = draw(walk).svg()
        boxes = re.findall(r'<g id="n\d+" class="node.*?(?:points|d)="([^"]*)"', svg, re.DOTALL)
        assert len(boxes) == len(walk.names)
        places.add(tuple(boxes))
    assert len(places) == 1


def test_a_walk_s_picture_marks_the_step_and_shows_three_states():
    a = Value(3.0, label="a")
    y = a * a
    y.label = "y"
    walk = Walk(y)
    walk.next()
    source = draw(walk).source
    assert source.count("current") == 1 and source.count("lit") == 1
    assert "grad 3 (1 of 2)" in source and ">1 × 3<" in source and ">= 3<" in source
    assert draw(Walk(y)).source.count("grad ·") == 1
    assert repr(draw(walk)) == "<Drawing: computation graph of y: 2 nodes, step 1 of 2 of backward>"


def test_names_are_unique_whatever_the_labels():
    labels = ["z", "z", "z#1", "v1", "", "", None, 0, 3, "3", " ", "z#2#1"]
    values = [Value(float(i)) for i in range(len(labels))]
    for value, label in zip(values, labels):
        value.label = label
    names = Names(total(values))
    assert [names[value] for value in values] == [
        "z#2", "z#3", "z#1", "v1", "v2", "v3", "v4", "v5", "3#1", "3#2", " ", "z#2#1"
    ]  # fmt: skip
    assert len(set(names.values())) == len(names)
    assert all(names.find(name) is node for node, name in names.items())
    assert names.by_label["z"] == ["z#2", "z#3"]
