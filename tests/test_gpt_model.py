"""The GPT: how many parameters it has, causality, what it refuses, and the whole of it beside PyTorch."""

import gc
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from micrograd_nn import losses, ops, optim
from micrograd_nn.graph import topological_order
from micrograd_nn.layers import attention_weights
from micrograd_nn.layers.gpt import GPT
from tests.beside_torch import assert_close, assert_the_same_gradients, flat, numbers, tensor, weighted, weights_of

SMALL = {"n_tokens": 5, "width": 4, "n_heads": 2, "n_positions": 6}


def test_the_gpt_of_27_tokens_has_4192_parameters():
    """27 · 16 for tokens, 16 · 16 for positions, 4 · 16² for attention, 2 · 16 · 64 for thought, 27 · 16 for logits."""
    assert 27 * 16 + 16 * 16 + 4 * 16**2 + 2 * 16 * 64 + 27 * 16 == 4192
    assert repr(GPT(27)) == "GPT(27 tokens, width 16, 4 heads, 1 block, 16 positions, 4192 parameters)"


def test_a_second_block_adds_as_many_parameters_as_the_first():
    assert len(GPT(27, n_blocks=2).parameters()) == 4192 + 4 * 16**2 + 2 * 16 * 64


def test_there_is_a_list_of_logits_for_every_position():
    logits = GPT(**SMALL, seed=1)([0, 3, 3, 1])
    assert [len(row) for row in logits] == [5, 5, 5, 5]
    assert logits[3][0].label == "t4.output.neuron1.z"


def test_heads_are_found_by_block():
    logits = GPT(**SMALL, n_blocks=2, seed=1)([0, 3])
    assert list(attention_weights(logits)) == [
        *("block1.attention.head1", "block1.attention.head2", "block2.attention.head1", "block2.attention.head2")
    ]


@given(st.lists(st.integers(0, 4), min_size=2, max_size=6), st.data())
def test_logits_depend_on_no_later_token(tokens, data):
    gpt, t = GPT(**SMALL, seed=1), data.draw(st.integers(1, len(tokens) - 1))
    other = tokens[:t] + data.draw(st.lists(st.integers(0, 4), max_size=6 - t))
    assert numbers(gpt(tokens)[:t]) == numbers(gpt(other)[:t])
    later = gpt.positions.rows[t:]
    assert set(topological_order(weighted(gpt(tokens)[:t]))).isdisjoint(flat(later))


def test_the_order_of_tokens_matters():
    gpt = GPT(**SMALL, seed=1)
    assert numbers(gpt([1, 2, 0])[2]) != numbers(gpt([2, 1, 0])[2])


def test_an_expanded_gpt_gives_the_same_in_plain_sums():
    """What is left of n-ary nodes are those of the loss."""
    plain, expanded = (GPT(**SMALL, seed=1, expand=expand) for expand in (False, True))
    targets, found = [1, 2, 3], []
    for gpt in (plain, expanded):
        losses.cross_entropy(gpt([0, 1, 2]), targets).backward()
        found.append([p.grad for p in gpt.parameters()])
    assert found[1] == pytest.approx(found[0], rel=1e-10, abs=1e-15)
    nodes = topological_order(weighted(expanded([0, 1, 2])))
    assert not {ops.dot, ops.total, ops.logsumexp} & {node.op for node in nodes}


def test_what_is_no_text_for_it_is_refused():
    gpt = GPT(**SMALL, seed=1)
    with pytest.raises(ValueError, match="a sequence of 7 time steps is longer than the 6 positions"):
        gpt([0] * 7)
    with pytest.raises(ValueError, match="a token must be a whole number from 0 to 4 for an embedding of 5, not 5"):
        gpt([0, 5])
    with pytest.raises(ValueError, match="a list of tokens needs at least 1"):
        gpt([])


def test_sizes_that_make_no_gpt_are_refused():
    with pytest.raises(ValueError, match="n_blocks must be at least 1, not 0"):
        GPT(27, n_blocks=0)
    with pytest.raises(ValueError, match="n_heads must divide the width: 16 is no multiple of 3"):
        GPT(27, n_heads=3)
    with pytest.raises(TypeError, match="n_tokens must be a whole number, not 'abc'"):
        GPT("abc")


def test_a_gpt_is_made_again_from_its_architecture():
    gpt = GPT(**SMALL, n_blocks=2, expand=True)
    assert GPT(**gpt.architecture()).architecture() == gpt.architecture() == {**SMALL, "n_blocks": 2, "expand": True}


def test_the_seed_decides_every_parameter():
    one, other = GPT(**SMALL, seed=3), GPT(**SMALL, seed=3)
    assert [p.data for p in one.parameters()] == [p.data for p in other.parameters()]


def test_a_call_leaves_the_collector_as_it_was():
    gpt = GPT(**SMALL, seed=1)
    gpt([0])
    assert gc.isenabled()
    with pytest.raises(ValueError, match="whole number"):
        gpt([9])
    assert gc.isenabled()


def test_a_gpt_learns_a_text_by_heart():
    """From ln 5 = 1.6 or so, the loss of chance, to almost none."""
    gpt = GPT(**SMALL, seed=1)
    adam, losses_seen = optim.Adam(gpt.parameters(), learning_rate=0.02), []
    for _ in range(60):
        loss = losses.cross_entropy(gpt([0, 1, 2, 3, 4]), [1, 2, 3, 4, 0])
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses_seen.append(loss.data)
    assert losses_seen[0] > 1
    assert losses_seen[-1] < 0.05


def in_torch(torch, gpt, tokens, matrices):
    """The GPT once more, in PyTorch: one matrix for each layer of weights, all positions at once."""

    def norm(x):
        return x / ((x * x).mean(1, keepdim=True) + 1e-5).sqrt()

    def linear(x, layer):
        return x @ matrices[layer].T

    xs = norm(matrices[gpt.embedding][tokens] + matrices[gpt.positions][: len(tokens)])
    for block in gpt.blocks:
        read, heads = norm(xs), []
        for head in block.attention.heads:
            q, k, v = (linear(read, layer) for layer in (head.query, head.key, head.value))
            hidden = torch.ones(len(tokens), len(tokens)).triu(1).bool()
            heads.append((q @ k.T / q.shape[1] ** 0.5).masked_fill(hidden, -torch.inf).softmax(1) @ v)
        xs = xs + linear(torch.cat(heads, 1), block.attention.output)
        xs = xs + linear(torch.relu(linear(norm(xs), block.hidden)), block.output)
    return linear(xs, gpt.output)


@settings(max_examples=10)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.integers(1, 2), st.integers(0, 99))
def test_a_gpt_has_pytorchs_logits_loss_and_gradients(tokens, n_blocks, seed):
    torch = pytest.importorskip("torch")
    gpt = GPT(**SMALL, n_blocks=n_blocks, seed=seed)
    layers = [gpt.output]
    for block in gpt.blocks:
        layers += [layer for head in block.attention.heads for layer in (head.query, head.key, head.value)]
        layers += [block.attention.output, block.hidden, block.output]
    values = {layer: weights_of(layer) for layer in layers}
    values |= {gpt.embedding: gpt.embedding.rows, gpt.positions: gpt.positions.rows}
    assert len(flat(list(values.values()))) == len(gpt.parameters())
    matrices, targets = {module: tensor(part) for module, part in values.items()}, tokens[1:] + tokens[:1]
    ours, theirs = gpt(tokens), in_torch(torch, gpt, tokens, matrices)
    assert_close(numbers(ours), theirs)
    loss = losses.cross_entropy(ours, targets)
    expected = torch.nn.functional.cross_entropy(theirs, torch.tensor(targets))
    assert_close([loss.data], expected)
    loss.backward()
    expected.backward()
    assert_the_same_gradients([(values[module], matrices[module]) for module in values])


def test_at_first_every_token_is_about_as_likely():
    tokens = [0, 3, 1, 20, 11, 0]
    costs = [losses.cross_entropy(GPT(27, seed=seed)(tokens[:-1]), tokens[1:]).data for seed in range(5)]
    assert all(abs(cost - log(27)) < 0.1 for cost in costs)  # even guessing costs log 27
