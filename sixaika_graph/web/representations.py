"""RDF documents: of a thing, or by a site query, served in every format of a graph."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Response, request
from rdflib.term import Node

from sixaika_graph.engine import QueryRequest, Topic
from sixaika_graph.errors import NotAcceptable, UnknownResource
from sixaika_graph.formats import Format, of_kind
from sixaika_graph.queries import bind
from sixaika_graph.web import parameters, responses
from sixaika_graph.web.addresses import iri_of
from sixaika_graph.web.alternates import Alternate, link_alternates, offer
from sixaika_graph.web.framed import framed, read_nodes
from sixaika_graph.web.freshness import CACHED
from sixaika_graph.web.negotiation import best, likes_html, parse_accept, require, vary
from sixaika_graph.web.profiles import PROVENANCE, say_profile, vary_by_profile
from sixaika_graph.web.protocol import read_formats
from sixaika_graph.web.released import released_on
from sixaika_graph.web.responses import unchanged
from sixaika_graph.web.service import directory, publication
from sixaika_graph.web.signposts import link_signposts

GRAPHS: Final = tuple(of_kind("graph"))
DATASETS: Final = tuple(of_kind("dataset"))
JSON: Final = next(of_kind("json"))
_HTML: Final = tuple(of_kind("html"))
FRAMED: Final = "application/ld+json"
"""The form of a graph that a JSON document is made of."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document: its path without a suffix, the path of its HTML, and what makes it.

    `html` is empty where it has no page. A path with a query takes `?format=` in place of a suffix.
    What is about a thing has a `topic`; where the document is the resource, a `query` makes it.
    `formats` are those of its data. `quads` is the query for its dataset: each statement in the
    graphs that make it. The `parameters` are those of both queries.
    """

    path: str
    html: str
    parameters: Mapping[str, Node | Sequence[Node]]
    query: str = ""
    topic: Topic | None = None
    formats: tuple[Format, ...] = GRAPHS
    quads: str = ""

    def alternates(self) -> list[Alternate]:
        """Return the addresses of all its representations."""
        before = "&format=" if "?" in self.path else "."
        rdf = [Alternate(f"{self.path}{before}{row.suffix}", row) for row in self.formats]
        html = [Alternate(self.html, row) for row in _HTML] if self.html else []
        return [*rdf, *html]


def thing_formats() -> tuple[Format, ...]:
    """Return the formats of the documents about things; those of a lone file have no sources."""
    return GRAPHS if publication().file else (*GRAPHS, *DATASETS, JSON)


def asked_format(
    fixed: Format | None, *, strictly: bool, formats: tuple[Format, ...] = GRAPHS
) -> Format:
    """Return the format of a document that a request asks for: by suffix, `?format=` or Accept.

    HTML has to be liked no less than data, and more than it where `strictly`. Of datasets alone
    there is no page.

    Raises:
        UnknownResource: the document has no such suffix.
        NotAcceptable: a document has none of the formats asked for.
        Refusal: `?format=` names no format.
    """
    named = read_formats(request)
    html = next(of_kind("html"))
    offered = formats if formats == DATASETS else (*formats, html)
    if fixed is not None:
        if fixed not in offered:
            raise UnknownResource(iri_of(request.path))
        return fixed
    if named is not None:
        found = next((row for row in named if row in offered), None)
        if found is None:
            raise NotAcceptable([row.media_type for row in offered], parameter="format")
        return found
    accept = parse_accept(request.headers.get("Accept"))
    if html in offered and likes_html(accept, best(accept, formats), strictly=strictly):
        return html
    return require(accept, formats)


def is_negotiated(fixed: Format | None) -> bool:
    """Tell whether the Accept header had a say."""
    return fixed is None and "format" not in request.args


def serve(document: Document, row: Format, fixed: Format | None) -> Response:
    """Serve a document in an RDF format, or say that the client's copy is still good."""
    # What is listed is there, so that its headers need no query.
    is_listed = document.topic is not None and document.topic["thing"] in directory().labels
    without_body = responses.headed if is_listed else unchanged
    bodiless = without_body(
        lambda: _complete(Response(content_type=row.content_type), document, row, fixed)
    )
    if bodiless is not None:
        return bodiless
    answer = publication().engine.query(_request(document, row))
    if row.kind == "json" and document.topic is not None:
        nodes = read_nodes(answer.read())
        body = parameters.written(framed(document.topic["thing"], nodes))
        response = Response(body, content_type=row.content_type)
        return _complete(response, document, row, fixed)
    return _complete(responses.respond(answer, row.content_type), document, row, fixed)


def _request(document: Document, row: Format) -> QueryRequest:
    is_dataset = row.kind == "dataset"
    topic = None if is_dataset else document.topic
    if topic is not None:
        text = f"DESCRIBE <{topic['thing']}>"
    else:
        query = publication().site[document.quads if is_dataset else document.query]
        known = {
            name: term for name, term in document.parameters.items() if name in query.parameters
        }
        text = bind(query, known)
    return QueryRequest(
        text=text,
        results_type=row.media_type if is_dataset else None,
        graph_type=FRAMED if row.kind == "json" else row.media_type,
        document=True,
        topic=topic,
        context=parameters.json_ld_context(row),
    )


def _complete(
    response: Response, document: Document, row: Format, fixed: Format | None
) -> Response:
    published = publication()
    query = document.quads if row.kind == "dataset" else document.query
    links = []
    if fixed is not None:
        links.append(f'<{document.path}>; rel="canonical"')
        name = f"{document.path.partition('?')[0].rpartition('/')[2]}.{row.suffix}"
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["ETag"] = responses.entity_tag(
        published.version,
        published.settings.public_url,
        published.site[query].text if query else "",
        document.path,
        row.media_type,
        parameters.json_ld_context(row),
    )
    if published.release is not None:
        response.last_modified = released_on()
    response.headers["Cache-Control"] = CACHED
    if document.topic is None:
        link_alternates(response, *links)
        return vary(response) if is_negotiated(fixed) else response
    if document.quads:
        links.append(say_profile(response, PROVENANCE if row.kind == "dataset" else ""))
    link_signposts(response, document.topic["thing"], *links)
    return vary_by_profile(vary(response)) if is_negotiated(fixed) else response


def offer_representations(document: Document) -> None:
    """Remember the representations of a document for the Link header."""
    offer(*document.alternates())
