"""Over a real socket: large answers come whole, hostile queries hurt nobody else."""

import threading
import time
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import pytest
from wire import send

from sixaika_graph.web.responses import WHOLE

PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l ."
HOSTILE = {
    "a product that is counted": (f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}", {504}),
    "a product that is ordered": (f"SELECT * {{ {PRODUCT} }} ORDER BY ?l", {504, 507}),
    "nested parentheses": (f"ASK {{ FILTER {'(' * 5000}1{')' * 5000} }}", {400}),
    "nested braces": (f"ASK {'{' * 5000}{'}' * 5000}", {400}),
    "a half surrogate": (r'ASK { ?s ?p "\ud800" }', {400}),
}


def ask(server: str, text: str, parameters: str = "") -> tuple[int, dict[str, object]]:
    headers = {"Content-Type": "application/sparql-query"}
    reply = send(server, f"/sparql?{parameters}", "POST", text.encode(), headers)
    return reply.status, reply.json()


@pytest.mark.parametrize(("text", "statuses"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_query_gets_a_problem_and_the_next_one_an_answer(
    server: str, text: str, statuses: set[int]
) -> None:
    status, problem = ask(server, text, "timeout=1")

    assert status in statuses, problem
    assert problem["status"] == status
    assert "line" in problem or {"limit", "elapsed", "hint"} <= problem.keys()
    assert ask(server, "ASK {}") == (200, {"head": {}, "boolean": True})


def test_a_timeout_tells_its_limit_and_no_time_to_retry(server: str) -> None:
    text = quote(f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}")

    reply = send(server, f"/sparql?timeout=0.5&query={text}")

    assert reply.status == 504
    assert reply.json()["limit"] == 0.5
    assert reply.json()["elapsed"] >= 0.5
    assert "hint" in reply.json()
    assert "retry-after" not in reply.headers


def test_a_slow_query_does_not_stop_other_requests(server: str) -> None:
    """The web process never evaluates (http.md 3.7, fault 2)."""
    text = f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}"
    slow = [threading.Thread(target=ask, args=(server, text, "timeout=2")) for _ in range(3)]
    for thread in slow:
        thread.start()
    time.sleep(0.3)

    started = time.monotonic()
    health = send(server, "/health")
    status, _ = ask(server, "ASK {}")
    elapsed = time.monotonic() - started

    assert (health.status, status) == (200, 200)
    assert all(thread.is_alive() for thread in slow)
    assert elapsed < 1.5
    for thread in slow:
        thread.join()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_large_answer_comes_whole_with_its_length(server: str, method: str) -> None:
    text = quote("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000")

    reply = send(server, f"/sparql?format=csv&query={text}", method)

    length = int(reply.headers["content-length"])
    assert reply.status == 200
    assert length > WHOLE
    assert len(reply.body) == (length if method == "GET" else 0)
    assert reply.body.count(b"\r\n") >= (100001 if method == "GET" else 0)


def test_two_requests_share_a_connection(server: str) -> None:
    connection = HTTPConnection(urlsplit(server).netloc, timeout=10)
    try:
        for method in ("GET", "HEAD", "GET"):
            connection.request(method, "/sparql?query=ASK%7B%7D")
            response = connection.getresponse()
            assert response.status == 200
            assert bool(response.read()) == (method == "GET")
    finally:
        connection.close()
