"""The SPARQL endpoint: the query operation, its description for machines, a form for browsers."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, g, request
from werkzeug.datastructures import MIMEAccept

from sixaika_graph import sparql_text
from sixaika_graph.descriptions.service import service_description
from sixaika_graph.engine import QueryRequest
from sixaika_graph.errors import NotAcceptable, SixaikaError
from sixaika_graph.formats import Format, Kind, by_media_type, of_kind
from sixaika_graph.sentence import Sentence
from sixaika_graph.web import pages, parameters, problems, responses, silence
from sixaika_graph.web.alternates import Alternate, offer
from sixaika_graph.web.caution import caution
from sixaika_graph.web.contents import contents
from sixaika_graph.web.freshness import NEVER
from sixaika_graph.web.negotiation import names_html, negotiate, parse_accept, prefers_html, vary
from sixaika_graph.web.plain_query import ASKED, Asked
from sixaika_graph.web.preview import GRAPH_TYPE, RESULTS_TYPE, read_preview
from sixaika_graph.web.problems import Refusal
from sixaika_graph.web.protocol import Operation, read_operation, read_query_id
from sixaika_graph.web.service import publication

bp: Final = Blueprint("sparql", __name__)

_RDFLIB_NAMES: Final = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}
_LINKED: Final = 1024
"""Bytes of query string up to which a 406 links the other formats."""


@bp.route("/sparql", methods=["GET", "POST", "QUERY"])
def endpoint() -> Response:
    """Answer a query; without one, show the form to a browser and the description to a machine."""
    operation = read_operation(request)
    g.query = operation.text or ""
    accept = parse_accept(request.headers.get("Accept"))
    html = _wants_html(operation, accept)
    if operation.text is None:
        response = pages.render_query_form("", None, None) if html else _describe(operation, accept)
    elif html:
        response = _show(operation)
    else:
        response = _answer(operation, accept)
    if operation.timeout is not None:
        limit = min(operation.timeout, publication().settings.query_timeout)
        response.headers["X-Query-Timeout"] = f"{limit:g}"
    return response if operation.formats else vary(response)


@bp.delete("/sparql/queries/<name>")
def cancel(name: str) -> Response:
    """End the running query whose Query-Id is this name."""
    if not publication().engine.cancel(name):
        raise Refusal("not-found", Sentence("No query of that name is running."))
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.headers["Cache-Control"] = NEVER
    return response


@bp.errorhandler(SixaikaError)
def report(error: SixaikaError) -> Response:
    """Report what is wrong with a query, to a browser beside the query itself."""
    if isinstance(error, NotAcceptable):
        _offer_formats()
        if "format" in request.values:
            error = NotAcceptable(error.offers, parameter="format", reason=error.reason)
    return problems.report(
        error, lambda problem: pages.render_query_form(g.get("query", ""), None, problem)
    )


def _wants_html(operation: Operation, accept: MIMEAccept) -> bool:
    if not operation.formats and not names_html(accept):
        return False
    kinds = _kinds(operation)
    if operation.formats:
        fitting = (row for row in operation.formats if row.kind in ("html", *kinds))
        return next((row.kind == "html" for row in fitting), False)
    return prefers_html(accept, *kinds)


def _kinds(operation: Operation) -> tuple[Kind, ...]:
    """Tell the kinds of formats that can hold the answer, both where the form is not clear."""
    form = sparql_text.form(operation.text) if operation.text is not None else "DESCRIBE"
    if form in ("CONSTRUCT", "DESCRIBE"):
        return ("graph",)
    return ("results",) if form else ("results", "graph")


def _format(operation: Operation, accept: MIMEAccept, kind: Kind) -> Format | None:
    if operation.formats:
        return next((row for row in operation.formats if row.kind == kind), None)
    return negotiate(accept, kind)


def _request(
    operation: Operation, results_type: str | None, graph_type: str | None
) -> QueryRequest:
    return QueryRequest(
        text=operation.text or "",
        results_type=results_type,
        graph_type=graph_type,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        timeout=operation.timeout,
        client=request.remote_addr,
        id=read_query_id(request),
    )


def _answer(operation: Operation, accept: MIMEAccept) -> Response:
    results, graph = (_format(operation, accept, kind) for kind in ("results", "graph"))
    asked: Asked | None = request.environ.get(ASKED)
    answer = (
        asked.answer()
        if asked
        else publication().engine.query(
            _request(
                operation,
                results.media_type if results else None,
                graph.media_type if graph else None,
            )
        )
    )
    row = by_media_type(answer.media_type, "results", "graph")
    content_type = row.content_type if row else answer.media_type
    hint = caution(g.query)
    if hint is None and silence.is_empty(answer):
        hint = silence.explanation(g.query)
    response = responses.respond(answer, content_type, lead=parameters.byte_order_mark(row))
    if hint is not None:
        response.headers[silence.HEADER] = silence.header_value(hint)
    return response


def _offer_formats() -> None:
    """Remember the addresses of all formats, for a 406, where they are short enough."""
    if request.method in ("GET", "HEAD") and len(request.query_string) <= _LINKED:
        pairs = [(key, text) for key, text in request.args.items(multi=True) if key != "format"]
        offer(
            *(
                Alternate(f"{request.path}?{urlencode([*pairs, ('format', row.suffix)])}", row)
                for row in of_kind("results", "graph")
            )
        )


def _show(operation: Operation) -> Response:
    answer = publication().engine.query(_request(operation, RESULTS_TYPE, GRAPH_TYPE))
    return pages.render_query_form(operation.text or "", read_preview(answer), None)


def _describe(operation: Operation, accept: MIMEAccept) -> Response:
    row = _format(operation, accept, "graph")
    if row is None:
        raise NotAcceptable([one.media_type for one in of_kind("graph")])
    shown = publication()
    described = service_description(shown.settings, contents(), file=shown.file)
    body = described.serialize(format=_RDFLIB_NAMES[row.suffix], encoding="utf-8")
    return Response(body, content_type=row.content_type)
