"""Pages about the publication itself, whose texts are templates."""

from typing import Final

from flask import Blueprint, Response, render_template

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
