"""What a page tells search engines of itself and its thing: schema.org in JSON-LD.

https://developers.google.com/search/docs/appearance/structured-data; each page has it as a block of
data, which runs nothing, so that the policy for scripts does not mind.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from flask import Flask, g, request
from rdflib import Literal, URIRef
from rdflib.term import Node

from sixaika_graph.namespaces import SCHEMA
from sixaika_graph.web.frame import LICENCE, frame
from sixaika_graph.web.labels import choose
from sixaika_graph.web.language import current_language
from sixaika_graph.web.links import is_external
from sixaika_graph.web.service import publication
from sixaika_graph.web.solutions import solutions

_CONTEXT: Final = "https://schema.org/"
_LIST: Final = "lists.page"
_MOST: Final = 50
"""Values of a key that are told: search engines read no more, and the data has all of them."""

Names = Mapping[Node, list[Literal]]


def describe_thing(iri: str) -> None:
    """Let the page that is being made tell of a thing too."""
    g.described = iri


def page_markup(title: str) -> dict[str, Any]:
    """Return what the page of this request tells."""
    around = frame()
    thing = g.get("described")
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
    return page | ({"mainEntity": _thing(URIRef(thing))} if thing else {})


def _thing(iri: URIRef) -> dict[str, Any]:
    values: dict[str, dict[Node, None]] = defaultdict(dict)
    names: dict[Node, list[Literal]] = defaultdict(list)
    for row in solutions("page-markup", {"thing": iri}):
        values[str(row["key"])][row["value"]] = None
        if "label" in row:
            names[row["value"]].append(row["label"])
    types = [str(one).removeprefix(SCHEMA) for one in values.pop("type", ())] or ["Thing"]
    told = {key: _values([*terms][:_MOST], names) for key, terms in values.items()}
    return {"@type": _one(types), "@id": str(iri), **told}


def _values(terms: list[Node], names: Names) -> Any:
    """Write the values of one key; of texts in several languages the one that the visitor reads."""
    texts = [term for term in terms if isinstance(term, Literal) and term.language]
    best = choose(texts, current_language())
    if best is not None:
        return best.text
    return _one([_value(term, names) for term in terms])


def _value(term: Node, names: Names) -> Any:
    if not isinstance(term, URIRef):
        return str(term)
    label = choose(names.get(term, ()), current_language())
    if is_external(term) or label is None:
        return str(term)
    return {"@id": str(term), "name": label.text}


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def install(app: Flask) -> None:
    """Give the templates of an application the markup of a page."""
    app.jinja_env.globals["page_markup"] = page_markup
