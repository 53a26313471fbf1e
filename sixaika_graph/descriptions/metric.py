"""The metrics of the metadata quality assessment (MQA) of data.europa.eu, read from their table."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rdflib import URIRef

from sixaika_graph.namespaces import PREFIXES

TOTAL: Final = 405
"""The points that a dataset can have."""

_FILE: Final = Path(__file__).with_name("mqa.toml")
_LANGUAGES: Final = ("fi", "sv", "en")

Texts = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric: which property it looks for, where, and how a value counts.

    `on` is dataset, distribution (the mean of all), best (the distribution that does best), both
    or catalogue; `vocabularies` are how values of properties begin; `definitions` say all of it.
    """

    name: str
    dimension: str
    points: int
    on: str
    check: str
    names: Texts
    definitions: Texts
    looks_at: str = ""
    vocabularies: Mapping[str, str] = field(default_factory=dict)


def path(name: str) -> URIRef:
    """Return the IRI of a property by its prefixed name."""
    prefix, _, local = name.partition(":")
    return URIRef(PREFIXES[prefix] + local)


def _metric(row: dict[str, Any], tables: Mapping[str, Any]) -> Metric:
    names = {language: row.pop(language) for language in _LANGUAGES}
    vocabularies = row.get("vocabularies", {})
    shown = {
        "property": ", ".join(vocabularies) or row.get("looks_at", ""),
        "vocabularies": ", ".join(vocabularies.values()),
        "formats": ", ".join(tables["open_formats"]),
        "points": row["points"],
    }
    sentences = (tables["on"][row["on"]], tables["check"][row["check"]], tables["points"])
    definitions = {
        language: " ".join(one[language] for one in sentences).format_map(shown)
        for language in _LANGUAGES
    }
    return Metric(names=names, definitions=definitions, **row)


def _total(tables: Mapping[str, Any]) -> Texts:
    return {
        language: f"{text} {tables['points'][language].format(points=TOTAL)}"
        for language, text in tables["sum"].items()
    }


_TABLES: Final = tomllib.loads(_FILE.read_text(encoding="utf-8"))

DIMENSIONS: Final[Mapping[str, Texts]] = _TABLES["dimensions"]
METRICS: Final = tuple(_metric(row, _TABLES) for row in _TABLES["metric"])
OPEN_FORMATS: Final = frozenset[str](_TABLES["open_formats"])
SCORE_NAMES: Final[Texts] = _TABLES["score"]
SCORE_DEFINITIONS: Final = _total(_TABLES)
