"""The links outwards as one SSSOM table."""

import csv
from pathlib import Path
from typing import Final

from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.namespace import PROV, SKOS
from wire import send

from sixaika_graph.dataset import named_graphs
from sixaika_graph.descriptions.mappings import COLUMNS, LICENCE, MATCHES, mapping_table
from sixaika_graph.namespaces import GRAPH, ID, S6, SCHEMA
from sixaika_graph.publication import Prepared

ROOT: Final = Path(__file__).parent.parent
SET: Final = "https://public.example/mappings"


def named(dataset: Dataset) -> dict[URIRef, Graph]:
    return {URIRef(graph.identifier): graph for graph in named_graphs(dataset)}


def split(text: str) -> tuple[list[str], list[dict[str, str]]]:
    """Return the lines of metadata and the rows of a table."""
    lines = text.splitlines()
    head = [line.removeprefix("#") for line in lines if line.startswith("#")]
    return head, list(csv.DictReader(lines[len(head) :], dialect="excel-tab"))


def prefixes(head: list[str]) -> dict[str, str]:
    below = head[head.index("curie_map:") + 1 :]
    return dict(line.strip().split(": ", 1) for line in below)


def test_a_link_has_the_confidence_and_the_address_of_its_document() -> None:
    dataset, preferred = Dataset(default_union=False), Graph()
    place, document = ID["place/oulu"], ID["source/yso"]
    about = dataset.graph(GRAPH["sources"])
    about.add((GRAPH["yso"], PROV.hadPrimarySource, document))
    about.add((document, SCHEMA.url, URIRef("https://finto.example/")))
    about.add((document, S6.linkConfidence, Literal("0.95")))
    page = dataset.graph(GRAPH["yso"])
    page.add((place, SCHEMA.sameAs, URIRef("http://www.yso.fi/onto/yso/p94320")))
    page.add((place, SCHEMA.name, Literal("Oulu (city)", lang="en")))
    preferred.add((place, SKOS.prefLabel, Literal("Oulu", lang="en")))

    head, rows = split(mapping_table(named(dataset), preferred, SET))

    assert head[0] == f"mapping_set_id: {SET}"
    assert f"license: {LICENCE}" in head
    assert set(prefixes(head)) == {"schema", "semapv", "sixaika", "yso"}
    assert [tuple(row.values()) for row in rows] == [
        (
            "sixaika:id/place/oulu",
            "Oulu",
            "schema:sameAs",
            "yso:p94320",
            "Oulu (city)",
            "semapv:ManualMappingCuration",
            "0.95",
            "https://finto.example/",
        )
    ]


def test_every_link_of_the_data_has_a_row(prepared: Prepared) -> None:
    head, rows = split(mapping_table(named(prepared.dataset), prepared.preferred, SET))
    short = prefixes(head)
    long = {
        tuple(
            short[row[column].partition(":")[0]] + row[column].partition(":")[2]
            for column in ("subject_id", "predicate_id", "object_id")
        )
        for row in rows
    }
    links = {
        tuple(str(term) for term in triple)
        for graph in named_graphs(prepared.dataset)
        for path in MATCHES
        for triple in graph.triples((None, path, None))
    }

    assert tuple(rows[0]) == COLUMNS
    assert long == links
    assert all(row["subject_label"] for row in rows)


def test_every_link_to_an_authority_says_how_sure_it_is(prepared: Prepared) -> None:
    _, rows = split(mapping_table(named(prepared.dataset), prepared.preferred, SET))
    same = [row for row in rows if row["predicate_id"] == "schema:sameAs"]

    assert len(same) > 50
    assert {row["confidence"] for row in same} == {"0.95", "0.8"}


def test_the_table_is_served(server: str, prepared: Prepared) -> None:
    answer = send(server, "/mappings.sssom.tsv")
    head, rows = split(answer.body.decode())
    _, expected = split(mapping_table(named(prepared.dataset), prepared.preferred, SET))

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    assert head[0] == f"mapping_set_id: {server}mappings.sssom.tsv"
    assert rows == expected
    known = {"If-None-Match": answer.headers["etag"]}
    assert send(server, "/mappings.sssom.tsv", headers=known).status == 304


def test_the_context_is_served(server: str) -> None:
    answer = send(server, "/context.jsonld")

    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.body == (ROOT / "ontology" / "context.jsonld").read_bytes()
