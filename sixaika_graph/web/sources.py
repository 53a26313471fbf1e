"""Where statements come from: the footnotes of a page, one for each named graph on it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.term import Node

from sixaika_graph.web.labels import Label, choose
from sixaika_graph.web.service import directory, publication
from sixaika_graph.web.solutions import Solution, solutions
from sixaika_graph.web.values import Link, Names, Value, day


@dataclass(frozen=True)
class Source:
    """A footnote: a named graph and the document that it was read from.

    `number` is its mark on the page; `document` is the page about the source document, None when
    the graph has none; `url` leads to the document itself; `seen` is the day it was read;
    `licence` or `rights` say what may be done with it.
    """

    number: int
    graph: Link
    document: Link | None
    publisher: Value | None
    seen: str
    url: Link | None
    licence: Link | None = None
    rights: Label | None = None

    @property
    def title(self) -> str:
        """The name of the document, else that of the graph."""
        return (self.document or self.graph).text


class Origins:
    """What the dataset says about the source documents of named graphs."""

    def __init__(self, graphs: Iterable[URIRef]) -> None:
        wanted = sorted(set(graphs))
        found = _asked(wanted) if publication().file else _known(wanted)
        self._by_graph: Mapping[Node, Solution] = {row["graph"]: row for row in found}
        self._rights: dict[Node, list[Literal]] = defaultdict(list)
        for row in found:
            if isinstance(row.get("rights"), Literal):
                self._rights[row["graph"]].append(row["rights"])

    def terms(self) -> Iterator[Node]:
        """Yield every term that a footnote may show."""
        for row in self._by_graph.values():
            yield from row.values()

    def source(self, number: int, graph: URIRef, names: Names) -> Source:
        """Return the footnote of one named graph."""
        row = self._by_graph.get(graph, {})
        return Source(
            number,
            names.link(graph),
            names.link(row["document"]) if "document" in row else None,
            names.value(row["publisher"]) if "publisher" in row else None,
            day(row["seen"], names.language) if "seen" in row else "",
            names.link(URIRef(str(row["url"]))) if "url" in row else None,
            names.link(row["license"]) if "license" in row else None,
            choose(self._rights.get(graph, ()), names.language),
        )


def _known(graphs: Iterable[URIRef]) -> list[Solution]:
    return [row for graph in graphs for row in directory().documents.get(graph, ())]


def _asked(graphs: Sequence[URIRef]) -> list[Solution]:
    return solutions("page-sources", {"graph": graphs}) if graphs else []


class Footnotes:
    """The footnotes of a page, numbered in the order in which their marks appear."""

    def __init__(self, origins: Origins, names: Names) -> None:
        self._origins = origins
        self._names = names
        self._sources: dict[URIRef, Source] = {}

    def marks(self, graphs: Iterable[URIRef]) -> tuple[Source, ...]:
        """Return the footnotes of the graphs that make a statement."""
        return tuple(self._mark(graph) for graph in sorted(graphs))

    def _mark(self, graph: URIRef) -> Source:
        if graph not in self._sources:
            number = len(self._sources) + 1
            self._sources[graph] = self._origins.source(number, graph, self._names)
        return self._sources[graph]

    def listed(self) -> tuple[Source, ...]:
        """Return all footnotes so far."""
        return tuple(self._sources.values())
