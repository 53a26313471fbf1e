"""The n-ary nodes of a thing, one table for each kind: partners with roles, people, money, figures.

A node (https://www.w3.org/TR/swbp-n-aryRelations/) is shown where it belongs, not as a link to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, ORG
from rdflib.term import Node

from sixaika_graph.namespaces import DEF, FRAPO, S6, SCHEMA
from sixaika_graph.web.labels import Label
from sixaika_graph.web.sources import Source
from sixaika_graph.web.statements import Writer
from sixaika_graph.web.values import Link, Value

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
    S6.KnownGap: (S6.gapOf, S6.gapProperty, S6.gapReason),
    S6.Choice: (S6.choiceOf, S6.choiceProperty, S6.chosen, S6.setAside, S6.choiceRule),
}  # fmt: skip
"""The kinds of nodes, in the order of their tables, and the columns of each."""

_EXACT: Final = DEF["precision/exact"]
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
    """The nodes of one kind that link to a thing by one property.

    `kind` is the name of the kind in the ontology ("Participation"); `more` leads to all of them
    when only some are shown.
    """

    kind: str
    link: Link
    predicate: Link
    columns: tuple[Link, ...]
    rows: tuple[Row, ...]
    total: int
    more: str | None


def table(
    writer: Writer, thing: URIRef, kind: URIRef, predicate: URIRef, nodes: Iterable[Node]
) -> tuple[tuple[Link, ...], tuple[Row, ...]]:
    """Return the columns that have values, and a row for each node."""
    nodes = list(nodes)
    columns = [
        column
        for column in COLUMNS[kind]
        if column != predicate and any(_shown(writer, node, column, thing) for node in nodes)
    ]
    rows = [
        Row(
            writer.names.link(node),
            tuple(_cell(writer, node, column, thing) for column in columns),
            writer.footnotes.marks(_graphs(writer, node)),
        )
        for node in nodes
    ]
    return tuple(writer.names.link(column) for column in columns), tuple(rows)


def _shown(writer: Writer, node: Node, column: URIRef, thing: URIRef) -> list[Node]:
    values = writer.facts.about(node).get(column, {})
    return writer.names.ordered(term for term in values if term != thing)


def _cell(writer: Writer, node: Node, column: URIRef, thing: URIRef) -> Cell:
    values = tuple(writer.value(node, column, term) for term in _shown(writer, node, column, thing))
    before, after = None, None
    if values and column in _QUALIFIED:
        precision = writer.facts.one(node, S6.precision)
        if precision is not None and precision != _EXACT:
            before = writer.names.link(precision).label
        unit = writer.facts.one(node, SCHEMA.unitText)
        if column == SCHEMA.value and isinstance(unit, Literal):
            after = writer.names.value(unit)
    return Cell(values, before, after)


def _graphs(writer: Writer, node: Node) -> set[URIRef]:
    values = writer.facts.about(node).values()
    return {graph for graphs in values for found in graphs.values() for graph in found}
