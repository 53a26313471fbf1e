"""What XML 1.0 cannot hold, so that an answer in it is well-formed and says what is in the data.

The engine writes characters and names of properties as they are. https://www.w3.org/TR/xml/
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from sixaika_graph.errors import NotAcceptable
from sixaika_graph.formats import Format, of_kind

# https://www.w3.org/TR/xml/#charsets in UTF-8; three bytes are the longest of these.
_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_CARRIED: Final = 2
# A reader of XML takes a bare carriage return for a line feed
# (https://www.w3.org/TR/xml/#sec-line-ends); the engine writes none of its own.
_RETURN: Final = b"\r"
_WRITTEN_RETURN: Final = b"&#13;"
# https://www.w3.org/TR/xml-names/#NT-NCName at the end of an IRI.
_START: Final = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LOCAL_NAME: Final = re.compile(rf"[{_START}][{_START}0-9.\-\xb7\u0300-\u036f\u203f\u2040]*\Z")

_T = TypeVar("_T")


class Body:
    """A file that passes XML on to another one, as a reader of XML gets it back."""

    def __init__(self, write: Callable[[bytes], int], row: Format) -> None:
        self._write = write
        self._row = row
        self._last = b""

    def write(self, piece: bytes) -> int:
        """Write a piece.

        Raises:
            NotAcceptable: it has a character that no XML document has.
        """
        if _FORBIDDEN.search(self._last + piece):
            raise _refused(self._row, "The answer has a control character, which XML cannot hold.")
        self._last = piece[-_CARRIED:]
        self._write(piece.replace(_RETURN, _WRITTEN_RETURN))
        return len(piece)

    def flush(self) -> None:
        """Do nothing: the other file decides when pieces leave."""


def named(triples: Iterable[_T], iri_of: Callable[[_T], str], row: Format) -> Iterator[_T]:
    """Pass triples on whose properties can be names of elements; `iri_of` gives that of a triple.

    Raises:
        NotAcceptable: one cannot (https://www.w3.org/TR/rdf-syntax-grammar/#section-Serialising).
    """
    known: set[str] = set()
    for triple in triples:
        iri = iri_of(triple)
        if iri not in known:
            if _LOCAL_NAME.search(iri) is None:
                raise _refused(row, f"The property <{iri}> has no name that XML can write.")
            known.add(iri)
        yield triple


def _refused(row: Format, reason: str) -> NotAcceptable:
    others = (other.media_type for other in of_kind(row.kind) if other != row)
    return NotAcceptable([*others], reason=reason)
