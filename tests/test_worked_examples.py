"""Worked examples of backpropagation that others published; each says where."""

import math

import pytest

from micrograd_nn import Value, dot, grad, ops, total

approx = pytest.approx


def exactly(x):
    """A double recomputed to full precision."""
    return approx(x, rel=1e-12, abs=1e-15)


def test_micrograds_readme():
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert (g.data, a.grad, b.grad) == (exactly(2421 / 98), exactly(47620 / 343), exactly(221433 / 343))


def test_micrograds_own_test():
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)


def test_karpathys_lecture_first_graph():
    a, b, c, f = Value(2.0), Value(-3.0), Value(10.0), Value(-2.0)

    def forward():
        e = a * b
        d = e + c
        return e, d, d * f

    e, d, output = forward()
    output.backward()
    assert output.data == -8.0
    assert [v.grad for v in (a, b, c, f, d, e)] == [6.0, -4.0, -2.0, 4.0, -2.0, -2.0]
    for v in (a, b, c, f):
        v.data += 0.01 * v.grad
    assert forward()[2].data == exactly(-7.286496)


def test_karpathys_lecture_second_graph():
    a, b = Value(-2.0), Value(3.0)
    f = (a * b) * (a + b)
    f.backward()
    assert (f.data, a.grad, b.grad) == (-6.0, -3.0, -8.0)


@pytest.mark.parametrize("as_dot", [False, True])
def test_karpathys_lecture_neuron(as_dot):
    x1, x2, w1, w2, b = Value(2.0), Value(0.0), Value(-3.0), Value(1.0), Value(6.8813735870195432)
    z = dot([w1, w2], [x1, x2], b) if as_dot else x1 * w1 + x2 * w2 + b
    o = z.tanh()
    o.backward()
    assert o.data == exactly(0.7071067811865476)
    assert [v.grad for v in (x1, w1, x2, w2, b)] == [approx(g, abs=1e-12) for g in (-1.5, 1.0, 0.5, 0.0, 0.5)]


def test_karpathys_lecture_neuron_with_tanh_written_out():
    x = Value(0.8813735870195432)
    e = (2 * x).exp()
    o = (e - 1) / (e + 1)
    o.backward()
    assert (o.data, x.grad) == (exactly(0.7071067811865476), approx(0.5, abs=1e-12))


def test_reuse():
    a = Value(1.0)
    b = a + a
    c = b + b
    c.backward()
    assert (c.data, b.grad, a.grad) == (4.0, 2.0, 4.0)


def test_reuse_of_two():
    a, b = Value(2.0), Value(3.0)
    c, d = a + b, a * b
    y = (c + d) + (c * d)
    y.backward()
    assert (y.data, a.grad, b.grad) == (41.0, 25.0, 19.0)


def test_stanford_cs231n():
    x, y, z = Value(-2.0), Value(5.0), Value(-4.0)
    q = x + y
    f = q * z
    f.backward()
    assert (q.data, f.data, x.grad, y.grad, z.grad) == (3.0, -12.0, -4.0, -4.0, 3.0)


@pytest.mark.parametrize("written_out", [False, True])
def test_stanford_cs231n_sigmoid_neuron(written_out):
    w, x = [Value(2.0), Value(-3.0), Value(-3.0)], [Value(-1.0), Value(-2.0)]
    z = w[0] * x[0] + w[1] * x[1] + w[2]
    f = 1 / (1 + (-z).exp()) if written_out else z.sigmoid()
    f.backward()
    assert f.data == exactly(0.7310585786300049)
    assert [v.grad for v in w] == [exactly(g) for g in (-0.19661193324148185, -0.3932238664829637, 0.19661193324148185)]
    assert [v.grad for v in x] == [exactly(g) for g in (0.3932238664829637, -0.5898357997244456)]


def test_colahs_two_paths():
    a, b = Value(2.0), Value(1.0)
    e = (a + b) * (b + 1)
    e.backward()
    assert (e.data, a.grad, b.grad) == (6.0, 2.0, 5.0)


def test_baydin_and_others_survey():
    x1, x2 = Value(2.0), Value(5.0)
    y = x1.log() + x1 * x2 - x2.sin()
    y.backward()
    assert (y.data, x1.grad, x2.grad) == (exactly(11.652071455223084), exactly(5.5), exactly(1.7163378145367738))


def test_higher_orders_of_a_cube():
    x = Value(3.0)
    derivatives = [x * x * x]
    for _ in range(4):
        derivatives.append(grad(derivatives[-1], x, create_graph=True))
    assert [d.data for d in derivatives] == [27.0, 27.0, 18.0, 6.0, 0.0]


def test_mixed_second_derivatives():
    x, y = Value(3.0), Value(2.0)
    f = 2 * x * x * y + y * x
    fx, fy = grad(f, [x, y], create_graph=True)
    assert (fx.data, fy.data) == (26.0, 21.0)
    assert grad(fx, [x, y]) == [8.0, 13.0]
    assert grad(fy, [x, y]) == [13.0, 0.0]


def test_powers():
    x = Value(3.0)
    y = 2**x
    y.backward()
    assert (y.data, x.grad) == (8.0, exactly(math.log(2) * 8))
    x, y = Value(2.0), Value(3.0)
    (x**y).backward()
    assert (x.grad, y.grad) == (12.0, exactly(5.545177444479562))


def test_softmax_cross_entropy():
    logits = [Value(1.0), Value(2.0), Value(3.0)]
    loss = total([z.exp() for z in logits]).log() - logits[0]
    loss.backward()
    assert loss.data == exactly(2.40760596444438)
    expected = (-0.9099694268296196, 0.24472847105479767, 0.6652409557748219)
    assert [z.grad for z in logits] == [exactly(g) for g in expected]


class Mazur:
    """Matt Mazur's step-by-step example: 2-2-2, sigmoid, squared error, learning rate 0.5, biases not updated."""

    def __init__(self):
        self.w = [Value(w / 100) for w in range(15, 60, 5) if w != 35]
        self.b1, self.b2 = Value(0.35), Value(0.60)

    def loss(self):
        w, b1, b2 = self.w, self.b1, self.b2
        i1, i2 = 0.05, 0.10
        h1 = (w[0] * i1 + w[1] * i2 + b1).sigmoid()
        h2 = (w[2] * i1 + w[3] * i2 + b1).sigmoid()
        o1 = (w[4] * h1 + w[5] * h2 + b2).sigmoid()
        o2 = (w[6] * h1 + w[7] * h2 + b2).sigmoid()
        return (0.01 - o1) ** 2 / 2 + (0.99 - o2) ** 2 / 2

    def step(self):
        self.loss().backward()
        for w in self.w:
            w.data -= 0.5 * w.grad


def test_matt_mazurs_weights_are_his():
    assert [w.data for w in Mazur().w] == [0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55]


def test_matt_mazurs_gradients():
    net = Mazur()
    loss = net.loss()
    loss.backward()
    assert loss.data == exactly(0.2983711087600027)
    assert [w.grad for w in net.w] == [
        exactly(g)
        for g in (
            0.0004385677344743465,
            0.000877135468948693,
            0.0004977127352608599,
            0.0009954254705217198,
            0.08216704056423077,
            0.08266762784753325,
            -0.02260254047747507,
            -0.022740242215978222,
        )
    ]
    assert (net.b1.grad, net.b2.grad) == (exactly(0.018725609394704128), exactly(0.10040032511200071))


def test_matt_mazurs_update():
    net = Mazur()
    net.step()
    published = (0.149780716, 0.19956143, 0.24975114, 0.29950229, 0.35891648, 0.408666186, 0.511301270, 0.561370121)
    assert [w.data for w in net.w] == [approx(w, abs=6e-9) for w in published]
    assert net.loss().data == exactly(0.29102777369359933)


def test_matt_mazurs_printed_error_needs_a_famous_mistake():
    """0.291027924 comes out if the hidden layer's gradients use output weights that are updated already."""
    net = Mazur()
    net.loss().backward()
    w, old = net.w, [v.data for v in net.w]
    sigmoid = ops.sigmoid
    h = [sigmoid(old[k] * 0.05 + old[k + 1] * 0.10 + 0.35) for k in (0, 2)]
    o = [sigmoid(old[k] * h[0] + old[k + 1] * h[1] + 0.60) for k in (4, 6)]
    deltas = [(a - y) * a * (1 - a) for a, y in zip(o, (0.01, 0.99))]
    for v in w[4:]:
        v.data -= 0.5 * v.grad
    for j in (0, 1):
        upstream = sum(delta * w[4 + 2 * k + j].data for k, delta in enumerate(deltas))
        for i, x in enumerate((0.05, 0.10)):
            w[2 * j + i].data -= 0.5 * upstream * h[j] * (1 - h[j]) * x
    assert net.loss().data == approx(0.291027924, abs=5e-10)
