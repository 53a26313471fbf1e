"""A batch of reconciliation queries, read query by query: a wrong one does not harm the others.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/, "Structure of a
Reconciliation Query".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sixaika_graph.errors import SixaikaError
from sixaika_graph.index import LONGEST
from sixaika_graph.sentence import Sentence
from sixaika_graph.web import parameters
from sixaika_graph.web.candidates import LIMIT, MOST, Condition, Query
from sixaika_graph.web.lookup import Lookup
from sixaika_graph.web.problems import Refusal
from sixaika_graph.web.schema import Schema

SIZE: Final = 100
"""Queries that a batch may have."""

_VALUES: Final = 20
# OpenRefine has no days, and sends one as its first moment.
_MIDNIGHT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T00:00(:00(\.0+)?)?Z?")
_FIELDS: Final = frozenset({"query", "type", "limit", "properties", "type_strict"})


class WrongQuery(SixaikaError):
    """One query of a batch cannot be understood."""


@dataclass(frozen=True)
class Batch:
    """The queries that can be asked, and what is wrong with the others, both by their names."""

    queries: Mapping[str, Query]
    errors: Mapping[str, str]


def read_batch(text: str, known: Lookup, schema: Schema) -> Batch:
    """Read the parameter `queries`.

    Raises:
        Refusal: it is no JSON object, or has too many queries.
    """
    document = parameters.parse_json("queries", text)
    if not isinstance(document, dict):
        raise parameters.bad("queries", Sentence("queries is a JSON object of queries by name."))
    if len(document) > SIZE:
        raise Refusal(
            "too-many", Sentence("A batch has at most {limit} queries.", limit=SIZE), limit=SIZE
        )
    queries, errors = {}, {}
    for name, query in document.items():
        try:
            queries[name] = read_query(query, known, schema)
        except WrongQuery as error:
            errors[name] = str(error)
    return Batch(queries, errors)


def read_query(document: object, known: Lookup, schema: Schema) -> Query:
    """Read one query; a class or property that we lack counts as not named.

    Raises:
        WrongQuery: it breaks the specification.
    """
    if not isinstance(document, dict):
        raise WrongQuery("A query is a JSON object.")
    unknown = sorted(set(document) - _FIELDS)
    if unknown:
        raise WrongQuery(f"A query has no member {unknown[0]!r}.")
    text = document.get("query", "")
    if not isinstance(text, str) or len(text) > 10 * LONGEST:
        raise WrongQuery(f"query is a text of at most {10 * LONGEST} characters.")
    conditions = tuple(_conditions(document.get("properties", []), schema))
    if not text.strip() and not document.get("properties"):
        raise WrongQuery("A query needs a query or properties.")
    strictness = document.get("type_strict", "any")
    if strictness not in ("any", "should", "all"):
        raise WrongQuery("type_strict is any, should or all.")
    return Query(
        text=parameters.readable(text[:LONGEST]),
        types=tuple(_types(document.get("type", []), known)),
        strict=strictness == "all",
        limit=_limit(document.get("limit", LIMIT)),
        conditions=conditions,
    )


def _limit(value: object) -> int:
    # JSON has one kind of numbers, so that 5.0 is 5; a boolean is none of them.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value < 1e9:
        raise WrongQuery("limit is a number from 1 up.")
    return min(int(value), MOST)


def _types(value: object, known: Lookup) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        name = one.get("id") if isinstance(one, dict) else one
        if not isinstance(name, str):
            raise WrongQuery("type is the identifier of a class, or a list of them.")
        yield from known.classes_named(name)


def _conditions(value: object, schema: Schema) -> Iterator[Condition]:
    if not isinstance(value, list):
        raise WrongQuery("properties is a list.")
    for one in value:
        if not isinstance(one, dict) or not isinstance(one.get("pid"), str) or "v" not in one:
            raise WrongQuery("Each of properties has a pid, which is a text, and a v.")
        values = tuple(_value(part) for part in _listed(one["v"]))
        found = schema.property_named(one["pid"])
        if found is not None and values:
            yield Condition(found, values)


def _listed(value: Any) -> list[Any]:
    several = value if isinstance(value, list) else [value]
    if len(several) > _VALUES:
        raise WrongQuery(f"A property has at most {_VALUES} values.")
    return several


def _value(value: object) -> str:
    """Return a value as text: itself, or the identifier of the thing that it is."""
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return parameters.readable(value["id"])
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        text = parameters.readable(str(value))
        midnight = _MIDNIGHT.fullmatch(text.strip())
        return midnight[1] if midnight else text
    raise WrongQuery("A value is a text, a number, a boolean, or an object with an id.")
