"""The Transformer block: its two sums, norms, causality, what it refuses; the whole beside PyTorch."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from micrograd_nn import Value, check_gradients, grad, ops
from micrograd_nn.graph import topological_order
from micrograd_nn.layers import attention_weights
from micrograd_nn.layers.norms import LayerNorm
from micrograd_nn.layers.transformer import TransformerBlock
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

XS = [[0.5, -1.0], [1.0, 2.0], [0.3, 0.7]]


def test_a_block_whose_outputs_are_0_gives_back_what_it_read():
    """Both of its parts only add: with output layers of zeros they add nothing."""
    block = TransformerBlock(2, 1, seed=1)
    for layer in (block.attention.output, block.output):
        for w in flat(weights_of(layer)):
            w.data = 0.0
    assert numbers(block(XS)) == XS


def test_parameters_of_a_block():
    """4 · 2² for attention, 2 · 2 · 8 for the hidden layer and back, 2 · 2 gains."""
    assert repr(TransformerBlock(2, 1)) == "TransformerBlock(2, 1 head, hidden 8 relu, 52 parameters)"
    assert repr(TransformerBlock(2, 2, hidden_size=3, activation="gelu", gain=False)) == (
        "TransformerBlock(2, 2 heads, hidden 3 gelu, 28 parameters)"
    )
    names = {name.split(".")[0] for name, _ in TransformerBlock(2, 1).named_parameters()}
    assert names == {"attention", "norm1", "norm2", "hidden", "output"}


def test_the_two_sums_of_a_block_are_labelled():
    block = TransformerBlock(2, 1, seed=1)
    block.label_parameters("block1.")
    out = block(XS)
    assert out[2][1].label == "t3.block1.out2"
    assert out[2][1].inputs[0].label == "t3.block1.h2"
    assert list(attention_weights(out)) == ["block1.attention.head1"]


@given(st.integers(1, 2))
def test_a_causal_block_does_not_see_later_tokens(t):
    xs = [[Value(x) for x in row] for row in XS]
    out = weighted(TransformerBlock(2, 1, causal=True, seed=1)(xs)[t - 1])
    assert grad(out, flat(xs[t:])) == [0.0] * len(flat(xs[t:]))
    assert set(topological_order(out)).isdisjoint(flat(xs[t:]))


def test_a_block_that_is_not_causal_sees_every_token():
    xs = [[Value(x) for x in row] for row in XS]
    out = weighted(TransformerBlock(2, 1, seed=1)(xs)[0])
    assert set(topological_order(out)).issuperset(flat(xs))


def test_what_makes_no_block_is_refused():
    with pytest.raises(ValueError, match="unknown norm 'layre': there are rms, layer; did you mean 'layer'"):
        TransformerBlock(2, 1, norm="layre")
    with pytest.raises(ValueError, match="n_heads must divide the width: 4 is no multiple of 3"):
        TransformerBlock(4, 3)
    with pytest.raises(ValueError, match="n_outputs must be at least 1, not 0"):
        TransformerBlock(4, 2, hidden_size=0)
    with pytest.raises(ValueError, match="unknown activation"):
        TransformerBlock(4, 2, activation="gleu")
    with pytest.raises(ValueError, match="time step 2: expected 2 inputs, got 1"):
        TransformerBlock(2, 1)([[1.0, 2.0], [1.0]])


def test_a_block_is_made_again_from_its_architecture():
    block = TransformerBlock(4, 2, 3, "layer", "gelu", causal=False, bias=True, gain=False, expand=True)
    assert TransformerBlock(**block.architecture()).architecture() == block.architecture()


@pytest.mark.parametrize("norm", ["rms", "layer"])
def test_an_expanded_block_gives_the_same_in_plain_sums(norm):
    models = [TransformerBlock(2, 2, norm=norm, seed=1, expand=expand) for expand in (False, True)]
    plain, expanded = (weighted(model(XS)) for model in models)
    assert expanded.data == pytest.approx(plain.data, rel=1e-13)
    slopes = [grad(output, model.parameters()) for output, model in zip((plain, expanded), models)]
    assert slopes[1] == pytest.approx(slopes[0], rel=1e-11, abs=1e-13)
    assert not {ops.dot, ops.total, ops.logsumexp} & {node.op for node in topological_order(expanded)}


@settings(max_examples=5)
@given(st.lists(st.lists(moderate, min_size=2, max_size=2), min_size=1, max_size=3), st.sampled_from(["rms", "layer"]))
def test_gradients_of_a_block_agree_with_finite_differences(xs, norm):
    block = TransformerBlock(2, 2, 2, norm, "tanh", seed=1)
    for module in (block.norm1, block.norm2):
        module.epsilon = 0.1  # so that a difference quotient can follow

    def loss(*points):
        return weighted(block([list(points[k : k + 2]) for k in range(0, len(points), 2)]))

    assert check_gradients(loss, *flat(xs))


def in_torch(torch, block, xs, matrices):
    """The block once more: matrices of all heads, softmax, and PyTorch's own norms."""

    def norm(x, module):
        if isinstance(module, LayerNorm):
            return torch.nn.functional.layer_norm(x, x.shape[-1:], matrices[module, "g"], matrices[module, "b"])
        return torch.nn.functional.rms_norm(x, x.shape[-1:], matrices[module, "g"], module.epsilon)

    def linear(x, layer):
        return x @ matrices[layer, "w"].T + matrices[layer, "b"]

    attention, read = block.attention, norm(xs, block.norm1)
    heads = []
    for head in attention.heads:
        q, k, v = (linear(read, layer) for layer in (head.query, head.key, head.value))
        scores = q @ k.T / q.shape[1] ** 0.5
        if attention.causal:
            scores = scores.masked_fill(torch.ones_like(scores).triu(1).bool(), -torch.inf)
        heads.append(scores.softmax(1) @ v)
    h = xs + linear(torch.cat(heads, 1), attention.output)
    return h + linear(torch.tanh(linear(norm(h, block.norm2), block.hidden)), block.output)


@settings(max_examples=10)
@given(st.sampled_from(["rms", "layer"]), st.booleans(), st.integers(1, 3), st.integers(0, 99))
def test_a_block_has_pytorchs_outputs_and_gradients(norm, causal, length, seed):
    torch = pytest.importorskip("torch")
    block = TransformerBlock(4, 2, 3, norm, "tanh", causal, bias=True, seed=seed)
    for k, p in enumerate(block.parameters()):
        p.data += 0.01 * (k % 7)
    layers = [layer for head in block.attention.heads for layer in (head.query, head.key, head.value)]
    layers += [block.attention.output, block.hidden, block.output]
    values = {(layer, "w"): weights_of(layer) for layer in layers}
    values |= {(layer, "b"): [neuron.b for neuron in layer.neurons] for layer in layers}
    values |= {(module, name): getattr(module, name) for module in (block.norm1, block.norm2) for name in "gb"
               if hasattr(module, name)}  # fmt: skip
    assert sorted(p.label for p in flat(list(values.values()))) == sorted(p.label for p in block.parameters())
    xs = [[Value((3 * t + 5 * k) % 7 / 4 - 0.6) for k in range(4)] for t in range(length)]
    tensors, matrices = tensor(xs), {key: tensor(part) for key, part in values.items()}
    ours, theirs = block(xs), in_torch(torch, block, tensors, matrices)
    assert_close(numbers(ours), theirs)
    weighted(ours).backward()
    weighted_tensor(theirs).backward()
    assert_the_same_gradients([(xs, tensors)] + [(values[key], matrices[key]) for key in values])
