"""What a graph holds, counted as VoID counts (https://www.w3.org/TR/void/#statistics).

Partitions are nested the way that query editors read: a class, its properties, and for each of
them the classes and datatypes of its values (`void-ext`, http://ldf.fi/void-ext).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from rdflib import RDF, VOID, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from sixaika_graph.namespaces import BASE, VOID_EXT, curie

Pair = tuple[Node, Node]


class Census:
    """The counts of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.triples = len(graph)
        self.subjects = set(graph.subjects())
        self.objects = set(graph.objects())
        self.kinds: Mapping[Node, set[Node]] = _kinds(graph)
        self.entities = Counter(kind for kinds in self.kinds.values() for kind in kinds)
        self.properties = Counter(graph.predicates())
        self.of_class: Counter[Pair] = Counter()
        self.value_classes: dict[Pair, Counter[Node]] = defaultdict(Counter)
        self.datatypes: dict[Pair, Counter[Node]] = defaultdict(Counter)
        for subject, predicate, value in graph:
            for kind in self.kinds.get(subject, ()):
                self._count((kind, predicate), value)

    def _count(self, pair: Pair, value: Node) -> None:
        self.of_class[pair] += 1
        if isinstance(value, Literal):
            self.datatypes[pair][datatype(value)] += 1
        else:
            self.value_classes[pair].update(self.kinds.get(value, ()))

    @property
    def described(self) -> int:
        """How many things of ours the graph describes."""
        return sum(isinstance(one, URIRef) and one.startswith(BASE) for one in self.subjects)


def statistics(graph: Graph, dataset: URIRef, *, nested: bool = True) -> Graph:
    """Describe how much of what a graph holds; `dataset` is the IRI of what the graph is.

    Without `nested` the partitions by class do not tell of properties.
    """
    census = Census(graph)
    described = Graph(bind_namespaces="none")
    _add_counts(described, dataset, census)
    for kind, entities in census.entities.items():
        partition = part(dataset, "class", kind)
        described.add((dataset, VOID.classPartition, partition))
        described.add((partition, VOID["class"], kind))
        described.add((partition, VOID.entities, whole(entities)))
    for predicate, triples in census.properties.items():
        _add_property(described, dataset, part(dataset, "property", predicate), predicate, triples)
    if nested:
        _add_nested(described, dataset, census)
    return described


def _add_counts(described: Graph, dataset: URIRef, census: Census) -> None:
    counts = {
        VOID.triples: census.triples,
        VOID.entities: census.described,
        VOID.classes: len(census.entities),
        VOID.properties: len(census.properties),
        VOID.distinctSubjects: len(census.subjects),
        VOID.distinctObjects: len(census.objects),
    }
    for predicate, count in counts.items():
        described.add((dataset, predicate, whole(count)))


def _add_nested(described: Graph, dataset: URIRef, census: Census) -> None:
    for (kind, predicate), triples in census.of_class.items():
        parent, pair = part(dataset, "class", kind), (kind, predicate)
        partition = part(dataset, "class", kind, predicate)
        _add_property(described, parent, partition, predicate, triples)
        for value_class, count in census.value_classes[pair].items():
            node = part(dataset, "class", kind, predicate, value_class)
            described.add((partition, VOID.classPartition, node))
            described.add((node, VOID["class"], value_class))
            described.add((node, VOID.triples, whole(count)))
        for kind_of_literal, count in census.datatypes[pair].items():
            node = part(dataset, "class", kind, predicate, kind_of_literal)
            described.add((partition, VOID_EXT.datatypePartition, node))
            described.add((node, VOID_EXT.datatype, kind_of_literal))
            described.add((node, VOID.triples, whole(count)))


def _add_property(
    described: Graph, parent: URIRef, partition: URIRef, predicate: Node, triples: int
) -> None:
    described.add((parent, VOID.propertyPartition, partition))
    described.add((partition, VOID.property, predicate))
    described.add((partition, VOID.triples, whole(triples)))


def _kinds(graph: Graph) -> Mapping[Node, set[Node]]:
    kinds: dict[Node, set[Node]] = defaultdict(set)
    for subject, kind in graph.subject_objects(RDF.type):
        kinds[subject].add(kind)
    return dict(kinds)


def datatype(value: Literal) -> URIRef:
    """Return the datatype of a literal; RDF 1.1 gives one to each."""
    if value.language:
        return RDF.langString
    return value.datatype or XSD.string


def whole(count: int) -> Literal:
    """Write a count."""
    return Literal(str(count), datatype=XSD.integer)


def part(dataset: URIRef, *path: str | Node) -> URIRef:
    """Return the IRI of a part of a dataset: a readable fragment that stays the same."""
    base, _, fragment = dataset.partition("#")
    names = [fragment] if fragment else []
    names += [_name(one) if isinstance(one, Node) else one for one in path]
    return URIRef(f"{base}#{'.'.join(names)}")


def _name(term: Node) -> str:
    return re.sub(r"[^A-Za-z0-9._]+", "-", curie(str(term))).strip("-")
