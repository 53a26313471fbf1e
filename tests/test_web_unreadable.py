"""What is no HTTP that can be read: the library below the service refuses it, as docs/errors.md."""

import socket
from urllib.parse import urlsplit

import pytest
from wire import send

HOST = b"Host: localhost\r\n"
LONGEST = 65_534
"""Bytes of the longest address that the library reads."""
UNREADABLE = {
    "a long address": (b"GET /" + b"a" * LONGEST + b" HTTP/1.1\r\n" + HOST, 414),
    "a raw byte of Latin-1": (b"GET /id/place/\xe4 HTTP/1.1\r\n" + HOST, 400),
    "a raw space": (b"GET /id/place oulu HTTP/1.1\r\n" + HOST, 400),
    "a raw control character": (b"GET /id/place\x01 HTTP/1.1\r\n" + HOST, 400),
    "another version": (b"GET /health HTTP/9.9\r\n" + HOST, 400),
    "no request": (b"\x16\x03\x01 hello\r\n", 400),
    "too many headers": (
        b"GET /health HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: a\r\n" % n for n in range(101)),
        431,
    ),
}


def exchange(server: str, sent: bytes) -> bytes:
    """Send some bytes and read until the server closes the connection."""
    parts = urlsplit(server)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(sent)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize(("sent", "status"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_refused_and_the_connection_closed(
    server: str, sent: bytes, status: int
) -> None:
    """Nothing but the status is told, and the next client is served."""
    head, _, body = exchange(server, sent + b"\r\n").partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)

    assert first.startswith(f"HTTP/1.1 {status} ")
    assert (headers.pop("connection"), headers.pop("content-length")) == ("close", "0")
    assert headers.keys() == {"date"}
    assert body == b""
    assert send(server, "/health").status == 200


def test_up_to_there_a_long_address_is_a_problem(server: str) -> None:
    reply = send(server, "/" + "a" * (LONGEST - 1))

    assert reply.status == 414
    assert reply.json()["type"] == f"{server}problems/url-too-long"


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        (("application/sparql-query", "text/plain"), 200),
        (("text/plain", "application/sparql-query"), 415),
        (("application/sparql-query, text/plain",), 415),
    ],
)
def test_the_first_of_several_content_types_counts(
    server: str, kinds: tuple[str, ...], status: int
) -> None:
    lines = "".join(f"Content-Type: {kind}\r\n" for kind in kinds)
    head = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}"

    answer = exchange(server, f"{head}Content-Length: 6\r\n\r\nASK {{}}".encode())

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
