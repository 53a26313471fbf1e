"""The document about a thing: a walk over a store, from the thing to what belongs into it.

A query for the same takes some times as long: most of that it is planned, and no plan is kept.
What is ordered is in the order of a query (https://www.w3.org/TR/sparql11-query/#modOrderBy).
"""

import heapq
from collections.abc import Iterable, Iterator
from typing import Final, cast
from urllib.parse import quote

import pyoxigraph as ox

from sixaika_graph.engine import Surroundings, Topic
from sixaika_graph.namespaces import PREFIXES

BOUND: Final = 500
"""How many links to a thing, and how many of its n-ary nodes, a document shows."""

_DEFAULT: Final = ox.DefaultGraph()


def _term(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


_TYPE: Final = _term("rdf:type")
_LABEL: Final = _term("rdfs:label")
_DOCUMENT: Final = _term("foaf:Document")
_TOPIC: Final = _term("foaf:primaryTopic")
_LICENCE: Final = _term("dct:license")
_MODIFIED: Final = _term("dct:modified")
_SOURCE: Final = _term("dct:source")
_DATASET: Final = _term("void:inDataset")
_TOTAL: Final = _term("hydra:totalItems")
_NEXT: Final = _term("hydra:next")

_Node = ox.NamedNode | ox.BlankNode
_Term = _Node | ox.Literal | ox.Triple

_Link = tuple[str, bool, str, _Node, ox.Triple]
"""A link by the IRI of its property, then by its subject, blank nodes first."""


def document(store: ox.Store, topic: Topic) -> list[ox.Triple]:
    """Return the triples of the document about a thing, some of them more than once.

    They are what is said of the thing, what links to it up to a bound, labels, and what the
    document is; beyond the bound stands how many links there are, and where the rest is.
    """
    walk = _Walk(store, ox.NamedNode(topic["thing"]), ox.NamedNode(topic["document"]))
    said = walk.describe(walk.thing)
    links = heapq.nsmallest(BOUND, walk.links())
    for *_, subject, triple in links:
        walk.found.append(triple)
        walk.name(subject)
    walk.say(_TYPE, _DOCUMENT)
    walk.say(_TOPIC, walk.thing)
    # Up to the bound there are no more, and they need not be counted.
    total = len(links) if len(links) < BOUND else sum(1 for _ in walk.links())
    if total > BOUND:
        walk.say(_TOTAL, ox.Literal(total))
        walk.say(_NEXT, ox.NamedNode(_rest(topic)))
    surroundings = topic["surroundings"]
    if surroundings is not None:
        walk.surround(surroundings, said, links if total <= BOUND else walk.links())
        for *_, subject, _ in links:
            walk.take(subject, _TYPE)
    return walk.found


def in_order(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return triples once each, by subject, property and value as N-Triples writes them."""
    written = {str(triple): triple for triple in triples}
    return [written[line] for line in sorted(written)]


def _rest(topic: Topic) -> str:
    """Return the address of the links beyond the bound."""
    links = f"{{ ?subject ?property <{topic['thing']}> }}"
    query = f"CONSTRUCT {links} WHERE {links} ORDER BY ?property ?subject OFFSET {BOUND}"
    return f"{topic['endpoint']}?query={quote(query, safe='')}"


class _Walk:
    """A walk from a thing, and the triples that were found on it; only the default graph counts."""

    def __init__(self, store: ox.Store, thing: ox.NamedNode, document: ox.NamedNode) -> None:
        self.thing = thing
        self.found: list[ox.Triple] = []
        self._store = store
        self._document = document
        self._named: set[_Node] = set()

    def say(self, predicate: ox.NamedNode, value: _Term) -> None:
        """Say something of the document."""
        self.found.append(ox.Triple(self._document, predicate, value))

    def take(self, subject: _Node, predicate: ox.NamedNode | None = None) -> list[ox.Triple]:
        """Take what is said of a subject, all or by one property, and return it."""
        quads = self._store.quads_for_pattern(subject, predicate, None, _DEFAULT)
        said = [quad.triple for quad in quads]
        self.found += said
        return said

    def describe(self, subject: _Node) -> list[ox.Triple]:
        """Take all that is said of a subject, and return it; take the labels of the values too."""
        said = self.take(subject)
        for triple in said:
            self.name(triple.object)
        return said

    def name(self, term: _Term) -> None:
        """Take the labels of a term, once."""
        if isinstance(term, _Node) and term not in self._named:
            self._named.add(term)
            self.take(term, _LABEL)

    def links(self) -> Iterator[_Link]:
        """Yield what links to the thing, so that it can be ordered."""
        for quad in self._store.quads_for_pattern(None, None, self.thing, _DEFAULT):
            # RDF has no triples as subjects, whatever the type says.
            subject = cast(_Node, quad.subject)
            is_iri = isinstance(subject, ox.NamedNode)
            yield quad.predicate.value, is_iri, subject.value, subject, quad.triple

    def surround(
        self, surroundings: Surroundings, said: Iterable[ox.Triple], links: Iterable[_Link]
    ) -> None:
        """Take what a document of a dataset has beside what is `said`; `links` are all."""
        by, kinds = surroundings["node_links"], frozenset(surroundings["node_kinds"])
        nodes = (link for link in links if link[0] in by and self._kinds(link[3]) & kinds)
        described = {subject for *_, subject, _ in heapq.nsmallest(BOUND, nodes)}
        # Its parts, such as a geometry, have no document of their own.
        part = f"{self.thing.value}#"
        for value in (triple.object for triple in said):
            if isinstance(value, ox.NamedNode) and value.value.startswith(part):
                described.add(value)
        for path in surroundings["paths"]:
            described |= self._along(path)
        for subject in described:
            self.describe(subject)
        self._say_dataset(surroundings)
        self._say_sources()

    def _kinds(self, subject: _Node) -> set[str]:
        quads = self._store.quads_for_pattern(subject, _TYPE, None, _DEFAULT)
        return {kind.value for quad in quads if isinstance(kind := quad.object, ox.NamedNode)}

    def _along(self, path: Iterable[str]) -> set[_Node]:
        """Return where a path that leads to the thing begins; its last property comes first."""
        ends: set[_Node] = {self.thing}
        for iri in path:
            predicate = ox.NamedNode(iri)
            ends = {
                cast(_Node, quad.subject)
                for end in ends
                for quad in self._store.quads_for_pattern(None, predicate, end, _DEFAULT)
            }
        return ends

    def _say_dataset(self, surroundings: Surroundings) -> None:
        """Say which dataset the document is in, and what that says of licence and date."""
        kinds = self._kinds(self.thing)
        datasets = surroundings["datasets"].items()
        dataset = ox.NamedNode(next(iri for iri, of in datasets if not of or kinds & {*of}))
        self.say(_DATASET, dataset)
        self.name(dataset)
        for predicate in (_LICENCE, _MODIFIED):
            for quad in self._store.quads_for_pattern(dataset, predicate, None, _DEFAULT):
                self.say(predicate, quad.object)

    def _say_sources(self) -> None:
        """Say which named graphs describe the thing."""
        quads = self._store.quads_for_pattern(self.thing, None, None, None)
        for graph in {quad.graph_name for quad in quads}:
            if isinstance(graph, _Node):
                self.say(_SOURCE, graph)
                self.name(graph)
