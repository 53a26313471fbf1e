"""JSON for web developers: framed documents, their JSON Schemas, TypeScript types, the prefixes."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app
from flask.blueprints import BlueprintSetupState

from sixaika_graph.errors import UnknownResource
from sixaika_graph.framing import Frame, Rule, Rules, read_frames
from sixaika_graph.framing.frame import frame_of
from sixaika_graph.framing.json_schema import DOCUMENT, json_schema
from sixaika_graph.framing.tree import Nodes, frame_document
from sixaika_graph.framing.typescript import typescript
from sixaika_graph.namespaces import BASE, PREFIXES
from sixaika_graph.publication import Publication
from sixaika_graph.web import parameters
from sixaika_graph.web.deferred import Deferred
from sixaika_graph.web.lookup import rows
from sixaika_graph.web.released import content_tag
from sixaika_graph.web.service import publication, service

bp: Final = Blueprint("framed", __name__)

_KEY: Final = "sixaika-framing"
_FRAMES: Final = "sixaika-frames"
_ABOUT_DOCUMENT: Final = tuple(
    PREFIXES[prefix] + name
    for prefix, name in (
        ("dct", "license"),
        ("dct", "modified"),
        ("dct", "source"),
        ("hydra", "next"),
        ("hydra", "totalItems"),
        ("void", "inDataset"),
    )
)
SCHEMA: Final = "application/schema+json"
_TYPES: Final = "text/typescript; charset=utf-8"


@dataclass(frozen=True)
class Framing:
    """The frames by name, the rules of the shapes, and which properties each class has."""

    frames: Mapping[str, Frame]
    rules: Rules
    used: Mapping[str, frozenset[str]]


@bp.get("/frames/<name>.jsonld")
def frame(name: str) -> Response:
    """Serve a frame, which is the JSON-LD context of the documents that it makes."""
    if name == "terms":
        path = publication().settings.root / "ontology" / "frames" / "terms.jsonld"
        return _constant(path.read_bytes(), "application/ld+json")
    return _constant(_frame(name).text, "application/ld+json")


@bp.get("/schemas/<name>.json")
def schema(name: str) -> Response:
    """Serve the JSON Schema of the documents of a class."""
    return _constant(parameters.written(_schema(_frame(name))).encode(), SCHEMA)


@bp.get("/types.d.ts")
def types() -> Response:
    """Serve the TypeScript types of all documents."""
    text = typescript(_schema(one) for one in framing().frames.values())
    lead = "// Types of the JSON documents of this service, derived from its JSON Schemas.\n\n"
    return _constant((lead + text).encode(), _TYPES)


@bp.get("/prefixes.json")
def prefixes() -> Response:
    """Serve the prefixes of short IRIs, as a JSON-LD context."""
    return _constant(parameters.written({"@context": PREFIXES}).encode(), parameters.JSON)


def framing() -> Framing:
    """Return what JSON documents are made by.

    Raises:
        SixaikaError: it is not read yet, and the engine does not answer.
    """
    found = current_app.extensions[_KEY].get()
    assert isinstance(found, Framing)
    return found


def frame_name(kinds: Iterable[str]) -> str:
    """Return the name of the frame for a thing of some classes."""
    return frame_of(current_app.extensions[_FRAMES], kinds).name


def read_nodes(graph: bytes) -> Nodes:
    """Read a graph that the engine wrote as JSON-LD."""
    return Nodes(json.loads(graph))


def framed(iri: str, nodes: Nodes) -> dict[str, Any]:
    """Return the JSON document about a thing, from the nodes of its graph."""
    known = framing()
    chosen = frame_of(known.frames, nodes.kinds(iri))
    context = f"{publication().settings.public_url}frames/{chosen.name}.jsonld"
    return {"@context": context, **frame_document(nodes, iri, chosen, known.rules)}


def _constant(body: bytes, content_type: str) -> Response:
    response = Response(body, content_type=content_type)
    response.headers["ETag"] = content_tag(body)
    return response


def _frame(name: str) -> Frame:
    known = framing().frames
    if name not in known:
        raise UnknownResource(f"{BASE}schemas/{name}")
    return known[name]


def _schema(one: Frame) -> dict[str, Any]:
    known, public = framing(), publication().settings.public_url
    address = f"{public}schemas/{one.name}.json"
    return json_schema(one, known.rules, known.used, address=address)


def read_framing(shown: Publication, frames: Mapping[str, Frame]) -> Framing:
    """Ask a publication's engine for the rules and the properties in use.

    Raises:
        SixaikaError: the engine does not answer.
    """
    rules = {
        (row["class"], row["property"]): Rule(row["single"] == "1", row["required"] == "1")
        for row in rows(shown, "frame-rules")
    }
    used: dict[str, set[str]] = defaultdict(set)
    for row in rows(shown, "index-properties"):
        used[row["type"]].add(row["property"])
        used[""].add(row["property"])
    used[DOCUMENT].update(_ABOUT_DOCUMENT)
    return Framing(frames, Rules(rules), {kind: frozenset(found) for kind, found in used.items()})


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    app = state.app
    assert isinstance(app, Flask)
    with app.app_context():
        shown = service().publication
    frames = read_frames(shown.settings.root / "ontology")
    app.extensions[_FRAMES] = frames
    deferred = Deferred(lambda: read_framing(shown, frames))
    deferred.prepare(app, at_once=not shown.file)
    app.extensions[_KEY] = deferred
