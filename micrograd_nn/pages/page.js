// Steps through a recorded backward pass. Every number and text shown comes from the data, which Python computed;
// nothing is differentiated here.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const {nodes, steps} = data;
const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

let position = 0; // how many steps are taken
let chosen = null; // the node whose details are shown
let timer = 0; // of playing
let asking = false; // a prediction is awaited
const stops = []; // breakpoints: {text, holds(step)}

// The picture's parts

const edges = new Map(); // id -> {group, texts}
for (const step of steps) {
  const group = $(step.edge);
  const texts = group.querySelectorAll("text");
  for (const text of texts) { // shorter words are to stand in the middle too
    text.setAttribute("x", text.getBBox().x + text.getBBox().width / 2);
    text.setAttribute("text-anchor", "middle");
  }
  edges.set(step.edge, {group, texts});
}
const boxes = nodes.map((node) => {
  const group = $(node.id);
  const texts = [...group.querySelectorAll("text")];
  const line = texts.filter((text) => text.getAttribute("y") === texts.at(-1).getAttribute("y"));
  line.slice(1).forEach((text) => text.remove()); // a number that is flagged stands in a text of its own
  line[0].classList.add("grad");
  return {group, grad: line[0]};
});

// What a gradient is at a step

const into = nodes.map((_, i) => steps.flatMap((step, k) => (step.input === i ? [k] : [])));

function latest(i) { // the last step taken that brought something to node i, or undefined
  return steps[into[i].findLast((k) => k < position)];
}
function gradient(i) {
  if (i === data.output) return "1";
  return latest(i)?.text ?? "·";
}
function state(i) {
  if (i === data.output) return "done";
  const step = latest(i);
  return !step ? "waiting" : step.arrived < nodes[i].expected ? "partial" : "done";
}
const WORDS = {waiting: "not reached", partial: "partial", done: "final"};

// What a step says

const name = (i) => nodes[i].name;
const ratio = (y, x) => `∂${name(y)}/∂${name(x)}`;
const factors = ({node, input}) => `${ratio(data.output, node)} · ${ratio(node, input)}`;
const rule = (step) => `${ratio(data.output, step.input)} += ${factors(step)}`;
const product = (step) => step.lines.join(" ");
const slope = (step) => [...new Set([ratio(step.node, step.input), step.formula || step.local, step.local])].join(" = ");
function sentence(step, kind) {
  const words = {x: name(step.input), y: name(step.node), n: nodes[step.input].expected};
  return data.kinds[kind].replace(/\{(\w)\}/g, (_, letter) => words[letter]);
}

// Showing

function element(name, words, className = "") {
  const made = document.createElement(name);
  made.textContent = words;
  made.className = className;
  return made;
}
function button(words, title, action) {
  const made = element("button", words);
  made.type = "button";
  made.title = title;
  made.addEventListener("click", action);
  return made;
}
function showNode(i) {
  const {group, grad} = boxes[i];
  grad.textContent = "grad " + gradient(i);
  for (const name of Object.keys(WORDS)) group.classList.toggle(name, name === state(i));
  group.setAttribute("aria-label", `${nodes[i].title}, data ${nodes[i].data}, gradient ${gradient(i)}, ${WORDS[state(i)]}`);
}
function showEdge(k) {
  const step = steps[k], {group, texts} = edges.get(step.edge), taken = k < position;
  const lines = taken ? step.lines : [$("predict").checked ? "?" : step.local, "\u00a0"];
  texts.forEach((text, i) => { text.textContent = lines[i] ?? ""; });
  group.classList.remove("positive", "negative", "zero", "undefined");
  if (taken || !$("predict").checked) group.classList.add(step.signs[taken ? 1 : 0]);
  group.classList.toggle("waiting", !taken);
  group.classList.toggle("current", k === position - 1);
}
function go(target) {
  const first = Math.min(position, target), last = Math.max(position, target);
  const changed = new Set([position - 1]);
  position = target;
  for (let k = first; k < last; k++) changed.add(k);
  changed.add(target - 1);
  for (const k of changed) if (steps[k]) { showEdge(k); showNode(steps[k].input); }
  asking = false;
  showStep();
}
function showStep() {
  const step = steps[position - 1], output = data.output;
  boxes.forEach(({group}, i) => {
    group.classList.toggle("receiving", step !== undefined && i === step.input);
    group.classList.toggle("giving", step !== undefined && i === step.node);
  });
  const share = step && nodes[step.input].expected > 1 ? `   (${step.arrived} of ${nodes[step.input].expected})` : "";
  $("rule").textContent = step ? `${rule(step)} = ${product(step)}${share}` : `${ratio(output, output)} = 1`;
  const over = position === steps.length ? (data.problem ? `   backward() raises: ${data.problem}` : "   That was the last step.") : "";
  $("slope").textContent = (step ? `${nodes[step.node].title}   so   ${slope(step)}` : "Backward starts at the output.") + over;
  question(false, false);
  $("slider").value = position;
  $("slider").setAttribute("aria-valuetext", $("rule").textContent);
  $("position").textContent = `step ${position} of ${steps.length}`;
  $("start").disabled = $("back").disabled = position === 0;
  $("end").disabled = $("next").disabled = $("continue").disabled = position === steps.length;
  if (chosen !== null) details(chosen);
  bringIntoView(step ? [boxes[step.input].group, boxes[step.node].group] : [boxes[data.output].group]);
}
function bringIntoView(groups) { // in the middle, if they are not all to be seen
  const view = $("picture"), frame = view.getBoundingClientRect(), places = groups.map((group) => group.getBoundingClientRect());
  const left = Math.min(...places.map((place) => place.left)), right = Math.max(...places.map((place) => place.right));
  const top = Math.min(...places.map((place) => place.top)), bottom = Math.max(...places.map((place) => place.bottom));
  if (left >= frame.left && right <= frame.right && top >= frame.top && bottom <= frame.bottom) return;
  view.scrollBy((left + right - frame.left - frame.right) / 2, (top + bottom - frame.top - frame.bottom) / 2);
}

// Moving

function next() {
  if (position === steps.length) return pause();
  if ($("predict").checked && !asking) return ask();
  go(position + 1);
}
function back() {
  if (position > 0) go(position - 1);
}
function onward() {
  pause();
  const k = steps.findIndex((step, k) => k >= position && stops.some((stop) => stop.holds(step)));
  go(k < 0 ? steps.length : k + 1);
}
function pause() {
  clearInterval(timer);
  timer = 0;
  $("play").textContent = "Play";
}
function play() {
  if (timer) return pause();
  if (position === steps.length) go(0);
  $("play").textContent = "Pause";
  timer = setInterval(() => {
    next();
    if (asking || position === steps.length || stops.some((stop) => stop.holds(steps[position - 1]))) pause();
  }, 1000);
}

// Predict, then reveal

function ask() {
  const step = steps[position];
  pause();
  asking = true;
  boxes.forEach(({group}, i) => {
    group.classList.toggle("receiving", i === step.input);
    group.classList.toggle("giving", i === step.node);
  });
  edges.get(step.edge).group.classList.add("current");
  if (position) edges.get(steps[position - 1].edge).group.classList.remove("current");
  $("rule").textContent = `${rule(step)} = ?`;
  $("slope").textContent = `${nodes[step.node].title}   with   ${nodes[step.node].forward}`;
  $("asked").textContent = `The gradient of ${nodes[step.input].name} is ${gradient(step.input)} now. After this step it is`;
  $("answer").value = "";
  question(true, true);
  verdict("", "");
  $("answer").focus();
}
function question(shown, open) { // open while an answer is awaited; then only the verdict stands there
  $("question").hidden = !shown;
  for (const part of $("question").children) part.hidden = part.id !== "verdict" && !open;
}
function number(text) { // what a person types: 0.5, -1/3, 1e-3, with a comma or a typographic minus too
  const parts = text.trim().replace(/\u2212/g, "-").replace(",", ".").split("/");
  return parts.some((part) => part.trim() === "") ? NaN : parts.map(Number).reduce((x, y) => x / y);
}
const python = (text) => Number(text.replace("inf", "Infinity")); // a float as Python writes it
function close(typed, exact) { // to a hundredth of its size, as a person rounds
  return typed === exact || Math.abs(typed - exact) <= 0.01 * Math.abs(exact);
}
function check(event) {
  event.preventDefault();
  const step = steps[position], typed = number($("answer").value);
  if (Number.isNaN(typed)) return verdict("Type a number, such as -1.5 or 2/3.", "wrong");
  if (close(typed, python(step.exact[3]))) return reveal(`Right: ${product(step)}.`, "right");
  const match = step.mistakes.find(([answer]) => close(typed, python(answer)));
  verdict(match ? `Not quite: ${sentence(step, match[1])}.` : "Not quite. Multiply the gradient of the node by the slope, and add it to what is there.", "wrong");
  $("answer").select();
}
function verdict(words, kind) {
  $("verdict").textContent = words;
  $("verdict").className = kind;
}
function reveal(words, kind) {
  go(position + 1);
  question(true, false);
  verdict(words, kind);
  $("next").focus();
}

// Details of a node or an edge

const hint = $("details").firstElementChild;

function choose(i) { // a node, or null for none
  chosen = i;
  boxes.forEach(({group}, k) => group.classList.toggle("chosen", k === i));
  trace(i);
  if (i === null) $("details").replaceChildren(hint);
  else details(i);
}
function trace(i) { // light the edges on every path from node i to the output
  const reached = new Set([i]), lit = new Set();
  for (let k = steps.length - 1; k >= 0; k--) { // later steps are nearer to the leaves
    if (reached.has(steps[k].input)) { reached.add(steps[k].node); lit.add(steps[k].edge); }
  }
  $("picture").classList.toggle("tracing", i !== null && i !== data.output);
  for (const [id, {group}] of edges) group.classList.toggle("onpath", lit.has(id));
}
function details(i) {
  const node = nodes[i], uses = into[i], list = element("dl", "");
  const facts = [["data", node.data], ["grad", `${latest(i)?.exact[3] ?? gradient(i)} (${WORDS[state(i)]})`]];
  if (node.forward) facts.unshift(["from", node.forward]);
  if (node.source) facts.push(["made at", node.source]);
  for (const [term, fact] of facts) list.append(element("dt", term), element("dd", fact));
  const sum = element("ol", "");
  for (const k of uses) {
    const taken = k < position, item = element("li", `${factors(steps[k])} = ${taken ? product(steps[k]) : "·"}`, taken ? "taken" : "");
    item.title = "Go to this step";
    item.addEventListener("click", () => go(k + 1));
    sum.append(item);
  }
  const head = uses.length ? `${ratio(data.output, i)} is the sum of ${uses.length === 1 ? "one use" : `${uses.length} uses`}:` : "";
  const stop = button(stopAt(i) < 0 ? "Stop here" : "Do not stop here", "Set or clear a breakpoint on this node", () => toggleStop(i));
  const paths = position === steps.length ? node.paths.join("\n") : "";
  $("details").replaceChildren(element("h2", node.title), list, element("p", head), sum, ...(paths ? [element("pre", paths)] : []), stop,
    " ", button("Close", "Show the whole picture again", () => { choose(null); }));
}
function showProduct(k) {
  choose(steps[k].input);
  const [upstream, local, contribution] = steps[k].exact, hidden = k >= position && $("predict").checked;
  const facts = element("dl", "");
  const rows = [["slope", hidden ? "?" : slope(steps[k])], ["upstream", k < position ? upstream : "·"], ["local", hidden ? "?" : local],
    ["product", k < position ? contribution : "·"]];
  for (const [term, fact] of rows) facts.append(element("dt", term), element("dd", fact));
  $("details").prepend(element("h2", rule(steps[k])), facts);
}

// Breakpoints: the vocabulary of Walk.until

function breakpoint(text) {
  const words = text.trim().replace(/\s+/g, " "), size = /^\| ?grad ?\| ?([<>]) ?(\S+)$/.exec(words);
  if (nodes.some((node) => node.name === words)) return {text: words, holds: (step) => nodes[step.input].name === words};
  if (words === "not finite") return {text: words, holds: (step) => ![step.exact[1], step.exact[3]].map(python).every(Number.isFinite)};
  if (size && !Number.isNaN(Number(size[2]))) {
    const limit = Number(size[2]), after = (step) => Math.abs(python(step.exact[3]));
    if (size[1] === ">") return {text: words, holds: (step) => after(step) > limit};
    return {text: words, holds: (step) => step.arrived === nodes[step.input].expected && after(step) < limit};
  }
  if (nodes.some((node) => node.words.includes(words))) return {text: words, holds: (step) => nodes[step.node].words.includes(words)};
  const known = [...new Set(nodes.flatMap((node) => [node.name, ...node.words]))].slice(0, 12).join(", ");
  throw new Error(`No node or operation is called ${words}: there are ${known}, …; or |grad| > 10, or not finite.`);
}
function addStop(event) {
  event.preventDefault();
  $("mistake").textContent = "";
  try {
    const stop = breakpoint($("condition").value);
    if (!stops.some(({text}) => text === stop.text)) stops.push(stop);
    $("condition").value = "";
  } catch (error) {
    $("mistake").textContent = error.message;
  }
  showStops();
}
function stopAt(i) {
  return stops.findIndex((stop) => stop.node === i || stop.text === nodes[i].name);
}
function toggleStop(i) {
  const at = stopAt(i);
  if (at >= 0) stops.splice(at, 1);
  else stops.push({text: nodes[i].name, node: i, holds: (step) => step.input === i});
  showStops();
}
function showStops() {
  $("stops").replaceChildren(...stops.map((stop, k) => {
    const item = element("li", stop.text);
    const remove = button("×", "Remove", () => { stops.splice(k, 1); showStops(); });
    remove.setAttribute("aria-label", `Remove the breakpoint ${stop.text}`);
    item.append(remove);
    return item;
  }));
  document.querySelectorAll("#picture .stop").forEach((dot, i) => dot.classList.toggle("set", stopAt(i) >= 0));
  if (chosen !== null) details(chosen);
}

// Setting up

const svg = $("picture").querySelector("svg");
boxes.forEach(({group}, i) => {
  const box = group.getBBox(), dot = document.createElementNS(SVG, "circle");
  dot.setAttribute("cx", box.x); dot.setAttribute("cy", box.y); dot.setAttribute("r", 5);
  dot.setAttribute("class", "stop");
  dot.addEventListener("click", (event) => { event.stopPropagation(); toggleStop(i); });
  group.append(dot);
  group.classList.add("step");
  group.setAttribute("tabindex", "0");
  group.setAttribute("role", "button");
  group.addEventListener("click", () => choose(i));
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    choose(i);
  });
});
steps.forEach((step, k) => {
  const {group} = edges.get(step.edge), path = group.querySelector("path"), reach = path.cloneNode();
  reach.setAttribute("class", "reach"); // a thin line is hard to click
  path.after(reach);
  group.classList.add("step");
  group.addEventListener("click", () => showProduct(k));
});

for (const [id, action] of Object.entries({
  start: () => go(0), end: () => go(steps.length), back, next, play, continue: onward,
})) $(id).addEventListener("click", () => { if (id !== "play") pause(); action(); });
$("slider").max = steps.length;
$("slider").addEventListener("input", () => { pause(); go(Number($("slider").value)); });
$("predict").addEventListener("change", () => { steps.forEach((_, k) => showEdge(k)); go(position); });
$("question").addEventListener("submit", check);
$("reveal").addEventListener("click", () => reveal(`It is ${steps[position].exact[3]}: ${product(steps[position])}.`, ""));
$("add").addEventListener("submit", addStop);
$("fit").addEventListener("click", () => fit(!$("picture").classList.contains("fit")));

function fit(on) {
  $("picture").classList.toggle("fit", on);
  $("fit").setAttribute("aria-pressed", on);
}
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input[type=text]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const action = {ArrowRight: next, ArrowLeft: back, " ": play, Home: () => go(0), End: () => go(steps.length), c: onward}[event.key];
  if (!action || (event.key === " " && event.target.matches("button, [type=checkbox]"))) return;
  event.preventDefault();
  if (event.key !== " ") pause();
  action();
});

nodes.forEach((_, i) => showNode(i));
steps.forEach((_, k) => showEdge(k));
fit(svg.viewBox.baseVal.width < 1600 && svg.viewBox.baseVal.height < 1000);
go(0);
document.body.dataset.ready = "yes";
