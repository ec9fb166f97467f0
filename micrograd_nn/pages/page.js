// Steps through a recorded backward pass. Every number shown comes from the data, which Python computed; nothing is
// differentiated here.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const {nodes, steps} = data;
const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

let position = 0; // how many steps are taken
let chosen = null; // the node whose details are shown
let timer = 0; // of playing
let asking = false; // a prediction is awaited
let attempts = 0; // wrong ones that match no mistake
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
const ratio = (y, x) => `${nodes[y].differential}/${nodes[x].differential}`;
const factors = ({node, input}) => `${ratio(data.output, node)} · ${ratio(node, input)}`;
const rule = (step) => `${ratio(data.output, step.input)} += ${factors(step)}`;
const product = (step) => step.lines.join(" ");
const slope = (step) => [...new Set([ratio(step.node, step.input), step.formula || step.local, step.local])].join(" = ");
const sum = (step) => (step.before ? `${step.before} + ${step.lines[0]} = ${step.after}` : product(step));
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
  const first = Math.min(position, target), last = Math.max(position, target), changed = new Set([position - 1]);
  position = target;
  for (let k = first; k < last; k++) changed.add(k);
  if (asking) changed.add(first).add(last);
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
  const fits = (from, to, size) => to - from <= size;
  const left = Math.min(...places.map((place) => place.left)), right = Math.max(...places.map((place) => place.right));
  const top = Math.min(...places.map((place) => place.top)), bottom = Math.max(...places.map((place) => place.bottom));
  if (left >= frame.left && right <= frame.right && top >= frame.top && bottom <= frame.bottom) return;
  if (groups.length > 1 && !(fits(left, right, frame.width) && fits(top, bottom, frame.height))) {
    return bringIntoView(groups.slice(0, 1)); // the node that receives is what matters
  }
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
  const had = latest(step.input) ? `has gradient ${gradient(step.input)} so far` : "has no gradient yet";
  $("asked").textContent = `${name(step.input)} ${had}. After this step it has`;
  attempts = 0;
  $("answer").value = "";
  question(true, true);
  verdict("", "");
  $("answer").focus({preventScroll: true});
}
function question(shown, open) { // open while an answer is awaited; then only the verdict stands there
  $("question").hidden = !shown;
  for (const part of $("question").children) part.hidden = part.id !== "verdict" && !open;
}
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const python = (text) => Number(text.replace("inf", "Infinity")); // a float as Python writes it
function number(text) { // what a person types: 0.5, -1/3, 1e-3, with a comma or a typographic minus too; or undefined
  const typed = text.trim().toLowerCase().replace(/\u2212/g, "-").replace("∞", "inf").replace(",", ".");
  if (/^[-+]?\d{1,3}(,\d{3})+/.test(text.trim())) return undefined; // 1,000: a thousand, or one?
  if (/^[-+]?(nan|inf|infinity)$/.test(typed)) return python(typed.replace("infinity", "inf"));
  const parts = typed.split("/").map((part) => part.trim());
  if (parts.length > 2 || !parts.every((part) => NUMBER.test(part)) || Number(parts[1]) === 0) return undefined;
  return parts.map(Number).reduce((x, y) => x / y);
}
function digits(text) { // how many digits a person typed that count
  return text.replace(/e.*$/i, "").replace(/[^0-9]/g, "").replace(/^0+/, "").length;
}
function close(typed, exact, step) { // as a person rounds: to a hundredth of its size, or to the two digits typed or more
  if (Object.is(typed, exact) || typed === exact) return true;
  if (!Number.isFinite(typed) || !Number.isFinite(exact)) return false;
  const off = Math.abs(typed - exact), kept = digits($("answer").value);
  if (off <= 1e-9 * Math.max(Math.abs(exact), Math.abs(python(step.exact[2])))) return true;
  if (Number(exact.toPrecision(4)) === exact) return false; // so short a number needs no rounding
  return off <= 0.01 * Math.abs(exact) || (kept >= 2 && kept < 16 && Number(exact.toPrecision(kept)) === typed);
}
function check(event) {
  event.preventDefault();
  const step = steps[position], typed = number($("answer").value), right = python(step.exact[3]);
  if (typed === undefined) return verdict("Type a number, such as -1.5 or 2/3.", "wrong");
  const exactly = typed !== right && step.mistakes.find(([answer]) => python(answer) === typed);
  if (!exactly && close(typed, right, step)) return reveal(`Right: ${sum(step)}.`, "right");
  const match = exactly || step.mistakes.find(([answer]) => close(typed, python(answer), step));
  verdict(`Not quite${match ? `: ${sentence(step, match[1])}.` : hint(step)}`, "wrong");
  $("answer").select();
}
function hint(step) { // from the rule to its parts
  attempts += 1;
  const parts = [`. Multiply the gradient of ${name(step.node)} by the slope of ${name(step.node)} in ${name(step.input)}.`,
    `. The gradient of ${name(step.node)} is ${step.exact[0]}; what is the slope of ${nodes[step.node].title} in ${name(step.input)}?`,
    `. The slope is ${step.formula || step.local}.`];
  return parts[Math.min(attempts, parts.length) - 1];
}
function verdict(words, kind) {
  $("verdict").textContent = words;
  $("verdict").className = kind;
}
function reveal(words, kind) {
  go(position + 1);
  question(true, false);
  verdict(words, kind);
  $("next").focus({preventScroll: true});
}

// Details of a node or an edge

const welcome = $("details").firstElementChild;

function choose(i) { // a node, or null for none
  chosen = i;
  boxes.forEach(({group}, k) => group.classList.toggle("chosen", k === i));
  trace(i);
  if (i === null) $("details").replaceChildren(welcome);
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
  const head = uses.length === 1 ? `${ratio(data.output, i)} comes from one use:` : uses.length ? `${ratio(data.output, i)} is the sum of ${uses.length} uses:` : "";
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
  const called = (node, known) => node.name === known || node.label === known;
  const words = nodes.some((node) => called(node, text)) ? text : text.trim().replace(/\s+/g, " ");
  const size = /^\|? ?grad ?\|? ?([<>]=?) ?(.*)$/.exec(words);
  if (words && nodes.some((node) => called(node, words))) return {text: words, holds: (step) => called(nodes[step.input], words)};
  if (words === "not finite") return {text: words, holds: (step) => !Number.isFinite(python(step.exact[3]))};
  if (size && NUMBER.test(size[2]) && !/^[-+]/.test(size[2])) {
    const limit = Number(size[2]), after = (step) => Math.abs(python(step.exact[3]));
    const text = `|grad| ${size[1]} ${size[2]}`;
    const beyond = {">": (x) => x > limit, ">=": (x) => x >= limit, "<": (x) => x < limit, "<=": (x) => x <= limit}[size[1]];
    if (size[1][0] === ">") return {text, holds: (step) => beyond(after(step))};
    return {text, holds: (step) => step.arrived === nodes[step.input].expected && beyond(after(step))};
  }
  if (nodes.some((node) => node.words.includes(words))) return {text: words, holds: (step) => nodes[step.node].words.includes(words)};
  if (!words) throw new Error("Stop where? At a name, an operation, |grad| > 10, or not finite.");
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
  return stops.findIndex((stop) => stop.node === i || (stop.node === undefined && stop.text === nodes[i].name));
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
  dot.setAttribute("cx", box.x); dot.setAttribute("cy", box.y); dot.setAttribute("r", 6);
  dot.setAttribute("class", "stop");
  dot.addEventListener("click", (event) => { event.stopPropagation(); toggleStop(i); });
  group.append(dot);
  group.classList.add("step");
  group.setAttribute("tabindex", "0");
  group.setAttribute("role", "button");
  group.addEventListener("click", () => choose(i));
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && (event.key !== " " || !group.matches(":focus-visible"))) return;
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
$("predict").addEventListener("change", () => {
  document.body.classList.toggle("predicting", $("predict").checked);
  steps.forEach((_, k) => showEdge(k));
  go(position);
});
$("question").addEventListener("submit", check);
$("reveal").addEventListener("click", () => reveal(`It is ${steps[position].after}: ${sum(steps[position])}.`, ""));
$("add").addEventListener("submit", addStop);
$("fit").addEventListener("click", () => fit(!$("picture").classList.contains("fit")));

function fit(on) {
  $("picture").classList.toggle("fit", on);
  $("fit").setAttribute("aria-pressed", on);
}
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input[type=text]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const action = {ArrowRight: next, ArrowLeft: back, " ": play, Home: () => go(0), End: () => go(steps.length), c: onward,
    Escape: () => choose(null)}[event.key];
  if (!action || (event.key === " " && event.target.matches("button, [type=checkbox]"))) return;
  event.preventDefault();
  if (event.key !== " ") pause();
  action();
});

nodes.forEach((_, i) => showNode(i));
steps.forEach((_, k) => showEdge(k));
const room = $("picture").getBoundingClientRect(), size = svg.viewBox.baseVal;
fit(Math.min(room.width / size.width, room.height / size.height) > 0.95); // points: letters stay ten pixels high
go(0);
document.body.dataset.ready = "yes";
