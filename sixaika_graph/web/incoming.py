"""What links to a thing: counted, grouped by property, a bounded part of each group at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rdflib import Literal, URIRef
from rdflib.term import Node

from sixaika_graph.web.facts import Graphs
from sixaika_graph.web.links import curie, here
from sixaika_graph.web.nodes import COLUMNS, Table, table
from sixaika_graph.web.solutions import solutions
from sixaika_graph.web.statements import SHOWN, Group, Statement, Writer

PAGE: Final = 100
"""How many members of a group one page of it has: the LIMIT of the site queries."""


@dataclass(frozen=True)
class Part:
    """Some of the things that link to a thing by one property.

    `kind` is the class of n-ary nodes that they are, None for other things; `total` counts all;
    `members` have the named graphs that state the link; `rest` says that more come after them.
    """

    predicate: URIRef
    kind: URIRef | None
    total: int
    members: Mapping[Node, Graphs]
    rest: bool

    @property
    def name(self) -> str:
        """The name of the group in an address."""
        return curie(self.predicate) + (f" {curie(self.kind)}" if self.kind else "")

    def last(self) -> str:
        """Return the IRI after which the rest begins."""
        return max(map(str, self.members), default="")


def read_parts(thing: URIRef, *, only: str | None = None, after: str = "") -> list[Part]:
    """Return the groups of links to a thing: the first members of all, or one page of `only`."""
    counts = solutions("page-incoming", {"thing": thing})
    parts = []
    for row in counts:
        part = Part(row["predicate"], row.get("kind"), int(row["count"]), {}, rest=False)
        if only is None or part.name == only:
            parts.append(_fill(thing, part, SHOWN if only is None else PAGE, after))
    return parts


def _fill(thing: URIRef, part: Part, limit: int, after: str) -> Part:
    bound: dict[str, Node] = {
        "thing": thing,
        "predicate": part.predicate,
        "after": Literal(after),
    }
    members: dict[Node, set[URIRef]] = {}
    if part.kind is None:
        for row in solutions("page-incoming-part", bound):
            graphs = members.setdefault(row["subject"], set())
            if "graph" in row:
                graphs.add(row["graph"])
    else:
        for row in solutions("page-nodes", {**bound, "kind": part.kind}):
            members[row["node"]] = set()
    shown = sorted(members, key=str)[:limit]
    rest = len(shown) < len(members) or (len(members) == PAGE and part.total > PAGE)
    return Part(
        part.predicate,
        part.kind,
        part.total,
        {member: frozenset(members[member]) for member in shown},
        rest,
    )


def tables(writer: Writer, thing: URIRef, parts: list[Part]) -> Iterator[Table]:
    """Yield a table for each group of n-ary nodes, in the order of their kinds."""
    for kind in COLUMNS:
        for part in parts:
            if part.kind != kind:
                continue
            columns, rows = table(writer, thing, kind, part.predicate, part.members)
            yield Table(
                kind=curie(kind).rpartition(":")[2],
                link=writer.names.link(kind),
                predicate=writer.names.link(part.predicate),
                columns=columns,
                rows=rows,
                total=part.total,
                more=_more(part),
            )


def groups(writer: Writer, parts: list[Part], *, derived: bool = False) -> Iterator[Group]:
    """Yield the groups of other things that link here, those that sources state or derived ones."""
    for part in parts:
        if part.kind is not None or any(part.members.values()) == derived:
            continue
        statements = [
            Statement(writer.names.link(member), writer.footnotes.marks(part.members[member]))
            for member in writer.names.ordered(part.members)
        ]
        yield Group(
            writer.names.link(part.predicate), tuple(statements), part.total, more=_more(part)
        )


def _more(part: Part) -> str | None:
    return here(inverse=part.name) if part.rest else None
