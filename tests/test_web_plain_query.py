"""Plain queries: answered in front of the framework, as the framework answers them."""

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from flask import Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sixaika_graph.engine import Answer, Engine, QueryRequest
from sixaika_graph.publication import Publication
from sixaika_graph.web import create_app

_PREFIX: Final = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
_PLAIN: Final = {
    "solutions": _PREFIX + "SELECT ?s ?l { ?s rdfs:label ?l } ORDER BY ?s ?l LIMIT 3",
    "boolean": "ASK { ?s ?p ?o }",
    "triples": _PREFIX + "CONSTRUCT { ?s rdfs:label ?l } { ?s rdfs:label ?l } ORDER BY ?s LIMIT 2",
    "description": "DESCRIBE <https://w3id.org/sixaika/id/place/oulu>",
    "volatile": "SELECT (NOW() AS ?now) {}",
    "letters": 'SELECT ("Jyväskylä 🏙 \\"" AS ?x) {}',
}
_NOT_PLAIN: Final = {
    "malformed": "SELECT ?s { ?s ?p",
    "update": "INSERT DATA { <http://a/> <http://a/> 1 }",
    "federated": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "nothing found": "SELECT ?s { ?s <https://w3id.org/sixaika/ont#nmae> ?o }",
    "nothing at all": "",
    "a known fault": "SELECT ?g { GRAPH ?g { } }",
}
_ACCEPT: Final = (
    "",
    "*/*",
    "application/sparql-results+json",
    "application/sparql-results+xml, text/turtle;q=0.5",
    "text/csv",
    "application/ld+json, application/rdf+xml;q=0.9",
    "image/png",
)
# These belong to one request.
_OWN: Final = {"X-Request-Id", "Server-Timing", "Date"}


class Counting:
    """An engine that counts what it is asked by clients."""

    def __init__(self, engine: Engine) -> None:
        self.asked = 0
        self.load = engine.load
        self.cancel = engine.cancel
        self.close = engine.close
        self._engine = engine

    def query(self, request: QueryRequest) -> Answer:
        """Answer, and count."""
        self.asked += request.client is not None
        return self._engine.query(request)


@pytest.fixture(scope="module", params=[0, 64], ids=["no cache", "cache"])
def served(
    request: pytest.FixtureRequest, publication: Publication
) -> tuple[FlaskClient, Counting]:
    """Serve without a cache and with one; an unexpected error is answered, not raised."""
    engine = Counting(publication.engine)
    settings = replace(publication.settings, cache_memory=request.param)
    app = create_app(replace(publication, settings=settings, engine=engine))
    return app.test_client(), engine


@pytest.fixture
def counting(served: tuple[FlaskClient, Counting]) -> tuple[FlaskClient, Counting]:
    """Count from nothing."""
    served[1].asked = 0
    return served


def told(response: TestResponse) -> tuple[int, dict[str, str], bytes]:
    """Return what an answer says, but for what is of one request."""
    headers = {name: value for name, value in response.headers if name not in _OWN}
    body = response.data
    if response.mimetype == "application/problem+json":
        problem = json.loads(body)
        body = json.dumps({**problem, "instance": "", "elapsed": 0}).encode()
        headers.pop("Content-Length")
    return response.status_code, headers, body


@pytest.mark.parametrize("accept", _ACCEPT)
@pytest.mark.parametrize("name", [*_PLAIN, *_NOT_PLAIN])
def test_a_plain_query_is_answered_as_the_same_one_that_is_not_plain(
    counting: tuple[FlaskClient, Counting], name: str, accept: str
) -> None:
    client, engine = counting
    text = {**_PLAIN, **_NOT_PLAIN}[name]
    headers = {"Accept": accept} if accept else {}

    plain = client.get("/sparql", query_string={"query": text}, headers=headers)
    asked = engine.asked
    # A second parameter is all that makes a request one for the framework.
    other = client.get("/sparql", query_string={"query": text, "x": ""}, headers=headers)

    if name == "volatile":
        assert plain.headers["Cache-Control"] == other.headers["Cache-Control"] == "no-store"
        assert "ETag" not in plain.headers
        return
    status, found, body = told(plain)
    assert (status, body) == told(other)[::2]
    if status != 406:  # which links to the other formats of its own address
        assert found == told(other)[1]
    assert asked <= 1, "the engine was asked twice"


@pytest.mark.parametrize("text", _PLAIN.values(), ids=_PLAIN)
def test_the_framework_is_not_asked_for_a_plain_query(
    publication: Publication, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    app = create_app(replace(publication, settings=replace(publication.settings, cache_memory=0)))
    monkeypatch.setattr(app, "full_dispatch_request", pytest.fail)

    answer = app.test_client().get("/sparql", query_string={"query": text})

    assert answer.status_code == 200
    assert answer.data


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": '"x"'},
        {"If-Modified-Since": "Tue, 24 Nov 2026 00:00:00 GMT"},
        {"Range": "bytes=0-1"},
        {"Query-Id": "one"},
        {"Accept": "text/html"},
        {"Content-Encoding": "gzip"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_what_changes_an_answer_goes_to_the_framework(
    publication: Publication, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    app = create_app(publication)
    monkeypatch.setattr(app, "full_dispatch_request", lambda *_: Response("reached"))

    answer = app.test_client().get("/sparql?query=ASK%7B%7D%23plain", headers=headers)

    assert answer.text == "reached"


def test_an_answer_that_is_known_already_is_not_sent_again(
    counting: tuple[FlaskClient, Counting],
) -> None:
    client, _ = counting
    address = "/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D%23known"
    tag = client.get(address).headers["ETag"]

    again = client.get(address, headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag


def test_what_goes_wrong_inside_is_reported_by_the_framework(
    counting: tuple[FlaskClient, Counting], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, engine = counting
    monkeypatch.setattr(engine, "query", lambda request: 1 / 0)

    answer = client.get("/sparql?query=ASK%7B%7D%23wrong")

    assert answer.status_code == 500
    assert answer.mimetype == "application/problem+json"
    assert "division" not in answer.text


def test_the_log_names_the_request_as_its_answer_does(
    publication: Publication, tmp_path: Path
) -> None:
    log = tmp_path / "queries.jsonl"
    settings = replace(publication.settings, query_log=str(log), cache_memory=0)
    client = create_app(replace(publication, settings=settings)).test_client()
    try:
        answers = [
            client.get("/sparql", query_string={"query": text})
            for text in (_PLAIN["boolean"], _NOT_PLAIN["malformed"], _NOT_PLAIN["nothing found"])
        ]
    finally:
        create_app(publication)
        logging.getLogger("sixaika.query").handlers.clear()

    named = [json.loads(line)["request"] for line in log.read_text().splitlines()]
    assert named == [answer.headers["X-Request-Id"] for answer in answers]
    assert json.loads(answers[1].data)["instance"] == named[1]


def test_an_answer_too_large_for_memory_is_sent_in_pieces(
    counting: tuple[FlaskClient, Counting], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, engine = counting
    monkeypatch.setattr("sixaika_graph.web.plain_query.WHOLE", 10)
    monkeypatch.setattr("sixaika_graph.web.responses.WHOLE", 10)

    answer = client.get("/sparql", query_string={"query": _PLAIN["solutions"] + "#large"})

    assert answer.is_streamed
    assert len(json.loads(answer.data)["results"]["bindings"]) == 3
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert engine.asked == 1
