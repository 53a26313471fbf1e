"""The description of the interfaces is complete and true: every route, every example, every schema.

A route that is missing fails here with the words that describe it.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from markup import Page
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from werkzeug.routing import Rule

from sixaika_graph.publication import Publication
from sixaika_graph.web.api_page import written
from sixaika_graph.web.language import LANGUAGES
from sixaika_graph.web.openapi import FOLDER, METHODS, document, example_address, operations
from sixaika_graph.web.problem_types import PROBLEM_TYPES

# OpenAPI 3.1 has no word for the method QUERY; HEAD and OPTIONS follow from the others.
UNSPOKEN: Final = {"HEAD", "OPTIONS", "QUERY"}
FILES: Final = sorted(FOLDER.glob("*.json"))


@pytest.fixture(scope="module")
def whole(app: Flask) -> Any:
    with app.test_request_context():
        return document()


def path_of(rule: Rule) -> str:
    """Write a rule as OpenAPI writes paths: /data/<path:path> is /data/{path}."""
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)


def routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.endswith(".static"):
            for method in sorted((rule.methods or set()) - UNSPOKEN):
                yield path_of(rule), method.lower(), rule


def skeleton(path: str, method: str) -> str:
    """Return what has to be added for an operation, ready to be filled in."""
    described = {
        "summary": "What it does, in a few words",
        "parameters": [
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": "What it is",
                "schema": {"type": "string"},
                "example": "a real value",
            }
            for name in re.findall(r"{(\w+)}", path)
        ],
        "responses": {"200": {"description": "What comes back", "x-formats": ["html"]}},
        "x-problems": ["not-found"],
    }
    return json.dumps({path: {method: described}}, indent=2)


def test_every_route_is_described(app: Flask, whole: Any) -> None:
    for path, method, rule in routes(app):
        if method not in whole["paths"].get(path, {}):
            pytest.fail(
                f"{method.upper()} {path} ({rule.endpoint}) is not described. Add this to the "
                f'"paths" of the file of its area in {FOLDER} (with x-formats for media types of '
                "formats.py, content for others, x-problems for slugs of problem_types.toml):\n"
                + skeleton(path, method),
                pytrace=False,
            )


def test_every_description_has_a_route(app: Flask, whole: Any) -> None:
    known = {(path, method) for path, method, _ in routes(app)}
    described = {(path, method) for path, method, _ in operations(whole)}

    assert described - known == set(), f"described in {FOLDER}, but no route of the application"


def test_what_a_route_takes_from_its_path_is_described(app: Flask, whole: Any) -> None:
    rules = {(path, method): rule for path, method, rule in routes(app)}
    for path, method, described in operations(whole):
        named = {one["name"] for one in described["parameters"] if one["in"] == "path"}
        assert named == rules[path, method].arguments, f"{method} {path}"


def test_the_document_is_valid(whole: Any) -> None:
    OpenAPIV31SpecValidator(whole).validate()
    identifiers = [described["operationId"] for _, _, described in operations(whole)]

    assert len(identifiers) == len(set(identifiers))
    assert not re.search(r'"x-|{home}|{version}', json.dumps(whole))


def test_every_operation_says_what_it_does_and_what_it_takes(whole: Any) -> None:
    for path, method, described in operations(whole):
        assert described["summary"], f"{method} {path}"
        assert not described["summary"].endswith("."), f"{method} {path}"
        assert all(one.get("description") for one in described["parameters"]), f"{method} {path}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_area_describes_what_another_does(file: Path) -> None:
    area = json.loads(file.read_text(encoding="utf-8"))
    others = [json.loads(one.read_text(encoding="utf-8")) for one in FILES if one != file]
    for other in others:
        assert not set(area.get("paths", {})) & set(other.get("paths", {}))
    for slugs in re.findall(r'"x-problems": \[([^]]*)\]', file.read_text(encoding="utf-8")):
        assert set(re.findall(r'"([^"]+)"', slugs)) <= set(PROBLEM_TYPES)


def validator(schema: Any, whole: Any) -> Draft202012Validator:
    """Return what holds a document to a schema of the description."""
    registry: Registry[Any] = Registry().with_resource(
        "urn:whole", DRAFT202012.create_resource(whole)
    )
    absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:whole#/'))
    whole_text = json.dumps(whole).replace('"#/', '"urn:whole#/')
    resource = DRAFT202012.create_resource(json.loads(whole_text))
    return Draft202012Validator(absolute, registry=registry.with_resource("urn:whole", resource))


def examples(whole: Any) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Yield a request for each operation, and for each kind of body that it takes."""
    for path, method, described in operations(whole):
        address = example_address(path, described)
        bodies = described.get("requestBody", {}).get("content", {})
        for media_type, body in bodies.items():
            sent = {"data": written(media_type, body["example"]).encode()}
            yield f"{method} {address}", {**sent, "content_type": media_type}, described
        if not bodies:
            yield f"{method} {address}", {}, described


def test_every_example_works_and_is_answered_as_described(client: FlaskClient, whole: Any) -> None:
    """The status and media type are described, and JSON keeps to its schema."""
    seen = 0
    for request, options, described in examples(whole):
        method, _, address = request.partition(" ")
        with client.open(address, method=method.upper(), **options) as reply:
            first = next(iter(described["responses"]))
            # There is nothing to delete here, and that has to be described too.
            fine = described["responses"] if method == "delete" else (first,)
            assert str(reply.status_code) in fine, f"{request}: {reply.get_data()[:300]!r}"
            if str(reply.status_code) != first:
                continue
            content = described["responses"][first].get("content", {})
            if content:
                assert reply.mimetype in content, request
                schema = content[reply.mimetype]["schema"]
                if reply.mimetype == "application/json":
                    validator(schema, whole).validate(reply.json)
            seen += 1
    assert seen + 1 >= len(list(operations(whole)))


def test_every_answer_that_is_shown_keeps_to_its_schema(whole: Any) -> None:
    shown = 0
    for path, method, described in operations(whole):
        for answer in described["responses"].values():
            for content in answer.get("content", {}).values():
                if "example" in content:
                    validator(content["schema"], whole).validate(content["example"])
                    shown += 1
        assert method in METHODS, path
    assert shown >= 3


def test_every_problem_keeps_to_its_schema(client: FlaskClient, whole: Any) -> None:
    schema = {"$ref": "#/components/schemas/Problem"}
    for address in ("/nowhere", "/sparql?query=x", "/search?limit=x", "/resolve?id=nothing"):
        validator(schema, whole).validate(client.get(address).json)


def test_the_description_is_served_as_it_is(
    client: FlaskClient, whole: Any, publication: Publication
) -> None:
    reply = client.get("/openapi.json")

    assert reply.json == whole
    assert reply.mimetype == "application/json"
    assert whole["servers"] == [{"url": publication.settings.public_url}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_every_operation(client: FlaskClient, whole: Any, language: str) -> None:
    response = client.get(f"/page/about/api?lang={language}", headers={"Accept": "text/html"})
    page = Page(response.text)

    assert response.status_code == 200
    assert not page.faults
    assert len(page.ids) == len(set(page.ids))
    for _, _, described in operations(whole):
        assert described["operationId"] in page.ids
    assert {"feature-name", "feature-exact"} <= set(page.ids)
