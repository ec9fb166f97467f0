// The forward pass, for the colours of maps and the widths of links; no number that it gives is printed

const ACTIVATIONS = {
  linear: (z) => z,
  tanh: (z) => Math.tanh(z),
  sigmoid: (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))),
  relu: (z) => Math.max(z, 0),
  leaky_relu: (z) => (z > 0 ? z : 0.01 * z),
  softplus: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  silu: (z) => z * ACTIVATIONS.sigmoid(z),
  gelu: (z) => z * (1 + erf(z / Math.SQRT2)) / 2,
};

function erf(x) { // 2/√π exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · 5 ⋯ (2n + 1)) (Abramowitz and Stegun, 7.1.6)
  if (Math.abs(x) > 6) return Math.sign(x);
  let sum = 0, term = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    sum += term;
    term *= 2 * x * x / (2 * n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
}

function forward(parameters, inputs) { // of many points: inputs, z and a are columns, a number for each point
  let k = 0, columns = inputs;
  return data.layers.map((activations) => {
    const neurons = activations.map((name) => {
      const z = new Float64Array(inputs[0].length);
      for (const x of columns) {
        const w = parameters[k++];
        for (let i = 0; i < z.length; i++) z[i] += w * x[i];
      }
      const b = parameters[k++];
      for (let i = 0; i < z.length; i++) z[i] += b;
      return {z, a: z.map(ACTIVATIONS[name])};
    });
    columns = neurons.map(({a}) => a);
    return neurons;
  });
}
function weights(parameters) { // by layer and neuron: its weights, and its bias
  let k = 0, width = data.names.length;
  return data.layers.map((neurons) => {
    const layer = neurons.map(() => {
      k += width + 1;
      return {w: parameters.slice(k - width - 1, k - 1), b: parameters[k - 1]};
    });
    width = neurons.length;
    return layer;
  });
}

// What outputs say: of many points at once, the class, and how sure it is from 0 to 1

function classes(outputs, i) {
  const {kind, threshold, sure} = data.reading;
  if (kind === "threshold") {
    const over = outputs[0][i] - threshold;
    return [over > 0 ? 1 : 0, Math.min(Math.abs(over) / sure, 1)];
  }
  let best = 0, next = -Infinity;
  for (let k = 1; k < outputs.length; k++) {
    if (outputs[k][i] > outputs[best][i]) [next, best] = [outputs[best][i], k];
    else next = Math.max(next, outputs[k][i]);
  }
  return [best, Math.min((outputs[best][i] - next) / sure, 1)];
}
function margins(outputs) { // fields that are zero on the boundaries, and above it on one side
  const {kind, threshold} = data.reading;
  if (kind === "threshold") return [outputs[0].map((a) => a - threshold)];
  return outputs.map((column, k) => {
    const others = outputs.filter((_, j) => j !== k);
    return column.map((a, i) => a - Math.max(...others.map((other) => other[i])));
  });
}
