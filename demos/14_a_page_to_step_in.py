"""A page in which anyone can step through backprop, and the same steps as a moving picture and as frames.

Open pictures/backprop.html in a browser: next and back, space plays, click a node or an edge, set a breakpoint by the
dot at a node's corner, and tick "Predict, then reveal" to guess each gradient first.
"""

from pathlib import Path

from micrograd_nn import MLP, animate, page, trace_sources
from micrograd_nn.tour import lecture_expression

folder = Path("pictures")
folder.mkdir(exist_ok=True)

with trace_sources():  # the page shows which line made a node
    loss = (MLP(2, [2, 1], seed=1)([1.0, -2.0]) - 1.0) ** 2
loss.label = "loss"
print("wrote", page(loss).save(folder / "backprop.html"))

moving = animate(lecture_expression())
print("wrote", moving.save(folder / "backprop.svg"))
print("wrote", *moving.save_frames(folder / "frames"))
