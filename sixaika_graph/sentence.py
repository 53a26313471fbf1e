"""A sentence of the program with what was filled in, so that it can be told in other languages."""

from collections.abc import Mapping
from typing import Self


class Sentence(str):
    """A sentence in English that remembers of what it was made.

    The name `reason` is for words of others within it, which may be a sentence themselves.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, **values: object) -> Self:
        """Fill values in for the names in braces."""
        sentence = super().__new__(cls, template.format(**values))
        sentence.template, sentence.values = template, values
        return sentence
