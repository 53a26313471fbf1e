"""Compact JSON-LD: short names, the same statements, whatever the IRIs look like."""

import json
from typing import Any, Final

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic
from wire import send

from sixaika_graph.engine.jsonld import INLINE, compacted
from sixaika_graph.namespaces import PREFIXES

DOCUMENTS: Final = (
    "/data/place/oulu.jsonld",
    "/data/project/ilpo.jsonld",
    "/graph/ouka-6aika.jsonld",
    "/ont.jsonld",
    "/data/fund.jsonld",
    "/queries/crosswalk-schema-org.jsonld",
)
_A: Final = "http://a/"
_IRIS: Final = st.sampled_from(
    [
        *(
            "http://a/",
            "http://a/x",
            "urn:a:b",
            "geo:60.1,24.9",
            "s6:x",
            "xsd:string",
            "mailto:a@b",
        ),
        *(f"{PREFIXES[prefix]}name" for prefix in ("s6", "schema", "geo", "xsd", "dct")),
        *(PREFIXES["dct"], f"{PREFIXES['schema']}a:b", f"{PREFIXES['place']}oulu"),
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    ]
)
_NODES: Final = st.builds(ox.NamedNode, _IRIS)
_TEXTS: Final = st.sampled_from(["", "x", "@id", "@type", "s6:x", '"\\\n\u2028ä𝄞'])
_LITERALS: Final = st.one_of(
    st.builds(ox.Literal, _TEXTS),
    st.builds(lambda text: ox.Literal(text, language="fi"), _TEXTS),
    st.builds(lambda text, iri: ox.Literal(text, datatype=iri), _TEXTS, _NODES),
)
_TRIPLES: Final = st.lists(
    st.builds(ox.Triple, _NODES, _NODES, st.one_of(_NODES, _LITERALS)), max_size=12
)


def document(triples: list[ox.Triple], context: str = INLINE) -> dict[str, Any]:
    expanded = ox.serialize(triples, format=ox.RdfFormat.JSON_LD)
    assert expanded is not None
    found: dict[str, Any] = json.loads(compacted(expanded, PREFIXES, context))
    return found


def read(found: dict[str, Any]) -> set[ox.Triple]:
    quads = ox.parse(json.dumps(found), ox.RdfFormat.JSON_LD)
    return {quad.triple for quad in quads}


@given(_TRIPLES)
def test_a_compact_document_says_the_same(triples: list[ox.Triple]) -> None:
    assert read(document(triples)) == set(triples)


@given(_TRIPLES)
def test_one_whose_context_is_elsewhere_says_the_same(triples: list[ox.Triple]) -> None:
    found = document(triples, "http://a/prefixes.json")

    context = found["@context"]
    beside = context[1] if isinstance(context, list) else {}
    assert read({**found, "@context": [PREFIXES, beside]}) == set(triples)


def test_names_are_short_and_one_value_stands_alone() -> None:
    schema, place = PREFIXES["schema"], ox.NamedNode(f"{_A}oulu")
    name, kind = ox.NamedNode(f"{schema}name"), ox.NamedNode(f"{schema}Place")
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    triples = [
        ox.Triple(place, rdf_type, kind),
        ox.Triple(place, name, ox.Literal("Oulu")),
        ox.Triple(place, ox.NamedNode(f"{schema}sameAs"), ox.NamedNode(f"{_A}1")),
        ox.Triple(place, ox.NamedNode(f"{schema}sameAs"), ox.NamedNode(f"{_A}2")),
    ]

    assert document(triples) == {
        "@context": {"schema": schema},
        "@graph": [
            {
                "@id": f"{_A}oulu",
                "@type": "schema:Place",
                "schema:name": "Oulu",
                "schema:sameAs": [{"@id": f"{_A}1"}, {"@id": f"{_A}2"}],
            }
        ],
    }


@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents_are_compact_with_their_context_inside(server: str, path: str) -> None:
    found = send(server, path).json()

    assert list(found) == ["@context", "@graph"]
    assert found["@context"].items() <= PREFIXES.items()
    turtle = Graph().parse(f"{server}{path[1:].replace('.jsonld', '.ttl')}", format="turtle")
    assert isomorphic(Graph().parse(data=json.dumps(found), format="json-ld"), turtle)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_the_context_may_be_left_at_its_address(server: str, path: str) -> None:
    """Which a client fetches: the graph is the same only if the address gives the prefixes."""
    address = f"{server}{path[1:]}?context=url"

    assert send(server, f"{path}?context=url").json()["@context"] == f"{server}prefixes.json"
    inside = Graph().parse(f"{server}{path[1:]}", format="json-ld")
    assert isomorphic(Graph().parse(address, format="json-ld"), inside)
    tags = {send(server, f"{path}{asked}").headers["etag"] for asked in ("", "?context=url")}
    assert len(tags) == 2


def test_another_context_is_refused(server: str) -> None:
    answer = send(server, "/data/place/oulu.jsonld?context=none")

    assert answer.status == 400
    assert answer.json()["available"] == ["inline", "url"]
