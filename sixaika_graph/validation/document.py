"""A report as a document for programs: a SHACL validation report in Turtle, or JSON."""

import json
from collections.abc import Iterable

from rdflib import BNode, Graph, Literal
from rdflib.term import Node

from sixaika_graph.namespaces import PREFIXES
from sixaika_graph.validation.report import Report, Result, Severity
from sixaika_graph.validation.waiver import Waiver


def to_turtle(report: Report) -> str:
    """Write a report as a SHACL validation report in Turtle."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    graph += report.graph
    return graph.serialize(format="turtle")


def to_json(report: Report) -> str:
    """Write a report as JSON; terms are written as in SPARQL results.

    See https://www.w3.org/TR/sparql11-results-json/#select-encode-terms.
    """
    document = {
        "conforms": report.conforms,
        "totals": {
            **{one.value.lower(): report.count(one) for one in Severity},
            "waived": len(report.waived),
        },
        "results": [_json_result(result) for result in report.results],
        "staleWaivers": [_json_waiver(waiver) for waiver in report.stale],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _json_result(result: Result) -> dict[str, object]:
    return {
        "severity": result.severity.value,
        "focusNode": _json_term(result.focus_node),
        "path": result.path,
        "value": None if result.value is None else _json_term(result.value),
        "sourceShape": str(result.shape),
        "messages": _by_language(result.messages),
        "sources": [str(one) for one in result.sources],
        **({"waiver": _json_waiver(result.waiver)} if result.waiver else {}),
    }


def _json_waiver(waiver: Waiver) -> dict[str, object]:
    return {
        "iri": str(waiver.iri),
        "focusNode": _json_term(waiver.focus_node),
        "sourceShape": str(waiver.shape),
        "reasons": _by_language(waiver.reasons),
    }


def _by_language(texts: Iterable[Literal]) -> dict[str, str]:
    return {text.language or "": str(text) for text in texts}


def _json_term(term: Node) -> dict[str, str]:
    if isinstance(term, Literal):
        tag = {"xml:lang": term.language} if term.language else {}
        datatype = {"datatype": str(term.datatype)} if term.datatype else {}
        return {"type": "literal", "value": str(term), **tag, **datatype}
    return {"type": "bnode" if isinstance(term, BNode) else "uri", "value": str(term)}
