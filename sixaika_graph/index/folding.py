"""Texts as they are compared: whole or in words, with their diacritics and folded without them."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_MARKS: Final = re.compile("[\u0300-\u036f]+")
# Letters of their own that have no parts in Unicode.
_LETTERS: Final = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th"})


def plain(text: str) -> str:
    """Return a text in lower case, with single spaces: ÅBO  Stad is åbo stad."""
    lower = text.casefold()
    return " ".join((lower if lower.isascii() else unicodedata.normalize("NFC", lower)).split())


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, with their diacritics."""
    lower = text.casefold()
    return _WORD.findall(lower if lower.isascii() else unicodedata.normalize("NFKC", lower))


def folded(text: str) -> list[str]:
    """Return the words of a text in lower case without diacritics: Jyväskylä is jyvaskyla."""
    return [fold(word) for word in words(text)]


def fold(word: str) -> str:
    """Return a word in lower case without its diacritics."""
    return word if word.isascii() else _folded(word)


@lru_cache(maxsize=2**16)
def _folded(word: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", word)).translate(_LETTERS)


def whole(text: str) -> str:
    """Return the words of a text, folded, and nothing between them: 0187690-1 is 0187690 1."""
    return " ".join(folded(text))
