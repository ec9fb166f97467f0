// The panel: what happens to an example on its way through the network, and what a neuron computes

function showPanel() {
  const i = current(), parts = [];
  if (state.neuron !== null) parts.push(...neuronParts(state.neuron, i));
  if (i !== null) parts.push(...exampleParts(i));
  $("panel-content").replaceChildren(...(parts.length ? parts : restParts()));
  $("example").value = state.example ?? "";
}
function restParts() {
  const hint = "Point at an example, or choose one, to send it through the network. Click a neuron to enlarge its map.";
  return [element("p", hint, "hint"), element("h3", "This run"), terms(data.facts)];
}
function exampleParts(i) {
  const example = examples[i], outputs = frame().outputs[i], wrong = CATEGORIES && frame().says[i] !== example.class;
  const facts = example.row.map((words, k) => [data.names[k], words]);
  facts.push([outputs.length > 1 ? "outputs" : "output", outputs.map(g4).join(", ")]);
  if (CATEGORIES) facts.push(["says", `${data.classes[frame().says[i]]} ${wrong ? "✗" : "✓"}`]);
  if (frame().probabilities.length) facts.push(["probability", g4(frame().probabilities[i])]);
  facts.push(["wanted", example.wanted], ["loss", g4(frame().losses[i])]);
  const tables = element("div", "", "tables");
  tables.append(...data.layers.map((neurons, layer) => {
    const rows = neurons.map((_, k) => [`${k + 1}`, g4(frame().z[i][layer][k]), g4(frame().a[i][layer][k])]);
    return table(`layer ${layer + 1}`, ["", "z", "a"], rows);
  }));
  return [element("h3", `Example ${example.number}${example.held_out ? ", for validation" : ""}`), terms(facts), tables];
}
function neuronParts([layer, k], i) {
  const {w, b} = weights(frame().parameters)[layer][k], activation = data.layers[layer][k];
  const names = w.map((_, j) => (layer === 0 ? data.names[j] : `a${j + 1}`));
  const inputs = i === null ? null : layer === 0 ? examples[i].inputs : frame().a[i][layer - 1];
  const parts = [element("h3", `${neuronName([layer, k])} · ${activation}`)];
  const plain = activation === "linear" ? "a = z" : `a = ${activation}(z)`;
  const products = names.map((name, j) => `w${j + 1}·${name}`);
  parts.push(element("p", `z = ${shortened(products, 4).join(" + ")} + b`, "formula"), element("p", plain, "formula"));
  if (inputs) {
    const [z, a] = [frame().z[i][layer][k], frame().a[i][layer][k]].map(g4);
    const factors = w.map((weight, j) => `${signed(weight)}·${signed(inputs[j])}`);
    parts.push(element("p", `z = ${shortened(factors, 24).join(" + ")} + ${signed(b)} = ${z}`, "formula numbers"));
    parts.push(element("p", activation === "linear" ? `a = ${a}` : `a = ${activation}(${z}) = ${a}`, "formula numbers"));
  }
  const rows = w.map((weight, j) => [`w${j + 1}`, names[j], g4(weight)]);
  if (layer === 0 && data.standardised) parts.push(element("p", "Here the inputs are standardised.", "hint"));
  parts.push(table("", ["", "input", "weight"], [...rows, ["b", "", g4(b)]]));
  return parts;
}
function signed(x) { // as a factor or a term
  return x < 0 ? `(${g4(x)})` : g4(x);
}
