"""Statements as a page shows them: grouped by property, each with the marks of its sources."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS
from rdflib.term import Node

from sixaika_graph.namespaces import FRAPO, S6, SCHEMA
from sixaika_graph.web.facts import Facts, Values
from sixaika_graph.web.labels import Label
from sixaika_graph.web.links import curie, here
from sixaika_graph.web.sources import Footnotes, Source
from sixaika_graph.web.values import Link, Names, Text, Value, money, percent, untold

SHOWN: Final = 20
"""How many values of one property a page shows before it links to all of them."""

_FIRST: Final = (
    RDFS.label, SKOS.prefLabel, FOAF.name, SCHEMA.name, DCTERMS.title, SKOS.altLabel, S6.acronym,
    DCTERMS.description, SKOS.definition, RDFS.comment, SKOS.example,
    DCTERMS.identifier, SKOS.notation, SCHEMA.startDate, SCHEMA.endDate,
)  # fmt: skip
_LAST: Final = (SKOS.editorialNote, DCTERMS.source, RDF.type)
AMOUNTS: Final = (FRAPO.hasMonetaryValue, S6.lowerBound, S6.upperBound)


@dataclass(frozen=True)
class Statement:
    """One value, the footnotes of the graphs that state it, and what hangs on it.

    `sources` is empty for a statement that was derived; `parts` are the statements about a value
    that exists only within the thing (its address, its point on the map).
    """

    value: Value
    sources: tuple[Source, ...]
    parts: tuple["Group", ...] = ()


@dataclass(frozen=True)
class Disagreement:
    """Values of one property between which a choice was made.

    `link` leads to the page of the choice, `rule` states what decided it; `reason` is in the words
    of the curator where the curator decided. `chosen` and `others` are what the sources say, and
    `why` leads to the document that tells all of it.
    """

    link: Link
    rule: Statement
    reason: Label | None
    chosen: tuple[Statement, ...]
    others: tuple[Statement, ...]
    why: str


@dataclass(frozen=True)
class Group:
    """The values of one property; `more` leads to all of them when only some are shown."""

    predicate: Link
    statements: tuple[Statement, ...]
    total: int
    more: str | None = None
    disagreements: tuple[Disagreement, ...] = ()


def amount_told(facts: Facts, names: Names, term: Node) -> Value:
    """Return a term as shown, a node of money by its amount: by that such values differ."""
    amount, currency = (
        facts.one(term, path) for path in (FRAPO.hasMonetaryValue, FRAPO.hasCurrencyCode)
    )
    shown = names.value(term)
    if not isinstance(shown, Link) or not isinstance(amount, Literal) or currency is None:
        return shown
    text = money(amount, str(currency), names.language)
    return replace(shown, label=Label(text, "", fell_back=False))


@dataclass(frozen=True)
class Writer:
    """What is needed to write statements down: all facts, names and footnotes of a page."""

    facts: Facts
    names: Names
    footnotes: Footnotes
    limit: int = field(default=SHOWN, kw_only=True)

    def groups(self, subject: Node, *, derived: bool = False) -> tuple[Group, ...]:
        """Return the statements about a thing, those of sources or the derived ones."""
        about = self.facts.about(subject)
        chosen: dict[URIRef, Values] = {}
        for predicate, values in about.items():
            part = {term: graphs for term, graphs in values.items() if bool(graphs) != derived}
            if part:
                chosen[predicate] = part
        return tuple(
            self._group(subject, predicate, chosen[predicate]) for predicate in self._order(chosen)
        )

    def _order(self, properties: Iterable[URIRef]) -> list[URIRef]:
        def place(predicate: URIRef) -> tuple[int, int, str]:
            first = _FIRST.index(predicate) if predicate in _FIRST else len(_FIRST)
            last = _LAST.index(predicate) + 1 if predicate in _LAST else 0
            return first, last, self.names.link(predicate).text.casefold()

        return sorted(properties, key=place)

    def _group(self, subject: Node, predicate: URIRef, values: Values) -> Group:
        statements = [
            self.statement(subject, predicate, term)
            for term in self.names.ordered(values)[: self.limit]
        ]
        hidden = len(values) > len(statements)
        return Group(
            self.names.link(predicate),
            tuple(statements),
            len(values),
            more=here(property=curie(predicate)) if hidden else None,
        )

    def statement(self, subject: Node, predicate: URIRef, term: Node) -> Statement:
        """Return one statement with its footnotes."""
        graphs = self.facts.about(subject)[predicate][term]
        within = str(term).startswith(f"{subject}#") and term in self.facts.by_subject
        return Statement(
            self.value(subject, predicate, term),
            self.footnotes.marks(graphs),
            parts=self.groups(term) if within else (),
        )

    def value(self, subject: Node, predicate: URIRef, term: Node) -> Value:
        """Return a term as shown, an amount with the currency of its subject."""
        if isinstance(term, Literal):
            currency = self.facts.one(subject, FRAPO.hasCurrencyCode)
            if predicate in AMOUNTS and currency is not None:
                return Text(money(term, str(currency), self.names.language))
            if predicate == S6.share:
                return Text(percent(term, self.names.language))
        return untold(self.names.value(term), self.names.link(predicate))
