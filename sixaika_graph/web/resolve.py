"""From identifiers of any kind to IRIs, labels and documents, one or a thousand at a time.

What is unknown or ambiguous is reported in its place; it never fails the others.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, request

from sixaika_graph.errors import NotAcceptable, UnknownResource
from sixaika_graph.sentence import Sentence
from sixaika_graph.web import parameters
from sixaika_graph.web.evidence import statements_on
from sixaika_graph.web.headers import redirect_to
from sixaika_graph.web.identifiers import meaning
from sixaika_graph.web.links import path_of
from sixaika_graph.web.lookup import Lookup, lookup
from sixaika_graph.web.negotiation import parse_accept, prefers_html, vary
from sixaika_graph.web.problems import Refusal
from sixaika_graph.web.protocol import FORM
from sixaika_graph.web.things import documents, thing

bp: Final = Blueprint("resolve", __name__)

MOST: Final = 1000
"""Identifiers that one request may have."""

_LINES: Final = "text/plain"
_BODIES: Final = (parameters.JSON, _LINES, FORM, "multipart/form-data")
_SHOWN: Final = 200


@bp.get("/resolve")
def resolve() -> Response:
    """Resolve one identifier, or tell which statements rest on a source page.

    A browser is led to the page of what is meant.
    """
    identifier, source = parameters.single("id"), parameters.single("source")
    sent = [text for text in (identifier, source) if text is not None]
    if len(sent) != 1 or not sent[0].strip():
        raise parameters.bad("id", Sentence("Send one id, or one source: the address of a page."))
    html = _wants_html()
    if source is not None:
        return _source(source, html=html)
    asked = parameters.readable(identifier or "")
    found = _resolved(asked, lookup(), parameters.language())
    if "error" in found and "candidates" not in found:
        raise UnknownResource(asked[:_SHOWN])
    if html and "iri" in found:
        return vary(_to_page(found["iri"]))
    return vary(parameters.respond_json(found))


@bp.post("/resolve")
def resolve_many() -> Response:
    """Resolve up to a thousand identifiers, in the order in which they were sent."""
    identifiers = read_identifiers()
    known, language = lookup(), parameters.language()
    results = [_resolved(one, known, language) for one in identifiers]
    unresolved = sum("error" in one for one in results)
    return parameters.respond_json(
        {"resolved": len(results) - unresolved, "unresolved": unresolved, "results": results}
    )


def read_identifiers() -> Sequence[object]:
    """Read the body: a list in JSON, a line for each, or a form with id again and again.

    Raises:
        Refusal: it is none of these, or has too many.
    """
    sent = _sent()
    if len(sent) > MOST:
        detail = Sentence(
            "At most {limit} identifiers can be sent at once, not {sent}.",
            limit=MOST,
            sent=len(sent),
        )
        raise Refusal("too-many", detail, limit=MOST)
    return sent


def _sent() -> Sequence[object]:
    if request.mimetype == parameters.JSON:
        sent = parameters.parse_json("The body", _text())
        sent = sent.get("ids") if isinstance(sent, dict) else sent
        if not isinstance(sent, list):
            raise parameters.bad("ids", Sentence("The body is a JSON list of identifiers."))
        return sent
    if request.mimetype == _LINES:
        return [line for line in _text().splitlines() if line.strip()]
    if request.mimetype in _BODIES:
        sent = request.form.getlist("id")
        if not sent:
            detail = Sentence(
                "The form has no id. A list in JSON needs Content-Type: {type}.",
                type=parameters.JSON,
            )
            raise parameters.bad("id", detail)
        return sent
    offered = ", ".join(_BODIES[:3])
    raise Refusal(
        "unsupported-media-type",
        Sentence(
            "The body is {kind}; send {offered}.",
            kind=request.mimetype or Sentence("of no known type"),
            offered=offered,
        ),
        headers={"Accept-Post": offered},
        available=list(_BODIES[:3]),
    )


def _text() -> str:
    """Return the body without the byte order mark that some editors put before a text."""
    return request.get_data().decode("utf-8-sig", "replace")


def _resolved(asked: object, known: Lookup, language: str) -> dict[str, Any]:
    if not isinstance(asked, str):
        return {"id": asked, "error": "unreadable", "detail": "An identifier is a text."}
    text = parameters.readable(asked)
    means = meaning(text, known)
    if len(means.iris) == 1:
        (iri,) = means.iris
        described = thing(iri, known, language)
        return {"id": text, "by": means.how, **described, "documents": documents(iri)}
    if means.iris:
        detail = Sentence("{number} things have this identifier.", number=len(means.iris))
        return {"id": text, "error": "ambiguous", "detail": detail, "candidates": [*means.iris]}
    return {"id": text[:_SHOWN], "error": "unknown", "detail": "Nothing has this identifier."}


def _wants_html() -> bool:
    accept = parse_accept(request.headers.get("Accept"))
    if prefers_html(accept, "results"):
        return True
    if not accept.quality(parameters.JSON):
        raise NotAcceptable([parameters.JSON, "text/html"])
    return False


def _to_page(iri: str) -> Response:
    path, _, fragment = (path_of(iri) or "/").partition("#")
    response = redirect_to(path, HTTPStatus.SEE_OTHER, keep_query=False)
    asked = parameters.language()
    response.headers["Location"] += (f"?lang={asked}" if asked else "") + (
        f"#{fragment}" if fragment else ""
    )
    return response


def _source(address: str, *, html: bool) -> Response:
    limit = parameters.whole("limit", MOST, 1, MOST)
    offset = parameters.whole("offset", 0, 0, 10**6)
    found = statements_on(address, lookup(), parameters.language(), limit=limit, offset=offset)
    sources = found["sources"]
    if html and isinstance(sources, list) and len(sources) == 1:
        source: Mapping[str, str] = sources[0]
        return vary(_to_page(source["iri"]))
    return vary(parameters.respond_json(found))
