"""The response cache: equal requests share an answer, unequal ones never, memory is bounded."""

import gzip
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from http.client import HTTPConnection
from io import BytesIO
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

import brotli
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, EnvironBuilder, TestResponse
from wire import send

from sixaika_graph.formats import FORMATS
from sixaika_graph.publication import Publication
from sixaika_graph.web import create_app
from sixaika_graph.web.cache import Cache
from sixaika_graph.web.codings import preferred_coding
from sixaika_graph.web.freshness import is_volatile
from sixaika_graph.web.keys import LONGEST, key_of
from sixaika_graph.web.replies import Replies

CACHED = "public, max-age=300"
ASK = "/sparql?query=" + quote("SELECT * { ?s ?p ?o } LIMIT 40")
MIB = 2**20


class Origin:
    """An application that counts what it is asked and answers as it is told."""

    def __init__(
        self,
        body: bytes = b"x" * 3000,
        *,
        status: str = "200 OK",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.asked = 0
        self.closed = 0
        self.seen: list[dict[str, Any]] = []
        self.body = body
        self.status = status
        self.headers = {"Content-Type": "text/turtle", "Cache-Control": CACHED, **headers}
        self.wait = 0.0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked += 1
        self.seen.append(environ)
        time.sleep(self.wait)
        length = {"Content-Length": str(len(self.body))}
        start_response(self.status, [*{**length, **self.headers}.items()])
        return _Pieces([self.body], self)


class _Pieces(list[bytes]):
    def __init__(self, pieces: list[bytes], origin: Origin) -> None:
        super().__init__(pieces)
        self.origin = origin

    def close(self) -> None:
        self.origin.closed += 1


def is_hit(reply: TestResponse) -> bool:
    return reply.headers.get("Server-Timing", "").startswith("cache")


def cached(origin: Origin, *, capacity: int = 8 * MIB, version: str = "v1") -> Client:
    return Client(Cache(origin, Replies(capacity), version))


def test_an_equal_request_is_answered_without_the_application() -> None:
    origin = Origin(headers={"X-Request-Id": "one", "Server-Timing": "engine;dur=5"})
    client = cached(origin)

    first, second, third = (client.get("/a?b=1") for _ in range(3))

    assert origin.asked == 1
    assert first.data == second.data == third.data == origin.body
    assert [is_hit(reply) for reply in (first, second, third)] == [False, True, True]
    assert first.headers["Server-Timing"] == "engine;dur=5"
    assert "engine" not in second.headers["Server-Timing"]
    assert first.headers["ETag"] == second.headers["ETag"]
    identifiers = {reply.headers["X-Request-Id"] for reply in (first, second, third)}
    assert len(identifiers) == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/csv"},
        {"Accept-Language": "fi"},
        {"Accept-Profile": "<http://example.org/p>"},
    ],
)
@pytest.mark.parametrize("target", ["/a", "/b", "/a?c=1"])
def test_another_path_or_preference_is_another_request(
    target: str, headers: dict[str, str]
) -> None:
    origin = Origin()
    client = cached(origin)

    client.get("/a")
    reply = client.get(target, headers=headers)

    assert (origin.asked, is_hit(reply)) == (2, False)


def test_spellings_of_one_preference_share_an_answer() -> None:
    origin = Origin()
    client = cached(origin)
    spellings = [
        {"Accept": "text/turtle", "Accept-Language": "fi-FI,fi;q=0.9"},
        {"Accept": " text/turtle ", "Accept-Language": "fi"},
        {"Accept": "text/turtle; charset=utf-8", "Accept-Language": "fi, en;q=0.1"},
        {"Accept": "TEXT/Turtle", "Accept-Language": "fi,sv;q=0.5"},
    ]

    for headers in spellings:
        client.get("/a", headers=headers)

    assert origin.asked == 1


def test_another_dataset_or_application_misses() -> None:
    origin, replies = Origin(), Replies(MIB)

    for versions in (("data 1", "app 1"), ("data 2", "app 1"), ("data 1", "app 2")) * 2:
        Client(Cache(origin, replies, *versions)).get("/a")

    assert origin.asked == 3


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("200 OK", {"Cache-Control": "no-store"}),
        ("200 OK", {"Cache-Control": "private, max-age=9"}),
        ("200 OK", {"Set-Cookie": "a=b"}),
        ("404 NOT FOUND", {}),
        ("503 SERVICE UNAVAILABLE", {}),
        ("206 PARTIAL CONTENT", {}),
    ],
)
def test_what_may_not_be_kept_is_asked_again(status: str, headers: dict[str, str]) -> None:
    origin = Origin(status=status, headers=headers)
    client = cached(origin)

    replies = [client.get("/a"), client.get("/a")]

    assert origin.asked == 2
    assert not any(map(is_hit, replies))
    assert all(reply.data == origin.body for reply in replies)


@pytest.mark.parametrize("status", ["301 MOVED PERMANENTLY", "303 SEE OTHER"])
def test_a_redirect_is_kept_without_an_etag(status: str) -> None:
    origin = Origin(b"see there", status=status, headers={"Location": "/there"})
    client = cached(origin)

    client.get("/a")
    kept = client.get("/a", headers={"If-None-Match": "*"})

    assert (origin.asked, kept.status, kept.headers["Location"]) == (1, status, "/there")
    assert "ETag" not in kept.headers


def test_each_coding_is_a_representation_of_its_own() -> None:
    origin = Origin()
    client = cached(origin)

    replies = {
        coding: client.get("/a", headers={"Accept-Encoding": coding})
        for coding in ("identity", "gzip", "br")
    }

    assert origin.asked == 1
    assert len({reply.headers["ETag"] for reply in replies.values()}) == 3
    assert all(reply.headers["Vary"] == "Accept-Encoding" for reply in replies.values())
    assert "Content-Encoding" not in replies["identity"].headers
    assert gzip.decompress(replies["gzip"].data) == origin.body
    assert brotli.decompress(replies["br"].data) == origin.body
    for coding in ("gzip", "br"):
        assert replies[coding].headers["Content-Encoding"] == coding
        assert replies[coding].content_length == len(replies[coding].data)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"x" * 1023, "text/turtle"),
        (b"x" * 3000, "application/gzip"),
        (b"x" * 3000, "image/png"),
        (bytes(range(256)) * 4 + b"", "application/octet-stream"),
    ],
)
def test_what_a_coding_does_not_make_smaller_is_left(body: bytes, content_type: str) -> None:
    reply = cached(Origin(body, headers={"Content-Type": content_type})).get(
        "/a", headers={"Accept-Encoding": "br, gzip"}
    )

    assert reply.data == body
    assert "Content-Encoding" not in reply.headers
    assert "Vary" not in reply.headers


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("br;q=0, *", "gzip"),
        ("identity, gzip;q=0.5", ""),
        ("gzip;q=oops", ""),
        ("GZIP", "gzip"),
    ],
)
def test_the_coding_is_negotiated(header: str, coding: str) -> None:
    assert preferred_coding(header) == coding


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "QUERY"])
def test_an_unchanged_answer_keeps_its_headers(method: str, coding: str) -> None:
    origin = Origin(headers={"ETag": '"abc"', "Vary": "Accept", "Link": "</a>"})
    client = cached(origin)

    def ask(**conditions: str) -> TestResponse:
        headers = {"Accept-Encoding": coding, **conditions}
        body = b"body" if method == "QUERY" else None
        return client.open("/a", method=method, headers=headers, data=body)

    tag = ask().headers["ETag"]

    for condition in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        reply = ask(**{"If-None-Match": condition})
        assert (reply.status_code, reply.data) == (304, b"")
        assert reply.headers["ETag"] == tag
        assert reply.headers["Vary"] == "Accept, Accept-Encoding"
        assert reply.headers["Cache-Control"] == CACHED
        assert "Content-Type" not in reply.headers
        assert "Content-Encoding" not in reply.headers
    assert ask(**{"If-None-Match": '"b"'}).status_code == 200
    assert origin.asked == 1


def test_a_date_counts_only_where_no_etag_is_compared() -> None:
    client = cached(Origin(headers={"Last-Modified": "Tue, 24 Nov 2026 06:00:00 GMT"}))
    client.get("/a")
    since = {"If-Modified-Since": "Tue, 24 Nov 2026 06:00:00 GMT"}

    assert client.get("/a", headers=since).status_code == 304
    assert client.get("/a", headers={**since, "If-None-Match": '"old"'}).status_code == 200


def test_the_application_is_asked_for_its_own_etag() -> None:
    """A 304 of the application is passed on under the ETag that the client has."""
    origin = Origin(b"", status="304 NOT MODIFIED", headers={"ETag": '"abc"'})

    reply = cached(origin).get("/a", headers={"If-None-Match": '"abc-br"'})

    assert origin.seen[0]["HTTP_IF_NONE_MATCH"] == '"abc"'
    assert (reply.status_code, reply.headers["ETag"]) == (304, '"abc-br"')
    assert reply.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("order", [("GET", "HEAD"), ("HEAD", "GET"), ("HEAD", "HEAD")])
def test_head_and_get_share_an_entry(order: tuple[str, str]) -> None:
    origin = Origin()
    client = cached(origin)

    replies = [client.open("/a", method=method) for method in order]

    assert origin.asked == 1
    assert {reply.content_length for reply in replies} == {len(origin.body)}
    assert [bool(reply.data) for reply in replies] == [method == "GET" for method in order]


@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_a_body_is_part_of_the_request(method: str) -> None:
    origin = Origin()
    client = cached(origin)

    for body, content_type in (
        (b"a", "text/x"),
        (b"a", "text/x"),
        (b"b", "text/x"),
        (b"a", "text/y"),
    ):
        client.open("/a", method=method, data=body, content_type=content_type)

    assert origin.asked == 3
    assert [environ["wsgi.input"].read() for environ in origin.seen] == [b"a", b"b", b"a"]


@pytest.mark.parametrize("length", ["", "-1", "many", "1000001", "9"])
def test_a_body_of_no_known_length_is_not_looked_up(length: str) -> None:
    environ = EnvironBuilder(method="POST", data=b"short").get_environ()
    environ["CONTENT_LENGTH"] = length

    assert key_of(environ, "v1") is None


@pytest.mark.parametrize(
    "headers", [{"Range": "bytes=0-1"}, {"If-Match": '"a-br"'}, {"Query-Id": "mine"}]
)
def test_a_request_of_its_own_kind_is_passed_by(headers: dict[str, str]) -> None:
    origin = Origin()
    client = cached(origin)

    for _ in range(2):
        client.get("/a", headers=headers)

    assert origin.asked == 2
    assert origin.seen[0].get("HTTP_IF_MATCH") in (None, '"a"')


def test_a_large_body_is_not_kept_but_its_headers_are() -> None:
    origin = Origin(b"x" * (MIB // 4))
    client = cached(origin, capacity=MIB)

    first = client.get("/a", headers={"Accept-Encoding": "br"})
    tag = first.headers["ETag"]

    assert tag.startswith('W/"')
    assert (first.data, "Content-Encoding" in first.headers) == (origin.body, False)
    assert client.get("/a", headers={"If-None-Match": tag}).status_code == 304
    assert client.head("/a").content_length == len(origin.body)
    assert origin.asked == 1
    assert client.get("/a").data == origin.body
    assert origin.asked == 2
    assert client.get("/b", headers={"If-None-Match": tag}).status_code == 200


def test_bodies_are_closed_whatever_happens() -> None:
    for origin in (
        Origin(),
        Origin(b"x" * MIB),
        Origin(status="404 NOT FOUND"),
        Origin(b"x" * MIB, headers={"ETag": '"a"'}),
    ):
        client = cached(origin, capacity=MIB)
        client.get("/a").close()
        client.head("/b").close()
        client.get("/c", headers={"If-None-Match": "*"}).close()

        assert origin.closed == origin.asked


def test_memory_is_bounded_and_the_least_used_goes_first() -> None:
    origin, replies = Origin(), Replies(200_000)
    client = Client(Cache(origin, replies, "v1"))

    client.get("/often")
    for number in range(200):
        client.get(f"/{number}")
        client.get("/often")

    assert replies.size <= 200_000
    assert 20 < len(replies) < 70
    assert origin.asked == 201


def tiny(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    headers = [(f"X-Header-{number}", environ["PATH_INFO"] + "v" * 40) for number in range(10)]
    start_response("200 OK", [("Cache-Control", CACHED), ("Content-Length", "4"), *headers])
    return [b"tiny"]


def test_memory_is_bounded_as_python_counts_it() -> None:
    """Many small answers under long keys take no more than the capacity, bookkeeping and all."""
    replies = Replies(4 * MIB)
    application = Cache(tiny, replies, "v1")
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(2_500):
            environ = EnvironBuilder(path=f"/{number}", query_string="q" * 500).get_environ()
            list(application(environ, lambda status, headers, error=None: lambda piece: None))
        del environ
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    assert taken < 1.2 * replies.capacity
    assert len(replies) < 2_500


@pytest.mark.parametrize("name", ["Accept", "Accept-Language", "Accept-Encoding", "Accept-Profile"])
def test_an_odd_header_takes_no_memory(name: str) -> None:
    origin, replies = Origin(), Replies(8 * MIB)
    client = Client(Cache(origin, replies, "v1"))

    for number in range(50):
        assert client.get("/a", headers={name: f"a/{number}," * LONGEST}).status_code == 200

    assert len(replies) == 0


def test_equal_requests_at_the_same_time_ask_once() -> None:
    origin = Origin()
    origin.wait = 0.1
    client = cached(origin)

    replies = at_once(8, lambda: client.get("/a"))

    assert origin.asked == 1
    assert all(reply.data == origin.body for reply in replies)


def test_a_slow_answer_is_not_waited_for_long() -> None:
    origin = Origin()
    origin.wait = 0.6
    client = cached(origin)

    began = time.monotonic()
    at_once(2, lambda: client.get("/a"))

    assert origin.asked == 2
    assert time.monotonic() - began < 1.1


def test_a_failure_leaves_nobody_waiting() -> None:
    def broken(environ: object, start_response: object) -> list[bytes]:
        raise RuntimeError

    client = Client(Cache(broken, Replies(MIB), "v1"))
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(RuntimeError):
            client.get("/a")

    assert time.monotonic() - began < 0.1


def at_once(number: int, ask: Callable[[], Any]) -> list[Any]:
    replies: list[Any] = []
    threads = [threading.Thread(target=lambda: replies.append(ask())) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


def test_many_threads_get_each_their_own_answer() -> None:
    def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["PATH_INFO"].encode() * 400
        start_response("200 OK", [("Cache-Control", CACHED), ("Content-Length", str(len(body)))])
        return [body]

    client = Client(Cache(echo, Replies(100_000), "v1"))
    wrong: list[str] = []

    def ask(seed: int) -> None:
        for turn in range(300):
            path = f"/{(seed * turn) % 50}"
            if client.get(path).data != path.encode() * 400:
                wrong.append(path)

    threads = [threading.Thread(target=ask, args=[seed]) for seed in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT (NOW() AS ?n) {}", True),
        ("SELECT (rand() AS ?n) {}", True),
        ("SELECT (STRUUID() AS ?n) {}", True),
        ("SELECT (uuid() AS ?n) {}", True),
        ("SELECT (BNODE() AS ?n) {}", True),
        (r"SELECT (NO\u0057() AS ?n) {}", True),
        ("SELECT (trueNOW() AS ?n) {}", True),
        ("SELECT ?now ?rand { ?now ?rand 'NOW() RAND()' }", False),
        ("SELECT * { <http://a/NOW()> ?p ?o } # NOW()", False),
        ("PREFIX now: <http://now/> SELECT * { now:rand ?p ?o }", False),
        ("SELECT * { ?s ?p ?o }", False),
        ("", False),
    ],
)
def test_a_query_of_another_value_each_time_is_known(text: str, expected: bool) -> None:
    assert is_volatile(text) is expected


# With the real application


@pytest.fixture(scope="module")
def fresh(publication: Publication) -> FlaskClient:
    """Return a client of an application whose cache nobody else has filled."""
    return create_app(publication).test_client()


@pytest.fixture(scope="module")
def bare(publication: Publication) -> FlaskClient:
    """Return a client of the application without a cache in front of it."""
    uncached = replace(publication.settings, cache_memory=0)
    return create_app(replace(publication, settings=uncached)).test_client()


def test_solutions_have_an_etag_and_a_304(fresh: FlaskClient) -> None:
    first = fresh.get(ASK)

    assert "public, max-age=300, stale-while-revalidate" in first.headers["Cache-Control"]
    again = fresh.get(ASK, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, is_hit(again)) == (304, True)
    assert "Accept" in again.vary
    assert again.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("accept", ["text/csv", "text/html"])
@pytest.mark.parametrize("function", ["NOW", "RAND", "UUID", "STRUUID", "BNODE"])
def test_an_answer_of_the_moment_is_not_kept(
    fresh: FlaskClient, function: str, accept: str
) -> None:
    address = "/sparql?query=" + quote(f"SELECT ({function}() AS ?v) {{}}")

    replies = [fresh.get(address, headers={"Accept": accept}) for _ in range(2)]

    for reply in replies:
        assert (reply.status_code, reply.headers["Cache-Control"]) == (200, "no-store")
        assert not is_hit(reply)
        assert "ETag" not in reply.headers
    if accept == "text/csv" and function != "BNODE":
        assert replies[0].data != replies[1].data


@pytest.mark.parametrize("path", ["/sparql?query=nonsense", "/id/place/nowhere", "/problems/none"])
def test_a_problem_is_never_kept(fresh: FlaskClient, path: str) -> None:
    replies = [fresh.get(path, headers={"Accept": "application/json"}) for _ in range(2)]

    instances = {reply.json["instance"] for reply in replies if reply.json}
    assert len(instances) == 2
    assert all(reply.headers["Cache-Control"] == "no-store" for reply in replies)


@pytest.mark.parametrize("path", ["/", "/page/place/oulu", "/data/place/oulu", "/id/place/oulu"])
def test_pages_documents_and_redirects_are_kept(fresh: FlaskClient, path: str) -> None:
    headers = {"Accept": "text/html" if "page" in path else "*/*", "Accept-Language": "fi"}

    first, second = fresh.get(path, headers=headers), fresh.get(path, headers=headers)

    assert is_hit(second)
    assert first.data == second.data
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert set(first.headers.keys()) | {"Server-Timing"} == set(second.headers.keys())


def test_health_is_asked_each_time(fresh: FlaskClient) -> None:
    assert not any(is_hit(fresh.get(path)) for path in ("/health", "/ready") * 2)


RANGES = st.sampled_from(
    [row.media_type for row in FORMATS]
    + [alias for row in FORMATS for alias in row.aliases]
    + ["*/*", "text/*", "application/*", "image/png", "oops", "text/html;level=1"]
)
ACCEPTS = st.lists(
    st.tuples(RANGES, st.sampled_from(["", ";q=0", ";q=0.5", ";q=0.5;v=1", ";q=x", ";Q=0.9"])).map(
        "".join
    ),
    max_size=5,
).map(",".join)


@given(
    accepts=st.lists(ACCEPTS, min_size=2, max_size=2),
    path=st.sampled_from([ASK, "/data/place/oulu", "/id/place/oulu", "/ont", "/queries/"]),
    coding=st.sampled_from(["", "gzip", "br"]),
)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_two_preferences_never_share_what_only_one_of_them_would_get(
    fresh: FlaskClient, bare: FlaskClient, accepts: list[str], path: str, coding: str
) -> None:
    """Whatever was asked before, the cache answers as the application by itself does."""
    for accept in accepts:
        headers = {"Accept": accept}
        expected = bare.get(path, headers=headers)

        reply = fresh.get(path, headers={**headers, "Accept-Encoding": coding})

        assert (reply.status_code, reply.content_type) == (
            expected.status_code,
            expected.content_type,
        )
        assert reply.headers.get("Location") == expected.headers.get("Location")
        if reply.status_code == 200:
            assert plain_body(reply.data, reply.headers.get("Content-Encoding")) == expected.data


def plain_body(body: bytes, coding: str | None) -> bytes:
    if coding == "gzip":
        return gzip.GzipFile(fileobj=BytesIO(body)).read()
    return brotli.decompress(body) if coding == "br" else body


# Over a real socket


def test_a_hit_over_the_wire(server: str) -> None:
    headers = {"Accept": "text/csv", "Accept-Encoding": "gzip"}

    first, second = send(server, ASK, headers=headers), send(server, ASK, headers=headers)
    head = send(server, ASK, "HEAD", headers=headers)
    same = send(server, ASK, headers={**headers, "If-None-Match": second.headers["etag"]})

    assert "cache" in second.headers["server-timing"]
    assert gzip.decompress(first.body) == gzip.decompress(second.body)
    assert second.headers["content-encoding"] == "gzip"
    assert second.headers["access-control-allow-origin"] == "*"
    assert (head.body, head.headers["content-length"]) == (b"", second.headers["content-length"])
    assert (same.status, same.body) == (304, b"")
    assert same.headers["etag"] == second.headers["etag"]
    assert {"vary", "cache-control", "x-request-id"} <= same.headers.keys()


def test_hits_share_a_connection(server: str) -> None:
    connection = HTTPConnection(urlsplit(server).netloc, timeout=10)
    try:
        for method, coding in (("GET", "br"), ("HEAD", "br"), ("GET", ""), ("HEAD", "gzip")) * 2:
            connection.request(method, ASK, headers={"Accept-Encoding": coding})
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200
            assert len(body) == (int(response.headers["Content-Length"]) if method == "GET" else 0)
            assert response.headers.get("Content-Encoding", "") == coding
    finally:
        connection.close()


def test_an_answer_by_post_is_kept_too(server: str) -> None:
    body = b"SELECT * { ?s ?p ?o } LIMIT 3"
    headers = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}

    replies = [send(server, "/sparql", "POST", body, headers) for _ in range(2)]

    assert replies[0].body == replies[1].body
    assert "cache" in replies[1].headers["server-timing"]
