"""Bodies without a length: they are read up to the limit and given one, in front of all else.

Werkzeug ends such a body at its limit as if nothing had followed
(https://www.rfc-editor.org/rfc/rfc9112#section-7.1), so a part of a query would be answered.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from sixaika_graph.web.keys import BODILESS, BODY_LIMIT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def measured(inner: "WSGIApplication") -> "WSGIApplication":
    """Let an application see the length of every body, one above the limit for all too long."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not environ.get("CONTENT_LENGTH") and environ["REQUEST_METHOD"] not in BODILESS:
            body = _read(environ)
            environ["wsgi.input"] = BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            environ.pop("HTTP_TRANSFER_ENCODING", None)
        return inner(environ, start_response)

    return application


def _read(environ: "WSGIEnvironment") -> bytes:
    body = bytearray()
    while len(body) <= BODY_LIMIT:
        piece = environ["wsgi.input"].read(BODY_LIMIT + 1 - len(body))
        if not piece:
            break
        body += piece
    return bytes(body)
