"""The tour that `python -m micrograd_nn` gives: an expression, its gradients, a network that learns XOR, pictures."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from .draw import draw
from .files import write_file
from .nn import MLP
from .tree import tree
from .value import Value, total

XOR = [([0.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0)]
EPOCHS = 200
LEARNING_RATE = 0.1


def tour(folder: Path) -> None:
    """Show what the package does, and write the pictures into `folder`.

    Raises: OSError when the folder cannot be written to.
    """
    print("1. An expression remembers how it was computed; backward() finds every derivative.\n")
    loss = lecture_expression()
    loss.backward()
    print(tree(loss))
    print("\n2. A network is such an expression too. This one learns XOR by gradient descent.\n")
    model = MLP(2, [4, 1], seed=1)
    print(f"{model}\n\nepoch      loss  correct")
    for epoch, loss_now, correct in learn_xor(model):
        show_progress(epoch)
        if epoch % 25 == 0:
            print(f"{epoch:5}  {loss_now:8.6f}  {correct}/4")
    print()
    for x, y in XOR:
        print(f"{x[0]:g} xor {x[1]:g} = {y:g}   the network says {model(x).data:6.3f}")
    print("\n3. Every graph can be drawn.\n")
    write_pictures(folder, model)
    python = os.path.relpath(sys.executable)
    python = sys.executable if python.startswith("..") else python
    print(f'\nNext: {python} -m micrograd_nn grad "tanh(w*x + b)" w=-3 x=2 b=6.88\nand demos/, one idea at a time.')


def lecture_expression() -> Value:
    """L = (a*b + c) * f, the first graph of Karpathy's lecture."""
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    c, f = Value(10.0, label="c"), Value(-2.0, label="f")
    e = a * b
    e.label = "e"
    d = e + c
    d.label = "d"
    output = d * f
    output.label = "L"
    return output


def learn_xor(model: MLP) -> Iterator[tuple[int, float, int]]:
    """Train on the four examples of XOR: epoch, mean squared error, and how many come out right."""
    for epoch in range(EPOCHS + 1):
        outputs = [model(x) for x, _ in XOR]
        loss = total([(output - y) ** 2 for output, (_, y) in zip(outputs, XOR)]) / len(XOR)
        yield epoch, loss.data, sum((output > 0.5) == (y > 0.5) for output, (_, y) in zip(outputs, XOR))
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= LEARNING_RATE * p.grad


def show_progress(epoch: int) -> None:
    """One line on a terminal's stderr that fills as training goes on."""
    if sys.stderr.isatty():
        filled = 30 * epoch // EPOCHS
        end = "\r" if epoch < EPOCHS else "\r\033[K"
        print(f"training [{'#' * filled}{'.' * (30 - filled)}] {epoch}/{EPOCHS}", end=end, file=sys.stderr, flush=True)


def write_pictures(folder: Path, model: MLP) -> None:
    """Draw the expression and the network's loss on one example; say where, or how to get pictures."""
    output = lecture_expression()
    output.backward()
    loss = (model([1.0, 0.0]) - 1.0) ** 2
    loss.label = "loss"
    loss.backward()
    try:
        pictures = {"expression.svg": draw(output).svg(), "xor.svg": draw(loss, legend=True).svg()}
    except (ImportError, RuntimeError) as error:
        print(f"no pictures: {error}", file=sys.stderr)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in pictures.items():
        print(f"wrote {write_file(folder / name, svg.encode())}")
