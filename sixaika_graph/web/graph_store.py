"""The SPARQL 1.1 Graph Store HTTP Protocol, as far as it reads.

https://www.w3.org/TR/sparql11-http-rdf-update/; a graph of ours answers at its own address too.
"""

from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, request
from rdflib import URIRef

from sixaika_graph.errors import UnknownResource
from sixaika_graph.formats import of_kind
from sixaika_graph.sentence import Sentence
from sixaika_graph.web.alternates import link_alternates
from sixaika_graph.web.headers import redirect_to
from sixaika_graph.web.links import path_of
from sixaika_graph.web.negotiation import vary
from sixaika_graph.web.problems import Refusal
from sixaika_graph.web.protocol import is_absolute
from sixaika_graph.web.representations import (
    Document,
    asked_format,
    is_negotiated,
    offer_representations,
    serve,
)
from sixaika_graph.web.service import directory

bp: Final = Blueprint("graph_store", __name__)


@bp.get("/graphs")
def graph_store() -> Response:
    """Give one graph whole: the default graph, or the named graph with an IRI."""
    name = _graph()
    if name is not None and name not in directory().graphs:
        raise UnknownResource(name)
    document = _document(name)
    offer_representations(document)
    row = asked_format(None, strictly=False)
    if row.kind != "html":
        return serve(document, row, None)
    if not document.html:
        # What a browser is given where there is no page: what its user can read best.
        return serve(document, next(of_kind("graph")), None)
    response = redirect_to(document.html, HTTPStatus.SEE_OTHER, keep_query=False)
    return vary(link_alternates(response)) if is_negotiated(None) else link_alternates(response)


def _graph() -> str | None:
    """Read which graph is asked for, None for the default graph.

    Raises:
        Refusal: none, several, or one by a relative IRI.
    """
    names = request.args.getlist("graph")
    asked = len(names) + ("default" in request.args)
    if not asked:
        raise Refusal(
            "missing-parameter",
            Sentence("Name a graph: ?default, or ?graph= with its IRI."),
            available=sorted(directory().graphs),
        )
    if asked > 1:
        raise Refusal("duplicate-parameter", Sentence("Name one graph: ?default, or ?graph= once."))
    if names and not is_absolute(names[0]):
        detail = Sentence("{name} is no absolute IRI: {iri!r}.", name="graph", iri=names[0])
        raise Refusal("bad-parameter", detail, parameter="graph")
    return names[0] if names else None


def _document(name: str | None) -> Document:
    if name is None:
        return Document(path="/graphs?default", html="", query="default-graph", parameters={})
    return Document(
        path=f"/graphs?graph={quote(name, safe='')}",
        html=path_of(name) or "",
        query="graph",
        parameters={"graph": URIRef(name)},
    )
