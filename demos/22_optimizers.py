"""Optimizers in a long valley: L = ½(x² + 100y²), from (-4, 1). The picture is pictures/22_optimizers.svg.

Plain gradient descent must take small steps, or it bounces between the steep walls, and so it creeps along the floor.
Momentum gathers speed there, RMSProp and Adam give each parameter steps of its own size.
"""

from pathlib import Path

from micrograd_nn import Value, charts
from micrograd_nn.optim import SGD, Adam, Momentum, Nesterov, RMSProp

RULES = [(SGD, 0.018), (Momentum, 0.01), (Nesterov, 0.01), (RMSProp, 0.1), (Adam, 0.5)]
STEPS = 60

paths, losses = {}, {}
print("optimizer   rate   L after 20 steps   after 60")
for rule, rate in RULES:
    x, y = Value(-4.0, label="x"), Value(1.0, label="y")
    optimizer = rule([x, y], learning_rate=rate)
    path, falling = [(x.data, y.data)], []
    for _ in range(STEPS):
        L = 0.5 * (x**2 + 100 * y**2)
        optimizer.zero_grad()
        L.backward()
        optimizer.step()
        path.append((x.data, y.data))
        falling.append(L.data)
    paths[rule.__name__], losses[rule.__name__] = path, falling
    print(f"{rule.__name__:10}  {rate:.3f}  {falling[19]:16.6f}   {falling[-1]:.2e}")

pictures = []
for title, names in (
    ("One rate for both", ["SGD", "Momentum", "Nesterov"]),
    ("A step size for each", ["RMSProp", "Adam"]),
):
    down = {name: paths[name] for name in names}
    pictures.append(charts.line_chart(down, title=f"{title}: down the valley to (0, 0)", x_label="x", y_label="y"))
    low = {name: losses[name] for name in names}
    pictures.append(charts.line_chart(low, title="how low, step by step", x_label="step", y_label="L", log=True))
picture = charts.beside(*pictures, columns=2)
folder = Path("pictures")
folder.mkdir(exist_ok=True)
print("\nwrote", picture.save(folder / "22_optimizers.svg"))
