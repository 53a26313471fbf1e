"""What the layout of a kind of thing shows first: its projects, partners, places and periods."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rdflib import URIRef
from rdflib.term import Node

from sixaika_graph.namespaces import S6
from sixaika_graph.web.layout import Layout
from sixaika_graph.web.links import here
from sixaika_graph.web.locator import Locator, locate
from sixaika_graph.web.solutions import Solution, solutions
from sixaika_graph.web.sources import Source
from sixaika_graph.web.statements import Writer
from sixaika_graph.web.timeline import Bar, Period, Timeline
from sixaika_graph.web.values import Link

SHOWN: Final = 60
"""How many entries of a part an overview shows: the queries ask for one more."""

_TERMS: Final = ("thing", "role", "place", "node", "beside")


@dataclass(frozen=True)
class Entry:
    """One thing of a part of an overview.

    `place` and `beside` are things that stand next to it; `node` is the n-ary node that connects
    it, whose page tells more; `period` is written in the visitor's language and `bar` drawn.
    `sources` is empty for what was derived. Where a layout counts, `count` is how many statements
    the entry has, and `total` how many things there are.
    """

    link: Link
    place: Link | None
    beside: Link | None
    node: Link | None
    period: str
    bar: Bar | None
    sources: tuple[Source, ...]
    count: int = 0
    total: int = 0


@dataclass(frozen=True)
class Band:
    """The entries of a part that have one role, kind or state; `role` is None for none."""

    role: Link | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Part:
    """One part: its entries by role; `more` leads to all of them when only some are shown."""

    bands: tuple[Band, ...] = ()
    more: str | None = None

    def __bool__(self) -> bool:
        return bool(self.bands)

    @property
    def total(self) -> int:
        """How many entries are shown."""
        return sum(len(band.entries) for band in self.bands)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries that are shown, whatever their role."""
        return tuple(entry for band in self.bands for entry in band.entries)


@dataclass(frozen=True)
class Overview:
    """The parts of an overview by name, the thing's own period, and its place on the map.

    A part that there is nothing in is empty.
    """

    parts: Mapping[str, Part]
    timeline: Timeline | None
    period: str
    bar: Bar | None
    map: Locator | None


@dataclass(frozen=True)
class Asked:
    """The solutions of the query of a layout."""

    layout: Layout
    rows: tuple[Solution, ...]

    def terms(self) -> Iterator[Node]:
        """Yield every term that has to be named."""
        for row in self.rows:
            yield from (row[name] for name in _TERMS if name in row)

    def graphs(self) -> set[URIRef]:
        """Return every named graph that states something here."""
        return {row["graph"] for row in self.rows if "graph" in row}


def read_overview(layout: Layout, iri: URIRef) -> Asked:
    """Ask for what a layout shows of a thing."""
    return Asked(layout, tuple(solutions(f"layout-{layout.name}", {"about": iri})))


def arrange(asked: Asked, iri: URIRef, writer: Writer) -> Overview:
    """Arrange the solutions as an overview of a thing."""
    by_part: dict[str, dict[tuple[Node, Node | None], list[Solution]]] = {}
    for row in asked.rows:
        key = (row["thing"], row.get("node"))
        by_part.setdefault(str(row["part"]), {}).setdefault(key, []).append(row)
    own = Period.of(_bounds(writer, iri))
    programme = next((Period.of(found[0]) for found in by_part.get("programme", {}).values()), None)
    periods = [own, *(Period.of(row) for row in asked.rows)]
    timeline = Timeline.around(programme, [one for one in periods if one is not None])
    return Overview(
        parts=defaultdict(
            Part,
            {
                name: _part(name, found.values(), asked.layout, writer, timeline)
                for name, found in by_part.items()
            },
        ),
        timeline=timeline,
        period=own.written(writer.names.language) if own else "",
        bar=timeline.bar(own) if timeline and own else None,
        map=locate((row["point"], row["thing"] == iri) for row in asked.rows if "point" in row),
    )


def _bounds(writer: Writer, iri: URIRef) -> dict[str, Node]:
    bounds = {"start": S6.earliestStart, "end": S6.latestEnd, "precision": S6.datePrecision}
    found = {name: writer.facts.one(iri, path) for name, path in bounds.items()}
    return {name: value for name, value in found.items() if value is not None}


def _part(
    name: str,
    found: Iterable[list[Solution]],
    layout: Layout,
    writer: Writer,
    timeline: Timeline | None,
) -> Part:
    things = list(found)
    bands: dict[Node | None, list[Entry]] = {}
    for rows in things[:SHOWN]:
        bands.setdefault(rows[0].get("role"), []).append(_entry(rows, writer, timeline))
    return Part(
        tuple(
            Band(writer.names.link(role) if role else None, tuple(sorted(entries, key=_place)))
            for role, entries in bands.items()
        ),
        more=here(**layout.more(name)) if len(things) > SHOWN else None,
    )


def _entry(rows: list[Solution], writer: Writer, timeline: Timeline | None) -> Entry:
    row, names = rows[0], writer.names
    period = Period.of(row)
    graphs = {one["graph"] for one in rows if "graph" in one}
    place, beside, node = (
        names.link(row[name]) if name in row else None for name in ("place", "beside", "node")
    )
    return Entry(
        link=names.link(row["thing"]),
        place=place,
        beside=beside,
        node=node,
        period=period.written(names.language, briefly=True) if period else "",
        bar=timeline.bar(period) if timeline and period else None,
        sources=writer.footnotes.marks(graphs),
        count=int(row.get("count", 0)),
        total=int(row.get("total", 0)),
    )


def _place(entry: Entry) -> tuple[str, str]:
    """Order entries by where they are, then by name."""
    return (entry.place.text.casefold() if entry.place else "", entry.link.text.casefold())
