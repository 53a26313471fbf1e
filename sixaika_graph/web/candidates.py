"""Reconciliation proper: from a name, a class and some values to the things that are meant.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/. A score is from 0
to 100. `match` is said only where there is no doubt: one thing alone has that very name, or the
text is an identifier of it, and none of the given values contradicts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rdflib import Literal, URIRef
from rdflib.term import Node

from sixaika_graph.index import Entry
from sixaika_graph.index.folding import plain
from sixaika_graph.index.matching import similarity
from sixaika_graph.web.identifiers import meaning
from sixaika_graph.web.lookup import CONNECTING, Lookup
from sixaika_graph.web.solutions import solutions

LIMIT: Final = 10
MOST: Final = 50
"""Candidates that one query may get."""

_POOL: Final = 50
_LEAST: Final = 30.0
_NAME_SHARE: Final = 0.6


@dataclass(frozen=True)
class Condition:
    """One property and the values of which a candidate should have one."""

    property: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """One query of a batch; `types` are classes of ours, `strict` says that all must be had."""

    text: str = ""
    types: tuple[str, ...] = ()
    strict: bool = False
    limit: int = LIMIT
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """One thing that may be meant: `name` and `values` are its scores, each from 0 to 100."""

    entry: Entry
    name: float
    values: Mapping[str, float] = field(default_factory=dict)
    exact: bool = False
    match: bool = False

    @property
    def score(self) -> float:
        """How likely it is meant, from 0 to 100."""
        if not self.values:
            return round(self.name, 1)
        mean = sum(self.values.values()) / len(self.values)
        return round(_NAME_SHARE * self.name + (1 - _NAME_SHARE) * mean, 1)


def reconcile(queries: Mapping[str, Query], known: Lookup) -> dict[str, list[Candidate]]:
    """Return the candidates of each query, the likeliest first; the engine is asked once."""
    named = {name: _by_name(query, known) for name, query in queries.items()}
    values = _values(
        {one.entry.iri for found in named.values() for one in found},
        {one.property for query in queries.values() for one in query.conditions},
    )
    return {name: _judged(queries[name], found, values) for name, found in named.items()}


def _by_name(query: Query, known: Lookup) -> list[Candidate]:
    if not query.text.strip():
        found = [known.entries[iri] for iri in _having(query) if iri in known.entries]
        return [Candidate(entry, 100.0, exact=True) for entry in found if _fits(entry, query)]
    means = meaning(query.text, known)
    identified = [known.entries[iri] for iri in means.iris if iri in known.entries]
    pool = {
        entry.iri: entry
        for entry in (
            *known.index.named(query.text),
            *(() if identified else _near(query, known)),
        )
        if _fits(entry, query)
    }
    exact = {entry.iri for entry in known.index.named(query.text)}
    certain = [entry for entry in identified if _fits(entry, query)]
    return [
        *(Candidate(entry, 100.0, exact=True) for entry in certain),
        *(
            Candidate(entry, _nearness(query.text, entry), exact=entry.iri in exact)
            for entry in pool.values()
            if entry not in certain
        ),
    ]


def _near(query: Query, known: Lookup) -> list[Entry]:
    return known.index.candidates(query.text, types=query.types, limit=_POOL)


def _fits(entry: Entry, query: Query) -> bool:
    if not query.types:
        return entry.rank < CONNECTING
    return (all if query.strict else any)(kind in entry.types for kind in query.types)


def _nearness(text: str, entry: Entry) -> float:
    return max(similarity(text, name.text) for name in entry.names if name.role != "about")


def _having(query: Query) -> Sequence[str]:
    """Return the things that have a value for the first condition; the others are judged later."""
    if not query.conditions:
        return ()
    first = query.conditions[0]
    bound: dict[str, Node | Sequence[Node]] = {
        "property": URIRef(first.property),
        "text": [Literal(value) for value in first.values],
    }
    return [str(row["thing"]) for row in solutions("reconcile-by-value", bound)]


_Values = Mapping[tuple[str, str], Collection[str]]
"""The values of a thing for a property, as texts: lexical forms, IRIs, and labels of IRIs."""


def _values(things: Iterable[str], properties: Iterable[str]) -> _Values:
    bound = {
        "thing": [URIRef(iri) for iri in sorted(things)],
        "property": [URIRef(iri) for iri in sorted(properties)],
    }
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    if not all(bound.values()):
        return found
    for row in solutions("reconcile-values", bound):
        texts = {str(row[name]) for name in ("value", "label") if name in row}
        found[str(row["thing"]), str(row["property"])] |= texts
    return found


def _judged(query: Query, found: Iterable[Candidate], values: _Values) -> list[Candidate]:
    judged = [
        Candidate(
            one.entry,
            one.name,
            {
                condition.property: _agreement(
                    condition, values.get((one.entry.iri, condition.property), ())
                )
                for condition in query.conditions
            },
            one.exact,
        )
        for one in found
    ]
    exact = [one for one in judged if one.exact]
    sure = len(exact) == 1 and min(exact[0].values.values(), default=100.0) == 100.0
    ordered = sorted(judged, key=lambda one: (-one.score, one.entry.rank, -one.entry.links))
    return [
        Candidate(one.entry, one.name, one.values, one.exact, match=sure and one is exact[0])
        for one in ordered
        if one.score >= _LEAST
    ][: query.limit]


def _agreement(condition: Condition, had: Collection[str]) -> float:
    """Return how well one of the given values agrees with one of those a thing has."""
    return max(
        (_alike(given, value) for given in condition.values for value in had),
        default=0.0,
    )


def _alike(given: str, value: str) -> float:
    if plain(given) == plain(value) or _is_same_number(given, value):
        return 100.0
    # A year or a month agrees with a day in it.
    if given[:1].isdigit() and value.startswith(f"{given}-"):
        return 100.0
    return similarity(given, value)


def _is_same_number(given: str, value: str) -> bool:
    try:
        return float(given) == float(value)
    except ValueError:
        return False
