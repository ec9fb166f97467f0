// Marching squares: the line on which a field of numbers over a grid is zero, as a path over SIDE by SIDE units

const SIDE = 400;

function zeroLine(field, {columns, rows}) {
  let path = "";
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column;
      const corners = [[column, row, at], [column + 1, row, at + 1]];
      corners.push([column + 1, row + 1, at + columns + 1], [column, row + 1, at + columns]); // clockwise
      const met = corners.flatMap((corner, k) => crossing(field, corner, corners[(k + 1) % 4]));
      for (let k = 0; k + 1 < met.length; k += 2) path += `M${place(met[k])}L${place(met[k + 1])}`;
    }
  }
  return path;

  function place([x, y]) {
    return `${(x / (columns - 1) * SIDE).toFixed(1)} ${(y / (rows - 1) * SIDE).toFixed(1)}`;
  }
}
function crossing(field, [x, y, i], [to, down, k]) { // where the side between two corners is zero, if it is
  if (field[i] > 0 === field[k] > 0) return [];
  const part = field[i] / (field[i] - field[k]);
  return [[x + part * (to - x), y + part * (down - y)]];
}
