r"""The one SPARQL tokeniser: what can be told of a query from its text alone.

It reads a text as the engine does: `\u` escapes count in strings, IRIs and names, and a keyword
written with them is known again (https://www.w3.org/TR/sparql11-query/#codepointEscape).
It is linear in the length of the text, so an untrusted one can be given to it.
"""

import re
import sys
from collections.abc import Container, Iterator
from functools import lru_cache
from typing import Final, Literal, NamedTuple, cast

from sixaika_graph.errors import MalformedQuery, QueryTooDeep, RefusedQuery
from sixaika_graph.sentence import Sentence

MAX_DEPTH: Final = 500
MAX_OPERATORS: Final = 5_000

QueryForm = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_UPDATES: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)
_PROLOGUE: Final = frozenset({"BASE", "PREFIX", "VERSION"})
_NESTING: Final = {"open": 1, "close": -1, "operator": 0}
_OPENING: Final = ("(", "[", "{", "<<")
_CHAINED: Final = frozenset({"UNION", "MINUS", "OPTIONAL"})

# Possessive quantifiers (*+) and atomic groups (?>) keep this free of backtracking: no text makes
# it slow. For the same reason an unclosed string runs to the end, and a prefix of over 100
# characters is cut in two. What may fail in its middle stands in an atomic group, not under a
# possessive quantifier, after which Python up to 3.11.4 goes on at a wrong place
# (python/cpython#106052).
_TOKEN: Final = re.compile(
    r"""
      (?P<space> (?: [ \t\r\n]++ | \#[^\r\n]*+ )++ )
    | (?P<string> "{3} (?: "{0,2}+ (?: [^"\\] | \\. ) )*+ "{3}
        | '{3} (?: '{0,2}+ (?: [^'\\] | \\. ) )*+ '{3}
        | (?! "{3} | '{3} ) " (?: [^"\\\r\n] | \\. )*+ "
        | (?! "{3} | '{3} ) ' (?: [^'\\\r\n] | \\. )*+ ' )
    | (?P<unclosed> ["'] .*+ )
    | (?P<iri> < (?> (?: [^<>"{}|^`\\\x00-\x20]++ | \\u[0-9A-Fa-f]{4} | \\U[0-9A-Fa-f]{8} )* ) > )
    | (?P<variable> [?$] \w++ )
    | (?P<tag> @ [A-Za-z]++ (?> (?: -++ [A-Za-z0-9]++ )* ) )
    | (?P<name> (?! [\d.-] )
        (?> (?: [\w.\u0300-\u036F-] | \\u[0-9A-Fa-f]{4} | \\U[0-9A-Fa-f]{8} ){0,100} ) :
        (?> (?: [\w:\u0300-\u036F-]++ | \.++ (?=[\w:%\\-]) | %[0-9A-Fa-f]{2}
          | \\u[0-9A-Fa-f]{4} | \\U[0-9A-Fa-f]{8} | \\[^\w\s] )* ) )
    | (?P<number> (?> (?: \d++ (?: \.\d++ | \.(?=[eE]) )? | \.\d++ ) (?: [eE][+-]?\d++ )? ) )
    | (?P<word> (?> (?: \w++ | \\u[0-9A-Fa-f]{4} | \\U[0-9A-Fa-f]{8} )+ ) )
    | (?P<open> <<\(? | \{\| | [(\[{] )
    | (?P<close> \)>> | >> | \|\} | [)\]}] )
    | (?P<operator> \^\^ | \|\| | && | [!<>]= | [=<>!+*/|^-] )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
# A text without escapes in which each string has its end.
_SOUND: Final = re.compile(
    r"""
    (?> (?: [^"'<\#]++ | \#[^\r\n]*+ | < [^<>"{}|^`\x00-\x20]*+ > | <{1,2}
      | "{3} (?: "{0,2}+ [^"] )*+ "{3} | (?! "{3} ) " [^"\r\n]*+ "
      | '{3} (?: '{0,2}+ [^'] )*+ '{3} | (?! '{3} ) ' [^'\r\n]*+ '
    )* )
    """,
    re.VERBOSE,
)
# The usual beginning of a query: comments, BASE and PREFIX declarations.
_BEGINNING: Final = re.compile(
    r"""
    (?> (?: [ \t\r\n]++ | \#[^\r\n]*+
      | (?: (?i: PREFIX ) [ \t\r\n]++ [\w.-]*+ : | (?i: BASE ) ) [ \t\r\n]*+
        < [^<>"{}|^`\\\x00-\x20]*+ >
    )* )
    """,
    re.VERBOSE,
)
# Several rooms ask of one text how it opens. Of how many, and how long a one, that is kept.
_REMEMBERED_TEXTS: Final = 64
_REMEMBERED: Final = 8192
_ALL: Final = frozenset(_TOKEN.groupindex) - {"space"}
_ESCAPED: Final = frozenset({"word", "name"})
_TELLING: Final = frozenset({"unclosed", "word", "open", "close", "operator"})
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Token(NamedTuple):
    """A piece of the text, its kind (a group of the pattern) and where it begins."""

    kind: str
    text: str
    start: int

    @property
    def keyword(self) -> str:
        """The keyword that this token is, in upper case; empty for anything but a word."""
        return _keyword(self.text) if self.kind == "word" else ""


def _keyword(word: str) -> str:
    if "\\" in word:
        word = _ESCAPE.sub(lambda match: _character(int(match[1] or match[2], 16)), word)
    return word.upper()


def _character(code: int) -> str:
    return chr(code) if code <= sys.maxunicode else "\ufffd"


def resolved(text: str) -> str:
    r"""Return a text with the `\u` escapes in words and names resolved, as SPARQL does before all.

    Those in strings and IRIs are left to the engine, which knows them, and so is one of a character
    that no word has: it may not stand there (https://www.w3.org/TR/sparql11-query/#codepointEscape).
    """
    if "\\" not in text:
        return text
    return "".join(
        _ESCAPE.sub(_letter, match[0]) if match.lastgroup in _ESCAPED else match[0]
        for match in _TOKEN.finditer(text)
    )


def _letter(match: re.Match[str]) -> str:
    letter = _character(int(match[1] or match[2], 16))
    return letter if letter.isalnum() or letter == "_" else match[0]


def tokens(text: str, kinds: Container[str | None] = _ALL, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of some kinds from an offset on; white space and comments are none."""
    for match in _TOKEN.finditer(text, start):
        kind = match.lastgroup
        if kind in kinds:
            yield Token(cast(str, kind), match[0], match.start())


def position(text: str, offset: int) -> tuple[int, int]:
    """Tell the line and column of an offset, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def offset(text: str, line: int, column: int) -> int:
    """Tell the offset of a line and column: what `position` was given."""
    above = text.split("\n")[: line - 1]
    return sum(len(one) + 1 for one in above) + column - 1


def check(text: str) -> None:
    """Refuse a text that no engine of ours is to see.

    Raises:
        MalformedQuery: the text is not Unicode, or a string in it has no end.
        QueryTooDeep: it nests or chains so far that it would overflow the parser's stack.
        RefusedQuery: it is an update, or it calls another endpoint.
    """
    if not text.isascii() and _SURROGATE.search(text):
        raise MalformedQuery(
            Sentence("The query holds half a surrogate pair, which is not Unicode.")
        )
    opening = _opening(text)
    if opening and opening.keyword in _UPDATES:
        raise RefusedQuery(Sentence("This is an update; this endpoint is read-only."))
    if _is_harmless(text):
        return
    depth = operators = 0
    for kind, written, start in tokens(text, _TELLING):
        if kind == "word":
            operators += _checked(_keyword(written)) in _CHAINED
        elif kind == "unclosed":
            line, column = position(text, start)
            raise MalformedQuery(Sentence("This string is not closed."), line=line, column=column)
        else:
            operators += kind == "operator"
            depth = max(depth + _NESTING[kind], 0)
        if depth > MAX_DEPTH:
            detail = Sentence("The query nests deeper than {limit} brackets.", limit=MAX_DEPTH)
            raise QueryTooDeep(detail, limit=MAX_DEPTH)
        if operators > MAX_OPERATORS:
            detail = Sentence("The query chains more than {limit} operators.", limit=MAX_OPERATORS)
            raise QueryTooDeep(detail, limit=MAX_OPERATORS)


def _is_harmless(text: str) -> bool:
    """Tell of most texts, without a look at every token, that `check` will find nothing."""
    return (
        len(text) <= MAX_OPERATORS
        and sum(map(text.count, _OPENING)) <= MAX_DEPTH
        and "\\" not in text
        and "SERVICE" not in text.upper()
        and _SOUND.fullmatch(text) is not None
    )


def _checked(keyword: str) -> str:
    # Part of a word is enough: the engine reads `trueSERVICE<x>` and `SERVICESILENT<x>`.
    if "SERVICE" in keyword:
        raise RefusedQuery(
            Sentence(
                "This endpoint calls no other endpoint: SERVICE is refused. "
                "Query each endpoint by itself and join the answers in your program."
            )
        )
    return keyword


def form(text: str) -> QueryForm | None:
    """Tell the query form by the first keyword after the prologue; None if it is none."""
    opening = _opening(text)
    keyword = opening.keyword if opening else ""
    return cast(QueryForm, keyword) if keyword in _FORMS else None


def from_terms(text: str) -> tuple[str, ...]:
    """Return the terms of the FROM clauses (not FROM NAMED) as they are written."""
    if "FROM" not in text.upper() and "\\" not in text:
        return ()
    terms: list[str] = []
    depth = 0
    before = ""
    for token in tokens(text):
        depth += _NESTING.get(token.kind, 0)
        # FROM stands outside all brackets, so nothing in a template or pattern is taken for it.
        if depth == 0 and before == "FROM" and token.kind in {"iri", "name"}:
            terms.append(token.text)
        before = token.keyword
    return tuple(terms)


def prologue(text: str) -> str:
    """Return what stands before the query form: BASE and PREFIX declarations."""
    opening = _opening(text)
    return text[: opening.start] if opening else text


def _opening(text: str) -> Token | None:
    """Find the first keyword after the prologue."""
    return (_found if len(text) <= _REMEMBERED else _found.__wrapped__)(text)


@lru_cache(_REMEMBERED_TEXTS)
def _found(text: str) -> Token | None:
    beginning = _BEGINNING.match(text)
    words = tokens(text, {"word"}, beginning.end() if beginning else 0)
    return next((word for word in words if word.keyword not in _PROLOGUE), None)
