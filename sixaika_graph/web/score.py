"""The score that data.europa.eu would give each dataset, metric by metric."""

from dataclasses import dataclass
from typing import Final

from rdflib import Literal
from rdflib.term import Node

from sixaika_graph.descriptions.metric import TOTAL
from sixaika_graph.web.labels import choose
from sixaika_graph.web.language import current_language
from sixaika_graph.web.solutions import Solution, solutions
from sixaika_graph.web.values import Link, Names

_SUM: Final = "#mqa-score"


@dataclass(frozen=True)
class Line:
    """One metric: `about` says what it looks at; `points` are those of the datasets in order."""

    name: str
    about: str
    points: tuple[float, ...]


@dataclass(frozen=True)
class Score:
    """The datasets with their sums, of at most `total`."""

    datasets: tuple[Link, ...]
    sums: tuple[float, ...]
    lines: tuple[Line, ...]
    total: int


def read_score() -> Score | None:
    """Ask the engine for the score; None where nothing was measured."""
    rows = solutions("page-score", {})
    datasets = sorted({row["dataset"] for row in rows}, key=str)
    by_metric: dict[Node, list[Solution]] = {}
    for row in rows:
        by_metric.setdefault(row["metric"], []).append(row)
    if not datasets:
        return None
    names = Names(datasets)
    sums = next(found for one, found in by_metric.items() if str(one).endswith(_SUM))
    return Score(
        datasets=tuple(names.link(one) for one in datasets),
        sums=_points(sums, datasets),
        lines=tuple(_line(found, datasets) for found in by_metric.values() if found is not sums),
        total=TOTAL,
    )


def _line(rows: list[Solution], datasets: list[Node]) -> Line:
    return Line(_text(rows, "name"), _text(rows, "about"), _points(rows, datasets))


def _text(rows: list[Solution], variable: str) -> str:
    texts = [row[variable] for row in rows if isinstance(row[variable], Literal)]
    best = choose(texts, current_language())
    return best.text if best else ""


def _points(rows: list[Solution], datasets: list[Node]) -> tuple[float, ...]:
    found = {row["dataset"]: float(row["points"]) for row in rows}
    return tuple(found[one] for one in datasets)
