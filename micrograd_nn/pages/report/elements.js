// Making elements; text never becomes markup

const $ = (id) => document.getElementById(id);

function element(name, words = "", className = "") {
  const made = document.createElement(name);
  made.textContent = words;
  made.className = className;
  return made;
}
function breakable(words) { // may go on in a new line after = and _, as after a space or a hyphen
  return words.split(/(?<=[=_])/).flatMap((part, i) => (i ? [document.createElement("wbr"), part] : [part]));
}
function named(name, words, className = "") { // an element with a name that somebody gave, which may not fit
  const made = element(name, "", className);
  made.append(...breakable(words));
  made.title = words;
  return made;
}
function shortened(words, most) { // the first ones and the last, where there are many
  return words.length > most ? [...words.slice(0, most - 2), "…", words.at(-1)] : words;
}
function drawn(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
function terms(pairs) { // a list of names and what they stand for
  const list = element("dl");
  for (const [name, words] of pairs) {
    const pair = element("div");
    pair.append(named("dt", name), element("dd", words));
    list.append(pair);
  }
  return list;
}
function table(caption, head, rows) { // of texts; the first in a row is its name
  const made = element("table"), line = (cells, names) => {
    const row = element("tr");
    row.append(...cells.map((words, i) => named(i < names ? "th" : "td", words)));
    return row;
  };
  made.append(element("caption", caption), line(head, head.length), ...rows.map((cells) => line(cells, 1)));
  return made;
}
function ticks(parent, scale, side) { // the numbers at an axis
  parent.replaceChildren(...scale.ticks.map(([part, words]) => {
    const tick = element("span", words);
    tick.style[side] = `${100 * part}%`;
    return tick;
  }));
}
