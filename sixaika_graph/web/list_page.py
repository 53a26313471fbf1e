"""The page of a list: the form to choose by, the table of members, the way to the other parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import request
from rdflib import XSD, Literal
from rdflib.term import Node

from sixaika_graph.web.collection import Collection, Field, Member
from sixaika_graph.web.labels import Label
from sixaika_graph.web.language import current_language
from sixaika_graph.web.links import local
from sixaika_graph.web.nodes import EXACT
from sixaika_graph.web.selection import Selection, select, slug
from sixaika_graph.web.statements import AMOUNTS
from sixaika_graph.web.values import Link, Names, Text, Value, brief_day, money, untold

_CURRENCY: Final = "currency"
_PRECISION: Final = "precision"
"""The fields that belong to the amount of a member."""


@dataclass(frozen=True)
class Option:
    """One value to choose: `value` goes into the address.

    `count` members have it of those that fit all else that is asked for; `language` is that of its
    name where it is not the visitor's, else "".
    """

    value: str
    text: str
    language: str
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
    counts = _counts(whole, asked)
    names = Names(_terms(whole, shown, members, counts))
    after = asked.offset + len(members)
    return ListPage(
        title=whole.titles.get(current_language(), whole.titles["en"]),
        path=_path(whole),
        filters=tuple(
            Filter(
                field.name,
                names.link(field.property),
                _options(counts[field], asked, field.name, names),
            )
            for field in counts
            if counts[field]
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


def _counts(whole: Collection, asked: Selection) -> Mapping[Field, Mapping[Node, int]]:
    """Count the values to choose among the members that fit all else that is asked for.

    The value that is chosen stays, even where nothing has it.
    """
    fitting = select(whole, asked)
    counts: dict[Field, Mapping[Node, int]] = {}
    for field in whole.filters():
        chosen = asked.values.get(field.name)
        others = fitting if chosen is None else select(whole, asked.without(field.name))
        none = {} if chosen is None else {chosen: 0}
        counts[field] = none | dict(whole.counts(field, others))
    return counts


def _terms(
    whole: Collection,
    shown: Sequence[Field],
    members: Sequence[Member],
    counts: Mapping[Field, Mapping[Node, int]],
) -> set[Node]:
    """Return every term on the page."""
    terms: set[Node] = {field.property for field in whole.fields}
    terms |= {member.iri for member in members}
    terms |= {term for found in counts.values() for term in found}
    for member in members:
        for name in (*(field.name for field in shown), _PRECISION):
            terms |= set(member.values.get(name, ()))
    return terms


def _options(
    counts: Mapping[Node, int], asked: Selection, name: str, names: Names
) -> tuple[Option, ...]:
    chosen = asked.values.get(name)
    return tuple(
        _option(term, counts[term], names.value(term), is_chosen=term == chosen)
        for term in names.ordered(counts)
    )


def _option(term: Node, count: int, shown: Value, *, is_chosen: bool) -> Option:
    label = shown.label if isinstance(shown, Link) else None
    language = label.language if label and label.fell_back else ""
    return Option(slug(term), shown.text, language, count, is_chosen)


def _row(member: Member, shown: Sequence[Field], names: Names) -> Row:
    return Row(names.link(member.iri), tuple(_cell(member, field, shown, names) for field in shown))


def _value(term: Node, field: Field, names: Names) -> Value:
    if isinstance(term, Literal) and term.datatype == XSD.date:
        return Text(brief_day(term, names.language))
    return untold(names.value(term), names.link(field.property))


def _cell(member: Member, field: Field, shown: Sequence[Field], names: Names) -> Cell:
    """Write the values of a field; an amount has its currency and tells how exact it is."""
    terms = names.ordered(member.values.get(field.name, ()))
    currency = next(iter(member.values.get(_CURRENCY, ())), None)
    if field.property not in AMOUNTS or currency is None:
        return Cell(tuple(_value(term, field, names) for term in terms))
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
