"""CKAN's Action API, read-only, for portals that harvest nothing else.

https://docs.ckan.org/en/latest/api/. A GET has its parameters in the address, a POST in a JSON
object; an error has CKAN's own shape and status, for its clients know no other.
"""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, request

from sixaika_graph.web.ckan import actions
from sixaika_graph.web.ckan.errors import ActionError, BadRequest
from sixaika_graph.web.service import publication

bp: Final = Blueprint("ckan", __name__)

_ACTIONS: Final[Mapping[str, Callable[[Mapping[str, Any]], object]]] = {
    "group_show": actions.group_show,
    "license_list": actions.license_list,
    "organization_show": actions.organization_show,
    "package_list": actions.package_list,
    "package_search": actions.package_search,
    "package_show": actions.package_show,
    "status_show": actions.status_show,
}


@bp.get("/api/3")
def version() -> Response:
    """Tell the version of the API."""
    return _json({"version": 3})


@bp.route("/api/3/action/<name>", methods=["GET", "POST"])
@bp.route("/api/action/<name>", methods=["GET", "POST"])
def action(name: str) -> Response:
    """Answer an action."""
    try:
        if name == "help_show":
            result: object = _help(str(_parameters().get("name", "")))
        elif name in _ACTIONS:
            result = _ACTIONS[name](_parameters())
        else:
            raise BadRequest(f"Action name not known: {name}")
    except BadRequest as error:
        return _json(f"Bad request - {error}", HTTPStatus.BAD_REQUEST)
    except ActionError as error:
        body = {"help": _help_address(name), "success": False, "error": error.document()}
        return _json(body, error.status)
    return _json({"help": _help_address(name), "success": True, "result": result})


def _parameters() -> Mapping[str, Any]:
    """Read the parameters of a request.

    Raises:
        BadRequest: the body is no JSON object.
    """
    if request.method != "POST" or not request.content_length:
        return request.args
    if request.mimetype == "application/x-www-form-urlencoded" and request.form:
        return request.form
    try:
        read = json.loads(request.get_data(cache=True))
    except ValueError:
        raise BadRequest("JSON Error: the body cannot be read as JSON") from None
    if not isinstance(read, dict):
        raise BadRequest("JSON Error: the body must be a JSON object")
    return read


def _help(name: str) -> str:
    if name not in _ACTIONS:
        raise ActionError("Not Found Error", {"message": "Not found"}, HTTPStatus.NOT_FOUND)
    return (_ACTIONS[name].__doc__ or "").strip()


def _help_address(name: str) -> str:
    return f"{publication().settings.public_url}api/3/action/help_show?name={name}"


def _json(body: object, status: int = HTTPStatus.OK) -> Response:
    text = json.dumps(body, ensure_ascii=False) + "\n"
    return Response(text, status, content_type="application/json;charset=utf-8")
