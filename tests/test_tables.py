"""CSV files as tables: types of columns, line numbers, and an error with its place for everything that is wrong."""

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from micrograd_nn.data import Column, TableError, read_csv, read_rows
from micrograd_nn.data.cells import is_missing, is_number, measures, readings

SKIP = ": skip_incomplete=True leaves such rows out"
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


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1_000", "1e999", "0x10", "1 2", "٣", "1.2.3", ".", "e5"])
def test_what_is_no_finite_number_is_named_with_its_place(write, cell):
    with pytest.raises(TableError, match=r"flowers\.csv, line 3, column 'x': '.+' is not a number"):
        read_csv(write(f"x\n1\n{cell}\n"))


def test_an_error_names_file_line_column_and_cell(write):
    with pytest.raises(TableError) as caught:
        read_csv(write("petal length,kind\n1,a\n2,b\n\n3,c\n4,d\nlong,e\n"))
    assert str(caught.value) == "flowers.csv, line 7, column 'petal length': 'long' is not a number"


def test_a_number_beyond_all_floats_is_no_number_with_a_unit(write):
    assert refusal(write("x,y\n1,2\n1e400,3\n")) == "flowers.csv, line 3, column 'x': '1e400' is not a number"


def refusal(path, **how):
    """What is said of a file that is no table."""
    with pytest.raises(TableError) as caught:
        read_csv(path, **how)
    return str(caught.value)


def rows(cells, n=60):
    """A table of x and y; the cells of y come again and again, in n rows."""
    return "x;y\n" + "".join(f"{i};{cells[i % len(cells)]}\n" for i in range(n))


@pytest.mark.parametrize("content", ["x;kind\n1,5;a\n2,5;b\n", 'x,kind\n"1,5",a\n"2,5",b\n', '"x","kind"\n"1,5","a"\n'])
def test_numbers_with_a_decimal_comma_are_refused_rather_than_taken_for_categories(write, content):
    assert refusal(write(content)) == "flowers.csv, line 2, column 'x': '1,5' is not a number: write 1.5"


@pytest.mark.parametrize("cells", [["1,5", "2,5"], [f"{i},25" for i in range(60)]], ids=["few", "all different"])
def test_a_target_with_a_decimal_comma_is_refused_too(write, cells):
    message = f"flowers.csv, line 2, column 'y': {cells[0]!r} is not a number: write {cells[0].replace(',', '.')}"
    assert refusal(write(rows(cells)), target="y") == message


@pytest.mark.parametrize("form", ["€ {}", "${}", "{} €", "{} %", "{}%", "{} kg", "{}cm", "{} m²", "{} km/h"])
@pytest.mark.parametrize("n", [60, 20, 11], ids=["all different", "a third", "eleven"])
@pytest.mark.parametrize("target", ["y", None])
def test_different_numbers_with_a_unit_are_refused_saying_what_to_write(write, form, target, n):
    cells = [form.format(316640 + i) for i in range(n)]
    message = f"flowers.csv, line 2, column 'y': {cells[0]!r} is not a number: write 316640"
    assert refusal(write(rows(cells)), target=target) == message


def test_a_few_texts_that_begin_with_numbers_are_categories(write):
    assert read_csv(write(rows(["3 doors", "5 doors"]))).columns[1] == Column("y", ("3 doors", "5 doors"))


def test_with_classes_no_text_was_meant_as_a_number(write):
    assert read_csv(write(rows(["1,5", "2 €"], 4)), target="y", classes=True).classes == ("1,5", "2 €")


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("1", ["1"]),
        ("-1,5", ["-1.5"]),
        ("1,5e3", ["1.5e3"]),
        ("12,500", ["12500", "12.500"]),  # an English or a German number
        ("0,500", ["0.500"]),  # no thousands begin with 0
        ("12,5000", ["12.5000"]),
        ("1,234,567", ["1234567"]),
        ("1.234.567", ["1234567"]),
        ("1,234.5", ["1234.5"]),
        ("1.234,5", ["1234.5"]),
        ("1'234'567.8", ["1234567.8"]),
        ("12 500", ["12500"]),
        ("12\u202f500,25", ["12500.25"]),
        ("1,234.567,8", []),
        ("12 50", []),
        ("1,2,3", []),
        ("", []),
    ],
)
def test_marks_in_a_number_are_read_in_every_usual_way(cell, numbers):
    assert readings(cell) == numbers


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("-€ 5", ["-5"]),
        ("€ -5", ["-5"]),
        ("$1,250.50", ["1250.50"]),
        ("1.500 kg", ["1500", "1.500"]),
        ("1e3", ["1e3"]),
        ("12A", []),  # a name
        ("no 12", []),
        ("2024-01-05", []),
        ("12:30", []),
        ("5 to 6", []),
        ("- -5", []),
        ("cm", []),
    ],
)
def test_a_unit_beside_a_number_is_no_part_of_it(cell, numbers):
    assert measures(cell) == numbers


@given(st.text("19., '€%-k\t", max_size=30))
def test_what_is_to_be_written_is_a_number(cell):
    assert all(map(is_number, measures(cell)))
    assert set(readings(cell)) <= set(measures(cell))


@pytest.mark.parametrize("column", ["size", "colour", "price"])
@pytest.mark.parametrize("cell", ["", "NA", "na", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "none", "?", "-"])
def test_a_missing_cell_is_missing_in_columns_of_every_kind(write, column, cell):
    last = {"size": "1", "colour": "red", "price": "2"} | {column: cell}
    path = write(f"size,colour,price\n1,red,2\n{','.join(last.values())}\n")
    what = f"a missing cell, {cell!r}" if cell else "an empty cell"
    assert refusal(path, target="price") == f"flowers.csv, line 3, column {column!r}: {what}{SKIP}"
    assert read_csv(path, target="price", skip_incomplete=True).examples == [([1.0, "red"], 2.0)]


@pytest.mark.parametrize("cell", ["n.a.", "NA?", "--", "unknown", "0", "nil"])
def test_nothing_else_is_missing(cell):
    assert not is_missing(cell)


INCOMPLETE = "x,colour,y\n1,red,1\n2,NA,2\n,blue,3\n?,-,4\n5,red,5\n6,red,null\n"


def test_the_first_missing_cell_is_named_by_its_line_and_the_other_rows_are_counted(write):
    first = "flowers.csv, line 3, column 'colour': a missing cell, 'NA'"
    assert refusal(write(INCOMPLETE)) == f"{first}, and 3 more rows have one{SKIP}"
    assert refusal(write(INCOMPLETE), without=["x", "y"]) == f"{first}, and 1 more row has one{SKIP}"


def test_of_two_missing_cells_in_a_row_the_first_column_is_named(write):
    assert "line 2, column 'x': an empty cell" in refusal(write("x,y\n,\n1,2\n"), target="y")
    assert "line 2, column 'y': an empty cell" in refusal(write("y,x\n,\n1,2\n"), target="y")


def test_what_is_wrong_with_cells_is_said_in_the_order_of_lines(write):
    path = "x,y\n1,1\n2,two\n,3\nfour,4\n5,5\n6,6\n7,7\n"
    assert "line 3, column 'y': 'two' is not a number" in refusal(write(path))
    assert "line 4, column 'x': an empty cell" in refusal(write(path.replace("two", "2")))
    assert "line 5, column 'x': 'four' is not a number" in refusal(write(path.replace("two", "2").replace(",3", "3,3")))


def test_incomplete_rows_are_left_out_and_counted_if_asked(write):
    table = read_csv(write(INCOMPLETE), target="y", skip_incomplete=True)
    assert table.examples == [([1.0, "red"], 1.0), ([5.0, "red"], 5.0)]
    assert table.columns == (Column("x"), Column("colour", ("red",)))  # blue stands in no row that is left
    assert table.n_left_out == 4


@given(st.lists(st.tuples(*[st.sampled_from(["1", "2.5", "NA", "", "?"])] * 3), max_size=9))
def test_what_is_left_out_is_every_row_with_a_missing_cell_and_no_other(write, cells):
    cells = [*cells, ("1", "2", "3")]
    complete = [row for row in cells if not {"NA", "", "?"} & set(row)]
    table = read_csv(write(as_csv([("x", "y", "z"), *cells])), skip_incomplete=True)
    assert [row for row, _ in table.examples] == [list(map(float, row)) for row in complete]
    assert table.n_left_out == len(cells) - len(complete)


def test_of_columns_that_are_not_read_nothing_can_be_missing(write):
    table = read_csv(write(INCOMPLETE), target="y", without=["x"], skip_incomplete=True)
    assert [target for _, target in table.examples] == [1.0, 3.0, 5.0]
    assert table.n_left_out == 3


def test_a_complete_table_leaves_nothing_out(write):
    assert read_csv(write("x\n1\n"), skip_incomplete=True).n_left_out == 0


def test_where_every_row_is_incomplete_the_emptiest_column_is_named(write):
    message = "flowers.csv: every row has a missing cell, 2 of 3 in column 'z'"
    assert refusal(write("x,y,z\n1,2,\n1,,3\n1,2,\n"), skip_incomplete=True) == message


def test_columns_can_be_left_out(write):
    table = read_csv(write("id,x,name,y\na,1,b,2\n"), target="y", without=["name", "id"])
    assert table.columns == (Column("x"),)
    assert table.examples == [([1.0], 2.0)]


@pytest.mark.parametrize(
    ("without", "kind", "message"),
    [
        (["Nmae"], TableError, "no column 'Nmae': there are 'name', 'x', 'y'; did you mean 'name'"),
        (["y"], ValueError, "the target 'y' cannot be left out"),
        (["name", "x"], TableError, "no columns beside the target 'y'"),
        ("name", TypeError, "without must be a list of names of columns, not 'name'"),
        ([3], TypeError, r"without must be a list of names of columns, not \[3\]"),
        (3, TypeError, "without must be a list of names of columns, not 3"),
    ],
)
def test_what_cannot_be_left_out_is_refused(write, without, kind, message):
    with pytest.raises(kind, match=message):
        read_csv(write("name,x,y\na,1,2\n"), target="y", without=without)


def test_a_table_without_any_column_is_refused(write):
    assert refusal(write("x,y\n1,2\n"), without=["x", "y"]) == "flowers.csv: no columns left"


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
    with pytest.raises(TableError, match=r"line 6, column 'x': 'no' is not a number"):
        read_csv(write('x,note\r\n1,"two\r\nlines"\r\n\r\n2,b\r\nno,c\r\n'))


def test_a_row_over_several_lines_is_named_by_its_first(write):
    with pytest.raises(TableError, match=r"line 3, column 'x': .+ is not a number"):
        read_csv(write('x,note\n1,a\nno,"two\nlines"\n2,b\n'))


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
        ("x,y\n1,2\n3,\n", "flowers.csv, line 3, column 'y': an empty cell" + SKIP),
        ("x,y\n1,2\n  ,4\n", "flowers.csv, line 3, column 'x': an empty cell" + SKIP),
        ('x\n1\n""\n', "flowers.csv, line 3, column 'x': an empty cell" + SKIP),
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
    different = "flowers.csv, column 'name': 51 different texts in 101 rows are no "
    assert refusal(path) == f"{different}categories: without=['name'] leaves the column out"
    assert refusal(path, target="name") == f"{different}classes"
    assert len(read_csv(path, without=["name"]).columns) == 1


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
        ("size,colour\n1,red\n?,red\n2,NA\n",
         ", line 3, column 'size': a missing cell, '?', and 1 more row has one"),
    ],
)  # fmt: skip
def test_rows_that_the_columns_do_not_fit_are_refused(write, content, message):
    with pytest.raises(TableError) as caught:
        read_rows(write(content), COLUMNS)
    assert str(caught.value) == f"flowers.csv{message}"
