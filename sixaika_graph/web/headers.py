"""The headers that every answer has: CORS, safety, the identifier of its request."""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from flask import Flask, Response, current_app, g, request
from markupsafe import escape

from sixaika_graph.errors import Overloaded
from sixaika_graph.sentence import Sentence
from sixaika_graph.web.keys import CUT, UNREAD, has_host
from sixaika_graph.web.language import LANGUAGES
from sixaika_graph.web.parameters import bad
from sixaika_graph.web.plain_query import ASKED, Asked
from sixaika_graph.web.problems import Refusal, request_id
from sixaika_graph.web.responses import total_time

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ADDRESS_LIMIT: Final = 8192
"""Bytes of path and query string that an address may have."""

_RETRY: Final = 10
"""Seconds after which to send a body again where too many are awaited."""

_ALLOWED: Final = (
    "Accept, Accept-Language, Accept-Profile, Content-Type, If-Match, If-Modified-Since, "
    "If-None-Match, Query-Id, X-Requested-With, *"
)
_EVERYWHERE: Final = (
    ("Access-Control-Allow-Origin", "*"),
    # All of them, for nothing here is answered with credentials.
    ("Access-Control-Expose-Headers", "*"),
    ("X-Content-Type-Options", "nosniff"),
)
_REDIRECTION: Final = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{status}</title></head>'
    '<body><p><a href="{link}">{link}</a></p></body></html>\n'
)
_QUERY_CHARACTERS: Final = "%/?:@!$&'()*+,;="
# No inline script or style, so that nothing in the data can become one.
_HTML_POLICY: Final = (
    "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; "
    "object-src 'none'"
)
EMBEDDABLE: Final = _HTML_POLICY.replace("frame-ancestors 'self'", "frame-ancestors *")
"""The policy of a page that other sites may put into a frame."""


def install(app: Flask) -> None:
    """Give all answers of an application, errors too, their common headers."""
    app.before_request(_begin)
    app.after_request(_complete)


def completed(inner: "WSGIApplication") -> "WSGIApplication":
    """Return an application whose answers have the headers that are the same on all."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[..., object]:
            return start_response(status, [*headers, *_EVERYWHERE], *rest)

        return inner(environ, start)

    return answer


def _begin() -> Response | None:
    environ = request.environ
    asked: Asked | None = environ.get(ASKED)
    g.begun = asked.begun if asked else time.perf_counter()
    _check_address(environ)
    _check_body(environ)
    _check_host(environ)
    _check_coding(environ)
    if environ["REQUEST_METHOD"] == "OPTIONS":
        return _answer_preflight()
    if "lang=" in environ["QUERY_STRING"]:
        _check_language()
    return _leave_trailing_slash() if environ["PATH_INFO"].endswith("/") else None


def _check_address(environ: "WSGIEnvironment") -> None:
    if len(environ["PATH_INFO"]) + len(environ["QUERY_STRING"]) > ADDRESS_LIMIT:
        detail = Sentence("The address has more than {limit} bytes.", limit=ADDRESS_LIMIT)
        raise Refusal("url-too-long", detail, limit=ADDRESS_LIMIT)


def _check_body(environ: "WSGIEnvironment") -> None:
    if UNREAD in environ:
        raise Overloaded(
            retry_after=_RETRY,
            reason=Sentence("As many bodies as may be are on their way, and slow ones."),
        )
    if CUT in environ:
        detail = Sentence(
            "The body ended after {came} bytes; more were announced.", came=environ[CUT]
        )
        raise Refusal("bad-request", detail)


def _check_host(environ: "WSGIEnvironment") -> None:
    """Refuse what HTTP/1.1 wants refused (https://www.rfc-editor.org/rfc/rfc9112#section-3.2)."""
    if environ["SERVER_PROTOCOL"] == "HTTP/1.1" and not has_host(environ):
        raise Refusal("bad-request", Sentence("The request has not one Host header with one host."))


def _check_coding(environ: "WSGIEnvironment") -> None:
    """Refuse a body in a coding, which nothing here undoes.

    https://www.rfc-editor.org/rfc/rfc9110#section-15.5.16
    """
    coding = environ.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if coding not in ("", "identity") and request.content_length:
        raise Refusal(
            "unsupported-media-type",
            Sentence("The body has the content coding {coding}; send it without.", coding=coding),
            headers={"Accept-Encoding": "identity"},
        )


def _check_language() -> None:
    """Refuse a language that nothing here has; the portals' interface knows no such parameter."""
    asked = request.args.get("lang")
    if asked and asked not in LANGUAGES and not request.path.startswith("/api/"):
        detail = Sentence(
            "lang is {known}, not {text!r}.", known=", ".join(LANGUAGES), text=asked[:40]
        )
        raise bad("lang", detail, LANGUAGES)


def _answer_preflight() -> Response | None:
    """Answer OPTIONS for every address that exists (https://fetch.spec.whatwg.org/)."""
    if request.routing_exception is not None:
        return None
    response = current_app.make_default_options_response()
    response.status_code = HTTPStatus.NO_CONTENT
    response.headers["Allow"] = ", ".join(sorted(response.allow))
    response.headers["Access-Control-Allow-Methods"] = response.headers["Allow"]
    response.headers["Access-Control-Allow-Headers"] = _ALLOWED
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _leave_trailing_slash() -> Response | None:
    """Lead from an address with a trailing slash to the one without; 308 keeps the method."""
    path = request.path.rstrip("/")
    if request.url_rule is not None or not path:
        return None
    adapter = current_app.create_url_adapter(request)
    if adapter is None or not adapter.test(path, request.method):
        return None
    return redirect_to(path, HTTPStatus.PERMANENT_REDIRECT)


def redirect_to(
    path: str, status: HTTPStatus, *, keep_query: bool = True, fragment: str = ""
) -> Response:
    """Redirect to a path of this server, which is not encoded yet; the query string stays."""
    target = quote(request.root_path + path)
    if keep_query and request.query_string:
        target += "?" + quote(request.query_string, safe=_QUERY_CHARACTERS)
    target += fragment
    # XHTML, for this is hypertext in no language, while HTML here is negotiated by language.
    link = escape(target)
    body = _REDIRECTION.format(status=status.value, link=link)
    response = Response(body, status, mimetype="application/xhtml+xml")
    response.headers["Location"] = target
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _complete(response: Response) -> Response:
    headers = response.headers
    headers.add("X-Request-Id", request_id())
    total, engine = total_time(g.begun), headers.get("Server-Timing")
    headers["Server-Timing"] = f"{engine}, {total}" if engine else total
    if response.status_code == HTTPStatus.NO_CONTENT:
        # Nothing describes a body, and how it was chosen, where there is none.
        for name in ("Content-Type", "Content-Language", "Vary"):
            headers.pop(name, None)
    elif headers.get("Content-Type", "").startswith(("text/html", "application/xhtml+xml")):
        headers.setdefault("Content-Security-Policy", _HTML_POLICY)
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    if 300 <= response.status_code < 400:
        _lead_to_a_path(response)
    return response


def _lead_to_a_path(response: Response) -> None:
    """Take the host out of the framework's own redirects, which repeat the Host header."""
    location = response.headers.get("Location")
    if location is not None and location.startswith(request.host_url):
        # A path cannot be led astray by it.
        response.headers["Location"] = "/" + location.removeprefix(request.host_url).lstrip("/")
