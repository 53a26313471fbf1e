"""VoID: the counts are those of the graph, and editors find what they complete from."""

from typing import Final

import pytest
from rdflib import RDF, VOID, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from sixaika_graph.descriptions.partition import statistics
from sixaika_graph.descriptions.void import (
    default_graph_name,
    uri_space,
    vocabularies,
    void_description,
)
from sixaika_graph.dumps import Content
from sixaika_graph.namespaces import BASE, ID, S6, SCHEMA, VOID_EXT

DATASET: Final = ID["dataset/sixaika"]
PUBLIC: Final = "https://public.example/"
A, B = ID["project/a"], ID["place/b"]
TRIPLES: Final = (
    (A, RDF.type, S6.Project),
    (A, SCHEMA.name, Literal("A", lang="en")),
    (A, SCHEMA.name, Literal("A", lang="fi")),
    (A, S6.cityRegion, B),
    (A, S6.minMonths, Literal("3", datatype=XSD.integer)),
    (B, RDF.type, SCHEMA.City),
    (B, SCHEMA.sameAs, URIRef("http://www.wikidata.org/entity/Q1")),
    (B, SCHEMA.sameAs, URIRef("https://sws.geonames.org/7/")),
)
# What the SPARQL editor of SIB asks an endpoint for, https://github.com/sib-swiss/sparql-editor
COMPLETIONS: Final = """
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype
WHERE {
  ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
  ?pp void:property ?prop .
  OPTIONAL {
    { ?pp void:classPartition [ void:class ?objectClass ] . }
    UNION
    { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] . }
  }
}
"""


@pytest.fixture
def content() -> Content:
    default, named = Graph(), Graph()
    for triple in TRIPLES:
        default.add(triple)
    named.add(TRIPLES[0])
    return Content((), default, {URIRef(f"{BASE}graph/x"): named})


@pytest.fixture
def described(content: Content) -> Graph:
    dumps = {DATASET: [f"{PUBLIC}dumps/sixaika.ttl"]}
    return void_description({DATASET: content}, content.default, PUBLIC, dumps=dumps)


def count(described: Graph, node: URIRef, predicate: URIRef) -> int:
    value = described.value(node, predicate)
    assert isinstance(value, Literal)
    return int(value)


@pytest.mark.parametrize("node", [DATASET, default_graph_name(f"{PUBLIC}sparql")])
def test_the_counts_are_those_of_the_graph(described: Graph, node: URIRef) -> None:
    counts = {
        VOID.triples: 8,
        VOID.entities: 2,
        VOID.classes: 2,
        VOID.properties: 5,
        VOID.distinctSubjects: 2,
        VOID.distinctObjects: 8,
    }
    assert {one: count(described, node, one) for one in counts} == counts


def test_a_named_graph_is_a_subset_with_its_size(described: Graph) -> None:
    graph = URIRef(f"{BASE}graph/x")

    assert (DATASET, VOID.subset, graph) in described
    assert count(described, graph, VOID.triples) == 1


def test_an_editor_learns_what_a_class_has_and_where_it_leads(described: Graph) -> None:
    answer = described.query(COMPLETIONS)
    assert answer.vars is not None
    kind, prop, value_class, datatype = answer.vars
    found: set[tuple[Node | None, ...]] = {
        (row.get(kind), row.get(prop), row.get(value_class) or row.get(datatype))
        for row in map(dict, answer.bindings)
    }
    assert (S6.Project, SCHEMA.name, RDF.langString) in found
    assert (S6.Project, S6.cityRegion, SCHEMA.City) in found
    assert (S6.Project, S6.minMonths, XSD.integer) in found
    assert (SCHEMA.City, SCHEMA.sameAs, None) in found


def test_there_is_one_linkset_for_each_target(described: Graph) -> None:
    targets = {
        str(described.value(target, VOID.uriSpace))
        for linkset in described.subjects(RDF.type, VOID.Linkset)
        for target in described.objects(linkset, VOID.objectsTarget)
    }
    assert targets == {"http://www.wikidata.org/entity/", "https://sws.geonames.org/"}


def test_the_vocabularies_are_those_of_classes_and_properties(content: Content) -> None:
    expected = {str(S6), str(SCHEMA), str(RDF)}
    assert vocabularies(content.default) == expected


def test_the_namespace_of_an_iri_ends_before_its_last_part() -> None:
    assert uri_space("http://a.example/x#y") == "http://a.example/x#"
    assert uri_space("https://sws.geonames.org/7/") == "https://sws.geonames.org/"


def test_partitions_of_different_terms_have_different_names() -> None:
    graph = Graph()
    other = Namespace("http://other.example/")
    for kind in (other["a"], other["b"], S6.Project):
        graph.add((A, RDF.type, kind))

    partitions = set(statistics(graph, DATASET).objects(DATASET, VOID.classPartition))

    assert len(partitions) == 3
    assert not list(statistics(graph, DATASET).triples((None, VOID_EXT.datatypePartition, None)))
