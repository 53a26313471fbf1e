"""From an answer of the engine to a response: whole, with its length, never one that can be cut.

A small body goes out as one bytes object, so that a slow reader holds no thread
(design/engine.md 1.10); a large one comes from the engine's spool, its length known.
"""

import hashlib
import time
from collections.abc import Callable
from http import HTTPStatus
from importlib.metadata import version
from itertools import chain
from typing import Final

from flask import Response, request

from sixaika_graph.engine import Answer
from sixaika_graph.web.keys import HEADED

WHOLE: Final = 8 * 2**20
"""Bytes up to which a body is held in memory."""

_VERSION: Final = version("sixaika-graph")
_CONDITIONS: Final = frozenset(
    {
        *("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"),
        *("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"),
    }
)


def respond(answer: Answer, content_type: str, *, lead: bytes = b"") -> Response:
    """Send an answer behind some leading bytes, its length known before the first byte."""
    if answer.length <= WHOLE:
        response = Response(lead + answer.read(), content_type=content_type)
    else:
        pieces = chain([lead], answer.chunks())
        response = Response(pieces, content_type=content_type, direct_passthrough=True)
        response.call_on_close(answer.body.close)
        response.content_length = len(lead) + answer.length
        response.set_etag(f"{answer.digest}{lead.hex()}")
    response.headers["Server-Timing"] = engine_time(answer)
    return response


def engine_time(answer: Answer) -> str:
    """Return the milliseconds of the engine for Server-Timing."""
    return f"engine;dur={answer.elapsed * 1000:.1f}"


def total_time(begun: float) -> str:
    """Return the milliseconds since a moment of `time.perf_counter` for Server-Timing."""
    return f"total;dur={(time.perf_counter() - begun) * 1000:.1f}"


def entity_tag(dataset_version: str, *parts: str) -> str:
    """Return the ETag of a representation: the same data, code and address give the same one."""
    digest = hashlib.sha256("\n".join((dataset_version, _VERSION, *parts)).encode())
    return f'"{digest.hexdigest()[:20]}"'


def unchanged(made: Callable[[], Response]) -> Response | None:
    """Return the answer without a body that preconditions ask for (RFC 9110, 13), None for none.

    `made` gives the headers of the answer; most requests have no preconditions and need it not.
    """
    if _CONDITIONS.isdisjoint(request.environ):
        return None
    response = made()
    return response if is_unchanged(response) else None


def headed(made: Callable[[], Response]) -> Response | None:
    """Return the answer without a body that HEAD or preconditions ask for, None for none.

    Its length, which only the body would tell, is left out
    (https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2).
    """
    if request.method != "HEAD" and HEADED not in request.environ:
        return unchanged(made)
    response = made()
    response.automatically_set_content_length = False
    is_unchanged(response)
    return response


def is_unchanged(response: Response) -> bool:
    """Judge the preconditions of a request by the ETag of a response; 304 or 412 is set on it."""
    if _CONDITIONS.isdisjoint(request.environ):
        return False
    response.make_conditional(request)
    return response.status_code in (HTTPStatus.NOT_MODIFIED, HTTPStatus.PRECONDITION_FAILED)
