"""The same question otherwise: patterns in another order, statements loaded in another one."""

from collections.abc import Iterator
from random import Random
from typing import Final

from sixaika_graph.sparql_text import Token, tokens

_OPEN: Final = ("(", "[", "{")
_CLOSE: Final = (")", "]", "}")
_IN_PATTERN: Final = frozenset({"", "A", "TRUE", "FALSE"})
_CONDITION: Final = frozenset({"FILTER", "BIND"})
_CLAUSE: Final = frozenset({"SELECT", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET"})
"""Keywords that begin what is no pattern, up to the next brace."""


def reorder(text: str, order: int) -> str:
    """Put triple patterns that stand side by side, and the sides of a UNION, in another order.

    `order` is the seed; what a query means does not depend on either
    (https://www.w3.org/TR/sparql11-query/#sparqlTranslateGraphPatterns).
    """
    return _Reordering(text, Random(order)).whole()


def shuffled(nquads: bytes, order: int) -> bytes:
    """Put the statements of a file, and so its graphs, in another order; `order` is the seed."""
    lines = nquads.splitlines(keepends=True)
    Random(order).shuffle(lines)
    return b"".join(lines)


class _Reordering:
    """A walk through the tokens of a text; places are indices of tokens, ends are exclusive."""

    def __init__(self, text: str, random: Random) -> None:
        self._text = text
        self._random = random
        self._found: list[Token] = list(tokens(text))

    def whole(self) -> str:
        first = next(place for place, token in enumerate(self._found) if token.text == "{")
        before = self._text[: self._found[first].start]
        return before + " ".join(self._group(first, len(self._found)))

    def _group(self, place: int, end: int) -> list[str]:
        """Write what a group holds; where in a group a FILTER stands does not matter either."""
        pieces: list[str] = []
        patterns: list[str] = []
        filters: list[str] = []
        while place < end:
            token = self._found[place]
            if token.keyword not in _IN_PATTERN or token.text == "{":
                pieces += self._in_any_order(patterns)
                patterns = []
            if token.text == "{":
                union, place = self._union(place, end)
                pieces.append(union)
            elif token.keyword not in _IN_PATTERN:
                behind = self._behind_keyword(place, end)
                whole = token.keyword == "FILTER" and self._found[behind - 1].text == ")"
                (filters if whole else pieces).append(self._slice(place, behind))
                place = behind
            elif token.text == ".":
                place += 1
            else:
                behind = self._behind_pattern(place, end)
                patterns.append(self._pattern(place, behind) + " .")
                place = behind
        pieces += self._in_any_order(patterns)
        first = self._random.random() < 0.5
        return [*filters, *pieces] if first else [*pieces, *filters]

    def _pattern(self, place: int, end: int) -> str:
        """Write a subject and what is said of it, in another order."""
        opening = self._found[place].text in _OPEN
        behind = (self._closing(place) if opening else place) + 1
        ends = [at for at in self._top(behind, end) if self._found[at].text == ";"] + [end]
        starts = [behind, *(at + 1 for at in ends[:-1])]
        said = [self._slice(*one) for one in zip(starts, ends, strict=True) if one[0] < one[1]]
        return f"{self._slice(place, behind)} {' ; '.join(self._in_any_order(said))}"

    def _top(self, place: int, end: int) -> Iterator[int]:
        """Yield the places outside of all brackets."""
        while place < end:
            yield place
            opening = self._found[place].text in _OPEN
            place = (self._closing(place) if opening else place) + 1

    def _union(self, place: int, end: int) -> tuple[str, int]:
        sides = []
        while True:
            closing = self._closing(place)
            sides.append(f"{{ {' '.join(self._group(place + 1, closing))} }}")
            place = closing + 1
            if place >= end or self._found[place].keyword != "UNION":
                break
            place += 1
        return " UNION ".join(self._in_any_order(sides)), place

    def _behind_keyword(self, place: int, end: int) -> int:
        keyword = self._found[place].keyword
        place += 1
        if keyword in _CLAUSE:
            while place < end and self._found[place].text != "{":
                place += 1
        elif keyword == "VALUES":
            while self._found[place].text != "{":
                place += 1
            place = self._closing(place) + 1
        elif keyword in _CONDITION:
            while self._found[place].text not in ("(", "{"):
                place += 1
            if self._found[place].text == "(":
                place = self._closing(place) + 1
        elif keyword == "GRAPH":
            place += 1
        return place

    def _behind_pattern(self, place: int, end: int) -> int:
        while place < end and self._found[place].text not in (".", "{"):
            if self._found[place].keyword not in _IN_PATTERN:
                break
            opening = self._found[place].text in _OPEN
            place = (self._closing(place) if opening else place) + 1
        return place

    def _closing(self, opening: int) -> int:
        depth = 0
        for place in range(opening, len(self._found)):
            text = self._found[place].text
            depth += (text in _OPEN) - (text in _CLOSE)
            if depth == 0:
                return place
        raise ValueError("a bracket is not closed")

    def _in_any_order(self, pieces: list[str]) -> list[str]:
        return self._random.sample(pieces, len(pieces))

    def _slice(self, place: int, end: int) -> str:
        last = self._found[end - 1]
        return self._text[self._found[place].start : last.start + len(last.text)]
