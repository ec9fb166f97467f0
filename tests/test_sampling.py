"""Sampling: tokens come as often as their probabilities say, until a boundary or the most characters."""

import random
from inspect import signature
from math import exp, inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import Module, Value, losses, parameter, train
from micrograd_nn.language import Vocabulary, examples, probabilities, sample, samples
from micrograd_nn.layers import GPT

logits = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6)


class Fixed(Module):
    """Expects the same next token whatever came before."""

    def __init__(self, *logits):
        self.z = [parameter(z) for z in logits]
        self.asked = []

    def __call__(self, tokens):
        self.asked.append(list(tokens))
        return [[z + 0.0 for z in self.z] for _ in tokens]


class Speller(Module):
    """Is sure of one name, letter by letter."""

    def __init__(self, tokens, n_tokens):
        self.tokens, self.n_tokens = tokens, n_tokens

    def __call__(self, tokens):
        return [[50.0 * (k == self.tokens[i + 1]) for k in range(self.n_tokens)] for i in range(len(tokens))]


def test_probabilities_are_the_softmax_of_the_logits_by_temperature():
    # logits 0, ln 2, ln 4 at temperature 1: 1, 2, 4 of 7; at temperature 1/2 their squares: 1, 4, 16 of 21
    zs = [0.0, 0.6931471805599453, 1.3862943611198906]
    assert probabilities(zs) == pytest.approx([1 / 7, 2 / 7, 4 / 7])
    assert probabilities([Value(z) for z in zs], 0.5) == pytest.approx([1 / 21, 4 / 21, 16 / 21])


@given(logits, st.floats(1e-300, 1e300))
def test_probabilities_of_any_logits_at_any_temperature_sum_to_1(zs, temperature):
    found = probabilities(zs, temperature)
    assert sum(found) == pytest.approx(1)
    assert found[zs.index(max(zs))] == max(found)


def test_huge_logits_do_not_overflow():
    assert probabilities([1e308, -1e308, 1e308], 1e-300) == [0.5, 0.0, 0.5]


def test_tokens_come_as_often_as_their_probabilities_say():
    # of 4,000 draws each frequency is binomial; Pearson's χ² = Σ (seen − expected)² / expected with 3 degrees of
    # freedom is above 16.27 once in a thousand (any table of χ²)
    model, rng, n = Fixed(0.0, 1.0, -1.0, 0.5), random.Random(1), 4000
    drawn = [sample(model, Vocabulary("abc"), rng=rng, most=2)[1:] or "." for _ in range(n)]
    expected = {token: n * p for token, p in zip(".abc", probabilities([0.0, 1.0, -1.0, 0.5]))}
    assert sum((drawn.count(token) - e) ** 2 / e for token, e in expected.items()) < 16.27


def test_the_first_token_is_a_character_as_often_as_the_others_say():
    model, rng, n = Fixed(1000.0, 1.0, -1.0, 0.5), random.Random(1), 4000  # a model that would end at once
    drawn = [sample(model, Vocabulary("abc"), rng=rng) for _ in range(n)]
    expected = {token: n * p for token, p in zip("abc", probabilities([1.0, -1.0, 0.5]))}
    assert sum((drawn.count(token) - e) ** 2 / e for token, e in expected.items()) < 13.82  # 2 degrees of freedom


def test_a_low_temperature_takes_the_likeliest():
    assert samples(Fixed(0.0, 0.1, 0.2), Vocabulary("ab"), 5, temperature=0.001, seed=1, most=3) == ["bbb"] * 5


def test_a_high_temperature_makes_all_as_likely():
    # exp(5 / 1000) is 1.005: three tokens within half a per cent of a third each
    assert probabilities([0.0, 5.0, -5.0], 1000.0) == pytest.approx([1 / 3] * 3, rel=exp(5 / 1000) - 1)


def test_a_name_ends_at_its_boundary():
    vocabulary = Vocabulary("aben")
    assert sample(Speller(vocabulary.encode("anna"), 5), vocabulary, seed=1) == "anna"


def test_a_name_ends_at_the_most_characters_and_the_model_is_asked_no_more():
    model = Fixed(-50.0, 0.0, 0.0)
    assert len(sample(model, Vocabulary("ab"), seed=1, most=4)) == 4
    assert [len(tokens) for tokens in model.asked] == [1, 2, 3, 4]


def test_a_name_has_by_default_no_more_characters_than_a_gpt_has_positions():
    assert len(sample(Fixed(-50.0, 0.0, 0.0), Vocabulary("ab"), seed=1)) == 16
    assert signature(GPT).parameters["n_positions"].default == 16


def test_the_model_reads_the_boundary_and_what_was_drawn():
    model = Fixed(-50.0, 0.0, 0.0)
    name = sample(model, Vocabulary("ab"), seed=3, most=3)
    assert model.asked[0] == [0]
    assert Vocabulary("ab").decode(model.asked[-1]) == name[:2]


def test_the_seed_decides_all():
    def drawn(**random_source):
        return samples(Fixed(0.0, 0.5, 0.5), Vocabulary("ab"), 20, **random_source)

    assert drawn(seed=4) == drawn(seed=4) == drawn(rng=random.Random(4)) != drawn(seed=5)


def test_several_samples_are_those_that_come_one_after_the_other():
    model, rng = Fixed(0.0, 0.5, 0.5), random.Random(2)
    one_by_one = [sample(model, Vocabulary("ab"), rng=rng) for _ in range(5)]
    assert samples(model, Vocabulary("ab"), 5, seed=2) == one_by_one


def test_a_gpt_that_has_one_name_to_learn_draws_it():
    vocabulary = Vocabulary("an")
    model = GPT(len(vocabulary), width=4, n_heads=2, n_positions=5, seed=1)
    train(model, examples(["anna"], vocabulary, 5), losses.cross_entropy, epochs=60).finish()
    assert sample(model, vocabulary, temperature=0.1, seed=1, most=5) == "anna"


def test_nothing_is_recorded():
    kept = []

    class Keeping(Fixed):
        def __call__(self, tokens):
            kept.extend(super().__call__(tokens))
            return kept[-len(tokens) :]

    sample(Keeping(0.0, 1.0), Vocabulary("a"), seed=1, most=2)
    assert all(z.inputs == () for zs in kept for z in zs)


@pytest.mark.parametrize("temperature", [0.0, -1.0, inf, nan])
def test_a_temperature_that_is_not_above_0_and_finite_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature must be above 0 and finite"):
        sample(Fixed(0.0, 0.0), Vocabulary("a"), temperature)


@pytest.mark.parametrize("zs", [[], [0.0, nan], [0.0, inf], [0.0, -inf]])
def test_logits_that_are_none_or_not_finite_are_refused(zs):
    with pytest.raises(ValueError, match="tokens are drawn from finite logits, not from"):
        probabilities(zs)


def test_a_model_of_another_vocabulary_is_refused_with_both_sizes():
    with pytest.raises(ValueError, match="the model has 2 logits a token, but the vocabulary 4 tokens"):
        sample(Fixed(0.0, 0.0), Vocabulary("abc"))


def test_sizes_below_1_are_refused():
    with pytest.raises(ValueError, match="most must be at least 1, not 0"):
        sample(Fixed(0.0, 0.0), Vocabulary("a"), most=0)
    with pytest.raises(ValueError, match="n must be at least 1, not 0"):
        samples(Fixed(0.0, 0.0), Vocabulary("a"), 0)


def test_rng_and_seed_together_are_refused():
    with pytest.raises(ValueError, match="not both"):
        sample(Fixed(0.0, 0.0), Vocabulary("a"), rng=random.Random(1), seed=1)
