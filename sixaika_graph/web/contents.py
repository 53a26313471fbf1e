"""What the dataset holds, counted once: for the service description and the first page."""

from collections.abc import Sequence
from typing import Final

from flask import Flask, current_app
from rdflib import Literal, URIRef
from rdflib.term import Node

from sixaika_graph.descriptions.service import Contents
from sixaika_graph.errors import QueryMemory, QueryTimeout
from sixaika_graph.web.deferred import Deferred
from sixaika_graph.web.service import directory, publication
from sixaika_graph.web.solutions import Solution, solutions

_KEY: Final = "sixaika.contents"


def install(app: Flask) -> None:
    """Let an application count its contents: at once, but those of a lone file when asked."""
    app.extensions[_KEY] = counted = Deferred.within(app, _count)
    with app.app_context():
        if not publication().file:
            counted.prepare(app, at_once=True)


def contents() -> Contents:
    """Return what the dataset holds.

    Raises:
        SixaikaError: it is not counted yet, and the engine does not answer.
    """
    counted: Deferred[Contents] = current_app.extensions[_KEY]
    return counted.get()


def _count() -> Contents:
    """Ask the engine; what a large file takes too long for stays unsaid."""
    counts = next(iter(_found("contents-counts")), {})
    sizes = {row["graph"]: int(row["size"]) for row in _found("page-graphs")}
    titles: dict[URIRef, list[Literal]] = {}
    for row in _found("contents-titles"):
        titles.setdefault(row["graph"], []).append(row["title"])
    return Contents(
        triples=_whole(counts.get("triples")),
        subjects=_whole(counts.get("subjects")),
        objects=_whole(counts.get("objects")),
        classes={row["class"]: int(row["entities"]) for row in _found("contents-classes")},
        properties={row["property"]: int(row["triples"]) for row in _found("contents-properties")},
        graphs={name: sizes.get(name) for name in map(URIRef, directory().graphs)},
        titles=titles,
    )


def _found(name: str) -> Sequence[Solution]:
    try:
        return solutions(name, {})
    except (QueryTimeout, QueryMemory):
        return ()


def _whole(count: Node | None) -> int | None:
    return None if count is None else int(str(count))
