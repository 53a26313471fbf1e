"""Content codings: which one a client takes, and a body in it (RFC 9110, 8.4 and 12.5.3).

Each coding is a representation of its own, so it has its own ETag.
"""

import gzip
import re
from collections.abc import Callable, Mapping
from typing import Final

import brotli
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

IDENTITY: Final = ""
SMALLEST: Final = 1024
"""Bytes below which a body is not worth a coding."""

# The level of each from which on more time saves hardly a byte.
CODINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=4)),
    "gzip": lambda body: gzip.compress(body, 5, mtime=0),
}
_CODED: Final = re.compile(rf'-(?:{"|".join(CODINGS)})"')
_TEXTS: Final = ("application/n-triples", "application/n-quads", "application/trig")
_ENDINGS: Final = ("json", "xml", "javascript", "sparql-query")


def preferred_coding(accept_encoding: str) -> str:
    """Return the coding that a client likes best, of those that exist here."""
    accepted = parse_accept_header(accept_encoding, Accept)
    best = max(CODINGS, key=accepted.quality)
    quality = accepted.quality(best)
    # Unless it is named, the identity is liked no more than any coding.
    identity = max((liked for name, liked in accepted if name == "identity"), default=0)
    return best if quality and quality >= identity else IDENTITY


def encode(body: bytes, coding: str) -> bytes:
    """Return a body in a coding."""
    return CODINGS[coding](body)


def is_worth_coding(content_type: str, length: int) -> bool:
    """Tell whether a body is text, which a coding makes smaller, and long enough for it."""
    media_type = content_type.partition(";")[0].strip().lower()
    is_text = media_type.startswith("text/") or media_type in _TEXTS
    return length >= SMALLEST and (is_text or media_type.endswith(_ENDINGS))


def coded(etag: str, coding: str) -> str:
    """Return the ETag of a representation in a coding."""
    return f'{etag[:-1]}-{coding}"'


def uncoded(etags: str) -> str:
    """Return ETags without their codings."""
    return _CODED.sub('"', etags)
