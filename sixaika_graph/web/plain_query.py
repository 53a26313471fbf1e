"""The plain query: a GET with nothing but the text of one, answered in front of the framework.

Most queries are plain, and what the framework does for one takes longer than the engine. Whatever
is not plain in a request or in its answer goes on to the framework, and with it what the engine has
said, so that nothing is asked twice.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from sixaika_graph.engine import Answer, QueryRequest
from sixaika_graph.formats import by_media_type
from sixaika_graph.web import request_id
from sixaika_graph.web.caution import caution
from sixaika_graph.web.freshness import CACHED, NEVER, is_volatile
from sixaika_graph.web.keys import LONGEST, is_single
from sixaika_graph.web.negotiation import names_html, negotiate, parse_accept
from sixaika_graph.web.observed import ObservedEngine
from sixaika_graph.web.replies import tag_of
from sixaika_graph.web.responses import WHOLE, engine_time, total_time
from sixaika_graph.web.silence import is_empty

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ASKED: Final = "sixaika.asked"
"""Where in the environment of a request stands what the engine has said already."""

_PATH: Final = "/sparql"
# The framework judges conditions, and refuses codings and what is too long.
_NOT_PLAIN: Final = frozenset(
    {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_CONTENT_ENCODING"}
)
_LONGEST_QUERY: Final = 4096
"""Characters of a query string that is still plain."""
_REMEMBERED: Final = 256

_Types = tuple[str | None, str | None]


@dataclass(frozen=True)
class Asked:
    """What the engine said to a request that came at a moment of `time.perf_counter`."""

    begun: float
    outcome: Answer | Exception

    def answer(self) -> Answer:
        """Return the answer, or raise the error."""
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class PlainQueries:
    """A WSGI application that answers plain queries, and leaves all else to another one.

    Answers get an ETag where they are `tagged`, because no cache in front gives them one.
    """

    def __init__(self, inner: "WSGIApplication", engine: ObservedEngine, *, tagged: bool) -> None:
        self._inner = inner
        self._engine = engine
        self._tagged = tagged

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request."""
        begun = time.perf_counter()
        text = _text(environ)
        types = None if text is None else _types(environ.get("HTTP_ACCEPT", ""))
        if text is None or types is None:
            return self._inner(environ, start_response)
        outcome = self._ask(text, types, environ)
        if isinstance(outcome, Exception) or not _is_plain(outcome, text):
            environ[ASKED] = Asked(begun, outcome)
            return self._inner(environ, start_response)
        body = outcome.read()
        start_response("200 OK", self._headers(text, outcome, body, begun, environ))
        return [body]

    def _ask(self, text: str, types: _Types, environ: "WSGIEnvironment") -> Answer | Exception:
        results, graph = types
        request = QueryRequest(
            text=text, results_type=results, graph_type=graph, client=environ.get("REMOTE_ADDR")
        )
        try:
            return self._engine.query(request, name=request_id.of(environ))
        except Exception as error:  # noqa: BLE001 - the framework reports all of them
            return error

    def _headers(
        self, text: str, answer: Answer, body: bytes, begun: float, environ: "WSGIEnvironment"
    ) -> list[tuple[str, str]]:
        row = by_media_type(answer.media_type, "results", "graph")
        headers = [
            ("Content-Type", row.content_type if row else answer.media_type),
            ("Content-Length", str(len(body))),
            ("Server-Timing", f"{engine_time(answer)}, {total_time(begun)}"),
            ("Vary", "Accept"),
            ("X-Request-Id", request_id.of(environ)),
        ]
        if is_volatile(text):
            return [*headers, ("Cache-Control", NEVER)]
        tag = [("ETag", tag_of(body))] if self._tagged else []
        return [*headers, ("Cache-Control", CACHED), *tag]


def _text(environ: "WSGIEnvironment") -> str | None:
    """Return the text of a plain query, None for any other request."""
    if (
        environ["PATH_INFO"] != _PATH
        or environ["REQUEST_METHOD"] != "GET"
        or environ.get("SCRIPT_NAME")
        or len(environ.get("HTTP_ACCEPT", "")) > LONGEST
        or not _NOT_PLAIN.isdisjoint(environ)
        or is_single(environ)
    ):
        return None
    sent = environ["QUERY_STRING"]
    if len(sent) > _LONGEST_QUERY or not sent.isascii():
        return None
    try:
        # Several fields, and what is not UTF-8, are ValueErrors.
        fields = parse_qsl(sent, keep_blank_values=True, errors="strict", max_num_fields=1)
    except ValueError:
        return None
    return fields[0][1] if fields and fields[0][0] == "query" else None


@lru_cache(_REMEMBERED)
def _types(accept: str) -> _Types | None:
    """Return the media types for solutions and for triples, None where HTML comes into question."""
    parsed = parse_accept(accept)
    if names_html(parsed):
        return None
    rows = negotiate(parsed, "results"), negotiate(parsed, "graph")
    results, graph = (row.media_type if row else None for row in rows)
    return results, graph


def _is_plain(answer: Answer, text: str) -> bool:
    """Tell whether an answer fits into memory and needs no hint beside it."""
    return answer.length <= WHOLE and caution(text) is None and not is_empty(answer)
