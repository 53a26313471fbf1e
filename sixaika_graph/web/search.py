"""Search over the names, codes and descriptions of everything, as a page and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from rdflib import URIRef

from sixaika_graph.index import LONGEST, Hit, Hits, Kind
from sixaika_graph.namespaces import curie
from sixaika_graph.sentence import Sentence
from sixaika_graph.web import parameters
from sixaika_graph.web.alternates import link_alternates
from sixaika_graph.web.labels import Label
from sixaika_graph.web.language import current_language
from sixaika_graph.web.links import href, local
from sixaika_graph.web.lookup import Lookup, lookup
from sixaika_graph.web.negotiation import vary
from sixaika_graph.web.things import absolute, named, thing
from sixaika_graph.web.values import Link

bp: Final = Blueprint("search", __name__)

SHOWN: Final = 20
MOST: Final = 100
"""Results that one answer may have."""
DEEPEST: Final = 10_000
"""Results that may be passed over."""

_SNIPPET: Final = 240


@dataclass(frozen=True)
class Asked:
    """What is searched for; `types` are the classes that `type` names."""

    text: str
    type: str
    types: tuple[str, ...]
    limit: int
    offset: int

    def address(self, offset: int) -> str:
        """Return the query string for another part of the same answer."""
        pairs = {"q": self.text, "type": self.type, "lang": parameters.language()}
        given = {name: value for name, value in pairs.items() if value}
        return urlencode({**given, "limit": self.limit, "offset": offset})


@dataclass(frozen=True)
class Found:
    """One result on the page: the thing, its class, the other name that fits, what it is about."""

    link: Link
    kind: Label | None
    matched: Label | None
    about: Label | None


@dataclass(frozen=True)
class Option:
    """One class to choose: `value` goes into the address."""

    value: str
    label: Label
    chosen: bool


@dataclass(frozen=True)
class SearchPage:
    """All that the page shows.

    `total` is None before anything was asked; `previous` and `next` lead to the other parts.
    """

    text: str
    types: tuple[Option, ...]
    total: int | None
    first: int
    results: tuple[Found, ...]
    previous: str | None
    next: str | None


@bp.get("/search")
def search() -> Response:
    """Find things by name, code or description: a page for browsers, JSON for machines."""
    asked = _read()
    hits = lookup().index.search(
        asked.text, types=asked.types, limit=asked.limit, offset=asked.offset
    )
    if parameters.wants_html():
        response = Response(render_template("search.html", search=_page(asked, hits)))
        response.headers["X-Robots-Tag"] = "noindex"
    else:
        response = parameters.respond_json(_document(asked, hits))
    following = _next(asked, hits)
    link_alternates(response, *([f'<{following}>; rel="next"'] if following else []))
    return vary(response) if "format" not in request.args else response


def _read() -> Asked:
    text = parameters.single("q") or ""
    if len(text) > LONGEST:
        raise parameters.bad(
            "q", Sentence("{name} has more than {limit} characters.", name="q", limit=LONGEST)
        )
    name = parameters.single("type") or ""
    return Asked(
        text=text,
        type=name,
        types=_classes(name, lookup()) if name.strip() else (),
        limit=parameters.whole("limit", SHOWN, 1, MOST),
        offset=parameters.whole("offset", 0, 0, DEEPEST),
    )


def _classes(name: str, known: Lookup) -> tuple[str, ...]:
    classes = known.classes_named(name)
    if not classes:
        offered = [curie(kind) for kind in known.offered_classes()]
        raise parameters.bad(
            "type", Sentence("No class is called {name!r}.", name=name[:80]), offered
        )
    return classes


def _next(asked: Asked, hits: Hits) -> str | None:
    offset = asked.offset + asked.limit
    if offset >= hits.total or offset > DEEPEST:
        return None
    return f"{request.path}?{asked.address(offset)}"


def _document(asked: Asked, hits: Hits) -> Mapping[str, object]:
    known, language = lookup(), parameters.language()
    following = _next(asked, hits)
    return {
        "query": asked.text,
        "types": list(asked.types),
        "total": hits.total,
        "offset": asked.offset,
        "limit": asked.limit,
        "next": absolute("/search") + following.removeprefix("/search") if following else None,
        "results": [_result(hit, known, language) for hit in hits],
    }


def _result(hit: Hit, known: Lookup, language: str) -> Mapping[str, object]:
    about = known.about(hit.entry, language)
    return {
        **thing(hit.entry.iri, known, language),
        "types": [named(kind, known, language) for kind in hit.entry.types],
        "description": _snippet(about.text) if about else None,
        "matched": {
            "text": _snippet(hit.name.text),
            "lang": hit.name.language or None,
            "how": hit.kind,
        },
        "score": hit.score,
    }


def _snippet(text: str) -> str:
    if len(text) <= _SNIPPET:
        return text
    return text[:_SNIPPET].rsplit(maxsplit=1)[0].rstrip(" ,;:–-") + " …"


def _page(asked: Asked, hits: Hits) -> SearchPage:
    known, language = lookup(), current_language()
    is_asked = bool(asked.text.strip() or asked.types)
    before = max(0, asked.offset - asked.limit)
    following = _next(asked, hits)
    return SearchPage(
        text=asked.text,
        types=tuple(_options(asked, known, language)),
        total=hits.total if is_asked else None,
        first=asked.offset + 1,
        results=tuple(_found(hit, known, language) for hit in hits) if is_asked else (),
        previous=f"{local('/search', lang=None)}?{asked.address(before)}" if asked.offset else None,
        next=f"{request.root_path}{following}" if following and is_asked else None,
    )


def _options(asked: Asked, known: Lookup, language: str) -> Sequence[Option]:
    options = [
        Option(curie(kind), known.label(kind, language), kind in asked.types[:1])
        for kind in known.offered_classes()
    ]
    if asked.types and not any(option.chosen for option in options):
        label = known.label(asked.types[0], language)
        options.append(Option(asked.type, label, chosen=True))
    return sorted(options, key=lambda option: option.label.text.casefold())


_TOLD: Final[Sequence[Kind]] = ("exact", "prefix", "word", "fuzzy")


def _found(hit: Hit, known: Lookup, language: str) -> Found:
    iri, label = hit.entry.iri, known.label(hit.entry.iri, language)
    kind = known.kind(hit.entry)
    about = known.about(hit.entry, language)
    other = Label(hit.name.text, hit.name.language, hit.name.language not in ("", language))
    return Found(
        link=Link(iri, href(iri), label, curie(URIRef(iri)), external=False),
        kind=known.label(kind, language) if kind else None,
        matched=other if hit.kind in _TOLD and other.text != label.text else None,
        about=Label(_snippet(about.text), about.language, about.fell_back) if about else None,
    )
