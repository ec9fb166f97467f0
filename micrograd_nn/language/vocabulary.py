"""Vocabulary: characters as whole numbers, the tokens that a model reads; and names as examples to learn from.

A name stands between two boundaries, so that a model learns where names begin and where they end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..data.sheet import shown

BOUNDARY = 0  # the token before a name and after it
Tokens: TypeAlias = list[int]


@dataclass(frozen=True)
class Vocabulary:
    """The characters that there are, each once and in order; the first one is token 1, and 0 is the boundary.

    >>> vocabulary = Vocabulary.of(["anna", "ben"])
    >>> vocabulary, len(vocabulary)
    (Vocabulary(characters='aben'), 5)
    >>> vocabulary.encode("anna"), vocabulary.decode([0, 2, 1, 4, 0])
    ([0, 1, 4, 4, 1, 0], 'ban')

    All of it is in its `characters`: from that text, as it may stand in a model file's metadata, comes the same again.

    Raises: TypeError for what is no text, ValueError for one without a character.
    """

    characters: str

    def __post_init__(self) -> None:
        if not isinstance(self.characters, str):
            raise TypeError(f"characters must be a text, not {type(self.characters).__name__}")
        if not self.characters:
            raise ValueError("a vocabulary needs at least one character")
        object.__setattr__(self, "characters", "".join(sorted(set(self.characters))))  # the way into a frozen dataclass

    @classmethod
    def of(cls, names: Iterable[str]) -> Vocabulary:
        """The vocabulary of all characters in the names."""
        return cls("".join(names))

    def __len__(self) -> int:
        """How many tokens there are: one a character, and the boundary."""
        return len(self.characters) + 1

    def encode(self, name: str) -> Tokens:
        """The tokens of a name, between two boundaries.

        Raises: ValueError for a character that there is not.
        """
        return [BOUNDARY, *[self.token(character, name) for character in name], BOUNDARY]

    def token(self, character: str, name: str) -> int:
        """The token of a character, which stands in a name."""
        place = self.characters.find(character)
        if place < 0:
            known = f"there are {shown(self.characters)}"
            raise ValueError(f"{character!r} in {shown(name)} is not in the vocabulary: {known}")
        return place + 1

    def decode(self, tokens: Iterable[int]) -> str:
        """The characters that tokens stand for; boundaries are left out.

        Raises: ValueError for a token that there is not.
        """
        return "".join([self.character(token) for token in tokens if token != BOUNDARY])

    def character(self, token: int) -> str:
        """The character of a token that is no boundary."""
        if not 1 <= token < len(self):
            raise ValueError(f"token {token} is not in the vocabulary: there are 0 to {len(self) - 1}")
        return self.characters[token - 1]


def examples(names: Sequence[str], vocabulary: Vocabulary, n_positions: int) -> list[tuple[Tokens, Tokens]]:
    """An example for each name: all of its tokens but the last, and for each of them the token that comes next.

    >>> examples(["ab"], Vocabulary("ab"), n_positions=3)
    [([0, 1, 2], [1, 2, 0])]

    Raises: ValueError for a name of more than n_positions − 1 characters, and for a character that there is not.
    """
    longest = max(names, key=len, default="")
    if len(longest) >= n_positions:
        long = f"{shown(longest)} has {len(longest)} characters, but with {n_positions} positions there is room for"
        raise ValueError(f"{long} {n_positions - 1}: use {len(longest) + 1} positions, or leave it out")
    encoded = [vocabulary.encode(name) for name in names]
    return [(tokens[:-1], tokens[1:]) for tokens in encoded]
