// What is shown

const {frames, examples} = data;
const ONE_INPUT = data.names.length === 1;
const state = {
  frame: frames.length - 1,
  example: null, // the one that was chosen
  hovered: null, // the one that the pointer is at
  neuron: null, // the one that fills the plane, as [layer, neuron]
  axes: strongest(), // which inputs are across and up
};
const frame = () => frames[state.frame];
const current = () => state.hovered ?? state.example; // the example that goes through the network

function strongest() { // the two inputs that move layer 1 most from example to example, in their order
  const [layer] = weights(frames.at(-1).parameters);
  const moved = data.axes.map(({low, high}, i) => (high - low) * layer.reduce((pull, {w}) => pull + Math.abs(w[i]), 0));
  return [...data.names.keys()].sort((i, k) => moved[k] - moved[i]).slice(0, 2).sort((i, k) => i - k);
}

// The plane of two inputs, or the line of one, as points row by row from the top left

const side = Math.sqrt(3e6 / frames[0].parameters.length); // so that a frame takes milliseconds
const grid = {columns: Math.round(Math.min(Math.max(side, 24), 80)), rows: 2};
if (!ONE_INPUT) grid.rows = grid.columns;
const CORNERS = {columns: 2, rows: 2};
const means = data.names.map((_, i) => examples.reduce((total, {inputs}) => total + inputs[i], 0) / examples.length);

function points({columns, rows}) { // a column for each input
  const [across, up] = state.axes, held = state.example === null ? means : examples[state.example].inputs;
  return data.names.map((_, i) => Float64Array.from({length: columns * rows}, (_, at) => {
    if (i === across) return along(data.axes[i], (at % columns) / (columns - 1));
    return i === up ? along(data.axes[i], 1 - Math.floor(at / columns) / (rows - 1)) : held[i];
  }));
}
function neuronName([layer, neuron]) {
  return `layer ${layer + 1} · neuron ${neuron + 1}`;
}
