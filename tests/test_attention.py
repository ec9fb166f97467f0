"""Attention: scores, weights and outputs, what a token may not look at, heads, and the matrices read off a graph."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from micrograd_nn import Value, check_gradients, grad, ops, total
from micrograd_nn.graph import topological_order
from micrograd_nn.layers import attention_weights, scaled_dot_product_attention
from micrograd_nn.layers.heads import MultiHeadAttention
from tests.beside_torch import (
    assert_close,
    assert_the_same_gradients,
    flat,
    numbers,
    tensor,
    weighted,
    weighted_tensor,
    weights_of,
)
from tests.strategies import moderate

# Raimi Karim, "Illustrated: Self-Attention", Towards Data Science, 18 November 2019: three inputs and three matrices
INPUTS = [[1, 0, 1, 0], [0, 2, 0, 2], [1, 1, 1, 1]]
W_KEY = [[0, 0, 1], [1, 1, 0], [0, 1, 0], [1, 1, 0]]
W_QUERY = [[1, 0, 1], [1, 0, 0], [0, 0, 1], [0, 1, 1]]
W_VALUE = [[0, 2, 0], [0, 3, 0], [1, 0, 3], [1, 1, 0]]
# and what came of them there, printed to four digits
KARIM_WEIGHTS = [[6.3379e-02, 4.6831e-01, 4.6831e-01], [6.0337e-06, 9.8201e-01, 1.7986e-02],
                 [2.9539e-04, 8.8054e-01, 1.1917e-01]]  # fmt: skip
KARIM_OUTPUTS = [[1.9366, 6.6831, 1.5951], [2.0000, 7.9640, 0.0540], [1.9997, 7.7599, 0.3584]]


def times(rows, matrix):
    """The product of two matrices of plain numbers."""
    return [[sum(x * w for x, w in zip(row, column)) for column in zip(*matrix)] for row in rows]


@st.composite
def attentions(draw):
    """Queries, keys and values of one to three tokens each, of widths one to three."""
    n_queries, n_keys, width, value_width = (draw(st.integers(1, 3)) for _ in range(4))
    rows = lambda n, m: [[draw(moderate) for _ in range(m)] for _ in range(n)]  # noqa: E731
    return rows(n_queries, width), rows(n_keys, width), rows(n_keys, value_width)


def as_values(rows):
    return [[Value(x) for x in row] for row in rows]


def test_attention_computes_what_a_published_example_does():
    """The article leaves out the division by √3: queries that are √3 times larger undo it."""
    queries = [[x * 3**0.5 for x in row] for row in times(INPUTS, W_QUERY)]
    out = scaled_dot_product_attention(queries, times(INPUTS, W_KEY), times(INPUTS, W_VALUE))
    assert flat(attention_weights(out)[""]) == pytest.approx(flat(KARIM_WEIGHTS), rel=1e-4)
    assert flat(numbers(out)) == pytest.approx(flat(KARIM_OUTPUTS), abs=5e-5)


def test_equal_scores_share_the_weight():
    """Two keys that answer alike: the mean of the values 4 and 6."""
    assert numbers(scaled_dot_product_attention([[0.0]], [[1.0], [1.0]], [[4.0], [6.0]])) == [[5.0]]


def test_scores_are_divided_by_the_root_of_the_width():
    """(1, 2, 3, 4) · (1, 1, 1, 1) / √4 = 5."""
    out = scaled_dot_product_attention([[1.0, 2.0, 3.0, 4.0]], [[1.0] * 4], [[1.0]])
    score = next(node for node in topological_order(out[0][0]) if node.label == "t1.score1")
    assert score.data == 5.0


def test_large_scores_do_not_overflow():
    out = scaled_dot_product_attention([[1000.0]], [[1000.0], [-1000.0]], [[4.0], [6.0]])
    assert numbers(out) == [[4.0]]


@given(attentions())
def test_every_row_of_weights_sums_to_1(rows):
    for row in attention_weights(scaled_dot_product_attention(*rows))[""]:
        assert sum(row) == pytest.approx(1, abs=1e-14)
        assert all(0 <= weight <= 1 for weight in row)


@settings(max_examples=8)
@given(attentions(), st.booleans())
def test_gradients_of_attention_agree_with_finite_differences(rows, causal):
    sizes = [(len(part), len(part[0])) for part in rows]

    def loss(*points):
        ahead = iter(points)
        parts = [[[next(ahead) for _ in range(m)] for _ in range(n)] for n, m in sizes]
        return weighted(scaled_dot_product_attention(*parts, causal=causal))

    assert check_gradients(loss, *flat(rows))


@settings(max_examples=15)
@given(attentions(), st.booleans(), st.data())
def test_attention_has_pytorchs_outputs_and_gradients(rows, causal, data):
    torch = pytest.importorskip("torch")
    ours, theirs = [as_values(part) for part in rows], [tensor(part) for part in rows]
    size = st.lists(st.booleans(), min_size=len(rows[1]), max_size=len(rows[1])).filter(lambda row: row[0])
    mask = None if causal else data.draw(st.lists(size, min_size=len(rows[0]), max_size=len(rows[0])))
    theirs_mask = None if causal else torch.tensor(mask)
    out = scaled_dot_product_attention(*ours, causal=causal, mask=mask)
    expected = torch.nn.functional.scaled_dot_product_attention(*theirs, attn_mask=theirs_mask, is_causal=causal)
    assert_close(numbers(out), expected)
    weighted(out).backward()
    weighted_tensor(expected).backward()
    assert_the_same_gradients(list(zip(ours, theirs)))


def test_what_a_token_may_not_look_at_has_no_node():
    """Causal: token 1 scores one token, token 2 two, token 3 three."""
    rows = [[1.0], [2.0], [3.0]]
    out = scaled_dot_product_attention(rows, rows, rows, causal=True)
    labels = [node.label for node in topological_order(weighted(out))]
    assert sorted(label for label in labels if "score" in label) == [
        *("t1.score1", "t2.score1", "t2.score2", "t3.score1", "t3.score2", "t3.score3")
    ]


def test_a_mask_says_who_may_look_at_whom():
    rows = [[1.0], [1.0]]
    out = scaled_dot_product_attention(rows, rows, [[4.0], [6.0]], mask=[[False, True], [True, True]])
    assert flat(numbers(out)) == pytest.approx([6.0, 5.0], rel=1e-14)
    (weights,) = attention_weights(out).values()
    assert flat(weights) == pytest.approx([0.0, 1.0, 0.5, 0.5], rel=1e-14)


def test_a_mask_and_causality_hold_both():
    rows = [[1.0], [1.0]]
    out = scaled_dot_product_attention(rows, rows, [[4.0], [6.0]], causal=True, mask=[[True, True], [False, True]])
    assert numbers(out) == [[4.0], [6.0]]


def test_a_mask_may_be_an_array():
    np = pytest.importorskip("numpy")
    rows, mask = [[1.0], [1.0]], [[True, True], [False, True]]
    outputs = [scaled_dot_product_attention(rows, rows, [[4.0], [6.0]], mask=m) for m in (np.array(mask), mask)]
    assert numbers(outputs[0]) == numbers(outputs[1])
    with pytest.raises(TypeError, match=r"a mask is made of True and False, not of array\(\[0., 0.\]\)"):
        scaled_dot_product_attention(rows, rows, rows, mask=np.zeros((2, 2)))


@pytest.mark.parametrize(
    ("mask", "error", "what"),
    [
        ([[True, True]], ValueError, "a mask must have 2 rows of 2, .* not 1 rows"),
        ([[True, True], [True]], ValueError, "a mask must have 2 rows of 2, .*: row 2 has 1"),
        ([[True, True], [False, False]], ValueError, "token 2 may look at none of 2 tokens: its row of the mask"),
        ([[1, 0], [0, 1]], TypeError, r"a mask is made of True and False, not of \[1, 0\]"),
        ([True, True], TypeError, "expected a row of a mask, not bool"),
        (True, TypeError, "expected a mask as a list of rows, not bool"),
    ],
)
def test_a_mask_that_does_not_fit_is_refused(mask, error, what):
    rows = [[1.0], [1.0]]
    with pytest.raises(error, match=what):
        scaled_dot_product_attention(rows, rows, rows, mask=mask)


def test_vectors_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="queries and keys must have the same width: got 1 and 2"):
        scaled_dot_product_attention([[1.0]], [[1.0, 2.0]], [[1.0]])
    with pytest.raises(ValueError, match="there must be a value for each key: got 1 keys, 2 values"):
        scaled_dot_product_attention([[1.0]], [[1.0]], [[1.0], [2.0]])
    with pytest.raises(ValueError, match="a sequence needs at least 1 time step: this one has length 0"):
        scaled_dot_product_attention([], [[1.0]], [[1.0]])
    with pytest.raises(ValueError, match="a vector needs at least 1 number: that of time step 1 has none"):
        scaled_dot_product_attention([[]], [[]], [[1.0]])
    with pytest.raises(ValueError, match="time step 2: expected 1 inputs, got 2"):
        scaled_dot_product_attention([[1.0], [1.0, 2.0]], [[1.0]], [[1.0]])
    with pytest.raises(TypeError, match="expected a vector, not float"):
        scaled_dot_product_attention([1.0], [[1.0]], [[1.0]])


def test_numbers_become_leaves_named_for_what_they_are():
    out = scaled_dot_product_attention([[1.0]], [[2.0]], [[3.0]])
    labels = {node.label for node in topological_order(out[0][0])}
    assert {"t1.q1", "t1.k1", "t1.v1", "t1.score1", "t1.weight1", "t1.out1"} <= labels


def test_heads_share_the_width():
    attention = MultiHeadAttention(6, 3, causal=True, seed=1)
    assert [name for name, _ in attention.named_parameters()][:3] == [
        *("head1.query.neuron1.w1", "head1.query.neuron1.w2", "head1.query.neuron1.w3")
    ]
    assert len(attention.heads) == 3
    assert [len(head.key.neurons) for head in attention.heads] == [2, 2, 2]
    assert repr(attention) == "MultiHeadAttention(6, 3 heads causal, 144 parameters)"  # 4 · 6²
    assert repr(MultiHeadAttention(2, 1, bias=True)) == "MultiHeadAttention(2, 1 head, 24 parameters)"


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match="n_heads must divide the width: 6 is no multiple of 4"):
        MultiHeadAttention(6, 4)
    with pytest.raises(ValueError, match="n_heads must be at least 1, not 0"):
        MultiHeadAttention(6, 0)


def test_a_sequence_of_another_width_or_of_no_length_is_refused():
    with pytest.raises(ValueError, match="time step 1: expected 4 inputs, got 3"):
        MultiHeadAttention(4, 2)([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="at least 1 time step"):
        MultiHeadAttention(4, 2)([])


def test_attention_is_made_again_from_its_architecture():
    attention = MultiHeadAttention(4, 2, causal=False, bias=True, expand=True)
    assert MultiHeadAttention(**attention.architecture()).architecture() == attention.architecture()


def test_weights_are_read_off_by_head():
    """Token 1 sees itself alone; token 2 sees two tokens that are the same: each gets a half."""
    out = MultiHeadAttention(2, 2, causal=True, seed=1)([[1.0, 1.0], [1.0, 1.0]])
    same = [[1.0, 0.0], [0.5, 0.5]]
    found = attention_weights(out)
    assert list(found) == ["head1", "head2"]
    assert flat(list(found.values())) == pytest.approx(flat([same, same]), abs=1e-15)


def test_heads_are_in_order_beyond_the_ninth():
    """`head10` would stand before `head2` in the order of letters."""
    assert list(attention_weights(MultiHeadAttention(11, 11, seed=1)([[0.1] * 11]))) == [
        f"head{k}" for k in range(1, 12)
    ]


def test_what_is_no_value_has_no_weights_behind_it():
    with pytest.raises(TypeError, match="attention weights are recorded behind Values, not behind a float"):
        attention_weights([[1.0]])


def test_weights_of_several_sequences_in_one_graph_are_refused():
    attention, xs = MultiHeadAttention(2, 1, seed=1), [[1.0, 2.0]]
    both = total(flat([attention(xs), attention(xs)]))
    with pytest.raises(ValueError, match=r"several nodes are labelled 't1\.head1\.weight1'"):
        attention_weights(both)


def test_a_graph_without_attention_has_no_weights():
    assert attention_weights(Value(1.0, label="weight1") + Value(1.0, label="t1.weight")) == {}


@given(st.integers(1, 4))
def test_a_causal_output_does_not_depend_on_later_tokens(t):
    xs = as_values([[0.5, -1.0], [1.0, 2.0], [0.3, 0.7], [-0.2, 0.4]])
    out = MultiHeadAttention(2, 2, causal=True, seed=1)(xs)
    slopes = grad(weighted(out[t - 1]), flat(xs[t:]))
    reached = set(topological_order(weighted(out[t - 1])))
    assert slopes == [0.0] * len(slopes)
    assert reached.isdisjoint(flat(xs[t:]))
    assert reached.issuperset(flat(xs[:t]))


def test_expanded_attention_gives_the_same_in_plain_sums():
    xs = [[0.5, -1.0], [1.0, 2.0], [0.3, 0.7]]
    models = [MultiHeadAttention(2, 1, seed=1, expand=expand) for expand in (False, True)]
    plain, expanded = (weighted(model(xs)) for model in models)
    assert {ops.dot, ops.logsumexp} <= {node.op for node in topological_order(plain)}
    assert not {ops.dot, ops.total, ops.logsumexp} & {node.op for node in topological_order(expanded)}
    assert expanded.data == pytest.approx(plain.data, rel=1e-14)
    slopes = [grad(output, model.parameters()) for output, model in zip((plain, expanded), models)]
    assert slopes[1] == pytest.approx(slopes[0], rel=1e-12, abs=1e-14)


def test_expanded_scores_beyond_the_range_of_exp_do_not_overflow():
    attention = MultiHeadAttention(1, 1, seed=1, expand=True)
    assert attention([[1000.0], [-1000.0]])


@settings(max_examples=20)
@given(st.integers(1, 3), st.integers(1, 2), st.integers(1, 3), st.booleans(), st.booleans(), st.integers(0, 9))
def test_heads_have_pytorchs_outputs_and_gradients(n_heads, size, length, causal, bias, seed):
    torch = pytest.importorskip("torch")
    width = n_heads * size
    ours = MultiHeadAttention(width, n_heads, causal, bias, seed=seed)
    theirs = torch.nn.MultiheadAttention(width, n_heads, bias=bias, batch_first=True, dtype=torch.float64)
    layers = [getattr(head, name) for name in ("query", "key", "value") for head in ours.heads]
    with torch.no_grad():
        theirs.in_proj_weight.copy_(tensor([w for layer in layers for w in weights_of(layer)]))
        theirs.out_proj.weight.copy_(tensor(weights_of(ours.output)))
    xs = as_values([[(t - k) / 4 + 0.1 * t * k for k in range(width)] for t in range(length)])
    tensors = tensor([xs])
    hidden = torch.triu(torch.ones(length, length, dtype=torch.bool), 1) if causal else None
    expected = theirs(tensors, tensors, tensors, need_weights=False, attn_mask=hidden)[0]
    out = ours(xs)
    assert_close(numbers(out), expected)
    weighted(out).backward()
    weighted_tensor(expected).backward()
    pairs = [(xs, tensors), (weights_of(ours.output), theirs.out_proj.weight)]
    pairs += [([w for layer in layers for w in weights_of(layer)], theirs.in_proj_weight)]
    if bias:
        pairs += [([n.b for n in ours.output.neurons], theirs.out_proj.bias)]
        pairs += [([n.b for layer in layers for n in layer.neurons], theirs.in_proj_bias)]
    assert_the_same_gradients(pairs)
