"""What a catalogued dataset holds: statements in a default graph and in named graphs.

It is read from the lines of an edition, in their order and with their labels of blank nodes, so
that whatever is written from it is the same bytes for the same data.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from rdflib import BNode, Graph, URIRef
from rdflib.plugins.parsers.ntriples import NTGraphSink, W3CNTriplesParser

from sixaika_graph.dataset import CODE_LISTS, ONTOLOGY
from sixaika_graph.namespaces import ID

GRAPH_DATASET: Final = "sixaika"
PEOPLE_DATASET: Final = "people"
ONTOLOGY_DATASET: Final = "ontology"

_NODE: Final = rb"(?:<[^>]*>|_:\S+)"
_LITERAL: Final = rb'"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?'
_QUAD: Final = re.compile(rb"(%s <[^>]*> (?:%s|%s))(?: <([^>]*)>)? \." % (_NODE, _NODE, _LITERAL))
_VOCABULARY: Final = (ONTOLOGY, CODE_LISTS)


@dataclass(frozen=True)
class Content:
    """The statements of one dataset, as lines of N-Quads (each with its end) and as graphs."""

    lines: tuple[bytes, ...]
    default: Graph = field(repr=False)
    named: Mapping[URIRef, Graph] = field(repr=False)


def name_of(slug: str) -> URIRef:
    """Return the IRI of the catalogued dataset with a slug."""
    return ID[f"dataset/{slug}"]


def contents(nquads: bytes, public: bytes) -> dict[str, Content]:
    """Divide the statements of an edition among the datasets of the catalogue, by their slugs.

    `public` are the statements without the names of persons. What `nquads` has beyond them is the
    dataset of persons, which is missing where there is nothing.
    """
    kept = public.splitlines(keepends=True)
    known = set(kept)
    beyond = [line for line in nquads.splitlines(keepends=True) if line not in known]
    divided = {GRAPH_DATASET: read(kept), ONTOLOGY_DATASET: read(_vocabulary(kept))}
    return divided | ({PEOPLE_DATASET: read(beyond)} if beyond else {})


def _vocabulary(lines: Iterable[bytes]) -> list[bytes]:
    names = {str(name).encode() for name in _VOCABULARY}
    quads = [line for line in lines if _split(line)[1] in names]
    return sorted({_split(line)[0] + b" .\n" for line in quads}) + quads


def read(lines: Iterable[bytes]) -> Content:
    """Read lines of N-Quads as graphs."""
    whole = tuple(lines)
    triples: dict[bytes | None, list[bytes]] = defaultdict(list)
    for line in whole:
        triple, name = _split(line)
        triples[name].append(triple)
    named = {
        URIRef(name.decode()): _graph(held) for name, held in triples.items() if name is not None
    }
    return Content(whole, _graph(triples[None]), named)


def _split(line: bytes) -> tuple[bytes, bytes | None]:
    match = _QUAD.match(line)
    assert match is not None, line
    return match[1], match[2]


class _Labels(dict[str, BNode]):
    """Blank nodes by the labels that they have already."""

    def get(self, key: str, default: object = None) -> BNode:
        return BNode(key)


def _graph(triples: Iterable[bytes]) -> Graph:
    graph = Graph(bind_namespaces="none")
    text = b" .\n".join([*triples, b""]).decode()
    parser = W3CNTriplesParser(sink=NTGraphSink(graph), bnode_context=_Labels())
    parser.parsestring(text)
    return graph
