"""The metrics of the metadata quality assessment (MQA) of data.europa.eu, read from their table."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rdflib import URIRef

from sixaika_graph.namespaces import PREFIXES

TOTAL: Final = 405
"""The points that a dataset can have."""

_FILE: Final = Path(__file__).with_name("mqa.toml")
_LANGUAGES: Final = ("fi", "sv", "en")


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric: which property it looks for, where, and how a value counts.

    `on` is dataset, distribution (the mean of all), best (the distribution that does best) or both;
    `names` are by language.
    """

    name: str
    dimension: str
    points: int
    on: str
    looks_at: str
    check: str
    names: Mapping[str, str]

    @property
    def path(self) -> URIRef:
        """The IRI of the property."""
        prefix, _, local = self.looks_at.partition(":")
        return URIRef(PREFIXES[prefix] + local)


def _read() -> tuple[Mapping[str, Mapping[str, str]], tuple[Metric, ...]]:
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    metrics = tuple(
        Metric(
            names={language: row.pop(language) for language in _LANGUAGES},
            **row,
        )
        for row in rows["metric"]
    )
    return rows["dimensions"], metrics


DIMENSIONS, METRICS = _read()
