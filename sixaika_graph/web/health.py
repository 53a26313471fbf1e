"""For those who run the service: whether the process is up, and whether the engine answers."""

from typing import Final

from flask import Blueprint, Response, jsonify

from sixaika_graph.engine import QueryRequest
from sixaika_graph.errors import SixaikaError
from sixaika_graph.queries import bind
from sixaika_graph.web.service import publication

bp: Final = Blueprint("health", __name__)


@bp.get("/health")
def health() -> Response:
    """Say that the process answers."""
    return _status("up")


@bp.get("/ready")
def ready() -> Response:
    """Say whether the engine answers; 503 where it does not."""
    published = publication()
    try:
        published.engine.query(QueryRequest(text=bind(published.site["ready"], {}))).read()
    except SixaikaError:
        response = _status("not ready")
        response.status_code = 503
        return response
    return _status("ready")


def _status(status: str) -> Response:
    response = jsonify(status=status, version=publication().version)
    response.headers["Cache-Control"] = "no-store"
    return response
