"""Problems: each error has one status and one type, told in the form that the client reads."""

import inspect
import json
import logging
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from standin import StandIn
from werkzeug.serving import make_server
from wire import send

from sixaika_graph import errors
from sixaika_graph.engine import Answer, Engine, QueryRequest
from sixaika_graph.publication import Publication
from sixaika_graph.web import create_app
from sixaika_graph.web.problem_types import OF_ERROR, PROBLEM_TYPES

QUERY = "/sparql?query=ASK%7B%7D"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


class FailingEngine(StandIn):
    """An engine that answers until it is told with what to fail."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.error: Exception | None = None

    def query(self, request: QueryRequest) -> Answer:
        if self.error is not None:
            raise self.error
        return super().query(request)


@pytest.fixture
def engine(publication: Publication) -> FailingEngine:
    return FailingEngine(publication.engine)


@pytest.fixture
def failing_app(publication: Publication, engine: FailingEngine) -> Flask:
    return create_app(replace(publication, engine=engine))


@pytest.fixture
def failing(failing_app: Flask, engine: FailingEngine) -> Callable[[Exception], FlaskClient]:
    def fail_with(error: Exception) -> FlaskClient:
        engine.error = error
        return failing_app.test_client()

    return fail_with


STATUSES: list[tuple[errors.SixaikaError, int, str, dict[str, object]]] = [
    (errors.MalformedQuery("bad", line=1, column=4), 400, "malformed-query", {"line": 1}),
    (errors.QueryTooDeep("deep"), 400, "query-too-deep", {}),
    (errors.QueryError("odd"), 400, "bad-request", {}),
    (
        errors.BadParameter("odd", parameter="x", available=["y"]),
        400,
        "bad-parameter",
        {"parameter": "x", "available": ["y"]},
    ),
    (errors.RefusedQuery("no SERVICE"), 403, "refused-query", {}),
    (errors.UnknownResource("https://a/"), 404, "not-found", {"similar": []}),
    (errors.NotAcceptable(["text/csv"]), 406, "not-acceptable", {"available": ["text/csv"]}),
    (errors.GoneResource("https://a/"), 410, "gone", {}),
    (errors.TooManyQueries(limit=4, retry_after=3), 429, "too-many-queries", {"limit": 4}),
    (errors.WorkerLost("lost"), 500, "worker-lost", {}),
    (errors.EngineUnavailable("gone"), 502, "engine-unavailable", {}),
    (errors.Overloaded(retry_after=2), 503, "overloaded", {}),
    (errors.QueryCancelled("ended"), 503, "query-cancelled", {}),
    (errors.QueryTimeout(limit=10, elapsed=10.2), 504, "query-timeout", {"elapsed": 10.2}),
    (errors.QueryMemory(limit=512), 507, "query-memory", {"limit": 512}),
    (errors.DuplicateQuery("mine"), 409, "duplicate-query", {}),
    (errors.AnswerTooLarge(limit=1024), 507, "result-too-large", {"limit": 1024}),
    (errors.SixaikaError("inside"), 500, "internal-error", {}),
    (errors.SettingsError("SIXAIKA_X", "inside"), 500, "internal-error", {}),
    (errors.SourceError(Path("/inside/x.ttl"), "inside"), 500, "internal-error", {}),
    (errors.NotConforming("inside"), 500, "internal-error", {}),
]
RETRIED = {"too-many-queries": "3", "overloaded": "2"}


@pytest.mark.parametrize(
    ("error", "status", "slug", "members"),
    [pytest.param(*row, id=f"{type(row[0]).__name__}-{row[2]}") for row in STATUSES],
)
def test_each_error_has_its_status_and_its_type(
    failing: Callable[[Exception], FlaskClient],
    error: errors.SixaikaError,
    status: int,
    slug: str,
    members: dict[str, object],
) -> None:
    reply = failing(error).get(QUERY)

    assert_problem(reply.get_data(as_text=True), status, slug, members)
    assert (status, "application/problem+json") == (reply.status_code, reply.content_type)
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers.get("Retry-After") == RETRIED.get(slug)
    assert "Accept" in reply.vary
    assert "inside" not in reply.text


@pytest.fixture
def failing_server(failing_app: Flask) -> Iterator[str]:
    listening = make_server("127.0.0.1", 0, failing_app, threaded=True)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}"
    finally:
        listening.shutdown()
        thread.join()


# What is wrong with the request itself, not with what the engine made of it.
OF_THE_REQUEST = {"bad-request", "bad-parameter", "not-found", "not-acceptable", "gone"}
SAID_ONLY_WHERE_IT_IS_CLEAR = {"malformed-query"}


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        pytest.param(error, status, slug, id=f"{type(error).__name__}: {error}")
        for error, status, slug, _ in (
            *STATUSES,
            (errors.RefusedQuery("Too many to be merged.", limit=9), 403, "refused-query", {}),
            (errors.QueryTooDeep("Deep.", limit=500), 400, "query-too-deep", {}),
            (errors.Overloaded(retry_after=2, reason="Full.", limit=64), 503, "overloaded", {}),
            (errors.AnswerTooLarge(limit=7, together=True), 507, "result-too-large", {}),
        )
        if slug not in OF_THE_REQUEST
    ],
)
def test_what_ends_a_query_tells_its_limit_the_time_and_what_to_do(
    failing_server: str, engine: FailingEngine, error: errors.SixaikaError, status: int, slug: str
) -> None:
    """The table of statuses of the endpoint, over a real socket."""
    engine.error = error

    reply = send(failing_server, QUERY)

    assert (reply.status, reply.headers["content-type"]) == (status, "application/problem+json")
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert_problem(reply.body.decode(), status, slug, {})
    told = reply.json()
    assert 0 <= told["elapsed"] < 60
    assert told.get("limit") == getattr(error, "limit", None)
    assert slug in SAID_ONLY_WHERE_IT_IS_CLEAR or told["hint"]
    assert reply.headers.get("retry-after") == RETRIED.get(slug)


def assert_problem(body: str, status: int, slug: str, members: dict[str, object]) -> None:
    """Assert the one shape that every problem has (RFC 9457)."""
    document = json.loads(body)
    assert document["type"].startswith("http://127.0.0.1:")
    assert document["type"].endswith(f"/problems/{slug}")
    assert document["title"] == PROBLEM_TYPES[slug].title
    assert document["status"] == status
    assert document["detail"]
    assert document["instance"].startswith("urn:uuid:")
    assert members.items() <= document.items()


def test_the_table_of_statuses_is_complete() -> None:
    """A new error cannot be forgotten: every class is either here or given a type of its own."""
    classes = {
        one
        for _, one in inspect.getmembers(errors, inspect.isclass)
        if issubclass(one, errors.SixaikaError) and one is not errors.Bounded
    }

    assert classes == {type(error) for error, *_ in STATUSES}
    at_start = {errors.SettingsError, errors.SourceError, errors.NotConforming}
    assert classes - at_start == set(OF_ERROR)


def test_an_unexpected_failure_says_nothing_of_the_inside_and_is_logged_under_its_identifier(
    failing: Callable[[Exception], FlaskClient], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        reply = failing(ZeroDivisionError("secret /path/to/file.py")).get(QUERY)

    assert_problem(reply.text, 500, "internal-error", {})
    assert "secret" not in reply.text
    assert "Traceback" not in reply.text
    assert reply.headers["X-Request-Id"] == reply.json["instance"]  # type: ignore[index]
    assert reply.headers["X-Request-Id"] in caplog.text
    assert "ZeroDivisionError: secret" in caplog.text


@pytest.mark.parametrize("error", [error for error, *_ in STATUSES])
def test_a_browser_reads_a_problem_as_a_page(
    failing: Callable[[Exception], FlaskClient], error: errors.SixaikaError
) -> None:
    reply = failing(error).get(QUERY, headers=BROWSER)

    assert reply.mimetype == "text/html"
    assert reply.status_code == failing(error).get(QUERY).status_code
    assert "Accept" in reply.vary
    assert "inside" not in reply.text
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_failing_engine_is_up_but_not_ready(
    failing: Callable[[Exception], FlaskClient],
) -> None:
    client = failing(errors.EngineUnavailable("gone"))

    health, ready = client.get("/health"), client.get("/ready")

    assert (health.status_code, ready.status_code) == (200, 503)
    assert ready.json is not None
    assert ready.json["status"] == "not ready"


def test_who_reads_only_plain_text_gets_one_line(
    failing: Callable[[Exception], FlaskClient],
) -> None:
    client = failing(errors.QueryTimeout(limit=10, elapsed=10.0))

    reply = client.get(QUERY, headers={"Accept": "text/plain"})

    assert reply.text == "504 The query took too long: The query ran past its limit of 10 s.\n"
    assert reply.mimetype == "text/plain"


def test_who_reads_only_rdf_still_gets_a_problem(client: FlaskClient) -> None:
    reply = client.get("/id/place/nowhere", headers={"Accept": "text/turtle"})

    assert reply.content_type == "application/problem+json"


def test_a_malformed_query_shows_where_and_what_to_do(client: FlaskClient) -> None:
    text = "SELECT ?name WHERE {\n  ?person foaf:name ?name .\n}"

    problem = client.get("/sparql", query_string={"query": text}).json

    assert problem is not None
    assert problem["line"] == 2
    shown, caret = problem["excerpt"].splitlines()
    assert shown == "  ?person foaf:name ?name ."
    assert caret.index("^") + 1 == problem["column"] == shown.index("foaf") + 1
    assert "PREFIX foaf: <http://xmlns.com/foaf/0.1/>" in problem["hint"]
    assert text[problem["offset"] :].startswith("foaf:name")
    assert text == problem["query"]
    assert "expected one of" not in problem["detail"]


@pytest.mark.parametrize("slug", sorted(PROBLEM_TYPES))
def test_every_type_is_explained_at_its_address(client: FlaskClient, slug: str) -> None:
    reply = client.get(f"/problems/{slug}", headers=BROWSER)

    assert reply.status_code == 200
    assert PROBLEM_TYPES[slug].title in reply.text


def test_problems_are_listed_by_status(client: FlaskClient) -> None:
    text = client.get("/problems/", headers={"Accept": "text/html"}).text
    statuses = [int(status) for status in re.findall(r"<tr><td>(\d{3})</td>", text)]

    assert len(statuses) > 20
    assert statuses == sorted(statuses)
