"""Documents of up to a thousand things at once: one graph, or a line of JSON for each.

What has another IRI, is withdrawn or unknown is reported in its place: in a graph as the answer
that it would have by itself (https://www.w3.org/TR/HTTP-in-RDF10/), in JSON by its status.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request
from rdflib import Literal, URIRef
from rdflib.term import Node

from sixaika_graph.engine import QueryRequest
from sixaika_graph.errors import NotAcceptable
from sixaika_graph.formats import Format
from sixaika_graph.queries import bind
from sixaika_graph.web import responses
from sixaika_graph.web.framed import framed, read_nodes
from sixaika_graph.web.identifiers import meaning
from sixaika_graph.web.lookup import Lookup, lookup
from sixaika_graph.web.negotiation import best, parse_accept, vary
from sixaika_graph.web.parameters import json_ld_context, readable
from sixaika_graph.web.protocol import read_formats
from sixaika_graph.web.representations import FRAMED, GRAPHS
from sixaika_graph.web.resolve import read_identifiers
from sixaika_graph.web.service import directory, publication

bp: Final = Blueprint("batches", __name__)

NDJSON: Final = Format(
    "NDJSON",
    "application/x-ndjson",
    "ndjson",
    "json",
    aliases=("application/ndjson", "application/jsonl"),
)
"""A line of JSON for each thing (https://github.com/ndjson/ndjson-spec)."""

_OFFERED: Final = (*GRAPHS, NDJSON)
_SHOWN: Final = 500


@dataclass(frozen=True)
class Asked:
    """One identifier of a batch: what was sent, the thing that it means ("" for none), its status.

    A status of 301 says that the thing has another IRI than the one that was sent.
    """

    sent: object
    thing: str
    status: int

    @property
    def text(self) -> str:
        """What was sent, as text."""
        sent = self.sent if isinstance(self.sent, str) else json.dumps(self.sent)
        return readable(" ".join(sent.split()))[:_SHOWN]


@bp.post("/data")
def batch() -> Response:
    """Serve what is said of up to a thousand things."""
    row = _format()
    known = lookup()
    asked = [_asked(one, known) for one in read_identifiers()]
    things = list(dict.fromkeys(one.thing for one in asked if one.thing))
    if row == NDJSON:
        response = Response("".join(_lines(asked, things)), mimetype=NDJSON.media_type)
    else:
        response = _graph(asked, things, row)
    return response if "format" in request.args else vary(response)


def _format() -> Format:
    named = read_formats(request) if request.args.get("format") != NDJSON.suffix else (NDJSON,)
    if named is None:
        found = best(parse_accept(request.headers.get("Accept")), _OFFERED)
    else:
        found = next((row for row in named if row in _OFFERED), None)
    if found is None:
        raise NotAcceptable([row.media_type for row in _OFFERED])
    return found


def _asked(sent: object, known: Lookup) -> Asked:
    text = readable(sent).strip() if isinstance(sent, str) else ""
    if directory().retired.withdrawal(text) is not None:
        return Asked(sent, "", HTTPStatus.GONE)
    found = [iri for iri in meaning(text, known).iris if iri in directory()]
    if len(found) != 1:
        return Asked(sent, "", HTTPStatus.NOT_FOUND)
    moved = found[0] != text
    return Asked(sent, found[0], HTTPStatus.MOVED_PERMANENTLY if moved else HTTPStatus.OK)


def _request(
    things: Sequence[str], reports: Sequence[str], media_type: str, context: str = ""
) -> QueryRequest:
    query = publication().site["batch"]
    parameters: dict[str, Node | Sequence[Node]] = {
        "thing": [URIRef(one) for one in things],
        "home": Literal(publication().settings.public_url),
        "report": [Literal(one) for one in reports],
    }
    return QueryRequest(
        text=bind(query, parameters),
        results_type=None,
        graph_type=media_type,
        document=True,
        context=context,
    )


def _graph(asked: Sequence[Asked], things: Sequence[str], row: Format) -> Response:
    reports = [
        f"{place} {one.status:d} {one.thing or '-'} {one.text}"
        for place, one in enumerate(asked, start=1)
        if one.status != HTTPStatus.OK
    ]
    context = json_ld_context(row)
    answer = publication().engine.query(_request(things, reports, row.media_type, context))
    return responses.respond(answer, row.content_type)


def _lines(asked: Sequence[Asked], things: Sequence[str]) -> Iterator[str]:
    nodes = read_nodes(publication().engine.query(_request(things, (), FRAMED)).read())
    for one in asked:
        line: Mapping[str, object] = {"asked": one.sent, "status": int(one.status)}
        if one.thing:
            line = {**line, "document": framed(one.thing, nodes)}
        yield readable(json.dumps(line, ensure_ascii=False)) + "\n"
