"""Who owns packages and how they are grouped: the publisher and the themes, as CKAN knows them."""

from rdflib import SKOS, Graph
from rdflib.namespace import DCTERMS, FOAF
from rdflib.term import Node

from sixaika_graph.descriptions.catalogue import CATALOGUE
from sixaika_graph.descriptions.ckan.values import (
    LANGUAGES,
    Document,
    first,
    id_of,
    moment,
    texts,
    value,
)
from sixaika_graph.namespaces import DCAT


def organisation(catalogue: Graph) -> Document:
    """Return the publisher as CKAN's organisation."""
    node = value(catalogue, CATALOGUE, DCTERMS.publisher)
    names = texts(catalogue, node, FOAF.name)
    title = first(names) or str(next(catalogue.objects(node, FOAF.name)))
    return {
        "id": id_of(node),
        "name": "sixaika-publisher",
        "title": title,
        "title_translated": {language: names.get(language, title) for language in LANGUAGES},
        "type": "organization",
        "description": "",
        "image_url": "",
        "created": moment(catalogue, CATALOGUE, DCTERMS.issued),
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }


def groups(catalogue: Graph) -> list[Document]:
    """Return the themes as CKAN's groups."""
    themes = set(catalogue.objects(None, DCAT.theme))
    return [group(catalogue, theme) for theme in sorted(themes, key=str)]


def group(catalogue: Graph, theme: Node) -> Document:
    """Return one theme as a group."""
    names = texts(catalogue, theme, SKOS.prefLabel)
    return {
        "id": id_of(theme),
        "name": str(theme).rpartition("/")[2].lower(),
        "title": first(names),
        "title_translated": names,
        "display_name": first(names),
        "description": "",
        "image_display_url": "",
        "type": "group",
        "is_organization": False,
        "state": "active",
    }
