// A training run, epoch by epoch. Every number shown comes from the data, which Python computed.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);

// Numbers as Python writes them with "%.4g"

function g4(x) {
  if (x === 0) return "0";
  const [digits, power] = fourDigits(x).split("e"), exponent = Number(power);
  if (exponent >= -4 && exponent < 4) return String(Number(`${digits}e${power}`));
  return `${Number(digits)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
function fourDigits(x) { // of two numbers that are equally near the even one, as Python; JavaScript takes the larger
  const exact = x.toExponential(100), tie = /^(-?\d\.\d\d[02468])50*(e.*)$/.exec(exact);
  return tie ? tie[1] + tie[2] : x.toExponential(3);
}

// Axes: from a number to its share of the way, and back

function share(scale, x) {
  const place = scale.log ? Math.log10 : (y) => y;
  return (place(x) - place(scale.low)) / (place(scale.high) - place(scale.low));
}
function along(scale, part) {
  return scale.low + part * (scale.high - scale.low);
}
