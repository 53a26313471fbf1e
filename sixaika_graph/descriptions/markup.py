"""The dataset as search engines read it on a page: schema.org Dataset in JSON-LD.

https://developers.google.com/search/docs/appearance/structured-data/dataset
"""

from typing import Any, Final

from rdflib import Graph, Literal
from rdflib.namespace import DCTERMS, FOAF
from rdflib.term import Node

from sixaika_graph.descriptions.authority import MEDIA_TYPES
from sixaika_graph.descriptions.catalogue import CATALOGUE
from sixaika_graph.descriptions.ckan.values import first, texts, value, values
from sixaika_graph.dumps.content import GRAPH_DATASET, name_of
from sixaika_graph.namespaces import DCAT

_LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
_COUNTRY: Final = "Finland"


def dataset_markup(catalogue: Graph, language: str) -> dict[str, Any]:
    """Describe the dataset of the graph in a language, as schema.org does."""
    node = name_of(GRAPH_DATASET)
    titles = texts(catalogue, node, DCTERMS.title)
    notes = texts(catalogue, node, DCTERMS.description)
    period = value(catalogue, node, DCTERMS.temporal)
    words = (one for one in values(catalogue, node, DCAT.keyword) if isinstance(one, Literal))
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": str(node),
        "name": titles.get(language) or first(titles),
        "description": notes.get(language) or first(notes),
        "url": str(value(catalogue, node, DCAT.landingPage)),
        "identifier": str(node),
        "version": str(value(catalogue, node, DCAT.version)),
        "datePublished": str(value(catalogue, node, DCTERMS.issued)),
        "dateModified": str(value(catalogue, node, DCTERMS.modified)),
        "license": _LICENCE,
        "isAccessibleForFree": True,
        "inLanguage": ["fi", "sv", "en"],
        "keywords": [str(one) for one in words if one.language == language],
        "temporalCoverage": "/".join(
            str(value(catalogue, period, path)) for path in (DCAT.startDate, DCAT.endDate)
        ),
        "spatialCoverage": {"@type": "Place", "name": _COUNTRY},
        "creator": _publisher(catalogue),
        "publisher": _publisher(catalogue),
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": str(CATALOGUE)},
        "distribution": [
            _file(catalogue, one) for one in values(catalogue, node, DCAT.distribution)
        ],
    }


def _publisher(catalogue: Graph) -> dict[str, str]:
    node = value(catalogue, CATALOGUE, DCTERMS.publisher)
    name = texts(catalogue, node, FOAF.name).get("en") or str(value(catalogue, node, FOAF.name))
    return {"@type": "Organization", "@id": str(node), "name": name}


def _file(catalogue: Graph, node: Node) -> dict[str, str]:
    media_type = str(value(catalogue, node, DCAT.mediaType)).removeprefix(MEDIA_TYPES)
    return {
        "@type": "DataDownload",
        "@id": str(node),
        "contentUrl": str(value(catalogue, node, DCAT.downloadURL)),
        "encodingFormat": media_type,
        "contentSize": f"{value(catalogue, node, DCAT.byteSize)} B",
    }
