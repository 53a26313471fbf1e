"""Why a thing has the value that it has: every source's value, the chosen one, and the rule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from rdflib import Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from sixaika_graph.errors import UnknownResource
from sixaika_graph.sentence import Sentence
from sixaika_graph.web import parameters
from sixaika_graph.web.evidence import written
from sixaika_graph.web.facts import Facts, read_facts
from sixaika_graph.web.identifiers import meaning
from sixaika_graph.web.labels import Label, choose
from sixaika_graph.web.language import current_language
from sixaika_graph.web.links import curie, expand
from sixaika_graph.web.lookup import Lookup, lookup
from sixaika_graph.web.negotiation import vary
from sixaika_graph.web.problems import Refusal
from sixaika_graph.web.protocol import is_absolute
from sixaika_graph.web.statements import amount_told
from sixaika_graph.web.things import documents, named
from sixaika_graph.web.values import Link, Names, Value
from sixaika_graph.web.witnesses import Case, Record, Stated, Verdict, Witness, read_cases

bp: Final = Blueprint("why", __name__)

_SHOWN: Final = 200


@dataclass(frozen=True)
class ShownWitness:
    """One source on the page: what is known of its document, as far as it is known."""

    graph: Link
    document: Link | None
    kind: Link | None
    publisher: Link | None
    issued: Value | None
    seen: Value | None
    url: Link | None


@dataclass(frozen=True)
class ShownValue:
    """One value on the page."""

    value: Value
    preferred: bool
    witnesses: tuple[ShownWitness, ...]


@dataclass(frozen=True)
class ShownCase:
    """One case on the page; `rule` is that of the choice, or the reason why nothing is known."""

    language: str
    verdict: Verdict
    values: tuple[ShownValue, ...]
    rule: Link | None
    definition: Label | None
    comment: Label | None


@dataclass(frozen=True)
class WhyPage:
    """All that the page shows; `data` is the address of the same as JSON."""

    subject: Link
    property: Link
    cases: tuple[ShownCase, ...]
    data: str


@bp.get("/why")
def why() -> Response:
    """Tell of a property of a thing who states which value, and why one was chosen."""
    html = parameters.wants_html()
    known = lookup()
    subject, asked = _subject(known), _property()
    cases = read_cases(subject, asked)
    if not cases:
        raise _unsaid(subject, asked)
    if html:
        page = _page(subject, asked, cases)
        response = Response(render_template("why.html", why=page), mimetype="text/html")
        response.headers["X-Robots-Tag"] = "noindex"
    else:
        response = parameters.respond_json(_document(subject, asked, cases, known))
    return response if "format" in request.args else vary(response)


def _subject(known: Lookup) -> URIRef:
    text = (parameters.single("subject") or "").strip()
    if not text:
        raise parameters.bad(
            "subject", Sentence("subject is the IRI, short IRI or code of a thing.")
        )
    found = meaning(parameters.readable(text), known)
    if not found.iris:
        raise UnknownResource(text[:_SHOWN])
    if len(found.iris) > 1:
        detail = Sentence("{number} things have this identifier.", number=len(found.iris))
        raise parameters.bad("subject", detail, found.iris)
    return URIRef(found.iris[0])


def _property() -> URIRef:
    text = (parameters.single("property") or "").strip()
    found = expand(parameters.readable(text)) if text else None
    if found is None or not is_absolute(found):
        detail = Sentence("property is the IRI or short IRI of a property, such as schema:endDate.")
        raise parameters.bad("property", detail)
    return found


def _unsaid(subject: URIRef, asked: URIRef) -> Refusal:
    """Return the answer that nobody states the property, and what is stated of the thing."""
    said = sorted(curie(one) for one in read_facts([subject]).about(subject) if one != RDF.type)
    detail = Sentence(
        "Nothing is said of {thing} by {property}.",
        thing=curie(subject),
        property=curie(asked)[:_SHOWN],
    )
    return Refusal("not-found", detail, parameter="property", available=said)


def _document(
    subject: URIRef, asked: URIRef, cases: Iterable[Case], known: Lookup
) -> dict[str, object]:
    language = parameters.language()
    return {
        "subject": {**named(str(subject), known, language), "documents": documents(str(subject))},
        "property": {"iri": str(asked), "short": curie(asked)},
        "cases": [_case(case, known, language) for case in cases],
    }


def _case(case: Case, known: Lookup, language: str) -> dict[str, object]:
    return {
        "language": case.language or None,
        "verdict": case.verdict,
        "values": [
            {
                **written(one.value),
                "preferred": one.preferred,
                "witnesses": [_witness(witness, known, language) for witness in one.witnesses],
            }
            for one in case.values
        ],
        "record": _record(case.record, known, language) if case.record else None,
    }


def _witness(witness: Witness, known: Lookup, language: str) -> dict[str, object]:
    about = {
        name: named(str(term), known, language)
        if isinstance(term, URIRef) and name != "url"
        else str(term)
        for name, term in witness.about.items()
    }
    return {"graph": str(witness.graph), **about}


def _record(record: Record, known: Lookup, language: str) -> dict[str, object]:
    texts = {"definition": record.definitions, "comment": record.comments}
    best = {name: choose(found, language) for name, found in texts.items()}
    return {
        "iri": str(record.iri),
        "rule": named(str(record.reason), known, language),
        **{name: label.text if label else None for name, label in best.items()},
        "chosen": [str(one) for one in record.chosen],
        "setAside": [str(one) for one in record.set_aside],
    }


def _page(subject: URIRef, asked: URIRef, cases: Sequence[Case]) -> WhyPage:
    names = Names({subject, asked} | {term for case in cases for term in case.terms()})
    facts = read_facts(
        one.value for case in cases for one in case.values if isinstance(one.value, URIRef)
    )
    pairs = {"subject": str(subject), "property": curie(asked), "format": "json"}
    return WhyPage(
        names.link(subject),
        names.link(asked),
        tuple(_shown(case, names, facts) for case in cases),
        f"{request.root_path}/why?{urlencode(pairs)}",
    )


def _shown(case: Case, names: Names, facts: Facts) -> ShownCase:
    record, language = case.record, current_language()
    return ShownCase(
        case.language,
        case.verdict,
        tuple(_value(one, names, facts) for one in case.values),
        names.link(record.reason) if record else None,
        choose(record.definitions, language) if record else None,
        choose(record.comments, language) if record else None,
    )


def _value(stated: Stated, names: Names, facts: Facts) -> ShownValue:
    return ShownValue(
        amount_told(facts, names, stated.value),
        stated.preferred,
        tuple(_shown_witness(one, names) for one in stated.witnesses),
    )


def _shown_witness(witness: Witness, names: Names) -> ShownWitness:
    def link(name: str) -> Link | None:
        term = witness.about.get(name)
        return None if term is None else names.link(URIRef(str(term)))

    def value(name: str) -> Value | None:
        term: Node | None = witness.about.get(name)
        return names.value(term) if isinstance(term, Literal) else None

    return ShownWitness(
        names.link(witness.graph),
        link("document"),
        link("kind"),
        link("publisher"),
        value("issued"),
        value("seen"),
        link("url"),
    )
