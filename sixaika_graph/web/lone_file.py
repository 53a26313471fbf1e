"""The page of a file that is served alone: how much of what is in it, and where to begin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rdflib import Literal

from sixaika_graph.web.contents import contents
from sixaika_graph.web.results import body
from sixaika_graph.web.service import publication
from sixaika_graph.web.solutions import solutions
from sixaika_graph.web.values import Link, Names


@dataclass(frozen=True)
class Count:
    """A term and how often it is used; None where that took too long to count."""

    link: Link
    number: int | None


@dataclass(frozen=True)
class FilePage:
    """All that the page shows: counts, the first things that have pages, and a query to send."""

    triples: int | None
    things: tuple[Link, ...]
    classes: tuple[Count, ...]
    properties: tuple[Count, ...]
    graphs: tuple[Count, ...]
    endpoint: str
    example: str


def read_file_page() -> FilePage:
    """Ask the engine for all that the page shows."""
    shown, counted = publication(), contents()
    found = solutions("file-things", {"base": Literal(shown.base)})
    things = [row["thing"] for row in found]
    names = Names({*things, *counted.classes, *counted.properties, *counted.graphs})
    return FilePage(
        triples=counted.triples,
        things=tuple(names.link(thing) for thing in things),
        classes=_counts(counted.classes, names),
        properties=_counts(counted.properties, names),
        graphs=_counts(counted.graphs, names),
        endpoint=f"{shown.settings.public_url}sparql",
        example=body(shown.site["file-example"].text),
    )


def _counts(
    numbers: Mapping[Any, int | None] | Mapping[Any, int], names: Names
) -> tuple[Count, ...]:
    return tuple(Count(names.link(term), number) for term, number in numbers.items())
