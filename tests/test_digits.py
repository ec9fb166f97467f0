"""The handwritten digits that ship with the package: what is in them, and that they are scikit-learn's."""

from collections import Counter

import pytest

from micrograd_nn.data.handwriting import DIGITS_PATH, digits


def test_there_are_75_images_of_each_digit():
    assert Counter(target for _, target in digits()) == dict.fromkeys(range(10), 75)


def test_an_image_is_one_channel_of_8_rows_of_8_numbers_from_0_to_1():
    for image, _ in digits():
        assert [len(image), len(image[0]), *map(len, image[0])] == [1, 8] + [8] * 8
        assert all(0.0 <= x <= 1.0 and (16 * x).is_integer() for row in image[0] for x in row)


def test_classes_are_counted_in_the_order_in_which_they_are_asked_for():
    threes = [image for image, target in digits([8, 3]) if target == 1]
    assert threes == [image for image, target in digits() if target == 3]


def test_images_are_the_first_of_each_digit_in_scikit_learns_set():
    theirs = pytest.importorskip("sklearn.datasets").load_digits()
    seen: Counter[int] = Counter()
    expected = []
    for rows, digit in zip(theirs.images.tolist(), theirs.target.tolist()):
        seen[digit] += 1
        if seen[digit] <= 75:
            expected.append(([[[x / 16 for x in row] for row in rows]], digit))
    assert digits() == expected


def test_the_file_is_small():
    assert DIGITS_PATH.stat().st_size < 120_000


@pytest.mark.parametrize(
    ("classes", "error", "message"),
    [
        ([0, 10], ValueError, "a class must be a digit from 0 to 9, not 10"),
        ([-1], ValueError, "from 0 to 9, not -1"),
        ([3, 5, 3], ValueError, r"must be different digits, at least one, not \[3, 5, 3\]"),
        ([], ValueError, r"at least one, not \[\]"),
        ("358", TypeError, "classes must be a list of digits, such as .* not '358'"),
        (3, TypeError, "classes must be a list of digits, such as .* not 3"),
        ([1.0], TypeError, r"a class must be a digit, a whole number, not 1\.0"),
        ([True], TypeError, "a class must be a digit, a whole number, not True"),
    ],
)
def test_what_are_no_digits_is_refused(classes, error, message):
    with pytest.raises(error, match=message):
        digits(classes)
