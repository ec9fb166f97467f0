"""Pictures of modules and of time: what is framed, what is shared, what is one box, and what edges are drawn."""

import math
import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from micrograd_nn import MLP, Layer, Neuron, Value, Walk, draw, groups, page, parameter, total
from micrograd_nn.boxes import LARGE
from micrograd_nn.graph import topological_order
from micrograd_nn.groups import homes
from micrograd_nn.layers import LSTM, Conv2d, Flatten, LSTMCell, MaxPool2d, MultiHeadAttention, Sequential
from micrograd_nn.module import Module
from micrograd_nn.turns import turns

pytest.importorskip("graphviz")


class Recurrent(Module):
    """h_t = w1·x_t + w2·h_{t-1} + b, with 2, 0.5 and 0; the h are the z of a linear neuron."""

    def __init__(self, bias: bool = True, expand: bool = False) -> None:
        self.cell = Neuron(2, "linear", expand=expand, seed=1, bias=bias)
        self.cell.w[0].data, self.cell.w[1].data = 2.0, 0.5
        self.label_parameters()

    def __call__(self, xs: list[float]) -> Value:
        h = Value(0.0, label="start")
        for t, x in enumerate(xs, start=1):
            h = self.cell.respond([Value(x, label=f"t{t}.x1"), h], when=f"t{t}.")
        return h


class Kernel(Module):
    """One weight, used at every place of an image."""

    def __init__(self) -> None:
        self.kernels = [Neuron(1, "linear", seed=1)]
        self.label_parameters()

    def __call__(self, image: list[list[float]]) -> Value:
        rows = [[Value(x, label=f"x{r}_{c}") for c, x in enumerate(row, 1)] for r, row in enumerate(image, 1)]
        places = [(r, c, x) for r, row in enumerate(rows, start=1) for c, x in enumerate(row, start=1)]
        output = total([self.kernels[0].respond([x], where=f"{r}_{c}") for r, c, x in places])
        output.label = "L"
        return output


def total_of(maps: list[list[list[Value]]]) -> Value:
    output = total([x for rows in maps for row in rows for x in row])
    output.label = "L"
    return output


def convolved() -> Value:
    """The kernel 1 2 / 3 4 at nine places of IMAGE."""
    layer = Conv2d(1, 1, 2, seed=1)
    for i, w in enumerate(layer.kernels[0].w, start=1):
        w.data = float(i)
    return total_of(layer([IMAGE]))


def nodes(source: str) -> dict[str, str]:
    """The lines of the boxes by what they show first."""
    return {re.search(r"<B>(.*?)</B>", line)[1]: line for line in source.splitlines() if "<B>" in line}


def edges(source: str) -> list[str]:
    return [line for line in source.splitlines() if "->" in line and "style=invis" not in line]


def frames(source: str) -> dict[str, tuple[str, ...]]:
    """The headings of the frames around each box, the outermost first, by the box's id."""
    around, found = [], {}
    for line in source.splitlines():
        if line.strip().startswith("subgraph cluster"):
            around.append("")
        elif match := re.search(r'fontsize=11 label="?<(.*?)>', line) if around and not around[-1] else None:
            around[-1] = match[1]
        elif line.strip() == "}" and around:
            around.pop()
        elif match := re.match(r"\t+(n[\d_]+) \[", line):
            found[match[1]] = tuple(around)
    return found


def framed(source: str) -> dict[tuple[str, ...], list[str]]:
    """What boxes show first, by the frames around them."""
    place = frames(source)
    found: dict[tuple[str, ...], list[str]] = {}
    for words, line in named_lines(source):
        found.setdefault(place[line.split()[0]], []).append(words)
    return found


def named_lines(source: str) -> list[tuple[str, str]]:
    return [(re.search(r"<B>(.*?)</B>", line)[1], line) for line in source.splitlines() if "<B>" in line]


# Frames


def test_time_steps_are_frames_in_order_with_their_modules_inside():
    assert framed(draw(Recurrent()([1.0, 0.0])).source) == {
        (): ["start"],
        ("shared by time steps", "cell"): ["w1", "w2", "b"],
        ("time step 1",): ["x1"],
        ("time step 1", "cell"): ["z = w1·x1 + w2·start + b", "w1", "w2", "b"],
        ("time step 2",): ["x1"],
        ("time step 2", "cell"): ["z = w1·x1 + w2·t1.z + b", "w1", "w2", "b"],
    }


def test_what_one_time_step_reads_alone_stands_in_it():
    source = draw(Recurrent()([1.0])).source
    assert framed(source) == {(): ["start"], ("time step 1",): ["x1"], ("time step 1", "cell"): [
        "w1", "w2", "b", "z = w1·x1 + w2·start + b"]}  # fmt: skip
    assert "class=use" not in source


def test_a_module_with_boxes_of_its_own_is_framed_around_those_it_holds():
    w, v = parameter(2.0, "block.w"), parameter(3.0, "block.inner.v")
    y = w * v
    y.label = "block.y"
    assert framed(draw(y).source) == {("block",): ["w", "y = w * v"], ("block", "inner"): ["v"]}


def test_many_modules_in_a_time_step_are_framed_by_what_holds_them():
    layer = Layer(1, 7, seed=1)
    layer.label_parameters("layer.")
    steps = [a for t in (1, 2) for a in layer.respond([Value(1.0, label=f"t{t}.x1")], when=f"t{t}.")]
    source = draw(total(steps)).source
    assert {place for place in frames(source).values() if "time step 2" in place} == {
        ("time step 2",), ("time step 2", "layer")
    }  # fmt: skip


def test_unlabelled_nodes_belong_to_the_module_that_alone_reads_them():
    model = Recurrent(expand=True)
    found = homes(topological_order(model([1.0, 3.0])))
    unlabelled = {node: home for node, home in found.items() if not node.label}
    assert sorted(unlabelled.values()) == ["t1.cell"] * 3 + ["t2.cell"] * 3  # two products and a sum, twice


def test_an_unlabelled_node_read_by_two_neurons_belongs_to_their_layer():
    layer = Layer(1, 2, seed=1)
    layer.label_parameters("layer1.")
    x = Value(1.0, "x")
    doubled = x * 2
    found = homes(topological_order(total(layer.respond([doubled]))))
    assert found[doubled] == "layer1" == found[doubled.inputs[1]]
    assert x not in found


def test_labels_with_dots_are_modules_only_with_parameters_or_time_steps():
    a, b = Value(1.0, "version 1.0"), Value(2.0, "t1.x")
    assert homes([a * b, a, b]) == {b: "t1"}


def test_a_path_of_a_thousand_modules_is_cut():
    node = parameter(2.0, ".".join(["deep"] * 1000) + ".w")
    assert homes([node]) == {node: ".".join(["deep"] * 8)}
    assert "cluster_0" in draw(node * 1).source


def test_an_a_that_many_neurons_have_is_told_with_the_module_whose_it_is():
    h, _ = LSTMCell(1, 1, seed=1)([1.0])
    assert "h1 = output_gate.neuron1.a * tanh_c1" in nodes(draw(h[0] * 1).source)
    outputs = MLP(1, [2], activation="tanh", seed=1)([1.0])
    assert "v1 = layer1.neuron2.z + 1" in nodes(draw(total([outputs[1] + 1, outputs[0]])).source)


# Shared parameters


def test_a_parameter_says_how_often_it_is_used():
    found = nodes(draw(Kernel()([[1.0, 2.0], [3.0, 4.0]])).source)
    assert "<B>w1</B>&#160;used 4 times" in found["w1"] and "<B>b</B>&#160;used 4 times" in found["b"]
    assert "used" not in nodes(draw(MLP(1, [1], seed=1)([1.0])).source)["w1"]


def test_a_shared_parameter_has_a_dashed_box_at_every_time_step_that_reads_it():
    source = draw(Recurrent()([1.0, 0.0, 0.0])).source
    uses = [line for line in source.splitlines() if "class=use" in line]
    assert len(uses) == 3 * 3 and all("dashed" in line for line in uses)
    assert sum("<B>w1</B>&#160;2<" in line for line in uses) == 3  # its name and its data, in one line


def test_every_use_has_its_edge_and_none_leaves_the_frame_of_what_is_shared():
    source = draw(Recurrent()([1.0, 0.0, 0.0])).source
    place = frames(source)
    tails = [line.split()[0] for line in edges(source)]
    assert len(tails) == 3 * 5  # w1, w2, x, h and b, three times
    assert not [tail for tail in tails if "shared by time steps" in place[tail]]
    assert 'id="n0-n' in source  # an edge is named for the parameter that it stands for


def test_a_walk_s_picture_has_the_edge_of_every_step_and_always_the_same_places(renderer):
    walk = Walk(Recurrent()([1.0, -1.0]))
    places = set()
    for position in range(len(walk) + 1):
        walk.go(position)
        svg = draw(walk).svg()
        places.add(tuple(re.findall(r'<g id="n\d+" class="node.*?(?:points|d)="([^"]*)"', svg, re.DOTALL)))
    assert len(places) == 1
    assert len(re.findall(r'<g id="n\d+&#45;n\d+&#45;\d" class="edge', svg)) == len(walk)


def test_a_page_has_the_edge_of_every_step(renderer):
    html = page(Recurrent()([1.0, -1.0])).assemble()
    assert len(re.findall(r'<g id="n\d+&#45;n\d+&#45;\d" class="edge', html)) == len(Walk(Recurrent()([1.0, -1.0])))


def test_a_sum_without_a_bias_shows_no_zero():
    source = draw(Recurrent(bias=False)([1.0, 3.0])).source
    assert "z = w1·x1 + w2·t1.z" in nodes(source)
    assert "class=constant" not in source


def test_a_zero_with_a_name_or_with_another_use_is_shown():
    zero = Value(0.0, label="zero")
    neuron = Recurrent(bias=False).cell
    z = neuron.respond([zero, neuron.b])
    assert "z = w1·zero + w2·0" in nodes(draw(z).source)
    assert "class=constant" in draw(z).source


# Time from left to right


def test_each_time_step_stands_behind_the_one_before():
    source = draw(Recurrent()([1.0, 0.0, 0.0])).source
    assert source.count("turn1 ->") == source.count("turn2 ->") == 4 and "turn3" not in source  # w1, w2, b and x


def test_turns_lead_from_what_nothing_in_a_step_follows_to_what_nothing_in_it_precedes():
    times = {"a": "t1", "b": "t1", "c": "t2", "d": "t2", "e": "t10", "w": "t*", "y": ""}
    found = list(turns(times, [("a", "b"), ("b", "d"), ("c", "d"), ("d", "e"), ("w", "c"), ("e", "y")]))
    assert found == [(["b"], ["c"]), (["d"], ["e"])]


def test_time_steps_that_read_each_other_are_at_one_time():
    assert list(turns({"a": "t1", "b": "t2", "c": "t1"}, [("a", "b"), ("b", "c")])) == []


# Collapsing


def test_collapsed_by_time_step_each_is_one_box():
    found = nodes(draw(Recurrent()([1.0, 0.0, 0.0]), collapse="time step").source)
    assert set(found) == {"start", "cell", "time step 1", "time step 2", "time step 3"}
    assert "3 shared parameters" in found["time step 2"] and "2 nodes" in found["time step 2"]
    assert "3 parameters" in found["cell"]


def test_edges_between_boxes_say_how_many_they_stand_for():
    source = draw(Recurrent()([1.0, 0.0]), collapse="time step").source
    assert [label for line in edges(source) for label in re.findall("×\\d+", line)] == ["×3", "×3"]
    assert len(edges(source)) == 4  # what is shared to both, the start to the first, the first to the second


def test_collapsed_by_module_each_layer_is_a_box():
    found = nodes(draw(MLP(2, [2, 1], seed=1)([1.0, 2.0]), collapse="module").source)
    assert set(found) == {"x1", "x2", "layer 1", "layer 2"}


def test_collapsed_by_module_each_gate_is_a_box_at_every_time_step():
    source = draw(LSTM(1, 2, seed=1)([1.0, 2.0])[-1][0], collapse="module").source
    boxes = [words for words, line in named_lines(source) if "class=module" in line]
    for gate in ("input gate", "forget gate", "output gate", "candidate"):
        assert boxes.count(f"cell · {gate}") == 3  # what is shared, and its use at two time steps


@pytest.mark.parametrize(
    ("collapse", "boxes"),
    [
        ("layer1", {"layer 1"}),
        ("layer1.neuron2", {"layer 1 · neuron 2"}),
        (["layer1.neuron1", "layer2"], {"layer 1 · neuron 1", "layer 2"}),
        (["layer1.neuron1", "layer1"], {"layer 1"}),
    ],
)
def test_what_lies_in_a_path_is_one_box(collapse, boxes):
    source = draw(MLP(2, [2, 1], seed=1)([1.0, 2.0]), collapse=collapse).source
    assert {words for words, line in named_lines(source) if "class=module" in line} == boxes


def test_a_path_without_a_time_step_means_all_of_them_and_one_with_it_only_that():
    output = Recurrent()([1.0, 0.0])
    everything = draw(output, collapse="cell").source
    assert [words for words, line in named_lines(everything) if "class=module" in line] == ["cell"]
    assert "5 nodes" in nodes(everything)["cell"]  # three parameters, and a z at each time step
    second = draw(output, collapse="t2").source
    assert [words for words, line in named_lines(second) if "class=module" in line] == ["time step 2"]
    assert framed(second)["time step 1",] == ["x1"]


def test_a_box_is_framed_in_its_time_step():
    source = draw(Recurrent()([1.0, 0.0]), collapse="module").source
    assert framed(source)["time step 2",] == ["x1", "cell"]


@pytest.mark.parametrize(
    ("collapse", "message"),
    [
        ("layer11", "no module or time step is called layer11: did you mean layer1?"),
        (["layer1", "zebra"], "no module or time step is called zebra: there are layer2, layer2.neuron1, layer1"),
        ("time step", "there is no time step to collapse: no label in this graph names one"),
    ],
)
def test_what_is_not_there_cannot_be_collapsed(collapse, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        draw(MLP(1, [1, 1], seed=1)([1.0]), collapse=collapse)


def test_without_modules_there_is_none_to_collapse():
    with pytest.raises(ValueError, match="there is no module to collapse"):
        draw(Value(1.0) + 1, collapse="module")


def test_a_long_sequence_is_drawn_by_module_then_by_time_step():
    def boxes(steps: int) -> Counter[str]:
        source = draw(Recurrent(expand=True)([1.0] * steps)).source
        return Counter(words for words, line in named_lines(source) if "class=module" in line)

    assert boxes(10) == {}  # 10 · (two products, two sums, and x) + 4 leaves
    assert boxes(60) == {"cell": 61}  # one for each time step, and what they share
    assert boxes(150) == {"cell": 1} | {f"time step {t}": 1 for t in range(1, 151)}


def test_a_graph_of_20000_nodes_is_named_and_grouped_with_one_look_at_each_edge(monkeypatch):
    looks = []
    monkeypatch.setattr(groups, "common", lambda path, other: looks.append(path) or (path if path == other else ""))
    output = MLP(64, [100, 1], expand=True, seed=1)([0.5] * 64)
    order = topological_order(output)
    assert len(order) > 19_000
    source = draw(output).source
    assert len(looks) <= sum(len(node.inputs) for node in order)
    assert "layer 1" in nodes(source) and len(source) < 100_000  # 64 · 100 edges between neurons are too many


# Images


IMAGE = [[float(r * c) for c in range(1, 5)] for r in range(1, 5)]


def test_a_large_image_is_one_box_with_its_numbers_in_their_places():
    assert LARGE == 16
    source = draw(Kernel()(IMAGE)).source
    (line,) = [line for line in source.splitlines() if "class=image" in line]
    rows = [re.findall(r"<TD BGCOLOR=[^>]*>(.*?)</TD>", row) for row in line.split("<TR>")[2:]]
    assert rows == [["1", "2", "3", "4"], ["2", "4", "6", "8"], ["3", "6", "9", "12"], ["4", "8", "12", "16"]]
    assert "#ffffff>1<" in line.replace('"', "") and "#a0a0a0>16<" in line.replace('"', "")


def test_a_smaller_one_is_drawn_number_by_number_and_so_is_any_if_a_person_forces_the_whole():
    assert "class=image" not in draw(Kernel()(IMAGE[:3])).source
    assert draw(Kernel()(IMAGE), max_nodes=None).source.count("class=input") == 16


def test_a_walk_s_picture_shows_every_number():
    assert draw(Walk(Kernel()(IMAGE))).source.count("class=input") == 16


def test_what_a_kernel_answers_to_a_large_image_is_a_map_and_the_kernel_a_box_with_how_often_it_is_used():
    source = draw(convolved()).source
    assert framed(source)[()] == ["x", "L = z1_1 + … + z3_3"]
    assert "</B>&#160;used 9 times each<" in source and "class=kernel" in source and "class=map" in source
    assert framed(source)["kernel 1",] == ["w1 … w4", "z1_1 = w1·x1_1 + … + w4·x2_2 + b"]
    assert [re.findall("×\\d+", line) for line in edges(source)] == [["×45"], ["×36"], ["×9"]]  # 9 · 5, 9 · 4


def test_a_kernel_s_weights_lie_as_on_the_image_with_their_gradients_and_the_bias_below():
    output = convolved()
    output.backward()
    (line,) = [line for line in draw(output).source.splitlines() if "class=kernel" in line]
    rows = [re.findall(r"<TD BGCOLOR=[^>]*>(.*?)<BR/><FONT[^>]*>(.*?)</FONT>", row) for row in line.split("<TR>")[2:]]
    # each weight's gradient is the sum of the 3x3 numbers r·c that it is laid on: (1+2+3)², 6·9, 9·6, 9²
    assert rows == [[("1", "grad 36"), ("2", "grad 54")], [("3", "grad 54"), ("4", "grad 81")], []]
    assert "<B>b</B>&#160;0, grad 9<" in line


def test_the_rows_of_a_kernel_are_told_by_a_place_that_sees_no_padding_and_channel_after_channel():
    image = [[[1.0] * 4] * 4] * 2
    maps = Conv2d(2, 1, 2, padding=1, seed=1)(image)
    (line,) = [line for line in draw(total_of(maps)).source.splitlines() if "class=kernel" in line]
    assert [row.count("BGCOLOR") for row in line.split("<TR>")[2:]] == [2, 2, 2, 2, 0]


def test_a_kernel_that_sees_padding_at_every_place_has_its_weights_in_one_row():
    maps = Conv2d(1, 1, 5, padding=3, seed=1)([[[1.0] * 4] * 4])
    (line,) = [line for line in draw(total_of(maps)).source.splitlines() if "class=kernel" in line]
    assert [row.count("BGCOLOR") for row in line.split("<TR>")[2:]] == [26]


def test_maps_are_drawn_number_by_number_if_a_person_forces_it_in_steps_and_in_small():
    every = 9 * 9 + 9  # four weights, four numbers and a bias at nine places, and the total
    assert len(edges(draw(convolved(), max_nodes=None).source)) == len(edges(draw(Walk(convolved())).source)) == every
    assert "class=kernel" not in draw(total_of(Conv2d(1, 1, 2, seed=1)([[[1.0] * 3] * 3]))).source


def test_steps_that_a_person_asked_to_see_are_not_hidden_in_a_map():
    layer = Conv2d(1, 1, 2, expand=True, seed=1)
    source = draw(total_of(layer([IMAGE])), max_nodes=1000).source
    assert "class=map" not in source and "class=kernel" not in source


def test_two_images_of_one_name_are_two_boxes():
    layer = Conv2d(1, 1, 2, seed=1)
    source = draw(total_of([*layer([IMAGE]), *layer([IMAGE])])).source
    assert [words for words, line in named_lines(source) if "class=image" in line] == ["x", "x#2"]
    assert "used 18 times each" in source and source.count("class=map") == 2


def test_a_map_of_a_time_step_stands_in_it_and_shared_weights_keep_their_uses():
    kernel = Kernel().kernels[0]
    places = [(f"t{t}.", f"{r}_{c}") for t in (1, 2) for r in range(1, 5) for c in range(1, 5)]
    images = [(Value(1.0, label=f"{when}x{where}"), when, where) for when, where in places]
    source = draw(total([kernel.respond([x], when, where) for x, when, where in images])).source
    maps = [line.split()[0] for line in source.splitlines() if "class=map" in line]
    assert [frames(source)[box] for box in maps] == [("time step 1", "kernel 1"), ("time step 2", "kernel 1")]
    assert source.count("class=use") == 2 * 2 and "class=kernel" not in source
    assert {frames(source)[line.split()[0]] for line in source.splitlines() if "class=image" in line} == {
        ("time step 1",), ("time step 2",)
    }  # fmt: skip


def test_the_maps_of_a_pool_are_framed_though_it_has_no_parameters():
    model = Sequential(Conv2d(1, 1, 2, seed=1), MaxPool2d(2, 1))
    source = draw(total_of(model([IMAGE]))).source
    assert "max1_1 = max(z1_1, z1_2, z2_1, z2_2)" in framed(source)["layer 2",]


def test_of_more_numbers_than_a_picture_holds_only_the_image_is_one_box():
    layer = Conv2d(1, 4, 1, seed=1)
    source = draw(total_of(layer([[[1.0] * 15] * 15]))).source  # 225 numbers, and four maps of as many
    assert source.count("class=image") == 1 and "class=map" not in source and "class=kernel" not in source


def test_a_map_with_a_nan_is_white_and_hostile_names_in_one_are_no_markup(renderer):
    rows = [[Value(math.nan, label=f"<b>&x{r}_{c}") for c in range(1, 5)] for r in range(1, 5)]
    maps = [[x * 2 for x in row] for row in rows]
    for x, y in zip([x for row in rows for x in row], [y for row in maps for y in row]):
        y.label = f'"<b>\\N.y{x.label[5:]}'
    assert "&lt;b&gt;" in draw(total_of([maps])).svg()


def test_an_image_of_equal_numbers_or_with_a_nan_is_white():
    for image in ([[2.0] * 4] * 4, [[math.nan, *[1.0] * 3], *[[1.0] * 4] * 3]):
        line = next(line for line in draw(Kernel()(image)).source.splitlines() if "class=image" in line)
        assert set(re.findall(r'BGCOLOR="(.*?)"', line)) == {"#ffffff"}


def test_a_crowded_picture_writes_no_slopes_of_weighted_sums_but_keeps_them_in_tooltips():
    sums = [Neuron(10, seed=i).respond([Value(1.0, label=f"x{k}") for k in range(10)]) for i in range(6)]
    lines = edges(draw(total(sums)).source)
    assert len(lines) == 6 * 22 + 6  # ten weights, ten inputs, a bias and a tanh, and the total
    assert sum("[label" in line for line in lines) == 6 + 6
    assert all("tooltip" in line for line in lines)


# Attention


def test_attention_weights_are_read_off_in_the_frame_of_their_head():
    outputs = MultiHeadAttention(2, 1, causal=False, seed=1)([[1.0, 0.5], [-0.5, 0.25]])
    output = total([y for vector in outputs for y in vector])
    scores = {node.label: node.data for node in topological_order(output) if "score" in str(node.label)}
    exps = [math.exp(scores[f"t1.head1.score{j}"]) for j in (1, 2)]
    source = draw(output).source
    line = next(line for words, line in named_lines(source) if words.startswith("weight2 = ")
                and "time step 1" in frames(source)[line.split()[0]])  # fmt: skip
    assert frames(source)[line.split()[0]] == ("time step 1", "head 1")
    assert f"data {exps[1] / sum(exps):.4g}<" in line


# Any label


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=st.lists(st.text("t1.*_a#<&", max_size=8), min_size=3, max_size=3))
def test_any_labels_can_be_drawn_and_collapsed(label, renderer):
    a, b = parameter(2.0, label[0]), Value(3.0, label[1])
    y = a * b
    y.label = label[2]
    output = y * a + 1
    assert draw(output).svg().startswith("<svg")
    for node, home in homes(topological_order(output)).items():
        assert str(node.label).startswith(home.removeprefix("t*.")) or not node.label or node is a
        if not (path := home.removeprefix("t*.")).startswith("t*"):  # what stands for all time steps names no box
            assert draw(output, collapse=path).source


def test_the_box_of_a_module_without_parameters_counts_its_nodes_alone():
    model = Sequential(MaxPool2d(2), Flatten(), Layer(1, 1, seed=1))
    source = draw(model([[[1.0, 2.0], [3.0, 4.0]]]), collapse="module").source
    found = {words: line for words, line in named_lines(source) if "class=module" in line}
    assert set(found) == {"layer 1", "layer 3"}
    assert "parameter" not in found["layer 1"] and "1 node<" in found["layer 1"]
    assert "2 parameters" in found["layer 3"]
