"""What was probably meant by a query that cannot be read, or that finds nothing.

The common mistakes stand in `hints.toml`. Nothing here parses SPARQL: a mistake is known by the
tokens around the one at fault.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from sixaika_graph.errors import MalformedQuery, QueryError, RefusedQuery
from sixaika_graph.namespaces import PREFIXES
from sixaika_graph.sparql_text import Token, position, tokens

LONGEST: Final = 100_000
"""Characters of a query up to which a hint is looked for."""

_WIDTH: Final = 120
_LOOK_BACK: Final = 40
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A common mistake: patterns by which it is known, what to do, a query that makes it."""

    name: str
    hint: str
    example: str
    token: str = ".*"
    before: str = ""
    detail: str = ""
    text: str = ""


def _read() -> Mapping[str, Sequence[Mistake]]:
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        occasion: [Mistake(name=name, **row) for name, row in rows.items()]
        for occasion, rows in table.items()
    }


MISTAKES: Final = _read()
"""The mistakes by the occasion on which they show: malformed, refused, doubtful, empty."""


def excerpt(text: str, line: int, column: int) -> str:
    """Return the line of a text with a caret under one column; both count from 1."""
    lines = text.split("\n")
    shown = lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""
    start = max(0, column - 1 - _WIDTH // 2)
    shown = shown[start : start + _WIDTH].replace("\t", " ")
    return f"{shown}\n{' ' * (column - 1 - start)}^"


def hint(text: str, error: QueryError) -> str | None:
    """Return advice on a query that is refused or cannot be read, or None."""
    if isinstance(error, RefusedQuery):
        rows = MISTAKES["refused"]
        return next((row.hint for row in rows if re.search(row.detail, str(error))), None)
    if not isinstance(error, MalformedQuery) or len(text) > LONGEST:
        return None
    found = list(tokens(text))
    at = _place(found, text, error)
    if at is None:
        return None
    before, token = found[:at], found[at] if at < len(found) else Token("end", "", len(text))
    return (
        _undeclared(before, token)
        or _bracket(text, before, token)
        or _known(before, token, error.detail)
    )


def _place(found: Sequence[Token], text: str, error: MalformedQuery) -> int | None:
    """Find the token at fault by its line and column; behind the last one is the end."""
    if error.line is None or error.column is None:
        return None
    above = text.split("\n")[: error.line - 1]
    start = sum(len(line) + 1 for line in above) + error.column - 1
    place = next((place for place, token in enumerate(found) if token.start == start), None)
    is_behind = not found or start >= found[-1].start + len(found[-1].text)
    return len(found) if place is None and is_behind else place


def _undeclared(before: Sequence[Token], token: Token) -> str | None:
    if token.kind != "name":
        return None
    prefix = token.text.partition(":")[0]
    if prefix in declared(before) or prefix in ("http", "https"):
        return None
    if prefix in PREFIXES:
        return f"Declare the prefix at the top: PREFIX {prefix}: <{PREFIXES[prefix]}>"
    if before and before[-1].keyword == "PREFIX":
        return None
    return f"Declare the prefix {prefix}: at the top of the query, in a line PREFIX {prefix}: <…>"


def declared(found: Sequence[Token]) -> dict[str, str]:
    """Return the prefixes that tokens declare, each with what follows it."""
    return {
        name.text.removesuffix(":"): iri.text[1:-1]
        for (word, name), (_, iri) in pairwise(pairwise(found))
        if word.keyword == "PREFIX"
    }


def _bracket(text: str, before: Sequence[Token], token: Token) -> str | None:
    """Tell of a bracket that is missing; those of RDF 1.2 are left to the engine."""
    opened: list[Token] = []
    for one in before:
        if one.text in _CLOSING:
            opened.append(one)
        elif opened and one.text == _CLOSING[opened[-1].text]:
            opened.pop()
    if not opened:
        surplus = token.text in _CLOSING.values()
        return f"There is nothing open that this {token.text} closes." if surplus else None
    needed = _CLOSING[opened[-1].text]
    line, column = position(text, opened[-1].start)
    where = f"the {opened[-1].text} of line {line}, column {column} is not closed"
    if token.kind == "end":
        return f"A {needed} is missing at the end: {where}."
    if token.text in _CLOSING.values() and token.text != needed:
        return f"A {needed} is missing before this {token.text}: {where}."
    return None


def _known(before: Sequence[Token], token: Token, detail: str) -> str | None:
    seen = written(before[-_LOOK_BACK:])
    at = written([token]) if token.kind != "word" else token.text
    for row in MISTAKES["malformed"]:
        if (
            re.fullmatch(row.token, at)
            and re.search(row.before, seen)
            and re.search(row.detail, detail)
        ):
            return row.hint.format(token=token.text)
    return None


def written(found: Sequence[Token]) -> str:
    """Write tokens as the patterns of the table see them."""
    return " ".join(map(_written, found))


def _written(token: Token) -> str:
    if token.kind == "string":
        return '""'
    return token.text if token.text == "a" else token.keyword or token.text


def examples() -> Iterator[tuple[str, Mistake]]:
    """Yield every mistake of the table with its occasion."""
    return ((occasion, row) for occasion, rows in MISTAKES.items() for row in rows)
