"""The tour that `python -m micrograd_nn` gives: an expression, its gradients, a network that learns XOR, pictures."""

from __future__ import annotations

import os
import sys
from itertools import chain
from pathlib import Path

from .data import xor
from .draw import draw
from .files import write_file
from .nn import MLP
from .optim import SGD
from .report import report
from .training import Run, train
from .tree import tree
from .value import Value


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
    run = train(model, xor(), optimizer=SGD(model.parameters(), learning_rate=0.1), epochs=200)
    print(f"{model}\n\nepoch      loss  correct")
    for epoch in chain([run.history[0]], run):
        if epoch.number % 25 == 0:
            print(f"{epoch.number:5}  {epoch.loss:8.6f}  {4 * (epoch.accuracy or 0):.0f}/4")
    print()
    for x, y in xor():
        print(f"{x[0]:g} xor {x[1]:g} = {y:g}   the network says {model(x).data:6.3f}")
    print("\n3. How it learned is a page, and every graph can be drawn.\n")
    write_pictures(folder, run)
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


def write_pictures(folder: Path, run: Run) -> None:
    """Write the report of the run, and drawings of the expression and of the network's loss on one example."""
    folder.mkdir(parents=True, exist_ok=True)
    print(f"wrote {report(run, title='XOR').save(folder / 'xor.html')}")
    output = lecture_expression()
    output.backward()
    loss = (run.model([1.0, 0.0]) - 1.0) ** 2
    loss.label = "loss"
    loss.backward()
    try:
        pictures = {"expression.svg": draw(output).svg(), "xor.svg": draw(loss, legend=True).svg()}
    except (ImportError, RuntimeError) as error:
        print(f"no drawings: {error}", file=sys.stderr)
        return
    for name, svg in pictures.items():
        print(f"wrote {write_file(folder / name, svg.encode())}")
