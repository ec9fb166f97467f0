"""Optimizers: steps worked by hand, PyTorch's steps, all or nothing, saving and going on, and what they refuse."""

import itertools
import json
import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import MLP, Value
from micrograd_nn.graph import NOT_COMPUTED
from micrograd_nn.losses import mean_squared_error
from micrograd_nn.optim import OPTIMIZERS, SGD, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp
from micrograd_nn.optim.schedules import Constant, Cosine, WarmUp

every_optimizer = pytest.mark.parametrize("kind", OPTIMIZERS.values())
gradients = st.floats(-1e3, 1e3)


def steps_along(optimizer, *slopes):
    """What the one parameter is after each step, when its gradients are these."""
    (w,) = optimizer.parameters
    found = []
    for w.grad in slopes:
        optimizer.step()
        found.append(w.data)
    return found


def two_parameters():
    a, b = Value(1.0, label="a"), Value(-2.0, label="b")
    a.grad, b.grad = 0.5, 4.0
    return [a, b]


# Worked by hand


def test_sgd_steps_down_the_slope():
    # 1 − 0.1 · 2 = 0.8; 0.8 − 0.1 · (−3) = 1.1
    assert steps_along(SGD([Value(1.0)], 0.1), 2.0, -3.0) == pytest.approx([0.8, 1.1], rel=1e-15)


def test_momentum_gathers_speed():
    # v = 2, w = 1 − 0.1 · 2 = 0.8; v = 0.5 · 2 + 2 = 3, w = 0.8 − 0.3; v = 0.5 · 3 + 2 = 3.5, w = 0.5 − 0.35
    optimizer = Momentum([Value(1.0)], 0.1, momentum=0.5)
    assert steps_along(optimizer, 2.0, 2.0, 2.0) == pytest.approx([0.8, 0.5, 0.15], rel=1e-14)


def test_nesterov_looks_ahead():
    # v = 2, w = 1 − 0.1 (2 + 0.5 · 2) = 0.7; v = 3, w = 0.7 − 0.1 (2 + 1.5) = 0.35
    assert steps_along(Nesterov([Value(1.0)], 0.1, momentum=0.5), 2.0, 2.0) == pytest.approx([0.7, 0.35], rel=1e-14)


def test_rmsprop_divides_by_the_size_of_recent_gradients():
    # s = ¼ · 16 = 4, w = 1 − 0.1 · 4/2 = 0.8; s = ¾ · 4 + ¼ · 4 = 4, w = 0.8 + 0.1 · 2/2 = 0.9; ε is too small to count
    optimizer = RMSProp([Value(1.0)], 0.1, decay_rate=0.75, epsilon=1e-20)
    assert steps_along(optimizer, 4.0, -2.0) == pytest.approx([0.8, 0.9], rel=1e-14)


def test_adams_first_step_is_the_learning_rate_whatever_the_slope():
    # m̂ = g and v̂ = g², so the step is η g / (|g| + ε)
    for slope in (1e-3, 2.0, -5e6):
        (w,) = steps_along(Adam([Value(1.0)], 0.1, epsilon=1e-20), slope)
        assert w == pytest.approx(1.0 - math.copysign(0.1, slope), rel=1e-14)


def test_adam_corrects_both_means_for_their_start():
    # β₁ = ½, β₂ = ¾, gradients 4 and −2: m = 2, then 1 − 1 = 0, so the second step is none;
    # gradient 1: m = ½, m̂ = ½ / (1 − ⅛) = 4/7; v = ¼ · 16 = 4, ¾ · 4 + ¼ · 4 = 4, ¾ · 4 + ¼ = 13/4,
    # v̂ = 13/4 / (1 − 27/64) = 208/37; w = 0.9 − 0.1 · 4/7 / √(208/37)
    optimizer = Adam([Value(1.0)], 0.1, beta1=0.5, beta2=0.75, epsilon=1e-20)
    expected = [0.9, 0.9, 0.9 - 0.1 * 4 / 7 / math.sqrt(208 / 37)]
    assert steps_along(optimizer, 4.0, -2.0, 1.0) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (SGD, 2.0 - 0.1 * (1 + 0.5 * 2)),  # g becomes 1 + ½ · 2
        (AdamW, 2.0 - 0.1 * 0.5 * 2 - 0.1),  # w shrinks by ηλw, and Adam's first step is η
        (Adam, 2.0 - 0.1),  # its first step is η for any g
    ],
)
def test_weight_decay_is_part_of_the_gradient_except_in_adamw(kind, expected):
    assert steps_along(kind([Value(2.0)], 0.1, weight_decay=0.5), 1.0) == pytest.approx([expected], rel=1e-8)


# Against PyTorch

PYTORCH = {
    SGD: ("SGD", {}),
    Momentum: ("SGD", {"momentum": 0.9}),
    Nesterov: ("SGD", {"momentum": 0.9, "nesterov": True}),
    RMSProp: ("RMSprop", {"alpha": 0.9}),
    Adam: ("Adam", {}),
    AdamW: ("AdamW", {}),
}


@every_optimizer
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_25_steps_are_pytorchs(kind, weight_decay):
    """Down Rosenbrock's valley (1 − x)² + 100 (y − x²)², which bends, and a parameter that no loss moves."""
    torch = pytest.importorskip("torch")
    start, rate = [-0.5, 0.7, 1.5], 1e-4
    ours = [Value(x) for x in start]
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in start]
    name, settings = PYTORCH[kind]
    optimizer = kind(ours, rate, weight_decay=weight_decay)
    peer = getattr(torch.optim, name)(theirs, lr=rate, weight_decay=weight_decay, **settings)
    for _ in range(25):
        for stepper, (x, y, still) in ((optimizer, ours), (peer, theirs)):
            stepper.zero_grad()
            ((1 - x) ** 2 + 100 * (y - x**2) ** 2 + still * 0.0).backward()
            stepper.step()
        assert [p.data for p in ours] == pytest.approx([t.item() for t in theirs], rel=1e-12)


# What a step reads and leaves


@every_optimizer
def test_a_parameter_without_a_gradient_counts_as_flat(kind):
    a, b, c = Value(1.0), Value(1.0), Value(1.0)
    b.grad, c.grad = None, 0.0
    kind([a, b, c], 0.1, weight_decay=0.0).step()
    assert a.data == b.data == c.data == 1.0


def test_zero_grad_forgets_every_gradient():
    parameters = two_parameters()
    SGD(parameters).zero_grad()
    assert all(p.grad is NOT_COMPUTED for p in parameters)


def test_the_learning_rate_is_that_of_the_next_step():
    optimizer = SGD([Value(1.0)], Cosine(0.8, steps=2))
    rates = []
    for _ in range(4):
        rates.append(optimizer.learning_rate)
        optimizer.step()
    assert rates == pytest.approx([0.8, 0.4, 0.0, 0.0])
    assert optimizer.steps == 4


def test_a_schedule_may_be_a_function_of_the_step():
    # rates 1 and ½ along the slope 1: 1 − 1 − ½
    assert steps_along(SGD([Value(1.0)], lambda step: 1 / (1 + step)), 1.0, 1.0) == [0.0, -0.5]


def test_data_stays_a_float_whatever_the_gradient_is():
    np = pytest.importorskip("numpy")
    w = Value(1.0)
    w.grad = np.float64(2.0)
    Adam([w], lambda step: np.float64(0.1)).step()
    assert type(w.data) is float


@every_optimizer
@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e308])
def test_an_update_that_is_not_finite_changes_nothing(kind, bad):
    parameters = two_parameters()
    optimizer = kind(parameters, 10.0)
    optimizer.step()
    before = [p.data for p in parameters], optimizer.state()
    parameters[1].grad = bad
    with pytest.raises(OverflowError, match=r"the update is not finite at .* \(node 'b'\) with learning rate 10.0"):
        optimizer.step()
    assert ([p.data for p in parameters], optimizer.state()) == before


@every_optimizer
def test_ctrl_c_at_any_line_leaves_all_or_nothing(kind):
    def outcome(line=None):
        """Parameters and state after a step in which Ctrl-C came at a line, counted from 0, and whether it came."""
        parameters = two_parameters()
        optimizer = kind(parameters, 0.1)
        lines = itertools.count()

        def trace(frame, event, argument):
            if "micrograd_nn" not in frame.f_code.co_filename:
                return None
            if event in ("line", "return") and next(lines) == line:
                raise KeyboardInterrupt
            return trace

        tracer = sys.gettrace()
        sys.settrace(trace)
        try:
            optimizer.step()
            came = False
        except KeyboardInterrupt:
            came = True
        finally:
            sys.settrace(tracer)
        return ([p.data for p in parameters], optimizer.state()), came

    untouched = [p.data for p in two_parameters()], kind(two_parameters(), 0.1).state()
    done, _ = outcome()
    for line in itertools.count():
        left, came = outcome(line)
        assert left in (untouched, done)
        if not came:
            break
    assert line > 10


# Saving and going on


@every_optimizer
@given(before=st.lists(gradients, max_size=5), after=st.lists(gradients, min_size=1, max_size=5))
def test_an_optimizer_goes_on_from_its_state_bit_for_bit(kind, before, after):
    rate = WarmUp(Cosine(0.1, steps=8), steps=3)
    first = kind([Value(1.0)], rate, weight_decay=0.01)
    steps_along(first, *before)
    settings, state, data = json.loads(json.dumps([first.settings(), first.state(), first.parameters[0].data]))
    second = kind([Value(data)], **settings | {"learning_rate": rate})
    second.load_state(state)
    assert steps_along(second, *after) == steps_along(first, *after)
    assert second.state() == first.state()


class Forgetful(SGD):
    """An optimizer of one's own that does not keep a keyword."""

    def __init__(self, parameters, learning_rate=0.1, boost=1.0):
        super().__init__(parameters, learning_rate)


def test_a_keyword_that_is_not_kept_cannot_be_written():
    with pytest.raises(TypeError, match="Forgetful must keep its keyword 'boost' as an attribute of that name"):
        Forgetful([Value(1.0)]).settings()


def test_the_learning_rate_can_be_set_to_a_number_or_a_schedule():
    optimizer = SGD([Value(1.0)], 0.1)
    optimizer.learning_rate = 0.02
    assert optimizer.learning_rate == 0.02
    optimizer.learning_rate = Cosine(0.5, steps=10)
    assert optimizer.learning_rate == 0.5
    with pytest.raises(ValueError, match="learning_rate must be above 0"):
        optimizer.learning_rate = 0.0


def test_settings_are_the_keywords_of_the_constructor():
    settings = Momentum([Value(1.0)], Constant(1), momentum=0.5).settings()
    assert settings == {"learning_rate": 1.0, "momentum": 0.5, "weight_decay": 0.0}
    settings = RMSProp([Value(1.0)], Cosine(0.1, steps=9)).settings()
    assert settings == {
        "learning_rate": {"kind": "Cosine", "learning_rate": 0.1, "steps": 9, "lowest": 0.0},
        "decay_rate": 0.9,
        "epsilon": 1e-8,
        "weight_decay": 0.0,
    }


def test_a_schedule_of_ones_own_has_no_settings():
    with pytest.raises(TypeError, match="a schedule of one's own has no settings to write: <built-in function sqrt>"):
        SGD([Value(1.0)], math.sqrt).settings()


def test_a_state_is_the_steps_and_a_list_for_each_memory():
    # mean 0.1 · g and mean square 0.25 · g² of the gradients 0.5 and 4
    optimizer = Adam(two_parameters(), beta2=0.75)
    assert optimizer.state() == {"steps": 0, "mean": [0.0, 0.0], "mean_square": [0.0, 0.0]}
    optimizer.step()
    assert optimizer.state() == {
        "steps": 1,
        "mean": pytest.approx([0.05, 0.4], rel=1e-14),
        "mean_square": [0.0625, 4.0],
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": -1}, r"steps must be a whole number from 0 to 2\*\*53, not -1"),
        ({"steps": 1.0}, "steps must be a whole number .* not 1.0"),
        ({"steps": True}, "steps must be a whole number .* not True"),
        ({"steps": 10**400}, "steps must be a whole number .* not 1000"),
        ({"mean": [0.0]}, "mean must be a list of 2 floats, one for each parameter, not 1 numbers"),
        ({"mean": 0.0}, "mean must be a list of 2 floats, one for each parameter, not float"),
        ({"mean": [0.0, "1"]}, r"mean\[1\] must be a finite float, not '1'"),
        ({"mean": [0.0, 10**400]}, r"mean\[1\] must be a finite float, not 1000"),
        ({"mean": [math.nan, 0.0]}, r"mean\[0\] must be a finite float, not nan"),
        ({"mean_square": [0.0, -1.0]}, r"mean_square\[1\] must be 0 or above, not -1.0"),
        ({"velocity": [0.0, 0.0]}, "must be steps, mean, mean_square, not steps, mean, mean_square, velocity"),
    ],
)
def test_a_wrong_state_is_refused_and_changes_nothing(change, message):
    optimizer = Adam(two_parameters())
    optimizer.step()
    before = optimizer.state()
    with pytest.raises(ValueError, match=message):
        optimizer.load_state(before | change)
    assert optimizer.state() == before


def test_a_state_must_be_a_dict_with_every_key():
    with pytest.raises(ValueError, match="a state is a dict with the keys steps, velocity, not list"):
        Momentum([Value(1.0)]).load_state([])
    with pytest.raises(ValueError, match="the keys of this state must be steps, velocity, not steps"):
        Momentum([Value(1.0)]).load_state({"steps": 1})


# On the whole


@every_optimizer
def test_every_optimizer_learns_xor_with_its_default_settings(kind):
    inputs, targets = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0.0, 1.0, 1.0, 0.0]
    model = MLP(2, [8, 1], seed=1)
    optimizer = kind(model.parameters())
    for _ in range(150):
        optimizer.zero_grad()
        mean_squared_error([model(x) for x in inputs], targets).backward()
        optimizer.step()
    assert [model(x) > 0.5 for x in inputs] == [False, True, True, False]


def test_optimizers_stand_under_their_names_in_lower_case():
    assert list(OPTIMIZERS) == ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"]
    assert list(OPTIMIZERS.values()) == [SGD, Momentum, Nesterov, RMSProp, Adam, AdamW]


def test_a_repr_shows_how_far_it_is():
    optimizer = Adam(two_parameters())
    optimizer.step()
    assert repr(optimizer) == "Adam(2 parameters, 1 steps)"


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: SGD([]), ValueError, "an optimizer needs at least one parameter, got none"),
        (lambda: SGD(MLP(1, [1])), TypeError, r"a list, such as model.parameters\(\), not MLP"),
        (lambda: SGD([Value(1.0), 2.0]), TypeError, "a parameter must be a Value, not float"),
        (lambda: SGD([Value(1.0, "w")] * 2), ValueError, r"must be given once, not twice: Value\(.*label='w'\)"),
        (lambda: SGD([Value(1.0)], 0), ValueError, "learning_rate must be above 0 and finite, not 0"),
        (lambda: SGD([Value(1.0)], "0.1"), TypeError, "learning_rate must be a number, not '0.1'"),
        (lambda: SGD([Value(1.0)], True), TypeError, "learning_rate must be a number, not True"),
        (lambda: SGD([Value(1.0)], weight_decay=-1), ValueError, "weight_decay must be 0 or above and finite, not -1"),
        (lambda: Momentum([Value(1.0)], momentum=1.0), ValueError, "momentum must be at least 0 and below 1, not 1.0"),
        (lambda: RMSProp([Value(1.0)], decay_rate=-1), ValueError, "decay_rate must be at least 0 and below 1, not -1"),
        (lambda: Adam([Value(1.0)], beta1=1), ValueError, "beta1 must be at least 0 and below 1, not 1"),
        (lambda: Adam([Value(1.0)], beta2=math.nan), ValueError, "beta2 must be at least 0 and below 1, not nan"),
        (lambda: Adam([Value(1.0)], epsilon=0), ValueError, "epsilon must be above 0 and finite, not 0"),
        (
            lambda: SGD([Value(1.0)], lambda step: -0.1).step(),
            ValueError,
            "learning_rate must be 0 or above .* not -0.1",
        ),
        (lambda: SGD([Value(1.0)], lambda step: None).step(), TypeError, "learning_rate must be a number, not None"),
    ],
)
def test_impossible_optimizers_are_refused(make, kind, message):
    with pytest.raises(kind, match=message):
        make()


def test_a_rule_must_have_an_update():
    with pytest.raises(AttributeError, match="update"):
        Optimizer([Value(1.0)], 0.1).step()
