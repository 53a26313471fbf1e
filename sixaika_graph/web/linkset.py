"""The linkset of a thing (RFC 9264): all typed links of it, of its page and of its data."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from flask import Blueprint, Response

from sixaika_graph.web import parameters
from sixaika_graph.web.addresses import data_path, page_path, redirect_moved, thing_of
from sixaika_graph.web.alternates import Alternate
from sixaika_graph.web.resources import document_about
from sixaika_graph.web.signposts import LINKSET, Signpost, linkset_path, signposts
from sixaika_graph.web.things import absolute

bp: Final = Blueprint("linkset", __name__)


@bp.get("/linkset/<path:path>")
def linkset(path: str) -> Response:
    """Serve all links of the documents about a thing, and those of the thing itself."""
    iri = thing_of(path)
    moved = redirect_moved(iri, linkset_path)
    if moved is not None:
        return moved
    alternates = document_about(iri).alternates()
    links = signposts(iri)
    own = [link for link in links if link.relation != "cite-as"]
    described = [_described(one) for one in alternates]
    copies = [Signpost("alternate", one.href, one.format.media_type) for one in alternates]
    contexts = [
        _context(iri, [*own, *described]),
        _context(absolute(page_path(iri)), [*links, *copies]),
        _context(absolute(data_path(iri)), [*links, *copies]),
    ]
    response = parameters.respond_json({"linkset": contexts})
    response.mimetype = LINKSET
    return response


def _described(one: Alternate) -> Signpost:
    return Signpost("describedby", one.href, one.format.media_type)


def _context(anchor: str, links: Sequence[Signpost]) -> Mapping[str, object]:
    targets: dict[str, list[dict[str, str]]] = defaultdict(list)
    for link in links:
        href = absolute(link.href) if link.href.startswith("/") else link.href
        kind = {"type": link.media_type} if link.media_type else {}
        targets[link.relation].append({"href": href, **kind})
    return {"anchor": anchor, **targets}
