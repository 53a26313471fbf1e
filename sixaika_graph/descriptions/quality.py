"""How good the data is, in figures: DQV measurements (https://www.w3.org/TR/vocab-dqv/).

What is measured is defined as data, in the code list /def/metric. The figures tell of the preferred
graph and are no part of it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rdflib import RDF, RDFS, XSD, Dataset, Graph, Literal, URIRef
from rdflib.namespace import FOAF, ORG, PROV
from rdflib.term import Node

from sixaika_graph.dataset import named_graphs
from sixaika_graph.namespaces import DCAT, DEF, DQV, GRAPH, ID, M8G, S6, SCHEMA, curie
from sixaika_graph.validation import Report, Severity

QUALITY: Final = GRAPH["derived/quality"]
DATASET: Final = ID["dataset/sixaika"]

_LANGUAGES: Final = ("fi", "sv", "en")
# Of classes with the same members the one of the first vocabulary stands for all.
_VOCABULARIES: Final = tuple(map(str, (S6, ORG, FOAF, SCHEMA, DCAT, M8G)))
_TOLD_OF_ALL: Final = {RDF.type, RDFS.label}
_PLACES: Final = Decimal("0.0001")

Members = dict[URIRef, set[Node]]


@dataclass(frozen=True)
class _Count:
    """How many of a class have something; `looked_for` is what, `rule` and `figure` whose."""

    metric: str
    counted: int
    among: int | None = None
    kind: URIRef | None = None
    looked_for: URIRef | None = None
    rule: URIRef | None = None
    figure: URIRef | None = None
    found: tuple[Node, ...] = ()


def measure(dataset: Dataset, preferred: Graph, report: Report | None = None) -> Graph:
    """Measure a preferred graph and its named graphs; `report` adds what the shapes found."""
    members = classes(preferred)
    graph = Graph(bind_namespaces="none")
    for count in (
        *_coverage(preferred),
        *_by_class(members, dataset, preferred),
        *_by_property(members, preferred),
        *(_by_rule(report, preferred) if report else ()),
    ):
        _add(graph, count)
    return graph


def classes(preferred: Graph) -> Members:
    """Return the classes of the things below /id/ that tell them apart, with their members.

    Those are ours, and for things that have no class of ours the widest one they have.
    """
    of_class: Members = {}
    for thing, kind in preferred.subject_objects(RDF.type):
        if str(thing).startswith(ID) and "#" not in str(thing) and isinstance(kind, URIRef):
            of_class.setdefault(kind, set()).add(thing)
    own = {kind: things for kind, things in of_class.items() if kind.startswith(str(S6))}
    covered = set().union(*own.values())
    others = {kind: things - covered for kind, things in of_class.items() if kind not in own}
    widest: Members = {}
    for kind in sorted(others, key=lambda one: (-len(others[one]), _rank(one), one)):
        if others[kind] and not any(others[kind] <= others[wider] for wider in widest):
            widest[kind] = of_class[kind]
    return own | widest


def _rank(kind: URIRef) -> int:
    ranks = (rank for rank, start in enumerate(_VOCABULARIES) if kind.startswith(start))
    return next(ranks, len(_VOCABULARIES))


def _coverage(graph: Graph) -> Iterator[_Count]:
    """Compare the projects of the data with the numbers that sources give, of all or by fund."""
    for figure in graph.subjects(S6.measures, DEF["measure/projects"]):
        exact = (figure, S6.precision, DEF["precision/exact"]) in graph
        programme = graph.value(figure, S6.figureOf)
        scopes = set(graph.objects(figure, S6.scope))
        projects = set(graph.subjects(S6.programme, programme)) & set(
            graph.subjects(RDF.type, S6.Project)
        )
        of_funds = [set(graph.subjects(S6.fund, scope)) for scope in scopes]
        value = graph.value(figure, SCHEMA.value)
        if exact and projects and all(of_funds) and value is not None:
            counted = len(projects.intersection(*of_funds))
            yield _Count("coverage", counted, int(Decimal(str(value))), figure=URIRef(str(figure)))


def _by_class(members: Members, dataset: Dataset, graph: Graph) -> Iterator[_Count]:
    sourced = _sourced(dataset)
    labels = {
        language: {
            thing
            for thing, label in graph.subject_objects(RDFS.label)
            if isinstance(label, Literal) and label.language == language
        }
        for language in _LANGUAGES
    }
    linked = set(graph.subjects(SCHEMA.sameAs))
    for kind, things in members.items():
        for language, named in labels.items():
            yield _Count(f"label-{language}", len(things & named), len(things), kind)
        yield _Count("source", len(things & sourced), len(things), kind)
        yield _Count("external-link", len(things & linked), len(things), kind)


def _sourced(dataset: Dataset) -> set[Node]:
    """Return what the named graph of a source document describes."""
    graphs = {name for name, *_ in dataset.quads((None, PROV.hadPrimarySource, None, None))}
    return {
        thing
        for graph in named_graphs(dataset)
        if graph.identifier in graphs
        for thing in graph.subjects()
    }


def _by_property(members: Members, graph: Graph) -> Iterator[_Count]:
    above = list(graph.subject_objects(RDFS.subPropertyOf))
    for kind, things in members.items():
        having = Counter(path for thing in things for path in set(graph.predicates(thing)))
        repeated = {upper for path, upper in above if 0 < having[path] == having[upper]}
        meant = graph.subjects(SCHEMA.domainIncludes, kind)
        for path in {*having, *meant} - repeated - _TOLD_OF_ALL:
            yield _Count("property", having[path], len(things), kind, URIRef(str(path)))


def _by_rule(report: Report, graph: Graph) -> Iterator[_Count]:
    """Count what each shape found about things that the graph describes."""
    kinds: tuple[tuple[str, Callable[[Severity, bool], bool]], ...] = (
        ("open-warnings", lambda severity, waived: severity is Severity.WARNING and not waived),
        ("accepted-warnings", lambda _, waived: waived),
        ("incompleteness", lambda severity, _: severity is Severity.INFO),
    )
    for metric, fits in kinds:
        found: dict[URIRef, list[Node]] = {}
        for result in report.results:
            known = (result.focus_node, None, None) in graph
            if known and fits(result.severity, result.waiver is not None):
                found.setdefault(result.shape, []).append(result.focus_node)
        for rule, things in found.items():
            yield _Count(metric, len(things), rule=rule, found=tuple(things))


def _add(graph: Graph, count: _Count) -> None:
    parts = (count.kind, count.looked_for, count.rule, count.figure)
    name = "--".join([count.metric, *(_slug(part) for part in parts if part is not None)])
    node = URIRef(f"{QUALITY}#{name}")
    graph.add((node, RDF.type, DQV.QualityMeasurement))
    graph.add((node, DQV.isMeasurementOf, DEF[f"metric/{count.metric}"]))
    graph.add((node, DQV.computedOn, DATASET))
    graph.add((node, DQV.value, _value(count)))
    graph.add((node, S6.counted, Literal(count.counted)))
    if count.among is not None:
        graph.add((node, S6.countedAmong, Literal(count.among)))
    for path, value in (
        (S6.measuredClass, count.kind),
        (S6.measuredProperty, count.looked_for),
        (S6.measuredRule, count.rule),
        (S6.comparedWith, count.figure),
        *((S6.foundOn, thing) for thing in count.found),
    ):
        if value is not None:
            graph.add((node, path, value))


def _value(count: _Count) -> Literal:
    if count.among is None:
        return Literal(count.counted)
    share = (Decimal(count.counted) / count.among).quantize(_PLACES).normalize()
    text = f"{share:f}"
    return Literal(text if "." in text else f"{text}.0", datatype=XSD.decimal)


def _slug(iri: URIRef) -> str:
    """Write an IRI as a part of a fragment: its prefixed name in lower case, with hyphens."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", curie(iri))
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
