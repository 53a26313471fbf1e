"""Distributions as the resources of a package."""

from rdflib import SKOS, Graph
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from sixaika_graph.descriptions.authority import MEDIA_TYPES
from sixaika_graph.descriptions.ckan.values import Document, first, id_of, moment, texts, value
from sixaika_graph.namespaces import DCAT, SPDX


def resource(catalogue: Graph, node: Node, position: int, package_id: str) -> Document:
    """Return one distribution as a resource of a package."""
    names = texts(catalogue, node, DCTERMS.title)
    descriptions = texts(catalogue, node, DCTERMS.description)
    checksum = value(catalogue, node, SPDX.checksum)
    return {
        "id": id_of(node),
        "package_id": package_id,
        "position": position,
        "name": first(names),
        "name_translated": names,
        "description": first(descriptions),
        "description_translated": descriptions,
        "url": str(value(catalogue, node, DCAT.downloadURL)),
        "format": _format(catalogue, node),
        "mimetype": str(value(catalogue, node, DCAT.mediaType)).removeprefix(MEDIA_TYPES),
        "size": int(str(value(catalogue, node, DCAT.byteSize))),
        "hash": str(value(catalogue, checksum, SPDX.checksumValue)),
        "created": moment(catalogue, node, DCTERMS.issued),
        "last_modified": moment(catalogue, node, DCTERMS.modified),
        "metadata_modified": moment(catalogue, node, DCTERMS.modified),
        "state": "active",
        "resource_type": "file",
        "url_type": None,
        "uri": str(node),
        "maturity": "current",
        "sha256": str(value(catalogue, checksum, SPDX.checksumValue)),
    }


def _format(catalogue: Graph, node: Node) -> str:
    """Return the name of a format as portals filter by it."""
    names = texts(catalogue, value(catalogue, node, DCTERMS["format"]), SKOS.prefLabel)
    return names["en"]
