"""The n-ary nodes of a thing, one table for each kind: partners with roles, people, money, figures.

A node (https://www.w3.org/TR/swbp-n-aryRelations/) is shown where it belongs, not as a link to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, XSD
from rdflib.term import Node

from sixaika_graph.namespaces import DEF, FRAPO, S6, SCHEMA
from sixaika_graph.web.incoming import PAGE, asked_together
from sixaika_graph.web.labels import Label
from sixaika_graph.web.links import curie, here
from sixaika_graph.web.solutions import solutions
from sixaika_graph.web.sources import Source
from sixaika_graph.web.statements import SHOWN, Writer
from sixaika_graph.web.values import Link, Text, Value, brief_day

COLUMNS: Final[Mapping[URIRef, Sequence[URIRef]]] = {
    S6.Participation: (
        ORG.organization, ORG.member, ORG.role, S6.roleInSource, S6.sixCityRegion,
    ),
    S6.Assignment: (
        ORG.member, ORG.role, S6.titleInSource, S6.forProject, ORG.organization, S6.onBehalfOf,
        S6.status,
    ),
    S6.Budget: (
        S6.budgetOf, FRAPO.hasMonetaryValue, S6.amountKind, S6.financedBy, S6.fund, S6.asStatedOn,
    ),
    S6.FundingContribution: (
        DCTERMS.isPartOf, SCHEMA.funder, S6.fund, FRAPO.hasMonetaryValue, S6.share, S6.amountKind,
    ),
    S6.Figure: (S6.figureOf, S6.measures, SCHEMA.value, S6.scope, DCTERMS.date, S6.asStatedOn),
    S6.KnownGap: (S6.gapOf, S6.gapProperty, DCTERMS.language, S6.gapReason),
    S6.Choice: (S6.choiceOf, S6.choiceProperty, S6.chosen, S6.setAside, S6.choiceRule),
}  # fmt: skip
"""The kinds of nodes, in the order of their tables, and the columns of each."""

_HEADINGS: Final[Mapping[tuple[URIRef, URIRef], URIRef]] = {
    (S6.Participation, ORG.member): ORG.Organization,
    (S6.Participation, ORG.organization): S6.Project,
    (S6.Assignment, ORG.member): FOAF.Person,
    (S6.Assignment, ORG.organization): ORG.Organization,
}
"""Columns whose property says less than the class of its values: the class is their heading."""

HEADING_TERMS: Final = frozenset(_HEADINGS.values())
EXACT: Final = DEF["precision/exact"]
_QUALIFIED: Final = (FRAPO.hasMonetaryValue, SCHEMA.value, S6.share)


@dataclass(frozen=True)
class Cell:
    """The values of one column of one node.

    `before` is the word that makes a number less than exact ("nearly"), `after` its unit.
    """

    values: tuple[Value, ...]
    before: Label | None = None
    after: Value | None = None


@dataclass(frozen=True)
class Row:
    """One node: its cells, the page with all about it, and the footnotes of its sources."""

    node: Link
    cells: tuple[Cell, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Table:
    """The nodes of one kind that link to a thing.

    `kind` is the name of the kind in the ontology ("Participation"); `more` leads to all of them
    when only some are shown.
    """

    kind: str
    columns: tuple[Link, ...]
    rows: tuple[Row, ...]
    total: int
    more: str | None


@dataclass(frozen=True)
class Part:
    """Some of the nodes of one kind that link to a thing; `rest` says that more come after them."""

    kind: URIRef
    total: int
    members: tuple[Node, ...]
    rest: bool

    def next(self) -> str | None:
        """Return the address of what comes after the members, None at the end."""
        last = max(map(str, self.members), default="")
        return here(nodes=curie(self.kind), after=last) if self.rest else None


def read_parts(thing: URIRef) -> list[Part]:
    """Return the first nodes of every kind that link to a thing."""
    counts = _counts(thing)
    return [
        _part(kind, counts[kind], members.get(kind, []), SHOWN)
        for together in asked_together(counts)
        for members in [_members(thing, together)]
        for kind in together
    ]


def read_part(thing: URIRef, name: str, after: str) -> list[Part]:
    """Return one page of the nodes of the kind of that name; none if there is no such node."""
    return [
        _part(kind, total, _members(thing, [kind], after).get(kind, []), PAGE)
        for kind, total in _counts(thing).items()
        if curie(kind) == name
    ]


def _counts(thing: URIRef) -> dict[URIRef, int]:
    found = solutions("page-node-kinds", {"thing": thing})
    return {row["kind"]: int(row["count"]) for row in found}


def _members(
    thing: URIRef, kinds: Sequence[URIRef], after: str = ""
) -> Mapping[URIRef, Sequence[Node]]:
    members: dict[URIRef, list[Node]] = defaultdict(list)
    bound: dict[str, Node | Sequence[Node]] = {
        "thing": thing,
        "kind": kinds,
        "after": Literal(after),
    }
    for row in solutions("page-nodes", bound):
        members[row["kind"]].append(row["node"])
    return members


def _part(kind: URIRef, total: int, members: Sequence[Node], limit: int) -> Part:
    rest = len(members) > limit or (len(members) == PAGE and total > PAGE)
    return Part(kind, total, tuple(members[:limit]), rest)


def tables(writer: Writer, thing: URIRef, parts: Iterable[Part]) -> Iterator[Table]:
    """Yield a table for each kind of nodes, in the order of the kinds."""
    by_kind = {part.kind: part for part in parts}
    for kind in COLUMNS:
        if (part := by_kind.get(kind)) is not None:
            columns = [
                column for column in COLUMNS[kind] if _says_more(writer, part, column, thing)
            ]
            headings = [_HEADINGS.get((kind, column), column) for column in columns]
            yield Table(
                kind=curie(kind).rpartition(":")[2],
                columns=tuple(writer.names.link(heading) for heading in headings),
                rows=tuple(_row(writer, node, columns) for node in part.members),
                total=part.total,
                more=here(nodes=curie(kind)) if part.rest else None,
            )


def _says_more(writer: Writer, part: Part, column: URIRef, thing: URIRef) -> bool:
    """Tell whether a column names anything but the thing whose page it is on."""
    return any(
        term != thing for node in part.members for term in writer.facts.about(node).get(column, ())
    )


def _row(writer: Writer, node: Node, columns: Iterable[URIRef]) -> Row:
    return Row(
        writer.names.link(node),
        tuple(_cell(writer, node, column) for column in columns),
        writer.footnotes.marks(_graphs(writer, node)),
    )


def _cell(writer: Writer, node: Node, column: URIRef) -> Cell:
    terms = writer.names.ordered(writer.facts.about(node).get(column, {}))
    before, after = None, None
    if terms and column in _QUALIFIED:
        precision = writer.facts.one(node, S6.precision)
        if precision is not None and precision != EXACT:
            before = writer.names.link(precision).label
        unit = writer.facts.one(node, SCHEMA.unitText)
        if column == SCHEMA.value and isinstance(unit, Literal):
            after = writer.names.value(unit)
    return Cell(tuple(_value(writer, node, column, term) for term in terms), before, after)


def _value(writer: Writer, node: Node, column: URIRef, term: Node) -> Value:
    if isinstance(term, Literal) and term.datatype == XSD.date:
        return Text(brief_day(term, writer.names.language))
    return writer.value(node, column, term)


def _graphs(writer: Writer, node: Node) -> set[URIRef]:
    values = writer.facts.about(node).values()
    return {graph for graphs in values for found in graphs.values() for graph in found}
