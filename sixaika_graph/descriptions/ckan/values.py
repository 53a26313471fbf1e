"""Values of the catalogue as CKAN writes them: texts by language, moments, identifiers."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

Document = dict[str, Any]

LANGUAGES: Final = ("fi", "sv", "en")
"""The first one is that of the fields that have one language."""


def texts(catalogue: Graph, node: Node, path: URIRef) -> dict[str, str]:
    """Return the texts of a property by language."""
    found = (text for text in catalogue.objects(node, path) if isinstance(text, Literal))
    texts = {text.language: str(text) for text in found if text.language}
    return {language: texts[language] for language in LANGUAGES if language in texts}


def first(texts: Mapping[str, str]) -> str:
    """Return a text in the first language that has one; nothing where none has."""
    return next((texts[one] for one in LANGUAGES if one in texts), "")


def values(catalogue: Graph, node: Node, path: URIRef) -> list[Node]:
    """Return the values of a property in a fixed order."""
    return sorted(catalogue.objects(node, path), key=str)


def value(catalogue: Graph, node: Node, path: URIRef) -> Node:
    """Return the first value of a property that has one."""
    return values(catalogue, node, path)[0]


def moment(catalogue: Graph, node: Node, path: URIRef) -> str:
    """Return the beginning of a day, in UTC and without a zone, as CKAN writes it."""
    return f"{value(catalogue, node, path)}T00:00:00.000000"


def id_of(node: Node) -> str:
    """Return a UUID that stays the same for an IRI."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, str(node)))
