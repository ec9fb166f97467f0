// Progress: the loss and the accuracy by epoch, with a cursor that can be dragged

const charts = ["loss", "accuracy"].filter((name) => data.curves[name]).map(makeChart);

function makeChart(name) {
  const {lines} = data.curves[name], figure = $(`${name}-chart`), area = figure.querySelector(".area");
  figure.hidden = false;
  const paths = lines.map((_, k) => drawn("path", {class: k ? "validation" : "training"}));
  const dots = lines.map((_, k) => element("i", "", k ? "dot validation" : "dot"));
  area.querySelector("svg").append(...paths);
  area.append(...dots);
  area.addEventListener("pointerdown", (event) => {
    area.setPointerCapture(event.pointerId);
    pause();
    goNear(event, area);
  });
  area.addEventListener("pointermove", (event) => { if (event.buttons) goNear(event, area); });
  ticks(figure.querySelector(".across"), data.epochs, "left");
  return {name, lines, figure, paths, dots};
}
function goNear(event, area) {
  const box = area.getBoundingClientRect(), epoch = along(data.epochs, (event.clientX - box.left) / box.width);
  const distances = frames.map((frame) => Math.abs(frame.epoch - epoch));
  go(distances.indexOf(Math.min(...distances)));
}
function scaleOf({name}) { // logarithmic, if that was asked for
  const {scales} = data.curves[name];
  return scales[name === "loss" && $("log").checked ? 1 : 0];
}
function showCurves() {
  for (const chart of charts) {
    const scale = scaleOf(chart), figure = chart.figure;
    chart.lines.forEach((line, k) => {
      const spots = line.map(([epoch, y]) => `${100 * share(data.epochs, epoch)} ${100 * (1 - share(scale, y))}`);
      chart.paths[k].setAttribute("d", `M${spots.join("L")}`);
    });
    ticks(figure.querySelector(".upward"), scale, "bottom");
    const grids = scale.ticks.map(([part]) => `M0 ${100 * (1 - part)}H100`);
    figure.querySelector(".grid").setAttribute("d", grids.join(""));
  }
}
function showCursor() {
  const left = `${100 * share(data.epochs, frame().epoch)}%`;
  for (const chart of charts) {
    chart.figure.querySelector(".cursor").style.left = left;
    chart.lines.forEach((line, k) => {
      const [, y] = line.find(([epoch]) => epoch >= frame().epoch);
      Object.assign(chart.dots[k].style, {left, bottom: `${100 * share(scaleOf(chart), y)}%`});
    });
  }
}
function makeLogSwitch() { // a loss that falls far is read on a logarithmic axis
  const {lines, scales} = data.curves.loss, ys = lines.flat().map(([, y]) => y);
  $("log").disabled = scales.length === 1;
  $("log").checked = scales.length > 1 && Math.max(...ys) > 30 * Math.min(...ys);
  $("log").addEventListener("change", () => { showCurves(); showCursor(); });
  $("validation-key").hidden = lines.length === 1;
}
