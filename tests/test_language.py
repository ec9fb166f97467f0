"""Text for language models: files of names, vocabularies, and names as examples."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_nn import language
from micrograd_nn.language import Vocabulary, examples, read_names
from micrograd_nn.language.names import MOST_BYTES, MOST_LETTERS

texts = st.text(min_size=1, max_size=12)
lines = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=12)


def written(tmp_path, content):
    """The path of a file with these bytes."""
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    return path


def test_the_names_that_ship_are_of_a_to_z_each_once_and_of_all_letters():
    names = read_names(language.NAMES_PATH)
    assert len(set(names)) == len(names) == 473
    assert Vocabulary.of(names).characters == "abcdefghijklmnopqrstuvwxyz"
    assert max(map(len, names)) <= 15  # with a boundary, the 16 positions that a GPT has unless told otherwise


def test_names_keep_their_order_their_capitals_and_those_that_come_twice(tmp_path):
    assert read_names(written(tmp_path, b"Zoe\nanna\nZoe\n")) == ["Zoe", "anna", "Zoe"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_may_end_as_on_any_system(tmp_path, end):
    assert read_names(written(tmp_path, b"anna" + end + b"ben" + end)) == ["anna", "ben"]


def test_a_byte_order_mark_empty_lines_and_spaces_around_are_no_part_of_names(tmp_path):
    content = "\ufeffanna\n\n  \t\n ben \nmary ann".encode()
    assert read_names(written(tmp_path, content)) == ["anna", "ben", "mary ann"]


def test_an_accent_that_was_written_apart_is_joined_to_its_letter(tmp_path):
    assert read_names(written(tmp_path, "zoe\u0308".encode())) == ["zo\u00eb"]


def test_only_ends_of_lines_separate_names(tmp_path):
    content = "an\u2028na\x0bb\x85en".encode()  # what str.splitlines would cut
    assert read_names(written(tmp_path, content)) == ["an\u2028na\x0bb\x85en"]


@given(st.lists(lines, min_size=1, max_size=5))
def test_what_is_written_line_by_line_is_read_again(tmp_path_factory, names):
    path = written(tmp_path_factory.mktemp("names"), "\n".join(names).encode())
    assert read_names(path) == [unicodedata.normalize("NFC", name.removeprefix("\ufeff")) for name in names]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"^names\.txt: there are no names, where one a line is needed$"),
        (b"\n \r\n\t\n", r"^names\.txt: there are no names, where one a line is needed$"),
        (b"anna\r\nb\xe9n\n", r"^names\.txt, line 2: byte 0xe9 is not UTF-8; save as UTF-8$"),
        ("anna".encode("utf-16"), r"^names\.txt, line 1: byte 0xff is not UTF-8; save as UTF-8$"),
        (b"anna\nben\0\n", r"^names\.txt, line 2: a NUL byte, so this is not a text file$"),
        (b"anna\n" + b"x" * (MOST_LETTERS + 1), r"^names\.txt, line 2: 201 characters, .* at most 200: 'x{60}…'$"),
    ],
)
def test_a_file_that_is_no_list_of_names_is_refused_with_its_name_and_line(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        read_names(written(tmp_path, content))


def test_a_name_of_the_most_letters_is_read(tmp_path):
    assert read_names(written(tmp_path, b"x" * MOST_LETTERS)) == ["x" * MOST_LETTERS]


def test_a_huge_file_is_refused_with_its_size_and_the_limit(tmp_path):
    with open(tmp_path / "names.txt", "wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(ValueError, match=r"^names\.txt: 10,000,001 bytes, where at most 10,000,000 are read$"):
        read_names(tmp_path / "names.txt")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no endless file on this system")
def test_an_endless_file_is_refused():
    with pytest.raises(ValueError, match=r"^zero: endless bytes, where at most 10,000,000 are read$"):
        read_names("/dev/zero")


def test_a_file_that_cannot_be_read_is_an_oserror(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"missing\.txt"):
        read_names(tmp_path / "missing.txt")
    with pytest.raises(OSError, match=str(tmp_path)):
        read_names(tmp_path)


def test_characters_are_tokens_in_order_and_the_boundary_is_0():
    vocabulary = Vocabulary.of(["ben", "abe"])
    assert vocabulary.characters == "aben"
    assert vocabulary.encode("ben") == [0, 2, 3, 4, 0]
    assert vocabulary.encode("") == [0, 0]
    assert len(vocabulary) == 5


@given(st.lists(texts, min_size=1, max_size=5))
def test_what_is_encoded_is_decoded_again(names):
    vocabulary = Vocabulary.of(names)
    assert [vocabulary.decode(vocabulary.encode(name)) for name in names] == names


@given(texts, st.data())
def test_tokens_are_encoded_again(text, data):
    vocabulary = Vocabulary(text)
    tokens = data.draw(st.lists(st.integers(1, len(vocabulary) - 1)))
    assert vocabulary.encode(vocabulary.decode(tokens)) == [0, *tokens, 0]


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_the_characters_go_through_json_and_make_the_same_vocabulary(text):
    vocabulary = Vocabulary(text)
    assert Vocabulary(json.loads(json.dumps(vocabulary.characters))) == vocabulary


def test_a_character_that_was_never_seen_is_named_with_its_name_and_those_there_are():
    with pytest.raises(ValueError, match=r"^'ë' in 'zoë' is not in the vocabulary: there are 'eoz'$"):
        Vocabulary("zoe").encode("zoë")


def test_of_very_many_characters_an_error_shows_some():
    with pytest.raises(ValueError, match=r"there are '.{60}…'$"):
        Vocabulary("".join(map(chr, range(0x4E00, 0x5E00)))).encode("a")


@pytest.mark.parametrize("token", [-1, 3, 100])
def test_a_token_that_there_is_not_is_refused(token):
    with pytest.raises(ValueError, match=f"^token {token} is not in the vocabulary: there are 0 to 2$"):
        Vocabulary("ab").decode([1, token])


def test_a_vocabulary_is_made_of_a_text_with_characters():
    with pytest.raises(TypeError, match="characters must be a text, not list"):
        Vocabulary(["a", "b"])
    with pytest.raises(ValueError, match="at least one character"):
        Vocabulary("")
    with pytest.raises(ValueError, match="at least one character"):
        Vocabulary.of([])


def test_an_example_asks_at_every_token_for_the_next_one():
    assert examples(["ba", "a"], Vocabulary("ab"), 3) == [([0, 2, 1], [2, 1, 0]), ([0, 1], [1, 0])]


def test_a_name_may_fill_all_positions_and_no_more():
    vocabulary = Vocabulary("ab")
    assert len(examples(["aba"], vocabulary, 4)[0][0]) == 4
    message = "^'abab' has 4 characters, but with 4 positions there is room for 3: use 5 positions, or leave it out$"
    with pytest.raises(ValueError, match=message):
        examples(["ab", "abab", "aba"], vocabulary, 4)
