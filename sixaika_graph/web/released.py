"""What was released beside the dataset, for the views that show it."""

import hashlib
from datetime import UTC, datetime
from typing import Final

from flask import current_app, request
from rdflib import Graph

from sixaika_graph.errors import UnknownResource
from sixaika_graph.namespaces import BASE
from sixaika_graph.release import Release
from sixaika_graph.web.service import publication

_KEY: Final = "sixaika.catalogue"


def release() -> Release:
    """Return what was released.

    Raises:
        UnknownResource: a lone file is served, which has no catalogue.
    """
    released = publication().release
    if released is None:
        raise UnknownResource(BASE + request.path.removeprefix("/"))
    return released


def catalogue_graph() -> Graph:
    """Return the catalogue as a graph, parsed once."""
    known = current_app.extensions
    if _KEY not in known:
        known[_KEY] = release().graph()
    graph: Graph = known[_KEY]
    return graph


def is_demonstration() -> bool:
    """Whether there is a catalogue that portals may not take: nobody answers for it in public."""
    shown = publication()
    return shown.release is not None and not shown.settings.for_harvesting


def released_on() -> datetime:
    """Return the beginning of the day of the last change of the data."""
    return datetime.fromisoformat(release().modified).replace(tzinfo=UTC)


def content_tag(body: bytes) -> str:
    """Return the ETag of a document: another program that writes the same has the same."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
