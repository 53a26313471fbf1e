"""A named graph as a document: which source it is, and what it says, a page at a time."""

from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.term import Node

from sixaika_graph.web.entity import Alternate, alternates
from sixaika_graph.web.links import here
from sixaika_graph.web.solutions import solutions
from sixaika_graph.web.sources import Origins, Source
from sixaika_graph.web.values import Link, Names, Value


@dataclass(frozen=True)
class Line:
    """One statement of a named graph."""

    predicate: Link
    value: Value


@dataclass(frozen=True)
class Subject:
    """A thing that a named graph speaks of, and its statements there."""

    link: Link
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class NamedGraph:
    """A named graph: its source, how many statements it holds, a page of them, and what follows."""

    link: Link
    source: Source
    size: int
    subjects: tuple[Subject, ...]
    alternates: tuple[Alternate, ...]
    is_first: bool
    next: str | None


def read_graph(name: URIRef, after: str) -> NamedGraph | None:
    """Ask the engine for a page of a named graph, after an IRI; None if it is empty."""
    (size,) = solutions("page-graph-size", {"graph": name})
    found = solutions("page-graph", {"graph": name, "after": Literal(after)})
    if not found:
        return None
    origins = Origins([name])
    names = Names({name, *origins.terms(), *(term for row in found for term in row.values())})
    lines: dict[Node, list[Line]] = {}
    for row in found:
        line = Line(names.link(row["predicate"]), names.value(row["value"]))
        lines.setdefault(row["subject"], []).append(line)
    last = max(map(str, lines))
    return NamedGraph(
        names.link(name),
        origins.source(1, name, names),
        int(size["size"]),
        tuple(Subject(names.link(subject), tuple(of_it)) for subject, of_it in lines.items()),
        alternates(name),
        is_first=not after,
        next=here(after=last) if last < str(size["last"]) else None,
    )
