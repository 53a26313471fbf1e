"""The W3C Reconciliation Service API 0.2, as OpenRefine and others speak it; without JSONP.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from collections.abc import Mapping
from typing import Any, Final, cast

from flask import Blueprint, Response, render_template, request

from sixaika_graph.errors import UnknownResource
from sixaika_graph.sentence import Sentence
from sixaika_graph.web import parameters
from sixaika_graph.web.batch import read_batch
from sixaika_graph.web.candidates import Candidate, reconcile
from sixaika_graph.web.extension import extend
from sixaika_graph.web.headers import EMBEDDABLE
from sixaika_graph.web.identifiers import meaning
from sixaika_graph.web.language import current_language
from sixaika_graph.web.lookup import Lookup, lookup
from sixaika_graph.web.manifest import manifest
from sixaika_graph.web.problems import Refusal
from sixaika_graph.web.protocol import FORM
from sixaika_graph.web.schema import schema
from sixaika_graph.web.suggestions import What, candidate_of, flyout, suggest

bp: Final = Blueprint("reconcile", __name__, url_prefix="/reconcile")

_FORMS: Final = (FORM, "multipart/form-data")
_DEEPEST: Final = 10_000
_MOST: Final = 500


@bp.route("", methods=["GET", "POST"])
def service() -> Response:
    """Answer a batch of queries, a data extension query, or say what this service is."""
    queries, extension = parameters.single("queries"), parameters.single("extend")
    known, language = lookup(), parameters.language()
    if queries is not None:
        return parameters.respond_json(_answers(queries, known, language))
    if extension is not None:
        return parameters.respond_json(extend(extension, known, schema(), language))
    if request.method == "POST":
        raise _unreadable()
    return parameters.respond_json(manifest(known, language))


def _unreadable() -> Refusal:
    if request.mimetype and request.mimetype not in _FORMS:
        detail = Sentence(
            "The body is {kind}; send {offered}.", kind=request.mimetype, offered=FORM
        )
        accepted = {"Accept-Post": FORM}
        return Refusal("unsupported-media-type", detail, headers=accepted, available=[FORM])
    return parameters.bad(
        "queries", Sentence("A POST needs a form with queries or extend, in JSON.")
    )


def _answers(text: str, known: Lookup, language: str) -> Mapping[str, object]:
    batch = read_batch(text, known, schema())
    answers: dict[str, object] = {
        name: {"result": [_candidate(one, known, language) for one in found]}
        for name, found in reconcile(batch.queries, known).items()
    }
    return answers | {
        name: {"result": [], "error": detail} for name, detail in batch.errors.items()
    }


def _candidate(one: Candidate, known: Lookup, language: str) -> dict[str, Any]:
    features: list[dict[str, object]] = [
        {"id": "name", "value": round(one.name, 1)},
        {"id": "exact", "value": one.exact},
    ]
    features += [{"id": iri, "value": round(value, 1)} for iri, value in one.values.items()]
    return {
        **candidate_of(one.entry, known, language, types="type"),
        "score": one.score,
        "match": one.match,
        "features": features,
    }


@bp.get("/suggest/<any(entity, type, property):what>")
@bp.get("/suggest/<any(entity, type, property):what>/<any(en, fi, sv):tongue>")
def suggestions(what: str, tongue: str = "") -> Response:
    """Suggest things, classes or properties for what a user has typed."""
    prefix = parameters.single("prefix") or ""
    cursor = parameters.whole("cursor", 0, 0, _DEEPEST)
    language = tongue or parameters.language()
    return parameters.respond_json(
        suggest(cast(What, what), prefix, cursor, lookup(), schema(), language)
    )


@bp.get("/flyout/<any(entity, type, property):what>")
def small_preview(what: str) -> Response:
    """Describe one thing, class or property in a few words of HTML inside JSON."""
    name = parameters.single("id") or ""
    return parameters.respond_json(
        flyout(cast(What, what), name, lookup(), schema(), parameters.language())
    )


@bp.get("/preview")
def preview() -> Response:
    """Show a thing in a small page that other sites may put into a frame."""
    asked, known = parameters.single("id") or "", lookup()
    found = next((iri for iri in meaning(asked, known).iris if iri in known.entries), None)
    if found is None:
        raise UnknownResource(asked)
    item = candidate_of(known.entries[found], known, current_language(), types="type")
    codes = [name.text for name in known.entries[found].texts("code")]
    response = Response(render_template("preview.html", item=item, codes=codes))
    response.headers["Content-Security-Policy"] = EMBEDDABLE
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/propose")
@bp.get("/propose/<any(en, fi, sv):tongue>")
def propose(tongue: str = "") -> Response:
    """Propose the properties that the things of a class have, the commonest first."""
    asked = parameters.single("type") or ""
    limit = parameters.whole("limit", _MOST, 1, 1_000_000)
    offered, language = schema(), tongue or parameters.language()
    kind = next(iter(lookup().classes_named(asked)), "")
    properties = offered.by_class.get(kind, offered.properties)[:limit]
    return parameters.respond_json(
        {
            "type": asked,
            "limit": limit,
            "properties": [{"id": iri, "name": offered.name(iri, language)} for iri in properties],
        }
    )
