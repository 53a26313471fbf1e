"""Descriptions: what the service says about itself is true and well formed."""

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, BNode, Graph, URIRef

from sixaika_graph.descriptions.service import service_description
from sixaika_graph.formats import of_kind
from sixaika_graph.namespaces import SD
from sixaika_graph.publication import Publication

ENDPOINT = URIRef("https://public.example/sparql")
GRAPHS = ["https://w3id.org/sixaika/graph/ouka-6aika", "https://w3id.org/sixaika/ont"]


@pytest.fixture
def described() -> Graph:
    return service_description(ENDPOINT, GRAPHS, timeout=10.0)


def test_the_service_names_its_endpoint_language_and_formats(described: Graph) -> None:
    assert (ENDPOINT, RDF.type, SD.Service) in described
    assert described.value(ENDPOINT, SD.endpoint) == ENDPOINT
    assert described.value(ENDPOINT, SD.supportedLanguage) == SD.SPARQL11Query
    assert set(described.objects(ENDPOINT, SD.resultFormat)) == {
        URIRef(row.iri) for row in of_kind("graph", "results")
    }


def test_every_named_graph_has_its_name(described: Graph) -> None:
    dataset = described.value(ENDPOINT, SD.defaultDataset)
    named = list(described.objects(dataset, SD.namedGraph))

    assert {described.value(node, SD.name) for node in named} == {URIRef(name) for name in GRAPHS}
    assert described.value(dataset, SD.defaultGraph)


def test_every_node_of_the_description_has_an_iri(described: Graph) -> None:
    assert not [term for triple in described for term in triple if isinstance(term, BNode)]


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "rdf", "nt"])
def test_the_endpoint_describes_itself_under_its_public_address(
    client: FlaskClient, publication: Publication, suffix: str
) -> None:
    names = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}

    reply = client.get(f"/sparql?format={suffix}")

    graph = Graph().parse(data=reply.data, format=names[suffix])
    endpoint = URIRef(f"{publication.settings.public_url}sparql")
    assert (endpoint, SD.endpoint, endpoint) in graph
    assert len(list(graph.objects(None, SD.namedGraph))) > 5
