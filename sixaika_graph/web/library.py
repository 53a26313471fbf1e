"""The library: named queries as pages, as text, and as answers in every format of their form.

`/queries/<name>` is the query itself; a suffix or `?format=` asks for its answer;
`?variable=value` binds a parameter. What these ask of the engine does not count against the share
of a client.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from rdflib import Literal, URIRef

from sixaika_graph.engine import QueryRequest
from sixaika_graph.errors import NotAcceptable, UnknownResource
from sixaika_graph.formats import Format, Kind, by_suffix, of_kind
from sixaika_graph.namespaces import BASE
from sixaika_graph.queries import NamedQuery, Term, bind, parse_parameter
from sixaika_graph.sentence import Sentence
from sixaika_graph.web import pages, responses
from sixaika_graph.web.alternates import Alternate, link_alternates, offer
from sixaika_graph.web.freshness import CACHED
from sixaika_graph.web.negotiation import negotiate, parse_accept, prefers_html, vary
from sixaika_graph.web.parameters import byte_order_mark, json_ld_context, respond_json, wants_html
from sixaika_graph.web.preview import GRAPH_TYPE, RESULTS_TYPE, read_preview
from sixaika_graph.web.problems import Refusal
from sixaika_graph.web.protocol import read_formats
from sixaika_graph.web.service import publication

bp: Final = Blueprint("library", __name__)

_QUERY_TYPE: Final = "application/sparql-query"
_EVERYWHERE: Final = ("bom", "context", "format", "lang")
"""The parameters of every address; no query can have one of these names."""
_LINKED: Final = 1024
"""Characters of parameters up to which the other formats are linked in the header."""


@bp.get("/queries/")
def catalogue() -> Response:
    """List the queries: a page for browsers, JSON for machines."""
    library = tuple(publication().library.values())
    if wants_html():
        response = pages.render_queries(library)
    else:
        response = respond_json({"queries": [_described(query) for query in library]})
    return response if "format" in request.args else vary(response)


@bp.get("/queries/<name>")
def query(name: str) -> Response:
    """Show a query, give its text, or answer it in the format that the suffix names."""
    stem, dot, suffix = name.partition(".")
    if stem not in publication().library:
        raise UnknownResource(f"{BASE}queries/{stem}")
    asked = publication().library[stem]
    terms = _read_terms(asked)
    if len(_parameters()) <= _LINKED:
        offer(*(Alternate(_address(asked, row.suffix), row) for row in _formats(asked)))
    suffix = suffix if dot else _named_suffix(asked)
    if not dot and not suffix:
        return vary(_negotiated(asked, terms))
    if suffix == "html":
        return _page(asked, terms)
    if suffix == "rq":
        return _text(asked, terms)
    row = by_suffix(suffix, _kind(asked))
    if row is None:
        raise _unknown_suffix(asked, suffix)
    return _answer(asked, terms, row)


def _named_suffix(asked: NamedQuery) -> str:
    """Return the suffix of what `?format=` names, "" where it is absent.

    Raises:
        NotAcceptable: the query or its answer has no such format.
        Refusal: there is no such format at all.
    """
    if request.args.get("format") in ("rq", _QUERY_TYPE):
        return "rq"
    named = read_formats(request)
    if named is None:
        return ""
    offered = (*_formats(asked), *of_kind("html"))
    for row in named:
        if row in offered:
            return row.suffix
    available = [_QUERY_TYPE, *(row.media_type for row in offered)]
    raise NotAcceptable(available, parameter="format")


def _negotiated(asked: NamedQuery, terms: Mapping[str, Term]) -> Response:
    accept = parse_accept(request.headers.get("Accept"))
    if prefers_html(accept, _kind(asked)):
        return _page(asked, terms)
    row = negotiate(accept, _kind(asked))
    wanted = accept.quality(_QUERY_TYPE)
    if wanted and (row is None or wanted >= accept.quality(row.media_type)):
        return _text(asked, terms)
    if row is None:
        raise NotAcceptable(
            [_QUERY_TYPE, "text/html", *(one.media_type for one in _formats(asked))]
        )
    return _answer(asked, terms, row)


def _read_terms(asked: NamedQuery) -> dict[str, Term]:
    """Read the parameters of the address.

    Raises:
        Refusal: one is there twice.
        BadParameter: one is unknown, or has a value that cannot be used.
    """
    terms = {}
    for variable, values in request.args.lists():
        if variable in _EVERYWHERE:
            continue
        if len(values) > 1:
            raise Refusal(
                "duplicate-parameter",
                Sentence("The parameter {name} is given twice.", name=variable),
            )
        terms[variable] = parse_parameter(asked, variable, values[0])
    return terms


def _page(asked: NamedQuery, terms: Mapping[str, Term]) -> Response:
    bound = QueryRequest(
        text=bind(asked, terms), results_type=RESULTS_TYPE, graph_type=GRAPH_TYPE, document=True
    )
    preview = read_preview(publication().engine.query(bound))
    given = {variable: request.args[variable] for variable in terms}
    shown = replace(asked, text=bound.text)
    return link_alternates(pages.render_query(shown, preview, given))


def _text(asked: NamedQuery, terms: Mapping[str, Term]) -> Response:
    response = Response(bind(asked, terms), mimetype=_QUERY_TYPE)
    return _complete(response, asked, "rq")


def _answer(asked: NamedQuery, terms: Mapping[str, Term], row: Format) -> Response:
    mark, context = byte_order_mark(row), json_ld_context(row)
    unchanged = responses.unchanged(
        lambda: _complete(
            Response(content_type=row.content_type), asked, row.suffix, f"{mark.hex()}{context}"
        )
    )
    if unchanged is not None:
        return unchanged
    answer = publication().engine.query(
        QueryRequest(
            text=bind(asked, terms),
            results_type=row.media_type if row.kind == "results" else None,
            graph_type=row.media_type if row.kind == "graph" else None,
            document=True,
            context=context,
        )
    )
    response = responses.respond(answer, row.content_type, lead=mark)
    return _complete(response, asked, row.suffix, f"{mark.hex()}{context}")


def _complete(response: Response, asked: NamedQuery, suffix: str, variant: str = "") -> Response:
    response.headers["ETag"] = responses.entity_tag(
        publication().version, asked.text, suffix, variant, _parameters()
    )
    response.headers["Cache-Control"] = CACHED
    response.headers["Content-Disposition"] = f'inline; filename="{asked.name}.{suffix}"'
    return link_alternates(response, f'<{_address(asked)}>; rel="canonical"')


def _kind(asked: NamedQuery) -> Kind:
    return "results" if asked.form in ("SELECT", "ASK") else "graph"


def _formats(asked: NamedQuery) -> tuple[Format, ...]:
    return tuple(of_kind(_kind(asked)))


def _address(asked: NamedQuery, suffix: str = "") -> str:
    """Return the address of a query or its answer on this server, with the same parameters."""
    path = f"{request.root_path}/queries/{asked.name}" + (f".{suffix}" if suffix else "")
    parameters = _parameters()
    return f"{path}?{parameters}" if parameters else path


def _parameters() -> str:
    """Return the parameters of the query in this request, encoded anew."""
    given = request.args.items(multi=True)
    return urlencode([pair for pair in given if pair[0] not in _EVERYWHERE], safe=":/")


def _unknown_suffix(asked: NamedQuery, suffix: str) -> Refusal:
    right = ["rq", "html", *(row.suffix for row in _formats(asked))]
    addresses = [_address(asked, one) for one in right]
    detail = Sentence(
        "{name} is a {form} query: it has no .{suffix}, but .{right}.",
        name=asked.name,
        form=asked.form,
        suffix=suffix,
        right=", .".join(right),
    )
    return Refusal("not-found", detail, available=addresses)


def _described(query: NamedQuery) -> dict[str, object]:
    address = f"{publication().settings.public_url}queries/{query.name}"
    return {
        "name": query.name,
        "form": query.form,
        "title": dict(query.titles),
        "description": dict(query.descriptions),
        "keywords": list(query.keywords),
        "theme": query.theme,
        "question": query.question,
        "view": query.view,
        "columns": list(query.columns),
        "parameters": {name: _parameter(term) for name, term in query.parameters.items()},
        "page": f"{address}.html",
        "query": f"{address}.rq",
        "answers": {row.media_type: f"{address}.{row.suffix}" for row in _formats(query)},
    }


def _parameter(default: Term) -> dict[str, str]:
    """Describe a parameter as the SPARQL JSON format writes terms."""
    described = {"type": "uri" if isinstance(default, URIRef) else "literal", "value": str(default)}
    if isinstance(default, Literal):
        described |= {"xml:lang": default.language} if default.language else {}
        described |= {"datatype": default.datatype} if default.datatype else {}
    return described
