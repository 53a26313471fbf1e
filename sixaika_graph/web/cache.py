"""The response cache: WSGI, in front of the framework, so that a repeated answer costs nothing.

What may be kept is what a response itself allows by `Cache-Control: public`. The versions of the
dataset and of this package are in every key, so no entry ever has to be thrown away.
"""

import math
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from sixaika_graph.web import request_id
from sixaika_graph.web.codings import uncoded
from sixaika_graph.web.keys import BODILESS, HEADED, key_of, plain
from sixaika_graph.web.replies import Header, Key, Replies, Reply, known_as, value_of
from sixaika_graph.web.responses import WHOLE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# An error is never kept: its identifier is that of one request, and wrong addresses have no end.
_KEPT: Final = ("200", "301", "303", "308")
_UNCHANGED: Final = "304 Not Modified"
_HIT: Final[Header] = ("Server-Timing", 'cache;desc="hit"')
_OWN: Final = ("x-request-id", "server-timing")
_PATIENCE: Final = 0.2
"""Seconds to wait for an equal request that is under way, before asking as well."""


class Cache:
    """A WSGI application that gives again what another one has answered to an equal request.

    `dataset_version` is that of the data which the other one shows. `hits` and `misses` count the
    requests that have a key.
    """

    def __init__(
        self,
        inner: "WSGIApplication",
        replies: Replies,
        dataset_version: str,
        application_version: str = version("sixaika-graph"),
    ) -> None:
        self.hits = 0
        self.misses = 0
        self._inner = inner
        self._replies = replies
        self._version = f"{dataset_version} {application_version}"
        self._asked: dict[Key, threading.Event] = {}

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request."""
        key = key_of(environ, self._version)
        if key is None:
            return self._inner(_uncoded(environ, "HTTP_IF_MATCH"), start_response)
        reply = self._find(key, environ)
        if reply is None and (asked := self._asked.get(plain(key))):
            asked.wait(_PATIENCE)
            reply = self._find(key, environ)
        if reply is not None:
            self.hits += 1
            return _send(reply, environ, start_response, _hit())
        self.misses += 1
        with self._asking(plain(key)):
            return self._ask(key, environ, start_response)

    def at_once(self, environ: "WSGIEnvironment") -> tuple[int, list[Header], bytes] | None:
        """Return status, headers and body for a request that what is kept is enough for, else None.

        No body is read, nothing is compressed, and no equal request is waited for.
        """
        if environ["REQUEST_METHOD"] not in BODILESS or not (key := key_of(environ, self._version)):
            return None
        reply = self._replies.get(key)
        if reply is None or not _is_enough(reply, environ):
            return None
        self.hits += 1
        status, headers, body = _fitting(reply, environ)
        return int(status[:3]), [*headers, *_hit()], body

    def _find(self, key: Key, environ: "WSGIEnvironment") -> Reply | None:
        """Return a kept reply that is enough to answer a request, in the coding of the key."""
        reply = self._replies.get(key)
        if (reply is None or reply.body is None) and (whole := self._replies.get(plain(key))):
            reply = whole.coded(key[-1])
            self._replies.put(key, reply)
        return reply if reply is not None and _is_enough(reply, environ) else None

    @contextmanager
    def _asking(self, key: Key) -> Iterator[None]:
        """Let equal requests wait for this one."""
        ended = threading.Event()
        is_first = self._asked.setdefault(key, ended) is ended
        try:
            yield
        finally:
            if is_first:
                del self._asked[key]
            ended.set()

    def _ask(
        self, key: Key, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Ask the application, and keep its answer if that allows it."""
        inner = _uncoded(environ, "HTTP_IF_NONE_MATCH")
        if environ["REQUEST_METHOD"] == "HEAD":
            # The headers are those of GET, and so is what they cost where they need the body: the
            # next request has it free. Where they do not, it must be one that would be kept.
            inner["REQUEST_METHOD"] = "GET"
            if self._replies.largest >= WHOLE:
                inner[HEADED] = True
        status, headers, pieces = _call(self._inner, inner)
        length = _length_to_keep(status, headers, headed=HEADED in inner)
        if length is None:
            return _pass_on(status, headers, pieces, environ, start_response)
        body = _read(pieces) if length <= self._replies.largest else None
        whole = Reply.of(key, status, headers, body)
        reply = whole.coded(key[-1])
        self._replies.put(plain(key), whole)
        self._replies.put(key, reply)
        own = [header for header in headers if header[0].lower() in _OWN]
        if not _is_enough(reply, environ):
            start_response(status, [*reply.headers, *own])
            return pieces
        if body is None:
            _close(pieces)
        return _send(reply, environ, start_response, own)


def _uncoded(environ: "WSGIEnvironment", name: str) -> "WSGIEnvironment":
    """Return a request whose condition names ETags as the application knows them."""
    if name in environ:
        return {**environ, name: uncoded(environ[name])}
    return dict(environ)


def _call(
    application: "WSGIApplication", environ: "WSGIEnvironment"
) -> tuple[str, list[Header], Iterable[bytes]]:
    started: list[tuple[str, list[Header]]] = []

    def start(status: str, headers: list[Header], exc_info: Any = None, /) -> Callable[..., object]:
        started[:] = [(status, headers)]
        return _write

    pieces = application(environ, start)
    return (*started[0], pieces)


def _write(piece: bytes) -> None:
    raise NotImplementedError("The application returns its body; it does not write it.")


def _length_to_keep(status: str, headers: list[Header], *, headed: bool) -> float | None:
    """Return the length of the body of an answer that may be kept, None of any other.

    A body that was not made, because the request is `headed`, is as if it were endless.
    """
    allowed = value_of(headers, "cache-control") or ""
    length = value_of(headers, "content-length") or ""
    if status[:3] not in _KEPT or "public" not in allowed or value_of(headers, "set-cookie"):
        return None
    if not length and headed:
        return math.inf
    return int(length) if length.isdigit() else None


def _is_enough(reply: Reply, environ: "WSGIEnvironment") -> bool:
    """Tell whether a request needs no body, or the reply has one."""
    return (
        reply.body is not None or environ["REQUEST_METHOD"] == "HEAD" or _is_known(reply, environ)
    )


def _is_known(reply: Reply, environ: "WSGIEnvironment") -> bool:
    return environ["REQUEST_METHOD"] != "POST" and reply.is_known(
        environ.get("HTTP_IF_NONE_MATCH"), environ.get("HTTP_IF_MODIFIED_SINCE")
    )


def _send(
    reply: Reply,
    environ: "WSGIEnvironment",
    start_response: "StartResponse",
    own: Iterable[Header],
) -> Iterable[bytes]:
    status, headers, body = _fitting(reply, environ)
    start_response(status, [*headers, *own])
    return [body] if body else []


def _fitting(reply: Reply, environ: "WSGIEnvironment") -> tuple[str, tuple[Header, ...], bytes]:
    """Return what of a reply a request gets: only the headers, if it has the body or wants none."""
    if _is_known(reply, environ):
        return _UNCHANGED, reply.unchanged, b""
    body = None if environ["REQUEST_METHOD"] == "HEAD" else reply.body
    return reply.status, reply.headers, body or b""


def _hit() -> tuple[Header, ...]:
    return (("X-Request-Id", request_id.fresh()), _HIT)


def _pass_on(
    status: str,
    headers: list[Header],
    pieces: Iterable[bytes],
    environ: "WSGIEnvironment",
    start_response: "StartResponse",
) -> Iterable[bytes]:
    """Send what may not be kept."""
    if status.startswith("304"):
        headers = known_as(headers, environ.get("HTTP_IF_NONE_MATCH", ""))
    start_response(status, headers)
    if environ["REQUEST_METHOD"] != "HEAD":
        return pieces
    _close(pieces)
    return []


def _read(pieces: Iterable[bytes]) -> bytes:
    try:
        return b"".join(pieces)
    finally:
        _close(pieces)


def _close(pieces: Iterable[bytes]) -> None:
    close = getattr(pieces, "close", None)
    if close is not None:
        close()
