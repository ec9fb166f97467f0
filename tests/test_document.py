"""Documents: JSON that anyone may have written, read with every mistake named by its place, in bounded memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from micrograd_nn.document import (
    MOST_BYTES,
    MOST_DEPTH,
    MOST_DIGITS,
    MOST_PARTS,
    document_from,
    read_document,
)
from micrograd_nn.section import MOST_LETTERS, ModelFileError, Section

ROOT = Path(__file__).parent.parent
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


def section(**fields):
    return Section(fields, "file")


# Reading


@settings(max_examples=30)
@given(st.dictionaries(st.text(), plain))
def test_a_document_is_read_as_it_was_written(fields):
    assert repr(document_from(json.dumps(fields).encode(), "file").fields) == repr(fields)


@given(st.binary(max_size=60) | st.text('[]{}",:0123456789.eE+-truefalsnyNI \\', max_size=60).map(str.encode))
def test_any_bytes_are_a_document_or_a_model_file_error(content):
    try:
        document_from(content, "file")
    except ModelFileError as error:
        what = str(error)
    else:
        what = "file: fine"
    assert what.startswith("file: ")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"^file: this is not JSON: Expecting value: line 1 column 1"),
        (b"{'a': 1}", r"^file: this is not JSON: Expecting property name"),
        (b'{"a": 1,\n"b" 2}', r"^file: this is not JSON: Expecting ':' delimiter: line 2 column 5"),
        (b'{"a": 1} {}', r"^file: this is not JSON: Extra data"),
        (b'\xef\xbb\xbf{"a": 1}', r"^file: this is not JSON: Unexpected UTF-8 BOM"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", r"^file: this is not JSON: 'utf-8' codec can't decode byte 0x89"),
        ('{"a": 1}'.encode("utf-16"), r"^file: this is not JSON: 'utf-8' codec"),
        (b'{"a": "\x00"}', r"^file: this is not JSON: Invalid control character"),
        (b"[1]", r"^file: an object is needed$"),
        (b"3", r"^file: an object is needed$"),
        (b'"text"', r"^file: an object is needed$"),
        (b"null", r"^file: an object is needed$"),
        (b"NaN", r"^file: NaN is not a number$"),
        (b'{"a": {"b": NaN}}', r"^file: a: b: NaN is not a number$"),
        (b'{"a": [1, [2, -Infinity]]}', r"^file: a 2 2: -Infinity is not a number$"),
        (b'{"a": [{"w": Infinity}]}', r"^file: a 1: w: Infinity is not a number$"),
        (b'{"a": 1e999}', r"^file: a: 1e999 is beyond the range of numbers$"),
        (b'{"a": -1.0e400}', r"^file: a: -1.0e400 is beyond the range of numbers$"),
        (b'{"a": 1' + b"0" * 400 + b".5}", r"^file: a: 10000000000000000000 is beyond the range of numbers$"),
        (b'{"a": 1' + b"0" * 5000 + b"}", r"^file: a: a whole number of 5,001 digits$"),
        (b'{"a": 1, "b": 2, "a": 1}', r"^file: 'a' stands 2 times in one object$"),
        (b'{"model": {"a": 1, "a": 2, "a": 3}}', r"^file: model: 'a' stands 3 times in one object$"),
        (b'{"line\\nbreak": NaN}', r"^file: 'line\\nbreak': NaN is not a number$"),
        (b'{"\\ud800": NaN}', r"^file: '\\ud800': NaN is not a number$"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(content, message):
    with pytest.raises(ModelFileError, match=message):
        document_from(content, "file")


def test_a_message_fits_into_a_line_however_long_the_names_are():
    name = b'"' + b"x" * 100_000 + b'"'
    for content in (b"{%s: NaN}" % name, b"{%s: 1, %s: 2}" % (name, name)):
        with pytest.raises(ModelFileError) as caught:
            document_from(content, "file")
        assert len(str(caught.value)) < 200
    with pytest.raises(ModelFileError) as caught:
        document_from(b"{%s: 1}" % name, "file").done()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_depth_is_bounded_however_deep_it_is(opening):
    closing = "]" if opening == "[" else "}"
    for depth in (MOST_DEPTH + 1, 500, 900, 990, MOST_PARTS - 1):
        content = '{"a":' + opening * depth + "1" + closing * depth + "}"
        with pytest.raises(ModelFileError, match=r"nested"):
            document_from(content.encode(), "file")
    content = '{"a":' + opening * MOST_DEPTH + "1" + closing * MOST_DEPTH + "}"
    assert "a" in document_from(content.encode(), "file")


def test_limits_are_limits(tmp_path):
    assert document_from(b'{"a": -%s}' % (b"9" * (MOST_DIGITS - 1)), "file").fields == {
        "a": 1 - 10 ** (MOST_DIGITS - 1)
    }
    brackets = b'{"a": [%s]}'
    assert len(document_from(brackets % b",".join([b"[]"] * (MOST_PARTS - 2)), "file").fields["a"]) == MOST_PARTS - 2
    with pytest.raises(ModelFileError, match=r"^file: more than 10,000 brackets, where a model has a few dozen$"):
        document_from(brackets % b",".join([b"[]"] * (MOST_PARTS - 1)), "file")
    path = tmp_path / "large"
    with open(path, "wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(ModelFileError, match=r"large: 50,000,001 bytes, where a model file has at most 50,000,000$"):
        read_document(path)


def test_what_cannot_be_opened_is_an_os_error_that_names_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"missing.json"):
        read_document(tmp_path / "missing.json")
    with pytest.raises(IsADirectoryError, match=tmp_path.name):
        read_document(tmp_path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero")
def test_a_file_without_an_end_is_refused():
    with pytest.raises(ModelFileError, match=r"^/dev/zero: this is not JSON"):
        read_document("/dev/zero")


# Floods

FLOODS = {  # what is repeated, and what stands before it
    "brackets": ("[", ""),
    "closed brackets": ("[],", ""),
    "objects": ('{"a":', ""),
    "closed objects": ("{},", ""),
    "digits": ("9", ""),
    "fraction": ("9", "0."),
    "exponent": ("9", "1e"),
    "quotes": ('"', ""),
    "text": ("x", '{"format":"'),
    "spaces": (" ", ""),
    "minus": ("-", ""),
}
READ_FLOOD = """
import resource, sys
from micrograd_nn import load, ModelFileError
resource.setrlimit(resource.RLIMIT_AS, (600_000_000, 600_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
for path in sys.argv[1:]:
    try:
        load(path)
    except ModelFileError as error:
        print(len(str(error)) < 300)
"""


def read_floods(folder, n_bytes):
    """Files of so many bytes of the same, loaded by a process of bounded memory and time; how many were refused."""
    pytest.importorskip("resource")
    paths = []
    for name, (unit, start) in FLOODS.items():
        paths.append(folder / name)
        paths[-1].write_text(start + unit * (n_bytes // len(unit)))
    command = [sys.executable, "-c", READ_FLOOD, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stderr == ""
    return done.stdout.split().count("True")


@pytest.mark.parametrize("n_bytes", [100_000, 5_000_000, pytest.param(100_000_000, marks=pytest.mark.search)])
def test_floods_of_one_kind_are_refused_in_bounded_time_and_memory(tmp_path, n_bytes):
    assert read_floods(tmp_path, n_bytes) == len(FLOODS)


# Sections


def test_fields_are_taken_by_what_they_must_be():
    fields = section(on=True, name="x", n=3, rate=1, rates=[1, 2.5], sizes=[4, 1], inner={"n": 1}, parts=[{"n": 2}])
    assert (fields.flag("on"), fields.text("name"), fields.whole("n")) == (True, "x", 3)
    assert repr((fields.number("rate"), fields.numbers("rates", 2))) == "(1.0, [1.0, 2.5])"
    assert fields.whole_numbers("sizes", 2, least=1) == [4, 1]
    assert (fields.section("inner").whole("n"), [part.whole("n") for part in fields.sections("parts", 1)]) == (1, [2])
    assert "n" in fields and "m" not in fields
    fields.done()


@pytest.mark.parametrize(
    ("take", "value", "message"),
    [
        ("flag", 1, "'x' must be true or false, not 1"),
        ("flag", None, "'x' must be true or false, not null"),
        ("text", 1.5, "'x' must be a text, not 1.5"),
        ("text", "x" * (MOST_LETTERS + 1), "'x' is a text of 1,001 letters"),
        ("whole", True, "'x' must be a whole number, not true"),
        ("whole", 1.0, "'x' must be a whole number, not 1.0"),
        ("whole", -1, "'x' must be at least 0, not -1"),
        ("number", False, "'x' must be a number, not false"),
        ("number", "1", "'x' must be a number, not a text"),
        ("numbers", 1.0, "'x' must be a list of numbers, not 1.0"),
        ("numbers", [1.0, True], "'x' must be a list of numbers, but item 2 is true"),
        ("numbers", [[1.0]], "'x' must be a list of numbers, but item 1 is a list"),
        ("whole_numbers", [1, 2.0], "'x' must be a list of whole numbers, but item 2 is 2.0"),
        ("whole_numbers", [1, -2], "'x' must be of at least 0 each"),
        ("section", [], "'x' must be an object, not a list"),
        ("sections", {}, "'x' must be a list of objects, not an object"),
        ("sections", [{}, None], "'x' must be a list of objects, but item 2 is null"),
    ],
)
def test_a_field_of_another_kind_is_refused(take, value, message):
    with pytest.raises(ModelFileError, match=f"^file: {message}$"):
        getattr(section(x=value), take)("x")


@pytest.mark.parametrize("take", ["flag", "text", "whole", "number", "numbers", "whole_numbers", "section", "sections"])
def test_a_missing_field_is_named(take):
    with pytest.raises(ModelFileError, match=r"^file: 'x' is missing$"):
        getattr(section(), take)("x")


def test_a_list_of_another_length_is_refused():
    with pytest.raises(ModelFileError, match=r"^file: 'x' must have 3 numbers, not 2$"):
        section(x=[1.0, 2.0]).numbers("x", 3)


def test_a_field_that_nobody_took_does_not_belong_there():
    fields = section(x=1, y=2)
    fields.whole("x")
    with pytest.raises(ModelFileError, match=r"^file: 'y' does not belong here$"):
        fields.done()


def test_the_place_grows_with_the_sections():
    inner = section(parts=[{}, {"deep": {}}]).sections("parts")[1].section("deep")
    assert inner.where == "file: parts 2: deep"
