// Colours of maps: of signs, from negative over paper to positive, and of classes, the deeper the surer

const STEPS = 60; // shades of a colour
let signs = [], tints = [];

function cssColor(name) {
  const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
function shades(from, to, first, last) { // as pixels: their bytes are red, green, blue and opaque
  return Uint32Array.from({length: STEPS + 1}, (_, k) => {
    const part = first + (last - first) * (k / STEPS);
    const [r, g, b] = from.map((x, i) => Math.round(x + (to[i] - x) * part));
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
}
function readColors() { // those of the theme
  const card = cssColor("--card");
  signs = [shades(card, cssColor("--negative"), 0, 0.9), shades(card, cssColor("--positive"), 0, 0.9)];
  tints = data.classes.map((_, k) => shades(card, cssColor(`--class${k % 6}`), 0.16, 0.52));
}
function signColor(x) { // of a number from -1 to 1
  return signs[x > 0 ? 1 : 0][Math.round(Math.min(Math.abs(x), 1) * STEPS)];
}
function classColor([k, sure]) {
  return tints[k][Math.round(sure * STEPS)];
}
function cssPixel(pixel) {
  return `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
}
function paint(canvas, {columns, rows}, color) { // a pixel for each point of a grid
  const image = new ImageData(columns, rows), pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = color(i);
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, {width: columns, height: rows});
  canvas.getContext("2d").putImageData(image, 0, 0);
}
