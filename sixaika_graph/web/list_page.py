"""The page of a list: the form to choose by, the table of members, the way to the other parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import request
from rdflib.term import Node

from sixaika_graph.web.collection import Collection, Field, Member
from sixaika_graph.web.labels import Label
from sixaika_graph.web.language import current_language
from sixaika_graph.web.links import local
from sixaika_graph.web.nodes import EXACT
from sixaika_graph.web.selection import Selection, slug
from sixaika_graph.web.statements import AMOUNTS
from sixaika_graph.web.values import Link, Names, Text, Value, money

_CURRENCY: Final = "currency"
_PRECISION: Final = "precision"
"""The fields that belong to the amount of a member."""


@dataclass(frozen=True)
class Option:
    """One value to choose: `value` goes into the address, `count` members of all have it."""

    value: str
    text: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """One way to choose: its name in the address, what it means, the values that there are."""

    name: str
    property: Link
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Cell:
    """The values of one column; `before` is the word that makes an amount less than exact."""

    values: tuple[Value, ...]
    before: Label | None = None


@dataclass(frozen=True)
class Row:
    """One member: its name, and the values of each column."""

    link: Link
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class ListPage:
    """All that the page shows.

    `path` is that of the list; `year` is None where members have no period, "" where none is
    asked for; `total` counts all that fit, `first` is the place of the first one shown.
    """

    title: str
    path: str
    filters: tuple[Filter, ...]
    year: str | None
    text: str
    columns: tuple[Link, ...]
    rows: tuple[Row, ...]
    total: int
    first: int
    chosen: bool
    previous: str | None
    next: str | None


def read_list_page(
    whole: Collection, asked: Selection, members: Sequence[Member], total: int
) -> ListPage:
    """Return the page of some members; the names of everything on it are asked for at once."""
    shown = [field for field in whole.fields if field.shown]
    names = Names(_terms(whole, shown, members))
    after = asked.offset + len(members)
    return ListPage(
        title=whole.titles.get(current_language(), whole.titles["en"]),
        path=_path(whole),
        filters=tuple(
            Filter(field.name, names.link(field.property), _options(field, whole, asked, names))
            for field in whole.filters()
        ),
        year=str(asked.year or "") if whole.has_years else None,
        text=asked.text,
        columns=tuple(names.link(field.property) for field in shown),
        rows=tuple(_row(member, shown, names) for member in members),
        total=total,
        first=asked.offset + 1,
        chosen=bool(asked.chosen()),
        previous=_part(whole, asked, asked.offset - (asked.limit or 0)) if asked.offset else None,
        next=_part(whole, asked, after) if members and after < total else None,
    )


def _path(whole: Collection) -> str:
    return f"/page/{whole.kind}"


def _terms(whole: Collection, shown: Sequence[Field], members: Sequence[Member]) -> set[Node]:
    """Return every term on the page."""
    terms: set[Node] = {field.property for field in whole.fields}
    terms |= {member.iri for member in members}
    terms |= {term for field in whole.filters() for term in whole.counts(field)}
    for member in members:
        for name in (*(field.name for field in shown), _PRECISION):
            terms |= set(member.values.get(name, ()))
    return terms


def _options(field: Field, whole: Collection, asked: Selection, names: Names) -> tuple[Option, ...]:
    counts = whole.counts(field)
    chosen = asked.values.get(field.name)
    return tuple(
        Option(slug(term), names.value(term).text, counts[term], term == chosen)
        for term in names.ordered(counts)
    )


def _row(member: Member, shown: Sequence[Field], names: Names) -> Row:
    return Row(names.link(member.iri), tuple(_cell(member, field, shown, names) for field in shown))


def _cell(member: Member, field: Field, shown: Sequence[Field], names: Names) -> Cell:
    """Write the values of a field; an amount has its currency and tells how exact it is."""
    terms = names.ordered(member.values.get(field.name, ()))
    currency = next(iter(member.values.get(_CURRENCY, ())), None)
    if field.property not in AMOUNTS or currency is None:
        return Cell(tuple(names.value(term) for term in terms))
    amounts = [money(term, str(currency), names.language) for term in terms]  # type: ignore[arg-type]
    precision = next(iter(member.values.get(_PRECISION, ())), None)
    is_told = precision in (None, EXACT) or any(one.name == _PRECISION for one in shown)
    before = None if is_told or precision is None else names.link(precision).label
    return Cell(tuple(Text(amount) for amount in amounts), before)


def _part(whole: Collection, asked: Selection, offset: int) -> str:
    """Return the address of another part; a limit that the visitor named stays."""
    limit = request.args.get("limit") or None
    first = str(offset) if offset > 0 else None
    return local(_path(whole), **asked.chosen(), limit=limit, offset=first)
