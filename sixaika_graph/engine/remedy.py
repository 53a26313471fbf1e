"""Queries written anew where the engine would answer otherwise than SPARQL 1.1 says, or slowly.

Only what is certain from the tokens of a text is done here; the other faults of the engine are
named in `descriptions/engine.toml`. `tests/test_engine_faults.py` fails when one is mended.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from sixaika_graph.sparql_text import Token, tokens

_DISTINCT_CALL: Final = re.compile(r"[>:][\w.-]*+\s*+\(\s*+(?i:DISTINCT)")
_REPEATED: Final = re.compile(r"[*+](?<=[\w>][*+])\s*(?:<|[\w-]*:)")
_DURATIONS: Final = frozenset({"duration", "yearMonthDuration", "dayTimeDuration"})
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_QUOTES: Final = re.compile(r"""\"{3}|'{3}|["']""")
_OPERANDS: Final = frozenset({"variable", "close", "iri", "name", "string", "number", "tag"})
_NESTING: Final = {"open": 1, "close": -1}
_ORDER: Final = re.compile(r"ORDER\s++BY", re.IGNORECASE)
_WAYS: Final = (["ASC", "("], ["DESC", "("])
_BEHIND_ORDER: Final = frozenset({"LIMIT", "OFFSET", "VALUES"})
# No value for what is no literal and comes first; numbers last; texts of all languages together.
_KIND: Final = (
    "IF(isNumeric({0}),1,IF(DATATYPE({0}) IN (<http://www.w3.org/2001/XMLSchema#string>,"
    "<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>),0,DATATYPE({0})))"
)

_Edit = tuple[int, int, str]


def remedied(text: str) -> str:
    """Return a query of the same meaning that the engine answers rightly.

    TRUE and FALSE may be written in capitals, as all keywords
    (https://www.w3.org/TR/sparql11-query/#sparqlGrammar); the engine takes small letters only.
    A date plus a duration has no value in the engine when it takes the duration for the first
    operand, as it does by the names of variables; a date minus the negative duration has one
    always.
    An aggregate of one's own may be called with DISTINCT; the engine has none, so that a call has
    no value either way, but it takes the word for a fault of the grammar.
    GROUP_CONCAT joins the texts of its values to a simple literal
    (https://www.w3.org/TR/sparql11-query/#defn_aggGroupConcat), whereas the engine keeps a language
    tag that all values have, and gives no value for IRIs and numbers.
    ORDER BY compares numbers with texts by letters in the engine, so that 9, 10 and "1a" run in a
    circle and it may end in the middle of the sort; here literals of different kinds come apart.
    """
    if not _is_touched(text):
        return text
    found = list(tokens(text))
    text = _edited(text, [*_booleans(found), *_sums(found), *_calls(found), *_orders(found)])
    return _edited(text, _concatenations(text)) if "GROUP_CONCAT" in text.upper() else text


def turned(text: str) -> str:
    """Return a query of the same meaning whose paths to a known end begin there.

    The engine walks a path from its subject on: `?thing ex:p/ex:q* ex:end` visits all that has an
    `ex:p`. `ex:end ^ex:q*/^ex:p ?thing` has the same solutions, as often
    (https://www.w3.org/TR/sparql11-query/#propertypaths), and visits what is found.
    """
    if _REPEATED.search(text) is None:
        return text
    return _edited(text, _paths(list(tokens(text))))


def _is_touched(text: str) -> bool:
    """Tell whether a text has a word that may have to be written anew."""
    upper = text.upper()
    return (
        "GROUP_CONCAT" in upper
        or "DURATION" in upper
        or ("ORDER" in upper and _ORDER.search(text) is not None)
        or any(upper.count(word) > text.count(word.lower()) for word in ("TRUE", "FALSE"))
        or ("DISTINCT" in upper and _DISTINCT_CALL.search(text) is not None)
    )


def _edited(text: str, edits: Iterable[_Edit]) -> str:
    for start, end, written in sorted(edits, reverse=True):
        text = text[:start] + written + text[end:]
    return text


def _booleans(found: Sequence[Token]) -> Iterator[_Edit]:
    for token in found:
        if token.keyword in ("TRUE", "FALSE"):
            yield token.start, token.start + len(token.text), token.keyword.lower()


def _concatenations(text: str) -> Iterator[_Edit]:
    """Find what GROUP_CONCAT joins, and make texts of it; of distinct values, only afterwards."""
    found = list(tokens(text))
    for place, token in enumerate(found):
        last = _end(found, place + 1) if token.keyword == "GROUP_CONCAT" else None
        if last is not None:
            is_distinct = found[place + 2].keyword == "DISTINCT"
            start, end = found[place + 2 + is_distinct].start, _joined(found[place + 1 : last])
            value = text[start:end]
            if is_distinct:
                yield token.start, token.start, "STR("
                # A text stays as it is, with its language; anything else becomes a text.
                yield start, end, f"COALESCE(CONCAT({value}), STR({value}))"
                yield found[last].start, found[last].start, ")"
            else:
                yield start, end, f"STR({value})"


def _joined(found: Sequence[Token]) -> int:
    """Find the offset at which ends what is joined, before a separator if there is one."""
    depth = 0
    end = 0
    for token in found:
        depth += _NESTING.get(token.kind, 0)
        if depth == 1 and token.text == ";":
            break
        end = token.start + len(token.text)
    return end


def _calls(found: Sequence[Token]) -> Iterator[_Edit]:
    for name, bracket, word in zip(found, found[1:], found[2:], strict=False):
        if _is_known(name) and bracket.text == "(" and word.keyword == "DISTINCT":
            yield word.start, word.start + len(word.text), ""


def _end(found: Sequence[Token], opening: int) -> int | None:
    """Find the place of the bracket that closes the one at a place."""
    depth = 0
    for place, token in enumerate(found[opening:], opening):
        depth += _NESTING.get(token.kind, 0)
        if depth <= 0:
            return place if token.text == ")" else None
    return None


def _orders(found: Sequence[Token]) -> Iterator[_Edit]:
    for place, (word, other) in enumerate(pairwise(found)):
        if (word.keyword, other.keyword) == ("ORDER", "BY"):
            yield from _kinds(found[place + 2 :])


def _kinds(found: Sequence[Token]) -> Iterator[_Edit]:
    """Put the kind of each variable that solutions are ordered by before it, from a place on."""
    depth = 0
    for place, token in enumerate(found):
        depth += _NESTING.get(token.kind, 0)
        if depth < 0 or (depth == 0 and token.keyword in _BEHIND_ORDER):
            return
        if token.kind == "variable":
            kind = f"({_KIND.format(token.text)}) "
            before = found[place - 2 : place] if place > 1 else ()
            # Behind a word or a name, brackets would make a call of what is a fault.
            if depth == 0 and (place == 0 or found[place - 1].kind in ("variable", "close")):
                yield token.start, token.start, kind
            elif depth == 1 and [one.keyword or one.text for one in before] in _WAYS:
                yield before[0].start, before[0].start, before[0].keyword + kind


def _brackets(found: Iterable[Token]) -> Iterator[str]:
    """Yield for each token the bracket that it stands in."""
    opened = [""]
    for token in found:
        if token.kind == "open":
            opened.append(token.text)
        elif token.kind == "close" and len(opened) > 1:
            opened.pop()
        yield opened[-1]


def _sums(found: Sequence[Token]) -> Iterator[_Edit]:
    """Find `+ "P…"^^xsd:duration` behind an operand, and turn both signs.

    In braces it is no sum: `?s ex:p+ "P1D"^^xsd:duration` is a path.
    """
    windows = zip(found, found[1:], found[2:], found[3:], found[4:], _brackets(found), strict=False)
    for operand, plus, literal, carets, datatype, bracket in windows:
        if (
            (bracket, plus.text, literal.kind, carets.text) == ("(", "+", "string", "^^")
            and operand.kind in _OPERANDS
            and _is_duration(datatype, found)
        ):
            quotes = _QUOTES.match(literal.text)
            inside = quotes.end() if quotes else 0
            negative = literal.text[inside] == "-"
            start = literal.start + inside
            yield plus.start, plus.start + 1, "-"
            yield start, start + negative, "" if negative else "-"


def _paths(found: Sequence[Token]) -> Iterator[_Edit]:
    """Find `?subject p/…/q* object` with a known object, and turn it round."""
    for place, subject in enumerate(found):
        if subject.kind == "variable":
            steps, behind = _steps(found, place + 1)
            if len(steps) > 1 and steps[-1][-1] in "*+" and behind + 1 < len(found):
                known, after = found[behind : behind + 2]
                if _is_known(known) and (after.text in {".", "}"} or after.kind == "word"):
                    path = "/".join(_inverse(step) for step in reversed(steps))
                    end = known.start + len(known.text)
                    yield subject.start, end, f"{known.text} {path} {subject.text}"


def _steps(found: Sequence[Token], place: int) -> tuple[list[str], int]:
    """Read IRIs, each perhaps inverse or repeated, with `/` between; return also what follows."""
    steps: list[str] = []
    while place < len(found):
        step = ""
        if found[place].text == "^":
            step, place = "^", place + 1
        if place == len(found) or not (_is_known(found[place]) or found[place].text == "a"):
            break
        step += found[place].text
        place += 1
        if place < len(found) and found[place].text in {"*", "+", "?"}:
            step += found[place].text
            place += 1
        steps.append(step)
        if place == len(found) or found[place].text != "/":
            break
        place += 1
    return steps, place


def _is_known(token: Token) -> bool:
    return token.kind == "iri" or (token.kind == "name" and not token.text.startswith("_:"))


def _inverse(step: str) -> str:
    return step[1:] if step.startswith("^") else f"^{step}"


def _is_duration(datatype: Token, found: Sequence[Token]) -> bool:
    if datatype.kind == "iri":
        namespace, name = datatype.text[1 : len(_XSD) + 1], datatype.text[len(_XSD) + 1 : -1]
        return namespace == _XSD and name in _DURATIONS
    prefix, _, name = datatype.text.partition(":")
    return name in _DURATIONS and _namespaces(found, prefix) == {_XSD}


def _namespaces(found: Sequence[Token], prefix: str) -> set[str]:
    """Return all that a prefix is declared for."""
    return {
        iri.text[1:-1]
        for word, name, iri in zip(found, found[1:], found[2:], strict=False)
        if word.keyword == "PREFIX" and name.text == f"{prefix}:"
    }
