"""Which address on this server stands for which permanent IRI, and where moved addresses lead.

Identifiers do not depend on who hosts them (design/model.md C): `/id/x` is one IRI on any host.
"""

import unicodedata
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Response, request

from sixaika_graph.errors import UnknownResource
from sixaika_graph.formats import Format, by_suffix
from sixaika_graph.sentence import Sentence
from sixaika_graph.web.headers import redirect_to
from sixaika_graph.web.problems import Refusal
from sixaika_graph.web.service import directory, publication

_IDS: Final = "id/"
_CODE_LISTS: Final = "def/"


def iri_of(path: str) -> str:
    """Return the IRI whose address is a path of this server."""
    name = unicodedata.normalize("NFC", path).removeprefix("/")
    if name.startswith(_IDS):
        return publication().ids + name.removeprefix(_IDS)
    return publication().base + name


def thing_of(path: str) -> str:
    """Return the IRI of the thing whose documents stand below /data/ and /page/ at a path."""
    return iri_of(path if path.startswith(_CODE_LISTS) else _IDS + path)


def thing_path(iri: str) -> str:
    """Return the address of a thing on this server."""
    shown = publication()
    if iri.startswith(shown.ids):
        return f"/{_IDS}{iri.removeprefix(shown.ids)}"
    return "/" + iri.removeprefix(shown.base)


def data_path(iri: str) -> str:
    """Return the address of the RDF document about a thing."""
    return "/data/" + _document(iri)


def page_path(iri: str) -> str:
    """Return the address of the HTML page about a thing."""
    return "/page/" + _document(iri)


def _document(iri: str) -> str:
    shown = publication()
    return iri.removeprefix(shown.ids if iri.startswith(shown.ids) else shown.base)


def has_document(iri: str) -> bool:
    """Tell whether an IRI is one of those that stand for a thing with documents of its own."""
    shown = publication()
    return str(iri).startswith((shown.ids, shown.base + _CODE_LISTS))


def split_suffix(path: str) -> tuple[str, Format | None]:
    """Split a path into the name of a document and the format that its suffix fixes."""
    name, dot, suffix = path.rpartition(".")
    row = by_suffix(suffix, "graph", "dataset", "json", "html") if dot and name else None
    return (name, row) if row else (path, None)


def split_form(iri: str) -> tuple[str, Format | None]:
    """Split off a suffix, unless the IRI with it is that of a thing or an alias."""
    known = directory()
    return (iri, None) if iri in known or iri in known.aliases else split_suffix(iri)


def redirect_moved(iri: str, path_of: Callable[[str], str]) -> Response | None:
    """Redirect an alias to its thing (301), a trailing slash to the IRI without it (308).

    `path_of` gives the address of an IRI. None says that the IRI is that of a thing, or of one that
    was merged and is asked for by itself: `?redirect=no`.

    Raises:
        Refusal: the IRI was withdrawn.
        UnknownResource: it is none of these.
    """
    known = directory()
    bare = iri.rstrip("/")
    if iri in known:
        return None
    if bare != iri and (bare in known or bare in known.aliases):
        return redirect_to(path_of(bare), HTTPStatus.PERMANENT_REDIRECT)
    if iri in known.retired.successors and request.args.get("redirect") == "no":
        return None
    if iri in known.aliases:
        return redirect_to(path_of(known.aliases[iri]), HTTPStatus.MOVED_PERMANENTLY)
    withdrawn = known.retired.withdrawal(bare)
    if withdrawn is not None:
        # Nothing of the IRI is repeated: it may hold the name of a person.
        detail = Sentence(
            "It was withdrawn on {day} and will not be used again.", day=withdrawn.day
        )
        raise Refusal("gone", detail, withdrawn=withdrawn.day, reason=dict(withdrawn.reasons))
    raise UnknownResource(iri)
