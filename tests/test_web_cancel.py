"""Cancelling: a query with a name ends when its client says so, and at no other's cost."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from wire import Reply, send

from sixaika_graph.engine.pool import LocalEngine
from sixaika_graph.publication import Publication

PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DIRECT = {"Content-Type": "application/sparql-query"}


def in_background(server: str, name: str) -> Future[Reply]:
    """Ask for what takes for ever, under a name, in a thread."""
    outcome: Future[Reply] = Future()

    def run() -> None:
        headers = {**DIRECT, "Query-Id": name}
        try:
            outcome.set_result(send(server, "/sparql", "POST", PRODUCT.encode(), headers))
        except OSError as error:
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return outcome


def cancel(server: str, name: str) -> int:
    """Cancel a query as soon as it is known."""
    for _ in range(100):
        reply = send(server, f"/sparql/queries/{name}", "DELETE")
        if reply.status != 404:
            assert reply.headers.keys().isdisjoint({"content-type", "content-language", "vary"})
            return reply.status
        time.sleep(0.02)
    return 404


def test_a_named_query_is_ended_by_its_name(server: str) -> None:
    running = in_background(server, "a-1")
    time.sleep(0.3)

    started = time.monotonic()
    status = cancel(server, "a-1")
    reply = running.result(5)
    elapsed = time.monotonic() - started

    assert status == 204
    assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (503, "query-cancelled")
    assert "retry-after" not in reply.headers
    assert {"elapsed", "hint"} <= reply.json().keys()
    assert elapsed < 1.5
    assert cancel_once(server, "a-1") == 404


def cancel_once(server: str, name: str) -> int:
    return send(server, f"/sparql/queries/{name}", "DELETE").status


def test_a_name_can_be_used_again_when_its_query_has_ended(server: str) -> None:
    headers = {**DIRECT, "Query-Id": "again"}
    for _ in range(2):
        assert send(server, "/sparql", "POST", b"ASK {}", headers).status == 200


def test_two_running_queries_cannot_have_one_name(server: str) -> None:
    running = in_background(server, "twice")
    time.sleep(0.4)

    second = send(server, "/sparql", "POST", b"ASK {}", {**DIRECT, "Query-Id": "twice"})

    assert (second.status, second.json()["type"].rpartition("/")[2]) == (409, "duplicate-query")
    assert cancel(server, "twice") == 204
    assert running.result(5).status == 503


def test_others_do_not_notice(server: str) -> None:
    first, second = in_background(server, "one"), in_background(server, "two")
    time.sleep(0.3)

    assert cancel(server, "one") == 204
    assert first.result(5).status == 503
    assert not second.done()
    assert cancel(server, "two") == 204
    assert second.result(5).status == 503
    assert send(server, "/sparql?query=ASK%7B%7D").json()["boolean"] is True


@pytest.mark.parametrize("name", ["", "a b", "a/b", "ä".encode().decode("latin-1"), "x" * 129])
def test_a_name_that_cannot_stand_in_an_address_is_refused(server: str, name: str) -> None:
    reply = send(server, "/sparql", "POST", b"ASK {}", {**DIRECT, "Query-Id": name})

    assert (reply.status, reply.json()["parameter"]) == (400, "Query-Id")


@pytest.mark.parametrize("name", ["unknown", "urn:uuid:00000000-0000-0000-0000-000000000000"])
def test_what_does_not_run_cannot_be_cancelled(server: str, name: str) -> None:
    reply = send(server, f"/sparql/queries/{name}", "DELETE")

    assert (reply.status, reply.headers["cache-control"]) == (404, "no-store")
    assert send(server, f"/sparql/queries/{name}").status == 405


@pytest.fixture
def engine(publication: Publication) -> Iterator[LocalEngine]:
    assert isinstance(publication.engine, LocalEngine)
    yield publication.engine
    assert publication.engine.load().running == 0


def test_the_load_is_told(engine: LocalEngine, server: str) -> None:
    assert (engine.load().running, engine.load().waiting) == (0, 0)
