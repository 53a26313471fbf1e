"""The parameters of a query: `VALUES ?name { <default> }`, one variable and one term.

Such a line is inline data (https://www.w3.org/TR/sparql11-query/#inline-data), so that a query runs
as it is; binding exchanges the term, serialised, and nothing else of the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from sixaika_graph import sparql_text
from sixaika_graph.errors import BadParameter, SourceError
from sixaika_graph.namespaces import PREFIXES
from sixaika_graph.sentence import Sentence
from sixaika_graph.sparql_text import Token

Term = URIRef | Literal

_IRI: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\\uD800-\uDFFF]+')
# XML has no other characters (https://www.w3.org/TR/xml/#charsets), so no string literal has.
_TEXT: Final = re.compile(r"[^\x00-\x08\x0B\x0C\x0E-\x1F\uD800-\uDFFF\uFFFE\uFFFF]*")
_LEXICAL: Final = {
    XSD.string: _TEXT,
    XSD.integer: re.compile(r"[+-]?[0-9]+"),
    XSD.decimal: re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    XSD.boolean: re.compile(r"true|false"),
    XSD.date: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}


@dataclass(frozen=True)
class Slot:
    """Where a parameter stands in a text: its variable, begin and end of what is in the braces."""

    variable: str
    start: int
    end: int


@cache
def slots(text: str) -> tuple[Slot, ...]:
    """Find the parameters of a query; only the texts of files, which are not many, are given."""
    return tuple(_slots(text))


def _slots(text: str) -> Iterator[Slot]:
    found = list(sparql_text.tokens(text))
    for place, token in enumerate(found):
        head, rest = found[place + 1 : place + 3], found[place + 3 :]
        if token.keyword == "VALUES" and [one.kind for one in head] == ["variable", "open"]:
            term = list(takewhile(lambda one: one.text != "}", rest))
            if _is_one_term(term) and len(term) < len(rest):
                yield Slot(head[0].text[1:], head[1].start + 1, rest[len(term)].start)


def _is_one_term(term: Sequence[Token]) -> bool:
    """Tell whether tokens are one IRI, number or word, or one string with its tag or datatype."""
    kinds = [token.kind for token in term]
    return len(kinds) == 1 or (
        kinds[:1] == ["string"] and (kinds[1:] == ["tag"] or kinds[1:2] == ["operator"])
    )


def default(slot: Slot, text: str, path: Path) -> Term:
    """Return the term that stands in the file.

    Raises:
        SourceError: it is no IRI, and no literal of a datatype that a value can be checked for.
    """
    written = text[slot.start : slot.end].strip()
    # rdflib takes longer for the declarations of all than this package takes for all else at start.
    named = ((name, iri) for name, iri in PREFIXES.items() if f"{name}:" in written)
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in named)
    graph = Graph(bind_namespaces="none")
    line = text.count("\n", 0, slot.start) + 1
    try:
        graph.parse(data=f"{prefixes}[] a {written} .", format="turtle")
    except BadSyntax:
        reason = f"the default of a parameter is one term, not {written}"
        raise SourceError(path, reason, line=line) from None
    (term,) = graph.objects()
    if isinstance(term, URIRef):
        return term
    if not isinstance(term, Literal) or (term.datatype or XSD.string) not in _LEXICAL:
        raise SourceError(path, f"a parameter cannot be a term like {written}", line=line)
    return term


def parse(variable: str, text: str, *, like: Term) -> Term:
    """Read the value of a parameter as the kind of term that `like` is.

    Raises:
        BadParameter: the text is no value for it.
    """
    if isinstance(like, URIRef):
        return _parse_iri(variable, text)
    datatype = like.datatype or XSD.string
    if not _LEXICAL[datatype].fullmatch(text) or (datatype == XSD.date and not _is_day(text)):
        kind = datatype.removeprefix(str(XSD))
        detail = Sentence(
            "{variable}: {text!r} is no {kind}; an example is {like!r}.",
            variable=variable,
            text=text,
            kind=kind,
            like=str(like),
        )
        raise BadParameter(detail, parameter=variable)
    return Literal(text, datatype=like.datatype, lang=like.language)


def _parse_iri(variable: str, text: str) -> URIRef:
    prefix, _, name = text.partition(":")
    if prefix in PREFIXES and not name.startswith("//"):
        text = PREFIXES[prefix] + name
    elif "://" not in text and not text.startswith("urn:"):
        raise BadParameter(
            Sentence(
                "{variable}: {text!r} is neither a whole IRI nor a name with a known prefix, "
                "such as place:oulu.",
                variable=variable,
                text=text,
            ),
            parameter=variable,
        )
    return _checked(variable, text)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def serialise(variable: str, terms: Node | Sequence[Node]) -> str:
    """Write terms as they stand in a query.

    Raises:
        BadParameter: a term is no IRI and no literal, or cannot be written.
    """
    several = [terms] if isinstance(terms, Node) else terms
    return " ".join(_serialise(variable, term) for term in several)


def _serialise(variable: str, term: Node) -> str:
    if isinstance(term, URIRef):
        return _checked(variable, term).n3()
    if not isinstance(term, Literal):
        detail = Sentence("{variable}: only an IRI or a literal can be bound.", variable=variable)
        raise BadParameter(detail, parameter=variable)
    if term.datatype is not None:
        _checked(variable, term.datatype)
    return term.n3()


def _checked(variable: str, iri: str) -> URIRef:
    """Refuse what cannot stand between angle brackets; rdflib checks it only in part."""
    if not _IRI.fullmatch(iri):
        raise BadParameter(
            Sentence("{variable}: {iri!r} is no IRI.", variable=variable, iri=str(iri)),
            parameter=variable,
        )
    return URIRef(iri)
