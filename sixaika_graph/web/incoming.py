"""What links to a thing: counted, grouped by property, a bounded part of each group at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rdflib import Literal, URIRef
from rdflib.term import Node

from sixaika_graph.web.facts import Graphs
from sixaika_graph.web.links import curie, here
from sixaika_graph.web.solutions import solutions
from sixaika_graph.web.statements import SHOWN, Group, Statement, Writer

PAGE: Final = 100
"""How many members of a group one page of it has: the LIMIT of the site queries."""


@dataclass(frozen=True)
class Part:
    """Some of the things that link to a thing by one property.

    `total` counts all of them; `members` have the named graphs that state the link; `rest` says
    that more come after them.
    """

    predicate: URIRef
    total: int
    members: Mapping[Node, Graphs]
    rest: bool

    def next(self) -> str | None:
        """Return the address of what comes after the members, None at the end."""
        last = max(map(str, self.members), default="")
        return here(inverse=curie(self.predicate), after=last) if self.rest else None


def read_parts(thing: URIRef) -> list[Part]:
    """Return the first members of every group of links to a thing."""
    counts = _counts(thing)
    return [
        _part(predicate, counts[predicate], members.get(predicate, {}), SHOWN)
        for together in asked_together(counts)
        for members in [_members(thing, together)]
        for predicate in together
    ]


def read_part(thing: URIRef, name: str, after: str) -> list[Part]:
    """Return one page of the links by the property of that name; none if there is no such link."""
    return [
        _part(predicate, total, _members(thing, [predicate], after).get(predicate, {}), PAGE)
        for predicate, total in _counts(thing).items()
        if curie(predicate) == name
    ]


def asked_together(counts: Mapping[URIRef, int]) -> Iterator[list[URIRef]]:
    """Yield all groups, as many at a time as one page of members holds; a larger one by itself."""
    together: list[URIRef] = []
    size = 0
    for group, count in counts.items():
        if together and size + count > PAGE:
            yield together
            together, size = [], 0
        together.append(group)
        size += count
    if together:
        yield together


def _counts(thing: URIRef) -> dict[URIRef, int]:
    found = solutions("page-incoming", {"thing": thing})
    return {row["predicate"]: int(row["count"]) for row in found}


def _members(
    thing: URIRef, predicates: Sequence[URIRef], after: str = ""
) -> Mapping[URIRef, Mapping[Node, set[URIRef]]]:
    members: dict[URIRef, dict[Node, set[URIRef]]] = {}
    bound: dict[str, Node | Sequence[Node]] = {
        "thing": thing,
        "predicate": predicates,
        "after": Literal(after),
    }
    for row in solutions("page-incoming-part", bound):
        graphs = members.setdefault(row["predicate"], {}).setdefault(row["subject"], set())
        graphs.update([row["graph"]] if "graph" in row else [])
    return members


def _part(predicate: URIRef, total: int, members: Mapping[Node, set[URIRef]], limit: int) -> Part:
    shown = sorted(members, key=str)[:limit]
    return Part(
        predicate,
        total,
        {member: frozenset(members[member]) for member in shown},
        rest=len(shown) < len(members) or (len(members) == PAGE and total > PAGE),
    )


def groups(writer: Writer, parts: Iterable[Part], *, derived: bool = False) -> Iterator[Group]:
    """Yield the groups of links to a thing, those that sources state or the derived ones."""
    for part in parts:
        if any(part.members.values()) == derived:
            continue
        statements = [
            Statement(writer.names.link(member), writer.footnotes.marks(part.members[member]))
            for member in writer.names.ordered(part.members)
        ]
        yield Group(
            writer.names.link(part.predicate),
            tuple(statements),
            part.total,
            more=here(inverse=curie(part.predicate)) if part.rest else None,
        )
