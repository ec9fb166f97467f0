"""Clipping: norms by hand and at extremes, PyTorch's clipping, and what it refuses."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import Value
from micrograd_nn.graph import NOT_COMPUTED
from micrograd_nn.optim import clip_by_norm, clip_by_value, gradient_norm

gradients = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6)


def parameters_with(*slopes):
    parameters = [Value(1.0) for _ in slopes]
    for p, slope in zip(parameters, slopes):
        p.grad = slope
    return parameters


def test_the_norm_is_the_length_of_the_gradient():
    # 1 + 4 + 4 = 3²
    assert gradient_norm(parameters_with(1.0, -2.0, 2.0)) == 3.0


def test_gradients_not_yet_computed_count_as_0_and_stay_so():
    parameters = parameters_with(3.0, NOT_COMPUTED, None, -4.0)
    assert clip_by_norm(parameters, 1.0) == 5.0
    clip_by_value(parameters, 0.5)
    assert [p.grad for p in parameters] == [0.5, 0.0, None, -0.5]
    assert parameters[1].grad is NOT_COMPUTED


@pytest.mark.parametrize("scale", [2.0**-1070, 2.0**-600, 2.0**600, 2.0**1020])
def test_the_norm_neither_overflows_nor_vanishes(scale):
    assert gradient_norm(parameters_with(3 * scale, 4 * scale)) == 5 * scale


@pytest.mark.parametrize("slopes", [[], [0.0], [0.0, -0.0]])
def test_the_norm_of_nothing_is_0(slopes):
    assert gradient_norm(parameters_with(*slopes)) == 0.0


def test_the_norm_of_what_is_not_finite_is_not():
    assert gradient_norm(parameters_with(math.inf, -math.inf)) == math.inf
    assert math.isnan(gradient_norm(parameters_with(1.0, math.nan)))


@given(gradients)
def test_the_norm_is_that_of_the_standard_library(slopes):
    assert gradient_norm(parameters_with(*slopes)) == pytest.approx(math.hypot(*slopes), rel=1e-15)


def test_clipping_by_norm_keeps_the_direction():
    # (6, −8) has norm 10
    parameters = parameters_with(6.0, -8.0)
    assert clip_by_norm(parameters, 5.0) == 10.0
    assert [p.grad for p in parameters] == pytest.approx([3.0, -4.0], rel=1e-15)


def test_a_gradient_within_the_limit_is_left_alone():
    parameters = parameters_with(3.0, -4.0)
    assert clip_by_norm(parameters, 5.0) == 5.0
    clip_by_value(parameters, 4.0)
    assert [p.grad for p in parameters] == [3.0, -4.0]


def test_clipping_by_value_brings_each_gradient_to_the_limit():
    parameters = parameters_with(3.0, -4.0, 0.5, -math.inf)
    clip_by_value(parameters, 1.0)
    assert [p.grad for p in parameters] == [1.0, -1.0, 0.5, -1.0]


def test_clipping_by_value_passes_a_nan_on():
    parameters = parameters_with(math.nan)
    clip_by_value(parameters, 1.0)
    assert math.isnan(parameters[0].grad)


@given(gradients, st.floats(1, 100))
def test_clipping_is_pytorchs(slopes, limit):
    torch = pytest.importorskip("torch")
    tensors = [torch.zeros(1, dtype=torch.float64, requires_grad=True) for _ in slopes]
    for tensor, slope in zip(tensors, slopes):
        tensor.grad = torch.tensor([slope], dtype=torch.float64)
    parameters = parameters_with(*slopes)
    theirs = torch.nn.utils.clip_grad_norm_(tensors, limit)
    assert clip_by_norm(parameters, limit) == pytest.approx(theirs.item(), rel=1e-12)
    # PyTorch's divisor is norm + 10⁻⁶, and the norm is at least the limit, at least 1, where it divides
    assert [p.grad for p in parameters] == pytest.approx([t.grad.item() for t in tensors], rel=1e-6)


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
@pytest.mark.parametrize("limit", [0.0, -1.0, math.nan, math.inf])
def test_a_limit_must_be_above_0(clip, limit):
    with pytest.raises(ValueError, match=f"limit must be above 0 and finite, not {limit}"):
        clip([Value(1.0)], limit)


@pytest.mark.parametrize(("slope", "norm"), [(math.nan, "nan"), (-math.inf, "inf")])
def test_a_norm_that_is_not_finite_cannot_be_clipped_to(slope, norm):
    parameters = parameters_with(3.0, slope)
    with pytest.raises(OverflowError, match=f"a gradient cannot be clipped whose norm is {norm}"):
        clip_by_norm(parameters, 1.0)
    assert parameters[0].grad == 3.0
