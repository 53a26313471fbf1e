"""Which statements rest on a page of the web: those of the graphs that were read from it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote, urlencode

from rdflib import Literal, URIRef
from rdflib.term import Node

from sixaika_graph.errors import BadParameter, MalformedQuery, UnknownResource
from sixaika_graph.web.lookup import Lookup
from sixaika_graph.web.protocol import is_absolute
from sixaika_graph.web.solutions import Solution, solutions
from sixaika_graph.web.things import absolute, documents, thing

_SCHEMES: Final = ("", "http", "https")
_ADDRESS_CHARACTERS: Final = "!#$%&'()*+,/:;=?@[]~"


def statements_on(
    address: str, known: Lookup, language: str, *, limit: int, offset: int
) -> dict[str, Any]:
    """Return a part of the statements that rest on a page, its graphs, and how many there are.

    Raises:
        UnknownResource: no source of ours has that address.
    """
    found = _found(address.strip())
    if not found:
        raise UnknownResource(address.strip()[:200])
    sizes = Counter(str(row["graph"]) for row in found)
    shown = found[offset : offset + limit]
    return {
        "source": address.strip(),
        "sources": [
            thing(iri, known, language) for iri in dict.fromkeys(str(r["document"]) for r in found)
        ],
        "graphs": [
            {**thing(iri, known, language), "statements": size, "documents": documents(iri)}
            for iri, size in sorted(sizes.items())
        ],
        "total": len(found),
        "offset": offset,
        "limit": limit,
        "next": _next(address.strip(), language, limit, offset, len(found)),
        "statements": [_statement(row) for row in shown],
    }


def _found(address: str) -> list[Solution]:
    pages = [URIRef(one) for one in _spellings(address)]
    try:
        return solutions("resolve-source", {"page": pages}) if pages else []
    except (BadParameter, MalformedQuery):
        # What cannot be written as an IRI is the address of nothing.
        return []


def _spellings(address: str) -> Iterator[str]:
    """Yield the ways to write one address: http, https or neither, with and without a last slash.

    Upper and lower case of the host are one (https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2).
    """
    scheme, _, bare = address.partition("#")[0].rstrip("/").rpartition("://")
    forms = [address, quote(address, safe=_ADDRESS_CHARACTERS)]
    if scheme.lower() in _SCHEMES:
        host, slash, path = bare.partition("/")
        rest = f"{host.lower()}{slash}{path}"
        forms += [f"{scheme}://{rest}{end}" for scheme in ("https", "http") for end in ("", "/")]
    yield from (one for one in dict.fromkeys(forms) if is_absolute(one))


def _next(address: str, language: str, limit: int, offset: int, total: int) -> str | None:
    if offset + limit >= total:
        return None
    pairs = {"source": address, "lang": language, "limit": limit, "offset": offset + limit}
    given = {name: value for name, value in pairs.items() if value != ""}
    return f"{absolute('/resolve')}?{urlencode(given)}"


def _statement(row: Solution) -> dict[str, Any]:
    return {
        "graph": str(row["graph"]),
        "subject": str(row["subject"]),
        "predicate": str(row["predicate"]),
        "object": written(row["object"]),
    }


def written(term: Node) -> dict[str, str]:
    """Write a term as SPARQL JSON does (https://www.w3.org/TR/sparql11-results-json/)."""
    if not isinstance(term, Literal):
        kind = "uri" if isinstance(term, URIRef) else "bnode"
        return {"type": kind, "value": str(term)}
    written = {"type": "literal", "value": str(term)}
    written |= {"xml:lang": term.language} if term.language else {}
    written |= {"datatype": str(term.datatype)} if term.datatype and not term.language else {}
    return written
