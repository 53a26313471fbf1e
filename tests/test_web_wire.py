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


DIRECT = {"Content-Type": "application/sparql-query"}
BOUND = {"limit", "elapsed", "hint"}
RULE = {"elapsed", "hint"}
FAULT = {"line", "column", "offset", "excerpt", "query", "elapsed", "hint"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PRODUCT_COUNTED = f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}".encode()
# Method, target, body, its headers; status, type, and the members beside those of every problem.
REFUSALS: list[tuple[str, str, bytes | None, dict[str, str], int, str, set[str]]] = [
    ("POST", "/sparql", b"SELECT * { ?s foaf:name ?o }", DIRECT, 400, "malformed-query", FAULT),
    ("POST", "/sparql", b"ASK " + b"{" * 600 + b"}" * 600, DIRECT, 400, "query-too-deep", BOUND),
    ("POST", "/sparql", b"ASK {" + b" {} UNION" * 5001, DIRECT, 400, "query-too-deep", BOUND),
    (
        "GET",
        "/sparql?query=ASK%7B%7D&query=ASK%7B%7D",
        None,
        {},
        400,
        "duplicate-parameter",
        {"hint"},
    ),
    (
        "POST",
        "/sparql",
        b"",
        {"Content-Type": "text/x;="},
        415,
        "unsupported-media-type",
        {"available"},
    ),
    ("POST", "/sparql", b"x=y", FORM, 400, "missing-parameter", set()),
    ("GET", "/sparql?query=ASK%7B%7D&timeout=soon", None, {}, 400, "bad-parameter", {"parameter"}),
    ("POST", "/sparql", b"ASK { ?s ?p '\xff' }", DIRECT, 400, "bad-encoding", {"hint"}),
    ("POST", "/sparql", b"CLEAR ALL", DIRECT, 403, "refused-query", RULE),
    ("POST", "/sparql", b"update=CLEAR+ALL", FORM, 403, "read-only", RULE),
    ("POST", "/sparql", b"ASK { SERVICE <http://a/> {} }", DIRECT, 403, "refused-query", RULE),
    ("GET", "/id/place/oulux", None, {}, 404, "not-found", {"similar"}),
    ("PUT", "/sparql", b"", {}, 405, "method-not-allowed", set()),
    (
        "GET",
        "/sparql?query=ASK%7B%7D",
        None,
        {"Accept": "a/b"},
        406,
        "not-acceptable",
        {"available"},
    ),
    *(
        ("GET", target, None, {"If-Match": '"x"'}, 412, "precondition-failed", set[str]())
        for target in (
            "/data/place/oulu",
            "/sparql?query=ASK%7B%7D",
            "/catalog.ttl",
            "/dumps/sixaika.ttl",
            "/static/site.css",
        )
    ),
    ("POST", "/sparql", b"x" * 1_000_001, DIRECT, 413, "body-too-large", BOUND),
    ("GET", f"/sparql?query={'x' * 8200}", None, {}, 414, "url-too-long", BOUND),
    (
        "POST",
        "/sparql",
        b"{}",
        {"Content-Type": "a/b"},
        415,
        "unsupported-media-type",
        {"available"},
    ),
    ("POST", "/sparql?timeout=0.5", PRODUCT_COUNTED, DIRECT, 504, "query-timeout", BOUND),
]


@pytest.mark.parametrize(
    ("method", "target", "body", "headers", "status", "slug", "members"),
    [pytest.param(*row, id=f"{place}-{row[5]}") for place, row in enumerate(REFUSALS)],
)
def test_each_refusal_is_one_problem_document_with_its_members(
    server: str,
    method: str,
    target: str,
    body: bytes | None,
    headers: dict[str, str],
    status: int,
    slug: str,
    members: set[str],
) -> None:
    reply = send(server, target, method, body, headers)

    assert (reply.status, reply.headers["content-type"]) == (status, "application/problem+json")
    problem = reply.json()
    assert problem["type"] == f"{server}problems/{slug}"
    assert problem["status"] == status
    assert problem["instance"] == reply.headers["x-request-id"]
    assert {"title", "detail"} | members <= problem.keys()
    assert not [name for name in members if problem[name] in ("", [], None)]
    assert "retry-after" not in reply.headers


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
