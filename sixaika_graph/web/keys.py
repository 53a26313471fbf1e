"""The key of a request: all that its answer depends on, in one spelling.

Two requests with the same key get the same answer, so no view may read a header of the request that
is not in the key; the many spellings of one preference are one key where that is cheap to tell.
"""

from functools import lru_cache
from hashlib import blake2b
from io import BytesIO
from typing import TYPE_CHECKING, Final

from sixaika_graph.web.codings import IDENTITY, preferred_coding
from sixaika_graph.web.language import best_language
from sixaika_graph.web.negotiation import parse_accept
from sixaika_graph.web.replies import Key

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

BODY_LIMIT: Final = 1_000_000
"""Bytes that the body of a request may have."""
LONGEST: Final = 2048
"""Characters of negotiated headers beyond which a request has no key."""

HEADED: Final = "sixaika.headed"
"""What stands in the environment of a request that can be answered without a body."""

UNREAD: Final = "sixaika.unread"
"""What stands in the environment of a request whose body was left unread."""

CUT: Final = "sixaika.cut"
"""Where in the environment of a request whose body ended early stands how many bytes came."""

# These ask for a part, for a condition that an application may refuse, or to be one of a kind.
_SINGLE: Final = frozenset(
    {"HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_QUERY_ID", UNREAD, CUT}
)
BODILESS: Final = frozenset({"GET", "HEAD"})
_WITH_BODY: Final = frozenset({"POST", "QUERY"})


def key_of(environ: "WSGIEnvironment", version: str) -> Key | None:
    """Return the key of a request, None if it has none; a body is read and put back.

    HEAD has the key of GET. The last part is the content coding that the client likes best.
    """
    method = environ["REQUEST_METHOD"]
    if is_single(environ):
        return None
    if method in BODILESS:
        method, body = "GET", ""
    elif method in _WITH_BODY:
        digest = _digest(environ)
        if digest is None:
            return None
        body = f"{environ.get('CONTENT_TYPE', '')} {digest}"
    else:
        return None
    get = environ.get
    accept, language = get("HTTP_ACCEPT", ""), get("HTTP_ACCEPT_LANGUAGE", "")
    coding, profile = get("HTTP_ACCEPT_ENCODING", ""), get("HTTP_ACCEPT_PROFILE", "")
    if len(accept) + len(language) + len(coding) + len(profile) > LONGEST:
        return None
    return (
        version,
        method,
        get("SCRIPT_NAME", ""),
        environ["PATH_INFO"],
        environ["QUERY_STRING"],
        body,
        profile,
        *_negotiated(accept, language, coding),
    )


def is_single(environ: "WSGIEnvironment") -> bool:
    """Tell whether a request is one of a kind by its headers, or lacks what it must have."""
    return not _SINGLE.isdisjoint(environ) or not has_host(environ)


def has_host(environ: "WSGIEnvironment") -> bool:
    """Tell whether a request names one host; granian joins two by a comma."""
    host = environ.get("HTTP_HOST", "")
    return bool(host) and "," not in host and " " not in host


def plain(key: Key) -> Key:
    """Return the key of the same representation without a content coding."""
    return (*key[:-1], IDENTITY)


# Bounded by the number of entries and by LONGEST: 1 MiB at most.
@lru_cache(maxsize=256)
def _negotiated(accept: str, language: str, coding: str) -> tuple[str, str, str]:
    """Bring the headers that are negotiated with to one spelling."""
    return (
        parse_accept(accept).to_header(),
        best_language(language),
        preferred_coding(coding),
    )


def _digest(environ: "WSGIEnvironment") -> str | None:
    """Read the body of a request for its digest; None for one of unknown or excessive length."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isascii() or not length.isdigit() or int(length) > BODY_LIMIT:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return blake2b(body, digest_size=20).hexdigest() if len(body) == int(length) else None
