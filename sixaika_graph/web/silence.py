"""Why an answer may be empty although the query is right: what the names in it are, and the rest.

An empty answer is no error. What may explain it goes out as a header beside it, and onto the page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final
from urllib.parse import quote, urljoin

from sixaika_graph.engine import Answer
from sixaika_graph.namespaces import PREFIXES, curie
from sixaika_graph.sentence import Sentence
from sixaika_graph.sparql_text import Token, tokens
from sixaika_graph.web.hints import LONGEST, MISTAKES, declared, found, written
from sixaika_graph.web.service import directory, publication
from sixaika_graph.web.vocabularies import nearest_term

HEADER: Final = "X-Query-Hint"

_HEADER: Final = 1000
"""Characters of a hint that a header holds."""
_LARGEST: Final = 4096
"""Bytes that an empty answer may have: its head names the variables."""
_EMPTY: Final = {
    "text/csv": re.compile(rb"[^\r]*\r\n|false"),
    "text/tab-separated-values": re.compile(rb"[^\n]*\n|false"),
    "text/turtle": re.compile(rb"\s*"),
    "application/n-triples": re.compile(rb""),
    "application/ld+json": re.compile(rb"\[\]"),
    "application/rdf+xml": re.compile(rb"[^>]*>[^>]*>\s*</rdf:RDF>\s*"),
}
_ENDS: Final = {
    "application/sparql-results+json": (b'"bindings":[]}}', b"false}"),
    "application/sparql-results+xml": (
        b"<results></results></sparql>",
        b"false</boolean></sparql>",
    ),
}
_COMPARED: Final = 25
"""Names of a query that are compared with those of their vocabulary, at some milliseconds each."""
_BEFORE_SUBJECT: Final = frozenset({"{", "}", "."})
_PREDICATES: Final = frozenset({"variable", "iri", "name"})
_ORDER: Final = frozenset({"<", ">", "<=", ">="})
_PRINTABLE: Final = "".join(map(chr, range(0x20, 0x7F)))


def is_empty(answer: Answer) -> bool:
    """Tell whether an answer has no row and no triple, or is no; it stays at its start."""
    if answer.length > _LARGEST:
        return False
    body = answer.body.read()
    answer.body.seek(0)
    if answer.media_type in _ENDS:
        return body.endswith(_ENDS[answer.media_type])
    pattern = _EMPTY.get(answer.media_type)
    return pattern is not None and pattern.fullmatch(body) is not None


def explanation(text: str) -> Sentence | None:
    """Return what may be the reason that a query finds nothing, or None."""
    if len(text) > LONGEST:
        return None
    seen = list(tokens(text))
    prefixes = declared(seen)
    if publication().file:
        return _of_any_data(seen, prefixes)
    return (
        next(_namespaces(seen, prefixes), None)
        or next(_unknown(seen, prefixes), None)
        or _of_any_data(seen, prefixes)
    )


def _of_any_data(seen: Sequence[Token], prefixes: Mapping[str, str]) -> Sentence | None:
    return next(_misspelt(seen, prefixes), None) or next(_without_order(seen), None) or _known(seen)


def header_value(hint: str) -> str:
    """Write a hint as the value of a header: ASCII, other letters percent-encoded as in a URI.

    It is cut where a name in it is so long that clients would refuse the header.
    """
    return quote(hint if len(hint) <= _HEADER else f"{hint[:_HEADER]}...", safe=_PRINTABLE)


def _namespaces(seen: Sequence[Token], prefixes: Mapping[str, str]) -> Iterator[Sentence]:
    """Find namespaces that are nearly those of this data, such as http: in place of https:."""
    known = {_bare(iri): iri for iri in PREFIXES.values()}
    for iri in prefixes.values():
        right = known.get(_bare(iri), iri)
        if iri not in known.values() and right != iri:
            yield found("namespace", right=right, iri=iri)
    for token in seen:
        scheme, _, rest = token.text[1:-1].partition("://")
        other = f"{'https' if scheme == 'http' else 'http'}://{rest}"
        if token.kind == "iri" and token.text[1:-1] not in prefixes.values():
            for right in known.values():
                if other.startswith(right) and len(other) > len(right):
                    yield found("namespace-of-term", right=other, term=token.text)


def _bare(iri: str) -> str:
    return iri.partition("://")[2].removeprefix("www.").rstrip("/#").lower()


def _unknown(seen: Sequence[Token], prefixes: Mapping[str, str]) -> Iterator[Sentence]:
    """Find names of ours that nothing has."""
    for token in seen:
        iri = _expanded(token, prefixes)
        if iri is None or not iri.startswith(publication().base) or iri in prefixes.values():
            continue
        if not directory().has_heard_of(iri):
            near = [*map(curie, directory().similar(iri)[:2])]
            name = ("unknown", "unknown-near", "unknown-near-two")[len(near)]
            yield found(name, term=token.text, **dict(zip(("near", "other"), near, strict=False)))


def _misspelt(seen: Sequence[Token], prefixes: Mapping[str, str]) -> Iterator[Sentence]:
    """Find names that a well-known vocabulary does not have; the first ones are looked at."""
    named = {iri: token.text for token in seen if (iri := _expanded(token, prefixes))}
    for iri in islice((iri for iri in named if iri not in prefixes.values()), _COMPARED):
        near = nearest_term(iri)
        if near is not None:
            yield found("misspelt-term", term=named[iri], near=curie(near))


def _without_order(seen: Sequence[Token]) -> Iterator[Sentence]:
    """Find variables that hold IRIs, as subjects do, compared by < or >."""
    windows = zip(seen, seen[1:], seen[2:], strict=False)
    subjects = {
        one.text
        for before, one, after in windows
        if one.kind == "variable"
        and before.text in _BEFORE_SUBJECT
        and (after.kind in _PREDICATES or after.text == "a")
    }
    for one, comparison, other in zip(seen, seen[1:], seen[2:], strict=False):
        if comparison.text in _ORDER and {one.kind, other.kind} == {"variable"}:
            for variable in (one.text, other.text):
                if variable in subjects:
                    yield found("variable-order", variable=variable)


def _expanded(token: Token, prefixes: Mapping[str, str]) -> str | None:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, name = token.text.partition(":")
    return prefixes[prefix] + name if token.kind == "name" and prefix in prefixes else None


def _known(seen: Sequence[Token]) -> Sentence | None:
    text = written(seen)
    for row in MISTAKES["empty"]:
        match = re.search(row.text, text)
        if match:
            base, filled = publication().base, match.groupdict()
            return Sentence(
                row.hint, base=base, whole=urljoin(base, filled.get("iri", "")), **filled
            )
    return None
