"""The parts of a dataset or catalogue that the catalogue describes: its period, rights, contact.

They have no document of their own: their place is an anchor on the page of the whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from sixaika_graph.web.labels import choose
from sixaika_graph.web.released import catalogue_graph
from sixaika_graph.web.values import Link, Names, Text, Value


@dataclass(frozen=True)
class Fragment:
    """One part: its anchor, its class, and what the catalogue says of it by property."""

    anchor: str
    kind: Link
    said: tuple[tuple[Link, tuple[Value, ...]], ...]


def read_fragments(iri: URIRef) -> tuple[Fragment, ...]:
    """Return the parts of a thing in the order of their anchors; most things have none."""
    graph = catalogue_graph()
    if (iri, None, None) not in graph:
        return ()
    parts = sorted({node for node in graph.subjects() if str(node).startswith(f"{iri}#")}, key=str)
    terms = {term for part in parts for pair in graph.predicate_objects(part) for term in pair}
    names = Names(terms)
    return tuple(_fragment(graph, part, names) for part in parts)


def _fragment(graph: Graph, part: Node, names: Names) -> Fragment:
    kinds = [names.link(kind) for kind in sorted(graph.objects(part, RDF.type), key=str)]
    paths = set(graph.predicates(part)) - {RDF.type}
    return Fragment(
        anchor=str(part).partition("#")[2],
        kind=next((kind for kind in kinds if kind.label), kinds[0]),
        said=tuple(
            (names.link(path), tuple(_values(graph, part, path, names)))
            for path in names.ordered(paths)
        ),
    )


def _values(graph: Graph, part: Node, path: Node, names: Names) -> Iterator[Value]:
    """Yield the values of a property; of a text in several languages the visitor's."""
    values = names.ordered(graph.objects(part, path))
    texts = [one for one in values if isinstance(one, Literal) and one.language]
    if (text := choose(texts, names.language)) is not None:
        yield Text(text.text, text.language, foreign=text.fell_back)
    yield from (names.value(one) for one in values if one not in texts)
