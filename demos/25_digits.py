"""Handwritten 3, 5 and 8, told apart through four kernels of 3 x 3. The picture is pictures/25_digits.svg.

Of digits held out from training the network gets about 98 in 100 right; so does a single layer, as every digit stands
in the middle. Moved by a point they are harder, but kernels look for the same thing everywhere and lose less. The
picture has kernels, where they find that in an 8, and the digits held out, in a frame where the network is mistaken.
"""

import random
from pathlib import Path
from statistics import mean

from micrograd_nn import Layer, charts, data, no_grad, optim, train
from micrograd_nn.charts.marks import path, stamped, text
from micrograd_nn.layers import Conv2d, Flatten, MaxPool2d, Sequential

DIGITS = (3, 5, 8)


def single_layer(rng):
    return Sequential(Flatten(), Layer(8 * 8, 3, "linear", rng=rng))


def with_kernels(rng):  # 8 x 8 points become four maps of 6 x 6, pooled to 3 x 3
    kernels = Conv2d(1, 4, 3, activation="relu", rng=rng)
    return Sequential(kernels, MaxPool2d(2), Flatten(), Layer(4 * 3 * 3, 3, "linear", rng=rng))


def said(model, image):
    with no_grad():
        return max(range(3), key=model(image).__getitem__)


def moved(rows):
    right, left = [[0.0, *row[:-1]] for row in rows], [[*row[1:], 0.0] for row in rows]
    down, up = [[0.0] * 8, *rows[:-1]], [*rows[1:], [0.0] * 8]
    return [[right], [left], [down], [up]]


def tile(numbers, point, caption="", look="axis"):
    """A square of numbers: the larger the bluer, below 0 vermillion; each is so many pixels wide."""
    n, most, body = int(len(numbers) ** 0.5), max(map(abs, numbers)) or 1.0, text(12, 14, caption)
    for i, x in enumerate(numbers):
        left, top = 12 + point * (i % n), 20 + point * (i // n)
        body += path(f"s{4 + round(4 * x / most)}", stamped(f"h{point}v{point}h-{point}z", [(left, top)]))
        body += text(left + point / 2, top + 20, f"{x:+.1f}", "middle") if point > 25 else ""
    body += path(look, f"M12 20h{point * n}v{point * n}h-{point * n}z")
    return charts.Chart(body, 18 + point * n, 30 + point * n, caption or "right", f"{n} x {n}")


def picture(model, held_out):
    convolution, flat = model.layers[0], Flatten()
    example = next(image for image, target in held_out if DIGITS[target] == 8)
    kernels = [tile([w.data for w in kernel.w], 32, "looks for") for kernel in convolution.kernels]
    maps = [tile([a.data for a in flat(rows)], 16, "and finds") for rows in convolution(example)]
    above = charts.beside(tile(flat(example), 12, "In this 8"), charts.beside(*kernels, *maps, columns=4))
    answers = sorted((target, said(model, image), flat(image)) for image, target in held_out)
    marks = [() if says == target else (f"a {DIGITS[says]}?", "k0 line") for target, says, _ in answers]
    shown = [tile(numbers, 5, *mark) for (_, _, numbers), mark in zip(answers, marks)]
    below = charts.beside(*shown, columns=11, title=f"Held out: {marks.count(())} of {len(marks)} are right")
    return charts.beside(above, below, columns=1)


def main(seeds=5, epochs=12):
    print("network       parameters   held out: mean   lowest   moved by a point")
    for make in (single_layer, with_kernels):
        right, still = [], []
        for seed in range(seeds):
            training, held_out = data.split(data.digits(DIGITS), 1 / 3, seed=seed)
            model = make(random.Random(seed))
            adam = optim.Adam(model.parameters(), learning_rate=0.02)
            train(model, training, "cross_entropy", adam, epochs, batch_size=10, seed=seed).finish()
            right.append(mean(said(model, image) == target for image, target in held_out))
            still.append(mean(said(model, x) == target for image, target in held_out for x in moved(image[0])))
        print(f"{make.__name__:12}{len(model.parameters()):12}{mean(right):17.1%}{min(right):9.1%}{mean(still):19.1%}")
    Path("pictures").mkdir(exist_ok=True)
    print("\nwrote", picture(model, held_out).save("pictures/25_digits.svg"))


if __name__ == "__main__":
    main()
