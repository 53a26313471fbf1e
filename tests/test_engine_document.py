"""The document about a thing: what the walk finds is what a query for it finds."""

from pathlib import Path
from random import Random
from typing import Final

import pyoxigraph as ox
import pytest

from sixaika_graph.engine import Topic, document
from sixaika_graph.namespaces import BASE, ID, PREFIXES, curie
from sixaika_graph.publication import Publication
from sixaika_graph.web.surroundings import SURROUNDINGS

ORACLES: Final = Path(__file__).parent / "fixtures" / "documents"
OULU: Final = f"{ID}place/oulu"
ADDRESS: Final = "http://127.0.0.1:8000/data/place/oulu"
ENDPOINT: Final = "http://127.0.0.1:8000/sparql"
BOUNDS: Final = (3, document.BOUND)
KINDS: Final = ("lone file", "dataset")


def topic(kind: str = "lone file") -> Topic:
    surroundings = SURROUNDINGS if kind == "dataset" else None
    return Topic(thing=OULU, document=ADDRESS, endpoint=ENDPOINT, surroundings=surroundings)


def query(kind: str) -> str:
    return (ORACLES / f"{kind.rpartition(' ')[2]}.rq").read_text(encoding="utf-8")


def invented(seed: int) -> ox.Store:
    """Make a small store whose terms are those that a document asks after, and a few others."""
    random = Random(seed)
    iris = [
        *(
            OULU,
            f"{OULU}#geometry",
            f"{OULU}nsalo",
            f"{BASE}a",
            f"{BASE}b",
            f"{BASE}ä",
            f"{BASE}a/b",
        ),
        *SURROUNDINGS["datasets"],
        PREFIXES["foaf"] + "Person",
        *random.sample(SURROUNDINGS["node_kinds"], 2),
    ]
    names = [ox.NamedNode(iri) for iri in iris]
    nodes: list[ox.NamedNode | ox.BlankNode] = [
        *names[:7],
        *map(ox.BlankNode, ("a", "b")),
        *names[7:9],
    ]
    values: list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = [
        *(*names, *nodes),
        *(ox.Literal("a"), ox.Literal("a", language="fi"), ox.Literal(7), ox.Literal(f"{OULU}#")),
        ox.Triple(names[0], names[3], names[4]),
    ]
    properties = [
        *(ox.NamedNode(PREFIXES[prefix] + "label") for prefix in ("rdfs", "rdfs", "rdfs")),
        *(ox.NamedNode(f"{PREFIXES['rdf']}type") for _ in range(4)),
        *(ox.NamedNode(PREFIXES["dct"] + name) for name in ("license", "modified", "isPartOf")),
        *map(ox.NamedNode, random.sample(SURROUNDINGS["node_links"], 3)),
        *(ox.NamedNode(iri) for path in SURROUNDINGS["paths"] for iri in path),
        *map(ox.NamedNode, (f"{BASE}p", f"{BASE}q")),
    ]
    graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [
        ox.DefaultGraph(),
        ox.DefaultGraph(),
        names[5],
        names[6],
        ox.BlankNode("graph"),
    ]
    store = ox.Store()
    for _ in range(random.choice((0, 5, 40, 80))):
        thing = names[0] if random.random() < 0.4 else random.choice(values)
        subject, predicate = random.choice(nodes), random.choice(properties)
        store.add(ox.Quad(subject, predicate, thing, random.choice(graphs)))
        said = random.choice(values)
        store.add(ox.Quad(names[0], random.choice(properties), said, random.choice(graphs)))
    links = [*map(ox.NamedNode, random.sample(SURROUNDINGS["node_links"], 2))]
    kind = random.choice(SURROUNDINGS["node_kinds"])
    for number in range(random.choice((0, 0, 5))):
        node = ox.NamedNode(f"{BASE}node/{number}")
        store.add(ox.Quad(node, ox.NamedNode(f"{PREFIXES['rdf']}type"), ox.NamedNode(kind)))
        store.add(ox.Quad(node, random.choice(links), names[0]))
        store.add(ox.Quad(node, ox.NamedNode(f"{BASE}p"), random.choice(values)))
    return store


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bound", BOUNDS)
def test_the_walk_finds_what_the_query_finds(
    kind: str, bound: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "BOUND", bound)
    text = query(kind).replace(str(BOUNDS[-1]), str(bound))
    sizes = set()
    for seed in range(150):
        store = invented(seed)
        answer = store.query(text)
        assert isinstance(answer, ox.QueryTriples)
        expected = set(answer)
        found = document.in_order(document.document(store, topic(kind)))
        assert [*map(str, found)] == sorted(map(str, expected)), seed
        sizes.add(len(found))

    assert len(sizes) > 10


@pytest.mark.parametrize("name", ["batch", "provenance"])
def test_queries_for_the_same_nodes_name_the_same_links_and_kinds(
    publication: Publication, name: str
) -> None:
    def listed(variable: str) -> list[str]:
        rest = publication.site[name].text.partition(f"({variable} IN (")[2]
        return sorted(rest.partition(")")[0].replace(",", " ").split())

    assert listed("?link") == sorted(map(curie, SURROUNDINGS["node_links"]))
    assert listed("?kind") == sorted(map(curie, SURROUNDINGS["node_kinds"]))
