"""Descriptions: what the service says about itself is true and well formed."""

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import RDF, RDFS, SKOS, VOID, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from sixaika_graph.descriptions.service import ENGINE, Contents, service_description
from sixaika_graph.formats import of_kind
from sixaika_graph.namespaces import PREFIXES, S6, SD
from sixaika_graph.publication import Publication
from sixaika_graph.settings import Settings

ENDPOINT = URIRef("https://public.example/sparql")
DEFAULT = URIRef(f"{ENDPOINT}#default-graph")
PAGE = URIRef("https://w3id.org/sixaika/graph/ouka-6aika")
TITLE = Literal("The page", lang="en")
CONTENTS = Contents(
    triples=10,
    subjects=4,
    objects=7,
    classes={S6.Project: 3},
    properties={RDFS.label: 5},
    graphs={PAGE: 6, URIRef("https://w3id.org/sixaika/ont"): None},
    titles={PAGE: [TITLE]},
)


@pytest.fixture
def described(tmp_path: Path) -> Graph:
    settings = Settings(public_url="https://public.example/", cache=tmp_path, query_timeout=7.5)
    return service_description(settings, CONTENTS)


def test_the_service_names_its_endpoint_language_and_formats(described: Graph) -> None:
    assert (ENDPOINT, RDF.type, SD.Service) in described
    assert described.value(ENDPOINT, SD.endpoint) == ENDPOINT
    assert described.value(ENDPOINT, SD.supportedLanguage) == SD.SPARQL11Query
    assert set(described.objects(ENDPOINT, SD.resultFormat)) == {
        URIRef(row.iri) for row in of_kind("graph", "results")
    }


def test_the_limits_and_the_faults_of_the_engine_are_told(described: Graph) -> None:
    limits = str(described.value(ENDPOINT, RDFS.comment))
    notes = {str(note) for note in described.objects(ENDPOINT, SKOS.note)}

    for told in ("7.5 seconds", "512 MiB", "1024 MiB", "8 KB", "1 MB", "4 long queries", "SERVICE"):
        assert told in limits
    assert notes == {fault["note"] for fault in ENGINE["faults"].values()}


def test_every_named_graph_has_its_name_its_size_and_its_title(described: Graph) -> None:
    dataset = described.value(ENDPOINT, SD.defaultDataset)
    named = {
        described.value(node, SD.name): node for node in described.objects(dataset, SD.namedGraph)
    }

    assert set(named) == set(CONTENTS.graphs)
    assert described.value(named[PAGE], DCTERMS.title) == TITLE
    graph = described.value(named[PAGE], SD.graph)
    assert described.value(graph, VOID.triples) == Literal(6)
    assert (graph, RDF.type, SD.Graph) in described


def test_the_default_graph_is_counted_as_void_counts(described: Graph) -> None:
    dataset = described.value(ENDPOINT, SD.defaultDataset)
    kind = described.value(DEFAULT, VOID.classPartition)
    predicate = described.value(DEFAULT, VOID.propertyPartition)

    assert described.value(dataset, SD.defaultGraph) == DEFAULT
    assert "preferred graph" in str(described.value(DEFAULT, DCTERMS.description))
    assert described.value(DEFAULT, VOID.triples) == Literal(10)
    assert described.value(DEFAULT, VOID.distinctSubjects) == Literal(4)
    assert described.value(DEFAULT, VOID.distinctObjects) == Literal(7)
    assert described.value(kind, VOID["class"]) == S6.Project
    assert described.value(kind, VOID.entities) == Literal(3)
    assert described.value(predicate, VOID.property) == RDFS.label
    assert described.value(predicate, VOID.triples) == Literal(5)


def test_what_could_not_be_counted_is_not_told(tmp_path: Path) -> None:
    described = service_description(Settings(cache=tmp_path), Contents(), file="x.nq")

    assert not list(described.subject_objects(VOID.triples))
    assert not list(described.objects(None, DCTERMS.source))
    assert "x.nq" in str(next(described.objects(None, DCTERMS.description)))


def test_every_node_of_the_description_has_an_iri(described: Graph) -> None:
    assert not [term for triple in described for term in triple if isinstance(term, BNode)]


@pytest.mark.parametrize("name", ENGINE["functions"])
def test_every_function_that_is_told_of_is_there(name: str) -> None:
    """The engine alone refuses a call of a function that it does not have."""
    ox.Store().query(f"SELECT (<{PREFIXES['geof']}{name}>(1) AS ?x) {{}}")


def test_the_engine_refuses_the_call_of_another_function() -> None:
    with pytest.raises(RuntimeError, match="not supported"):
        ox.Store().query(f"SELECT (<{PREFIXES['geof']}nothing>(1) AS ?x) {{}}")


def solution(client: FlaskClient, text: str) -> Mapping[str, Mapping[str, str]]:
    reply = client.get("/sparql", query_string={"query": text})
    assert reply.json is not None
    (row,) = reply.json["results"]["bindings"]
    return dict(row)


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
    assert len(list(graph.objects(None, VOID.classPartition))) > 5


def test_the_counts_are_those_of_the_engine(client: FlaskClient, publication: Publication) -> None:
    graph = Graph().parse(data=client.get("/sparql?format=ttl").data, format="turtle")
    default = URIRef(f"{publication.settings.public_url}sparql#default-graph")
    by_class = {
        graph.value(node, VOID["class"]): node for node in graph.objects(None, VOID.classPartition)
    }

    all_of_it = solution(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    projects = solution(client, f"SELECT (COUNT(*) AS ?n) {{ ?s a <{S6.Project}> }}")

    assert str(graph.value(default, VOID.triples)) == all_of_it["n"]["value"]
    assert str(graph.value(by_class[S6.Project], VOID.entities)) == projects["n"]["value"]


def test_named_graphs_have_the_titles_of_their_sources(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get("/sparql?format=ttl").data, format="turtle")
    node = graph.value(None, SD.name, PAGE)

    assert list(graph.objects(node, DCTERMS.title))
