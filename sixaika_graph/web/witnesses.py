"""Who states which value of a property of a thing, and how one of the values was chosen.

A name has one preferred value a language, so the values of each language are judged by themselves.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from rdflib import Literal as Text
from rdflib import URIRef
from rdflib.namespace import RDFS, SKOS
from rdflib.term import Node

from sixaika_graph.namespaces import SCHEMA
from sixaika_graph.web.facts import followed
from sixaika_graph.web.solutions import Solution, solutions

Verdict = Literal["chosen", "agreed", "alone", "kept", "derived", "unknown"]
"""Why values stand as they do.

`chosen`: sources differ and one was followed; `agreed`: several state the same; `alone`: one source
states it; `kept`: the property may have several values, all of which stand; `derived`: no source
states it; `unknown`: it is known that no source tells.
"""

_NAMES: Final = (SCHEMA.name, SKOS.prefLabel, RDFS.label)
"""One thing by three properties: what sources print, what the curator prefers, what is shown."""
_LANGUAGE: Final = re.compile(r"--name-([a-z]+)$")


@dataclass(frozen=True)
class Witness:
    """A named graph that states a value; `about` has what is known of its document, by name."""

    graph: URIRef
    about: Mapping[str, Node]


@dataclass(frozen=True)
class Stated:
    """One value; `preferred` tells that it is the one to follow."""

    value: Node
    preferred: bool
    witnesses: tuple[Witness, ...]


@dataclass(frozen=True)
class Record:
    """Why a value was chosen, or is not known: a rule or reason, and what the curator adds."""

    iri: URIRef
    reason: URIRef
    definitions: tuple[Text, ...]
    comments: tuple[Text, ...]
    chosen: tuple[URIRef, ...]
    set_aside: tuple[URIRef, ...]


@dataclass(frozen=True)
class Case:
    """The values among which one is due, the preferred ones first; `language` is "" for any."""

    language: str
    values: tuple[Stated, ...]
    record: Record | None
    verdict: Verdict

    def terms(self) -> set[Node]:
        """Return every term in it."""
        found: set[Node] = {one.value for one in self.values}
        for stated in self.values:
            for witness in stated.witnesses:
                found |= {witness.graph, *witness.about.values()}
        return found | ({self.record.iri, self.record.reason} if self.record else set())


def read_cases(subject: URIRef, asked: URIRef) -> list[Case]:
    """Return the values of a property of a thing; none where nobody states any.

    The properties for a name are one: `rdfs:label` tells what sources print, if they do.
    """
    named = asked in _NAMES
    rows = _rows(subject, _NAMES[:2], SKOS.prefLabel) if named else []
    # A term of a vocabulary or an n-ary node has a label, but no name.
    rows = rows or _rows(subject, (asked,), asked)
    records: dict[str, list[Record]] = defaultdict(list)
    for record in _records(subject, SCHEMA.name if named else asked):
        records[_language(record) if named else ""].append(record)
    by_language: dict[str, list[Solution]] = {language: [] for language in records}
    for row in rows:
        language = (row["value"].language or "") if named else ""
        by_language.setdefault(language, []).append(row)
    return [
        case
        for language, found in sorted(by_language.items())
        for case in _cases(language, _stated(found), records.get(language, ()))
    ]


def _rows(subject: URIRef, stated: Sequence[URIRef], preferred: URIRef) -> list[Solution]:
    return solutions("why", {"subject": subject, "stated": stated, "property": preferred})


def _cases(language: str, values: Sequence[Stated], records: Sequence[Record]) -> list[Case]:
    if values:
        return [_case(language, values, records)]
    return [Case(language, (), record, "unknown") for record in records]


def _case(language: str, values: Sequence[Stated], records: Sequence[Record]) -> Case:
    record = next((one for one in records if one.chosen), None)
    if record is not None:
        shown = followed(
            {one.value: frozenset(who.graph for who in one.witnesses) for one in values},
            {one.value for one in values if one.preferred},
            record.chosen,
        )
        values = [replace(one, preferred=one.value in shown) for one in values]
    ordered = sorted(values, key=lambda one: (not one.preferred, str(one.value)))
    return Case(language, tuple(ordered), record, _verdict(values, record))


def _verdict(values: Sequence[Stated], record: Record | None) -> Verdict:
    witnesses = {witness.graph for one in values for witness in one.witnesses}
    if record is not None:
        return "chosen"
    if not witnesses:
        return "derived"
    if len(values) > 1:
        return "kept"
    return "agreed" if len(witnesses) > 1 else "alone"


def _language(record: Record) -> str:
    """Return the language of the name that a record is about; its IRI ends with it."""
    match = _LANGUAGE.search(record.iri)
    return match[1] if match else ""


def _stated(rows: Iterable[Solution]) -> list[Stated]:
    preferred: set[Node] = set()
    witnesses: dict[Node, dict[URIRef, Witness]] = defaultdict(dict)
    for row in rows:
        if "graph" in row:
            about = {
                name: term
                for name, term in row.items()
                if name not in ("value", "graph", "stated", "property", "subject")
            }
            witnesses[row["value"]].setdefault(row["graph"], Witness(row["graph"], about))
        else:
            preferred.add(row["value"])
    return [
        Stated(value, value in preferred, tuple(witnesses[value].values()))
        for value in {*preferred, *witnesses}
    ]


def _records(subject: URIRef, asked: URIRef) -> list[Record]:
    found: dict[URIRef, list[Solution]] = defaultdict(list)
    for row in solutions("why-choices", {"subject": subject, "property": asked}):
        found[row["record"]].append(row)
    return [_record(iri, rows) for iri, rows in found.items()]


def _record(iri: URIRef, rows: Sequence[Solution]) -> Record:
    def terms(name: str) -> tuple[Node, ...]:
        return tuple(dict.fromkeys(row[name] for row in rows if name in row))

    def texts(name: str) -> tuple[Text, ...]:
        return tuple(term for term in terms(name) if isinstance(term, Text))

    def iris(name: str) -> tuple[URIRef, ...]:
        return tuple(term for term in terms(name) if isinstance(term, URIRef))

    return Record(
        iri,
        iris("reason")[0],
        texts("definition"),
        texts("comment"),
        iris("chosen"),
        iris("setAside"),
    )
