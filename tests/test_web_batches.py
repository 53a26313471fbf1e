"""Batches: many documents at once are what each is by itself, and what fails is told one by one."""

import json
from typing import Any, Final

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import FOAF, RDFS
from wire import Reply, send

from sixaika_graph.namespaces import BASE, DEF, ID

HTTP: Final = "http://www.w3.org/2011/http#"
THINGS: Final = [
    f"{ID}place/oulu",
    f"{ID}project/cohewe",
    f"{ID}organisation/oulun-yliopisto",
    f"{ID}budget/digipoint--kohesio-q3758781",
    f"{DEF}role/lead",
    f"{ID}source/ouka-6aika",
]
ODD: Final = [f"{ID}place/nowhere", f"{ID}place/564", "place:turku", "no identifier at all", 17, ""]


def post(server: str, sent: object, accept: str = "*/*", path: str = "/data") -> Reply:
    body = json.dumps(sent).encode()
    headers = {"Content-Type": "application/json", "Accept": accept}
    return send(server, path, "POST", body, headers)


def lines(reply: Reply) -> list[Any]:
    assert reply.status == 200, reply.body
    assert reply.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in reply.body.decode().splitlines()]


def path_of(iri: str) -> str:
    return "/data/" + iri.removeprefix(BASE).removeprefix("id/")


def test_each_line_is_the_document_that_the_thing_has_by_itself(server: str) -> None:
    found = lines(post(server, THINGS, "application/x-ndjson"))

    assert [one["asked"] for one in found] == THINGS
    assert {one["status"] for one in found} == {200}
    for one in found:
        assert one["document"] == send(server, f"{path_of(one['asked'])}.json").json()


def test_one_graph_has_what_each_document_says_of_its_thing(server: str) -> None:
    reply = post(server, THINGS, "text/turtle")
    graph = Graph().parse(data=reply.body, format="turtle")

    assert reply.headers["content-type"].startswith("text/turtle")
    for iri in THINGS:
        own = Graph().parse(data=send(server, f"{path_of(iri)}.nt").body, format="nt")
        assert set(own) <= set(graph), iri
    assert (None, URIRef(f"{HTTP}statusCodeValue"), None) not in graph


def test_what_fails_is_told_in_its_place(server: str) -> None:
    found = lines(post(server, [THINGS[0], *ODD], "application/x-ndjson"))

    assert [one["asked"] for one in found] == [THINGS[0], *ODD]
    assert [one["status"] for one in found] == [200, 404, 301, 301, 404, 404, 404]
    assert [one.get("document", {}).get("id") for one in found] == [
        THINGS[0],
        None,
        f"{ID}place/oulu",
        f"{ID}place/turku",
        None,
        None,
        None,
    ]


def test_a_graph_reports_what_failed_as_an_answer_of_http(server: str) -> None:
    reply = post(server, {"ids": [THINGS[0], *ODD]}, "application/n-triples")
    graph = Graph().parse(data=reply.body, format="nt")
    told = {}
    for request, asked in graph.subject_objects(URIRef(f"{HTTP}requestURI")):
        (response,) = graph.objects(request, URIRef(f"{HTTP}resp"))
        (status,) = graph.objects(response, URIRef(f"{HTTP}statusCodeValue"))
        told[str(asked)] = (int(str(status)), graph.value(response, RDFS.seeAlso))

    assert told == {
        f"{ID}place/nowhere": (404, None),
        f"{ID}place/564": (301, URIRef(f"{ID}place/oulu")),
        "place:turku": (301, URIRef(f"{ID}place/turku")),
        "no identifier at all": (404, None),
        "17": (404, None),
        "": (404, None),
    }
    assert (URIRef(f"{ID}place/turku"), RDFS.label, Literal("Åbo", lang="sv")) in graph


def test_a_thousand_things_are_answered_and_one_more_is_refused(server: str) -> None:
    listed = send(server, "/data/source.json").json()["members"]
    listed += send(server, "/data/participation.json").json()["members"]
    iris = [one["id"] for one in listed]
    many = (iris * 2)[:1000]
    assert len(set(many)) > 500

    found = lines(post(server, many, "application/x-ndjson"))
    refused = post(server, [*many, iris[0]], "application/x-ndjson")

    assert len(found) == 1000
    assert {one["status"] for one in found} == {200}
    assert refused.status == 413
    assert refused.json()["limit"] == 1000
    documents = list(
        Graph().parse(data=post(server, many, "text/turtle").body).objects(None, FOAF.primaryTopic)
    )
    assert {str(one) for one in documents} == set(many)


def test_lines_and_forms_are_read_too(server: str) -> None:
    path = "/data?format=ndjson"
    plain_text = {"Content-Type": "text/plain"}
    plain = send(server, path, "POST", b"place:oulu\n\nplace:turku\n", plain_text)
    encoded = {"Content-Type": "application/x-www-form-urlencoded"}
    form = send(server, path, "POST", b"id=place:oulu&id=place:turku", encoded)

    found = [one["document"]["id"] for one in lines(plain)]
    assert found == [f"{ID}place/oulu", f"{ID}place/turku"]
    assert lines(form) == lines(plain)


@pytest.mark.parametrize(
    ("body", "kind"), [(b"place:oulu\r\n", "text/plain"), (b'["place:oulu"]', "application/json")]
)
def test_a_byte_order_mark_is_no_part_of_a_list(server: str, body: bytes, kind: str) -> None:
    headers = {"Content-Type": kind}
    marked = send(server, "/data?format=ndjson", "POST", b"\xef\xbb\xbf" + body, headers)

    assert [one["asked"] for one in lines(marked)] == ["place:oulu"]


@pytest.mark.parametrize(
    ("body", "kind", "accept", "status"),
    [
        (b"{", "application/json", "*/*", 400),
        (b'"place:oulu"', "application/json", "*/*", 400),
        (b"<a/>", "application/xml", "*/*", 415),
        (b"[]", "application/json", "image/png", 406),
        (b"[]", "application/json", "text/turtle", 200),
        (b"[]", "application/json", "application/x-ndjson", 200),
        (b'["\\ud800"]', "application/json", "text/turtle", 200),
        (b'["a\\"b\\n> } UNION {"]', "application/json", "text/turtle", 200),
    ],
)
def test_what_is_sent_is_read_with_care(
    server: str, body: bytes, kind: str, accept: str, status: int
) -> None:
    reply = send(server, "/data", "POST", body, {"Content-Type": kind, "Accept": accept})

    assert reply.status == status, reply.body


def test_a_batch_is_negotiated(server: str) -> None:
    graph, ndjson = post(server, THINGS[:1]), post(server, THINGS[:1], "application/x-ndjson")

    assert graph.headers["content-type"].startswith("text/turtle")
    assert "Accept" in graph.headers["vary"]
    assert len(lines(ndjson)) == 1
    assert send(server, "/data").status == 405
