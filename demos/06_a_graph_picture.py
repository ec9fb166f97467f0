"""A graph picture: what draw() shows, in pictures/06_graph.svg."""

from pathlib import Path

from micrograd_nn import RenderError, Value, draw

x, w, b = Value(2.0, label="x"), Value(-3.0, label="w"), Value(6.5, label="b")
z = w * x + b
z.label = "z"
a = z.tanh()
a.label = "a"
a.backward()

picture = draw(a, legend=True)
print("shape says the role; an edge carries the local derivative, and is thicker where more gradient flows")
print("DOT source:", len(picture.source), "characters")

folder = Path("pictures")
folder.mkdir(exist_ok=True)
print("wrote", picture.save(folder / "06_graph.dot"))
try:
    print("wrote", picture.save(folder / "06_graph.svg"))
except RenderError as error:
    print(error)
