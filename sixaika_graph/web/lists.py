"""Lists: all things of a kind, chosen by what people choose by, as a page and as data.

`/page/project` and `/data/project` with the same parameters give the same members in one order: by
name in the language that `?lang=` names, else the first of fi, en, sv and any, then by IRI.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain
from typing import Final

from flask import Blueprint, Response, render_template, request
from rdflib import Literal, URIRef
from rdflib.namespace import RDFS, XSD
from rdflib.term import Node

from sixaika_graph.formats import Format, by_suffix, of_kind
from sixaika_graph.namespaces import ID
from sixaika_graph.web import parameters
from sixaika_graph.web.alternates import link_alternates
from sixaika_graph.web.collection import Collection, Field, Member, collection
from sixaika_graph.web.headers import redirect_to
from sixaika_graph.web.language import current_language
from sixaika_graph.web.list_page import read_list_page
from sixaika_graph.web.lookup import Lookup, lookup
from sixaika_graph.web.negotiation import vary
from sixaika_graph.web.representations import (
    GRAPHS,
    Document,
    asked_format,
    is_negotiated,
    offer_representations,
    serve,
)
from sixaika_graph.web.selection import MOST, Selection, read_selection, select
from sixaika_graph.web.things import absolute

bp: Final = Blueprint("lists", __name__)

SHOWN: Final = 50
"""Members on one page."""

_CSV: Final = next(row for row in of_kind("results") if row.suffix == "csv")
_JSON: Final = next(of_kind("json"))
_FORMATS: Final = (*GRAPHS, _JSON, _CSV)
_PERSONS: Final = ("person", "assignment")
_SEPARATOR: Final = " | "


@dataclass(frozen=True)
class Part:
    """One part of the members that fit: `total` counts all of them."""

    whole: Collection
    asked: Selection
    members: Sequence[Member]
    total: int

    def next(self, path: str) -> str | None:
        """Return the address of what comes after it, None at the end."""
        after = self._places().get("next")
        return None if after is None else self.address(path, after)

    def links(self, path: str, form: str = "") -> list[str]:
        """Return web links to the other parts; `form` is the format that addresses have to name."""
        return [
            f'<{self.address(path, place, form)}>; rel="{relation}"'
            for relation, place in self._places().items()
        ]

    def _places(self) -> dict[str, int]:
        """Return where the other parts begin, by https://www.iana.org/assignments/link-relations/.

        Their size is the limit; there are none of a list that is asked for whole.
        """
        size, offset = self.asked.limit, self.asked.offset
        if size is None or self.total <= len(self.members):
            return {}
        last = max(0, self.total - 1) // size * size
        after = offset + len(self.members)
        before = {"prev": max(0, min(offset - size, last))} if offset else {}
        following = {"next": after} if self.members and after < self.total else {}
        return {"first": 0, **before, **following, "last": last}

    def address(self, path: str, offset: int | None = None, form: str = "") -> str:
        """Return the address of the part from a place on in one spelling, its own by default."""
        start = self.asked.offset if offset is None else offset
        return self.asked.address(path, **self._kept(), offset=start, format=form)

    def _kept(self) -> dict[str, str | int]:
        limit = self.asked.limit if "limit" in request.args else None
        return {"lang": parameters.language(), "limit": limit or 0}


@bp.get("/page/<kind>")
def page(kind: str) -> Response:
    """Show the things of a kind that fit what is asked for."""
    name, fixed = _named(kind)
    if fixed is not None and fixed.kind != "html":
        return redirect_to(f"/data/{kind}", HTTPStatus.SEE_OTHER)
    if fixed is None and "format" in request.args:
        row = asked_format(None, strictly=False, formats=_FORMATS)
        if row.kind != "html":
            return redirect_to(f"/data/{name}", HTTPStatus.SEE_OTHER)
    part = _read(name, SHOWN, current_language())
    document = _document(part)
    offer_representations(document)
    text = render_template(
        "list.html",
        list=read_list_page(part.whole, part.asked, part.members, part.total),
        alternates=document.alternates()[:-1],
    )
    response = Response(text, mimetype="text/html")
    if name in _PERSONS:
        response.headers["X-Robots-Tag"] = "noindex"
    return link_alternates(response, *part.links(f"/page/{name}"))


@bp.get("/data/<kind>")
def data(kind: str) -> Response:
    """Serve the things of a kind that fit what is asked for, as a graph, JSON or CSV."""
    name, fixed = _named(kind)
    row = asked_format(fixed, strictly=True, formats=_FORMATS)
    part = _read(name, None if row == _CSV else MOST, parameters.language())
    document = _document(part)
    offer_representations(document)
    if row.kind == "html":
        target = redirect_to(f"/page/{name}", HTTPStatus.SEE_OTHER)
        return vary(target) if is_negotiated(fixed) else target
    response = _serve(part, document, row, fixed)
    links = part.links(request.path, "" if is_negotiated(fixed) or fixed else row.suffix)
    if links:
        response.headers.add("Link", ", ".join(links))
    return response


def _serve(part: Part, document: Document, row: Format, fixed: Format | None) -> Response:
    if row.kind == "graph":
        return serve(document, row, fixed)
    if row == _CSV:
        text = "".join(_lines(part, lookup(), parameters.language())).encode()
        response = Response(parameters.byte_order_mark(row) + text, content_type=row.content_type)
    else:
        response = parameters.respond_json(_json(part, lookup(), parameters.language()))
    link_alternates(response)
    if fixed is not None:
        disposition = f'inline; filename="{part.whole.kind}.{row.suffix}"'
        response.headers["Content-Disposition"] = disposition
    return vary(response) if is_negotiated(fixed) else response


def _named(kind: str) -> tuple[str, Format | None]:
    name, dot, suffix = kind.rpartition(".")
    row = by_suffix(suffix, "graph", "json", "html") or (_CSV if suffix == _CSV.suffix else None)
    return (name, row) if dot and row else (kind, None)


def _read(kind: str, limit: int | None, language: str) -> Part:
    whole = collection(kind)
    asked = read_selection(whole, limit=limit)
    fitting = whole.ordered(select(whole, asked), language)
    end = None if asked.limit is None else asked.offset + asked.limit
    return Part(whole, asked, fitting[asked.offset : end], len(fitting))


def _document(part: Part) -> Document:
    kind = part.whole.kind
    path = part.address(f"/data/{kind}")
    following = part.next(f"/data/{kind}")
    properties = [RDFS.label, *dict.fromkeys(field.property for field in part.whole.fields)]
    dataset = "people" if kind in _PERSONS else "sixaika"
    return Document(
        path=path,
        html=part.address(f"/page/{kind}"),
        query="list-members",
        parameters={
            "document": URIRef(absolute_address(path)),
            "member": [member.iri for member in part.members],
            "property": properties,
            "total": Literal(part.total),
            "dataset": URIRef(f"{ID}dataset/{dataset}"),
            "next": [URIRef(absolute_address(following))] if following else [],
        },
        formats=_FORMATS,
    )


def absolute_address(address: str) -> str:
    """Return an address with a query string as the world sees it."""
    path, mark, query = address.partition("?")
    return absolute(path) + mark + query


def _json(part: Part, known: Lookup, language: str) -> dict[str, object]:
    kind = part.whole.kind
    following = part.next(f"/data/{kind}.json")
    return {
        "id": absolute_address(part.address(f"/data/{kind}")),
        "kind": kind,
        "total": part.total,
        "offset": part.asked.offset,
        "next": absolute_address(following) if following else None,
        "members": [_member(member, part.whole.fields, known, language) for member in part.members],
    }


def _member(
    member: Member, fields: Sequence[Field], known: Lookup, language: str
) -> dict[str, object]:
    label = member.label(language)
    found: dict[str, object] = {
        "id": str(member.iri),
        "label": label.text,
        "lang": label.language or None,
    }
    for field in fields:
        terms = member.values.get(field.name, ())
        values = [_value(term, field, known, language) for term in terms]
        found[field.name] = values if field.many else next(iter(values), None)
    return found


def _value(term: Node, field: Field, known: Lookup, language: str) -> object:
    """Write a value in JSON: what members are chosen by with its name, a number, else text."""
    if field.filters:
        return {"id": str(term), "label": known.label(str(term), language).text}
    is_number = isinstance(term, Literal) and term.datatype in (XSD.integer, XSD.decimal)
    return json.loads(str(term)) if is_number else str(term)


def _lines(part: Part, known: Lookup, language: str) -> Iterator[str]:
    """Yield the lines of the table (RFC 4180); what members are chosen by has a column of IRIs."""
    fields = part.whole.fields
    columns = [[field.name, f"{field.name}_id"][: 1 + field.filters] for field in fields]
    yield _line(["id", "label", *chain(*columns)])
    for member in part.members:
        cells = [str(member.iri), member.label(language).text]
        for field in fields:
            terms = member.values.get(field.name, ())
            if field.filters:
                names = [known.label(str(one), language).text for one in terms]
                cells += [_SEPARATOR.join(names), " ".join(map(str, terms))]
            else:
                cells.append(_SEPARATOR.join(map(str, terms)))
        yield _line(cells)


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
