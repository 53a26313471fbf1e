"""The description of all HTTP interfaces as a page for people: plain HTML from the OpenAPI text."""

import json
import shlex
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template

from sixaika_graph.web.openapi import Document, document, example_address, operations
from sixaika_graph.web.things import absolute

bp: Final = Blueprint("api_page", __name__)


@dataclass(frozen=True)
class Parameter:
    """One parameter: `where` it stands (path, query), and what it can be."""

    name: str
    where: str
    required: bool
    description: str
    values: str


@dataclass(frozen=True)
class Answer:
    """One answer: its status, what it means, and the media types that it may have."""

    status: str
    description: str
    media_types: tuple[str, ...]


@dataclass(frozen=True)
class Operation:
    """One method at one path; `example` is a command line that asks for it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    bodies: tuple[str, ...]
    answers: tuple[Answer, ...]
    example: str


@dataclass(frozen=True)
class Area:
    """The operations that belong together."""

    name: str
    description: str
    more: str | None
    operations: tuple[Operation, ...]


@bp.get("/page/about/api")
def page() -> Response:
    """Show all interfaces."""
    whole = document()
    found = [(tag(one), _operation(path, method, one)) for path, method, one in operations(whole)]
    areas = tuple(
        Area(
            name=area["name"],
            description=area["description"],
            more=area.get("externalDocs", {}).get("url"),
            operations=tuple(one for name, one in found if name == area["name"]),
        )
        for area in whole["tags"]
    )
    return Response(render_template("api.html", areas=areas, about=whole["info"]["description"]))


def tag(described: Document) -> str:
    """Return the area of an operation."""
    return str(described["tags"][0])


def _operation(path: str, method: str, described: Document) -> Operation:
    content = described.get("requestBody", {}).get("content", {})
    return Operation(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described["summary"],
        description=described.get("description", ""),
        parameters=tuple(
            Parameter(
                name=one["name"],
                where=one["in"],
                required=one.get("required", False),
                description=one.get("description", ""),
                values=_values(one["schema"]),
            )
            for one in described["parameters"]
        ),
        bodies=tuple(content),
        answers=tuple(
            Answer(status, one["description"], tuple(one.get("content", {})))
            for status, one in described["responses"].items()
        ),
        example=_command(path, described, content),
    )


def _values(schema: Document) -> str:
    """Say in a few words what a value can be."""
    if "enum" in schema:
        return " | ".join(schema["enum"])
    parts = [str(schema.get("type", ""))]
    if "minimum" in schema or "maximum" in schema:
        parts.append(f"{schema.get('minimum', '')}–{schema.get('maximum', '')}".rstrip("–"))
    if "default" in schema:
        parts.append(f"= {schema['default']}")
    return " ".join(part for part in parts if part)


def _command(path: str, described: Document, content: Document) -> str:
    words = ["curl", absolute("/").rstrip("/") + example_address(path, described)]
    for media_type, body in content.items():
        words += ["-H", f"Content-Type: {media_type}", "-d", written(media_type, body["example"])]
        break
    return " ".join(shlex.quote(word) for word in words)


def written(media_type: str, example: Any) -> str:
    """Write the example of a body as it is sent."""
    if media_type == "application/x-www-form-urlencoded":
        return urlencode(example, doseq=True)
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)
