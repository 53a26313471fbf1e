"""What lookup answers, as values: results of a search, candidates, resolved identifiers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from rdflib import URIRef

from sixaika_graph.errors import EngineUnavailable, QueryError

Value = TypeVar("Value")


@dataclass(frozen=True)
class Found:
    """One result of a search: `matched` is the name that fits, `score` from 0 to 1 how well.

    `type` is the name of its class, `page` the address of the page about it.
    """

    iri: URIRef
    label: str
    type: str | None
    page: str
    matched: str
    score: float


@dataclass(frozen=True)
class Candidate:
    """One thing that a text may mean: `score` is from 0 to 100, `match` says that it is certain."""

    iri: URIRef
    name: str
    score: float
    match: bool
    types: tuple[URIRef, ...]


@dataclass(frozen=True)
class Resolved:
    """What an identifier means; `iri` is None where nothing or more than one thing has it.

    `documents` are addresses by media type; `error` is unknown, ambiguous or unreadable, and
    `candidates` are what an ambiguous one may mean.
    """

    id: str
    iri: URIRef | None
    label: str | None
    type: str | None
    page: str | None
    documents: Mapping[str, str]
    error: str | None
    candidates: tuple[URIRef, ...]


def parse_search(body: bytes) -> list[Found]:
    """Read the answer of a search.

    Raises:
        EngineUnavailable: the body is nothing of the kind.
    """
    return _read(body, lambda document: [_found(one) for one in document["results"]])


def _found(one: Mapping[str, Any]) -> Found:
    return Found(
        iri=URIRef(one["iri"]),
        label=str(one["label"]),
        type=_label(one["type"]),
        page=str(one["page"]),
        matched=str(one["matched"]["text"]),
        score=float(one["score"]),
    )


def parse_candidates(body: bytes) -> dict[int, list[Candidate]]:
    """Read the answer to reconciliation queries that are named by numbers.

    Raises:
        EngineUnavailable: the body is nothing of the kind.
        QueryError: one of the queries is refused; it says which and why.
    """
    return _read(
        body,
        lambda document: {
            int(number): _candidates(number, answer) for number, answer in document.items()
        },
    )


def _candidates(number: str, answer: Mapping[str, Any]) -> list[Candidate]:
    if "error" in answer:
        raise QueryError(f"Query {number}: {answer['error']}")
    return [
        Candidate(
            iri=URIRef(one["id"]),
            name=str(one["name"]),
            score=float(one["score"]),
            match=bool(one["match"]),
            types=tuple(URIRef(kind["id"]) for kind in one["type"]),
        )
        for one in answer["result"]
    ]


def parse_resolved(body: bytes) -> list[Resolved]:
    """Read the answer for many identifiers.

    Raises:
        EngineUnavailable: the body is nothing of the kind.
    """
    return _read(body, lambda document: [_resolved(one) for one in document["results"]])


def _resolved(one: Mapping[str, Any]) -> Resolved:
    return Resolved(
        id=str(one["id"]),
        iri=URIRef(one["iri"]) if "iri" in one else None,
        label=one.get("label"),
        type=_label(one.get("type")),
        page=one.get("page"),
        documents=dict(one.get("documents", {})),
        error=one.get("error"),
        candidates=tuple(map(URIRef, one.get("candidates", ()))),
    )


def _label(named: Mapping[str, str] | None) -> str | None:
    return named["label"] if named else None


def _read(body: bytes, read: Callable[[Any], Value]) -> Value:
    try:
        return read(json.loads(body))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise EngineUnavailable(f"The answer is not of this service: {error!r}") from error
