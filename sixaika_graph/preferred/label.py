"""One label for everything: rdfs:label, from the name that a thing has or from what it links.

An n-ary node (a participation, a budget) has no name of its own: its label is put together from
the labels of the things that it joins.
"""

from collections.abc import Iterator
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, RDF, RDFS, SKOS
from rdflib.term import Node

from sixaika_graph.namespaces import S6, SCHEMA

LANGUAGES: Final = ("fi", "sv", "en")
_FALLBACK: Final = ("fi", "en", "sv", "")
_NAMES: Final = (SKOS.prefLabel, FOAF.name, DCTERMS.title)
_JOINS: Final = {
    S6.Participation: (ORG.member, ORG.organization),
    S6.Assignment: (ORG.member, ORG.role, S6.forProject, ORG.organization),
    S6.FundingContribution: (SCHEMA.funder, S6.fund, DCTERMS.isPartOf),
    S6.Budget: (S6.budgetOf, S6.amountKind),
    S6.Figure: (S6.figureOf, S6.measures),
    S6.KnownGap: (S6.gapOf, S6.gapProperty),
    S6.Choice: (S6.choiceOf, S6.choiceProperty),
    S6.Waiver: (S6.waiverOf,),
}


def add_labels(graph: Graph) -> None:
    """Give a label to everything that has a name, then to the n-ary nodes that join such things."""
    for name in _NAMES:
        for thing, value in list(graph.subject_objects(name)):
            graph.add((thing, RDFS.label, value))
    for kind, properties in _JOINS.items():
        for node in list(graph.subjects(RDF.type, kind)):
            if (node, RDFS.label, None) not in graph:
                for joined in _joined(graph, node, properties):
                    graph.add((node, RDFS.label, joined))


def _joined(graph: Graph, node: Node, properties: tuple[URIRef, ...]) -> Iterator[Literal]:
    parts = [part for path in properties for part in sorted(graph.objects(node, path), key=str)]
    labels = [_labels(graph, part) for part in parts]
    labels = [one for one in labels if one]
    for language in LANGUAGES:
        if any(language in one for one in labels):
            yield Literal(" – ".join(_in(language, one) for one in labels), lang=language)


def _labels(graph: Graph, thing: Node) -> dict[str, str]:
    found = sorted(graph.objects(thing, RDFS.label), key=str)
    return {one.language or "": str(one) for one in found if isinstance(one, Literal)}


def _in(language: str, labels: dict[str, str]) -> str:
    known = [labels[one] for one in (language, *_FALLBACK) if one in labels]
    return known[0]
