"""The page of quality: what is known and what is not, in figures, each with the list behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from babel.numbers import format_percent
from rdflib import Literal
from rdflib.term import Node

from sixaika_graph.errors import UnknownResource
from sixaika_graph.namespaces import DEF
from sixaika_graph.queries import bind
from sixaika_graph.web.language import current_language
from sixaika_graph.web.links import expand, local
from sixaika_graph.web.results import body
from sixaika_graph.web.service import publication
from sixaika_graph.web.solutions import Solution, solutions
from sixaika_graph.web.values import Link, Names

LANGUAGES: Final = ("fi", "sv", "en")
PATH: Final = "/quality"
_PERCENT: Final = {"en": "#,##0.#%", "fi": "#,##0.#\xa0%", "sv": "#,##0.#\xa0%"}
_RULES: Final = ("open-warnings", "accepted-warnings", "incompleteness")


@dataclass(frozen=True)
class Share:
    """A part of a whole: `counted` among `among`, as a percentage; `href` lists what is behind."""

    counted: int
    among: int
    percent: str
    href: str | None


@dataclass(frozen=True)
class Coverage:
    """The projects of the data against the number that a source gives, of all or of a `scope`."""

    figure: Link
    scope: Link | None
    source: Link | None
    share: Share


@dataclass(frozen=True)
class Kind:
    """A class: its members, and which share has a label, a source and a link; `href` tells more."""

    link: Link
    things: int
    labels: tuple[Share, ...]
    source: Share
    external: Share
    href: str


@dataclass(frozen=True)
class Property:
    """A property of a class, and which share of the members has it."""

    link: Link
    share: Share


@dataclass(frozen=True)
class Rule:
    """A shape and how often it found something; `href` lists where."""

    link: Link
    count: int
    href: str


@dataclass(frozen=True)
class Quality:
    """All that the page shows; with `chosen` that is the properties of one class."""

    coverage: tuple[Coverage, ...] = ()
    kinds: tuple[Kind, ...] = ()
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    chosen: Link | None = None
    properties: tuple[Property, ...] = ()


def read_quality(name: str | None = None) -> Quality:
    """Ask the engine for the figures; `name` is the class whose properties are to be told.

    Raises:
        UnknownResource: nothing was measured of that class.
    """
    rows = solutions("page-quality", {})
    names = Names(term for row in rows for term in row.values())
    if name is None:
        return Quality(
            coverage=_coverage(rows, names),
            kinds=_kinds(rows, names),
            rules={metric: _rules(rows, metric, names) for metric in _RULES},
        )
    chosen = expand(name)
    measured = [row for row in _of(rows, "property") if row["class"] == chosen]
    if chosen is None or not measured:
        raise UnknownResource(name)
    return Quality(chosen=names.link(chosen), properties=_properties(measured, names))


def _of(rows: Iterable[Solution], metric: str) -> list[Solution]:
    return [row for row in rows if row["metric"] == DEF[f"metric/{metric}"]]


def _coverage(rows: list[Solution], names: Names) -> tuple[Coverage, ...]:
    """Return the comparisons, those with a dated number first."""
    by_figure = {row["figure"]: row for row in reversed(_of(rows, "coverage"))}
    found = sorted(by_figure.values(), key=lambda row: ("day" not in row, str(row["figure"])))
    return tuple(
        Coverage(
            names.link(row["figure"]),
            names.link(row["scope"]) if "scope" in row else None,
            names.link(row["source"]) if "source" in row else None,
            _share(row, _listed("quality-projects", figure=row["figure"])),
        )
        for row in found
    )


def _kinds(rows: list[Solution], names: Names) -> tuple[Kind, ...]:
    of_class: dict[Node, dict[str, Solution]] = {}
    for row in rows:
        if "class" in row and "property" not in row:
            of_class.setdefault(row["class"], {})[str(row["metric"]).rpartition("/")[2]] = row
    kinds = [_kind(kind, found, names) for kind, found in of_class.items()]
    return tuple(sorted(kinds, key=lambda kind: kind.link.text.casefold()))


def _kind(kind: Node, found: Mapping[str, Solution], names: Names) -> Kind:
    link = names.link(kind)
    labels = (
        _lacking(found[f"label-{language}"], "quality-no-label", kind, language=Literal(language))
        for language in LANGUAGES
    )
    return Kind(
        link,
        int(found["source"]["among"]),
        tuple(labels),
        _lacking(found["source"], "quality-no-source", kind),
        _lacking(found["external-link"], "quality-no-link", kind),
        local(PATH, **{"class": link.short}),
    )


def _properties(rows: Iterable[Solution], names: Names) -> tuple[Property, ...]:
    found = [
        Property(
            names.link(row["property"]),
            _lacking(row, "quality-no-value", row["class"], property=row["property"]),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (-one.share.counted, one.link.text.casefold())))


def _rules(rows: list[Solution], metric: str, names: Names) -> tuple[Rule, ...]:
    parameters: dict[str, Node]
    if metric == "accepted-warnings":
        language = Literal("fi" if current_language() == "fi" else "en")
        listing, parameters = "quality-accepted", {"language": language}
    else:
        listing, parameters = "quality-found", {"metric": DEF[f"metric/{metric}"]}
    return tuple(
        Rule(
            names.link(row["rule"]),
            int(row["counted"]),
            _listed(listing, rule=row["rule"], **parameters),
        )
        for row in _of(rows, metric)
    )


def _share(row: Solution, listed: str | None) -> Share:
    counted, among = int(row["counted"]), int(row["among"])
    language = current_language()
    percent = format_percent(counted / among, _PERCENT[language], locale=language)
    return Share(counted, among, percent, listed)


def _lacking(row: Solution, name: str, kind: Node, **parameters: Node) -> Share:
    """Return a share that leads to the list of those that are not in it."""
    whole = int(row["counted"]) == int(row["among"])
    return _share(row, None if whole else _listed(name, **{"class": kind, **parameters}))


def _listed(name: str, **parameters: Node) -> str:
    """Return the address that asks a site query in the form for queries."""
    text = body(bind(publication().site[name], parameters))
    return local("/sparql", query=text)
