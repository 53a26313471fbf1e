"""The home page: what this is, how much is in it, and where to begin."""

from dataclasses import dataclass
from typing import Final

from rdflib import URIRef
from rdflib.namespace import FOAF, ORG
from rdflib.term import Node

from sixaika_graph.namespaces import S6, SCHEMA
from sixaika_graph.web.contents import contents
from sixaika_graph.web.labels import choose
from sixaika_graph.web.language import current_language
from sixaika_graph.web.results import body
from sixaika_graph.web.service import publication
from sixaika_graph.web.solutions import Solution, solutions
from sixaika_graph.web.values import Link, Names, Text, Value

_SECTIONS: Final = ("strategies", "projects", "cities", "focus")
_COUNTED: Final = {
    "projects": S6.Project,
    "cities": SCHEMA.City,
    "organisations": ORG.FormalOrganization,
    "people": FOAF.Person,
    "sources": SCHEMA.DigitalDocument,
}


@dataclass(frozen=True)
class Counts:
    """How much is in the dataset: things of each kind, and statements of the default graph."""

    projects: int = 0
    cities: int = 0
    organisations: int = 0
    people: int = 0
    sources: int = 0
    statements: int = 0


@dataclass(frozen=True)
class Item:
    """One entry of a list: a thing and what stands beside its name."""

    link: Link
    about: Value | None


@dataclass(frozen=True)
class NamedGraph:
    """One named graph and how many statements it holds."""

    link: Link
    size: int


@dataclass(frozen=True)
class Home:
    """All that the home page shows.

    `public` is the address of this site as the world sees it, `endpoint` that of the SPARQL
    endpoint, `example` the text of a query to send there.
    """

    counts: Counts
    strategies: tuple[Item, ...]
    projects: tuple[Item, ...]
    cities: tuple[Item, ...]
    focus: tuple[Item, ...]
    graphs: tuple[NamedGraph, ...]
    public: str
    endpoint: str
    example: str


def read_home() -> Home:
    """Ask the engine for all that the home page shows."""
    held = contents()
    found = solutions("page-home", {})
    names = Names([*(term for row in found for term in row.values()), *held.graphs])
    public = publication().settings.public_url
    return Home(
        counts=Counts(
            **{kind: held.classes.get(term, 0) for kind, term in _COUNTED.items()},
            statements=held.triples or 0,
        ),
        **{section: _items(section, found, names) for section in _SECTIONS},
        graphs=tuple(
            NamedGraph(names.link(graph), size or 0) for graph, size in sorted(held.graphs.items())
        ),
        public=public,
        endpoint=f"{public}sparql",
        example=body(publication().site["page-example"].text),
    )


def _items(section: str, found: list[Solution], names: Names) -> tuple[Item, ...]:
    things: dict[URIRef, list[Node]] = {}
    for row in found:
        if str(row["section"]) == section:
            things.setdefault(row["thing"], []).extend([row["about"]] if "about" in row else [])
    items = [Item(names.link(thing), _about(about, names)) for thing, about in things.items()]
    return tuple(sorted(items, key=lambda item: item.link.text.casefold()))


def _about(terms: list[Node], names: Names) -> Value | None:
    """Return what stands beside a name: the text in the best language, else the first link."""
    texts = [term for term in terms if not isinstance(term, URIRef)]
    best = choose(texts, current_language())  # type: ignore[arg-type]
    if best is not None:
        return Text(best.text, best.language, foreign=best.fell_back)
    return names.value(terms[0]) if terms else None
