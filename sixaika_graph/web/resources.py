"""Dereferencing: a thing leads to its documents by 303, a document is served in the form asked for.

Existence and aliases are looked up in the directory; only a document itself asks the engine.
"""

from collections.abc import Mapping
from http import HTTPStatus
from importlib.metadata import version
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, request
from rdflib import URIRef

from sixaika_graph.engine import Topic
from sixaika_graph.errors import UnknownResource
from sixaika_graph.formats import Format
from sixaika_graph.namespaces import BASE
from sixaika_graph.sentence import Sentence
from sixaika_graph.web import pages, parameters
from sixaika_graph.web.addresses import (
    data_path,
    iri_of,
    page_path,
    redirect_moved,
    split_form,
    split_suffix,
    thing_of,
    thing_path,
)
from sixaika_graph.web.alternates import link_alternates
from sixaika_graph.web.headers import redirect_to
from sixaika_graph.web.negotiation import vary
from sixaika_graph.web.profiles import asked_profile, vary_by_profile
from sixaika_graph.web.representations import (
    DATASETS,
    GRAPHS,
    Document,
    asked_format,
    is_negotiated,
    offer_representations,
    serve,
    thing_formats,
)
from sixaika_graph.web.service import directory, publication
from sixaika_graph.web.surroundings import SURROUNDINGS

bp: Final = Blueprint("resources", __name__)


@bp.get("/id/<path:path>")
@bp.get("/def/<path:path>")
def thing(path: str) -> Response:
    """Lead from a thing to the document about it: a page or data (https://www.w3.org/TR/cooluris/).

    A suffix fixes the format of the document; it is no part of an IRI.
    """
    iri, fixed = split_form(iri_of(request.path))
    moved = redirect_moved(iri, lambda other: thing_path(other) + _dotted(fixed))
    if moved is not None:
        return moved
    document = document_about(iri)
    offer_representations(document)
    row = asked_format(fixed, strictly=False, formats=_profiled(document, fixed))
    target = document.html if row.kind == "html" else document.path + _dotted(fixed)
    if publication().settings.deref == "direct":
        return _give(document, row, fixed, target)
    response = link_alternates(redirect_to(target, HTTPStatus.SEE_OTHER))
    return vary_by_profile(vary(response)) if is_negotiated(fixed) else response


def _give(document: Document, row: Format, fixed: Format | None, target: str) -> Response:
    """Give the document that a thing would lead to, for clients that follow no redirect."""
    if row.kind == "html":
        response = pages.page(target.removeprefix("/page/"))
    else:
        response = serve(document, row, fixed)
    response.headers["Content-Location"] = quote(target)
    return vary(response) if is_negotiated(fixed) else response


@bp.get("/data/<path:path>")
def data(path: str) -> Response:
    """Serve the document about a thing; who prefers HTML is led to the page about it."""
    iri, fixed = split_form(thing_of(path))
    moved = redirect_moved(iri, lambda other: data_path(other) + _dotted(fixed))
    if moved is not None:
        return moved
    document = document_about(iri)
    offer_representations(document)
    row = asked_format(fixed, strictly=True, formats=_profiled(document, fixed))
    if row.kind == "html":
        response = link_alternates(redirect_to(document.html, HTTPStatus.SEE_OTHER))
        return vary_by_profile(vary(response)) if is_negotiated(fixed) else response
    return serve(document, row, fixed)


@bp.get("/<any(ont, shapes):name>")
@bp.get("/<any(ont, shapes):name>.<suffix>")
@bp.get("/graph/<path:name>")
def named_graph(name: str, suffix: str = "") -> Response:
    """Serve a named graph whole: the ontology, the shapes, what one source states."""
    path, fixed = split_suffix(request.path)
    iri = iri_of(path)
    if iri.rstrip("/") in directory().graphs and iri.endswith("/"):
        return redirect_to(path.rstrip("/"), HTTPStatus.PERMANENT_REDIRECT)
    if iri not in directory().graphs:
        raise UnknownResource(iri)
    document = Document(
        path=path,
        html=f"{path}.html",
        query="graph",
        quads="graph-quads",
        parameters={"graph": URIRef(iri)},
        formats=(*GRAPHS, *DATASETS),
    )
    offer_representations(document)
    if fixed is not None and fixed.kind == "json":
        # A graph is of no class, so that it has no frame: its JSON is JSON-LD as it is.
        return redirect_to(f"{path}.jsonld", HTTPStatus.SEE_OTHER)
    row = asked_format(fixed, strictly=False, formats=document.formats)
    if row.kind != "html":
        return serve(document, row, fixed)
    response = link_alternates(_page(iri))
    return vary(response) if is_negotiated(fixed) else response


@bp.get("/ont/<release>")
def ontology_release(release: str) -> Response:
    """Lead from the version IRI to the ontology; package and ontology share one version."""
    if release != version("sixaika-graph"):
        raise UnknownResource(iri_of(request.path))
    return redirect_to("/ont", HTTPStatus.SEE_OTHER)


def _page(iri: str) -> Response:
    if iri == f"{BASE}ont":
        return pages.render_ontology()
    return pages.render_shapes() if iri == f"{BASE}shapes" else pages.render_graph(URIRef(iri))


def _dotted(fixed: Format | None) -> str:
    return f".{fixed.suffix}" if fixed else ""


def _profiled(document: Document, fixed: Format | None) -> tuple[Format, ...]:
    """Return the formats for the profile that is asked for.

    `provenance` is for datasets alone: each statement stands in the graph of its source.

    Raises:
        Refusal: there is no such profile, or it has no form with the suffix of the address.
    """
    profile = asked_profile(by_header=is_negotiated(fixed), offered=bool(document.quads))
    if profile and fixed is not None and fixed not in DATASETS:
        having = [f"{document.path}.{row.suffix}" for row in DATASETS]
        detail = Sentence(
            "The profile {profile} has no document that ends in .{suffix}.",
            profile=profile,
            suffix=fixed.suffix,
        )
        raise parameters.bad("profile", detail, having)
    return DATASETS if profile else document.formats


def _parameters(topic: Topic) -> Mapping[str, URIRef]:
    """Return what the query for the dataset about a thing is asked with."""
    return {name: URIRef(topic[name]) for name in ("thing", "document", "endpoint")}


def document_about(iri: str) -> Document:
    """Return the document about a thing."""
    path = data_path(iri)
    shown = publication()
    origin = shown.settings.public_url.rstrip("/")
    is_alone = bool(shown.file)
    topic = Topic(
        thing=iri,
        document=origin + path,
        endpoint=f"{origin}/sparql",
        surroundings=None if is_alone else SURROUNDINGS,
    )
    return Document(
        path=path,
        html=page_path(iri),
        topic=topic,
        quads="" if is_alone else "provenance",
        parameters={} if is_alone else _parameters(topic),
        formats=thing_formats(),
    )
