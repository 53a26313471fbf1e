"""The catalogue and the dumps: what portals harvest, as files whose ETags follow the data alone."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request, send_file
from rdflib import URIRef

from sixaika_graph.descriptions.distribution import distribution_iri
from sixaika_graph.errors import UnknownResource
from sixaika_graph.formats import Format, by_suffix, of_kind
from sixaika_graph.namespaces import BASE, GRAPH
from sixaika_graph.release import DCAT_AP
from sixaika_graph.sentence import Sentence
from sixaika_graph.web import listing, pages, parameters, responses
from sixaika_graph.web.alternates import Alternate, link_alternates, offer
from sixaika_graph.web.freshness import CACHED
from sixaika_graph.web.headers import redirect_to
from sixaika_graph.web.negotiation import vary
from sixaika_graph.web.released import content_tag, release, released_on
from sixaika_graph.web.representations import (
    Document,
    asked_format,
    is_negotiated,
    offer_representations,
    serve,
)
from sixaika_graph.web.service import publication

bp: Final = Blueprint("catalogue", __name__)

_ONE_RANGE: Final = re.compile(r"bytes=(\d+-\d*|-\d+)")


@bp.get("/catalog")
@bp.get("/catalog.<suffix>")
def catalogue(suffix: str | None = None) -> Response:
    """Serve the catalogue: a page for browsers, else DCAT-AP as it was built, on one page."""
    documents = _in_profile()
    if request.args.get("page", "1") != "1":
        raise UnknownResource(f"{BASE}catalog?page={request.args['page']}")
    fixed = _fixed(suffix)
    rdf = [Alternate(f"/catalog.{row.suffix}", row) for row in of_kind("graph")]
    offer(*rdf, *(Alternate("/catalog.html", row) for row in of_kind("html")))
    row = asked_format(fixed, strictly=False)
    if row.kind == "html":
        response = pages.render_catalogue(listing.read_listing())
    else:
        response = _document(documents[row.suffix], row.content_type)
        if fixed is not None:
            response.headers["Content-Disposition"] = f'inline; filename="catalog.{row.suffix}"'
    link_alternates(response)
    return vary(response) if is_negotiated(fixed) else response


@bp.get("/mappings.sssom.tsv")
def mappings() -> Response:
    """Serve the links to other data sets as SSSOM (https://mapping-commons.github.io/sssom/)."""
    return _document(release().mappings, "text/tab-separated-values; charset=utf-8")


@bp.get("/context.jsonld")
def context() -> Response:
    """Serve the JSON-LD context in which every term of the data has a short key."""
    body = (publication().settings.root / "ontology" / "context.jsonld").read_bytes()
    return _document(body, "application/ld+json")


@bp.get("/dumps/<name>")
def dump(name: str) -> Response:
    """Serve a dump, whole or in part."""
    file = release().dumps.files.get(name)
    if file is None:
        raise UnknownResource(f"{BASE}dumps/{name}")
    if not _ONE_RANGE.fullmatch(request.headers.get("Range", "")):
        # Werkzeug would answer 416, as if the file were too short (RFC 9110, 14.2).
        request.environ.pop("HTTP_RANGE", None)
    response = send_file(
        file.path,
        mimetype=file.format.served_as,
        download_name=name,
        conditional=True,
        etag=file.sha256[:32],
        last_modified=released_on(),
    )
    response.headers["Cache-Control"] = CACHED
    return response


@bp.get("/id/distribution/<name>")
@bp.get("/data/distribution/<name>")
@bp.get("/page/distribution/<name>")
def distribution(name: str) -> Response:
    """Lead from a distribution to the catalogue, which describes it, or to its place on the page.

    A suffix fixes the format of the catalogue, and so does an address below /page/.
    """
    known = {distribution_iri(one).rpartition("/")[2] for one in release().dumps.files.values()}
    bare, _, suffix = name.rpartition(".")
    if name not in known and bare not in known:
        raise UnknownResource(f"{BASE}id/distribution/{name}")
    anchor, fixed = (name, None) if name in known else (bare, _fixed(suffix))
    if request.path.startswith("/page/"):
        fixed = fixed or next(of_kind("html"))
    row = asked_format(fixed, strictly=request.path.startswith("/data/"))
    target = "/catalog" if fixed is None else f"/catalog.{fixed.suffix}"
    fragment = f"#{anchor}" if row.kind == "html" else ""
    response = redirect_to(target, HTTPStatus.SEE_OTHER, fragment=fragment)
    return vary(response) if is_negotiated(fixed) else response


@bp.get("/void")
@bp.get("/void.<suffix>")
def void(suffix: str | None = None) -> Response:
    """Serve what the datasets hold as VoID; a browser is led to the page of that graph."""
    release()
    fixed = _fixed(suffix)
    graph = URIRef(GRAPH["derived/void"])
    html = f"/{graph.removeprefix(BASE)}.html"
    document = Document(path="/void", html=html, query="graph", parameters={"graph": graph})
    offer_representations(document)
    row = asked_format(fixed, strictly=False)
    if row.kind != "html":
        return serve(document, row, fixed)
    response = link_alternates(redirect_to(html, HTTPStatus.SEE_OTHER))
    return vary(response) if is_negotiated(fixed) else response


@bp.get("/.well-known/void")
def well_known_void() -> Response:
    """Lead to the VoID description (https://www.w3.org/TR/void/#discovery)."""
    release()
    return redirect_to("/void", HTTPStatus.SEE_OTHER)


def _in_profile() -> Mapping[str, bytes]:
    """Return the documents of the catalogue in the profile that is asked for, by suffix.

    Raises:
        Refusal: there is no such profile.
    """
    catalogues = release().catalogues
    profile = parameters.single("profile") or DCAT_AP
    if profile not in catalogues:
        raise parameters.bad(
            "profile",
            Sentence("There is no profile {name!r}.", name=profile[:40]),
            list(catalogues),
        )
    return catalogues[profile]


def _document(body: bytes, content_type: str) -> Response:
    """Answer with a document that changes with its bytes alone."""
    response = Response(body, content_type=content_type)
    response.headers["ETag"] = content_tag(body)
    response.last_modified = released_on()
    response.headers["Cache-Control"] = CACHED
    responses.is_unchanged(response)
    return response


def _fixed(suffix: str | None) -> Format | None:
    """Return the format that a suffix fixes, None where there is no suffix."""
    if suffix is None:
        return None
    row = by_suffix(suffix, "graph", "html")
    if row is None:
        raise UnknownResource(f"{BASE}{request.path.removeprefix('/')}")
    return row
