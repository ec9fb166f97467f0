// The network: a column for the inputs and one for each layer, left to right

const MOST_DRAWN = 24; // of a column; of more, the first ones
const ROOM = 17; // lines of text that a column is high, or more
const CLASS_OUTPUTS = data.reading.kind === "largest"; // an output for each class
const sizes = [data.names.length, ...data.layers.map((neurons) => neurons.length)]; // column 0 is the inputs
const drawnOf = sizes.map((n) => (n > MOST_DRAWN ? MOST_DRAWN - 4 : n));
const rowsOf = sizes.map((n, c) => drawnOf[c] + (n > MOST_DRAWN ? 1 : 0));
const nodes = sizes.map((_, c) => Array.from({length: drawnOf[c]}, (_, i) => makeNode(c, i)));
const links = data.layers.flatMap((_, layer) => makeLinks(layer));
const MANY = links.length > 100; // so many that only the strong ones are to be seen
const heaviest = frames.map(({parameters}) => weights(parameters).map((layer) => largest(layer.flatMap(({w}) => w))))
  .reduce((sofar, found) => sofar.map((size, layer) => Math.max(size, found[layer])));

function largest(xs) { // in size, and not zero, to be divided by
  return xs.reduce((size, x) => Math.max(size, Math.abs(x)), 1e-9);
}
function place(c, i) { // in percent
  return [100 * c / (sizes.length - 1), 100 * (i + 0.5) / rowsOf[c]];
}
function put(made, [x, y]) {
  made.style.left = `${x}%`;
  made.style.top = `${y}%`;
  $("nodes").append(made);
}
function makeNode(c, i) {
  const box = element(c ? "button" : "div", "", "node"), canvas = element("canvas"), number = element("span", "", "number");
  box.append(canvas);
  if (c === 0) makeName($("before"), [named("span", data.names[i], "name")]);
  if (c === sizes.length - 1 && CLASS_OUTPUTS) makeName($("after"), [named("span", data.classes[i], "name"), number]);
  else box.append(number);
  if (c) {
    box.type = "button";
    box.addEventListener("click", () => chooseNeuron([c - 1, i]));
  }
  put(box, place(c, i));
  return {box, canvas, number};
}
function makeName(column, parts) { // in a row of its own, as high as the node's
  const row = element("div");
  row.append(...parts);
  column.append(row);
}
function makeRows(column, c) {
  const lines = Math.max(1, Math.floor(ROOM / rowsOf[c]));
  column.style.gridTemplateRows = `repeat(${rowsOf[c]}, minmax(0, 1fr))`;
  column.style.setProperty("--lines", lines);
  column.classList.toggle("one-line", lines === 1);
}
function makeLinks(layer) {
  return nodes[layer + 1].flatMap((_, to) => nodes[layer].map((_, from) => {
    const [x, y] = place(layer, from), [end, down] = place(layer + 1, to), half = (x + end) / 2;
    const path = drawn("path", {d: `M${x} ${y}C${half} ${y} ${half} ${down} ${end} ${down}`});
    $("links").append(path);
    return {path, layer, from, to};
  }));
}
function makeHeadings() {
  sizes.forEach((n, c) => {
    const heading = element("div", c ? `layer ${c}` : "inputs", "heading");
    heading.append(element("small", [n, ...new Set(data.layers[c - 1])].join(" ")));
    heading.style.left = `${place(c, 0)[0]}%`;
    $("headings").append(heading);
    if (n > drawnOf[c]) put(element("span", `+ ${n - drawnOf[c]} more`, "more"), place(c, drawnOf[c]));
  });
  makeRows($("before"), 0);
  makeRows($("after"), sizes.length - 1);
  $("layers").style.setProperty("--rows", Math.max(...rowsOf));
}

function showNodes(columns, layers) { // each with the map of its own activation
  nodes[0].forEach(({canvas}, i) => {
    const size = largest([data.axes[i].low, data.axes[i].high]);
    paint(canvas, grid, (at) => signColor(columns[i][at] / size));
  });
  layers.forEach((neurons, layer) => nodes[layer + 1].forEach(({canvas}, i) => {
    const {a} = neurons[i], size = data.reach[layer][i];
    paint(canvas, grid, (at) => signColor(a[at] / size));
  }));
}
function passing() { // by column, what of the current example leaves each node; null while there is none
  const i = current();
  return i === null ? null : [examples[i].inputs, ...frame().a[i]];
}
function showLinks() { // as wide as their weights, or as what they carry of an example
  const network = weights(frame().parameters), numbers = passing();
  const carried = links.map(({layer, from, to}) => network[layer][to].w[from] * (numbers ? numbers[layer][from] : 1));
  const most = numbers ? data.layers.map((_, layer) => largest(carried.filter((_, k) => links[k].layer === layer))) : heaviest;
  links.forEach(({path, layer}, k) => {
    const size = Math.min(Math.abs(carried[k]) / most[layer], 1);
    path.setAttribute("class", carried[k] < 0 ? "negative" : "positive");
    path.style.strokeWidth = 0.4 + (MANY ? 3 : 4.6) * size;
    path.style.opacity = 0.05 + 0.85 * (MANY ? size ** 2 : size);
  });
  $("carried").textContent = numbers ? `w·x of example ${examples[current()].number}` : "their weights";
}
function showActivations() { // what goes into each node, as it stood in its row, or comes out of it
  const network = weights(frame().parameters), numbers = passing();
  nodes.forEach((column, c) => column.forEach(({box, number}, i) => {
    number.textContent = !numbers ? "" : c ? g4(numbers[c][i]) : examples[current()].row[i];
    if (c === 0) return;
    const words = [neuronName([c - 1, i]), data.layers[c - 1][i], `bias ${g4(network[c - 1][i].b)}`];
    if (numbers) words.push(`a = ${g4(numbers[c][i])}`);
    box.title = words.join(", ");
    box.setAttribute("aria-label", box.title);
    box.setAttribute("aria-pressed", String([c - 1, i]) === String(state.neuron));
  }));
}
