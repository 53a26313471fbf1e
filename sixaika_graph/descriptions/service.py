"""The description of the SPARQL endpoint (https://www.w3.org/TR/sparql11-service-description/)."""

from collections.abc import Iterable
from typing import Final

from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from sixaika_graph.formats import of_kind
from sixaika_graph.namespaces import ID, PREFIXES, SD

_DATASET: Final = ID["dataset/sixaika"]
_DEFAULT_GRAPH: Final = (
    "The preferred graph: every statement once, one value for every single-valued property, "
    "whatever the number of sources."
)


def service_description(endpoint: str, graphs: Iterable[str], *, timeout: float) -> Graph:
    """Describe the endpoint at an address: its language, formats, dataset and limit in seconds.

    Every node has an IRI below the endpoint's, so that the description can be pointed to.
    """
    described = Graph(bind_namespaces="none")
    for prefix in ("dct", "rdf", "rdfs", "sd"):
        described.bind(prefix, PREFIXES[prefix])
    service = URIRef(endpoint)
    dataset, default = URIRef(f"{endpoint}#dataset"), URIRef(f"{endpoint}#default-graph")
    described.add((service, RDF.type, SD.Service))
    described.add((service, SD.endpoint, service))
    described.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    described.add((service, SD.feature, SD.EmptyGraphs))
    described.add((service, SD.defaultDataset, dataset))
    described.add((service, RDFS.comment, Literal(_limits(timeout), lang="en")))
    for row in of_kind("results", "graph"):
        described.add((service, SD.resultFormat, URIRef(row.iri)))
    described.add((dataset, RDF.type, SD.Dataset))
    described.add((dataset, DCTERMS.source, _DATASET))
    described.add((dataset, SD.defaultGraph, default))
    described.add((default, RDF.type, SD.Graph))
    described.add((default, DCTERMS.description, Literal(_DEFAULT_GRAPH, lang="en")))
    for name in sorted(graphs):
        named = URIRef(f"{endpoint}#graph-{name.rpartition('/')[2]}")
        described.add((dataset, SD.namedGraph, named))
        described.add((named, RDF.type, SD.NamedGraph))
        described.add((named, SD.name, URIRef(name)))
    return described


def _limits(timeout: float) -> str:
    return (
        f"A query may take {timeout:g} seconds. Updates and SERVICE are refused. A DESCRIBE gives "
        "the outgoing statements; the document of a thing at /data/ also has what links to it."
    )
