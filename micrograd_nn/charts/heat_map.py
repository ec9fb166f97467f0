"""heat_map: a matrix of shares as a picture, its numbers readable, such as who looks at whom."""

from __future__ import annotations

from collections.abc import Sequence

from ..quoting import shortened, visible
from .chart import Chart
from .frame import EDGE, TITLE
from .marks import ROW, tenths, text, text_width

CELL = (46, 32)  # pixels
MOST_INK = 0.55  # of a full share's colour, so that its number stays readable


def heat_map(
    matrix: Sequence[Sequence[float]],
    rows: Sequence[str],
    columns: Sequence[str],
    title: str = "",
    row_label: str = "",
    column_label: str = "",
) -> Chart:
    """A cell for each number of a matrix, the darker the nearer it is to 1; where there is a 0 it stays empty.

    >>> heat_map([[1.0, 0.0], [0.5, 0.5]], rows=["a", "b"], columns=["a", "b"], title="head 1")
    <Chart: 2 rows, 2 columns: a: 1.00, 0; b: 0.50, 0.50>

    Raises: ValueError unless there is a name for every row and every column, and for a number outside 0 to 1.
    """
    check_matrix(matrix, rows, columns)
    row_names, column_names = ([shortened(visible(name), 12) for name in names] for names in (rows, columns))
    left = EDGE + (ROW if row_label else 0) + max(map(text_width, row_names)) + 10
    top = EDGE + (TITLE if title else 0) + (ROW if column_label else 0) + ROW
    width, height = CELL[0] * len(columns), CELL[1] * len(rows)
    drawn = "".join(cell(i, j, share) for i, row in enumerate(matrix) for j, share in enumerate(row))
    for j, name in enumerate(column_names):
        drawn += text(CELL[0] * (j + 0.5), -8, name, "middle")
    for i, name in enumerate(row_names):
        drawn += text(-10, CELL[1] * (i + 0.5) + 4, name, "end")
    drawn += text(width / 2, -8 - ROW, column_label, "soft middle") if column_label else ""
    turned = text(0, 0, row_label, "soft middle")
    drawn += f'<g transform="translate({tenths(EDGE + 8 - left)} {height / 2}) rotate(-90)">{turned}</g>\n'
    body = text(EDGE, EDGE + 12, title, "title") if title else ""
    body += f'<g transform="translate({tenths(left)} {tenths(top)})">\n{drawn}</g>\n'
    return Chart(body, left + width + EDGE, top + height + EDGE, title, described(matrix, rows, columns))


def cell(i: int, j: int, share: float) -> str:
    """A cell in its row and column, counted from 0."""
    width, height = CELL
    place = f'x="{width * j}" y="{height * i}" width="{width}" height="{height}"'
    ground = f'<rect class="f1" fill-opacity="{MOST_INK * share:.3f}" {place}/>\n'
    frame = f'<path class="grid" d="M{width * j} {height * i}h{width}v{height}h{-width}z"/>\n'
    return ground + frame + text(width * (j + 0.5), height * (i + 0.5) + 4, number(share) if share else "", "middle")


def number(share: float) -> str:
    """A share to two digits, and a 0 as itself.

    >>> number(0.0), number(0.001), number(0.25)
    ('0', '0.00', '0.25')
    """
    return f"{share:.2f}" if share else "0"


def described(matrix: Sequence[Sequence[float]], rows: Sequence[str], columns: Sequence[str]) -> str:
    """The matrix in words."""
    lines = [f"{name}: {', '.join(map(number, row))}" for name, row in zip(rows, matrix)]
    return f"{len(rows)} rows, {len(columns)} columns: {'; '.join(lines)}"


def check_matrix(matrix: Sequence[Sequence[float]], rows: Sequence[str], columns: Sequence[str]) -> None:
    """Raise unless names and numbers fit, at least one, and every number is a share."""
    if not rows or not columns:
        raise ValueError(f"a heat map needs names of rows and columns: got {len(rows)} and {len(columns)}")
    if len(matrix) != len(rows):
        raise ValueError(f"there must be a name for each row: got {len(matrix)} rows, {len(rows)} names")
    for name, row in zip(rows, matrix):
        if len(row) != len(columns):
            raise ValueError(f"row {name!r} has {len(row)} numbers for {len(columns)} columns")
        for share in row:
            if not 0 <= share <= 1 + 1e-9:
                raise ValueError(f"row {name!r} has {share}: a share must be from 0 to 1")
