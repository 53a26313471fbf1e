"""The JSON-LD context: every term in use has a key, and nothing is lost on the way through it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF
from rdflib.term import Node

from sixaika_graph import turtle
from sixaika_graph.dataset import ONTOLOGY, SHAPES, named_graph, named_graphs
from sixaika_graph.namespaces import PREFIXES, S6
from sixaika_graph.publication import Prepared

ROOT: Final = Path(__file__).parents[1]
CONTEXT: Final[dict[str, Any]] = json.loads(
    (ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8")
)["@context"]
ALIASES: Final = {"id": "@id", "type": "@type"}
# Files and graphs of every shape: names, money, people, places, choices, terms, codes.
SAMPLE: Final = ("ouka-6aika", "curated", "choices", "people-curated", "yle-geodata", "sources")


def expanded(text: str) -> str:
    """Return the IRI of a compact one of the context."""
    prefix, _, name = text.partition(":")
    return CONTEXT[prefix] + name if prefix in CONTEXT else text


def prefixes() -> dict[str, str]:
    """Return the namespaces of the context."""
    return {
        key: what
        for key, what in CONTEXT.items()
        if isinstance(what, str) and what.startswith("http") and what[-1] in "#/"
    }


def keys() -> dict[str, str]:
    """Return the IRI that each key of the context stands for."""
    found = {}
    for key, what in CONTEXT.items():
        target = what["@id"] if isinstance(what, dict) else what
        if not key.startswith("@") and key not in ALIASES and key not in prefixes():
            found[key] = expanded(target)
    return found


def terms(prepared: Prepared) -> Iterator[Node]:
    """Yield the classes and properties in use, and all that the ontology defines."""
    graphs = [graph for graph in named_graphs(prepared.dataset) if graph.identifier != SHAPES]
    for graph in [*graphs, prepared.preferred]:
        yield from set(graph.predicates())
        yield from set(graph.objects(None, RDF.type))
    ontology = named_graph(prepared.dataset, ONTOLOGY)
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        yield from (
            term for term in ontology.subjects(RDF.type, kind) if str(term).startswith(str(S6))
        )


def test_every_term_in_use_has_a_key(prepared: Prepared) -> None:
    wanted = {str(term) for term in terms(prepared) if isinstance(term, URIRef)} - {str(RDF.type)}

    assert wanted - set(keys().values()) == set(), "add a key to ontology/context.jsonld"


def test_a_key_stands_for_one_term_and_a_term_has_one_key() -> None:
    assert CONTEXT["@version"] == 1.1
    assert {key: CONTEXT[key] for key in ALIASES} == ALIASES
    assert len(set(keys().values())) == len(keys())


def test_a_prefix_is_the_one_of_the_repository() -> None:
    assert prefixes() == {key: PREFIXES[key] for key in prefixes()}
    assert {"s6", "schema", "org", "xsd"} <= set(prefixes())


def document(graph: Graph) -> str:
    return graph.serialize(format="json-ld", context=CONTEXT, auto_compact=True)


def test_the_preferred_graph_passes_through_whole(prepared: Prepared) -> None:
    graph = prepared.preferred
    back = Graph(bind_namespaces="none").parse(data=document(graph), format="json-ld")

    assert set(back) == set(graph)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_file_passes_through_whole(name: str) -> None:
    graph = turtle.read(ROOT / "data" / "turtle" / f"{name}.ttl")
    back = Graph(bind_namespaces="none").parse(data=document(graph), format="json-ld")

    assert set(back) == set(graph)


def names_in(value: Any) -> Iterator[str]:
    """Yield the keys of all objects in a JSON document, those of language maps left out."""
    if isinstance(value, list):
        for one in value:
            yield from names_in(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            what = CONTEXT.get(key)
            yield key
            if not (isinstance(what, dict) and what.get("@container") == "@language"):
                yield from names_in(one)


def test_a_document_has_no_key_beside_those_of_the_context(prepared: Prepared) -> None:
    written = json.loads(document(prepared.preferred))
    written.pop("@context")

    used = set(names_in(written))
    assert used - set(CONTEXT) - {"@graph", "@value", "@type", "@language"} == set()
    assert {"id", "type", "prefLabel", "totalBudget"} <= used
