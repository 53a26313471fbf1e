"""Why an answer may be empty although the query is right: what the names in it are, and the rest.

An empty answer is no error. What may explain it goes out as a header beside it, and onto the page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from sixaika_graph.engine import Answer
from sixaika_graph.namespaces import PREFIXES, curie
from sixaika_graph.sparql_text import Token, tokens
from sixaika_graph.web.hints import LONGEST, MISTAKES, declared, written
from sixaika_graph.web.service import directory, publication

HEADER: Final = "X-Query-Hint"

_HEADER: Final = 1000
"""Characters of a hint that a header holds."""
_LARGEST: Final = 4096
"""Bytes that an empty answer may have: its head names the variables."""
_EMPTY: Final = {
    "application/sparql-results+json": re.compile(rb'.*"bindings":\[\]\}\}|.*false\}', re.DOTALL),
    "application/sparql-results+xml": re.compile(
        rb".*<results></results></sparql>|.*false</boolean></sparql>", re.DOTALL
    ),
    "text/csv": re.compile(rb"[^\r]*\r\n|false"),
    "text/tab-separated-values": re.compile(rb"[^\n]*\n|false"),
    "text/turtle": re.compile(rb"\s*"),
    "application/n-triples": re.compile(rb""),
    "application/ld+json": re.compile(rb"\[\]"),
    "application/rdf+xml": re.compile(rb"[^>]*>[^>]*>\s*</rdf:RDF>\s*"),
}
_PRINTABLE: Final = "".join(map(chr, range(0x20, 0x7F)))


def is_empty(answer: Answer) -> bool:
    """Tell whether an answer has no row and no triple, or is no; it stays at its start."""
    if answer.length > _LARGEST or answer.media_type not in _EMPTY:
        return False
    body = answer.body.read()
    answer.body.seek(0)
    return _EMPTY[answer.media_type].fullmatch(body) is not None


def explanation(text: str) -> str | None:
    """Return what may be the reason that a query finds nothing, or None."""
    if len(text) > LONGEST:
        return None
    found = list(tokens(text))
    prefixes = declared(found)
    if publication().file:
        return _known(found)
    return (
        next(_namespaces(found, prefixes), None)
        or next(_unknown(found, prefixes), None)
        or _known(found)
    )


def header_value(hint: str) -> str:
    """Write a hint as the value of a header: ASCII, other letters percent-encoded as in a URI.

    It is cut where a name in it is so long that clients would refuse the header.
    """
    return quote(hint if len(hint) <= _HEADER else f"{hint[:_HEADER]}...", safe=_PRINTABLE)


def _namespaces(found: Sequence[Token], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Find namespaces that are nearly those of this data, such as http: in place of https:."""
    known = {_bare(iri): iri for iri in PREFIXES.values()}
    for iri in prefixes.values():
        right = known.get(_bare(iri), iri)
        if iri not in known.values() and right != iri:
            yield f"This data uses the namespace <{right}>, not <{iri}>."
    for token in found:
        scheme, _, rest = token.text[1:-1].partition("://")
        other = f"{'https' if scheme == 'http' else 'http'}://{rest}"
        if token.kind == "iri" and token.text[1:-1] not in prefixes.values():
            for right in known.values():
                if other.startswith(right) and len(other) > len(right):
                    yield f"This data uses <{other}>, not {token.text}."


def _bare(iri: str) -> str:
    return iri.partition("://")[2].removeprefix("www.").rstrip("/#").lower()


def _unknown(found: Sequence[Token], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Find names of ours that nothing has."""
    for token in found:
        iri = _expanded(token, prefixes)
        if iri is None or not iri.startswith(publication().base) or iri in prefixes.values():
            continue
        if not directory().has_heard_of(iri):
            near = " or ".join(map(curie, directory().similar(iri)[:2]))
            yield f"{token.text} is not known here" + (f": did you mean {near}?" if near else ".")


def _expanded(token: Token, prefixes: Mapping[str, str]) -> str | None:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, name = token.text.partition(":")
    return prefixes[prefix] + name if token.kind == "name" and prefix in prefixes else None


def _known(found: Sequence[Token]) -> str | None:
    seen = written(found)
    for row in MISTAKES["empty"]:
        match = re.search(row.text, seen)
        if match:
            return row.hint.format(base=publication().base, **match.groupdict())
    return None
