"""Heat maps: numbers that can be read, shades that grow with them, and what they refuse."""

import re

import pytest

from micrograd_nn.charts.heat_map import heat_map


def test_every_share_is_written_and_a_zero_leaves_its_cell_empty():
    svg = heat_map([[1.0, 0.0], [0.25, 0.75]], ["a", "b"], ["c", "d"]).svg
    assert re.findall(r">(\d\.\d\d)</text>", svg) == ["1.00", "0.25", "0.75"]


def test_shades_grow_with_the_share():
    """0.55 of the ink for a whole share."""
    svg = heat_map([[1.0, 0.0, 0.5]], ["a"], ["b", "c", "d"]).svg
    assert re.findall(r'fill-opacity="(\S+)"', svg) == ["0.550", "0.000", "0.275"]


def test_names_and_labels_show_as_typed():
    svg = heat_map([[1.0]], ["<a>"], ["b & c"], title="head 1", row_label="who", column_label="looks at").svg
    assert all(f">{words}</text>" in svg for words in ("&lt;a&gt;", "b &amp; c", "head 1", "who", "looks at"))


def test_the_picture_says_its_numbers_in_words():
    chart = heat_map([[1.0, 0.0], [0.25, 0.75]], ["a", "b"], ["c", "d"])
    assert chart.description == "2 rows, 2 columns: a: 1.00, 0; b: 0.25, 0.75"


@pytest.mark.parametrize(
    ("matrix", "rows", "columns", "what"),
    [
        ([], [], [], "a heat map needs names of rows and columns: got 0 and 0"),
        ([[1.0]], ["a", "b"], ["c"], "there must be a name for each row: got 1 rows, 2 names"),
        ([[1.0, 0.0], [1.0]], ["a", "b"], ["c", "d"], "row 'b' has 1 numbers for 2 columns"),
        ([[1.5]], ["a"], ["b"], "row 'a' has 1.5: a share must be from 0 to 1"),
        ([[float("nan")]], ["a"], ["b"], "row 'a' has nan"),
    ],
)
def test_what_is_no_matrix_of_shares_is_refused(matrix, rows, columns, what):
    with pytest.raises(ValueError, match=what):
        heat_map(matrix, rows, columns)
