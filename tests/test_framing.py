"""JSON documents: nothing is lost and nothing is added, by the judgement of a JSON-LD processor.

Every document of the data is valid by the JSON Schema of its class; the types follow from those.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from pyld import jsonld
from rdflib import Graph, URIRef
from rdflib.namespace import FOAF
from wire import send

from sixaika_graph.framing import read_frames
from sixaika_graph.namespaces import BASE, ID, PREFIXES
from sixaika_graph.web.service import directory

ROOT: Final = Path(__file__).parents[1]
FRAMES: Final = read_frames(ROOT / "ontology")
EXAMPLES: Final = re.findall(
    r"^## (\w+)\n\n`(/data/\S+\.json)`, `/schemas/(\w+)\.json`\n\n```json\n(.*?)\n```",
    (ROOT / "docs" / "json.md").read_text(encoding="utf-8"),
    flags=re.MULTILINE | re.DOTALL,
)
SAMPLE: Final = {name: path for _, path, name, _ in EXAMPLES}


def path_of(iri: str) -> str:
    return "/data/" + iri.removeprefix(BASE).removeprefix("id/")


@pytest.fixture(scope="module")
def things(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(directory().labels)


@pytest.fixture(scope="module")
def validators(app: Flask) -> dict[str, Draft202012Validator]:
    client = app.test_client()
    schemas = {name: json.loads(client.get(f"/schemas/{name}.json").data) for name in FRAMES}
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    return {name: Draft202012Validator(schema) for name, schema in schemas.items()}


def frame_name(document: Mapping[str, Any]) -> str:
    return str(document["@context"]).rpartition("/")[2].removesuffix(".jsonld")


def test_every_thing_has_a_document_that_is_valid_by_the_schema_of_its_class(
    client: FlaskClient, things: list[str], validators: Mapping[str, Draft202012Validator]
) -> None:
    seen = set()
    for iri in things:
        reply = client.get(f"{path_of(iri)}.json")
        assert reply.status_code == 200, iri
        document = reply.json
        assert document is not None
        assert document["id"] == iri
        name = frame_name(document)
        seen.add(name)
        error = next(validators[name].iter_errors(document), None)
        assert error is None, f"{iri}: {error.json_path}: {error.message[:300]}" if error else ""

    assert seen == set(FRAMES), "a frame that nothing has is of no use"
    assert len(things) > 1500


def test_a_schema_refuses_what_is_wrong(
    client: FlaskClient, validators: Mapping[str, Draft202012Validator]
) -> None:
    document = client.get(f"{SAMPLE['project']}").json
    assert document is not None
    judge = validators["project"]
    assert judge.is_valid(document)
    for key, wrong in {
        "prefLabel": "a text without a language",
        "participations": {},
        "durationMonths": "29",
        "identifier": ["A74215"],
        "unknown": 1,
        "earliestStart": 2018,
    }.items():
        assert not judge.is_valid({**document, key: wrong}), key
    for key in ("id", "prefLabel", "participations", "@context"):
        assert not judge.is_valid({one: it for one, it in document.items() if one != key}), key


def loader(server: str) -> Any:
    """Return what fetches contexts for the JSON-LD processor: from the server that is tested."""

    def load(address: str, options: object) -> dict[str, Any]:
        reply = send(server, urlsplit(address).path)
        assert reply.status == 200, address
        return {
            "contextUrl": None,
            "documentUrl": address,
            "document": reply.json(),
            "contentType": "application/ld+json",
        }

    return load


def read(document: Mapping[str, Any], server: str) -> Graph:
    options = {"documentLoader": loader(server), "format": "application/n-quads"}
    return Graph().parse(data=jsonld.to_rdf(document, options), format="nt")


@pytest.mark.parametrize("name", sorted(FRAMES))
def test_a_json_ld_processor_reads_the_statements_of_the_graph(server: str, name: str) -> None:
    """What is said of the thing is all there, and there is nothing that the graph does not say."""
    document = send(server, SAMPLE[name]).json()
    graph = Graph().parse(data=send(server, SAMPLE[name].replace(".json", ".nt")).body, format="nt")
    found = read(document, server)
    thing = URIRef(document["id"])

    assert frame_name(document) == name
    assert set(found) <= set(graph)
    assert {*graph.triples((thing, None, None))} <= set(found)
    about = URIRef(str(graph.value(None, FOAF.primaryTopic, thing)))
    assert {*graph.triples((about, None, None))} <= set(found)
    for inside in nested(document):
        for triple in graph.triples((URIRef(inside), None, None)):
            assert triple in found, triple


def nested(node: Any) -> set[str]:
    """Return the IRIs of the nodes that stand whole inside a document."""
    if isinstance(node, list):
        return set().union(*(nested(one) for one in node))
    if not isinstance(node, dict):
        return set()
    own = {node["id"]} if "type" in node and "id" in node else set()
    return own.union(*(nested(one) for one in node.values()))


@pytest.mark.parametrize("name", ["project", "place", "budget"])
def test_a_frame_is_a_frame_to_a_json_ld_processor(server: str, name: str) -> None:
    """The reference algorithm finds the same nodes under the same keys."""
    document = send(server, SAMPLE[name]).json()
    triples = send(server, SAMPLE[name].replace(".json", ".nt")).body.decode()
    graph = jsonld.from_rdf(triples, {"format": "application/n-quads"})
    frame = send(server, f"/frames/{name}.jsonld").json()
    base = urljoin(server, f"/frames/{name}.jsonld")
    context = [urljoin(base, one) if isinstance(one, str) else one for one in frame["@context"]]
    options = {"documentLoader": loader(server), "omitGraph": False}
    framed = jsonld.frame(graph, {**frame, "@context": context, "id": document["id"]}, options)
    (judged,) = framed["@graph"]
    branches = {branch.term.key for branch in FRAMES[name].branches}

    assert branches
    for key in branches:
        assert ids(judged.get(key)) == ids(document[key]), key


def ids(nodes: Any) -> set[str]:
    several = nodes if isinstance(nodes, list) else [nodes] if nodes else []
    return {one if isinstance(one, str) else one["id"] for one in several}


def test_json_is_negotiated_and_keeps_its_keys(server: str) -> None:
    address = "/data/project/cohewe"
    named = send(server, address, headers={"Accept": "application/json"})
    fixed = send(server, f"{address}.json")
    asked = send(server, f"{address}?format=json")

    assert named.headers["content-type"] == fixed.headers["content-type"] == "application/json"
    assert named.body == fixed.body == asked.body
    assert "Accept" in named.headers["vary"]
    assert (
        send(server, f"{address}.json", headers={"If-None-Match": fixed.headers["etag"]}).status
        == 304
    )
    assert (
        send(server, address, headers={"Accept": "application/ld+json"}).headers["content-type"]
        == "application/ld+json"
    )
    lead = send(server, "/id/project/cohewe.json")
    assert (lead.status, lead.headers["location"]) == (303, "/data/project/cohewe.json")


def test_the_types_name_each_class_once_and_every_key_of_its_schema(server: str) -> None:
    reply = send(server, "/types.d.ts")
    text = reply.body.decode()
    declared = re.findall(r"^export (?:interface|type) (\w+)", text, flags=re.MULTILINE)

    assert reply.headers["content-type"].startswith("text/typescript")
    assert len(declared) == len(set(declared))
    for name in FRAMES:
        schema = send(server, f"/schemas/{name}.json").json()
        body = re.search(rf"^export interface {schema['title']} {{\n(.*?)^}}", text, re.M | re.S)
        assert body, name
        keys = {
            json.loads(key) if key[0] == '"' else key
            for key in re.findall(r'^  ("[^"]+"|\w+)\??:', body[1], re.M)
        }
        assert keys == set(schema["properties"]), name
        optional = set(re.findall(r"^  (\w+)\?:", body[1], re.M))
        assert not optional & set(schema["required"])
    used = set(
        re.findall(r"(?<![\w\"@])([A-Z]\w+)(?![\w\":])", re.sub(r"/\*.*?\*/|//.*", "", text))
    )
    assert used - set(declared) - {"Array", "Record"} == set()


def compiled(folder: Path, name: str, text: str) -> str:
    """Return what the TypeScript compiler says of a module beside the types, "" for nothing."""
    (folder / name).write_text(text, encoding="utf-8")
    command = ["tsc", "--noEmit", "--strict", "--target", "es2020", name]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


@pytest.mark.skipif(shutil.which("tsc") is None, reason="apt-get install node-typescript")
def test_an_example_of_each_class_is_of_its_type_to_the_compiler(
    client: FlaskClient, tmp_path: Path
) -> None:
    (tmp_path / "types.d.ts").write_text(client.get("/types.d.ts").text, encoding="utf-8")
    titles = {name: client.get(f"/schemas/{name}.json").json["title"] for name in FRAMES}  # type: ignore[index]
    imported = f"import type {{ {', '.join(sorted(titles.values()))} }} from './types';\n"
    lines = [
        f"export const {name}: {title} = {client.get(SAMPLE[name]).text};"
        for name, title in titles.items()
    ]
    wrong = {**client.get(SAMPLE["project"]).json, "prefLabel": 1}  # type: ignore[dict-item]

    assert compiled(tmp_path, "right.ts", imported + "\n".join(lines)) == ""
    said = compiled(
        tmp_path, "wrong.ts", f"{imported}export const it: Project = {json.dumps(wrong)};"
    )
    assert "wrong.ts" in said
    assert "Type 'number' is not assignable to type 'Texts'" in said


def test_the_prefixes_are_those_of_the_repository(server: str) -> None:
    assert send(server, "/prefixes.json").json() == {"@context": PREFIXES}


@pytest.mark.parametrize(("title", "path", "name", "text"), EXAMPLES, ids=lambda one: one[:20])
def test_an_example_is_a_part_of_what_is_served(
    client: FlaskClient, title: str, path: str, name: str, text: str
) -> None:
    served = client.get(path).json
    assert served is not None

    assert frame_name(served) == name == title.lower()
    assert contains(served, json.loads(text))


def contains(whole: Any, part: Any) -> bool:
    """Tell whether a document has all that a part of it has."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            key in whole and contains(whole[key], one) for key, one in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and all(
            any(contains(one, it) for one in whole) for it in part
        )
    return bool(whole == part)


def test_every_class_has_an_example() -> None:
    assert set(SAMPLE) == set(FRAMES)


@pytest.mark.parametrize(
    "address", ["/frames/nothing.jsonld", "/schemas/nothing.json", "/data/project/nowhere.json"]
)
def test_what_does_not_exist_is_not_found(server: str, address: str) -> None:
    assert send(server, address).status == 404


def test_a_thing_of_several_frames_would_be_ambiguous(client: FlaskClient) -> None:
    """No thing has the classes of two frames, so that its keys do not depend on an order."""
    values = " ".join(f"<{frame.kind}>" for frame in FRAMES.values() if frame.kind)
    query = (
        f"SELECT ?thing {{ VALUES ?one {{ {values} }} VALUES ?other {{ {values} }} "
        "?thing a ?one , ?other . FILTER (STR(?one) < STR(?other)) "
        f'FILTER (STRSTARTS(STR(?thing), "{ID}")) }}'
    )
    reply = client.get("/sparql", query_string={"query": query})

    assert reply.json is not None
    assert reply.json["results"]["bindings"] == []
