"""How explanations write derivatives, in plain text, LaTeX and Markdown; any label shows as it was typed."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence

from .quoting import visible
from .value import Value

IN_LATEX = str.maketrans(
    {letter: f"\\{letter}" for letter in "_#%&${} "}
    | {"\\": r"\backslash ", "^": r"\hat{\ }", "~": r"{\sim}", "-": "{-}", "<": "{<}", ">": "{>}", "|": r"\vert "}
)
IN_MARKDOWN = str.maketrans({letter: f"&#{ord(letter)};" for letter in string.punctuation})


def name_of(node: Value, names: Mapping[Value, str]) -> str:
    """What texts call a node, also one that is not in the graph."""
    return names[node] if node in names else visible(str(node.label)) or "the value"


def latex_derivative(of: str, by: str) -> str:
    r"""The same as a fraction.

    >>> print(latex_derivative("L", "w_1"))
    \frac{\partial L}{\partial \mathrm{w\_1}}
    """
    return rf"\frac{{\partial {latex_name(of)}}}{{\partial {latex_name(by)}}}"


def latex_name(name: str) -> str:
    r"""A name in mathematics: italic if it is one letter, upright if it is more, and never a command."""
    escaped = name.translate(IN_LATEX)
    return escaped if len(name) == 1 and name.isalpha() else rf"\mathrm{{{escaped}}}"


def latex_number(number: str) -> str:
    r"""A number that Python wrote, as LaTeX writes it.

    >>> print(latex_number("-1e-06"), latex_number("inf"))
    -1 \times 10^{-6} \infty
    """
    mantissa, _, exponent = number.partition("e")
    scaled = rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else number
    return scaled.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}")


def latex_note(term: str, note: str) -> str:
    r"""A term with words below it, if there are any.

    >>> print(latex_note("a b", "at time step 3"))
    \underbrace{a b}_{\mathrm{at\ time\ step\ 3}}
    """
    return rf"\underbrace{{{term}}}_{{{latex_name(note)}}}" if note else term


def markdown_code(text: str) -> str:
    """Text for Markdown, in the type of code: no mark in it can become markup, a link, a column or mathematics.

    >>> markdown_code("a|b")
    '<code>a&#124;b</code>'
    """
    return f"<code>{text.translate(IN_MARKDOWN)}</code>"


def aligned(rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Rows of words as lines with columns; those in `right` are set flush right, those without a word left out.

    >>> aligned([("1", "a"), ("-10", "b")], right=[0])
    ['  1  a', '-10  b']
    """
    table = [tuple(row) for row in rows]
    to_right = set(right)
    wide = [max(map(len, column)) for column in zip(*table)]
    padded = [[w.rjust(n) if i in to_right else w.ljust(n) for i, (w, n) in enumerate(zip(row, wide))] for row in table]
    return ["  ".join(word for word, n in zip(row, wide) if n).rstrip() for row in padded]


def joined(words: Sequence[str], by: str, most: int = 8) -> str:
    """Words joined, the middle ones left out when there are many.

    >>> joined(["a", "b", "c", "d", "e", "f"], " → ", most=5)
    'a → b → … → e → f'
    """
    if len(words) > most:
        words = [*words[: most // 2], "…", *words[len(words) - (most - 1) // 2 :]]
    return by.join(words)


def counted(n: int, thing: str) -> str:
    """`1 path` or `2 paths`."""
    return f"{quantity(n)} {thing}" if n == 1 else f"{quantity(n)} {thing}s"


def quantity(n: int) -> str:
    """A whole number; where it is too long to read, a power of two below it."""
    return str(n) if n < 1 << 100 else f"more than 2^{n.bit_length() - 1}"
