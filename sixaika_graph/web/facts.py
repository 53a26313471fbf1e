"""The statements about things, each with the named graphs that make it."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.term import Node

from sixaika_graph.web.solutions import solutions

Graphs = frozenset[URIRef]
"""The named graphs that make one statement; empty for a statement that was derived."""

Values = Mapping[Node, Graphs]


@dataclass(frozen=True)
class Facts:
    """Statements by subject and property, each value with the named graphs that state it."""

    by_subject: Mapping[Node, Mapping[URIRef, Values]]

    def about(self, subject: Node) -> Mapping[URIRef, Values]:
        """Return the statements about one thing by property; empty when there are none."""
        return self.by_subject.get(subject, {})

    def one(self, subject: Node, predicate: URIRef) -> Node | None:
        """Return the first value of a property, None when there is none."""
        return min(self.about(subject).get(predicate, {}), key=str, default=None)

    def terms(self) -> Iterator[Node]:
        """Yield every property and value that occurs."""
        for statements in self.by_subject.values():
            for predicate, values in statements.items():
                yield predicate
                yield from values

    def graphs(self) -> set[URIRef]:
        """Return every named graph that states something here."""
        return {
            graph
            for statements in self.by_subject.values()
            for values in statements.values()
            for graphs in values.values()
            for graph in graphs
        }


def followed(
    values: Mapping[Node, Graphs], preferred: Container[Node], chosen: Iterable[Node]
) -> frozenset[Node]:
    """Return those of the values that sources state which the preferred graph follows.

    They are those that it repeats. A day that is not known whole it has as the bounds of a period
    only: then they are the values of the graphs that were chosen.
    """
    repeated = frozenset(value for value in values if value in preferred)
    graphs = set(chosen)
    return repeated or frozenset(value for value in values if not graphs.isdisjoint(values[value]))


def read_facts(subjects: Iterable[Node]) -> Facts:
    """Return all statements about some things."""
    wanted = sorted(set(subjects), key=str)
    if not wanted:
        return Facts({})
    found: dict[Node, dict[URIRef, dict[Node, set[URIRef]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(set))
    )
    for row in solutions("page-statements", {"subject": wanted}):
        graphs = found[row["subject"]][row["predicate"]][row["value"]]
        if "graph" in row:
            graphs.add(row["graph"])
    return Facts(
        {
            subject: {
                predicate: {value: frozenset(graphs) for value, graphs in values.items()}
                for predicate, values in statements.items()
            }
            for subject, statements in found.items()
        }
    )
