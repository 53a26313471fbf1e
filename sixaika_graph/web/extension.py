"""Data extension: the values of some properties of things, in the forms that reconciliation has.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/, "Data Extension
Service".
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rdflib import Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from sixaika_graph.sentence import Sentence
from sixaika_graph.web import parameters
from sixaika_graph.web.identifiers import meaning
from sixaika_graph.web.language import LANGUAGES
from sixaika_graph.web.lookup import Lookup
from sixaika_graph.web.problems import Refusal
from sixaika_graph.web.schema import Schema
from sixaika_graph.web.solutions import solutions

MOST_THINGS: Final = 1000
MOST_PROPERTIES: Final = 50

_WHOLE: Final = frozenset(
    {XSD.integer, XSD.int, XSD.long, XSD.nonNegativeInteger, XSD.positiveInteger}
)
_NUMBERS: Final = frozenset({XSD.decimal, XSD.double, XSD.float})
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?")

Cell = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """One property to fetch: as it was asked for, its IRI or None where we lack it, and how.

    `limit` is 0 for all values, `language` "" for texts in every language.
    """

    id: str
    iri: str | None
    limit: int
    language: str


def extend(text: str, known: Lookup, schema: Schema, language: str) -> Mapping[str, object]:
    """Answer the parameter `extend`.

    Raises:
        Refusal: it is no data extension query, or asks for too much.
    """
    ids, wanted = _read(text, schema)
    things = {name: meaning(name, known).iris for name in ids}
    values = _values(
        {iri for iris in things.values() for iri in iris[:1]},
        {one.iri for one in wanted if one.iri},
    )
    rows = {
        name: {
            one.id: _cells(values.get((iris[0], one.iri or ""), []) if iris else [], one, known)
            for one in wanted
        }
        for name, iris in things.items()
    }
    return {"meta": [_meta(one, rows, known, schema, language) for one in wanted], "rows": rows}


def _read(text: str, schema: Schema) -> tuple[list[str], list[Wanted]]:
    document = parameters.parse_json("extend", text)
    ids = document.get("ids") if isinstance(document, dict) else None
    properties = document.get("properties") if isinstance(document, dict) else None
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise parameters.bad("extend", Sentence("extend has ids, a list of texts."))
    if not isinstance(properties, list):
        raise parameters.bad(
            "extend", Sentence("extend has properties, a list of objects with an id.")
        )
    for found, most in ((ids, MOST_THINGS), (properties, MOST_PROPERTIES)):
        if len(found) > most:
            detail = Sentence(
                "At most {things} ids and {properties} properties can be asked for.",
                things=MOST_THINGS,
                properties=MOST_PROPERTIES,
            )
            raise Refusal("too-many", detail, limit=most)
    return [parameters.readable(one) for one in ids], [_wanted(one, schema) for one in properties]


def _wanted(document: object, schema: Schema) -> Wanted:
    name = document.get("id") if isinstance(document, dict) else None
    settings = document.get("settings", {}) if isinstance(document, dict) else None
    if not isinstance(name, str) or not isinstance(settings, dict | None):
        raise parameters.bad(
            "extend", Sentence("Each of properties is an object with an id, a text.")
        )
    settings = settings or {}
    limit = str(settings.get("limit") or 0)
    if not re.fullmatch(r"[0-9]{1,9}(\.0+)?", limit):
        raise parameters.bad(
            "extend",
            Sentence("The setting limit is a whole number, not {text!r}.", text=limit[:40]),
        )
    asked = settings.get("lang")
    return Wanted(
        id=parameters.readable(name),
        iri=schema.property_named(name),
        limit=int(limit.partition(".")[0]),
        language=asked if asked in LANGUAGES else "",
    )


def _values(things: set[str], properties: set[str]) -> Mapping[tuple[str, str], Sequence[Node]]:
    bound = {
        "thing": [URIRef(iri) for iri in sorted(things)],
        "property": [URIRef(iri) for iri in sorted(properties)],
    }
    found: dict[tuple[str, str], dict[Node, None]] = defaultdict(dict)
    if all(bound.values()):
        for row in solutions("reconcile-values", bound):
            found[str(row["thing"]), str(row["property"])][row["value"]] = None
    return {key: list(values) for key, values in found.items()}


def _cells(values: Sequence[Node], one: Wanted, known: Lookup) -> list[Cell]:
    spoken = [value for value in values if getattr(value, "language", None) == one.language]
    chosen = spoken if one.language and spoken else values
    cells = [_cell(value, one, known) for value in chosen]
    return cells[: one.limit] if one.limit else cells


def _cell(value: Node, one: Wanted, known: Lookup) -> Cell:
    if not isinstance(value, Literal):
        text = str(value)
        if text in known.entries:
            return {"id": text, "name": known.label(text, one.language).text}
        return {"str": text}
    return _typed(value) or {"str": str(value)}


def _typed(value: Literal) -> Cell | None:
    """Return a number or a date; None for a text, and for what is no value of its datatype."""
    text = str(value)
    try:
        if value.datatype in _WHOLE:
            return {"int": int(text)}
        if value.datatype in _NUMBERS and text.lower().lstrip("+-") not in ("inf", "nan"):
            return {"float": float(text)}
    except ValueError:
        return None
    if value.datatype == XSD.date and _DAY.fullmatch(text):
        return {"date": f"{text}T00:00:00"}
    if value.datatype == XSD.dateTime and _MOMENT.fullmatch(text):
        return {"date": text}
    return None


def _meta(
    one: Wanted,
    rows: Mapping[str, Mapping[str, list[Cell]]],
    known: Lookup,
    schema: Schema,
    language: str,
) -> Cell:
    """Describe a column; its class where all values are things of one class."""
    name = schema.name(one.iri, language) if one.iri else one.id
    cells = [cell for row in rows.values() for cell in row[one.id]]
    kinds = {known.kind(known.entries[cell["id"]]) if "id" in cell else None for cell in cells}
    kind = kinds.pop() if len(kinds) == 1 else None
    described: Cell = {"id": one.id, "name": name}
    if kind:
        described["type"] = {"id": kind, "name": known.label(kind, language).text}
    return described
