// The plane: examples, what the network says everywhere, and where it changes its mind; for one input, a curve

const RING = "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0z";
const CORE = "M-1.8 0a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0z";
const NEAR = 18; // units within which a point is met
const CATEGORIES = data.classes.length > 0;
const FILLED = !CATEGORIES && !ONE_INPUT; // dots have the colours of their targets
const SIZE = examples.length > 60 ? 1 : examples.length > 12 ? 1.3 : 1.9; // of points
const marks = examples.map(makeMark);

function shapeOf(k) {
  return `M0 0${data.shapes[k % data.shapes.length]}`;
}
function colorOf(k) {
  return `var(--class${k % 6})`;
}
function makeMark(example) {
  const group = drawn("g", {class: `mark${example.held_out ? " held-out" : ""}`});
  group.append(drawn("path", {d: RING, class: "ring"}), drawn("path", {d: shapeOf(example.class ?? 0), class: "shape"}));
  if (FILLED && example.held_out) group.append(drawn("path", {d: CORE, class: "core"}));
  group.style.setProperty("--color", CATEGORIES ? colorOf(example.class) : "var(--accent)");
  $("marks").append(group);
  return group;
}
function makeLegend() {
  const entries = data.classes.map((name, k) => makeEntry(name, shapeOf(k), 6, "shape", colorOf(k)));
  if (FILLED) entries.push(makeEntry("fill: target", shapeOf(0), 6, "shape", "var(--positive)"));
  if (examples.some(({held_out}) => held_out)) entries.push(makeEntry("validation", FILLED ? shapeOf(0) + CORE : shapeOf(0), 6, "plain"));
  if (CATEGORIES) entries.push(makeEntry("wrong", RING, 9, "plain"));
  $("classes").replaceChildren(...entries);
}
function makeEntry(name, d, size, look, color = "") {
  const entry = element("span", "", "entry"), view = `${-size} ${-size} ${2 * size} ${2 * size}`;
  const icon = drawn("svg", {viewBox: view, class: "mark", width: 15, height: 15});
  icon.style.setProperty("--color", color);
  icon.append(drawn("path", {d, class: look}));
  entry.append(icon, name);
  return entry;
}
function makeAxes() {
  $("lines").classList.toggle("one", ONE_INPUT);
  $("lines").classList.toggle("values", FILLED);
  const longest = Math.max(...[...data.axes, data.values].flatMap(({ticks}) => ticks.map(([, words]) => words.length)));
  $("square").style.setProperty("--ticks", longest);
  $("choice").hidden = data.names.length < 3;
  ["across", "up"].forEach((id, k) => {
    $(id).append(...data.names.map((name, i) => new Option(name, i)));
    $(id).addEventListener("change", () => chooseAxis(k, Number($(id).value)));
  });
}
function chooseAxis(k, input) {
  const other = state.axes[1 - k];
  state.axes[k] = input;
  if (other === input) state.axes[1 - k] = input === 0 ? 1 : 0; // an axis each
  show();
}

// Where examples stand

function vertical() { // the axis that goes up
  if (!ONE_INPUT) return data.axes[state.axes[1]];
  if (state.neuron === null) return data.values;
  const size = data.reach[state.neuron[0]][state.neuron[1]], room = 1.2;
  const ticks = [-1, 0, 1].map((part) => [0.5 + part / (2 * room), g4(part * size)]);
  return {low: -room * size, high: room * size, ticks};
}
function height(i) { // of an example on its curve, or where its curve was to go
  if (state.neuron !== null) return frame().a[i][state.neuron[0]][state.neuron[1]];
  return CATEGORIES ? frame().a[i].at(-1)[CLASS_OUTPUTS ? examples[i].class : 0] : examples[i].targets[0];
}
function position(i) {
  const {inputs} = examples[i], [across, up] = state.axes;
  const x = share(data.axes[across], inputs[across]), y = share(vertical(), ONE_INPUT ? height(i) : inputs[up]);
  return [SIDE * x, SIDE * (1 - y)];
}
function nearest(event) { // the example at the pointer, or null
  const box = $("lines").getBoundingClientRect(), scale = SIDE / box.width;
  const [left, top] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  const distances = examples.map((_, i) => {
    const [x, y] = position(i);
    return Math.hypot(x - left, y - top);
  });
  const best = distances.indexOf(Math.min(...distances));
  return distances[best] <= NEAR ? best : null;
}

// What fills it: a neuron that was chosen, else the classes that the network says, or its output

function subject(layers) {
  const outputs = layers.at(-1).map(({a}) => a);
  if (state.neuron !== null) {
    const [layer, i] = state.neuron, {z, a} = layers[layer][i], size = data.reach[layer][i];
    const color = (at) => signColor(a[at] / size);
    return {title: `The activation of ${neuronName([layer, i])}`, color, range: [g4(-size), g4(size)], fields: [z], zero: "z = 0", curves: [a]};
  }
  if (CATEGORIES) {
    const color = (at) => classColor(classes(outputs, at));
    return {title: "What the network says", color, fields: margins(outputs), zero: "the boundary", curves: outputs};
  }
  const color = (at) => signColor(valueShade(outputs[0][at]));
  return {title: outputs.length > 1 ? "Output 1" : "The output", color, range: data.values.ends, fields: [], curves: [outputs[0]]};
}
function valueShade(y) { // none in the middle of the values
  return 2 * share(data.values, y) - 1;
}
function showPlane(layers) {
  const shown = subject(layers);
  $("map").hidden = ONE_INPUT && shown.range !== undefined; // behind curves are the bands of classes alone
  paint($("map"), grid, shown.color);
  showMarks();
  showLines(shown);
  showAxes();
  showWords(shown);
}
function showMarks() {
  marks.forEach((mark, i) => {
    const [x, y] = position(i);
    mark.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${SIZE})`);
    mark.classList.toggle("missed", CATEGORIES && frame().says[i] !== examples[i].class);
    if (FILLED) mark.style.setProperty("--color", cssPixel(signColor(valueShade(examples[i].targets[0]))));
  });
}
function showLines({fields, curves}) {
  const units = ONE_INPUT || state.neuron !== null || data.layers.length === 1 ? [] : forward(frame().parameters, points(CORNERS))[0];
  $("units").setAttribute("d", units.map(({z}) => zeroLine(z, CORNERS)).join("")); // straight: the corners tell all
  $("boundary").setAttribute("d", fields.map((field) => zeroLine(field, grid)).join(""));
  $("curves").replaceChildren(...(ONE_INPUT ? curves.map((a, k) => curvePath(a, curves.length > 1 ? colorOf(k) : "")) : []));
}
function curvePath(column, color) {
  const scale = vertical(), last = grid.columns - 1;
  const spots = Array.from({length: grid.columns}, (_, i) => `${SIDE * i / last} ${SIDE * (1 - share(scale, column[i]))}`);
  const path = drawn("path", {d: `M${spots.join("L")}`});
  path.style.stroke = color;
  return path;
}
function showAxes() {
  const [across, up] = state.axes;
  state.axes.forEach((input, k) => Object.assign($(["across", "up"][k]), {value: input, title: data.names[input]}));
  ticks($("right"), data.axes[across], "left");
  ticks($("upward"), vertical(), "bottom");
  $("across-name").textContent = $("across-name").title = data.names[across];
  $("up-name").textContent = $("up-name").title = !ONE_INPUT ? data.names[up] : state.neuron !== null ? "a" : "output";
}
function showWords({title, range, zero}) {
  const unitsToo = !ONE_INPUT && state.neuron === null && data.layers.length > 1;
  $("plane-title").textContent = title;
  $("leave").hidden = state.neuron === null;
  $("classes").hidden = CATEGORIES && range !== undefined;
  $("bar").hidden = range === undefined || ONE_INPUT;
  [$("low").textContent, $("high").textContent] = range ?? ["", ""];
  const lines = [zero ? `${ONE_INPUT ? "Dashed" : "Solid"}: ${zero}.` : "", unitsToo ? "Dashed: z = 0 in layer 1." : ""];
  $("plane-words").textContent = lines.join(" ").trim();
  const held = state.example === null ? "at their mean" : `as in example ${examples[state.example].number}`;
  $("held").textContent = `others ${held}`;
}
function showMet() { // the example that goes through the network
  const i = current();
  $("ring").setAttribute("d", i === null ? "" : RING);
  $("ring").setAttribute("transform", i === null ? "" : marks[i].getAttribute("transform"));
}
