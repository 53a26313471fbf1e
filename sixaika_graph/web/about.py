"""Pages about the publication itself: the people in it, and the quality of the data."""

from typing import Final

from flask import Blueprint, Response, render_template, request

from sixaika_graph.descriptions.quality import QUALITY
from sixaika_graph.errors import UnknownResource
from sixaika_graph.web.addresses import iri_of, split_suffix
from sixaika_graph.web.alternates import link_alternates
from sixaika_graph.web.negotiation import vary
from sixaika_graph.web.quality import PATH, read_quality
from sixaika_graph.web.representations import (
    Document,
    asked_format,
    is_negotiated,
    offer_representations,
    serve,
)
from sixaika_graph.web.score import read_score
from sixaika_graph.web.service import publication

bp: Final = Blueprint("about", __name__)


@bp.get("/page/about/people")
def people() -> Response:
    """Say who publishes what about whom and why, and how to object."""
    settings = publication().settings
    text = render_template(
        "people.html",
        publisher=settings.publisher_name,
        contact=settings.contact_url,
        served=settings.people,
    )
    return Response(text, mimetype="text/html")


@bp.get("/quality")
@bp.get("/quality.<suffix>")
def quality(suffix: str = "") -> Response:
    """Show the figures on the quality of the data, or serve them as RDF."""
    path, fixed = split_suffix(request.path)
    if path != PATH:
        raise UnknownResource(iri_of(request.path))
    document = Document(
        path=PATH, html=f"{PATH}.html", query="graph", parameters={"graph": QUALITY}
    )
    offer_representations(document)
    row = asked_format(fixed, strictly=False)
    if row.kind != "html":
        return serve(document, row, fixed)
    chosen = request.args.get("class")
    text = render_template(
        "quality.html",
        quality=read_quality(chosen),
        score=read_score() if chosen is None else None,
        alternates=document.alternates(),
    )
    response = link_alternates(Response(text, mimetype="text/html"))
    return vary(response) if is_negotiated(fixed) else response
