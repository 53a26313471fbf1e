"""What a page tells search engines of itself and its thing: schema.org in JSON-LD.

https://developers.google.com/search/docs/appearance/structured-data; each page has it as a block of
data, which runs nothing, so that the policy for scripts does not mind.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import Flask, g, request
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, ORG, RDF, RDFS, SKOS
from rdflib.term import Node

from sixaika_graph.namespaces import S6, SCHEMA
from sixaika_graph.web.frame import LICENCE, frame
from sixaika_graph.web.labels import Label, choose, labels
from sixaika_graph.web.language import current_language
from sixaika_graph.web.links import is_external
from sixaika_graph.web.service import publication

_CONTEXT: Final = "https://schema.org/"
_LIST: Final = "lists.page"
_MOST: Final = 50
"""Values of a key that are told: search engines read no more, and the data has all of them."""

_KEYS: Final[Mapping[URIRef, str]] = {
    RDFS.label: "name",
    SKOS.altLabel: "alternateName",
    S6.acronym: "alternateName",
    DCTERMS.description: "description",
    SKOS.definition: "description",
    DCTERMS.identifier: "identifier",
    ORG.identifier: "identifier",
    SCHEMA.startDate: "startDate",
    SCHEMA.endDate: "endDate",
    SCHEMA.url: "url",
    SCHEMA.sameAs: "sameAs",
    ORG.hasMember: "member",
    S6.cityRegion: "location",
    S6.focusArea: "about",
    SCHEMA.containedInPlace: "containedInPlace",
    DCTERMS.publisher: "publisher",
    DCTERMS.issued: "datePublished",
    SKOS.inScheme: "inDefinedTermSet",
}
"""What our properties are called in schema.org."""

_TYPES: Final[Mapping[Node, URIRef]] = {
    SKOS.Concept: SCHEMA.DefinedTerm,
    SKOS.ConceptScheme: SCHEMA.DefinedTermSet,
}


def describe_thing(iri: URIRef, about: Mapping[URIRef, Iterable[Node]]) -> None:
    """Let the page that is being made tell of a thing too, by the statements about it."""
    g.described = iri, about


def page_markup(title: str) -> dict[str, Any]:
    """Return what the page of this request tells."""
    around = frame()
    page = {
        "@context": _CONTEXT,
        "@type": "CollectionPage" if request.endpoint == _LIST else "WebPage",
        "@id": around.canonical,
        "url": around.canonical,
        "name": title,
        "inLanguage": around.language,
        "isPartOf": {
            "@type": "WebSite",
            "name": around.name,
            "url": publication().settings.public_url,
        },
    }
    if not around.file:
        page["license"] = LICENCE
    return page | ({"mainEntity": _thing(*g.described)} if "described" in g else {})


def _thing(iri: URIRef, about: Mapping[URIRef, Iterable[Node]]) -> dict[str, Any]:
    values: dict[str, dict[Node, None]] = {}
    for path, key in sorted(_KEYS.items(), key=lambda pair: pair[1]):
        if path in about:
            values.setdefault(key, {}).update(dict.fromkeys(sorted(about[path], key=str)))
    types = {_TYPES.get(kind, kind) for kind in about.get(RDF.type, ())}
    kinds = sorted(str(kind).removeprefix(SCHEMA) for kind in types if str(kind).startswith(SCHEMA))
    shown = {key: list(terms)[:_MOST] for key, terms in values.items()}
    names = labels(term for terms in shown.values() for term in terms)
    told = {key: _values(terms, names) for key, terms in shown.items()}
    return {"@type": _one(kinds or ["Thing"]), "@id": str(iri), **told}


def _values(terms: list[Node], names: Mapping[Node, Label]) -> Any:
    """Write the values of one key; of texts in several languages the one that the visitor reads."""
    texts = [term for term in terms if isinstance(term, Literal) and term.language]
    best = choose(texts, current_language())
    if best is not None:
        return best.text
    return _one([_value(term, names) for term in terms])


def _value(term: Node, names: Mapping[Node, Label]) -> Any:
    if term not in names or is_external(str(term)):
        return str(term)
    return {"@id": str(term), "name": names[term].text}


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def install(app: Flask) -> None:
    """Give the templates of an application the markup of a page."""
    app.jinja_env.globals["page_markup"] = page_markup
