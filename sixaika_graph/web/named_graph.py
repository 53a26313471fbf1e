"""A named graph as a document: which source it is, and what it says, a page at a time."""

from collections import defaultdict
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.term import Node

from sixaika_graph.web.alternates import Alternate
from sixaika_graph.web.entity import alternates
from sixaika_graph.web.facts import Facts, Graphs
from sixaika_graph.web.links import here
from sixaika_graph.web.solutions import solutions
from sixaika_graph.web.sources import Footnotes, Origins, Source
from sixaika_graph.web.statements import Group, Writer
from sixaika_graph.web.values import Link, Names


@dataclass(frozen=True)
class Subject:
    """A thing that a named graph speaks of, and what it says about it."""

    link: Link
    groups: tuple[Group, ...]


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
    """Ask the engine for a page of a named graph, after an IRI; None if there is nothing."""
    (size,) = solutions("page-graph-size", {"graph": name})
    facts = _facts(name, after)
    if not facts.by_subject:
        return None
    origins = Origins([name])
    names = Names({name, *origins.terms(), *facts.by_subject, *facts.terms()})
    writer = Writer(facts, names, Footnotes(origins, names), limit=int(size["size"]))
    last = max(map(str, facts.by_subject))
    return NamedGraph(
        names.link(name),
        origins.source(1, name, names),
        int(size["size"]),
        tuple(Subject(names.link(one), writer.groups(one)) for one in facts.by_subject),
        alternates(name),
        is_first=not after,
        next=here(after=last) if last < str(size["last"]) else None,
    )


def _facts(name: URIRef, after: str) -> Facts:
    found: dict[Node, dict[URIRef, dict[Node, Graphs]]] = defaultdict(lambda: defaultdict(dict))
    for row in solutions("page-graph", {"graph": name, "after": Literal(after)}):
        found[row["subject"]][row["predicate"]][row["value"]] = frozenset([name])
    return Facts(found)
