"""The description of all HTTP interfaces (OpenAPI 3.1): the files of interfaces/ made one document.

Each file describes one area. What can be derived is not written in it: `x-formats` names kinds of
FORMATS and becomes their media types, `x-problems` names types of problems and becomes responses.
"""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

from flask import Blueprint, Response

from sixaika_graph.formats import Kind, of_kind
from sixaika_graph.web import parameters
from sixaika_graph.web.problem_types import PROBLEM_TYPES
from sixaika_graph.web.service import publication

bp: Final = Blueprint("openapi", __name__)

FOLDER: Final = Path(__file__).parent / "interfaces"
METHODS: Final = ("get", "put", "post", "delete", "patch")
_COMMON: Final = "common"
_COMPONENTS: Final = ("parameters", "responses", "schemas")

Document = dict[str, Any]


@bp.get("/openapi.json")
def description() -> Response:
    """Serve the description."""
    return parameters.respond_json(document())


def document() -> Document:
    """Return the description of the interfaces of the current application."""
    return deepcopy(_document(publication().settings.public_url))


@cache
def _document(home: str) -> Document:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.json"))}
    areas = {
        name: json.loads(
            text.replace("{home}", home).replace("{version}", version("sixaika-graph"))
        )
        for name, text in texts.items()
    }
    whole: Document = areas.pop(_COMMON)
    whole["tags"] = [area["tag"] for area in areas.values()]
    whole["paths"] = {}
    for area in areas.values():
        for kind in _COMPONENTS:
            whole["components"].setdefault(kind, {}).update(area.get(kind, {}))
        for path, methods in area["paths"].items():
            whole["paths"][path] = {
                method: _operation(method, path, described, area["tag"]["name"])
                for method, described in methods.items()
            }
    return whole


def _operation(method: str, path: str, described: Document, tag: str) -> Document:
    """Complete one operation with what follows from the tables of formats and problems."""
    responses = {status: _response(one) for status, one in described["responses"].items()}
    problems = [PROBLEM_TYPES[slug] for slug in described.pop("x-problems", [])]
    for status in sorted({problem.status for problem in problems}):
        titles = [problem.title for problem in problems if problem.status == status]
        responses.setdefault(str(status), _problem("; ".join(titles)))
    words = re.findall(r"\w+", path) or ["home"]
    return {
        "operationId": "_".join([method, *words]),
        "tags": [tag],
        **described,
        "responses": responses,
    }


def _response(described: Document) -> Document:
    kinds = cast(list[Kind], described.pop("x-formats", []))
    if kinds:
        content = {row.media_type: {"schema": {"type": "string"}} for row in of_kind(*kinds)}
        content.update(described.get("content", {}))
        described["content"] = content
    return described


def _problem(description: str) -> Document:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": schema}},
    }


def operations(whole: Document) -> Iterator[tuple[str, str, Document]]:
    """Yield the path, the method and the description of each operation, references followed."""
    for path, methods in whole["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, followed(methods[method], whole)


def followed(described: Document, whole: Document) -> Document:
    """Return an operation whose parameters and responses are no references any more."""

    def follow(one: Document) -> Document:
        found: Any = one
        if "$ref" in one:
            found = whole
            for name in one["$ref"].removeprefix("#/").split("/"):
                found = found[name]
        return cast(Document, found)

    return {
        **described,
        "parameters": [follow(one) for one in described.get("parameters", [])],
        "responses": {status: follow(one) for status, one in described["responses"].items()},
    }


def example_address(path: str, described: Document) -> str:
    """Return the address that the examples of the parameters of an operation make."""
    pairs = []
    for parameter in described["parameters"]:
        if "example" in parameter and parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(parameter["example"]))
        elif "example" in parameter:
            pairs.append((parameter["name"], parameter["example"]))
    return f"{path}?{urlencode(pairs)}" if pairs else path
