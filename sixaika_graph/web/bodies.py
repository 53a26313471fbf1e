"""The bodies of requests: each is read in front of all else, so many at a time and no more.

The server hands out a request once its headers are there, so a thread waits for the rest. And
Werkzeug ends a body without a length at its limit as if nothing had followed
(https://www.rfc-editor.org/rfc/rfc9112#section-7.1), so a part of a query would be answered.
"""

import sys
import threading
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final

from sixaika_graph.web.keys import BODILESS, BODY_LIMIT, CUT, UNREAD

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_READ_ON: Final = 32 * 2**20
"""Bytes of a body too large that are still read."""
_PIECE: Final = 64 * 1024
_SEEN: Final = "sixaika.seen"


class Bodies:
    """A WSGI application that gives another one whole bodies, with their length.

    It waits for `at_once` of them at a time. Where these keep it waiting, the body of a further
    request is not read, and the other application is told so by `UNREAD`; of one that ended before
    its length by `CUT`. Whether one in chunks ended early, granian does not tell.
    """

    def __init__(self, inner: "WSGIApplication", at_once: int) -> None:
        self._inner = inner
        self._places = threading.BoundedSemaphore(at_once)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request."""
        self.read(environ)
        return self._inner(environ, start_response)

    def read(self, environ: "WSGIEnvironment") -> None:
        """Read the body of a request that can have one, once and for all."""
        if environ["REQUEST_METHOD"] not in BODILESS and _SEEN not in environ:
            environ[_SEEN] = True
            if self._places.acquire(blocking=False):
                try:
                    _read(environ)
                finally:
                    self._places.release()
            else:
                environ[UNREAD] = True


def _read(environ: "WSGIEnvironment") -> None:
    """Put a body into a request, up to one byte above the limit for one that is too long."""
    sent: BinaryIO = environ["wsgi.input"]
    length = _length(environ)
    body = b"".join(_pieces(sent, min(length, BODY_LIMIT + 1)))
    if len(body) < min(length, BODY_LIMIT + 1) and environ.get("CONTENT_LENGTH"):
        environ[CUT] = len(body)
    if len(body) > BODY_LIMIT:
        # Most clients read no answer before they have sent all; an early one is a broken pipe.
        for _ in _pieces(sent, min(length - len(body), _READ_ON)):
            pass
    environ["wsgi.input"] = BytesIO(body)
    if not environ.get("CONTENT_LENGTH"):
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)


def _length(environ: "WSGIEnvironment") -> int:
    """Return how many bytes may be read: to ask for more than is announced may wait for ever.

    https://peps.python.org/pep-3333/#input-and-error-streams; a body in chunks has an end.
    """
    announced = environ.get("CONTENT_LENGTH") or ""
    if announced.isascii() and announced.isdigit():
        return int(announced)
    return sys.maxsize if "HTTP_TRANSFER_ENCODING" in environ else 0


def _pieces(sent: BinaryIO, most: int) -> Iterable[bytes]:
    while most > 0 and (piece := sent.read(min(most, _PIECE))):
        most -= len(piece)
        yield piece
