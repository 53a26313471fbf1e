"""From an error to the document that reports it: RFC 9457, in JSON, HTML or one line of text."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, cast

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from sixaika_graph import sparql_text
from sixaika_graph.errors import (
    MalformedQuery,
    NotAcceptable,
    QueryError,
    SixaikaError,
    UnknownResource,
)
from sixaika_graph.sentence import Sentence
from sixaika_graph.web import hints
from sixaika_graph.web.alternates import link_alternates
from sixaika_graph.web.negotiation import parse_accept, prefers_html, vary
from sixaika_graph.web.problem_types import OF_STATUS, PROBLEM_TYPES, ProblemType, type_of
from sixaika_graph.web.request_id import of
from sixaika_graph.web.service import directory, publication

MEDIA_TYPE: Final = "application/problem+json"
_QUERY_SHOWN: Final = 2048
_TOLD: Final = ("limit", "elapsed", "line", "column", "parameter", "available")
_OF_QUERIES: Final = frozenset(
    {
        *("read-only", "refused-query", "too-many-queries", "overloaded", "query-cancelled"),
        *("duplicate-query", "malformed-query", "query-too-deep", "worker-lost"),
        *("engine-unavailable", "internal-error"),
    }
)
_DIGITS: Final = 4
"""Decimals of a time in seconds."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One problem of one request.

    `detail` says what is wrong this time, in English with what a page needs to tell it in another
    language; `instance` is the identifier of the request, `members`
    are the extension members (limit, elapsed, line, column, offset, excerpt, hint, available,
    similar).
    """

    type: ProblemType
    detail: str
    instance: str
    members: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.type.status

    @property
    def href(self) -> str:
        """The absolute address of the page that explains the type."""
        return f"{publication().settings.public_url}problems/{self.type.slug}"

    def document(self) -> dict[str, object]:
        """Return the members of the problem document."""
        return {
            "type": self.href,
            "title": self.type.title,
            "status": self.status,
            "detail": self.detail,
            "instance": self.instance,
            **self.members,
        }


class Refusal(SixaikaError):
    """A request that is refused before the engine is asked: a slug of PROBLEM_TYPES and why."""

    def __init__(
        self,
        slug: str,
        detail: Sentence,
        *,
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        super().__init__(detail)
        self.type = PROBLEM_TYPES[slug]
        self.headers = dict(headers or {})
        self.members = members


Page = Callable[[Problem], Response]
"""What shows a problem to a browser."""


def request_id() -> str:
    """Return the identifier of the current request, the same in its answer and in the log."""
    return of(request.environ)


def problem_of(error: SixaikaError | HTTPException) -> Problem:
    """Describe an error; one that a request cannot cause by itself says nothing of its inside."""
    if isinstance(error, HTTPException):
        return _of_framework(error)
    if isinstance(error, Refusal):
        return _problem(error.type, error.args[0], error.members, error.headers)
    kind = type_of(error)
    detail = kind.explanation if kind.slug == "internal-error" else error.args[0]
    retry_after = getattr(error, "retry_after", None)
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return _problem(kind, detail, _members(error), headers)


def _problem(
    kind: ProblemType,
    detail: str,
    members: Mapping[str, object],
    headers: Mapping[str, str] | None = None,
) -> Problem:
    hint = {"hint": kind.hint} if kind.hint else {}
    timed = {"elapsed": time.perf_counter() - g.begun} if _is_timed(kind, members) else {}
    told = {**hint, **timed, **members}
    if "elapsed" in told:
        told["elapsed"] = round(cast(float, told["elapsed"]), _DIGITS)
    return Problem(
        type=kind, detail=detail, instance=request_id(), members=told, headers=headers or {}
    )


def _is_timed(kind: ProblemType, members: Mapping[str, object]) -> bool:
    """Tell whether a problem says how long it took: what a limit or a rule for queries ended."""
    return "limit" in members or kind.slug in _OF_QUERIES


def _of_framework(error: HTTPException) -> Problem:
    status = error.code or 500
    kind = OF_STATUS.get(status, PROBLEM_TYPES["bad-request" if status < 500 else "internal-error"])
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    limit = request.max_content_length
    members = {"limit": limit} if kind.slug == "body-too-large" and limit is not None else {}
    return _problem(kind, kind.explanation, members, headers)


def _members(error: SixaikaError) -> dict[str, object]:
    found = {name: getattr(error, name, None) for name in _TOLD}
    members: dict[str, object] = {
        name: value for name, value in found.items() if value not in (None, [])
    }
    if isinstance(error, NotAcceptable):
        members["available"] = list(error.offers)
    if isinstance(error, UnknownResource):
        members["similar"] = directory().similar(error.iri)
    if isinstance(error, QueryError):
        members |= _about_query(error, g.get("query", ""))
    return members


def _about_query(error: QueryError, text: str) -> dict[str, object]:
    members: dict[str, object] = {}
    if isinstance(error, MalformedQuery):
        members["query"] = text[:_QUERY_SHOWN]
        if error.line is not None and error.column is not None:
            members["offset"] = sparql_text.offset(text, error.line, error.column)
            members["excerpt"] = hints.excerpt(text, error.line, error.column)
    advice = hints.hint(text, error)
    return members | ({"hint": advice} if advice else {})


def respond(problem: Problem, page: Page) -> Response:
    """Write a problem in the form that the client reads: HTML, one line of text, else JSON."""
    accept = parse_accept(request.headers.get("Accept"))
    if prefers_html(accept, "graph", "results"):
        response = page(problem)
    elif set(accept.values()) == {"text/plain"}:
        line = f"{problem.status} {problem.type.title}: {problem.detail}\n"
        response = Response(line, mimetype="text/plain")
    else:
        body = json.dumps(problem.document(), ensure_ascii=False, indent=2) + "\n"
        response = Response(body, mimetype=MEDIA_TYPE)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    available = problem.members.get("available")
    if isinstance(available, list):
        link_alternates(response, among=available)
    response.vary.update(g.get("negotiated", ()))
    return vary(response)


def report(error: SixaikaError | HTTPException, page: Page) -> Response:
    """Turn an error into the response that reports it, and log what is this server's fault."""
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("%s %s %s", problem.instance, problem.type.slug, type(error).__name__)
    return respond(problem, page)


def install(app: Flask, page: Page) -> None:
    """Let an application report every error as a problem; `page` shows one to a browser."""
    for kind in (SixaikaError, HTTPException):
        app.register_error_handler(kind, lambda error: report(error, page))
