"""Where the sources of a thing disagree: their values side by side, and the rule that chose one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.term import Node

from sixaika_graph.publication import CHOICES
from sixaika_graph.web.facts import Graphs, followed
from sixaika_graph.web.labels import choose
from sixaika_graph.web.links import curie, local
from sixaika_graph.web.solutions import solutions
from sixaika_graph.web.statements import Disagreement, Statement, Writer, amount_told


@dataclass(frozen=True)
class Choice:
    """One choice between the values of a property, each value with the graphs that state it.

    `chosen` are the graphs that were chosen.
    """

    iri: URIRef
    predicate: URIRef
    rule: URIRef
    values: Mapping[Node, Graphs]
    chosen: frozenset[URIRef]
    reasons: tuple[Literal, ...]

    def terms(self) -> Iterator[Node]:
        """Yield every term that a page shows of the choice."""
        yield from (self.iri, self.predicate, self.rule, *self.values)

    def graphs(self) -> set[URIRef]:
        """Return every named graph that states one of the values."""
        return {graph for graphs in self.values.values() for graph in graphs}


def read_choices(thing: URIRef) -> list[Choice]:
    """Return the choices that were made between values of a thing."""
    by_choice: dict[URIRef, list[Mapping[str, Node]]] = defaultdict(list)
    for row in solutions("page-choices", {"thing": thing}):
        by_choice[row["choice"]].append(row)
    return [_choice(iri, rows) for iri, rows in by_choice.items()]


def _choice(iri: URIRef, rows: Sequence[Mapping[str, Node]]) -> Choice:
    values: dict[Node, set[URIRef]] = defaultdict(set)
    for row in rows:
        values[row["value"]].add(URIRef(str(row["graph"])))
    chosen = {URIRef(str(row["graph"])) for row in rows if str(row["isChosen"]) == "true"}
    reasons = {row["reason"] for row in rows if isinstance(row.get("reason"), Literal)}
    return Choice(
        iri,
        URIRef(str(rows[0]["property"])),
        URIRef(str(rows[0]["rule"])),
        {value: frozenset(graphs) for value, graphs in values.items()},
        frozenset(chosen),
        tuple(reason for reason in reasons if isinstance(reason, Literal)),
    )


def disagreements(
    writer: Writer, thing: URIRef, choices: Sequence[Choice]
) -> Mapping[str, tuple[Disagreement, ...]]:
    """Write the choices of a thing down, by the IRI of their property."""
    found: dict[str, list[Disagreement]] = defaultdict(list)
    for choice in choices:
        found[str(choice.predicate)].append(_disagreement(writer, thing, choice))
    return {predicate: tuple(all_of_it) for predicate, all_of_it in found.items()}


def _disagreement(writer: Writer, thing: URIRef, choice: Choice) -> Disagreement:
    preferred = writer.facts.about(thing).get(choice.predicate, {})
    shown = followed(choice.values, preferred, choice.chosen)
    chosen: list[Statement] = []
    others: list[Statement] = []
    for value in writer.names.ordered(choice.values):
        statement = Statement(
            amount_told(writer.facts, writer.names, value)
            if isinstance(value, URIRef)
            else writer.value(thing, choice.predicate, value),
            writer.footnotes.marks(choice.values[value]),
        )
        (chosen if value in shown else others).append(statement)
    return Disagreement(
        writer.names.link(choice.iri),
        Statement(writer.names.link(choice.rule), writer.footnotes.marks(frozenset({CHOICES}))),
        choose(choice.reasons, writer.names.language),
        tuple(chosen),
        tuple(others),
        local("/why", subject=curie(str(thing)), property=curie(str(choice.predicate))),
    )
