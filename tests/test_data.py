"""Made-up data sets, the irises, scaling and splitting: counts, geometry, published figures, parts that add up."""

import copy
import random
import statistics
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import atan2, dist, hypot, inf, nan, tau

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import data

SHAPES = [data.moons, data.circles, data.spirals, data.blobs, data.yin_yang]
shapes = pytest.mark.parametrize("shape", [*SHAPES, data.noisy_line], ids=lambda f: f.__name__)
number = st.floats(-1e6, 1e6)
tables = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(number, min_size=width, max_size=width), min_size=1))
labelled = st.lists(st.tuples(st.integers(), st.integers(0, 3)), min_size=2, max_size=30)


# Made-up data


def test_logic_functions_are_pythons_own():
    for x, y, i in [(0, 0, 0), (0, 1, 1), (1, 0, 2), (1, 1, 3)]:
        inputs = [float(x), float(y)]
        assert data.xor()[i] == (inputs, x ^ y)
        assert data.and_()[i] == (inputs, x & y)
        assert data.or_()[i] == (inputs, x | y)
        assert data.nand()[i] == (inputs, 1 - (x & y))


def test_logic_functions_give_lists_of_ones_own():
    data.xor()[0][0][0] = 5.0
    assert data.xor()[0] == ([0.0, 0.0], 0)


@shapes
def test_an_example_is_a_list_of_floats_and_a_target(shape):
    examples = shape(10, seed=1)
    assert len(examples) == 10
    assert {type(x) for inputs, _ in examples for x in inputs} == {float}
    assert {type(target) for _, target in examples} == {float if shape is data.noisy_line else int}


@shapes
def test_the_same_seed_gives_the_same_data(shape):
    assert shape(20, seed=3) == shape(20, rng=random.Random(3))
    assert shape(20, seed=3) != shape(20, seed=4)


@given(st.sampled_from(SHAPES), st.integers(3, 60))
def test_classes_are_as_even_as_their_number_allows(shape, n):
    sizes = Counter(target for _, target in shape(n, seed=1))
    assert sorted(sizes) == list(range(len(sizes)))
    assert sum(sizes.values()) == n
    assert max(sizes.values()) - min(sizes.values()) <= 1


@given(st.integers(2, 50))
def test_moons_without_noise_are_two_half_circles(n):
    for (x, y), target in data.moons(n, noise=0.0):
        assert hypot(x, y) == pytest.approx(1.0) if target == 0 else dist((x, y), (1.0, 0.5)) == pytest.approx(1.0)
        assert y >= 0 if target == 0 else y <= 0.5


@given(st.integers(2, 50))
def test_the_inner_circle_has_half_the_radius(n):
    for inputs, target in data.circles(n, noise=0.0):
        assert hypot(*inputs) == pytest.approx([1.0, 0.5][target])


@given(st.integers(1, 4), st.floats(-3, 3))
def test_a_spiral_arm_turns_as_its_radius_grows(arms, turns):
    for (x, y), target in data.spirals(4 * arms, noise=0.0, turns=turns, arms=arms):
        t = (hypot(x, y) - 0.1) / 0.9
        off = (atan2(y, x) - tau * (turns * t + target / arms)) % tau
        assert min(off, tau - off) == pytest.approx(0.0, abs=1e-9)


def test_blobs_stand_on_the_unit_circle_and_spread_as_asked():
    examples = data.blobs(8000, centers=4, spread=0.1, seed=1)
    for target, center in enumerate([(1, 0), (0, 1), (-1, 0), (0, -1)]):
        for axis in (0, 1):
            xs = [inputs[axis] for inputs, t in examples if t == target]
            assert statistics.fmean(xs) == pytest.approx(center[axis], abs=0.01)  # four standard errors
            assert statistics.pstdev(xs) == pytest.approx(0.1, rel=0.07)


def test_noise_is_the_standard_deviation_off_the_line():
    errors = [target - (3.0 * x - 2.0) for (x,), target in data.noisy_line(4000, slope=3.0, intercept=-2.0, seed=1)]
    assert statistics.pstdev(errors) == pytest.approx(0.2, rel=0.05)


def test_yin_yang_has_the_published_classes():
    """The criteria of the authors' program (github.com/lkriener/yin_yang_data_set), for r_big = 0.5, r_small = 0.1."""
    for (x, y), target in data.yin_yang(900, seed=2):
        right, left = hypot(x - 0.75, y - 0.5), hypot(x - 0.25, y - 0.5)
        assert hypot(x - 0.5, y - 0.5) <= 0.5
        yin = right <= 0.1 or 0.1 < left <= 0.25 or (y > 0.5 and right > 0.25)
        assert target == (2 if min(right, left) < 0.1 else int(yin))


@pytest.mark.parametrize(("target", "lobe"), [(0, 0.75), (1, 0.25)])
def test_yin_yang_points_are_spread_evenly(target, lobe):
    """A swirl has area π(¼ − 2 · 0.01)/2 = 0.115π without the dot, of which its lobe has π(1/16 − 0.01) = 0.0525π."""
    points = [inputs for inputs, t in data.yin_yang(12000, seed=3) if t == target]
    share = len([p for p in points if dist(p, (lobe, 0.5)) <= 0.25]) / len(points)
    assert share == pytest.approx(0.0525 / 0.115, abs=0.03)  # four standard errors


def test_yin_yang_dots_are_equally_full_discs():
    """Half of a disc's area lies within 1/√2 of its radius."""
    dots = [inputs for inputs, target in data.yin_yang(12000, seed=4) if target == 2]
    left = [p for p in dots if p[0] < 0.5]
    assert len(left) / len(dots) == pytest.approx(0.5, abs=0.03)
    assert len([p for p in left if dist(p, (0.25, 0.5)) < 0.1 / 2**0.5]) / len(left) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: data.moons(0), ValueError, "n must be at least 1, not 0"),
        (lambda: data.moons(1), ValueError, "n must be at least 2, one example for each class, not 1"),
        (lambda: data.yin_yang(2), ValueError, "n must be at least 3, one example for each class, not 2"),
        (lambda: data.circles(10.0), TypeError, "n must be a whole number, not 10.0"),
        (lambda: data.noisy_line(0), ValueError, "n must be at least 1, not 0"),
        (lambda: data.spirals(10, arms=0), ValueError, "arms must be at least 1, not 0"),
        (lambda: data.blobs(4, centers=5), ValueError, "n must be at least 5, one example for each class, not 4"),
        (lambda: data.moons(noise=-0.1), ValueError, "noise must be 0 or above and finite, not -0.1"),
        (lambda: data.circles(noise=inf), ValueError, "noise must be 0 or above and finite, not inf"),
        (lambda: data.spirals(turns=nan), ValueError, "turns must be finite, not nan"),
        (lambda: data.blobs(spread="wide"), TypeError, "spread must be a number, not 'wide'"),
        (lambda: data.blobs(spread=-1), ValueError, "spread must be 0 or above and finite, not -1"),
        (lambda: data.noisy_line(slope=None), TypeError, "slope must be a number, not None"),
        (lambda: data.noisy_line(intercept=inf), ValueError, "intercept must be finite, not inf"),
        (lambda: data.moons(rng=random.Random(1), seed=1), ValueError, "not both"),
    ],
)
def test_impossible_data_sets_are_refused(make, kind, message):
    with pytest.raises(kind, match=message):
        make()


# Fisher's irises


def columns(species):
    """The measurements of one species, each with its 50 numbers."""
    return list(zip(*[inputs for inputs, target in data.iris() if target == species]))


def test_iris_has_the_means_that_fisher_published():
    """Table VIII of the paper of 1936, for the 50 flowers of each species."""
    published = [[5.006, 3.428, 1.462, 0.246], [5.936, 2.770, 4.260, 1.326], [6.588, 2.974, 5.552, 2.026]]
    for species, means in enumerate(published):
        assert {len(column) for column in columns(species)} == {50}
        assert [statistics.mean(column) for column in columns(species)] == pytest.approx(means, abs=1e-9)


def test_iris_has_the_sums_of_squares_that_fisher_published():
    """Table III of the paper: squared deviations from the means of their species, over setosa and versicolor."""
    squares = [50 * (statistics.pvariance(a) + statistics.pvariance(b)) for a, b in zip(columns(0), columns(1))]
    assert squares == pytest.approx([19.1434, 11.8658, 12.2978, 2.4604], abs=1e-9)


def test_iris_flowers_35_and_38_are_fishers():
    """As the notes of the UCI repository (iris.names) correct its own file."""
    assert data.iris()[34] == ([4.9, 3.1, 1.5, 0.2], 0)
    assert data.iris()[37] == ([4.9, 3.6, 1.4, 0.1], 0)


def test_iris_is_that_of_scikit_learn():
    theirs = pytest.importorskip("sklearn.datasets").load_iris()
    assert [inputs for inputs, _ in data.iris()] == theirs.data.tolist()
    assert [target for _, target in data.iris()] == theirs.target.tolist()


# Scaling


def test_standardize_subtracts_the_mean_and_divides_by_the_deviation():
    """The mean of 2, 4, 4, 4, 5, 5, 7, 9 is 40/8 = 5, its variance 32/8 = 4."""
    scale = data.Standardize.fit([[x] for x in (2, 4, 4, 4, 5, 5, 7, 9)])
    assert scale == data.Standardize((5.0,), (2.0,))
    assert scale([2]) == [-1.5]


def test_min_max_maps_the_range_to_0_and_1():
    scale = data.MinMax.fit([[2.0, -1.0], [6.0, 0.0], [3.0, 1.0]])
    assert [scale([2.0, -1.0]), scale([6.0, 1.0]), scale([3.0, 0.0])] == [[0.0, 0.0], [1.0, 1.0], [0.25, 0.5]]
    assert scale([10.0, 0.0]) == [2.0, 0.5]  # beyond what it was fitted to


@pytest.mark.parametrize("scaling", [data.Standardize, data.MinMax])
@pytest.mark.parametrize("x", [0.1, 1e300, -7.0, 0.0, 123456789.1])
def test_a_constant_input_becomes_0(scaling, x):
    scale = scaling.fit([[x]] * 3)
    assert scale.scales == (1.0,)
    assert scale([x]) == [0.0]


@given(st.sampled_from([data.Standardize, data.MinMax]), tables)
def test_a_scaled_row_comes_back(scaling, rows):
    scale = scaling.fit(rows)
    for row in rows:
        assert scale.inverse(scale(row)) == pytest.approx(row, rel=1e-12, abs=1e-9)


@given(tables)
def test_min_max_keeps_what_it_was_fitted_to_between_0_and_1(rows):
    scale = data.MinMax.fit(rows)
    assert all(0.0 <= x <= 1.0 for row in rows for x in scale(row))


@given(tables)
def test_scalings_agree_with_scikit_learn(rows):
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    whole = [[round(x) / 8 for x in row] for row in rows]  # it takes a tiny deviation for none, so none is tiny here
    for ours, theirs in [(data.Standardize, preprocessing.StandardScaler), (data.MinMax, preprocessing.MinMaxScaler)]:
        scale = ours.fit(whole)
        expected = theirs().fit_transform(whole)
        for row, answer in zip(whole, expected.tolist()):
            assert scale(row) == pytest.approx(answer, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("offset", [1e6, 1e9, -1e12])
def test_standardize_is_exact_far_from_zero(offset):
    rng = random.Random(1)
    column = [offset + rng.gauss(0, 1) for _ in range(100)]
    exact = [Fraction(x) for x in column]
    mean = sum(exact) / 100
    variance = sum((x - mean) ** 2 for x in exact) / 100
    scale = data.Standardize.fit([[x] for x in column])
    assert scale.shifts == (float(mean),)
    assert scale.scales == pytest.approx((float(variance) ** 0.5,), rel=1e-15)


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda fit: fit([]), ValueError, "no rows to fit a scaling to"),
        (lambda fit: fit([[1.0], [1.0, 2.0]]), ValueError, "row 2 must have 1 inputs, not 2"),
        (lambda fit: fit([[1.0, nan]]), ValueError, "input 2 of row 1 must be finite, not nan"),
        (lambda fit: fit([[1.0], ["a"]]), TypeError, "input 1 of row 2 must be a number, not 'a'"),
        (lambda fit: fit([1.0, 2.0]), TypeError, "row 1 must be a list of numbers, not 1.0"),
        (lambda fit: fit([[1.0], [2.0]])([1.0, 2.0]), ValueError, "the row must have 1 inputs, not 2"),
        (lambda fit: fit([[1.0], [2.0]])([inf]), ValueError, "input 1 of the row must be finite, not inf"),
        (lambda fit: fit([[1.0], [2.0]]).inverse([]), ValueError, "the row must have 1 inputs, not 0"),
    ],
)
@pytest.mark.parametrize("scaling", [data.Standardize, data.MinMax])
def test_rows_that_do_not_fit_are_refused(scaling, make, kind, message):
    with pytest.raises(kind, match=message):
        make(scaling.fit)


def test_a_range_beyond_the_floats_is_refused():
    with pytest.raises(ValueError, match="the range of input 1 must be finite, not inf"):
        data.MinMax.fit([[-1.7e308], [1.7e308]])


@given(st.integers(1, 20).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_one_hot_has_a_single_one_at_the_index(case):
    index, n = case
    vector = data.one_hot(index, n)
    assert len(vector) == n
    assert vector.index(1.0) == index
    assert vector.count(0.0) == n - 1


@pytest.mark.parametrize(
    ("index", "n", "kind", "message"),
    [
        (3, 3, ValueError, "index must be from 0 to 2, not 3"),
        (-1, 3, ValueError, "index must be from 0 to 2, not -1"),
        (1.0, 3, TypeError, "index must be a whole number, not 1.0"),
        (True, 3, TypeError, "index must be a whole number, not True"),
        (0, 0, ValueError, "n must be at least 1, not 0"),
    ],
)
def test_one_hot_refuses_what_is_no_class(index, n, kind, message):
    with pytest.raises(kind, match=message):
        data.one_hot(index, n)


# Splitting


@given(st.lists(st.integers()), st.integers())
def test_shuffled_keeps_every_example_and_its_argument(examples, seed):
    before = copy.copy(examples)
    assert Counter(data.shuffled(examples, seed=seed)) == Counter(examples)
    assert examples == before


def test_shuffled_changes_the_order():
    assert data.shuffled(range(50), seed=1) not in (list(range(50)), data.shuffled(range(50), seed=2))


@given(st.integers(2, 40), st.floats(0.01, 0.99), st.integers())
def test_split_parts_the_examples_as_asked(n, share, seed):
    if not 0 < round(share * n) < n:
        with pytest.raises(ValueError, match="at least one must be held out and one left"):
            data.split(range(n), share, seed=seed)
        return
    training, held_out = data.split(range(n), share, seed=seed)
    assert sorted(training + held_out) == list(range(n))
    assert abs(len(held_out) - share * n) <= 0.5


@pytest.mark.parametrize(
    ("share", "kind", "message"),
    [
        (0.0, ValueError, "0.0 of 10 examples holds out 0; at least one"),
        (1, ValueError, "1 of 10 examples holds out 10; at least one"),
        (-0.5, ValueError, "-0.5 of 10 examples holds out -5; at least one"),
        (nan, ValueError, "share must be finite, not nan"),
        ("half", TypeError, "share must be a number, not 'half'"),
    ],
)
def test_split_refuses_what_leaves_a_part_empty(share, kind, message):
    with pytest.raises(kind, match=message):
        data.split(range(10), share)


@given(st.lists(st.integers(), min_size=1), st.data())
def test_batches_are_the_examples_in_their_order(examples, draw):
    size = draw.draw(st.integers(1, len(examples)))
    parts = list(data.batches(examples, size))
    assert [x for part in parts for x in part] == examples
    assert all(len(part) == size for part in parts[:-1])
    assert 1 <= len(parts[-1]) <= size


def test_without_a_batch_size_all_examples_are_one_batch():
    assert list(data.batches((1, 2, 3))) == [[1, 2, 3]]


@pytest.mark.parametrize(
    ("examples", "batch_size", "kind", "message"),
    [
        ([1, 2], 3, ValueError, "batch_size 3 is larger than the number of examples, 2"),
        ([1, 2], 0, ValueError, "batch_size must be at least 1, not 0"),
        ([1, 2], -1, ValueError, "batch_size must be at least 1, not -1"),
        ([1, 2], True, TypeError, "batch_size must be a whole number, not True"),
        ([1, 2], 1.0, TypeError, "batch_size must be a whole number, not 1.0"),
        ([], None, ValueError, "no examples to make batches of"),
    ],
)
def test_impossible_batches_are_refused_at_once(examples, batch_size, kind, message):
    with pytest.raises(kind, match=message):
        data.batches(examples, batch_size)


@given(labelled, st.data(), st.integers())
def test_folds_hold_every_example_out_once(examples, draw, seed):
    before = copy.deepcopy(examples)
    n_folds = draw.draw(st.integers(2, len(examples)))
    parts = list(data.folds(examples, n_folds, seed=seed))
    assert len(parts) == n_folds
    assert all(Counter(training + held_out) == Counter(examples) for training, held_out in parts)
    assert Counter(x for _, held_out in parts for x in held_out) == Counter(examples)
    assert examples == before


@given(labelled, st.data(), st.integers())
def test_folds_are_even_and_so_are_the_classes_in_them(examples, draw, seed):
    n_folds = draw.draw(st.integers(2, len(examples)))
    held_out = [part for _, part in data.folds(examples, n_folds, seed=seed)]
    sizes = [[len(part) for part in held_out]]
    sizes += [[len([x for x in part if x[1] == target]) for part in held_out] for target in range(4)]
    assert all(max(size) - min(size) <= 1 for size in sizes)


def test_folds_leave_the_classes_mixed():
    training, _ = next(data.folds(data.iris(), 10, seed=1))
    targets = [target for _, target in training]
    assert len([1 for a, b in pairwise(targets) if a != b]) > 50  # about 90 are to be expected, sorted has 2


@pytest.mark.parametrize(
    ("n_folds", "kind", "message"),
    [
        (1, ValueError, "n_folds must be from 2 to the number of examples, 4, not 1"),
        (5, ValueError, "n_folds must be from 2 to the number of examples, 4, not 5"),
        (0, ValueError, "n_folds must be at least 1, not 0"),
        (2.0, TypeError, "n_folds must be a whole number, not 2.0"),
    ],
)
def test_impossible_folds_are_refused_at_once(n_folds, kind, message):
    with pytest.raises(kind, match=message):
        data.folds(data.xor(), n_folds)
