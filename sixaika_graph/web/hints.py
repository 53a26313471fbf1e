"""What was probably meant by a query that cannot be read, or that finds nothing.

The common mistakes stand in `hints.toml`, in English; the translations have the same texts, in
which what was found is filled in. Nothing here parses SPARQL: a mistake is known by the tokens
around the one at fault.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Final

from sixaika_graph.errors import MalformedQuery, QueryError, RefusedQuery
from sixaika_graph.namespaces import PREFIXES
from sixaika_graph.sentence import Sentence
from sixaika_graph.sparql_text import Token, offset, position, tokens

LONGEST: Final = 100_000
"""Characters of a query up to which a hint is looked for."""

_WIDTH: Final = 120
_LOOK_BACK: Final = 40
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_MODIFIERS: Final = frozenset({"GROUP", "HAVING", "LIMIT", "OFFSET", "ORDER"})
_PATTERNS: Final = frozenset({"BIND", "FILTER", "GRAPH", "MINUS", "OPTIONAL", "UNION", "WHERE"})
# What may not stand inside of an open bracket, except in braces of its own.
_OUTSIDE: Final[Mapping[str, frozenset[str]]] = {
    "(": frozenset({".", ";", "{"}) | _MODIFIERS | _PATTERNS,
    "[": frozenset({".", "{"}) | _MODIFIERS | _PATTERNS,
    "{": _MODIFIERS,
}
_LIKENESS: Final = 0.75
_CALLED: Final = 0.6
"""How much a word is like another one from which it may be misspelt; one that is called, less."""


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


_TABLE: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_KEYWORDS: Final[Sequence[str]] = _TABLE.pop("keywords")
_FUNCTIONS: Final[Sequence[str]] = _TABLE.pop("functions")
_SYNONYMS: Final[Mapping[str, str]] = _TABLE.pop("synonyms")

MISTAKES: Final[Mapping[str, Sequence[Mistake]]] = {
    occasion: [Mistake(name=name, **row) for name, row in rows.items()]
    for occasion, rows in _TABLE.items()
}
"""The mistakes by the occasion on which they show: malformed, unclear, refused …"""

_FOUND: Final = {row.name: row.hint for row in MISTAKES["found"]}


def found(name: str, **values: object) -> Sentence:
    """Return the hint of that name on something that was found."""
    return Sentence(_FOUND[name], **values)


def excerpt(text: str, line: int, column: int) -> str:
    """Return the line of a text with a caret under one column; both count from 1."""
    lines = text.split("\n")
    shown = lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""
    start = max(0, column - 1 - _WIDTH // 2)
    shown = shown[start : start + _WIDTH].replace("\t", " ")
    return f"{shown}\n{' ' * (column - 1 - start)}^"


def hint(text: str, error: QueryError) -> Sentence | None:
    """Return advice on a query that is refused or cannot be read, or None."""
    if isinstance(error, RefusedQuery):
        rows = MISTAKES["refused"]
        return next((Sentence(row.hint) for row in rows if re.search(row.detail, str(error))), None)
    if not isinstance(error, MalformedQuery) or len(text) > LONGEST:
        return None
    seen = list(tokens(text))
    at = _place(seen, text, error)
    if at is None:
        return None
    before, token = seen[:at], seen[at] if at < len(seen) else Token("end", "", len(text))
    return (
        _undeclared(before, token)
        or _bracket(text, before, token)
        or _known("malformed", before, token, error.detail)
        or _unclosed(text, before, token)
        or _misspelt(before, token)
        or _known("unclear", before, token, error.detail)
    )


def _place(seen: Sequence[Token], text: str, error: MalformedQuery) -> int | None:
    """Find the token at fault by its line and column; behind the last one is the end."""
    if error.line is None or error.column is None:
        return None
    start = offset(text, error.line, error.column)
    place = next((place for place, token in enumerate(seen) if token.start == start), None)
    is_behind = not seen or start >= seen[-1].start + len(seen[-1].text)
    return len(seen) if place is None and is_behind else place


def _undeclared(before: Sequence[Token], token: Token) -> Sentence | None:
    if token.kind != "name":
        return None
    prefix = token.text.partition(":")[0]
    if prefix in declared(before) or prefix in ("http", "https"):
        return None
    if prefix in PREFIXES:
        return found("declared-elsewhere", prefix=prefix, iri=PREFIXES[prefix])
    if before and before[-1].keyword == "PREFIX":
        return None
    return found("undeclared", prefix=prefix)


def declared(seen: Sequence[Token]) -> dict[str, str]:
    """Return the prefixes that tokens declare, each with what follows it."""
    return {
        name.text.removesuffix(":"): iri.text[1:-1]
        for (word, name), (_, iri) in pairwise(pairwise(seen))
        if word.keyword == "PREFIX"
    }


def _open(before: Sequence[Token]) -> Token | None:
    """Return the bracket that is open behind some tokens; RDF 1.2's are left to the engine."""
    opened: list[Token] = []
    for one in before:
        if one.text in _CLOSING:
            opened.append(one)
        elif opened and one.text == _CLOSING[opened[-1].text]:
            opened.pop()
    return opened[-1] if opened else None


def _bracket(text: str, before: Sequence[Token], token: Token) -> Sentence | None:
    """Tell of a bracket that is missing, or one too many, where another one stands or the end."""
    opened = _open(before)
    if opened is None:
        return found("surplus", token=token.text) if token.text in _CLOSING.values() else None
    is_other = token.text in _CLOSING.values() and token.text != _CLOSING[opened.text]
    return _missing(text, opened, token) if token.kind == "end" or is_other else None


def _unclosed(text: str, before: Sequence[Token], token: Token) -> Sentence | None:
    """Tell of a bracket that is still open where something stands that it cannot hold."""
    opened = _open(before)
    if opened is None or (token.keyword or token.text) not in _OUTSIDE[opened.text]:
        return None
    return _missing(text, opened, token)


def _missing(text: str, opened: Token, token: Token) -> Sentence:
    line, column = position(text, opened.start)
    return found(
        "unclosed-end" if token.kind == "end" else "unclosed",
        needed=_CLOSING[opened.text],
        token=token.text,
        opened=opened.text,
        line=line,
        column=column,
    )


def _misspelt(before: Sequence[Token], token: Token) -> Sentence | None:
    """Tell of a word that SPARQL does not have: the one at fault, or the one that is called."""
    is_called = token.text == "(" and bool(before) and before[-1].kind == "word"
    word = before[-1] if is_called else token
    if word.kind != "word" or word.keyword in (*_KEYWORDS, *_FUNCTIONS):
        return None
    words, likeness = (_FUNCTIONS, _CALLED) if is_called else (_KEYWORDS, _LIKENESS)
    near = get_close_matches(word.keyword[:_WIDTH], words, 1, likeness)
    if is_called and word.keyword in _SYNONYMS:
        near = [_SYNONYMS[word.keyword]]
    if near:
        return found("misspelt-word", word=word.text, near=near[0])
    return found("no-function", word=word.text) if is_called else None


def _known(occasion: str, before: Sequence[Token], token: Token, detail: str) -> Sentence | None:
    seen = written(before[-_LOOK_BACK:])
    at = written([token]) if token.kind != "word" else token.text
    for row in MISTAKES[occasion]:
        if (
            re.fullmatch(row.token, at)
            and re.search(row.before, seen)
            and re.search(row.detail, detail)
        ):
            return Sentence(row.hint, token=token.text)
    return None


def written(seen: Sequence[Token]) -> str:
    """Write tokens as the patterns of the table see them."""
    return " ".join(map(_written, seen))


def _written(token: Token) -> str:
    if token.kind == "string":
        return '""'
    return token.text if token.text == "a" else token.keyword or token.text


def examples() -> Iterator[tuple[str, Mistake]]:
    """Yield every mistake of the table with its occasion."""
    return ((occasion, row) for occasion, rows in MISTAKES.items() for row in rows)
