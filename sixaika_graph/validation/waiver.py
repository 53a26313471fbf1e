"""Waivers: Warnings that the publisher accepts, each with the reason why.

A waiver is data like any other (s6:Waiver, a dqv:QualityAnnotation): it names one focus node and
one shape. See https://www.w3.org/TR/vocab-dqv/#dqv:QualityAnnotation.
"""

from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Node

from sixaika_graph.namespaces import S6


@dataclass(frozen=True)
class Waiver:
    """An accepted Warning: of which shape on which focus node, and why."""

    iri: URIRef
    focus_node: URIRef
    shape: URIRef
    reasons: tuple[Literal, ...]

    def reason(self, language: str = "en") -> str:
        """Return the reason in a language, else the first one."""
        for reason in self.reasons:
            if reason.language == language:
                return str(reason)
        return str(self.reasons[0]) if self.reasons else ""


def read_waivers(data: Graph) -> tuple[Waiver, ...]:
    """Return the waivers in a graph, in a fixed order; a shape reports one that is not whole."""
    return tuple(
        Waiver(URIRef(str(iri)), URIRef(str(focus_node)), URIRef(str(shape)), _reasons(data, iri))
        for iri in sorted(data.subjects(RDF.type, S6.Waiver), key=str)
        for focus_node in data.objects(iri, S6.waiverOf)
        for shape in data.objects(iri, S6.waivedRule)
    )


def _reasons(data: Graph, waiver: Node) -> tuple[Literal, ...]:
    told = data.objects(waiver, DCTERMS.description)
    reasons = [one for one in told if isinstance(one, Literal)]
    return tuple(sorted(reasons, key=lambda one: (one.language or "", str(one))))
