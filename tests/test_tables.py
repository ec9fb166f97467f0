"""CSV files as tables: types of columns, line numbers, and an error with its place for everything that is wrong."""

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from micrograd_nn.data import Column, TableError, read_csv, read_rows
from micrograd_nn.data.tables import is_number

text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture(scope="module")
def write(tmp_path_factory):
    """A function that writes a file of some content and gives its path."""
    path = tmp_path_factory.mktemp("tables") / "flowers.csv"

    def write(content):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def as_csv(rows, **style):
    file = io.StringIO(newline="")
    csv.writer(file, **style).writerows(rows)
    return file.getvalue()


def test_columns_are_numbers_or_categories_in_order_of_appearance(write):
    table = read_csv(write("size,colour,price\n1.5,red,3\n-2e1,green,4\n.5,red,5.\n"), target="price")
    assert table.columns == (Column("size"), Column("colour", ("red", "green")))
    assert table.target == Column("price")
    assert table.classes is None
    assert table.examples == [([1.5, "red"], 3.0), ([-20.0, "green"], 4.0), ([0.5, "red"], 5.0)]


def test_a_target_may_stand_anywhere_and_be_a_category(write):
    table = read_csv(write("kind,x\ncat,1\ndog,2\n"), target="kind")
    assert table.classes == ("cat", "dog")
    assert table.examples == [([1.0], "cat"), ([2.0], "dog")]


def test_without_a_target_every_column_is_an_input(write):
    table = read_csv(write("x,y\n1,2\n"))
    assert table.target is None
    assert table.classes is None
    assert table.examples == [([1.0, 2.0], None)]


def test_classes_that_are_numbers_stay_as_typed(write):
    path = write("x,y\n1,01\n2,1.0\n3,01\n")
    assert read_csv(path, target="y").examples[0] == ([1.0], 1.0)
    table = read_csv(path, target="y", classes=True)
    assert table.classes == ("01", "1.0")
    assert table.examples[0] == ([1.0], "01")


def test_a_column_with_fewer_numbers_than_texts_has_categories(write):
    assert read_csv(write("x,size\n1,S\n2,M\n3,38\n")).columns[1] == Column("size", ("S", "M", "38"))


@pytest.mark.parametrize("cell", ["nan", "inf", "-Infinity", "1_000", "1e999", "0x10", "1 2", "٣", "1.2.3", ".", "e5"])
def test_what_is_no_finite_number_is_named_with_its_place(write, cell):
    with pytest.raises(TableError, match=r"flowers\.csv, line 3, column 'x': '.+' is not a number"):
        read_csv(write(f"x\n1\n{cell}\n"))


def test_an_error_names_file_line_column_and_cell(write):
    with pytest.raises(TableError) as caught:
        read_csv(write("petal length,kind\n1,a\n2,b\n\n3,c\n4,d\nn/a,e\n"))
    assert str(caught.value) == "flowers.csv, line 7, column 'petal length': 'n/a' is not a number"


def test_numbers_with_a_decimal_comma_are_refused_rather_than_taken_for_categories(write):
    with pytest.raises(TableError) as caught:
        read_csv(write("x;kind\n1,5;a\n2,5;b\n"))
    what = "'1,5' is not a number; a number has a point, not a comma"
    assert str(caught.value) == f"flowers.csv, line 2, column 'x': {what}"


def test_numbers_may_be_written_in_every_usual_way(write):
    cells = ["1", "+1", "1.", ".5", "1e3", "1E-3", " 2 ", "-0"]
    table = read_csv(write("x\n" + "\n".join(cells) + "\n"))
    assert [row for row, _ in table.examples] == [[1.0], [1.0], [1.0], [0.5], [1000.0], [0.001], [2.0], [-0.0]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separators_line_ends_and_byte_order_marks_are_recognised(write, separator, end, mark):
    lines = [["x", "kind"], ["1", "é"], ["2", "z"]]
    table = read_csv(write(mark + "".join(separator.join(line) + end for line in lines)), target="kind")
    assert table.columns == (Column("x"),)
    assert table.examples == [([1.0], "é"), ([2.0], "z")]


def test_separators_inside_quotes_do_not_count(write):
    assert read_csv(write('"a;b;c",d\n1,2\n')).columns == (Column("a;b;c"), Column("d"))


def test_the_last_line_may_lack_its_end_and_empty_lines_are_skipped(write):
    assert read_csv(write("\n  \nx,y\n\n1,2\n   \n3,4")).examples == [([1.0, 2.0], None), ([3.0, 4.0], None)]


def test_spaces_around_cells_and_quotes_are_no_part_of_them(write):
    table = read_csv(write('x, kind\n1, "a, b"\n2 , c \n'), target="kind")
    assert table.examples == [([1.0], "a, b"), ([2.0], "c")]


def test_lines_are_counted_as_editors_do_within_quotes_too(write):
    with pytest.raises(TableError, match=r"line 6, column 'x': '\?' is not a number"):
        read_csv(write('x,note\r\n1,"two\r\nlines"\r\n\r\n2,b\r\n?,c\r\n'))


def test_a_row_over_several_lines_is_named_by_its_first(write):
    with pytest.raises(TableError, match=r"line 3, column 'x': .+ is not a number"):
        read_csv(write('x,note\n1,a\n?,"two\nlines"\n2,b\n'))


@given(st.lists(st.tuples(finite, text.filter(str.strip)), min_size=1, max_size=20), st.sampled_from([",", ";", "\t"]))
def test_whatever_was_written_is_read(write, cells, separator):
    rows = [(x, "k" + word + "k") for x, word in cells]  # no spaces at the ends, and never a number
    table = read_csv(write(as_csv([("x", "word"), *rows], delimiter=separator)), target="word")
    assert [(row[0], target) for row, target in table.examples] == rows


@given(st.lists(text.map(str.strip).filter(bool), min_size=2, max_size=5, unique=True))
def test_whatever_a_column_is_called_is_its_name(write, names):
    assume(not all(map(is_number, names)))
    table = read_csv(write(as_csv([names, range(len(names))], quoting=csv.QUOTE_ALL)), target=names[-1])
    assert [column.name for column in table.columns] == names[:-1]
    assert table.examples == [([float(i) for i in range(len(names) - 1)], len(names) - 1)]


@given(st.binary(max_size=60) | st.text('ab1.,;\t" \r\n', max_size=60).map(str.encode))
def test_any_bytes_are_a_table_or_a_table_error(write, content):
    try:
        outcome = str(read_csv(write(content)).examples)
    except TableError as error:
        outcome = str(error)
    assert outcome.startswith(("[([", "flowers.csv"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "flowers.csv: the file is empty, where a header and rows are needed"),
        ("\n \n", "flowers.csv: the file is empty, where a header and rows are needed"),
        ("x,y\n", "flowers.csv: no rows below the header"),
        ("1,2\n3,4\n", "flowers.csv: the first row has only numbers, where a header with names is needed"),
        ("x,,y\n1,2,3\n", "flowers.csv, line 1: column 2 has no name"),
        ("\nx,y,x\n1,2,3\n", "flowers.csv, line 2: 2 columns are called 'x'"),
        ("x,y\n1,2\n3\n", "flowers.csv, line 3: 1 cell, but the header has 2"),
        ("x,y\n1,2,3\n", "flowers.csv, line 2: 3 cells, but the header has 2"),
        ("x,y\n1,2\n3,\n", "flowers.csv, line 3, column 'y': an empty cell"),
        ("x,y\n1,2\n  ,4\n", "flowers.csv, line 3, column 'x': an empty cell"),
        ('x\n1\n""\n', "flowers.csv, line 3, column 'x': an empty cell"),
        ("x,y\n1,a\n2,b\0\n", "flowers.csv, line 3: a NUL byte, so this is not a text file"),
        ("x,y\n1,caf\xe9\n".encode("latin-1"), "flowers.csv, line 2: byte 0xe9 is not UTF-8; save as UTF-8"),
        ("x,y\r\n1,2\r\n".encode("utf-16"), "flowers.csv, line 1: byte 0xff is not UTF-8; save as UTF-8"),
        ('x,y\n1,a\n2,"b\n3,c\n', "flowers.csv, line 3: unexpected end of data; is a quote left open?"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(write, content, message):
    with pytest.raises(TableError) as caught:
        read_csv(write(content))
    assert str(caught.value) == message


def test_a_cell_beyond_the_field_limit_is_refused_with_its_line(write):
    with pytest.raises(TableError, match=r"flowers\.csv, line 2: field larger than field limit"):
        read_csv(write("x\n" + "a" * (csv.field_size_limit() + 1) + "\n"))


def test_a_long_cell_is_cut_short_in_the_message(write):
    with pytest.raises(TableError) as caught:
        read_csv(write("x\n1\n" + "a" * 100_000 + "\n"))
    assert len(str(caught.value)) < 150


def test_a_target_that_is_no_column_gets_the_nearest_suggested(write):
    with pytest.raises(TableError) as caught:
        read_csv(write("petal length,species\n1,a\n"), target="Specis")
    columns = "there are 'petal length', 'species'; did you mean 'species'?"
    assert str(caught.value) == f"flowers.csv: no column 'Specis': {columns}"


def test_of_many_columns_the_first_twenty_are_listed(write):
    with pytest.raises(TableError, match=r"'c19', …$"):
        read_csv(write(as_csv([[f"c{i}" for i in range(30)], range(30)])), target="zzz")


@pytest.mark.parametrize(("n", "rows", "refused"), [(51, 101, True), (51, 102, False), (50, 50, False)])
def test_texts_that_name_the_rows_are_no_categories(write, n, rows, refused):
    path = write("x,name\n" + "".join(f"{i},k{i % n}\n" for i in range(rows)))
    if not refused:
        assert len(read_csv(path).columns[1].categories) == n
        return
    with pytest.raises(TableError, match=r"column 'name': 51 different texts in 101 rows are no categories; leave"):
        read_csv(path)


def test_a_table_of_nothing_but_the_target_is_refused(write):
    with pytest.raises(TableError, match="no columns beside the target 'y'"):
        read_csv(write("y\n1\n"), target="y")


def test_a_target_is_a_name_and_classes_need_one(write):
    path = write("x,y\n1,2\n")
    with pytest.raises(TypeError, match="target must be the name of a column, not 1"):
        read_csv(path, target=1)
    with pytest.raises(ValueError, match="classes need a target"):
        read_csv(path, classes=True)


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_csv(tmp_path / "none.csv")


# Rows for prediction


COLUMNS = [Column("colour", ("red", "green")), Column("size")]


def test_rows_come_in_the_order_of_the_columns_and_extra_columns_are_ignored(write):
    rows = read_rows(write("size,name,colour\n1,,green\n2,,red\n"), COLUMNS)
    assert rows == [["green", 1.0], ["red", 2.0]]


def test_rows_of_a_table_are_read_as_the_table_was(write):
    path = write("0,colour\n1,red\n2,blue\n3,4\n")
    table = read_csv(path)
    assert read_rows(path, table.columns) == [row for row, _ in table.examples]


def test_columns_with_numbers_for_names_are_found(write):
    assert read_rows(write("0,1\n5,6\n"), [Column("1")]) == [[6.0]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("size,Color\n1,red\n", ": no column 'colour': there are 'size', 'Color'; did you mean 'Color'?"),
        ("size,colour\n1,red\n2,gren\n",
         ", line 3, column 'colour': unknown category 'gren': there are 'red', 'green'; did you mean 'green'?"),
        ("size,colour\n1,red\nbig,red\nvast,red\n", ", line 3, column 'size': 'big' is not a number"),
        ("size,colour\n1,\n", ", line 2, column 'colour': an empty cell"),
    ],
)  # fmt: skip
def test_rows_that_the_columns_do_not_fit_are_refused(write, content, message):
    with pytest.raises(TableError) as caught:
        read_rows(write(content), COLUMNS)
    assert str(caught.value) == f"flowers.csv{message}"
