"""Content negotiation: an Accept header and a table of formats give one format, or none.

Werkzeug parses and matches (RFC 9110, 12.5.1): a malformed member is left out, parameters of a
media type are dropped, and the order of `FORMATS` breaks ties.
"""

from functools import lru_cache
from typing import Final

from flask import Response
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from sixaika_graph.errors import NotAcceptable
from sixaika_graph.formats import FORMATS, Format, Kind, among, of_kind

ANYTHING: Final = MIMEAccept([("*/*", 1)])
# Few headers are sent again and again. What a longer one says is not remembered.
_REMEMBERED: Final = 256
_LONGEST: Final = 2048
_HTML: Final = tuple(name for row in of_kind("html") for name in (row.media_type, *row.aliases))


def parse_accept(header: str | None) -> MIMEAccept:
    """Read an Accept header; one that is missing, empty or wholly malformed accepts anything."""
    header = header or ""
    return (_parse if len(header) <= _LONGEST else _parse.__wrapped__)(header)


@lru_cache(_REMEMBERED)
def _parse(header: str) -> MIMEAccept:
    members = [
        (value.partition(";")[0].strip().lower(), quality)
        for value, quality in parse_accept_header(header, MIMEAccept)
    ]
    ranges = [member for member in members if _is_media_range(member[0])]
    return MIMEAccept(ranges) if ranges else ANYTHING


def _is_media_range(value: str) -> bool:
    kind, slash, subtype = value.partition("/")
    return bool(kind and slash and subtype) and (kind != "*" or subtype == "*")


def negotiate(accept: MIMEAccept, *kinds: Kind) -> Format | None:
    """Return the format of the given kinds that a client likes best, or None."""
    return best(accept, tuple(of_kind(*kinds)))


def best(accept: MIMEAccept, rows: tuple[Format, ...]) -> Format | None:
    """Return the one of some formats that a client likes best, or None.

    An alias counts only where it is named: `text/*` is no request for RDF/XML.
    """
    is_short = sum(len(value) for value, _ in accept) <= _LONGEST
    return (_best if is_short else _best.__wrapped__)(accept, rows)


@lru_cache(_REMEMBERED)
def _best(accept: MIMEAccept, rows: tuple[Format, ...]) -> Format | None:
    named = set(accept.values())
    offers = [
        media_type
        for row in rows
        for media_type in (row.media_type, *(alias for alias in row.aliases if alias in named))
    ]
    liked = accept.best_match(offers)
    return among(rows, liked) if liked else None


def require(accept: MIMEAccept, rows: tuple[Format, ...]) -> Format:
    """Return the one of some formats that a client likes best.

    Raises:
        NotAcceptable: it accepts none of them.
    """
    found = best(accept, rows)
    if found is None:
        raise NotAcceptable([row.media_type for row in rows])
    return found


def prefers_html(accept: MIMEAccept, *kinds: Kind) -> bool:
    """Tell whether a client names HTML and likes it no less than the formats of those kinds."""
    return likes_html(accept, negotiate(accept, *kinds))


def likes_html(accept: MIMEAccept, rival: Format | None, *, strictly: bool = False) -> bool:
    """Tell whether a client names HTML and likes it no less than the best other format.

    `strictly` asks for more than a tie: what stands under a data address stays data.
    """
    if not names_html(accept):
        return False
    named = set(accept.values())
    wanted = max(accept.quality(name) for name in _HTML if name in named)
    if wanted == 0 or rival is None:
        return wanted > 0
    other = max(
        accept.quality(name)
        for name in (rival.media_type, *rival.aliases)
        if name in named or name == rival.media_type
    )
    return wanted > other if strictly else wanted >= other


def names_html(accept: MIMEAccept) -> bool:
    """Tell whether a client names HTML at all."""
    return not set(_HTML).isdisjoint(accept.values())


def named_formats(name: str) -> list[Format]:
    """Return the formats that a suffix, a media type or a short name (json, n3, json-ld) means.

    Those that only have it as an alias come last.
    """
    # Who writes a media type into an address by hand forgets that + means a space there.
    sent = name.partition(";")[0].strip().lower().replace(" ", "+")
    names = {sent, f"application/{sent}", f"text/{sent}"}
    called = [
        row
        for row in FORMATS
        if names & {row.suffix, row.media_type} or _plain(sent) == _plain(row.name)
    ]
    return called + [row for row in FORMATS if row not in called and names & {*row.aliases}]


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))


def vary(response: Response) -> Response:
    """Say that another Accept header may give another answer."""
    response.vary.add("Accept")
    return response
