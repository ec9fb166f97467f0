// Moving through the epochs, choosing, and the first picture

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const PACE = CALM.matches ? 500 : Math.min(Math.max(5000 / frames.length, 40), 400); // milliseconds a frame
let playing = 0, shownAt = 0;

function show() {
  const columns = points(grid), layers = forward(frame().parameters, columns);
  showNodes(columns, layers);
  showPlane(layers);
  showCursor();
  showEpoch();
  showPass();
}
function showPass() { // what depends on the example alone
  showLinks();
  showActivations();
  showMet();
  showPanel();
}
function showEpoch() {
  const last = frames.length - 1;
  $("epoch").textContent = `epoch ${frame().epoch} of ${frames[last].epoch}`;
  $("measured").replaceChildren(...terms(frame().measured).children);
  $("slider").value = state.frame;
  $("slider").setAttribute("aria-valuetext", $("epoch").textContent);
  $("start").disabled = $("back").disabled = state.frame === 0;
  $("end").disabled = $("next").disabled = state.frame === last;
}

function go(target) {
  state.frame = Math.min(Math.max(target, 0), frames.length - 1);
  show();
}
function pause() {
  cancelAnimationFrame(playing);
  playing = 0;
  $("play").textContent = "Play";
  $("epoch").setAttribute("aria-live", "polite");
}
function play() {
  if (playing) return pause();
  if (state.frame === frames.length - 1) go(0);
  $("play").textContent = "Pause";
  $("epoch").setAttribute("aria-live", "off"); // too fast to be heard
  shownAt = performance.now();
  playing = requestAnimationFrame(tick);
}
function tick(now) {
  if (now - shownAt >= PACE) {
    shownAt = now;
    go(state.frame + 1);
  }
  if (state.frame === frames.length - 1) return pause();
  playing = requestAnimationFrame(tick);
}

function chooseExample(i) {
  state.example = i;
  show();
}
function chooseNeuron(neuron) { // once more: the network again
  state.neuron = String(neuron) === String(state.neuron) ? null : neuron;
  show();
}
function letGo() { // also of the focus, or Space would press a neuron again
  document.activeElement.blur();
  state.example = null;
  chooseNeuron(null);
}
function hover(i) {
  if (i === state.hovered) return;
  state.hovered = i;
  showPass();
}

const moves = {
  start: () => go(0),
  back: () => go(state.frame - 1),
  next: () => go(state.frame + 1),
  end: () => go(frames.length - 1),
};
for (const [id, move] of Object.entries(moves)) $(id).addEventListener("click", () => { pause(); move(); });
$("play").addEventListener("click", play);
$("slider").addEventListener("input", () => { pause(); go(Number($("slider").value)); });
$("leave").addEventListener("click", () => chooseNeuron(null));
$("example").addEventListener("change", ({target}) => chooseExample(target.value === "" ? null : Number(target.value)));
$("lines").addEventListener("pointermove", (event) => hover(nearest(event)));
$("lines").addEventListener("pointerleave", () => hover(null));
$("lines").addEventListener("click", (event) => chooseExample(nearest(event)));
document.addEventListener("keydown", (event) => {
  if ((event.target.matches("select") && event.key !== "Escape") || event.ctrlKey || event.metaKey || event.altKey) return;
  const action = {ArrowRight: moves.next, ArrowLeft: moves.back, Home: moves.start, End: moves.end, " ": play,
    Escape: letGo}[event.key];
  if (!action || (event.key === " " && event.target.matches("button, [type=checkbox]"))) return;
  event.preventDefault();
  if (event.key !== " ") pause();
  action();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColors(); show(); });

$("slider").max = frames.length - 1;
$("epoch").style.minWidth = `${8 + 2 * String(frames.at(-1).epoch).length}ch`; // "epoch 7 of 100"
$("notes").textContent = data.notes.join(" ");
$("example").append(new Option("none", ""), ...examples.map(({number, wanted, row}, i) => {
  return new Option(`${number}: ${wanted} for ${shortened(row, 4).join(", ")}`, i);
}));
makeHeadings();
makeLegend();
makeAxes();
makeLogSwitch();
readColors();
showCurves();
show();
document.body.dataset.ready = "yes";
