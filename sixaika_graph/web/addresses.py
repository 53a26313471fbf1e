"""Which address on this server stands for which permanent IRI, and where moved addresses lead.

Identifiers do not depend on who hosts them (design/model.md C): `/id/x` on any host is BASE + id/x.
"""

import unicodedata
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Response

from sixaika_graph.errors import UnknownResource
from sixaika_graph.formats import Format, by_suffix
from sixaika_graph.namespaces import BASE, ID
from sixaika_graph.web.headers import redirect_to
from sixaika_graph.web.service import directory

_CODE_LISTS: Final = "def/"


def iri_of(path: str) -> str:
    """Return the IRI whose address is a path of this server."""
    return BASE + unicodedata.normalize("NFC", path).removeprefix("/")


def thing_of(path: str) -> str:
    """Return the IRI of the thing whose documents stand below /data/ and /page/ at a path."""
    return iri_of(path if path.startswith(_CODE_LISTS) else f"id/{path}")


def thing_path(iri: str) -> str:
    """Return the address of a thing on this server."""
    return "/" + iri.removeprefix(BASE)


def data_path(iri: str) -> str:
    """Return the address of the RDF document about a thing."""
    return "/data/" + _document(iri)


def page_path(iri: str) -> str:
    """Return the address of the HTML page about a thing."""
    return "/page/" + _document(iri)


def _document(iri: str) -> str:
    return iri.removeprefix(ID) if iri.startswith(ID) else iri.removeprefix(BASE)


def split_suffix(path: str) -> tuple[str, Format | None]:
    """Split a path into the name of a document and the format that its suffix fixes."""
    name, dot, suffix = path.rpartition(".")
    row = by_suffix(suffix, "graph", "html") if dot and name else None
    return (name, row) if row else (path, None)


def redirect_moved(iri: str, path_of: Callable[[str], str]) -> Response | None:
    """Redirect an alias to its thing (301), a trailing slash to the IRI without it (308).

    `path_of` gives the address of an IRI. None says that the IRI is that of a thing.

    Raises:
        UnknownResource: it is neither.
    """
    known = directory()
    bare = iri.rstrip("/")
    if iri in known:
        return None
    if bare != iri and (bare in known or bare in known.aliases):
        return redirect_to(path_of(bare), HTTPStatus.PERMANENT_REDIRECT)
    if iri in known.aliases:
        return redirect_to(path_of(known.aliases[iri]), HTTPStatus.MOVED_PERMANENTLY)
    raise UnknownResource(iri)
