"""Bodies that do not come: who sends half of one keeps nobody else waiting, and is cut."""

import contextlib
import json
import socket
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from engines import until
from lone import served
from wire import Reply, send

from sixaika_graph.web.bodies import Bodies
from sixaika_graph.web.keys import UNREAD

DIRECT = {"Content-Type": "application/sparql-query"}
HALF = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
THREADS = 4


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("bodies") / "one.nt"
    path.write_text("<http://a/1> <http://a/p> <http://a/1> .")
    short = {"SIXAIKA_STALL_TIMEOUT": "2", "SIXAIKA_QUERY_TIMEOUT": "1"}
    with served(path, SIXAIKA_THREADS=str(THREADS), SIXAIKA_DOWNLOADS="1", **short) as (url, _):
        yield url


@contextlib.contextmanager
def half_sent(url: str, head: bytes, begun: bytes) -> Iterator[list[socket.socket]]:
    """Begin twice as many bodies as there are threads."""
    with contextlib.ExitStack() as stack:
        senders = []
        for _ in range(2 * THREADS):
            address = urlsplit(url)
            one = socket.create_connection((str(address.hostname), int(address.port or 0)), 60)
            one.sendall(HALF + head + b"\r\n\r\n" + begun)
            senders.append(stack.enter_context(one))
        yield senders


def ask(url: str) -> Reply:
    return send(url, "/sparql", "POST", b"ASK { ?s ?p ?o }", DIRECT)


@pytest.mark.parametrize(
    ("head", "begun"),
    [
        pytest.param(b"Content-Length: 50", b"ASK {", id="with a length"),
        pytest.param(b"Transfer-Encoding: chunked", b"5\r\nASK {\r\n", id="in chunks"),
        pytest.param(b"Content-Length: 2000000", b"ASK {", id="too long"),
    ],
)
def test_half_bodies_keep_nobody_waiting_and_are_cut(url: str, head: bytes, begun: bytes) -> None:
    with half_sent(url, head, begun) as senders:
        until(lambda: ask(url).status == 503)
        assert send(url, "/health").status == 200
        assert send(url, "/sparql?query=ASK%7B%7D").status == 200
        busy = ask(url)
        assert (busy.status, busy.headers["retry-after"]) == (503, "10")
        assert json.loads(busy.body)["type"].endswith("/problems/overloaded")

        received = [one.recv(12) for one in senders]
        cut = received.count(b"")
        assert (cut, received.count(b"HTTP/1.1 503")) == (THREADS // 2, len(senders) - cut)
        until(lambda: ask(url).status == 200)


def test_a_body_in_pieces_is_waited_for(url: str) -> None:
    address = urlsplit(url)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), 60) as one:
        one.sendall(HALF + b"Content-Length: 6\r\n\r\nASK")
        assert send(url, "/health").status == 200
        one.sendall(b" {}")
        assert one.recv(12) == b"HTTP/1.1 200"


def test_a_body_that_ends_before_its_length_is_no_query(url: str) -> None:
    """What came may be a query by itself, but it is not the one that was sent."""
    address = urlsplit(url)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), 60) as one:
        one.sendall(HALF + b"Content-Length: 50\r\nConnection: close\r\n\r\nSELECT * { ?s ?p ?o }")
        one.shutdown(socket.SHUT_WR)
        head, _, body = b"".join(iter(lambda: one.recv(65536), b"")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400")
    problem = json.loads(body)
    assert problem["type"].endswith("/problems/bad-request")
    assert problem["detail"] == "The body ended after 21 bytes; more were announced."


class Unbounded(BytesIO):
    """What a simple server hands on: its socket, on which reading beyond the body never ends."""

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert 0 <= size <= len(self.getvalue()) - self.tell(), "it would wait for ever"
        return super().read(size)


@pytest.mark.parametrize("announced", [{"CONTENT_LENGTH": "6"}, {"CONTENT_LENGTH": ""}, {}])
def test_no_more_is_read_than_was_announced(announced: dict[str, str]) -> None:
    """`app` of server.py is for any WSGI server (PEP 3333)."""
    sent = b"ASK {}" if announced.get("CONTENT_LENGTH") else b""
    seen = {}

    def inner(environ: dict[str, Any], start_response: object) -> list[bytes]:
        seen.update(environ)
        return [environ["wsgi.input"].read()]

    request = {"REQUEST_METHOD": "POST", "wsgi.input": Unbounded(sent), **announced}
    assert Bodies(inner, 1)(request, lambda *_: lambda _: None) == [sent]
    assert seen["CONTENT_LENGTH"] == str(len(sent))


def test_a_body_that_was_read_needs_no_place_again() -> None:
    """Else slow senders that came meanwhile would have it refused."""
    seen: list[dict[str, Any]] = []

    def inner(environ: dict[str, Any], _: object) -> list[bytes]:
        seen.append(environ)
        return []

    bodies = Bodies(inner, 1)
    environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "3", "wsgi.input": BytesIO(b"ASK")}
    bodies.read(environ)
    assert bodies._places.acquire(blocking=False)

    bodies({**environ}, lambda *_: lambda _: None)

    assert UNREAD not in seen[0]
    assert seen[0]["wsgi.input"].read() == b"ASK"
