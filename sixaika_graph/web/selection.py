"""Which members of a collection a request asks for: by values of fields, a year, words; and a part.

What is not known is refused with what is: a filter that were passed over would give a longer list
that looks like the one asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from flask import request
from rdflib import URIRef
from rdflib.term import Node

from sixaika_graph.index.folding import folded
from sixaika_graph.namespaces import curie
from sixaika_graph.sentence import Sentence
from sixaika_graph.web import parameters
from sixaika_graph.web.collection import Collection, Field, Member
from sixaika_graph.web.lookup import Lookup, lookup

MOST: Final = 1000
"""Members that one answer may have."""

_TEXT: Final = "q"
_YEAR: Final = "year"
_COMMON: Final = ("bom", "context", "format", "lang", "limit", "offset")
_LONGEST: Final = 200
_FARTHEST: Final = 10**6


@dataclass(frozen=True)
class Selection:
    """What is asked of a collection: a value for each of some fields, a year, words, and a part.

    `limit` is None where all are asked for.
    """

    values: Mapping[str, Node]
    year: int | None
    text: str
    limit: int | None
    offset: int

    def chosen(self) -> dict[str, str]:
        """Return what is asked for as the parameters of an address, without the part."""
        pairs = {name: slug(term) for name, term in self.values.items()}
        pairs |= {_YEAR: str(self.year)} if self.year is not None else {}
        return pairs | ({_TEXT: self.text} if self.text else {})

    def without(self, name: str) -> "Selection":
        """Return the same selection without the value of one field."""
        return replace(self, values={one: term for one, term in self.values.items() if one != name})

    def address(self, path: str, **more: str | int) -> str:
        """Return the address of the same selection with other parameters."""
        given = {**self.chosen(), **{name: str(value) for name, value in more.items() if value}}
        return f"{path}?{urlencode(given)}" if given else path


def slug(term: Node) -> str:
    """Write a value as it stands in an address: the end of an IRI of ours, else the whole."""
    text = str(term)
    return text.rpartition("/")[2] if isinstance(term, URIRef) and curie(text) != text else text


def read_selection(whole: Collection, *, limit: int | None) -> Selection:
    """Read what a request asks for; `limit` is how many members it gets unless it says so.

    Raises:
        Refusal: it names a filter that the kind does not have, or a value that no member has.
    """
    fields = {field.name: field for field in whole.filters()}
    known = [*fields, *([_YEAR] if whole.has_years else []), _TEXT]
    for name in request.args:
        if name not in known and name not in _COMMON:
            detail = Sentence(
                "A list of things of the kind {kind} has no filter {name!r}.",
                kind=whole.kind,
                name=name[:40],
            )
            raise parameters.bad(name[:40], detail, known)
    asked = {name: (parameters.single(name) or "").strip() for name in known}
    text = asked[_TEXT]
    if len(text) > _LONGEST:
        raise parameters.bad(
            _TEXT,
            Sentence("{name} has more than {limit} characters.", name=_TEXT, limit=_LONGEST),
        )
    is_bounded = limit is not None or bool((parameters.single("limit") or "").strip())
    return Selection(
        values={
            name: _value(whole, field, asked[name]) for name, field in fields.items() if asked[name]
        },
        year=_year(asked.get(_YEAR, "")),
        text=parameters.readable(text),
        limit=parameters.whole("limit", limit or MOST, 1, MOST) if is_bounded else None,
        offset=parameters.whole("offset", 0, 0, _FARTHEST),
    )


def _value(whole: Collection, field: Field, asked: str) -> Node:
    """Return the value that a name means: its last part, its short IRI or all of it."""
    values = whole.counts(field)
    for term in values:
        if asked in (slug(term), str(term), curie(str(term))):
            return term
    detail = Sentence(
        "No {kind} has {value!r} as {name}.", kind=whole.kind, value=asked[:80], name=field.name
    )
    raise parameters.bad(field.name, detail, sorted(map(slug, values)))


def _year(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise parameters.bad(
            _YEAR,
            Sentence("{name} is a year of four digits, not {text!r}.", name=_YEAR, text=text[:40]),
        )
    return int(text)


def select(whole: Collection, asked: Selection) -> list[Member]:
    """Return the members that fit everything that is asked for, in the order of the collection.

    Only words need what is known of other names, which takes a second to read after the start.
    """
    begun = folded(asked.text)
    return [
        member
        for member in whole.members
        if all(term in member.values.get(name, ()) for name, term in asked.values.items())
        and (asked.year is None or asked.year in member.years())
        and (not begun or _has_words(member, begun, lookup()))
    ]


def _has_words(member: Member, begun: Iterable[str], known: Lookup) -> bool:
    """Tell whether each word begins a word of a name, another name or a code of the member."""
    entry = known.entries.get(str(member.iri))
    texts = [name.text for name in entry.names if name.role != "about"] if entry else []
    found = [word for text in (*texts, *member.names) for word in folded(text)]
    return all(any(word.startswith(start) for word in found) for start in begun)
