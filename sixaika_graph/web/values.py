"""Terms as a reader sees them: links with labels, dates and amounts in the visitor's language."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent
from rdflib import Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from sixaika_graph.namespaces import GEO
from sixaika_graph.web.labels import Label, labels
from sixaika_graph.web.language import current_language, texts
from sixaika_graph.web.links import curie, href, is_external
from sixaika_graph.web.service import publication

_POINT: Final = re.compile(r"(?:<[^>]*>\s*)?POINT\s*\(\s*([-\d.]+)\s+([-\d.]+)\s*\)", re.IGNORECASE)
_SCHEME: Final = re.compile(r"^https?://(www\.)?")
_REMEMBERED: Final = 4096
"""Days, numbers and amounts of which it is remembered how they are written: a page repeats them."""
_PLAIN: Final = {None, XSD.string, XSD.anyURI, XSD.language}


@dataclass(frozen=True)
class Link:
    """An IRI to show.

    `iri` is the permanent IRI, `href` where a click leads (None: nowhere), `label` its name where
    the dataset has one, `short` what is shown where it has none.
    """

    iri: str
    href: str | None
    label: Label | None
    short: str
    external: bool

    @property
    def text(self) -> str:
        """The words of the link."""
        return self.label.text if self.label else self.short


@dataclass(frozen=True)
class Text:
    """A literal to show.

    `language` is its tag, "" for none; `foreign` says that it is not the visitor's language;
    `datatype` is named where it says more than the text itself does.
    """

    text: str
    language: str = ""
    foreign: bool = False
    datatype: Link | None = None


Value = Link | Text


def untold(value: Value, predicate: Link) -> Value:
    """Return a value without the name of its datatype where its property has that name."""
    if not isinstance(value, Text) or value.datatype is None:
        return value
    return replace(value, datatype=None) if value.datatype.text == predicate.text else value


class Names:
    """The labels of all terms of one page, fetched at once; it turns terms into values."""

    def __init__(self, terms: Iterable[Node]) -> None:
        wanted = set(terms)
        wanted |= {term.datatype for term in wanted if isinstance(term, Literal) and term.datatype}
        self._labels: Mapping[Node, Label] = labels(wanted)
        self._links: dict[Node, Link] = {}
        self.language = current_language()

    def link(self, iri: Node) -> Link:
        """Return an IRI as a link with its label; a page asks for the same one many times."""
        if iri not in self._links:
            text = str(iri)
            self._links[iri] = Link(
                text, href(text), self._labels.get(iri), _short(text), is_external(text)
            )
        return self._links[iri]

    def value(self, term: Node) -> Value:
        """Return any term as what is shown for it."""
        if not isinstance(term, Literal):
            return self.link(term)
        if term.datatype == XSD.anyURI and href(str(term)):
            return self.link(URIRef(str(term)))
        language = term.language or ""
        known = term.datatype in _PLAIN or term.datatype in _WRITERS
        return Text(
            literal_text(term, self.language),
            language,
            foreign=bool(language) and language != self.language,
            datatype=None if known or term.datatype is None else self.link(term.datatype),
        )

    def ordered(self, terms: Iterable[Node]) -> list[Node]:
        """Return terms in a reader's order: the visitor's language first, then by name."""

        def place(term: Node) -> tuple[bool, str, str]:
            shown = self.value(term)
            foreign = isinstance(shown, Text) and shown.foreign
            return foreign, shown.text.casefold(), str(term)

        found = list(terms)
        return sorted(found, key=place) if len(found) > 1 else found


def _short(iri: str) -> str:
    short = curie(iri)
    if short != iri:
        return short
    return _SCHEME.sub("", iri.removeprefix(publication().base)).rstrip("/") or iri


def literal_text(literal: Literal, language: str) -> str:
    """Write a literal as a reader of `language` expects it; an ill-typed one stays as it is."""
    write = _WRITERS.get(literal.datatype) if literal.datatype else None
    if write is None:
        return str(literal)
    return _written(write, str(literal), language)


@lru_cache(_REMEMBERED)
def _written(write: Callable[[str, str], str], text: str, language: str) -> str:
    try:
        return write(text, language)
    except (ValueError, InvalidOperation):
        return text


def _locale(language: str) -> str:
    """Return the locale of a language where it is not the language itself: dates are European."""
    return "en_GB" if language == "en" else language


def money(amount: Literal, currency: str, language: str) -> str:
    """Write an amount with its currency, without cents where it has none."""
    return _money(str(amount), currency, language)


@lru_cache(_REMEMBERED)
def _money(amount: str, currency: str, language: str) -> str:
    value = Decimal(amount)
    digits = "" if value == value.to_integral_value() else ".00"
    pattern = f"¤#,##0{digits}" if language == "en" else f"#,##0{digits}\xa0¤"
    return format_currency(
        value, currency, pattern, locale=_locale(language), currency_digits=False
    )


def percent(share: Literal, language: str) -> str:
    """Write a share of one as a percentage."""
    return format_percent(Decimal(str(share)), "#,##0.##\xa0%", locale=_locale(language))


def day(literal: Node, language: str) -> str:
    """Write a date as day, month and year."""
    return literal_text(literal, language) if isinstance(literal, Literal) else str(literal)


def _date(text: str, language: str) -> str:
    return format_date(date.fromisoformat(text), "long", locale=_locale(language))


def brief_day(literal: Literal, language: str) -> str:
    """Write a date as briefly as a narrow column needs it, and in one line."""
    return _written(_brief_date, str(literal), language)


def _brief_date(text: str, language: str) -> str:
    day = format_date(date.fromisoformat(text), "medium", locale=_locale(language))
    return day.replace(" ", "\xa0")


def _moment(text: str, language: str) -> str:
    return format_datetime(datetime.fromisoformat(text), "medium", locale=_locale(language))


def _month(text: str, language: str) -> str:
    return format_skeleton("yMMMM", date.fromisoformat(text + "-01"), locale=_locale(language))


def _number(text: str, language: str) -> str:
    return format_decimal(Decimal(text), "#,##0.###############", locale=_locale(language))


def _boolean(text: str, language: str) -> str:
    words = {"true": "yes", "1": "yes", "false": "no", "0": "no"}
    return texts()[language].gettext(words[text]) if text in words else text


def _point(text: str, language: str) -> str:
    match = _POINT.fullmatch(text)
    if match is None:
        return text
    longitude, latitude = (_number(part, language) for part in match.groups())
    return f"{latitude}° N, {longitude}° E"


_WRITERS: Final[Mapping[URIRef, Callable[[str, str], str]]] = {
    XSD.date: _date,
    XSD.dateTime: _moment,
    XSD.gYearMonth: _month,
    XSD.gYear: lambda text, language: text,
    XSD.integer: _number,
    XSD.nonNegativeInteger: _number,
    XSD.positiveInteger: _number,
    XSD.int: _number,
    XSD.decimal: _number,
    XSD.double: _number,
    XSD.boolean: _boolean,
    GEO.wktLiteral: _point,
}
