"""Signposts: typed links from a document to all that a program looks for beside it.

https://signposting.org/FAIR/ in the Link header, and as a linkset (RFC 9264) of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask import Response

from sixaika_graph.web.addresses import data_path
from sixaika_graph.web.alternates import link_alternates
from sixaika_graph.web.collection import kinds
from sixaika_graph.web.frame import LICENCE
from sixaika_graph.web.framed import SCHEMA, frame_name
from sixaika_graph.web.service import directory, publication

LINKSET: Final = "application/linkset+json"
_SHAPES: Final = "/shapes"


@dataclass(frozen=True)
class Signpost:
    """One link: its relation, its target, and the media type of the target, "" for none."""

    relation: str
    href: str
    media_type: str = ""

    def __str__(self) -> str:
        kind = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{self.href}>; rel="{self.relation}"{kind}'


def signposts(iri: str) -> tuple[Signpost, ...]:
    """Return the links of the documents about a thing, without their alternates."""
    return () if publication().file else tuple(_signposts(iri))


def link_signposts(response: Response, iri: str, *links: str) -> Response:
    """Name in the Link header of a document its thing, the signposts and the alternates."""
    described = f'<{iri}>; rel="describes"'
    return link_alternates(response, described, *links, *map(str, signposts(iri)))


def _signposts(iri: str) -> Iterator[Signpost]:
    types = directory().types.get(iri, ())
    yield Signpost("cite-as", iri)
    yield from (Signpost("type", kind) for kind in types)
    yield Signpost("license", LICENCE)
    yield Signpost("describedby", _SHAPES)
    yield Signpost("describedby", f"/schemas/{frame_name(types)}.json", SCHEMA)
    whole = _collection(iri)
    if whole is not None:
        yield Signpost("collection", whole)
    yield Signpost("linkset", linkset_path(iri), LINKSET)


def _collection(iri: str) -> str | None:
    """Return the list that a thing is on: that of its kind, or the scheme of a concept."""
    place = data_path(iri).rpartition("/")[0]
    kind = place.removeprefix("/data/")
    in_scheme = kind.startswith("def/") and f"{publication().base}{kind}" in directory()
    return place if in_scheme or kind in kinds() else None


def linkset_path(iri: str) -> str:
    """Return the address of the linkset of a thing."""
    return "/linkset/" + data_path(iri).removeprefix("/data/")
