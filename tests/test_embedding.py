"""Embeddings of tokens and positions: rows, their names and gradients, what they refuse."""

import random
from math import cos, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import Value, losses
from micrograd_nn.layers.embedding import Embedding, PositionalEmbedding, sinusoids
from tests.beside_torch import assert_close, assert_the_same_gradients, numbers, tensor, weighted, weighted_tensor


def test_an_embedding_gives_the_rows_of_its_tokens():
    embedding = Embedding(4, 2, seed=1)
    vectors = embedding([3, 0, 3])
    assert vectors == [embedding.rows[3], embedding.rows[0], embedding.rows[3]]


def test_parameters_of_an_embedding_are_named_by_token_from_0():
    embedding = Embedding(2, 2, seed=1)
    assert [name for name, _ in embedding.named_parameters()] == ["token0.w1", "token0.w2", "token1.w1", "token1.w2"]
    assert embedding.parameters() == [w for row in embedding.rows for w in row]
    assert embedding.rows[1][0].label == "token1.w1"


def test_the_gradient_of_a_row_is_the_sum_over_the_uses_of_its_token():
    """L = 1·w + 10·w + 100·v for the tokens 0, 0, 2: the gradients of w, of the row between, and of v."""
    embedding = Embedding(3, 1, seed=1)
    (a,), (b,), (c,) = embedding([0, 0, 2])
    (a + 10 * b + 100 * c).backward()
    assert [row[0].grad for row in embedding.rows] == [11.0, 0.0, 100.0]


def test_changing_the_list_of_a_token_does_not_change_the_embedding():
    embedding = Embedding(2, 2, seed=1)
    embedding([1])[0].clear()
    assert len(embedding([1])[0]) == 2


@pytest.mark.parametrize(
    ("token", "error", "what"),
    [
        (27, ValueError, "time step 2: a token must be a whole number from 0 to 26 for an embedding of 27, not 27"),
        (-1, ValueError, "for an embedding of 27, not -1"),
        (1.0, TypeError, "whole number from 0 to 26 for an embedding of 27, not 1.0"),
        (True, TypeError, "not True"),
        ("a", TypeError, "not 'a'"),
        (Value(1.0), TypeError, r"not Value\(data=1.0\)"),
    ],
)
def test_a_token_without_a_row_is_refused(token, error, what):
    with pytest.raises(error, match=what):
        Embedding(27, 2, seed=1)([0, token])


def test_tokens_may_be_whole_numbers_of_an_array():
    np = pytest.importorskip("numpy")
    embedding = Embedding(3, 2, seed=1)
    assert embedding(np.array([2, 0])) == embedding([2, 0])
    for tokens, error in (([1.0], TypeError), ([True], TypeError), ([[1, 2]], TypeError), ([3], ValueError)):
        with pytest.raises(error, match="time step 1: a token must be a whole number from 0 to 2"):
            embedding(np.array(tokens))


def test_no_tokens_and_what_is_no_list_are_refused():
    with pytest.raises(ValueError, match="a list of tokens needs at least 1: this one has length 0"):
        Embedding(3, 2, seed=1)([])
    with pytest.raises(TypeError, match="expected a list of tokens, not int"):
        Embedding(3, 2, seed=1)(1)
    with pytest.raises(TypeError, match="expected a list of tokens, not str"):
        Embedding(3, 2, seed=1)("abc")


@pytest.mark.parametrize("make", [Embedding, PositionalEmbedding])
def test_sizes_and_spreads_that_make_no_table_are_refused(make):
    with pytest.raises(ValueError, match="must be at least 1, not 0"):
        make(0, 2)
    with pytest.raises(ValueError, match="must be at least 1, not -2"):
        make(2, -2)
    with pytest.raises(ValueError, match="std must be above 0 and finite, not 0"):
        make(2, 2, std=0)


def test_an_embedding_is_made_again_from_its_architecture():
    embedding = Embedding(5, 3, std=0.5, seed=1)
    assert repr(Embedding(**embedding.architecture())) == repr(embedding) == "Embedding(5 -> 3, 15 parameters)"
    positions = PositionalEmbedding(5, 3, std=0.5, seed=1)
    again = PositionalEmbedding(**positions.architecture())
    assert repr(again) == repr(positions) == "PositionalEmbedding(5 x 3, 15 parameters)"


@pytest.mark.parametrize("make", [Embedding, PositionalEmbedding])
def test_initial_numbers_have_the_spread_that_was_asked_for(make):
    """Of 10,000 normal numbers the mean lies within 5 σ / 100 of 0, and the deviation within 5 σ / 141 of σ."""
    found = [w.data for w in make(100, 100, std=0.5, seed=3).parameters()]
    mean = sum(found) / 10_000
    assert abs(mean) < 5 * 0.5 / 100
    assert abs(sqrt(sum((x - mean) ** 2 for x in found) / 10_000) - 0.5) < 5 * 0.5 / 141


def test_the_seed_or_the_generator_decides_the_numbers():
    one, other = Embedding(3, 2, seed=7), Embedding(3, 2, rng=random.Random(7))
    assert [w.data for w in one.parameters()] == [w.data for w in other.parameters()]


def test_a_position_adds_its_own_row():
    """The second position has (10, 20): it makes (1, 2) into (11, 22)."""
    positions = PositionalEmbedding(3, 2, seed=1)
    for w, number in zip(positions.parameters(), [0.0, 0.0, 10.0, 20.0, 0.0, 0.0]):
        w.data = number
    assert numbers(positions([[5.0, 6.0], [1.0, 2.0]])) == [[5.0, 6.0], [11.0, 22.0]]


def test_positions_are_named_from_1_as_time_steps_are():
    positions = PositionalEmbedding(2, 1, seed=1)
    assert [name for name, _ in positions.named_parameters()] == ["position1.w1", "position2.w1"]
    assert [out.label for (out,) in positions([[1.0], [1.0]])] == ["t1.out1", "t2.out1"]


def test_more_vectors_than_positions_are_refused():
    with pytest.raises(ValueError, match="a sequence of 3 time steps is longer than the 2 positions"):
        PositionalEmbedding(2, 1, seed=1)([[1.0], [1.0], [1.0]])
    with pytest.raises(ValueError, match="time step 1: expected 1 inputs, got 2"):
        PositionalEmbedding(2, 1, seed=1)([[1.0, 2.0]])


def test_sinusoids_of_position_1():
    """Width 4: the angles of position 1 are 1 and 1 / 10000^(2/4) = 0.01."""
    assert sinusoids(2, 4)[1] == pytest.approx([sin(1), cos(1), sin(0.01), cos(0.01)], rel=1e-15)


@given(st.integers(1, 9), st.integers(0, 30), st.integers(0, 30))
def test_sinusoids_far_apart_are_rotations_of_each_other(half, p, k):
    """The pair of position p + k is that of p, turned by an angle that depends on k alone (Vaswani et al., 3.5)."""
    rows = sinusoids(61, 2 * half)
    for i in range(half):
        turn = k / 10000 ** (i / half)
        s, c = rows[p][2 * i : 2 * i + 2]
        turned = [s * cos(turn) + c * sin(turn), c * cos(turn) - s * sin(turn)]
        assert rows[p + k][2 * i : 2 * i + 2] == pytest.approx(turned, abs=1e-12)


def test_sinusoids_of_an_odd_width_end_with_a_sine():
    assert sinusoids(3, 3)[2] == pytest.approx([sin(2), cos(2), sin(2 / 10000 ** (2 / 3))], rel=1e-15)
    with pytest.raises(ValueError, match="width must be at least 1, not 0"):
        sinusoids(3, 0)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.integers(1, 3))
def test_embeddings_have_pytorchs_outputs_and_gradients(tokens, width):
    torch = pytest.importorskip("torch")
    embedding, positions = Embedding(5, width, seed=2), PositionalEmbedding(6, width, seed=3)
    table, places = tensor(embedding.rows), tensor(positions.rows)
    ours = positions(embedding(tokens))
    theirs = torch.nn.functional.embedding(torch.tensor(tokens), table) + places[: len(tokens)]
    assert_close(numbers(ours), theirs)
    weighted(ours).backward()
    weighted_tensor(theirs).backward()
    assert_the_same_gradients([(embedding.rows, table), (positions.rows, places)])


def test_an_embedding_learns_a_number_for_each_token():
    """A step against the gradient 2 (w - target) with the rate ½ lands on the target."""
    embedding = Embedding(2, 1, seed=1)
    losses.mean_squared_error(embedding([1])[0], [3.0]).backward()
    for w in embedding.parameters():
        w.data -= 0.5 * w.grad
    assert embedding.rows[1][0].data == pytest.approx(3.0, rel=1e-15)
